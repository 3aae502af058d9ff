"""The staff page on an edition of made-up organisations, served on loopback once a session."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from portal.app import make
from portal.serving import serving
from support import made_up_clusters
from support.made_up_clusters import MadeUp
from support.portal_options import options
from warehouse.connection import Connection
from warehouse.editions import EditionReader


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    return made_up_clusters.make(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="session")
def site(made_up: MadeUp) -> Iterator[str]:
    """The address of the page."""
    with serving(make(options(made_up.editions)), "127.0.0.1", 0) as server:
        yield server.address


@pytest.fixture
def visitor(site: str) -> Iterator[httpx.Client]:
    """A browser without a screen: it follows no redirects, so that tests see them."""
    with httpx.Client(base_url=site, headers={"accept-language": "en"}, trust_env=False) as client:
        yield client


@pytest.fixture
def con(made_up: MadeUp) -> Iterator[Connection]:
    """A cursor on the edition."""
    with EditionReader(made_up.editions) as reader, reader.cursor() as cursor:
        yield cursor


@pytest.fixture
def number_of(con: Connection):
    """The number of an organisation by its name."""

    def number(name: str) -> int:
        [(found,)] = con.execute("SELECT organisation_id FROM clusters WHERE name = ?", [name]).fetchall()
        return found

    return number
