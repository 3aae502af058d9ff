"""Remove us: anybody may ask, nothing of a person is kept, the operator sees and decides, and then the words are gone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.app import make
from portal.quota import MOST_OF_ALL, MOST_OF_ONE, Quota
from portal.serving import serving
from support.commands import Ended, called
from support.made_up_clusters import NOW, MadeUp
from support.portal_options import options
from support.staff import Person, shown
from sync.cli import output
from sync.doctor import keeping
from sync.places import DESK
from warehouse import removals, staff_carried
from warehouse.desk import Desk
from warehouse.removals import Flooded, Outcome, Wish

pytestmark = pytest.mark.xdist_group("portal")
PATH = "/en/remove"


@pytest.fixture
def public(own: MadeUp) -> Iterator[Person]:
    """Somebody from outside, at a page that one has to sign in to."""
    with (
        serving(make(options(own.var, must_sign_in=True)), "127.0.0.1", 0) as server,
        httpx.Client(base_url=server.address) as client,
    ):
        yield Person(client)


def send(person: Person, **fields: str) -> httpx.Response:
    token = re.search(r'name="token" value="(\w+)"', person.get(PATH).text)
    assert token is not None
    return person.client.post(PATH, data={"token": token[1], "wish": "remove", "organisation": "Northwood Alliance", **fields})


def waiting(made: MadeUp) -> list[removals.Removal]:
    with Desk.open(made.var / DESK) as desk:
        return removals.removals(desk, open_only=True)


@pytest.fixture
def command(own: MadeUp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """The operator's command line on the same folder; wide enough that no cell is folded."""
    monkeypatch.setattr(output.results, "width", 250)
    return lambda *words: called(capsys, "--quiet", "--config", own.var.parent / "config.toml", *words)


def test_whoever_need_not_sign_in_asks_and_sees_nothing_of_what_is_listed(public: Person, own: MadeUp) -> None:
    page = public.get(PATH)
    assert page.status_code == 200
    assert "European Cluster Collaboration" not in page.text
    assert "Ta bort oss" in shown(public.get("/sv/remove").text)
    answer = send(public, website="northwood.example", reply_to="Info@northwood.example")
    assert answer.headers["location"] == PATH
    assert "The request is written down" in shown(public.get(PATH).text)
    [one] = waiting(own)
    assert (one.organisation, one.website, one.reply_to) == ("Northwood Alliance", "northwood.example", "info@northwood.example")
    assert public.get("/en/clusters").url.path == "/en/sign-in"


def test_no_address_of_a_person_is_kept_wherever_it_is_written(public: Person, own: MadeUp) -> None:
    refused = send(public, reply_to="anna.svensson@northwood.example")
    assert refused.status_code == 400
    assert "looks like a person's mail address" in shown(refused.text)
    assert "anna.svensson" not in refused.text
    assert waiting(own) == []
    assert send(public, organisation="Northwood, ask anna.svensson@northwood.example").status_code == 303
    assert b"anna.svensson" not in b"".join(file.read_bytes() for file in own.var.glob(f"{DESK}*"))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"organisation": " "}, 400), ({"organisation": "x" * 201}, 400), ({"wish": "explode"}, 400), ({"wish": ""}, 400),
        ({"reply_to": "nobody"}, 400), ({"token": "x"}, 403), ({"organisation": "<script>x</script>\u202e"}, 303),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_strangers_words_are_harmless(
    public: Person, own: MadeUp, fields: dict[str, str], status: int, command: Callable[..., Ended]
) -> None:
    answer = send(public, **fields)
    assert answer.status_code == status
    assert "<script>x" not in answer.text
    assert len(waiting(own)) == (status == 303)
    assert "\u202e" not in command("privacy", "requests").out


def test_a_form_from_another_site_is_refused(public: Person, own: MadeUp) -> None:
    token = re.search(r'name="token" value="(\w+)"', public.get(PATH).text)
    assert token is not None
    fields = {"token": token[1], "wish": "remove", "organisation": "X"}
    assert public.client.post(PATH, data=fields, headers={"origin": "https://evil.example"}).status_code == 403
    assert waiting(own) == []


def test_who_asks_too_often_waits_and_nothing_is_kept(public: Person, own: MadeUp) -> None:
    answers = [send(public, organisation=f"Cluster {number}") for number in range(MOST_OF_ONE + 1)]
    assert [one.status_code for one in answers] == [303] * MOST_OF_ONE + [429]
    assert answers[-1].headers["retry-after"] == "3600"
    assert "Wait an hour" in shown(answers[-1].text)
    assert len(waiting(own)) == MOST_OF_ONE


def test_the_operator_sees_it_keeps_it_out_and_the_words_are_gone(
    public: Person, own: MadeUp, command: Callable[..., Ended]
) -> None:
    send(public, website="amber.example", organisation="Amber Cluster", reply_to="info@amber.example")
    send(public, organisation="Dune Cluster", wish="correct")
    send(public, organisation="the Birch people")
    listed = command("privacy", "requests")
    assert "Amber Cluster" in listed.out
    assert "privacy suppress VALUE --request NUMBER" in listed.out
    [check] = [one for one in keeping.examine(own.var, NOW + timedelta(days=3)) if one.what == "requests"]
    assert check.found == "3 organisations ask to be removed or corrected, the oldest for 3 days (GDPR gives a month)"
    signed = ("--by", "Eva", "--because", "they asked")
    assert command("privacy", "suppress", "Birch Cluster", "--request", "9", *signed).code == 2
    assert command("privacy", "suppress", "Birch Cluster", "--request", "3", *signed).code == 0
    assert command("privacy", "suppress", "Amber Cluster", *signed).code == 0, "its request names it, so it is closed with it"
    assert [one["number"] for one in command("privacy", "requests", "--json").json] == [2]
    declined = command("privacy", "decline", "2", "--by", "Eva", "--because", "corrected at the source", "--json")
    assert declined.json == {"request": 2, "outcome": "declined"}
    assert command("privacy", "decline", "2", *signed).code == 2
    decided = command("privacy", "requests", "--all", "--json").json
    assert [(one["outcome"], one["organisation"], one["reply_to"]) for one in decided] == [
        ("kept out", "", ""), ("declined", "", ""), ("kept out", "", "")
    ]  # fmt: skip
    assert b"amber.example" not in b"".join(file.read_bytes() for file in own.var.glob(f"{DESK}*"))
    assert not [one for one in keeping.examine(own.var, NOW) if one.what == "requests"]


def test_without_an_edition_the_request_reaches_the_live_desk(own: MadeUp) -> None:
    shutil.rmtree(own.editions)
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        assert send(Person(client)).status_code == 303
    assert len(waiting(own)) == 1


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "desk.sqlite") as opened:
        yield opened


def asked(desk: Desk, name: str, at: datetime = NOW) -> int:
    return removals.ask(desk, Wish.REMOVE, name, website="", reply_to="", at=at)


def test_the_same_request_waits_once_and_a_flood_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removals, "MOST_OPEN", 2)
    assert asked(desk, "A") == asked(desk, " A ") != asked(desk, "B")
    with pytest.raises(Flooded):
        asked(desk, "C")
    assert removals.close(desk, 1, Outcome.DECLINED, by="Eva", because="no", at=NOW)
    assert not removals.close(desk, 1, Outcome.DECLINED, by="Eva", because="no", at=NOW)
    assert asked(desk, "C")


def test_a_backup_neither_loses_a_request_nor_brings_back_the_words_of_one(desk: Desk, tmp_path: Path) -> None:
    asked(desk, "A")
    desk.copy_to(tmp_path / "then.sqlite")
    removals.close(desk, 1, Outcome.KEPT_OUT, by="Eva", because="they asked", at=NOW)
    asked(desk, "B", NOW + timedelta(days=1))
    with Desk.open(tmp_path / "then.sqlite") as restored:
        assert staff_carried.bring_over(desk, restored) == 2
        assert removals.removals(restored) == removals.removals(desk)
        assert staff_carried.bring_over(desk, restored) == 0


@given(
    st.lists(st.tuples(st.sampled_from(["10.0.0.1", "2001:db8::1", "2001:db8::ffff", "x", ""]), st.integers(0, 40)), max_size=90)
)
def test_within_an_hour_no_place_takes_more_than_its_quota_nor_all_together(steps: list[tuple[str, int]]) -> None:
    quota, now = Quota(), datetime(2026, 11, 29, tzinfo=UTC)
    taken: list[tuple[str, datetime]] = []
    for address, minutes in steps:
        now += timedelta(minutes=minutes)
        if quota.take(address, now) == 0:
            taken.append(("2001:db8" if ":" in address else address, now))
        for place in {one for one, _ in taken}:
            assert sum(one == place and at > now - timedelta(hours=1) for one, at in taken) <= MOST_OF_ONE
        assert sum(at > now - timedelta(hours=1) for _, at in taken) <= MOST_OF_ALL
    assert Quota().take("10.0.0.1", now) == 0
