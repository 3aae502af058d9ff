"""The run history: two facts of every network, and what is remembered of its pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from warehouse import ledger
from warehouse.rows import Outcome, PageMemory

PAGE = PageMemory(
    url="https://eccp.example/a",
    kind="profile",
    digest="a" * 64,
    fetched_at=datetime(2026, 11, 23, 3, 15, 7, 250, tzinfo=UTC),
    charset="utf-8",
    final_url="https://eccp.example/content/a",
    source_keys=("a", "node/7"),
    changed_at=datetime(2026, 11, 1, 12, 0, tzinfo=timezone(timedelta(hours=2))),
    etag='W/"1"',
    last_modified="Sun, 01 Nov 2026 10:00:00 GMT",
)


def test_runs_are_numbered_from_one(nights) -> None:
    assert [nights.night() for _ in range(3)] == [1, 2, 3]
    assert nights.rows("SELECT run_id FROM ledger.runs WHERE ended_at IS NULL") == [(3,)]


def test_a_run_ends_once(nights) -> None:
    ledger.end(nights.state, nights.night(), nights.now)
    with pytest.raises(ValueError, match="wanted a run under way, found none with number 1"):
        ledger.end(nights.state, 1, nights.now)


def test_a_network_that_was_never_tried_has_no_history(nights) -> None:
    assert ledger.last_good(nights.state, "eccp") is None
    assert ledger.last_try(nights.state, "eccp") is None
    assert ledger.networks(nights.state) == []


def test_the_last_try_and_the_last_good_run_are_two_facts(nights) -> None:
    nights.load(nights.record("a", city="Karlstad"), nights.record("b"))
    good = nights.now + timedelta(minutes=5)
    nights.load(outcome=Outcome.REFUSED, because="robots.txt says no")
    last_good = ledger.last_good(nights.state, "eccp")
    assert last_good is not None
    assert (last_good.run_id, last_good.ended_at, last_good.profiles) == (1, good, 2)
    assert (last_good.fill["name"], last_good.fill["city"], last_good.fill.get("phone")) == (1.0, 0.5, None)
    last_try = ledger.last_try(nights.state, "eccp")
    assert last_try is not None
    assert (last_try.run_id, last_try.outcome, last_try.because) == (2, Outcome.REFUSED, "robots.txt says no")


def test_fill_counts_unchanged_records_too(nights) -> None:
    nights.load(nights.record("a", city="Karlstad"), nights.record("b"))
    nights.load(nights.record("b"), unchanged=["a"])
    last_good = ledger.last_good(nights.state, "eccp")
    assert last_good is not None
    assert (last_good.profiles, last_good.fill["city"]) == (2, 0.5)


def test_the_status_counts_what_is_listed_missing_and_gone(nights) -> None:
    nights.load(nights.record("a"), nights.record("b"), nights.record("c"))
    nights.load(nights.record("a"), nights.record("b"))
    nights.load(nights.record("a"))
    nights.load(nights.record("x", network="tci"), network="tci", same_night=True)
    eccp, tci = ledger.networks(nights.state)
    assert (eccp.network, eccp.records, eccp.records_missing, eccp.records_gone) == ("eccp", 2, 1, 1)
    assert (tci.network, tci.records, tci.last_try.run_id, tci.last_good and tci.last_good.run_id) == ("tci", 1, 3, 3)


def test_a_remembered_page_comes_back_as_it_was(nights) -> None:
    nights.load(nights.record("a"), pages=[PAGE])
    assert ledger.remembered_pages(nights.state, "eccp") == {PAGE.url: PAGE}
    assert ledger.remembered_pages(nights.state, "tci") == {}


def test_pages_that_a_complete_run_no_longer_saw_are_forgotten(nights) -> None:
    other = replace(PAGE, url="https://eccp.example/b", source_keys=("b",), changed_at=None, etag=None)
    nights.load(nights.record("a"), pages=[PAGE, other])
    nights.load(nights.record("a"), pages=[other])
    assert ledger.remembered_pages(nights.state, "eccp") == {other.url: other}


def test_a_doubted_run_does_not_make_pages_look_unchanged(nights) -> None:
    nights.load(nights.record("a"), pages=[PAGE])
    nights.load(nights.record("a"), pages=[replace(PAGE, digest="b" * 64)], outcome=Outcome.HELD, because="doubt")
    assert ledger.remembered_pages(nights.state, "eccp")[PAGE.url].digest == PAGE.digest


def test_filled_fields_are_those_that_a_listed_record_says(nights) -> None:
    nights.load(nights.record("a", city="Karlstad"), nights.record("b"), nights.record("c"))
    nights.load(nights.record("a", city="Karlstad"), nights.record("b"))
    nights.load(nights.record("a", city="Karlstad"), nights.record("b"))
    filled = ledger.filled_fields(nights.state, "eccp")
    assert filled.keys() == {"a", "b"}
    assert filled["a"] - filled["b"] == {"city"}


def test_what_a_network_calls_itself_is_shown_with_its_freshness(nights) -> None:
    nights.load(nights.record("a"))
    for title in ("ECCP", "European Cluster Collaboration Platform"):
        ledger.describe(nights.state, "eccp", title=title, home="https://eccp.example", licence="with credit")
    assert nights.rows("SELECT network, title, licence, last_good_run, records FROM networks") == [
        ("eccp", "European Cluster Collaboration Platform", "with credit", 1, 1)
    ]
