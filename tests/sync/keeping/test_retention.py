"""What is kept for a while only goes when its time is over, and nothing else goes with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sync.capture import Captures
from sync.keeping.retention import Tidied, tidy
from sync.places import CAPTURES, LOGS
from sync.settings_shape import Keep
from warehouse import ledger
from warehouse.load import load
from warehouse.rows import NetworkRun, Outcome, PageMemory
from warehouse.state import State

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=91)
LATELY = NOW - timedelta(days=89)


@pytest.fixture
def state() -> Iterator[State]:
    with State.memory() as state:
        yield state


def stored(var: Path, body: bytes, at: datetime = LONG_AGO) -> str:
    """The digest of a page that was stored at a moment."""
    digest, _ = Captures(var / CAPTURES).put(body)
    os.utime(var / CAPTURES / digest[:2] / f"{digest}.gz", (at.timestamp(), at.timestamp()))
    return digest


def remember(state: State, digest: str, kind: str, at: datetime) -> None:
    page = PageMemory(f"https://a.example/{digest[:8]}", kind, digest, at, None, "https://a.example/x", source_keys=("k",))
    run_id = ledger.begin(state, at)
    before = tuple(ledger.remembered_pages(state, "eccp").values())
    load(state, run_id, NetworkRun("eccp", Outcome.COMPLETE, "", at, at, 1, 0, 0, (), (), (*before, page)), at)


def left(var: Path) -> set[str]:
    return {digest for digest, _ in Captures(var / CAPTURES).stored()}


def test_a_page_that_its_network_has_not_confirmed_for_long_enough_loses_its_bytes_and_keeps_its_digest(
    state: State, tmp_path: Path
) -> None:
    old, confirmed = stored(tmp_path, b"old"), stored(tmp_path, b"confirmed")
    remember(state, old, "profile", LONG_AGO)
    remember(state, confirmed, "profile", LATELY)
    assert tidy(state, tmp_path, Keep(), NOW) == Tidied(1, 0)
    assert left(tmp_path) == {confirmed}
    assert {page.digest for page in ledger.remembered_pages(state, "eccp").values()} == {old, confirmed}


def test_a_page_that_nothing_remembers_any_more_goes_by_the_day_on_which_it_was_stored(state: State, tmp_path: Path) -> None:
    stored(tmp_path, b"old")
    new = stored(tmp_path, b"new", LATELY)
    assert tidy(state, tmp_path, Keep(), NOW).captures == 1
    assert left(tmp_path) == {new}


def test_a_member_list_stays_as_long_as_it_is_remembered(state: State, tmp_path: Path) -> None:
    members = stored(tmp_path, b"members")
    remember(state, members, "import", LONG_AGO)
    assert tidy(state, tmp_path, Keep(), NOW).captures == 0
    assert left(tmp_path) == {members}


def test_how_long_is_the_operators_choice(state: State, tmp_path: Path) -> None:
    stored(tmp_path, b"new", NOW - timedelta(days=2))
    assert tidy(state, tmp_path, Keep(capture_bodies_days=2), NOW - timedelta(seconds=1)).captures == 0
    assert tidy(state, tmp_path, Keep(capture_bodies_days=1), NOW).captures == 1


def test_the_journals_days_go_by_their_names_and_other_files_stay(state: State, tmp_path: Path) -> None:
    folder = tmp_path / LOGS
    folder.mkdir()
    names = [f"clusterbridge-{at:%Y-%m-%d}.jsonl" for at in (LONG_AGO, LATELY, NOW)]
    for name in (*names, "notes.txt"):
        (folder / name).touch()
    assert tidy(state, tmp_path, Keep(), NOW) == Tidied(0, 1)
    assert sorted(path.name for path in folder.iterdir()) == [*sorted(names[1:]), "notes.txt"]
