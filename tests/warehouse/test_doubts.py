"""What is left to people: pairs in doubt, with both sides and what speaks for and against. And what people said, carried in."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse import decided, doubts, erasing, organisations
from warehouse.decided import Decision, RecordKey, Withdrawal
from warehouse.doubts import Reason
from warehouse.rows import Judgement, Verdict
from warehouse.state import State

SAME, DIFFERENT, UNSURE = Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE
A, B, C, X = (RecordKey("eccp", key) for key in "abcx")
STANDING = "SELECT left_id, right_id, verdict, score, decided_by, because, withdrawn_at FROM judgements ORDER BY ALL"


@pytest.fixture
def known(nights):
    """Four records, each an organisation of its own."""
    nights.load(*(nights.record(key, country="SE", city="Kil", website=f"https://{key}.example") for key in "abcx"))
    nights.group()
    nights.rebuild()
    return nights


def judge(nights, *made: tuple[int, int, Verdict, float]) -> None:
    rows = [
        Judgement(left, right, verdict, score, "machine test", "it is so", nights.now) for left, right, verdict, score in made
    ]
    organisations.write_judgements(nights.state, rows, nights.now)


def decision(nights, left: RecordKey, right: RecordKey, verdict: Verdict, **more: object) -> Decision:
    return Decision(1, left, right, verdict, "Astrid", "rang them", nights.now, **more)


@pytest.fixture
def read(known):
    """The doubts as an edition of the state would tell them."""

    def read(*decisions: Decision) -> doubts.Doubts:
        con = known.state.con.cursor()
        con.execute("CREATE TEMP TABLE told AS SELECT * FROM published_judgements")
        con.execute("CREATE TEMP TABLE judgement_reasons AS SELECT * FROM sameness_reasons")
        con.execute("ALTER TABLE told RENAME TO judgements")  # that of the state has the same name
        found = doubts.read(con, decisions)
        con.close()
        return found

    return read


def pairs(found: doubts.Doubts) -> list[tuple[str, str]]:
    return [(one.left.record.source_key, one.right.record.source_key) for one in found.found]


def test_pairs_that_the_machine_is_unsure_of_come_the_most_probable_first_with_both_sides(known, read) -> None:
    judge(known, (1, 2, UNSURE, 0.4), (3, 4, UNSURE, 0.9))
    found = read()
    assert pairs(found) == [("c", "x"), ("a", "b")]
    one = found.found[0]
    assert (one.verdict, one.probability, one.pairs, one.obstacle, one.is_refused) == (UNSURE, 0.9, 1, None, False)
    side = one.left
    assert (side.record, side.organisation_id, side.name, side.country, side.city) == (C, 3, "Cluster c", "SE", "Kil")
    assert (side.website, side.networks) == ("https://c.example", ("eccp",))
    assert (found.waiting, found.organisations) == (0, 4)


def test_the_evidence_is_kept_for_pairs_in_doubt_in_its_order_and_replaced_the_next_time(known, read) -> None:
    judge(known, (1, 2, UNSURE, 0.4), (1, 3, DIFFERENT, 0.0))
    assert doubts.pairs(known.state.con) == [(1, 2)]
    first = [Reason("name", 2.5, "A", "B", "names alike"), Reason("place", -1.0, "Kil", "Kall", "different cities")]
    assert doubts.write_reasons(known.state, [((1, 2), first)]) == 2
    assert list(read().found[0].reasons) == first
    assert read().found[0].prior == pytest.approx(math.log(0.4 / 0.6) - sum(one.weight for one in first))
    assert doubts.write_reasons(known.state, []) == 0
    assert read().found[0].prior is None
    assert read().found[0].reasons == ()


def test_two_organisations_are_asked_of_once_by_the_pair_that_speaks_most_for_it(known, read) -> None:
    known.group([("eccp", "a"), ("eccp", "b")])
    judge(known, (1, 2, SAME, 0.99), (1, 3, UNSURE, 0.5), (2, 3, UNSURE, 0.8))
    known.rebuild()
    found = read()
    assert pairs(found) == [("b", "c")]
    assert found.found[0].pairs == 2


def test_a_doubt_within_one_organisation_is_none(known, read) -> None:
    known.group([("eccp", "a"), ("eccp", "b")])
    known.rebuild()
    judge(known, (1, 2, UNSURE, 0.8))
    assert pairs(read()) == []


def test_a_join_that_was_refused_is_in_doubt_with_what_forbids_it(known, read) -> None:
    known.group([("eccp", "a"), ("eccp", "b")])
    known.rebuild()
    judge(known, (1, 2, SAME, 0.99), (2, 3, SAME, 0.97), (1, 3, DIFFERENT, 0.01))
    (one,) = read().found
    assert (pairs(read()), one.is_refused, one.probability) == ([("b", "c")], True, 0.97)
    assert one.obstacle is not None
    assert (one.obstacle.left, one.obstacle.right, one.obstacle.is_by_person) == (A, C, False)


def test_what_a_person_has_parted_is_in_doubt_no_more_unless_somebody_would_join_it(known, read) -> None:
    decided.carry(known.state, [decision(known, A, C, DIFFERENT)], known.now)
    known.group([("eccp", "a"), ("eccp", "b")])
    known.rebuild()
    judge(known, (2, 3, UNSURE, 0.8))
    assert pairs(read()) == []
    judge(known, (2, 3, SAME, 0.97))
    (one,) = read().found
    assert one.obstacle is not None
    assert one.obstacle.is_by_person


def test_what_a_person_has_judged_since_the_edition_waits_for_the_next_run(known, read) -> None:
    judge(known, (1, 2, UNSURE, 0.4), (3, 4, UNSURE, 0.9))
    said = decision(known, A, B, DIFFERENT)
    found = read(said)
    assert (pairs(found), found.waiting) == ([("c", "x")], 1)
    decided.carry(known.state, [said], known.now)
    assert (pairs(read(said)), read(said).waiting) == ([("c", "x")], 0)


def test_a_value_that_is_kept_out_leaves_the_machines_reasons_too(known) -> None:
    rows = [Judgement(1, 2, SAME, 0.99, "machine test", "the same mailbox ('info@a.example')", known.now)]
    organisations.write_judgements(known.state, rows, known.now)
    doubts.write_reasons(
        known.state, [((1, 2), [Reason("address", 5.0, "info@a.example", "info@a.example", "the same mailbox")])]
    )
    erasing.rewrite(known.state, lambda text: text.replace("info@a.example", ""))
    assert known.rows("SELECT because FROM judgements") == [("the same mailbox ('')",)]
    assert known.rows("SELECT count(*) FROM sameness_reasons") == [(0,)]


def test_what_sameness_remembers_goes_with_a_value_and_stays_where_nothing_has_it(known) -> None:
    known.state.con.execute("INSERT INTO sameness_stamp (stamp) VALUES ('rules of the day')")
    assert erasing.rewrite(known.state, lambda text: text.replace("nobody@a.example", "")) == 0
    assert known.rows("SELECT stamp FROM sameness_stamp") == [("rules of the day",)]
    rows = [Judgement(1, 2, SAME, 0.99, "machine test", "the same mailbox ('info@a.example')", known.now)]
    organisations.write_judgements(known.state, rows, known.now)
    assert erasing.rewrite(known.state, lambda text: text.replace("info@a.example", "")) == 1
    assert known.rows("SELECT stamp FROM sameness_stamp") == []


# From the desk into the state


def test_a_judgement_of_the_desk_is_carried_once_with_its_author_and_without_the_words(known) -> None:
    said = [decision(known, A, B, SAME)]
    assert decided.carry(known.state, said, known.now) == (1, 0)
    assert decided.carry(known.state, said, known.now) == (0, 0)
    assert known.rows(STANDING) == [(1, 2, "same", 1.0, "Astrid", "see the desk", None)]


def test_a_pair_is_known_by_its_records_whichever_was_numbered_first(known) -> None:
    known.load(known.record("0", network="aaa"), network="aaa")
    late = RecordKey("aaa", "0")
    said = [decision(known, late, A, DIFFERENT)]
    assert decided.carry(known.state, said, known.now) == (1, 0)
    assert decided.carry(known.state, said, known.now) == (0, 0)
    assert [row[:3] for row in known.rows(STANDING)] == [(1, 5, "different")]


def test_a_judgement_on_a_record_that_is_not_there_waits_until_it_is(known) -> None:
    said = [decision(known, A, RecordKey("eccp", "new"), SAME)]
    assert decided.carry(known.state, said, known.now) == (0, 0)
    known.load(known.record("a"), known.record("new"))
    assert decided.carry(known.state, said, known.now) == (1, 0)


def test_what_was_withdrawn_on_the_desk_or_is_not_there_any_more_stands_no_longer_and_stays_on_record(known) -> None:
    said = [decision(known, A, B, SAME), decision(known, B, C, DIFFERENT)]
    decided.carry(known.state, said, known.now)
    later = known.now + timedelta(days=1)
    back = [decision(known, A, B, SAME, withdrawn=Withdrawal("Bo", "asked again", later))]
    assert decided.carry(known.state, back, later + timedelta(days=1)) == (0, 2)
    naive = [moment.replace(tzinfo=None) for moment in (later, later + timedelta(days=1))]
    assert [row[-1] for row in known.rows(STANDING)] == naive


def test_what_a_desk_from_a_backup_did_not_know_stands_again_when_the_newer_desk_is_back(known) -> None:
    said = [decision(known, A, B, SAME), decision(known, B, C, DIFFERENT)]
    days = [known.now + timedelta(days=number) for number in range(5)]
    assert decided.carry(known.state, said, days[0]) == (2, 0)
    assert decided.carry(known.state, said[1:], days[1]) == (0, 1)
    assert decided.carry(known.state, said, days[2]) == (1, 0)
    assert decided.carry(known.state, said, days[3]) == (0, 0)
    assert [(row[2], row[-1]) for row in known.rows(STANDING)] == [("same", None), ("different", None)]
    said[0] = decision(known, A, B, SAME, withdrawn=Withdrawal("Bo", "asked again", days[4]))
    assert decided.carry(known.state, said, days[4]) == (0, 1)
    assert decided.carry(known.state, said, days[4]) == (0, 0)


UNREAD = RecordKey("tci", "unread")
PAIRS = st.sampled_from([(A, B), (A, C), (B, C), (C, UNREAD)])
STEPS = st.lists(st.tuples(PAIRS, st.sampled_from([SAME, DIFFERENT, None])), max_size=8)


@pytest.fixture(scope="module")
def three(nights_on):
    with State.memory() as state:
        nights = nights_on(state)
        nights.load(*(nights.record(key) for key in "abc"))
        yield nights


@given(st.lists(STEPS, min_size=1, max_size=4))
def test_after_every_night_the_state_holds_of_people_what_stands_on_the_desk_and_keeps_the_rest_as_history(
    three, histories: list
) -> None:
    """A step judges a pair, or (None) withdraws what stands on it; a night carries what stands by then."""
    three.state.con.execute("DELETE FROM judgements")
    desk: list[Decision] = []
    for steps in histories:
        for pair, verdict in steps:
            three.now += timedelta(minutes=1)
            stands = [at for at, one in enumerate(desk) if (one.left, one.right) == pair and one.withdrawn is None]
            if verdict is None and stands:
                desk[stands[0]] = replace(desk[stands[0]], withdrawn=Withdrawal("Bo", "asked again", three.now))
            elif verdict is not None and not stands:
                desk.append(decision(three, *pair, verdict))
        decided.carry(three.state, desk, three.now)
        numbers = {A: 1, B: 2, C: 3}
        told = [
            (
                numbers[one.left],
                numbers[one.right],
                one.verdict.value,
                one.decided_at.replace(tzinfo=None),
                one.withdrawn is not None,
            )
            for one in desk
            if one.right != UNREAD
        ]
        sql = "SELECT left_id, right_id, verdict, decided_at, withdrawn_at IS NOT NULL FROM judgements ORDER BY decided_at"
        assert three.rows(sql) == sorted(told, key=lambda row: row[3])


def test_the_machines_judgements_are_not_the_desks_to_withdraw(known) -> None:
    judge(known, (1, 2, SAME, 0.99))
    assert decided.carry(known.state, [], known.now) == (0, 0)
    assert decided.carry(known.state, [decision(known, A, B, DIFFERENT)], known.now) == (1, 0)


def test_an_edition_names_no_person_and_has_none_of_their_words(known) -> None:
    decided.carry(known.state, [decision(known, A, B, SAME)], known.now)
    judge(known, (1, 3, UNSURE, 0.5))
    rows = known.rows("SELECT left_record_id, right_record_id, probability, decided_by, because FROM published_judgements")
    assert sorted(rows, key=str) == [(1, 2, None, "person", None), (1, 3, 0.5, "machine", "it is so")]
