"""What the tests of partners and search share: a database in the shape of the analysts' schema, and ways to fill it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.connection import Connection
from warehouse.search_macros import make_macros
from warehouse.state import State

ORGANISATIONS = Path(__file__).parents[2] / "demo" / "organisations.jsonl"

_SCHEMA = """
CREATE TABLE clusters (
    organisation_id BIGINT, name VARCHAR, native_name VARCHAR, other_names VARCHAR[], acronym VARCHAR, organisation_type VARCHAR,
    country VARCHAR, region_printed VARCHAR, nuts2 VARCHAR, city VARCHAR, postcode VARCHAR, latitude DOUBLE, longitude DOUBLE,
    website VARCHAR, domain VARCHAR, role_email VARCHAR, phone VARCHAR, founded_on DATE, founded_precision VARCHAR,
    staff_min INTEGER, staff_max INTEGER, members_total INTEGER, members_sme INTEGER, members_startup INTEGER,
    members_large INTEGER, members_research INTEGER, members_other INTEGER, ecosystems VARCHAR[], sectors VARCHAR[],
    nace VARCHAR[], technologies VARCHAR[], s3_priorities VARCHAR[], emerging_industries VARCHAR[], languages VARCHAR[],
    memberships VARCHAR[], partnerships VARCHAR[], target_countries VARCHAR[], keywords VARCHAR[],
    extracts MAP(VARCHAR, VARCHAR), completeness INTEGER, profile_updated_on DATE, networks VARCHAR[], is_swedish BOOLEAN,
    is_gone BOOLEAN, first_seen_on DATE, changed_on DATE, checked_on DATE
);
CREATE TABLE labels (
    organisation_id BIGINT, level VARCHAR, issuer VARCHAR, awarded DATE, valid_until DATE, network VARCHAR, url VARCHAR
);
CREATE TABLE known_partnerships (
    organisation_id BIGINT, partner_id BIGINT, programme VARCHAR, partnership VARCHAR, year INTEGER, source_urls VARCHAR[],
    fold VARCHAR
);
"""
_LISTS = ("other_names", "ecosystems", "sectors", "nace", "technologies", "s3_priorities", "emerging_industries", "languages")
_MORE_LISTS = ("memberships", "partnerships", "target_countries", "keywords")
AddCluster = Callable[..., int]


@pytest.fixture
def con() -> Iterator[Connection]:
    """An empty database with the tables that matching reads."""
    with duckdb.connect() as connection:
        connection.execute(_SCHEMA)
        yield connection


def insert_cluster(con: Connection, organisation_id: int, name: str, country: str, **values: Any) -> int:
    """One organisation; what is not given is unknown (NULL, or an empty list)."""
    row: dict[str, Any] = {
        **{column: [] for column in (*_LISTS, *_MORE_LISTS)},
        "extracts": {},
        "networks": ["eccp"],
        "organisation_type": "cluster",
        "is_swedish": country == "SE",
        "is_gone": False,
        "checked_on": date(2026, 11, 20),
        **values,
        "organisation_id": organisation_id,
        "name": name,
        "country": country,
    }
    row["extracts"] = json.dumps(row["extracts"])
    marks = ", ".join(f"${column}::JSON::MAP(VARCHAR, VARCHAR)" if column == "extracts" else f"${column}" for column in row)
    con.execute(f"INSERT INTO clusters ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608
    return organisation_id


@pytest.fixture
def add_cluster(con: Connection) -> AddCluster:
    """Adds one organisation: ``add_cluster(1, "Paper Province", "SE", ecosystems=["Digital"])``."""

    def add(organisation_id: int, name: str, country: str, **values: Any) -> int:
        return insert_cluster(con, organisation_id, name, country, **values)

    return add


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """The real organisations of the demo as a population, indexed for search. Shared by the session: read only."""
    from matching.search import index as search_index

    with duckdb.connect() as connection:
        connection.execute(_SCHEMA)
        connection.execute("BEGIN")
        for number, line in enumerate(ORGANISATIONS.read_text(encoding="utf-8").splitlines(), start=1):
            fact = json.loads(line)
            insert_cluster(connection, number, fact["name"], fact["country"], **_profile(fact))
        search_index.build(connection)
        make_macros(connection)
        connection.execute("COMMIT")
        yield connection


def _profile(fact: dict[str, Any]) -> dict[str, Any]:
    extracts = {"en": fact["description"][:300]}
    if fact["description_local"]:
        extracts[fact["country"].lower()] = fact["description_local"][:300]
    return {
        "native_name": fact["native_name"],
        "other_names": [name for name in [*fact["aliases"], fact["legal_name"]] if name],
        "acronym": fact["acronym"],
        "organisation_type": fact["organisation_type"],
        "nuts2": fact["nuts2"],
        "city": fact["city"],
        "ecosystems": fact["ecosystems"],
        "sectors": fact["sectoral_industries"],
        "technologies": fact["technologies"],
        "keywords": fact["keywords"],
        "extracts": extracts,
    }


@pytest.fixture
def state() -> Iterator[State]:
    """A state that remembers nothing."""
    with State.memory() as state:
        yield state
