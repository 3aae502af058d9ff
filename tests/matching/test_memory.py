"""Memory: a night on which little changed compares little, and comes to the same organisations."""

from __future__ import annotations

import gc
import random
import weakref
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import synthetic
from matching.sameness import keybook, reopened, resolution
from matching.sameness.labour import Labour
from matching.sameness.memory import Memory
from matching.sameness.resolution import resolve
from support.examples import examples
from support.records import know
from support.remembering import NOW, WEIGHTS, alike, anew, judged, looked_at, population, record, resolved
from warehouse.named_sql import Script
from warehouse.state import State


def test_a_second_night_without_changes_looks_at_no_pair(state: State) -> None:
    know(state.con, population(60, 1))
    first = resolved(state)
    assert len(first.judgements) > 20
    assert resolved(state) == first
    assert looked_at(state) == 0


def test_a_changed_record_costs_its_own_pairs_only(state: State) -> None:
    records = population(60, 1)
    apart = [{"record_id": 100 + at, "name": f"{word} Hamnkraft", "country": "NO"} for at, word in enumerate(("Nord", "Nordre"))]
    know(state.con, [*records, *apart])
    everything = looked_at(state)
    resolved(state)
    know(state.con, [*records, apart[0] | {"phone": "+47"}, apart[1]])
    assert 0 < looked_at(state) < everything / 10


@pytest.mark.parametrize("share", [0.01, pytest.param(0.05, marks=pytest.mark.thorough)])
def test_a_night_on_which_few_records_changed_looks_at_few_pairs_and_comes_to_the_groups_of_comparing_everything(
    state: State, share: float
) -> None:
    made = synthetic.make(1_000, seed=7)
    before, after = made.table.to_pylist(), synthetic.change(made, share, seed=8).table.to_pylist()
    know(state.con, before)
    everything = looked_at(state)
    first = resolved(state)
    know(state.con, after)
    assert 0 < looked_at(state) < 6 * share * everything
    second = resolved(state)
    assert second != first
    assert second == anew(after)


@pytest.mark.parametrize("seed", range(3))
def test_the_newest_record_comes_goes_and_gives_its_place_to_nobody(seed: int) -> None:
    records = population(40, seed)
    newest, another = ({**one, "record_id": number} for number, one in ((41, records[0]), (42, records[1])))
    nights = ([*records, newest], records, records[1:], [*records[1:-1]], [*records[1:-1], another], records)
    with State.memory() as state:
        know(state.con, records)
        resolved(state)
        for said in nights:
            know(state.con, said)
            assert resolved(state) == anew(said)


def test_whoever_comes_when_all_are_gone_finds_no_keys_of_theirs() -> None:
    records = population(40, 4)
    with State.memory() as state:
        for said in (records, [], [{**one, "record_id": one["record_id"] + 100} for one in population(30, 5)]):
            know(state.con, said)
            assert resolved(state) == anew(said)


def test_hands_that_have_done_one_nights_work_do_the_next_ones() -> None:
    hands = Labour()
    with State.memory() as state:
        for count in (20, 30, 40):
            know(state.con, population(count, 6))
            found = resolve(state.con, now=NOW, previous=(), weights=WEIGHTS, labour=hands)
            assert found == anew(population(count, 6))


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.sampled_from([10, 25, 40]))
def test_whatever_changes_in_a_night_the_outcome_is_that_of_comparing_everything_anew(seed: int, count: int) -> None:
    rng = random.Random(seed)
    records = {one["record_id"]: one for one in population(count, seed)}
    people: list[tuple[Any, ...]] = []
    with State.memory() as state, pytest.MonkeyPatch.context() as asking:
        asking.setattr(reopened, "WORTH_ASKING", rng.choice([0, 10**9]))
        asking.setattr(keybook, "WORN", rng.choice([0.0, 0.25, 10**9]))
        know(state.con, list(records.values()))
        resolved(state)
        for _ in range(2):
            for _ in range(rng.choice([0, 1, 3])):
                number = rng.randrange(1, count + 5)
                if number in records and rng.random() < 0.3:
                    del records[number]
                else:
                    records[number] = record(rng, number)
            if rng.random() < 0.5 and len(records) > 1:
                left, right = sorted(rng.sample(sorted(records), 2))
                people = [] if people and rng.random() < 0.5 else [*people, (left, right, rng.choice(["same", "different"]))]
            people = [one for one in people if one[0] in records and one[1] in records]
            know(state.con, list(records.values()))
            judged(state, people)
            assert resolved(state) == anew(list(records.values()), people)


def test_a_record_of_which_only_that_changed_which_sameness_does_not_read_costs_no_pair(state: State) -> None:
    records = population(40, 8)
    know(state.con, records)
    first = resolved(state)
    state.con.execute("UPDATE known_records SET digest = digest + 1 WHERE record_id <= 20")
    assert looked_at(state) == 0
    assert resolved(state) == first
    read = "SELECT count(*) FROM known_records AS now JOIN sameness_records AS known USING (record_id) WHERE source = now.digest"
    assert state.con.execute(read).fetchall() == [(40,)]


def test_a_record_whose_digest_is_not_known_is_read_anew(state: State) -> None:
    records = population(40, 9)
    know(state.con, records)
    resolved(state)
    changed = [records[0] | {"name": "Quokka Tundra"}, *records[1:]]
    know(state.con, changed)
    state.con.execute("UPDATE known_records SET digest = NULL")
    assert resolved(state) == anew(changed)


def test_a_pair_is_left_to_the_person_who_judges_it_and_comes_back_when_that_is_withdrawn(state: State) -> None:
    records = alike(2, name="Zephyr")
    know(state.con, records)
    first = resolved(state)
    judged(state, [(1, 2, "different")])
    assert resolved(state) == anew(records, [(1, 2, "different")])
    assert resolved(state).judgements == ()
    judged(state, [])
    assert resolved(state) == first


def test_few_pairs_and_many_are_judged_alike(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for many in (0, 10**9):
        monkeypatch.setattr(resolution, "MANY", many)
        with State.memory() as other:
            know(other.con, population(60, 6))
            found.append(resolved(other))
    assert len(found[0].judgements) > 20
    assert found[0] == found[1]


def test_what_pairs_say_is_asked_of_each_record_once(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    tell = Memory.told

    def noted(memory: Memory, numbers: Any) -> Any:
        told.extend(numbers.tolist())
        return tell(memory, numbers)

    monkeypatch.setattr(resolution, "MANY", 0)
    monkeypatch.setattr(Memory, "told", noted)
    know(state.con, population(60, 6))
    resolved(state)
    assert len(told) == len(set(told)) > 20


@pytest.mark.thorough
def test_many_hands_come_to_the_same(state: State) -> None:
    know(state.con, population(60, 5))
    with State.memory() as other:
        know(other.con, population(60, 5))
        shared = resolve(other.con, now=NOW, previous=(), weights=WEIGHTS, labour=Labour(processes=2, many=1))
    assert shared == resolved(state)


def test_other_weights_empty_the_memory(state: State) -> None:
    know(state.con, population(30, 2))
    resolved(state)
    other = replace(WEIGHTS, verdict=replace(WEIGHTS.verdict, same_from=0.5))
    assert resolve(state.con, now=NOW, previous=(), weights=other) != resolved(state)


@pytest.mark.thorough
def test_a_night_that_fails_leaves_the_memory_as_it_was(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    records = population(30, 3)
    know(state.con, records)
    before = resolved(state)
    know(state.con, [*records[:-1], records[-1] | {"name": "Quokka Food"}])

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Memory, "remember", fail)
        with pytest.raises(RuntimeError, match="the disk is full"):
            resolved(state)
    know(state.con, records)
    assert resolved(state) == before
    assert looked_at(state) == 0


def test_judgements_carry_the_date_of_the_night_that_asks(state: State) -> None:
    know(state.con, population(30, 4))
    resolved(state)
    later = resolve(state.con, now=NOW + timedelta(days=1), previous=(), weights=WEIGHTS)
    assert {one.decided_at for one in later.judgements} == {NOW + timedelta(days=1)}


@pytest.mark.parametrize("what", ["nothing", "unread fields"])
def test_a_night_on_which_no_record_says_else_reads_no_keys_and_no_words(
    state: State, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    know(state.con, population(40, 8))
    first = resolved(state)
    if what == "unread fields":
        state.con.execute("UPDATE known_records SET digest = digest + 1 WHERE record_id <= 20")
    asked: list[str] = []
    ask = Script._with_values

    def noted(script: Script, title: str, more: Any) -> Any:
        asked.append(title)
        return ask(script, title, more)

    monkeypatch.setattr(Script, "_with_values", noted)
    assert resolved(state) == first
    assert {"list_known", "tell_opinions"} <= set(asked)
    assert not {"keys", "keys_since", "tell_counts", "tell_in_common", "forget_records", "gather"} & set(asked)


def test_a_person_is_minded_on_a_night_on_which_no_record_says_else(state: State) -> None:
    records = population(40, 8)
    know(state.con, records)
    first = resolved(state)
    one = next(one for one in first.judgements if one.verdict == "same")
    said = [(one.left, one.right, "different")]
    judged(state, said)
    assert resolved(state) == anew(records, said) != first


def test_what_a_night_worked_with_is_gone_with_it(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    memories: list[weakref.ref[Memory]] = []

    class Watched(Memory):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            memories.append(weakref.ref(self))

    monkeypatch.setattr(resolution, "Memory", Watched)
    records = population(40, 8)
    # What refers back to itself would stay until somebody looks for it.
    gc.disable()
    try:
        for said in (records, records[1:]):
            know(state.con, said)
            resolved(state)
        assert [one() for one in memories] == [None, None]
    finally:
        gc.enable()
