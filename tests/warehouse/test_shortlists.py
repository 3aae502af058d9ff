"""Shortlists on the desk: two people at once, nothing lost, nothing overwritten unseen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse import confirmations, shortlists, shortlists_undone, shortlists_withheld
from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.shortlist_shapes import Full, Joining, NoShortlist, Overtaken, Status

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
ALPHA, BETA = RecordKey("eccp", "alpha"), RecordKey("tci", "beta")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.sqlite"


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    with Desk.open(path) as opened:
        yield opened


def put(desk: Desk, number: int, record: RecordKey = ALPHA) -> int:
    return shortlists.add(desk, number, record, organisation_id=7, name=record.source_key.title(), country="SE", by="Ada", at=AT)[
        0
    ]


def test_a_list_keeps_who_is_on_it_how_far_one_has_come_and_what_was_noted(desk: Desk) -> None:
    number = shortlists.create(desk, " Packaging 2027 ", programme="euroclusters", by="Ada", at=AT)
    entry = put(desk, number)
    shortlists.set_status(desk, number, entry, Status.CONTACTED, revision=1, by="Bo", at=AT)
    shortlists.write_note(desk, number, entry, "rang them", by="Ada", at=AT)
    shortlists.write_note(desk, number, None, "deadline in March", by="Bo", at=AT)
    kept = shortlists.contents(desk, number)
    assert (kept.shortlist.name, kept.shortlist.programme, kept.shortlist.entries) == ("Packaging 2027", "euroclusters", 1)
    [found] = kept.entries
    assert (found.record, found.status.status, found.status.by, found.status.revision) == (ALPHA, Status.CONTACTED, "Bo", 2)
    assert [(note.text, note.by) for note in found.notes] == [("rang them", "Ada")]
    assert [note.text for note in kept.notes] == ["deadline in March"]
    assert [one.name for one in shortlists.lists(desk)] == ["Packaging 2027"]


def test_a_list_that_nobody_named_begins_with_its_lead_under_a_name_of_its_own(desk: Desk) -> None:
    joining = [Joining(ALPHA, 7, "Alpha", "SE"), Joining(BETA, 8, "Beta", "FI")]
    first, name = shortlists.begin(desk, "Alpha – X", programme="euroclusters", joining=joining, by="Ada", at=AT)
    kept = shortlists.contents(desk, first)
    assert (name, kept.shortlist.programme, [one.record for one in kept.entries]) == ("Alpha – X", "euroclusters", [ALPHA, BETA])
    shortlists.delete(desk, first, by="Ada", at=AT)
    assert shortlists.begin(desk, "alpha – X", by="Ada", at=AT)[1] == "alpha – X – 2"
    assert shortlists.begin(desk, "Alpha – X", by="Ada", at=AT)[1] == "Alpha – X – 3"
    longest = "n" * shortlists.LONGEST_NAME
    assert shortlists.begin(desk, longest, by="Ada", at=AT)[1] == longest
    assert shortlists.begin(desk, longest, by="Ada", at=AT)[1] == f"{longest[:-4]} – 2"
    assert shortlists.begin(desk, "Alfa – X", by="Ada", at=AT)[1] == "Alfa – X", "another name, if only in its language"


def test_where_one_cannot_join_no_list_is_begun(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortlists, "MOST_ENTRIES", 1)
    joining = [Joining(ALPHA, 7, "Alpha", "SE"), Joining(BETA, 8, "Beta", "FI")]
    with pytest.raises(Full):
        shortlists.begin(desk, "A", joining=joining, by="Ada", at=AT)
    assert shortlists.lists(desk) == []


def test_of_two_who_change_a_status_at_once_the_second_is_told_what_stands(desk: Desk) -> None:
    number = shortlists.create(desk, "A", by="Ada", at=AT)
    entry = put(desk, number)
    shortlists.set_status(desk, number, entry, Status.YES, revision=1, by="Ada", at=AT)
    with pytest.raises(Overtaken) as overtaken:
        shortlists.set_status(desk, number, entry, Status.NO, revision=1, by="Bo", at=AT)
    assert (overtaken.value.now, overtaken.value.by) == ("yes", "Ada")
    assert shortlists.contents(desk, number).entries[0].status.status is Status.YES
    shortlists.set_status(desk, number, entry, Status.YES, revision=1, by="Bo", at=AT)  # the same is no contradiction
    assert [one.status for one in shortlists.contents(desk, number).entries[0].statuses] == [Status.NEW, Status.YES]


def test_of_two_who_rename_a_list_at_once_the_second_is_told_what_stands(desk: Desk) -> None:
    number = shortlists.create(desk, "A", by="Ada", at=AT)
    shortlists.change(desk, number, name="B", programme=None, revision=1, by="Ada", at=AT)
    with pytest.raises(Overtaken, match="'B'"):
        shortlists.change(desk, number, name="C", programme=None, revision=1, by="Bo", at=AT)


def test_notes_that_many_write_at_once_are_all_kept(path: Path, desk: Desk) -> None:
    number = shortlists.create(desk, "A", by="Ada", at=AT)
    entry = put(desk, number)

    def write(name: str) -> None:
        with Desk.open(path) as own:
            for count in range(10):
                shortlists.write_note(own, number, entry, f"{name} {count}", by=name, at=AT)

    writers = [threading.Thread(target=write, args=(name,)) for name in ("Ada", "Bo", "Cy")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    notes = shortlists.contents(desk, number).entries[0].notes
    assert sorted(note.text for note in notes) == sorted(f"{name} {count}" for name in ("Ada", "Bo", "Cy") for count in range(10))


def test_an_organisation_that_comes_back_to_a_list_has_its_notes_and_its_status(desk: Desk) -> None:
    number = shortlists.create(desk, "A", by="Ada", at=AT)
    entry = put(desk, number)
    shortlists.write_note(desk, number, entry, "rang them", by="Ada", at=AT)
    shortlists.set_status(desk, number, entry, Status.NO, revision=1, by="Ada", at=AT)
    assert shortlists.add(desk, number, ALPHA, organisation_id=7, name="Alpha", country="SE", by="Bo", at=AT) == (entry, False)
    shortlists.remove(desk, number, entry, by="Ada", at=AT)
    assert shortlists.contents(desk, number).entries == ()
    with pytest.raises(NoShortlist):
        shortlists.write_note(desk, number, entry, "too late", by="Bo", at=AT)
    assert shortlists.add(desk, number, ALPHA, organisation_id=7, name="Alpha", country="SE", by="Bo", at=AT) == (entry, True)
    [found] = shortlists.contents(desk, number).entries
    assert (found.status.status, [note.text for note in found.notes]) == (Status.NO, ["rang them"])


def test_who_leads_stands_first(desk: Desk) -> None:
    number = shortlists.create(desk, "A", by="Ada", at=AT)
    put(desk, number)
    beta = put(desk, number, BETA)
    assert [one.record for one in shortlists.contents(desk, number).entries] == [ALPHA, BETA]
    shortlists.lead(desk, number, beta)
    assert [one.record for one in shortlists.contents(desk, number).entries] == [BETA, ALPHA]


def test_a_deleted_list_says_who_deleted_it_and_can_be_brought_back(desk: Desk) -> None:
    number = shortlists.create(desk, "A", by="Ada", at=AT)
    put(desk, number)
    shortlists.delete(desk, number, by="Bo", at=AT + timedelta(hours=1))
    with pytest.raises(NoShortlist) as gone:
        shortlists.contents(desk, number)
    assert gone.value.deleted == ("Bo", AT + timedelta(hours=1))
    assert shortlists.lists(desk) == []
    with pytest.raises(NoShortlist):
        put(desk, number, BETA)
    shortlists.restore(desk, number)
    assert len(shortlists.contents(desk, number).entries) == 1
    for call in (lambda: shortlists.restore(desk, 99), lambda: shortlists.contents(desk, 99)):
        with pytest.raises(NoShortlist) as never:
            call()
        assert never.value.deleted is None


def test_a_list_has_room_for_so_many_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shortlists, "MOST_ENTRIES", 1)
    number = shortlists.create(desk, "A", by="Ada", at=AT)
    put(desk, number)
    with pytest.raises(Full):
        put(desk, number, BETA)


@given(st.text(max_size=30))
def test_whatever_is_noted_is_kept_as_it_was_written(text: str) -> None:
    import tempfile

    text = text.encode("utf-8", "replace").decode()
    with tempfile.TemporaryDirectory() as folder, Desk.open(Path(folder) / "desk.sqlite") as desk:
        number = shortlists.create(desk, "A", by="Ada", at=AT)
        if not text.strip():
            with pytest.raises(ValueError, match="note"):
                shortlists.write_note(desk, number, None, text, by="Ada", at=AT)
        else:
            shortlists.write_note(desk, number, None, text, by="Ada", at=AT)
            assert [note.text for note in shortlists.contents(desk, number).notes] == [text.strip()]


def test_whoever_is_taken_off_comes_back_where_it_stood_and_a_full_list_takes_nobody_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = shortlists.create(desk, "A", by="Ada", at=AT)
    first, second = put(desk, number), put(desk, number, BETA)
    shortlists.remove(desk, number, first, by="Ada", at=AT)
    monkeypatch.setattr(shortlists_undone, "MOST_ENTRIES", 1)
    with pytest.raises(Full):
        shortlists_undone.bring_back(desk, number, first)
    monkeypatch.setattr(shortlists_undone, "MOST_ENTRIES", 2)
    assert [shortlists_undone.bring_back(desk, number, first) for _ in range(2)] == ["Alpha", "Alpha"]
    assert [one.number for one in shortlists.contents(desk, number).entries] == [first, second]
    other = shortlists.create(desk, "B", by="Ada", at=AT)
    with pytest.raises(NoShortlist):
        shortlists_undone.bring_back(desk, other, first)


def test_what_is_kept_out_leaves_no_trace_on_any_list(path: Path, desk: Desk) -> None:
    number = shortlists.create(desk, "With Alpha", by="Ada", at=AT)
    entry, other = put(desk, number), put(desk, number, BETA)
    third = RecordKey("tci", "gamma")
    shortlists.add(desk, number, third, organisation_id=9, name="Once Alpha", country="SE", by="Ada", at=AT)
    shortlists.write_note(desk, number, entry, "rang Alpha", by="Ada", at=AT)
    shortlists.write_note(desk, number, other, "knows Alpha", by="Ada", at=AT)
    confirmations.confirm(desk, number, "p", "independent", "They are.", [other, entry], by="Ada", at=AT)
    shortlists.remove(desk, number, entry, by="Ada", at=AT)

    def clean(text: str) -> str:
        return "(kept out)" if "Alpha" in text else text

    assert shortlists_withheld.mentions(desk, ALPHA.__eq__, lambda text: "Alpha" in text) == 5
    assert shortlists_withheld.forget(desk, ALPHA.__eq__, clean) == 5
    assert confirmations.kept(desk, number, "p") == []
    assert shortlists_withheld.mentions(desk, ALPHA.__eq__, lambda text: "Alpha" in text) == 0
    kept = shortlists.contents(desk, number)
    assert (kept.shortlist.name, [one.record for one in kept.entries]) == ("(kept out)", [BETA, third])
    assert kept.entries[1].name == "(kept out)"
    assert [note.text for note in kept.entries[0].notes] == ["(kept out)"]
    desk.close()
    assert b"alpha" not in b"".join(one.read_bytes() for one in path.parent.iterdir()).lower()
