"""What an error says about the machine's storage, and what to do about it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sync.capture import CannotStore
from sync.exits import Exit
from sync.keeping.storage import storage_trouble
from warehouse.connection import DatabaseError


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("number", "code", "advice"),
    [
        (errno.ENOSPC, Exit.TRY_AGAIN, "make room"),
        (errno.EDQUOT, Exit.TRY_AGAIN, "make room"),
        (errno.EFBIG, Exit.TRY_AGAIN, "make room"),
        (errno.EACCES, Exit.CONFIGURATION, "make it writable"),
        (errno.EROFS, Exit.CONFIGURATION, "make it writable"),
        (errno.EIO, Exit.UNEXPECTED, "look at the disk"),
        (errno.ENOTDIR, Exit.CONFIGURATION, "a file stands where a folder is wanted"),
        (errno.EEXIST, Exit.CONFIGURATION, "a file stands where a folder is wanted"),
    ],
)
def test_what_the_system_said_is_told_with_what_to_do(number: int, code: Exit, advice: str) -> None:
    words = os.strerror(number)
    found = [
        storage_trouble(OSError(number, words, "/data/state.duckdb")),
        storage_trouble(DatabaseError(f'IO Error: Could not write file "/data/state.duckdb": {words}')),
        storage_trouble(caused(CannotStore("wanted to store a page"), OSError(number, words, "/data/state.duckdb"))),
    ]
    for trouble in found:
        assert trouble is not None
        assert trouble.code is code
        assert words in trouble.because
        assert "/data/state.duckdb" in trouble.because
        assert advice in trouble.because


@pytest.mark.parametrize(
    "error",
    [
        ValueError("No space left on device"),  # words that a page may hold
        OSError(errno.ENOENT, "No such file or directory"),
        DatabaseError("Catalog Error: no such table"),
    ],
)
def test_other_errors_are_none_of_the_storages(error: Exception) -> None:
    assert storage_trouble(error) is None


def test_an_error_met_while_another_was_handled_is_not_taken_for_it(tmp_path: Path) -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError:
            raise KeyError("a fault of ours") from None
    except KeyError as fault:
        assert storage_trouble(fault) is None
