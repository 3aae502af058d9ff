"""Sameness on all records of the replicas, as a perfect reader brings them: what it finds, and what it invents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from benchmarks.grouped import quality
from demo.site import NETWORKS, build
from demo.truth import records
from matching.sameness import blocking
from matching.sameness.hands import judged, weighed
from matching.sameness.labour import Common, Labour
from matching.sameness.memory import Memory
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
    found = quality(groups, listed[1])
    assert found.true > 300
    assert (found.precision, found.over_merged) == (1.0, 0)
    assert found.f1 >= 0.99


def test_b_cubed_is_as_good(listed: Any, groups: list[tuple[int, ...]]) -> None:
    found = quality(groups, listed[1])
    assert found.b_cubed_precision == 1.0
    assert found.b_cubed_recall >= 0.99


def test_blocking_keeps_99_of_100_true_pairs_and_few_others(listed: Any) -> None:
    with State.memory() as state:
        know(state.con, listed[0])
        found = blocking.measure(state.con, true_pairs(listed[1]))
    assert found.completeness >= 0.99
    assert found.per_record <= 40


@pytest.mark.thorough
def test_all_at_once_the_pairs_weigh_what_they_weigh_one_by_one(listed: Any) -> None:
    weights = shipped()
    with State.memory() as state:
        know(state.con, listed[0])
        memory = Memory(state.con, weights, Labour())
        memory.begin(set())
        memory.find_pairs()
        left, right = memory.pairs()
        numbers = np.unique([left, right])
        noted = weighed(Common((memory.population(), weights)), (left, right, memory.told(numbers)))
        one_by_one = judged(
            memory.said(numbers.tolist()), zip(left.tolist(), right.tolist(), strict=True), memory.population(), weights
        )
    assert len(noted) > 300
    assert noted == one_by_one
