"""What changed, as page, feed and digest: narrowed as one asks, the same for programs, harmless whatever strangers wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from xml.etree import ElementTree

import httpx
import pytest

from portal.app import make
from portal.pages import changes
from portal.serving import serving
from support.made_up_clusters import ATTACKS, NAMES, NOW, SECOND_NIGHT, MadeUp, newcomer
from support.portal_options import options
from support.small_state import record
from support.staff import shown
from sync.places import DESK
from warehouse import ledger, users
from warehouse.atom import ATOM
from warehouse.desk import Desk
from warehouse.load import load
from warehouse.rows import NetworkRun, Outcome
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("portal")
IN = {"a": ATOM}
EVERYTHING = "since=2026-11-01"
THIRD = (SECOND_NIGHT + timedelta(days=1)).date()


def feed_of(answer: httpx.Response) -> ElementTree.Element:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    return ElementTree.fromstring(answer.content)  # noqa: S314  our own


def test_without_a_day_it_tells_of_the_last_run_and_says_since_when(visitor: httpx.Client) -> None:
    page = shown(visitor.get("/en/changes").text)
    assert re.search(r"\d+ changes since 24 Nov 2026", page)
    assert "Northwood Alliance Sweden New" in page
    assert "sedan 24 nov. 2026" in shown(visitor.get("/sv/changes").text)


def test_it_is_narrowed_by_kind_country_network_and_day_as_the_address_says(visitor: httpx.Client) -> None:
    def names(asked: str) -> set[str]:
        found = visitor.get(f"/en/changes.json?{asked}").json()
        assert found["total"] == sum(found["counts"].values())
        return {one["name"] for one in found["changes"]}

    assert {"Amber Cluster", "Northwood Alliance", "Birch Cluster"} <= names(EVERYTHING)
    assert "Birch Cluster" not in names(f"{EVERYTHING}&country=SE")
    assert names(f"{EVERYTHING}&country=SE&network=tci") == {"Northwood Alliance"}
    assert names(f"{EVERYTHING}&country=SE&country=FI") > names(f"{EVERYTHING}&country=FI") > set()
    assert names(f"{EVERYTHING}&kind=gone") == set()
    assert names("since=2026-11-28") == set()
    assert names("days=366") == names(EVERYTHING)
    assert names("since=yesterday&kind=vanished") == names("")
    assert "Nothing changed" in shown(visitor.get("/en/changes?since=2026-11-28").text)


def test_a_merge_a_parting_and_a_new_value_are_told_from_what_to_what(own: MadeUp, number_of: Callable[[str], int]) -> None:
    amber = number_of("Amber Cluster")
    with State.open(own.var / "state.duckdb") as state:
        told = [
            (amber, "merged", None, str(number_of("Birch Cluster")), '"Birch <b>Cluster"'),
            (amber, "renamed", None, '"Amber"', '"Amber Cluster"'),
            (amber, "changed", "ecosystems", '["Digital"]', '["Energy-renewables"]'),
            (amber, "changed", "website", '"javascript:alert(1)"', None),
            (amber, "label_gained", "labels", None, '{"level": "gold", "issuer": "ESCA", "valid_until": "2027-06-30"}'),
        ]
        for row in told:
            columns = "run_id, organisation_id, kind, field, old, new, changed_on"
            sql = f"INSERT INTO ledger.changes ({columns}) VALUES (99, ?, ?, ?, ?, ?, ?)"  # noqa: S608  our own
            state.con.execute(sql, [*row, SECOND_NIGHT.date() + timedelta(days=2)])
    own.publish()
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        page = client.get("/en/changes?since=2026-11-26").text
        swedish = shown(client.get("/sv/changes?since=2026-11-26").text)
        text = client.get("/en/changes/digest.txt?since=2026-11-26").text
    assert f"took in number {number_of('Birch Cluster')} → became Birch <b>Cluster" in shown(page)
    assert "<b>Cluster" not in page
    assert 'href="javascript' not in page
    assert "Amber → became Amber Cluster" in shown(page)
    assert "javascript:alert(1) → became nothing said" in shown(page)
    assert "Gold label (until 30 Jun 2027)" in shown(page)
    assert "Industriella ekosystem ändrades" in swedish
    assert ", Industrial ecosystems changed: Digital → Renewable energy" in text
    assert "\nRenamed (1)\n- Amber Cluster (Sweden): Amber → Amber Cluster\n" in text


@pytest.fixture(scope="module")
def third(untouched: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The page after a third night, on which networks that were read before list many others, of strangers' names too."""
    own = untouched.copied(tmp_path_factory.mktemp("third"))
    names = [f"{word} Works {number}" for number, word in enumerate(NAMES)]
    strange = [record("tci", f"new-{key}", name=f"{name} Two", country="PT") for key, name in ATTACKS.items()]
    own.play(*map(newcomer, names), *strange, now=SECOND_NIGHT + timedelta(days=1))
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        yield client


def test_the_feed_has_names_for_ever_and_whole_addresses(third: httpx.Client) -> None:
    visitor, site = third, str(third.base_url)
    first = feed_of(visitor.get(f"/en/changes.atom?{EVERYTHING}"))
    again = feed_of(visitor.get(f"/en/changes.atom?{EVERYTHING}"))
    ids = [one.text for one in first.findall("a:entry/a:id", IN)]
    assert ids == [one.text for one in again.findall("a:entry/a:id", IN)]
    assert len(set(ids)) == len(ids) > 20
    links = {one.get("rel"): one.get("href") for one in first.findall("a:link", IN)}
    assert links["alternate"] == f"{site}/en/changes?since=2026-11-01"
    assert links["self"].startswith(f"{site}/en/changes.atom?")
    of_organisations = [one for one in first.findall("a:entry", IN) if not one.findtext("a:id", "", IN).endswith("/begun")]
    assert all(one.find("a:link", IN).get("href", "").startswith(f"{site}/en/clusters/") for one in of_organisations)
    swedish = feed_of(visitor.get(f"/sv/changes.atom?since={THIRD}&country=SE"))
    assert swedish.findtext("a:entry/a:title", namespaces=IN) == "Amber Works 0: Ny"
    assert swedish.findtext("a:entry/a:id", namespaces=IN) in ids


def test_strangers_names_are_text_in_the_feed_and_in_the_digest(third: httpx.Client) -> None:
    visitor = third
    answer = visitor.get(f"/en/changes.atom?since={THIRD}&country=PT")
    titles = [one.text or "" for one in feed_of(answer).findall("a:entry/a:title", IN)]
    assert len(titles) == len(ATTACKS)
    assert b"<script" not in answer.content
    assert b"<img" not in answer.content
    for told in (*titles, visitor.get(f"/en/changes/digest.txt?since={THIRD}&country=PT").text):
        assert not re.search("[\u200b\u202a-\u202e\x00-\x08]", told)
        assert max(map(len, told.split("\n"))) < 800
    mail = visitor.get(f"/en/changes/digest.html?since={THIRD}&country=PT").text
    assert "<script" not in mail
    assert "<img" not in mail
    assert "evil.example" in mail, "as text"
    assert 'href="http://evil' not in mail


def test_the_digest_is_there_to_copy_to_take_and_for_programs(third: httpx.Client) -> None:
    visitor, site = third, str(third.base_url)
    page = visitor.get(f"/en/changes/digest?{EVERYTHING}&country=SE")
    assert "Cluster organisations: what changed, 29 Nov 2026" in shown(page.text)
    assert "New (" in shown(page.text)
    text = visitor.get(f"/en/changes/digest.txt?{EVERYTHING}&country=SE")
    assert text.headers["content-disposition"] == 'attachment; filename="digest.txt"'
    assert "- Amber Works 0 (Sweden)" in text.text
    assert f"More on the page: {site}/en/changes" in text.text
    assert visitor.get(f"/en/changes/digest.json?{EVERYTHING}&country=SE").json()["text"] == text.text
    assert f'href="{site}/en/clusters/' in visitor.get(f"/en/changes/digest.html?{EVERYTHING}").text


def test_of_the_first_edition_it_is_told_that_it_is_there_and_nobody_is_named(visitor: httpx.Client, site: str) -> None:
    count = visitor.get(f"/en/changes.json?{EVERYTHING}&kind=new").json()["total"]
    told = f"This is the first edition. All {count} cluster organisations in it are new ("
    text = visitor.get(f"/en/changes/digest.txt?{EVERYTHING}").text
    assert told in text
    assert "European Cluster Collaboration Platform, TCI Network" in text
    assert f"this page has them all: {site}/en/changes?since=2026-11-24&kind=new" in text
    assert "Amber" not in text
    assert "changes since" not in text, "nothing else is told"
    assert told in shown(visitor.get(f"/en/changes/digest.html?{EVERYTHING}").text)
    assert "Det här är den första utgåvan." in shown(visitor.get(f"/sv/changes/digest?{EVERYTHING}").text)
    [entry] = feed_of(visitor.get(f"/en/changes.atom?{EVERYTHING}")).findall("a:entry", IN)
    assert told in entry.findtext("a:title", "", IN)
    page = visitor.get(f"/en/changes?{EVERYTHING}").text
    assert told in shown(page)
    assert "Amber Cluster" in shown(page), "who looks for them finds them"
    assert told not in shown(visitor.get(f"/en/changes?{EVERYTHING}&kind=gone").text)


def test_the_night_after_tells_of_that_night_by_name(third: httpx.Client) -> None:
    night = third.get("/en/changes/digest.txt").text
    assert "first edition" not in night
    assert "- Amber Works 0 (Sweden)" in night
    month = third.get("/en/changes/digest.txt?days=30").text
    assert "This is the first edition." in month
    assert "- Amber Works 0 (Sweden)" in month
    assert "- Amber Cluster (Sweden)" not in month


@pytest.mark.thorough
def test_a_network_that_is_read_for_the_first_time_is_told_of_in_one_sentence_and_others_by_name(own: MadeUp) -> None:
    night = SECOND_NIGHT + timedelta(days=1)
    members = [newcomer(f"{word[::-1].title()} Guild", "eca", country="FI") for word in NAMES]
    both = record("eca", "amber-works", name="Amber Works", country="SE", website="https://works.example", domain="works.example")
    old = record("eca", "amber", name="Amber Cluster", country="SE", website="https://amber.example", domain="amber.example")
    read = (*members, both, old)
    with State.open(own.var / "state.duckdb") as state:
        run = ledger.begin(state, night)
        ledger.describe(state, "eca", title="European Clusters Alliance", home="https://eca.example", licence="invented")
        load(state, run, NetworkRun("eca", Outcome.COMPLETE, "", night, night, len(read), 0, 0, read, ()), night)
        ledger.end(state, run, night)
    known = newcomer("Amber Works", website="https://works.example", domain="works.example")
    own.play(known, now=night)
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        text = client.get(f"/en/changes/digest.txt?since={night.date()}").text
        swedish = client.get(f"/sv/changes/digest.txt?since={night.date()}").text
        entries = feed_of(client.get(f"/en/changes.atom?since={night.date()}")).findall("a:entry/a:title", IN)
        elsewhere = client.get(f"/en/changes/digest.txt?since={night.date()}&country=SE").text
        month = client.get("/en/changes/digest.txt?days=30").text
        listed = client.get("/en/clusters.json?q=amber+cluster").json()["results"][0]
    told = f"Read for the first time: European Clusters Alliance. That is why {len(members)} cluster organisations are new."
    assert told in text
    assert "Guild" not in text
    assert "New (1)\n- Amber Works (Sweden)" in text, "a network that was read before lists it, too"
    assert f"Därför är {len(members)} klusterorganisationer nya." in swedish
    assert [one.text for one in entries[:2]] == [told, "Amber Works: New"]
    assert "Read for the first time" not in elsewhere
    assert "eca" in listed["networks"]
    assert "This is the first edition." in month
    assert "- Amber Cluster (Sweden)\n" not in month, "that another network lists it now takes nothing from how it came"


@pytest.fixture
def guarded(own: MadeUp, cheap_passwords: None, add_user: Callable[[MadeUp, str, str], None]) -> Iterator[httpx.Client]:
    """A page that one has to sign in to, as Ada has."""
    add_user(own, "Ada", "correct horse battery")
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        token = re.search(r'name="token" value="(\w+)"', client.get("/en/sign-in").text)
        assert token is not None
        signed = client.post("/en/sign-in", data={"token": token[1], "name": "Ada", "password": "correct horse battery"})
        assert signed.status_code == 303
        yield client


def test_a_feed_reader_needs_the_key_of_somebody_who_may_sign_in(guarded: httpx.Client, own: MadeUp) -> None:
    [address] = set(re.findall(r'href="([^"]*changes\.atom[^"]*)"', guarded.get("/en/changes").text.replace("&amp;", "&")))
    assert "for=Ada&key=" in address
    with httpx.Client(base_url=guarded.base_url) as reader:
        read_with_and_without_the_key(reader, address, own)


def test_only_whose_address_has_a_key_of_theirs_is_told_what_it_opens(guarded: httpx.Client, visitor: httpx.Client) -> None:
    assert "until you change your password" in shown(guarded.get("/en/changes").text)
    assert "password" not in shown(visitor.get("/en/changes").text), "nobody signs in here"


def read_with_and_without_the_key(reader: httpx.Client, address: str, own: MadeUp) -> None:
    assert feed_of(reader.get(address)).findall("a:entry", IN)
    for wrong in (address[:-1], address.replace("for=Ada", "for=Bo"), "/en/changes.atom", address.replace("key=", "key=%C3%A5")):
        answer = reader.get(wrong)
        assert answer.status_code == 401
        assert "Northwood" not in answer.text
    assert reader.get(address.replace("changes.atom", "changes")).status_code == 303, "the key opens the feed and nothing else"
    with Desk.open(own.var / DESK) as desk:
        users.put(desk, "Ada", "another long password", NOW)
    assert reader.get(address).status_code == 401


def test_what_stands_on_the_next_pages_is_asked_for_in_the_same_way_and_each_change_stands_on_one(
    visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PER_PAGE", 4)
    asked = f"{EVERYTHING}&kind=new&country=SE&country=FI"
    first = visitor.get(f"/en/changes.json?{asked}").json()
    assert first["total"] > 8
    assert (first["page"], first["pages"]) == (1, -(-first["total"] // 4))
    told = [
        (one["id"], one["kind"], one["field"])
        for page in range(1, first["pages"] + 1)
        for one in visitor.get(f"/en/changes.json?{asked}&page={page}").json()["changes"]
    ]
    assert len(set(told)) == len(told) == first["total"]
    page = visitor.get(f"/en/changes?{asked}&page=2").text
    assert f"5 to 8 of {first['total']}" in shown(page)
    kept = asked.replace("&", "&amp;")
    assert f'href="/en/changes?{kept}&amp;page=3"' in page
    assert f'href="/en/changes?{kept}">' in page, "the first page has the plain address"
    assert f'href="/sv/changes?{kept}&amp;page=2"' in page
    last = visitor.get(f"/en/changes.json?{asked}&page=999").json()
    assert (last["page"], bool(last["changes"])) == (first["pages"], True)
    assert f"5 till 8 av {first['total']}" in shown(visitor.get(f"/sv/changes?{asked}&page=2").text)


def test_one_page_of_changes_has_no_other_pages(visitor: httpx.Client) -> None:
    assert 'class="pages"' not in visitor.get(f"/en/changes?{EVERYTHING}&country=FI").text
