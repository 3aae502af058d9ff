"""A night is written down whole or not at all, also where it is written while it is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from matching.sameness import resolution
from matching.sameness.labour import Labour
from matching.sameness.stages import Stages
from support.records import know
from support.remembering import Record, anew, looked_at, population, resolved
from warehouse.connection import Connection
from warehouse.state import State


class Interrupted(Exception):  # noqa: N818  a circumstance
    """What ends a night."""


def interrupted(*_: object) -> Any:
    raise Interrupted


@pytest.fixture
def hands() -> Iterator[Labour]:
    with Labour() as hands:
        yield hands


def rows(state: State) -> int:
    (found,) = state.con.execute("SELECT count(*) FROM noted").fetchall()[0]
    return int(found)


@pytest.fixture
def noted(state: State) -> State:
    state.con.execute("CREATE TABLE noted (number BIGINT)")
    return state


def test_what_is_written_in_stages_is_all_there(noted: State, hands: Labour) -> None:
    with Stages(noted.con, hands) as stages:
        noted.con.execute("INSERT INTO noted VALUES (1)")
        stages.carry_out()
        stages.settle()
        noted.con.execute("INSERT INTO noted VALUES (2)")
    assert rows(noted) == 2


@pytest.mark.parametrize(("settles", "kept"), [(False, 1), (True, 1)])
def test_what_ends_the_block_takes_back_what_no_stage_has_written(noted: State, hands: Labour, settles: bool, kept: int) -> None:
    with pytest.raises(Interrupted), Stages(noted.con, hands) as stages:
        noted.con.execute("INSERT INTO noted VALUES (1)")
        stages.carry_out()
        if settles:
            stages.settle()
            noted.con.execute("INSERT INTO noted VALUES (2)")
        raise Interrupted
    assert rows(noted) == kept
    noted.con.begin()
    noted.con.rollback()


def test_without_a_stage_nothing_is_left(noted: State, hands: Labour) -> None:
    with pytest.raises(Interrupted), Stages(noted.con, hands):
        noted.con.execute("INSERT INTO noted VALUES (1)")
        raise Interrupted
    assert rows(noted) == 0


class Full:
    """A connection to a database whose disk is full. It says what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def begin(self) -> None:
        self.asked.append("begin")

    def commit(self) -> None:
        self.asked.append("commit")
        raise OSError("the disk is full")

    def rollback(self) -> None:
        self.asked.append("rollback")


def test_a_stage_that_fails_is_told_of_when_it_is_waited_for(hands: Labour) -> None:
    full = Full()
    with pytest.raises(OSError, match="the disk is full"), Stages(cast(Connection, full), hands) as stages:
        stages.carry_out()
        stages.settle()
    # A commit that fails has taken everything back.
    assert full.asked == ["begin", "commit"]


def test_what_ends_the_block_is_told_although_a_stage_fails_as_well(hands: Labour) -> None:
    with pytest.raises(Interrupted), Stages(cast(Connection, Full()), hands) as stages:
        stages.carry_out()
        raise Interrupted


def killed(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night that ends while its pairs are weighed."""
    with monkeypatch.context() as ending:
        ending.setattr(resolution, "MANY", 0)
        ending.setattr(resolution, "weighed", interrupted)
        with pytest.raises(Interrupted):
            resolved(state)


def remembered(state: State) -> tuple[int, int]:
    """How many records, and how many stamps."""
    asked = "SELECT (SELECT count(*) FROM sameness_records), (SELECT count(*) FROM sameness_stamp)"
    records, stamps = state.con.execute(asked).fetchall()[0]
    return records, stamps


def test_a_first_night_that_ends_while_pairs_are_weighed_is_forgotten_by_the_next(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = population(40, 1)
    know(state.con, records)
    killed(state, monkeypatch)
    assert remembered(state) == (40, 0)
    assert resolved(state) == anew(records)
    assert remembered(state) == (40, 1)
    assert looked_at(state) == 0


def test_so_is_one_that_follows_a_night_on_which_all_were_gone(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    records = population(40, 1)
    for said in (records, list[Record]()):
        know(state.con, said)
        resolved(state)
    assert remembered(state) == (0, 1)
    know(state.con, records)
    killed(state, monkeypatch)
    assert resolved(state) == anew(records)


def test_a_later_night_that_ends_while_pairs_are_weighed_leaves_the_memory_as_it_was(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = population(40, 2)
    know(state.con, records)
    before = resolved(state)
    know(state.con, [*records[:-1], records[0] | {"record_id": 40}])
    killed(state, monkeypatch)
    know(state.con, records)
    assert looked_at(state) == 0
    assert resolved(state) == before


def test_a_night_that_ends_when_its_opinions_are_known_is_remembered_by_the_next(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = population(40, 3)
    for said in (records, [*records[:-1], records[0] | {"record_id": 40}]):
        know(state.con, said)
        with monkeypatch.context() as ending:
            ending.setattr(resolution, "seat", interrupted)
            with pytest.raises(Interrupted):
                resolved(state)
        assert looked_at(state) == 0
        assert resolved(state) == anew(said)
