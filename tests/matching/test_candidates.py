"""Candidates: the pairs that share a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from matching.sameness import candidates
from matching.sameness.records import Facts, Population
from matching.sameness.weights import shipped
from warehouse.connection import Connection

LIMITS = shipped().candidates


@pytest.fixture
def empty() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        yield connection


def found(con: Connection, *facts: dict[str, Any]) -> list[tuple[int, int]]:
    records = [Facts(number, "eccp", **one) for number, one in enumerate(facts, 1)]
    return candidates.pairs(con, records, Population(records, shipped()), LIMITS)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"name": "Sawmill Valley", "domain": "sawmill.se"}, {"name": "Sågverksdalen", "domain": "sawmill.se"}),
        ({"name": "Sawmill Valley", "domain": "sawmill.se"}, {"name": "Sågverksdalen", "role_email": "info@sawmill.se"}),
        ({"name": "Sawmill Valley", "domain": "sawmill.se"}, {"name": "Sågverksdalen", "domain": "sawmill.com"}),
        ({"name": "Sawmill Valley", "phone": "+4670"}, {"name": "Sågverksdalen", "phone": "+4670"}),
        ({"name": "Sawmill Valley"}, {"name": "sawmillvalley AB"}),
        ({"name": "Sawmill Valley"}, {"name": "Other", "other_names": ("Cluster Sawmill Valley",)}),
        ({"name": "Zelena sinergiya"}, {"name": "Клъстер „Зелена синергия“"}),
        ({"name": "RXC", "country": "FI"}, {"name": "Rail and Xylography Cluster", "country": "FI"}),
        ({"name": "STUND Life Science", "country": "SE"}, {"name": "STUNS Life Science", "country": "SE"}),
        ({"name": "Sawmill Valley North", "country": "SE"}, {"name": "Arena Sawmill", "country": "SE"}),
        ({"name": "Sawmill", "domain": None}, {"name": "Sågverksdalen", "domain": "sawmill.se"}),
        ({"name": "York University"}, {"name": "University of York"}),
    ],
)
def test_two_records_that_may_be_one_are_brought_together(empty: Connection, left: dict[str, Any], right: dict[str, Any]) -> None:
    assert found(empty, left, right) == [(1, 2)]


def test_records_with_nothing_in_common_are_never_compared(empty: Connection) -> None:
    assert found(empty, {"name": "Sawmill Valley", "country": "SE"}, {"name": "Kelp Hub", "country": "SE"}, {"name": None}) == []


def test_a_key_that_a_crowd_shares_brings_nobody_together(empty: Connection) -> None:
    crowd = [{"name": f"{chr(97 + at // 26)}x{chr(97 + at % 26)}", "domain": "facebook.com"} for at in range(LIMITS.crowd + 1)]
    assert found(empty, *crowd) == []
    assert len(found(empty, *crowd[:3])) == 3


def test_pairs_come_once_smaller_number_first_and_in_order(empty: Connection) -> None:
    facts = {"name": "Sawmill Valley", "domain": "sawmill.se", "country": "SE"}
    assert found(empty, facts, facts, facts) == [(1, 2), (1, 3), (2, 3)]


def test_nothing_is_left_behind_in_the_database(empty: Connection) -> None:
    found(empty, {"name": "Sawmill"}, {"name": "Sawmill"})
    assert empty.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]
    assert empty.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall() == [(0,)]
