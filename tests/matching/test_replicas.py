"""Sameness on all records of the replicas, as a perfect reader brings them: what it finds, and what it invents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any

import pytest

from demo.site import NETWORKS, build
from demo.truth import records
from matching.sameness import blocking
from matching.sameness.judging import judge
from matching.sameness.labour import Labour
from matching.sameness.memory import Memory
from matching.sameness.records import from_rows
from matching.sameness.resolution import resolve
from matching.sameness.weights import shipped
from support.records import know
from warehouse.state import State

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
_FIELDS = (
    "name", "native_name", "other_names", "acronym", "organisation_type", "country", "nuts2", "city", "domain", "website",
    "role_email", "phone", "founded_on",
)  # fmt: skip


@pytest.fixture(scope="module")
def listed() -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Records, and whose each is."""
    rows, owners = [], {}
    for network in NETWORKS:
        for key, record in records(build(network).truth, network).items():
            number = len(rows) + 1
            said = {field: record.facts.get(field) for field in _FIELDS}
            said["other_names"] = list(said["other_names"] or [])
            said["founded_on"] = full_date(said["founded_on"])
            rows.append({**said, "record_id": number, "network": network, "source_key": key})
            owners[number] = record.organisation
    return rows, owners


def full_date(printed: Any) -> date | None:
    return date.fromisoformat((str(printed) + "-01-01")[:10]) if printed else None


@pytest.fixture(scope="module")
def groups(listed: tuple[list[dict[str, Any]], dict[int, str]]) -> list[tuple[int, ...]]:
    with State.memory() as state:
        know(state.con, listed[0])
        return [one.record_ids for one in resolve(state.con, now=NOW, previous=()).organisations]


def true_pairs(owners: Mapping[int, str]) -> set[tuple[int, int]]:
    of_one = defaultdict(list)
    for number, owner in owners.items():
        of_one[owner].append(number)
    return {pair for numbers in of_one.values() for pair in combinations(sorted(numbers), 2)}


def test_nearly_all_pairs_are_found_and_none_is_invented(listed: Any, groups: list[tuple[int, ...]]) -> None:
    wanted = true_pairs(listed[1])
    found = {pair for group in groups for pair in combinations(group, 2)}
    assert len(wanted) > 300
    assert found - wanted == set()
    assert 2 * len(found & wanted) / (len(found) + len(wanted)) >= 0.99


def test_b_cubed_is_as_good(listed: Any, groups: list[tuple[int, ...]]) -> None:
    """For every record: how much of its group is of its organisation, and how much of its organisation is in its group."""
    owners = listed[1]
    sizes = Counter(owners.values())
    seat = {number: group for group in groups for number in group}
    shared = {number: sum(owners[other] == owner for other in seat[number]) for number, owner in owners.items()}
    precision = sum(shared[number] / len(seat[number]) for number in owners) / len(owners)
    recall = sum(shared[number] / sizes[owner] for number, owner in owners.items()) / len(owners)
    assert precision == 1.0
    assert recall >= 0.99


def test_blocking_keeps_99_of_100_true_pairs_and_few_others(listed: Any) -> None:
    with State.memory() as state:
        know(state.con, listed[0])
        found = blocking.measure(state.con, true_pairs(listed[1]))
    assert found.completeness >= 0.99
    assert found.per_record <= 40


def test_what_a_glance_passes_over_is_nothing_that_a_closer_look_would_note(listed: Any) -> None:
    with State.memory() as state:
        know(state.con, listed[0])
        memory = Memory(state.con, shipped(), Labour())
        memory.begin(set())
        memory.find_pairs()
        weighed = {pair for pairs, _ in memory.pairs() for pair in pairs}
        passed = [pair for pair in memory.candidates() if pair not in weighed]
        records = {one.record_id: one for one in from_rows(memory.said(number for pair in passed for number in pair))}
        population = memory.population()
    assert len(passed) > 5000
    overlooked = [pair for pair in passed if judge(records[pair[0]], records[pair[1]], population, shipped()).verdict]
    assert overlooked == []
