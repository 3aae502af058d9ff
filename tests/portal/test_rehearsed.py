"""Pages that are asked for again and again are made of a new edition before anybody sees it, with nothing in them of a reader."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import httpx
import pytest

from portal import desks
from portal.answers import Answer, not_found
from portal.app import make
from portal.attempts import Attempts
from portal.current import Editions
from portal.opened import Opened
from portal.pages import search
from portal.rehearsal import Rehearsal
from portal.serving import serving
from portal.session import Register, Sessions
from portal.sitemap import At
from portal.visit import House, Visit
from support.made_up_clusters import NOW, SECOND_NIGHT, MadeUp
from support.portal_options import options
from support.staff import Person
from warehouse.desk import Desk
from warehouse.migrate import SchemaNewer

pytestmark = pytest.mark.xdist_group("portal")


@pytest.fixture(autouse=True)
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is wanted is made, however slow the machine is."""
    monkeypatch.setattr("portal.rehearsal.LONGEST_SECONDS", 60.0)


@pytest.fixture
def address(own: MadeUp) -> Iterator[str]:
    """A page that reads new editions before they are seen."""
    with serving(make(options(own.var, old_for_seconds=60.0)), "127.0.0.1", 0) as server:
        yield server.address


def until_edition(visitor: httpx.Client, number: int) -> None:
    """Visit a page that is not rehearsed until it shows an edition."""
    deadline = time.monotonic() + 30
    while f"Edition {number}," not in visitor.get("/en/programmes").text:
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Counted:
    """By which searches ``browse`` was asked, and by which thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[str, str]] = []
        browse = search.browse

        def counted(con: object, shelf: object, text: str, *more: object, **others: object) -> object:
            self.asked.append((text, threading.current_thread().name))
            return browse(con, shelf, text, *more, **others)  # type: ignore[arg-type]

        monkeypatch.setattr("portal.pages.search.browse", counted)

    def until(self, wanted: list[str]) -> None:
        """Wait until these were made before anybody asked."""
        deadline = time.monotonic() + 30
        while self.ahead() != wanted:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def by_visits(self) -> list[str]:
        """What visits had to wait for."""
        return [text for text, thread in self.asked if thread != "editions"]

    def ahead(self) -> list[str]:
        """What was made before anybody asked."""
        return [text for text, thread in self.asked if thread == "editions"]


def test_what_is_asked_for_again_and_again_is_there_when_a_new_edition_is_seen(
    own: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    shown = options(own.var, old_for_seconds=60.0)
    with serving(make(shown), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address, timeout=30) as visitor:
        counted.until(["", ""])  # where all begin, in both languages
        for question in ("amber", "amber", "birch"):
            assert visitor.get(f"/en/clusters?q={question}").status_code == 200
        assert counted.by_visits() == ["amber", "birch"]
        own.publish(SECOND_NIGHT + timedelta(hours=1))
        until_edition(visitor, 3)
        assert counted.ahead() == ["", "", "", "", "amber"]  # nobody asked for birch twice
        page = visitor.get("/en/clusters?q=amber").text
        assert "Edition 3," in page
        assert "Amber Cluster" in page
        visitor.get("/sv/clusters")
        assert counted.by_visits() == ["amber", "birch"]


@pytest.mark.thorough
def test_a_page_that_was_rehearsed_knows_nothing_of_any_reader(own: MadeUp, address: str) -> None:
    with httpx.Client(base_url=address, timeout=30) as one, httpx.Client(base_url=address) as other:
        ada, bo = Person(one, "Ada"), Person(other, "Bo")
        ada.begin("Only of Ada's making")
        for _ in range(2):
            assert "Only of Ada" in one.get("/en/clusters?q=amber").text
        own.publish(SECOND_NIGHT + timedelta(hours=1))
        until_edition(one, 3)
        pages = [person.client.get("/en/clusters?q=amber").text for person in (ada, bo)]
        tokens = [page.partition('name="token" value="')[2].partition('"')[0] for page in pages]
        assert all(tokens)
        assert tokens[0] != tokens[1]
        # Of all that was made ahead or for Ada, Bo sees what somebody sees who comes to a page that has remembered nothing.
        ada.put(int(re.findall(r"/en/clusters/(\d+)", pages[0])[0]), "/en/shortlists/1")
        with serving(make(options(own.var)), "127.0.0.1", 0) as fresh, httpx.Client(base_url=fresh.address, timeout=30) as nobody:
            seen, wanted = (client.get("/en/clusters?q=amber").text for client in (other, nobody))
        assert _results(seen) == _results(wanted)
        assert _results(seen) != _results(one.get("/en/clusters?q=amber").text)


def _results(page: str) -> str:
    """What a page says of what was found, without the tokens of its forms."""
    return re.sub(r'name="token" value="\w+"', "", page.partition('<div id="results"')[2])


@pytest.mark.thorough
def test_a_page_that_the_new_edition_lacks_keeps_none_other_from_being_made(
    own: MadeUp, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def lacking(edition: Opened, *_more: object) -> None:
        asked.append(edition.path.name)
        raise not_found()

    with httpx.Client(base_url=address, timeout=30) as visitor:
        for path in ("/en/clusters/1/partners", "/en/clusters?q=amber") * 2:
            assert visitor.get(path).status_code == 200
        monkeypatch.setattr("portal.pages.partners.ranked_for", lacking)
        counted = Counted(monkeypatch)
        own.publish(SECOND_NIGHT + timedelta(hours=1))
        until_edition(visitor, 3)
        assert asked == ["clusters-000003.duckdb"]
        assert "amber" in counted.ahead()


def rehearse(own: MadeUp, monkeypatch: pytest.MonkeyPatch, page: Callable[[Visit], Answer], day: date) -> None:
    """Have a page made ahead in both languages, of an edition that is open for a day."""
    monkeypatch.setattr("portal.rehearsal.PAGES", (At("/made-up", page, is_rehearsed=True),))
    shown = options(own.var)
    editions = Editions(shown.places)
    house = House(shown, editions, Sessions(shown.key, is_secure=False), Register(shown.users), Attempts())
    try:
        with editions.open(day) as opened:
            Rehearsal(shown.languages).make(house, opened)
    finally:
        editions.close()


def test_a_page_is_made_for_the_day_that_its_edition_is_open_for(own: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    days: list[date] = []

    def page(visit: Visit) -> Answer:
        days.append(visit.today)
        raise not_found()

    before = NOW.date() - timedelta(days=1)
    rehearse(own, monkeypatch, page, before)
    assert days == [before, before]


def test_a_desk_of_a_later_version_keeps_no_page_from_being_made(own: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def page(visit: Visit) -> Answer:
        tried.append(visit.tongue.code)
        raise SchemaNewer("the desk is of a later version")

    rehearse(own, monkeypatch, page, NOW.date())
    assert sorted(tried) == ["en", "sv"]


def test_a_visit_opens_a_desk_once_and_reads_what_others_wrote_meanwhile(own: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    path = own.var / "desk.sqlite"
    with Desk.open(path) as desk:
        desk.write("CREATE TABLE said (word TEXT)")
    opened: list[object] = []
    open_desk = Desk.open
    monkeypatch.setattr(Desk, "open", lambda *given, **more: opened.append(given) or open_desk(*given, **more))
    with desks.opened_once():
        with desks.reading(path) as first:
            assert first is not None
            assert first.rows("SELECT word FROM said") == []
        with desks.writing(path) as desk:
            desk.write("INSERT INTO said VALUES ('hello')")
        with desks.reading(path) as again:
            assert again is first
            assert again.rows("SELECT word FROM said") == [("hello",)]
    assert len(opened) == 2
    with desks.reading(path) as after:
        assert after is not first
