"""Saved searches on the desk: who is new is told once, whatever becomes of records and numbers; nobody sees another's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.examples import examples
from warehouse import searches, staff_carried
from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.searches import Found, NoSearch, TooMany

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "desk.sqlite") as opened:
        yield opened


def key(number: int) -> RecordKey:
    return RecordKey("eccp", str(number))


def found(*groups: tuple[int, ...]) -> list[Found]:
    """Organisations by their records' numbers."""
    return [Found(min(one), f"Cluster {min(one)}", "SE", tuple(map(key, sorted(one)))) for one in groups]


def kept(desk: Desk, *groups: tuple[int, ...], query: str = "q=a", owner: str = "Ada") -> int:
    return searches.keep(desk, owner, "A", query, found(*groups), noticed="1", at=AT)


def told(desk: Desk, number: int) -> list[int]:
    return [int(one.record.source_key) for one in searches.news(desk, number, limit=100, unseen_only=True)]


def test_whoever_is_there_when_a_search_is_saved_is_not_new_and_who_comes_is_until_seen(desk: Desk) -> None:
    number = kept(desk, (1,), (2,))
    assert searches.notice(desk, number, found((1,), (2,), (3,)), noticed="2", at=LATER) == 1
    assert told(desk, number) == [3]
    assert searches.one(desk, "Ada", number).unseen == 1
    [new] = searches.news(desk, number, limit=9)
    assert searches.notice(desk, number, found((3,), (4,)), noticed="3", at=LATER) == 1
    assert searches.see(desk, "Ada", number, new.number, LATER) == 1, "who came meanwhile stays new"
    assert told(desk, number) == [4]
    assert [one.organisation_id for one in searches.news(desk, number, limit=9)] == [4, 3], "the feed has both"


def test_who_is_lost_for_a_night_merged_or_parted_is_not_new_again(desk: Desk) -> None:
    number = kept(desk, (1,), (2, 5))
    for night, groups in enumerate([(), ((1, 2, 5),), ((1,), (2,), (5,)), ((1, 7),), ((7,), (1,))]):
        assert searches.notice(desk, number, found(*groups), noticed=str(night), at=LATER) == 0
    assert told(desk, number) == []


NIGHTS = st.lists(st.lists(st.sets(st.integers(1, 9), min_size=1, max_size=3), max_size=5), min_size=1, max_size=6)


@settings(max_examples=examples(15))
@given(NIGHTS)
def test_no_record_is_told_of_twice_and_none_of_whom_a_record_was_found_before(nights: list[list[set[int]]]) -> None:
    with TemporaryDirectory() as folder, Desk.open(Path(folder) / "desk.sqlite") as desk:
        number = kept(desk)
        known: set[int] = set()
        for night, groups in enumerate(nights):
            apart: list[tuple[int, ...]] = []
            for group in groups:  # a record is of one organisation
                left = tuple(sorted(group - {one for other in apart for one in other}))
                apart += [left] if left else []
            new = searches.notice(desk, number, found(*apart), noticed=str(night), at=LATER)
            assert new == sum(known.isdisjoint(one) for one in apart)
            known |= {one for group in apart for one in group}
        everybody = told(desk, number)
        assert len(set(everybody)) == len(everybody)


def test_the_same_search_is_kept_once_and_fifty_are_the_most(desk: Desk) -> None:
    assert kept(desk) == kept(desk)
    assert kept(desk, owner="Bo") != kept(desk)
    for one in range(searches.MOST_OF_ONE - 1):
        kept(desk, query=f"q={one}")
    with pytest.raises(TooMany):
        kept(desk, query="q=one more")
    assert kept(desk, query="q=one more", owner="Bo")


def test_nobody_reads_or_changes_anothers_search(desk: Desk) -> None:
    number = kept(desk)
    assert searches.of(desk, "Bo") == []
    for act in (
        lambda: searches.one(desk, "Bo", number),
        lambda: searches.rename(desk, "Bo", number, "B"),
        lambda: searches.renew_token(desk, "Bo", number),
        lambda: searches.see(desk, "Bo", number, 99, AT),
        lambda: searches.delete(desk, "Bo", number),
    ):
        with pytest.raises(NoSearch):
            act()
    assert searches.one(desk, "ada", number).name == "A", "a name's capitals do not matter, as in signing in"


def test_a_new_token_ends_the_old_one_and_a_deleted_search_leaves_nothing(desk: Desk) -> None:
    number = kept(desk, (1,))
    before = searches.one(desk, "Ada", number).token
    assert len(before) >= 40
    searches.renew_token(desk, "Ada", number)
    with pytest.raises(NoSearch):
        searches.by_token(desk, before)
    assert searches.by_token(desk, searches.one(desk, "Ada", number).token).number == number
    searches.delete(desk, "Ada", number)
    assert desk.rows("SELECT * FROM saved_search_hits") == desk.rows("SELECT * FROM saved_searches") == []
    with pytest.raises(NoSearch):
        searches.notice(desk, number, [], noticed="2", at=AT)


def test_what_is_kept_out_leaves_searches_hits_and_names(desk: Desk) -> None:
    asks = kept(desk, (1,), query="q=Acme+Cluster")
    other = kept(desk, (1,), (2,))
    searches.rename(desk, "Ada", other, "without Acme Cluster")
    assert searches.mentions(desk, lambda one: one == key(1), lambda text: "Acme" in text) == 4
    assert searches.forget(desk, lambda one: one == key(1), lambda text: "–" if "Acme" in text else text) > 0
    assert [one.name for one in searches.of(desk, "Ada")] == ["–"]
    assert desk.rows("SELECT search_id, source_key FROM saved_search_hits") == [(other, "2")]
    assert asks != other


def test_a_backup_brings_back_no_token_that_was_ended_and_loses_nothing_seen(desk: Desk, tmp_path: Path) -> None:
    number = kept(desk, (1,))
    desk.copy_to(tmp_path / "then.sqlite")
    searches.renew_token(desk, "Ada", number)
    searches.notice(desk, number, found((2,), (3,)), noticed="2", at=LATER)
    searches.see(desk, "Ada", number, 2, LATER)
    kept(desk, (1,), query="q=later")
    with Desk.open(tmp_path / "then.sqlite") as restored:
        assert staff_carried.bring_over(desk, restored) > 0
        assert [(one.query, one.token, one.unseen) for one in searches.of(restored, "Ada")] == [
            (one.query, one.token, one.unseen) for one in searches.of(desk, "Ada")
        ]
        assert told(restored, number) == told(desk, number) == [3]
        assert staff_carried.bring_over(desk, restored) == 0
