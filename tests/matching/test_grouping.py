"""Grouping: who sits with whom."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.grouping import group, people_join
from warehouse.rows import Judgement, Verdict

SAME, DIFFERENT, UNSURE = Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE


def judged(
    left: int,
    right: int,
    verdict: Verdict = SAME,
    score: float = 0.99,
    by: str = "machine test",
    day: int = 1,
    withdrawn: bool = False,
) -> Judgement:
    at = datetime(2026, 11, day, tzinfo=UTC)
    return Judgement(left, right, verdict, score, by, "because it is so", at, at if withdrawn else None)


def test_same_is_carried_along_a_chain() -> None:
    assert group(range(1, 5), [judged(1, 2), judged(2, 3)]).groups == ((1, 2, 3), (4,))


def test_unsure_joins_nobody() -> None:
    assert group([1, 2], [judged(1, 2, UNSURE)]).groups == ((1,), (2,))


def test_a_chain_never_overrules_a_different_and_the_weakest_link_is_refused_and_reported() -> None:
    judgements = [judged(1, 2, score=0.97), judged(2, 3, score=0.99), judged(1, 3, DIFFERENT, score=0.01)]
    grouping = group([1, 2, 3], judgements)
    assert grouping.groups == ((1,), (2, 3))
    (finding,) = grouping.refused
    assert finding.kind == "refused join"
    assert "records 1 and 2 look like one organisation" in finding.because
    assert "records 1 and 3 together" in finding.because


def test_a_person_beats_the_machine_on_the_same_pair() -> None:
    assert group([1, 2], [judged(1, 2), judged(1, 2, DIFFERENT, by="Astrid")]).groups == ((1,), (2,))
    assert group([1, 2], [judged(1, 2, DIFFERENT), judged(1, 2, by="Astrid")]).groups == ((1, 2),)


def test_a_persons_chain_beats_a_machines_different() -> None:
    judgements = [judged(1, 2, by="Astrid"), judged(2, 3, by="Astrid"), judged(1, 3, DIFFERENT, score=0.0)]
    assert group([1, 2, 3], judgements).groups == ((1, 2, 3),)


def test_a_persons_different_stands_against_any_machine_score() -> None:
    judgements = [judged(1, 2, score=1.0), judged(2, 3, score=1.0), judged(1, 3, DIFFERENT, by="Astrid")]
    assert len(group([1, 2, 3], judgements).groups) == 2


def test_the_later_word_of_people_counts() -> None:
    judgements = [judged(1, 2, by="Astrid", day=2), judged(1, 2, DIFFERENT, by="Bo", day=3)]
    assert group([1, 2], judgements).groups == ((1,), (2,))


def test_what_people_joined_is_not_undone_by_a_later_same_of_theirs_that_contradicts() -> None:
    first, apart, last = judged(1, 2, by="Astrid"), judged(1, 3, DIFFERENT, by="Bo", day=2), judged(2, 3, by="Cleo", day=3)
    grouping = group([1, 2, 3], [first, apart, last])
    assert grouping.groups == ((1, 2), (3,))
    (refusal,) = grouping.refusals
    assert (refusal.wanted, refusal.obstacle, refusal.by_way_of) == (last, apart, (first,))


def test_a_refused_join_of_people_names_every_judgement_of_theirs_on_the_way() -> None:
    chain = [judged(1, 2, by="Astrid"), judged(2, 3, by="Astrid", day=2), judged(5, 6, by="Bo", day=3)]
    beside = [judged(3, 4, by="Bo", day=4), judged(1, 7)]
    apart, last = judged(1, 6, DIFFERENT, by="Bo", day=5), judged(3, 5, by="Cleo", day=6)
    (refusal,) = group(range(1, 8), [*chain, *beside, apart, last]).refusals
    assert (refusal.wanted, refusal.obstacle, set(refusal.by_way_of)) == (last, apart, set(chain))


def test_two_records_that_people_join_through_others_are_told_with_the_judgements_between_them() -> None:
    judgements = [judged(1, 2, by="Astrid"), judged(2, 3, by="Bo", day=2), judged(3, 4), judged(2, 5, by="Bo", day=3)]
    assert people_join(range(1, 6), judgements, 1, 3) == (judgements[0], judgements[1])
    assert people_join(range(1, 6), judgements, 1, 4) == (), "the machine joins these"
    assert people_join(range(1, 6), judgements, 1, 9) == (), "nobody knows 9"


def test_a_withdrawn_judgement_is_as_if_never_made() -> None:
    judgements = [judged(1, 2), judged(1, 2, DIFFERENT, by="Astrid", withdrawn=True)]
    assert group([1, 2], judgements).groups == ((1, 2),)


def test_a_judgement_on_an_erased_record_is_left_out() -> None:
    assert group([1], [judged(1, 2)]).groups == ((1,),)


def test_it_is_refused_however_the_two_tables_were_filled() -> None:
    judgements = [
        judged(1, 2, score=0.999),
        judged(3, 4, score=0.998),
        judged(2, 3, score=0.97),
        judged(1, 4, DIFFERENT, score=0.0),
    ]
    grouping = group([1, 2, 3, 4], judgements)
    assert grouping.groups == ((1, 2), (3, 4))
    assert len(grouping.refused) == 1


PAIRS = st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda pair: pair[0] < pair[1])
SCORES = st.sampled_from([0.95, 0.96, 0.99])
SAMES = st.builds(lambda pair, score: judged(pair[0], pair[1], score=score), PAIRS, SCORES)
JUDGEMENTS = st.lists(
    st.builds(
        lambda pair, verdict, score, by, day: judged(pair[0], pair[1], verdict, score, by, day),
        PAIRS,
        st.sampled_from([SAME, SAME, DIFFERENT, UNSURE]),
        SCORES,
        st.sampled_from(["machine test", "Astrid", "Bo"]),
        st.integers(1, 28),
    ),
    max_size=25,
)


def components(records: Iterable[int], edges: Iterable[tuple[int, int]]) -> set[frozenset[int]]:
    """Connected components as networkx finds them."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(records)
    graph.add_edges_from(edges)
    return {frozenset(component) for component in nx.connected_components(graph)}


@given(st.lists(SAMES, max_size=25))
def test_without_a_different_the_groups_are_the_connected_components(judgements: list[Judgement]) -> None:
    grouping = group(range(1, 13), judgements)
    assert {frozenset(one) for one in grouping.groups} == components(range(1, 13), [(one.left, one.right) for one in judgements])
    assert grouping.refused == ()


@given(JUDGEMENTS, st.randoms(use_true_random=False))
def test_the_order_of_judgements_and_records_does_not_matter(judgements: list[Judgement], rng: random.Random) -> None:
    records = list(range(1, 13))
    expected = group(records, judgements)
    rng.shuffle(records)
    assert group(records, rng.sample(judgements, len(judgements))) == expected


@given(JUDGEMENTS)
def test_every_record_sits_once_and_nobody_with_whom_a_person_parts_it(judgements: list[Judgement]) -> None:
    grouping = group(range(1, 13), judgements)
    assert sorted(record for one in grouping.groups for record in one) == list(range(1, 13))
    last: dict[tuple[int, int], Judgement] = {}
    for one in sorted((one for one in judgements if not one.decided_by.startswith("machine")), key=lambda one: one.decided_at):
        last[one.left, one.right] = one
    days = [(one.left, one.right, one.decided_at) for one in judgements if not one.decided_by.startswith("machine")]
    for (left, right), one in last.items():
        is_only_one_that_day = days.count((left, right, one.decided_at)) == 1
        if one.verdict is DIFFERENT and is_only_one_that_day:
            assert not any({left, right} <= set(seated) for seated in grouping.groups)


@given(
    JUDGEMENTS.map(lambda made: [replace(one, decided_by="Astrid", verdict=SAME) for one in made]),
    st.randoms(use_true_random=False),
)
def test_a_later_same_of_people_parts_nobody_whom_earlier_ones_joined(judgements: list[Judgement], rng: random.Random) -> None:
    made = {(one.left, one.right): one for one in judgements}
    apart = {pair: replace(one, verdict=DIFFERENT) for pair, one in made.items() if rng.random() < 0.3}
    said = list((made | apart).values())
    latest = max(said, key=lambda one: one.decided_at, default=None)
    if latest is None or latest.verdict is DIFFERENT:
        return
    last = replace(latest, decided_at=latest.decided_at + timedelta(days=1))
    others = [one for one in said if one is not latest]
    before, after = group(range(1, 13), others), group(range(1, 13), [*others, last])
    assert all(any(set(seated) <= set(wider) for wider in after.groups) for seated in before.groups)
    assert set(before.refusals) <= set(after.refusals)
