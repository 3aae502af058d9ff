"""What an edition answered is kept for a while; what people write is not among it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from portal.app import make
from portal.current import Editions
from portal.opened import Opened
from portal.options import Place
from portal.pages import facets
from portal.remembering import MOST_REMEMBERED
from portal.serving import serving
from support.made_up_clusters import NOW, MadeUp
from support.portal_options import options
from support.staff import Person
from sync.places import DESK

pytestmark = pytest.mark.xdist_group("portal")


@pytest.fixture
def address(own: MadeUp) -> Iterator[str]:
    """A page of one test's own."""
    with serving(make(options(own.var)), "127.0.0.1", 0) as server:
        yield server.address


@pytest.fixture
def ada(address: str) -> Iterator[Person]:
    """Somebody there."""
    with httpx.Client(base_url=address) as client:
        yield Person(client, "Ada")


@pytest.fixture
def bo(address: str) -> Iterator[Person]:
    """Somebody else there."""
    with httpx.Client(base_url=address) as client:
        yield Person(client, "Bo")


@pytest.fixture
def editions(made_up: MadeUp) -> Iterator[Editions]:
    """The editions as the page opens them."""
    opened = Editions([Place(made_up.editions, made_up.var / DESK)])
    yield opened
    opened.close()


def test_a_question_is_answered_once_while_it_is_asked_lately(editions: Editions) -> None:
    made: list[int] = []

    def answer(number: int) -> Callable[[], int]:
        return lambda: made.append(number) or number

    with editions.open(NOW.date()) as edition:
        assert [edition.remembered(("a", 0), answer(0)) for _ in range(3)] == [0, 0, 0]
        for number in range(1, MOST_REMEMBERED):
            edition.remembered(("a", number), answer(number))
        edition.remembered(("a", 0), answer(0))
        edition.remembered(("a", MOST_REMEMBERED), answer(MOST_REMEMBERED))
    assert made == list(range(MOST_REMEMBERED + 1))
    with editions.open(NOW.date()) as edition:
        edition.remembered(("a", 0), answer(0))
        assert made == list(range(MOST_REMEMBERED + 1))
        edition.remembered(("a", 1), answer(1))
    assert made[-1] == 1


def test_cards_are_the_same_read_one_by_one_and_all_at_once(editions: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    with editions.open(NOW.date()) as edition:
        numbers = [*edition.shelf.ids.tolist(), 999_999]
        at_once = edition.cards(numbers)
        monkeypatch.setattr("portal.opened.MOST_CARDS", 0)
        assert edition.cards(numbers) == at_once
        assert 999_999 not in at_once


def test_a_search_seen_before_offers_the_shortlist_begun_since(ada: Person, number_of: Callable[[str], int]) -> None:
    amber = f"/en/clusters/{number_of('Amber Cluster')}"
    paths = ("/en/clusters?q=amber", amber, f"{amber}/partners")
    for path in paths:
        assert "Begun meanwhile" not in ada.client.get(path).text
    ada.begin("Begun meanwhile")
    for path in paths:
        assert "Begun meanwhile" in ada.client.get(path).text


def test_what_one_reader_is_shown_of_a_search_carries_nothing_of_another(ada: Person, bo: Person) -> None:
    path = "/en/clusters?q=birch"
    tokens = [person.client.get(path).text.partition('name="token" value="')[2].partition('"')[0] for person in (ada, bo, ada)]
    assert all(tokens)
    assert tokens[0] == tokens[2] != tokens[1]


def test_what_is_read_of_everyone_at_once_is_what_is_read_one_by_one(editions: Editions, monkeypatch: pytest.MonkeyPatch) -> None:
    def all_of(edition: Opened) -> list[object]:
        numbers = [*edition.shelf.ids.tolist(), 999_999]
        each = [(edition.dossier(one), edition.known_partners(one), edition.shared_partners(one, 5, "sv")) for one in numbers]
        return [edition.profiles(numbers), edition.extracts(numbers), each]

    with editions.open(NOW.date()) as edition:
        edition.read_ahead(("sv", "en"))
        at_once = all_of(edition)
        monkeypatch.setattr("portal.opened.MOST_CARDS", 0)
        assert all_of(edition) == at_once
        assert any(known for _, known, _ in at_once[2])  # type: ignore[attr-defined]


def test_what_strangers_write_into_an_address_fills_no_memory(address: str) -> None:
    def boxes() -> int:
        return facets._remembered_box.cache_info().currsize

    with httpx.Client(base_url=address) as visitor:
        visitor.get("/en/clusters?q=qqqq")
        for value in ("Nowhere", "<" * 3_000, "x" * 161):
            before = boxes()
            page = visitor.get("/en/clusters", params={"network": value, "q": "qqqq"})
            assert (page.status_code, 'type="checkbox"' in page.text) == (200, True)
            assert boxes() == before
