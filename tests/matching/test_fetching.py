"""What stands in the state is read beside what is done, or when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from matching.sameness.fetching import Fetched
from matching.sameness.labour import Labour
from warehouse.connection import DatabaseError
from warehouse.named_sql import Script
from warehouse.state import State


@pytest.fixture
def hands() -> Iterator[Labour]:
    with Labour() as hands:
        yield hands


def pairs(sql: Script) -> list[tuple[int, int]]:
    return sql.rows("tell_decided")


def decide(state: State, left: int) -> None:
    state.con.execute("INSERT INTO sameness_decided VALUES ($1, 9)", [left])


def test_what_is_read_beside_is_what_was_committed(state: State, hands: Labour) -> None:
    decide(state, 1)
    state.con.begin()
    decide(state, 2)
    fetched = Fetched(state.con, hands, pairs)
    fetched.begin()
    decide(state, 3)
    assert fetched.result() == [(1, 9)]
    state.con.commit()
    assert fetched.result() == [(1, 9)]


def test_what_is_read_when_it_is_asked_for_is_all_that_was_written_and_is_read_once(state: State, hands: Labour) -> None:
    state.con.begin()
    decide(state, 1)
    fetched = Fetched(state.con, hands, pairs)
    assert fetched.result() == [(1, 9)]
    decide(state, 2)
    assert fetched.result() == [(1, 9)]
    state.con.rollback()


@pytest.mark.parametrize("begins", [True, False])
def test_what_goes_wrong_with_reading_is_told_to_whoever_asks(state: State, hands: Labour, begins: bool) -> None:
    def fail(_: Script) -> None:
        raise OSError("the disk is gone")

    fetched = Fetched(state.con, hands, fail)
    if begins:
        fetched.begin()
    for _ in range(2):
        with pytest.raises(OSError, match="the disk is gone"):
            fetched.result()


def test_the_connection_on_which_something_was_read_beside_is_closed(state: State, hands: Labour) -> None:
    fetched = Fetched(state.con, hands, lambda sql: sql)
    fetched.begin()
    with pytest.raises(DatabaseError, match="closed"):
        fetched.result().rows("tell_decided")
