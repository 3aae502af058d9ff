"""What a judgement will lead to is told before a run carries it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.foresight import Foreseen, Foresight, InTheWay
from warehouse.connection import Connection
from warehouse.decided import Decision, RecordKey
from warehouse.rows import Verdict

SAME, DIFFERENT = Verdict.SAME, Verdict.DIFFERENT
NIGHT = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
A, B, C, D, E = (RecordKey("eccp", key) for key in "abcde")
RECORDS = {A: 1, B: 2, C: 3, D: 4, E: 5}


@pytest.fixture
def con() -> Iterator[Connection]:
    """An edition of five records of which the machine has judged nothing yet."""
    with edition() as con:
        yield con


def edition() -> Connection:
    con = duckdb.connect()
    con.execute("CREATE TABLE cluster_sources (network TEXT, source_key TEXT, record_id BIGINT)")
    con.executemany("INSERT INTO cluster_sources VALUES (?, ?, ?)", [[*key, number] for key, number in RECORDS.items()])
    con.execute(
        """
        CREATE TABLE judgements (
            left_record_id BIGINT, right_record_id BIGINT, verdict TEXT, probability DOUBLE, decided_by TEXT, because TEXT,
            decided_at TIMESTAMP, withdrawn_at TIMESTAMP
        )
        """
    )
    return con


def machine(con: Connection, left: RecordKey, right: RecordKey, verdict: Verdict = SAME, probability: float = 0.99) -> None:
    values = [RECORDS[left], RECORDS[right], verdict.value, probability, NIGHT.replace(tzinfo=None)]
    con.execute("INSERT INTO judgements VALUES (?, ?, ?, ?, 'machine', 'it is so', ?, NULL)", values)


def decision(day: int, left: RecordKey, right: RecordKey, verdict: Verdict = SAME) -> Decision:
    return Decision(day, left, right, verdict, "Astrid", "rang them", NIGHT + timedelta(days=day))


def test_where_nothing_is_in_the_way_nothing_is_told(con: Connection) -> None:
    machine(con, A, B)
    made = decision(1, B, C)
    assert Foresight(con).of_same([made], made) == Foreseen()


def test_what_the_machine_judges_different_may_take_a_record_from_its_organisation_and_is_named(con: Connection) -> None:
    machine(con, A, B)
    machine(con, A, C, DIFFERENT, 0.01)
    made = decision(1, B, C)
    (parting,) = Foresight(con).of_same([made], made).partings
    assert (parting.record, parting.others, parting.is_left, parting.because) == (B, (A,), True, InTheWay(A, C, None))


def test_a_judgement_on_a_record_that_the_edition_does_not_have_changes_nothing_yet(con: Connection) -> None:
    strange = RecordKey("eccp", "strange")
    made = decision(1, A, strange)
    foresight = Foresight(con)
    assert foresight.of_same([made], made) == Foreseen()
    assert foresight.joined_by([made], A, strange) == ()


def test_withdrawing_one_tells_what_it_sets_free_and_what_that_refuses_in_its_turn(con: Connection) -> None:
    first, apart, refused = decision(1, A, B), decision(2, A, C, DIFFERENT), decision(3, B, C)
    later_apart, later = decision(4, B, D, DIFFERENT), decision(5, C, D)
    standing = [first, refused, later_apart, later]
    assert Foresight(con).of_same([*standing, apart], later) == Foreseen()
    assert Foresight(con).of_withdrawal(standing, apart) == ((refused,), (later,))


PAIRS = st.tuples(st.sampled_from(sorted(RECORDS)), st.sampled_from(sorted(RECORDS))).filter(lambda pair: pair[0] < pair[1])


@pytest.fixture(scope="module")
def foresight() -> Foresight:
    with edition() as con:
        return Foresight(con)


SAID = st.dictionaries(PAIRS, st.sampled_from([SAME, SAME, DIFFERENT]), min_size=1, max_size=8)


@given(said=SAID)
def test_what_is_said_one_after_the_other_is_carried_out_or_refused_for_good(
    foresight: Foresight, said: dict[tuple[RecordKey, RecordKey], Verdict]
) -> None:
    """As ``judge`` does it: a different that people contradict is not written, a same that contradicts is kept and refused."""
    standing: list[Decision] = []
    refused: list[Decision] = []
    for day, (pair, verdict) in enumerate(said.items(), start=1):
        made = decision(day, *pair, verdict)
        if verdict is DIFFERENT and foresight.joined_by(standing, *pair):
            continue
        standing.append(made)
        if verdict is SAME:
            forbidden_by = foresight.of_same(standing, made).forbidden_by
            if forbidden_by:
                refused.append(made)
                assert [one.verdict for one in forbidden_by] == [DIFFERENT, *[SAME] * (len(forbidden_by) - 1)]
                assert made not in forbidden_by
                assert not set(map(id, refused)) & set(map(id, forbidden_by))
    for one in standing:
        is_carried_out = foresight.joined_by(standing, one.left, one.right) != ()
        assert is_carried_out is (one.verdict is SAME and one not in refused)
