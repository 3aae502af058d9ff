"""Sameness as a whole: from the view known_records to organisations."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from matching.sameness.resolution import AUTHOR, Resolution, resolve
from support.records import know
from warehouse.connection import Connection
from warehouse.rows import Organisation, Verdict
from warehouse.state import State

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
ORGANISATIONS = Path(__file__).parents[2] / "demo" / "organisations.jsonl"


@pytest.fixture
def state() -> Iterator[Connection]:
    """An empty state."""
    with State.memory() as state:
        yield state.con


def resolved(state: Connection, previous: Sequence[Organisation] = ()) -> Resolution:
    return resolve(state, now=NOW, previous=previous)


def groups(resolution: Resolution) -> list[tuple[int, ...]]:
    return [one.record_ids for one in resolution.organisations]


def person(state: Connection, left: int, right: int, verdict: Verdict) -> None:
    row = (left, right, verdict.value, 1.0, "Astrid", "rang them", datetime(2026, 11, 20), None)  # noqa: DTZ001  stored as UTC
    state.execute("INSERT INTO judgements VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


TWICE = [
    {"record_id": 4, "source_key": "node/77", "name": "Packbrygga AB", "country": "SE", "city": "Malmö"},
    {"record_id": 9, "source_key": "packbrygga", "name": "PackBrygga", "country": "SE", "city": "Malmö"},
]


def test_one_network_may_list_an_organisation_under_two_keys(state: Connection) -> None:
    know(state, TWICE)
    resolution = resolved(state)
    assert resolution.organisations == (Organisation(4, (4, 9)),)
    (judgement,) = resolution.judgements
    assert (judgement.left, judgement.right, judgement.verdict, judgement.decided_by) == (4, 9, Verdict.SAME, AUTHOR)
    assert judgement.decided_at == NOW
    assert "the same name" in judgement.because


def test_an_empty_state_has_no_organisations(state: Connection) -> None:
    assert resolved(state) == Resolution((), (), ())


def test_a_record_that_is_gone_stays_with_its_organisation(state: Connection) -> None:
    know(state, [TWICE[0] | {"is_gone": True}, TWICE[1]])
    assert groups(resolved(state)) == [(4, 9)]


def test_a_person_parts_what_the_machine_would_join(state: Connection) -> None:
    know(state, TWICE)
    person(state, 4, 9, Verdict.DIFFERENT)
    resolution = resolved(state)
    assert groups(resolution) == [(4,), (9,)]
    assert resolution.judgements == ()


def test_a_person_joins_what_the_machine_would_not(state: Connection) -> None:
    know(state, [{"record_id": 1, "name": "Kelp Hub"}, {"record_id": 2, "name": "Fog Arena"}])
    person(state, 1, 2, Verdict.SAME)
    assert groups(resolved(state)) == [(1, 2)]


def test_a_withdrawn_judgement_gives_the_pair_back_to_the_machine(state: Connection) -> None:
    know(state, TWICE)
    person(state, 4, 9, Verdict.DIFFERENT)
    state.execute("UPDATE judgements SET withdrawn_at = TIMESTAMP '2026-11-21 00:00:00'")
    assert groups(resolved(state)) == [(4, 9)]


def test_a_persons_different_refuses_the_machines_chain_and_says_so(state: Connection) -> None:
    know(state, [*TWICE, TWICE[1] | {"record_id": 12, "source_key": "pb"}])
    person(state, 4, 12, Verdict.DIFFERENT)
    resolution = resolved(state)
    assert len(resolution.organisations) == 2
    assert [finding.kind for finding in resolution.refused] == ["refused join"]
    assert "judged different (a person, 2026-11-20)" in resolution.refused[0].because
    assert "Astrid" not in resolution.refused[0].because
    assert "rang them" not in resolution.refused[0].because


def test_a_number_survives_a_merge_and_a_split(state: Connection) -> None:
    know(state, TWICE)
    apart = (Organisation(4, (4,)), Organisation(9, (9,)))
    merged = resolved(state, apart)
    assert merged.organisations == (Organisation(4, (4, 9), (9,)),)
    person(state, 4, 9, Verdict.DIFFERENT)
    assert resolved(state, merged.organisations).organisations == apart


def test_a_second_time_gives_the_same_and_leaves_the_database_as_it_was(state: Connection) -> None:
    know(state, TWICE)
    before = state.execute(
        "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal"
    ).fetchall()
    first = resolved(state)
    assert resolved(state, first.organisations) == first
    after = state.execute(
        "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal"
    ).fetchall()
    assert sorted(after) == sorted(before)


def facts() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ORGANISATIONS.read_text(encoding="utf-8").splitlines()]


def as_record(one: dict[str, Any], number: int, **changed: Any) -> dict[str, Any]:
    """A real organisation as one network would print it."""
    website = one["website"]
    return {
        **{
            key: one[key]
            for key in ("name", "native_name", "acronym", "organisation_type", "country", "nuts2", "city", "website")
        },
        "record_id": number,
        "source_key": one["id"],
        "other_names": [*one["aliases"], *([one["legal_name"]] if one["legal_name"] else [])],
        "domain": website and website.split("/")[2].removeprefix("www."),
        "founded_on": one["founded_year"] and date(one["founded_year"], 1, 1),
        **changed,
    }


def test_573_real_organisations_stay_573_whether_much_or_little_is_known_of_them(state: Connection) -> None:
    real = facts()
    know(state, [as_record(one, number) for number, one in enumerate(real, 1)])
    assert len(resolved(state).organisations) == len(real) == 573
    state.execute(
        "UPDATE known_records SET domain = NULL, website = NULL, city = NULL, nuts2 = NULL, founded_on = NULL, other_names = []"
    )
    assert len(resolved(state).organisations) == len(real)


@pytest.mark.parametrize(("has_site", "least_recall"), [(True, 0.90), (False, 0.83)])
def test_copies_under_another_name_of_the_organisation_find_it_and_never_another(
    state: Connection, has_site: bool, least_recall: float
) -> None:
    rng = random.Random(3)
    records: list[dict[str, Any]] = []
    own: dict[int, str] = {}
    for at, one in enumerate(facts()):
        others = [text for text in (one["native_name"], one["legal_name"], *one["aliases"]) if text and text != one["name"]]
        copy = {
            "network": "tci",
            "name": rng.choice(others or [one["name"]]),
            "native_name": None,
            "other_names": [],
            "acronym": None,
        }
        bare = {} if has_site else {"website": None, "domain": None}
        records += [as_record(one, 2 * at + 1, other_names=[]), as_record(one, 2 * at + 2, **copy, **bare)]
        own |= {2 * at + 1: one["id"], 2 * at + 2: one["id"]}
    know(state, records)
    joined = [pair for group in groups(resolved(state)) for pair in combinations(group, 2)]
    assert [pair for pair in joined if own[pair[0]] != own[pair[1]]] == []
    assert len(joined) / (len(records) // 2) >= least_recall


def test_5000_records_of_made_up_words_stay_apart(state: Connection) -> None:
    rng = random.Random(1)
    syllables = ["ba", "ke", "lo", "mi", "nu", "ra", "so", "ti", "va", "ze"]
    records = []
    for number in range(1, 5001):
        printed = " ".join("".join(rng.choices(syllables, k=3)).title() for _ in range(2)) + rng.choice([" Cluster", " e.V.", ""])
        records.append(
            {
                "record_id": number,
                "name": printed,
                "country": rng.choice(["SE", "DE", "FR"]),
                "network": rng.choice(["eccp", "tci"]),
            }
        )
    know(state, records)
    assert len(resolved(state).organisations) > 4900
