"""What staff wrote since a backup was made is not lost when it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warehouse import confirmations, opinions, shortlists, staff_carried, users
from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.opinions import Ranked
from warehouse.shortlist_shapes import Status

pytestmark = pytest.mark.usefixtures("cheap_passwords")

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
ALPHA, BETA = RecordKey("eccp", "alpha"), RecordKey("tci", "beta")
PASSWORD = "correct horse battery"


@pytest.fixture
def present(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "now.sqlite") as desk:
        yield desk


def put(desk: Desk, number: int, record: RecordKey, at: datetime = AT) -> int:
    return shortlists.add(desk, number, record, organisation_id=7, name=record.source_key, country="SE", by="Ada", at=at)[0]


def backup(desk: Desk, folder: Path) -> Desk:
    desk.copy_to(folder / "then.sqlite")
    return Desk.open(folder / "then.sqlite")


def test_lists_entries_statuses_and_notes_written_since_are_carried_and_a_second_time_changes_nothing(
    present: Desk, tmp_path: Path
) -> None:
    number = shortlists.create(present, "A", by="Ada", at=AT)
    entry = put(present, number, ALPHA)
    shortlists.write_note(present, number, entry, "before", by="Ada", at=AT)
    with backup(present, tmp_path) as restored:
        shortlists.set_status(present, number, entry, Status.YES, revision=1, by="Bo", at=LATER)
        shortlists.write_note(present, number, entry, "since", by="Bo", at=LATER)
        shortlists.write_note(present, number, None, "on all", by="Bo", at=LATER)
        shortlists.change(present, number, name="A2", programme="euroclusters", revision=1, by="Bo", at=LATER)
        put(present, number, BETA, LATER)
        confirmations.confirm(present, number, "euroclusters", "minimum", "Enough.", [entry], by="Bo", at=LATER)
        other = shortlists.create(present, "B", by="Ada", at=LATER)
        put(present, other, ALPHA, LATER)
        assert staff_carried.bring_over(present, restored) > 0
        for one in (number, other):
            assert shortlists.contents(restored, one) == shortlists.contents(present, one)
        [confirmation] = confirmations.kept(restored, number, "euroclusters")
        assert confirmation.members == (entry,)
        assert shortlists.lists(restored) == shortlists.lists(present)
        assert staff_carried.bring_over(present, restored) == 0


def test_a_fresh_desk_takes_nothing_away_from_a_backup(present: Desk, tmp_path: Path) -> None:
    number = shortlists.create(present, "A", by="Ada", at=AT)
    put(present, number, ALPHA)
    with backup(present, tmp_path) as restored, Desk.open(tmp_path / "fresh.sqlite") as fresh:
        assert staff_carried.bring_over(fresh, restored) == 0
        assert shortlists.contents(restored, number) == shortlists.contents(present, number)


def test_another_list_of_the_same_number_keeps_its_number(present: Desk, tmp_path: Path) -> None:
    with backup(present, tmp_path) as restored:
        shortlists.create(restored, "Theirs", by="Bo", at=AT)
        shortlists.create(present, "Ours", by="Ada", at=AT)
        staff_carried.bring_over(present, restored)
        assert {one.number: one.name for one in shortlists.lists(restored)} == {1: "Theirs", 2: "Ours"}


def test_opinions_users_and_newer_passwords_are_carried(present: Desk, tmp_path: Path) -> None:
    users.put(present, "Ada", PASSWORD, AT)
    with backup(present, tmp_path) as restored:
        opinions.give(present, ALPHA, BETA, is_useful=True, because="", ranked=Ranked("r", 1, 2.0, 3), by="Ada", at=LATER)
        users.put(present, "Ada", "another long password", LATER)
        users.put(present, "Bo", PASSWORD, LATER)
        assert staff_carried.bring_over(present, restored) == 3
        assert [one.by for one in opinions.standing(restored)] == ["Ada"]
        assert users.users(restored) == users.users(present)
        assert users.signed_in(restored, "Ada", "another long password")
        users.put(restored, "Ada", "the newest password of all", LATER + timedelta(days=1))
        assert staff_carried.bring_over(present, restored) == 0
        assert users.signed_in(restored, "Ada", "the newest password of all")


def test_whoever_was_removed_since_is_not_let_in_again_but_by_a_new_machines_desk(present: Desk, tmp_path: Path) -> None:
    users.put(present, "Ada", PASSWORD, AT)
    users.put(present, "Bo", PASSWORD, AT)
    with backup(present, tmp_path) as restored, Desk.open(tmp_path / "fresh.sqlite") as fresh:
        assert staff_carried.bring_over(fresh, restored) == 0
        users.remove(present, "Bo")
        assert staff_carried.bring_over(present, restored) == 1
        assert [one.name for one in users.users(restored)] == ["Ada"]
