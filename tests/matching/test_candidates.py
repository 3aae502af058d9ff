"""Candidates: the pairs that share a key, found by joins in the state."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from matching.sameness.labour import Labour
from matching.sameness.memory import Memory
from matching.sameness.weights import shipped
from support.records import know
from warehouse.state import State

LIMITS = shipped().candidates


def found(state: State, *facts: dict[str, Any]) -> list[tuple[int, int]]:
    """The candidates among these records, all of them new."""
    know(state.con, [{"record_id": number} | one for number, one in enumerate(facts, 1)])
    memory = Memory(state.con, shipped(), Labour())
    memory.begin(set())
    memory.find_pairs()
    left, right = memory.pairs()
    return list(zip(left.tolist(), right.tolist(), strict=True))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"name": "Sawmill Valley", "domain": "sawmill.se"}, {"name": "Sågverksdalen", "domain": "sawmill.se"}),
        ({"name": "Sawmill Valley", "domain": "sawmill.se"}, {"name": "Sågverksdalen", "role_email": "info@sawmill.se"}),
        ({"name": "Sawmill Valley", "domain": "sawmill.se"}, {"name": "Sågverksdalen", "domain": "sawmill.com"}),
        ({"name": "Sawmill Valley", "domain": "sawmillvalley.se"}, {"name": "Sågverksdalen", "domain": "sawmlilvalley.se"}),
        ({"name": "Sawmill Valley", "phone": "+4670"}, {"name": "Sågverksdalen", "phone": "+4670"}),
        ({"name": "Sawmill Valley", "founded_on": date(1999, 3, 17)}, {"name": "Sågverksdalen", "founded_on": date(1999, 3, 17)}),
        ({"name": "Sawmill Valley"}, {"name": "sawmillvalley AB"}),
        ({"name": "Sawmill Valley"}, {"name": "Other", "other_names": ("Cluster Sawmill Valley",)}),
        ({"name": "Zelena sinergiya"}, {"name": "Клъстер „Зелена синергия“"}),
        ({"name": "Norwegian Furniture Cluster"}, {"name": "Norsk møbelklynge"}),
        ({"name": "Norwegian Clusters"}, {"name": "Norges klynger"}),
        ({"name": "RXC", "country": "FI"}, {"name": "Rail and Xylography Cluster", "country": "FI"}),
        ({"name": "RXyC", "country": "FI"}, {"name": "Rail and Xylography Cluster", "country": "FI"}),
        ({"name": "RAXC", "country": "FI"}, {"name": "Rail and Xylography Cluster", "country": "FI"}),
        ({"name": "STUND Life Science", "country": "SE"}, {"name": "STUNS Life Science", "country": "SE"}),
        ({"name": "Packbryggan", "country": "SE"}, {"name": "Packbrygan", "country": "SE"}),
        ({"name": "Sawmill Valley North", "country": "SE"}, {"name": "Sawmill", "country": "SE"}),
        ({"name": "Sawmill", "domain": None}, {"name": "Sågverksdalen", "domain": "sawmill.se"}),
        ({"name": "York University"}, {"name": "University of York"}),
    ],
)
def test_two_records_that_may_be_one_are_brought_together(state: State, left: dict[str, Any], right: dict[str, Any]) -> None:
    assert found(state, left, right) == [(1, 2)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"name": "Sawmill Valley"}, {"name": "Kelp Hub"}),
        ({"name": "Sawmill Valley North"}, {"name": "Arena Sawmill"}),
        ({"name": "Rail and Xylography Cluster"}, {"name": "Robots and X-ray Centre"}),
        ({"name": None}, {"name": "???"}),
    ],
)
def test_records_of_two_countries_with_too_little_in_common_are_never_compared(
    state: State, left: dict[str, Any], right: dict[str, Any]
) -> None:
    assert found(state, left | {"country": "SE"}, right | {"country": "NO"}) == []


def test_a_key_that_a_crowd_shares_brings_nobody_together(state: State) -> None:
    crowd = [{"name": f"{chr(97 + at // 26)}x{chr(97 + at % 26)}", "domain": "facebook.com"} for at in range(LIMITS.crowd + 1)]
    assert found(state, *crowd) == []


def test_pairs_come_once_smaller_number_first_and_in_order(state: State) -> None:
    facts = {"name": "Sawmill Valley", "domain": "sawmill.se", "country": "SE"}
    assert found(state, facts, facts, facts) == [(1, 2), (1, 3), (2, 3)]


def test_nothing_of_the_run_is_left_behind(state: State) -> None:
    found(state, {"name": "Sawmill"}, {"name": "Sawmill"})
    assert state.con.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchall() == [(0,)]
