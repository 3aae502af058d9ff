"""How often a matter stands and since when, over years of nights; and that single findings do not heap up."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.examples import examples
from warehouse import findings, ledger, migrate
from warehouse.rows import Finding, Outcome
from warehouse.state import State

MASCOT = Finding("unread label", "the phrasebook does not know the label 'Mascot'", network="eccp", printed="Mascot")


def mascot(key: str) -> Finding:
    return Finding(MASCOT.kind, MASCOT.because, "eccp", None, "Mascot", key)


def history(nights, kind: str = MASCOT.kind) -> list[tuple]:
    """Times, whether open, first and last night (counted from 1)."""
    rows = nights.rows(
        "SELECT times, is_open, first_run, last_run, first_seen_on, last_seen_on FROM finding_history WHERE kind = ?", kind
    )
    first_night = nights.now.date() - timedelta(days=nights.run_id - 1)
    for _, _, first_run, last_run, first_day, last_day in rows:
        assert (first_day - first_night, last_day - first_night) == (timedelta(first_run - 1), timedelta(last_run - 1))
    return [row[:4] for row in rows]


def test_a_matter_keeps_the_day_on_which_it_was_first_found(nights) -> None:
    nights.load(nights.record("paper"), nights.record("pulp"))
    nights.load(nights.record("paper"), unchanged=["pulp"], findings=[mascot("paper")])
    nights.load(nights.record("pulp"), unchanged=["paper"], findings=[mascot("pulp")])
    assert history(nights) == [(2, True, 2, 3)]
    days = nights.rows("SELECT DISTINCT first_seen_on FROM findings WHERE run_id = 3")
    assert days == [(nights.now.date() - timedelta(days=1),)]


def test_a_matter_that_is_settled_is_remembered_and_no_longer_open(nights) -> None:
    nights.load(nights.record("paper"), findings=[mascot("paper")])
    nights.load(nights.record("paper"))
    assert history(nights) == [(1, False, 1, 1)]


def test_a_matter_that_comes_back_is_as_old_as_it_was(nights) -> None:
    nights.load(nights.record("paper"), findings=[mascot("paper")])
    nights.load(nights.record("paper"))
    nights.load(nights.record("paper"), findings=[mascot("paper")])
    assert history(nights) == [(1, True, 1, 3)]


@pytest.mark.parametrize("outcome", [Outcome.HELD, Outcome.REFUSED, Outcome.FAILED])
def test_a_night_that_was_not_complete_settles_nothing_and_lowers_no_number(nights, outcome: Outcome) -> None:
    nights.load(nights.record("paper"), nights.record("pulp"), findings=[mascot("paper"), mascot("pulp")])
    nights.load(outcome=outcome, because="down", findings=[mascot("paper")])
    assert history(nights) == [(2, True, 1, 2)]
    nights.load(outcome=outcome, because="down")
    assert history(nights) == [(2, True, 1, 2)]


def test_what_only_a_held_night_found_is_open_until_a_complete_one(nights) -> None:
    nights.load(nights.record("paper"))
    nights.load(outcome=Outcome.HELD, because="doubt", findings=[mascot("paper")])
    assert history(nights) == [(1, True, 2, 2)]
    nights.load(nights.record("paper"))
    assert history(nights) == [(1, False, 2, 2)]


def test_words_that_are_missing_are_compared_like_any_other(nights) -> None:
    for _ in range(2):
        nights.load(nights.record("paper"), findings=[Finding("page gone", "answered 404", network="eccp")])
    assert history(nights, "page gone") == [(1, True, 1, 2)]


def test_findings_of_no_single_network_have_their_history_too(nights) -> None:
    refused = Finding("refused join", "two records look alike", printed="1 2")
    nights.night()
    ledger.note(nights.state, nights.run_id, [refused], nights.now)
    nights.night()
    ledger.note(nights.state, nights.run_id, [refused], nights.now)
    assert history(nights, "refused join") == [(1, True, 1, 2)]
    nights.night()
    assert history(nights, "refused join") == [(1, False, 1, 2)]


@settings(max_examples=examples(12))
@given(nights_of=st.lists(st.sampled_from(["found", "settled", "held", "failed"]), min_size=1, max_size=6))
def test_the_history_of_any_nights_says_what_their_findings_said(nights_on, nights_of: list[str]) -> None:
    with State.memory() as state:
        nights = nights_on(state)
        for night in nights_of:
            outcome = {"held": Outcome.HELD, "failed": Outcome.FAILED}.get(night, Outcome.COMPLETE)
            records = [nights.record("paper")] if outcome is Outcome.COMPLETE else []
            nights.load(*records, outcome=outcome, findings=[mascot("paper")] if night in ("found", "held") else [])
        told = [number for number, night in enumerate(nights_of, start=1) if night in ("found", "held")]
        settled = max((number for number, night in enumerate(nights_of, start=1) if night == "settled"), default=0)
        assert history(nights) == ([(1, told[-1] > settled, told[0], told[-1])] if told else [])


def test_single_findings_are_kept_for_the_last_runs_and_their_history_for_ever(nights) -> None:
    for _ in range(5):
        nights.load(nights.record("paper"), findings=[mascot("paper")])
    assert findings.tidy(nights.state, keep_runs=2) == 3
    assert nights.rows("SELECT run_id FROM ledger.findings ORDER BY run_id") == [(4,), (5,)]
    assert history(nights) == [(1, True, 1, 5)]
    assert findings.tidy(nights.state, keep_runs=2) == 0


def test_what_the_last_good_night_found_is_kept_however_long_ago_it_was(nights) -> None:
    nights.load(nights.record("paper"), findings=[mascot("paper")])
    nights.load(nights.record("paper"), findings=[mascot("paper")])
    for _ in range(4):
        nights.load(outcome=Outcome.FAILED, because="down")
    findings.tidy(nights.state, keep_runs=1)
    assert nights.rows("SELECT run_id FROM ledger.findings") == [(2,)]
    nights.load(unchanged=["paper"])
    assert history(nights) == [(1, True, 1, 7)]


def test_a_network_that_never_had_a_good_night_keeps_its_last_ones(nights) -> None:
    for _ in range(4):
        nights.load(outcome=Outcome.HELD, because="doubt", findings=[mascot("paper")])
    findings.tidy(nights.state, keep_runs=1)
    assert nights.rows("SELECT run_id FROM ledger.findings") == [(4,)]


def test_keeping_none_is_refused(nights) -> None:
    with pytest.raises(ValueError, match="at least 1 run, found 0"):
        findings.tidy(nights.state, keep_runs=0)


def test_findings_from_before_there_was_a_history_get_one() -> None:
    steps = migrate.known_migrations()
    number = next(step.number for step in steps if "finding_history" in step.sql)
    with duckdb.connect(":memory:") as con:
        migrate.migrate(con, steps[: number - 1], is_read_only=False)
        con.execute("INSERT INTO ledger.runs VALUES (1, '2026-11-01 03:00', NULL), (2, '2026-11-02 03:00', NULL)")
        con.execute(
            """
            INSERT INTO ledger.findings (run_id, network, kind, because, printed)
            VALUES (1, 'eccp', 'unread label', 'old', 'Mascot'), (2, 'eccp', 'unread label', 'new', 'Mascot'),
                (2, 'eccp', 'unread label', 'new', 'Mascot'), (2, 'tci', 'page gone', '404', NULL)
            """
        )
        migrate.migrate(con, steps[:number], is_read_only=False)
        known = "SELECT network, because, times, first_run, last_run, first_seen_on FROM ledger.finding_history ORDER BY network"
        assert con.execute(known).fetchall() == [
            ("eccp", "new", 2, 1, 2, date(2026, 11, 1)),
            ("tci", "404", 1, 2, 2, date(2026, 11, 2)),
        ]
