"""Judgements and seats: written once, undone without loss, and a person's word untouched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness import numbering
from warehouse import organisations
from warehouse.organisations import Judged
from warehouse.rows import Judgement, Organisation, Verdict
from warehouse.state import State

STANDING = "SELECT left_id, right_id, verdict, decided_by, withdrawn_at IS NOT NULL FROM judgements ORDER BY ALL"


def judgement(nights, left: int, right: int, verdict: Verdict = Verdict.SAME, because: str = "same domain") -> Judgement:
    return Judgement(left, right, verdict, 0.97, "machine sameness 1", because, nights.now)


@pytest.fixture
def three(nights):
    nights.load(nights.record("a", other_names=("Alpha",)), nights.record("b"), nights.record("c"))
    return nights


def test_records_come_back_with_their_profiles_by_number(three) -> None:
    records = organisations.read_records(three.state.con)
    assert [record.record_id for record in records] == [1, 2, 3]
    assert records[0].profile == three.profile("a", other_names=("Alpha",))
    assert (records[0].first_seen_on, records[0].is_gone) == (three.now.date(), False)


def test_known_records_say_what_the_profiles_say(three) -> None:
    three.load(three.record("a", founded_on="2001-02", founded_precision="month", domain="a.example", country="SE"))
    rows = three.rows("SELECT record_id, name, founded_on, domain, country, other_names, sectors FROM known_records ORDER BY 1")
    founded = three.rows("SELECT DATE '2001-02-01'")[0][0]
    assert rows[0] == (1, "Cluster a", founded, "a.example", "SE", [], [])


def test_the_same_judgements_again_are_not_written_again(three) -> None:
    made = [judgement(three, 1, 2), judgement(three, 2, 3, Verdict.UNSURE)]
    assert organisations.write_judgements(three.state, made, three.now) == Judged(2, 0)
    later = [replace(one, decided_at=three.now + timedelta(days=1)) for one in made]
    assert organisations.write_judgements(three.state, later, three.now + timedelta(days=1)) == Judged(0, 0)
    assert organisations.judgements(three.state.con) == made


def test_a_judgement_made_differently_withdraws_the_old_one_and_keeps_it(three) -> None:
    organisations.write_judgements(three.state, [judgement(three, 1, 2)], three.now)
    later = three.now + timedelta(days=1)
    assert organisations.write_judgements(three.state, [judgement(three, 1, 2, Verdict.UNSURE)], later) == Judged(1, 1)
    assert three.rows(STANDING) == [(1, 2, "same", "machine sameness 1", True), (1, 2, "unsure", "machine sameness 1", False)]


def test_a_judgement_that_is_not_made_any_more_is_withdrawn(three) -> None:
    organisations.write_judgements(three.state, [judgement(three, 1, 2), judgement(three, 1, 3)], three.now)
    assert organisations.write_judgements(three.state, [judgement(three, 1, 3)], three.now) == Judged(0, 1)
    assert [(one.left, one.right) for one in organisations.judgements(three.state.con)] == [(1, 3)]


def test_a_persons_judgement_is_never_touched(three) -> None:
    three.state.con.execute(
        "INSERT INTO judgements VALUES (1, 2, 'different', 0, 'Registrar', 'two bodies', TIMESTAMP '2026-01-01 00:00:00', NULL)"
    )
    organisations.write_judgements(three.state, [judgement(three, 1, 2)], three.now)
    organisations.write_judgements(three.state, [], three.now)
    assert three.rows(STANDING) == [(1, 2, "different", "Registrar", False), (1, 2, "same", "machine sameness 1", True)]


def test_peoples_judgements_are_read_without_the_machines_and_without_what_they_took_back(three) -> None:
    three.state.con.execute(
        """
        INSERT INTO judgements VALUES
        (1, 2, 'different', 0, 'Registrar', 'two bodies', TIMESTAMP '2026-01-01 00:00:00', NULL),
        (1, 3, 'same', 1, 'Registrar', 'one body', TIMESTAMP '2026-01-01 00:00:00', TIMESTAMP '2026-01-02 00:00:00')
        """
    )
    organisations.write_judgements(three.state, [judgement(three, 2, 3)], three.now)
    (found,) = organisations.judgements_by_people(three.state.con)
    assert (found.left, found.right, found.verdict, found.decided_by) == (1, 2, Verdict.DIFFERENT, "Registrar")
    assert len(organisations.judgements(three.state.con)) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decided_by": "Registrar"}, "of the machine only"),
        ({"left": 2, "right": 2}, "left < right"),
        ({"left": 3, "right": 2}, "left < right"),
    ],
)
def test_a_judgement_out_of_place_is_refused(three, change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        organisations.write_judgements(three.state, [replace(judgement(three, 1, 2), **change)], three.now)


def test_a_pair_judged_twice_is_refused(three) -> None:
    with pytest.raises(ValueError, match=r"each judgement on records once, found \(1, 2\) 2 times"):
        organisations.write_judgements(three.state, [judgement(three, 1, 2), judgement(three, 1, 2, Verdict.UNSURE)], three.now)


def test_seats_are_taken_once_and_come_back(three) -> None:
    wanted = [Organisation(1, (1, 3), redirects=(3,)), Organisation(2, (2,))]
    assert organisations.write(three.state, wanted, three.now) == 3
    assert organisations.write(three.state, wanted, three.now) == 0
    assert organisations.previous(three.state.con) == wanted
    assert organisations.redirect(three.state.con, 3) == 1
    assert organisations.redirect(three.state.con, 2) is None


def test_a_split_gives_the_number_back(three) -> None:
    organisations.write(three.state, [Organisation(1, (1, 3), (3,)), Organisation(2, (2,))], three.now)
    apart = [Organisation(1, (1,)), Organisation(2, (2,)), Organisation(3, (3,))]
    assert organisations.write(three.state, apart, three.now) == 1
    assert organisations.previous(three.state.con) == apart


def test_redirects_are_kept_for_ever_and_lead_to_the_end_of_a_chain(three) -> None:
    organisations.write(three.state, [Organisation(1, (1,)), Organisation(2, (2, 3), (3,))], three.now)
    organisations.write(three.state, [Organisation(1, (1, 2, 3), (2,))], three.now)
    assert three.rows("SELECT old_id, organisation_id FROM redirects ORDER BY old_id") == [(2, 1), (3, 1)]


def test_a_redirect_tells_since_when_it_leads_there_and_keeps_the_day(three) -> None:
    organisations.write(three.state, [Organisation(1, (1,)), Organisation(2, (2, 3), (3,))], three.now)
    first = three.now.date()
    assert organisations.redirected_since(three.state.con, 3) == first
    later = three.now + timedelta(days=3)
    organisations.write(three.state, [Organisation(1, (1,)), Organisation(2, (2, 3), (3,))], later)
    assert organisations.redirected_since(three.state.con, 3) == first
    organisations.write(three.state, [Organisation(1, (1, 2, 3), (2, 3))], later)
    assert organisations.redirected_since(three.state.con, 3) == later.date()
    assert organisations.redirected_since(three.state.con, 1) is None


PARTITIONS = st.lists(st.integers(0, 2), min_size=4, max_size=4).map(
    lambda seats: [tuple(record for record, seat in enumerate(seats, 1) if seat == table) for table in sorted(set(seats))]
)


@pytest.fixture(scope="module")
def four(nights_on):
    with State.memory() as state:
        nights = nights_on(state)
        nights.load(*(nights.record(key) for key in "abcd"))
        yield nights


@given(st.lists(PARTITIONS, min_size=1, max_size=5))
def test_every_number_ever_given_out_leads_through_all_merges_and_splits_to_where_its_record_is_and_says_since_when(
    four, partitions: list
) -> None:
    con = four.state.con
    con.execute("DELETE FROM redirects")
    con.execute("DELETE FROM organisation_records")
    seen: set[int] = set()
    day_of: dict[int, tuple[int, date]] = {}
    for groups in partitions:
        four.now += timedelta(days=1)
        organisations.write(four.state, numbering.number(groups, organisations.previous(con)), four.now)
        now = {record: group[0] for group in groups for record in group}
        seen |= {group[0] for group in groups}
        for old in seen:
            if day_of.get(old, (0, None))[0] != now[old]:
                day_of[old] = (now[old], four.now.date())
            wanted = (None, None) if now[old] == old else day_of[old]
            assert (organisations.redirect(con, old), organisations.redirected_since(con, old)) == wanted


def test_redirects_that_run_in_a_ring_are_refused_and_nothing_is_seated(three) -> None:
    three.state.con.execute("INSERT INTO redirects VALUES (8, 9, NULL), (9, 8, NULL)")
    with pytest.raises(ValueError, match=r"found a ring: \[8, 9, 8\]"):
        organisations.write(three.state, [Organisation(1, (1, 2, 3), (2, 3))], three.now)
    assert three.rows("SELECT count(*) FROM organisation_records") == [(0,)]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ([Organisation(1, (1, 2))], r"all 3 records .* found 2 \(without a seat: \[3\], unknown: \[\]\)"),
        ([Organisation(1, (1, 2, 3, 9))], r"unknown: \[9\]"),
        ([Organisation(1, (1, 2)), Organisation(2, (2, 3))], "each seat of a record once, found 2"),
        ([Organisation(1, (1,)), Organisation(1, (2, 3))], "each organisation once, found 1"),
    ],
)
def test_every_record_has_exactly_one_seat(three, wanted: list[Organisation], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        organisations.write(three.state, wanted, three.now)
    assert three.rows("SELECT count(*) FROM organisation_records") == [(0,)]
