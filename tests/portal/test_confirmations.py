"""What no record says and people confirm: told the same on the page, in both languages, and at the terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from rich.console import Console

from portal.app import make
from portal.serving import serving
from support.commands import Ended, called
from support.made_up_clusters import MadeUp
from support.portal_options import options
from support.staff import Person, shown
from sync.cli import output

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]
Ask = Callable[..., Ended]
HORIZON = "horizon-europe-ria-ia"
TEAM = ("Amber Cluster", "Birch Cluster", "Cedar Cluster")


@pytest.fixture
def path(ada: Person, number_of: Number) -> str:
    """A shortlist that passes but for what is to be confirmed."""
    path = ada.begin("Forest", HORIZON)
    for name in TEAM:
        ada.put(number_of(name), path)
    return path


@pytest.fixture
def ask(own: MadeUp, capsys: pytest.CaptureFixture[str]) -> Ask:
    return lambda *words: called(capsys, "--config", own.var.parent / "config.toml", "consortium", "check", *words)


def confirm(ada: Person, path: str) -> None:
    page = ada.get(path).text
    seen = html.unescape(re.findall(r'name="seen" value="([^"]+)"', page)[0])
    [verb] = re.findall(r'value="(confirm:\d+)"', page)
    assert ada.send(path, do=verb, seen=seen, sure="yes").status_code == 303


def test_in_swedish_it_says_what_is_left_to_confirm_and_then_who_did(ada: Person, path: str) -> None:
    swedish = path.replace("/en/", "/sv/")
    assert "Uppfyllt, utom det som du måste bekräfta: Minst tre av dem oberoende av varandra" in shown(ada.get(swedish).text)
    confirm(ada, path)
    page = shown(ada.get(swedish).text)
    assert "bekräftat av Ada 29 nov. 2026" in page
    assert "måste bekräfta" not in page


@pytest.mark.thorough
def test_the_terminal_counts_for_a_shortlist_what_was_confirmed_of_it(ada: Person, path: str, ask: Ask) -> None:
    before = ask("--shortlist", "1", "--json").json
    assert (before["shortlist"], before["answer"]) == ({"number": 1, "name": "Forest"}, "unknown")
    assert (before["to_confirm"], before["lead"]["name"]) == (["independent"], "Amber Cluster")
    assert "met, except what people must confirm: At least three of them" in " ".join(ask("--shortlist", "1").out.split())
    confirm(ada, path)
    after = ask("--shortlist", "1", "--json").json
    [rule] = [one for one in after["rules"] if one["id"] == "independent"]
    assert (after["answer"], rule["answer"], rule["confirmed"]["by"]) == ("met", "met", "Ada")
    said = " ".join(ask("--shortlist", "1", "--lang", "sv").out.split())
    assert "Forest" in said
    assert "bekräftat av Ada" in said
    # Named one by one they are no shortlist, and nothing was confirmed of them.
    assert ask("--programme", HORIZON, *TEAM, "--json").json["answer"] == "unknown"
    assert ask("--shortlist", "1", "--programme", "interreg", "--json").json["programme"]["id"] == "interreg-europe"


@pytest.mark.parametrize(("language", "day"), [("en", "30 Nov 2026"), ("sv", "30 nov. 2026")])
def test_the_terminal_and_the_page_name_the_same_day_of_a_confirmation_late_in_the_evening(
    own: MadeUp, number_of: Number, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str, day: str
) -> None:
    monkeypatch.setattr(output, "results", Console(width=400))  # so that no column breaks the sentence
    late = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)  # in Sweden it is the next day
    page = make(options(own.var, now=lambda: late))
    with serving(page, "127.0.0.1", 0) as server, httpx.Client(base_url=server.address, trust_env=False, timeout=20) as client:
        ada = Person(client, "Ada")
        path = ada.begin("Forest", HORIZON)
        for name in TEAM:
            ada.put(number_of(name), path)
        confirm(ada, path)
        assert f"Ada {'on ' if language == 'en' else ''}{day}" in shown(ada.get(path.replace("/en/", f"/{language}/")).text)
    ended = called(
        capsys, "--config", own.var.parent / "config.toml", "consortium", "check", "--shortlist", "1", "--lang", language
    )
    assert f"Ada {'on' if language == 'en' else 'den'} {day}" in " ".join(ended.out.split())


def test_the_terminal_says_what_it_wanted_instead(ada: Person, path: str, ask: Ask) -> None:
    ada.begin("Nobody")
    for words, why in (
        (["--shortlist", "1", "Amber Cluster"], "found both"),
        ([], "found neither"),
        (["Amber Cluster"], "wanted --programme with one of euroclusters"),
        (["--shortlist", "9"], "wanted shortlist 9, found none"),
        (["--shortlist", "2"], "shortlist 2 has no programme; name one"),
        (["--shortlist", "2", "--programme", HORIZON], "nobody on shortlist 2 is counted"),
    ):
        ended = ask(*words)
        assert (ended.code, why in " ".join(ended.err.split())) == (2, True), ended.err


def test_where_nobody_has_written_the_terminal_says_that_there_are_no_shortlists(
    own: MadeUp, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in own.var.glob("desk.sqlite*"):
        file.unlink()
    ended = called(capsys, "--config", own.var.parent / "config.toml", "consortium", "check", "--shortlist", "1")
    assert (ended.code, "there are no shortlists yet" in " ".join(ended.err.split())) == (2, True)


def test_how_far_to_trust_a_rule_is_told_with_its_countries_everywhere(ada: Person, path: str) -> None:
    page, check = ada.get(path).text, ada.data(path)["check"]
    listed = {one["id"]: one for one in ada.data("/en/programmes")}[HORIZON]
    assert (check["trust"], {one["id"]: one["trust"] for one in check["rules"]}) == (
        listed["trust"],
        {one["id"]: one["trust"] for one in listed["rules"]},
    )
    section = page[page.index('id="check"') :]
    head = section[: section.index('<ul class="rules">')]
    assert "some of them are conclusions, because they could not be read at their sources" in shown(head)
