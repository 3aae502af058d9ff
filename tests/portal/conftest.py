"""The staff page on an edition of made-up organisations, served on loopback once a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from portal.app import make
from portal.current import Editions
from portal.serving import serving
from support import made_up_clusters
from support.following import place
from support.made_up_clusters import NOW, MadeUp
from support.portal_options import options
from support.staff import Person
from sync.places import DESK
from warehouse import users
from warehouse.connection import Connection
from warehouse.desk import Desk
from warehouse.editions import EditionReader


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Nobody writes here: it is copied."""
    return made_up_clusters.make(tmp_path_factory.mktemp("untouched"))


@pytest.fixture(scope="session")
def made_up(untouched: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """What the page that all tests share shows."""
    return untouched.copied(tmp_path_factory.mktemp("portal"))


@pytest.fixture
def own(untouched: MadeUp, tmp_path: Path) -> MadeUp:
    """A copy for one test, with a desk on which nobody has written."""
    return untouched.copied(tmp_path)


@pytest.fixture(scope="session")
def site(made_up: MadeUp) -> Iterator[str]:
    """The address of the page."""
    with serving(make(options(made_up.var)), "127.0.0.1", 0) as server:
        yield server.address


@pytest.fixture
def visitor(site: str) -> Iterator[httpx.Client]:
    """A browser without a screen: it follows no redirects, so that tests see them."""
    with httpx.Client(base_url=site, headers={"accept-language": "en"}, trust_env=False) as client:
        yield client


@pytest.fixture
def ada(own: MadeUp) -> Iterator[Person]:
    """Somebody at a page of her own."""
    with (
        serving(make(options(own.var)), "127.0.0.1", 0) as server,
        httpx.Client(base_url=server.address, trust_env=False) as client,
    ):
        yield Person(client, "Ada")


@pytest.fixture
def add_user() -> Callable[[MadeUp, str, str], None]:
    """Lets somebody sign in."""

    def add(made: MadeUp, name: str, password: str) -> None:
        with Desk.open(made.var / DESK) as desk:
            users.put(desk, name, password, NOW)

    return add


@pytest.fixture(scope="session")
def con(made_up: MadeUp) -> Iterator[Connection]:
    """A cursor on the edition."""
    with EditionReader(made_up.editions) as reader, reader.cursor() as cursor:
        yield cursor


@pytest.fixture(scope="session")
def number_of(con: Connection):
    """The number of an organisation by its name."""

    def number(name: str) -> int:
        [(found,)] = con.execute("SELECT organisation_id FROM clusters WHERE name = ?", [name]).fetchall()
        return found

    return number


@pytest.fixture
def ahead(own: MadeUp) -> Iterator[Editions]:
    """Editions that are read in the background, as the page has them; one may be old for as long as a test lasts."""
    editions = Editions([place(own.var)], old_for_seconds=60)
    editions.follow(lambda: NOW.date(), lambda opened: opened.read_ahead(("en", "sv")))
    yield editions
    editions.close()
