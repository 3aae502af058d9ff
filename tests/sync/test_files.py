"""Files that are there whole or as before, and what a writer that was killed leaves behind."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.files import PART, sweep, write_whole, written_wholly
from sync.places import METRICS, SNAPSHOT
from sync.workplace import at_work


def test_a_file_is_written_with_its_folder_and_everybody_may_read_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "a" / "b", b"whole")
    assert (tmp_path / "a" / "b").read_bytes() == b"whole"
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o644


def test_what_breaks_off_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    def half() -> None:
        with written_wholly(tmp_path / "b") as file:
            file.write(b"ha")
            raise KeyboardInterrupt

    write_whole(tmp_path / "b", b"whole")
    with pytest.raises(KeyboardInterrupt):
        half()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("b", b"whole")]


def test_the_next_run_removes_what_a_killed_writer_left_and_nothing_else(tmp_path: Path) -> None:
    left = [tmp_path / f".x{PART}", (tmp_path / METRICS).parent / f".y{PART}", (tmp_path / SNAPSHOT).parent / f".z{PART}"]
    kept = [tmp_path / ".hidden", tmp_path / f"seen{PART}"]
    for path in (*left, *kept):
        write_whole(path, b"half")
    sweep(tmp_path / "no such folder")
    with at_work(tmp_path, datetime(2026, 11, 25, 4, tzinfo=UTC)):
        assert not any(path.exists() for path in left)
    assert all(path.exists() for path in kept)
