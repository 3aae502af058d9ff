"""One run at a time: a lock that dies with its holder, and a note that says who holds it."""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

WITHOUT_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK)


class Locked(Exception):  # noqa: N818  it says what is the case
    """Another run holds the lock."""


class NoLocks(Exception):  # noqa: N818
    """The file system has no locks that die with their holder."""


@contextmanager
def one_run_at_a_time(var: Path, now: datetime) -> Iterator[None]:
    """Hold the lock of the folder ``var``.

    The operating system lets go of the lock when its process ends, however it ends: a lock cannot go stale.
    The note beside it is for people and never decides.

    Raises:
        Locked: another run holds it; the message names the holder.
        NoLocks: ``var`` lies where nothing can be locked.
        OSError: the lock's file cannot be written.
    """
    var.mkdir(parents=True, exist_ok=True)
    note = _note_of(var)
    lock = _lock_of(var)
    if not _acquire(lock, var):
        raise Locked(f"another run holds {_file_of(var)}: {_holder(note)}; wait until it ends")
    try:
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": now.isoformat()}
        note.write_text(json.dumps(holder), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def is_held(var: Path) -> bool:
    """Whether a run holds the lock of the folder in this moment; nothing is made or changed."""
    if not os.access(_file_of(var), os.W_OK):  # no run of ours was ever here
        return False
    lock = _lock_of(var)
    if not _acquire(lock, var):
        return True
    lock.release()
    return False


def _acquire(lock: BaseFileLock, var: Path) -> bool:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    except OSError as error:
        if error.errno not in WITHOUT_LOCKS:
            raise
        raise NoLocks(
            f"wanted to lock {_file_of(var)}, found a file system without locks ({error.strerror}); "
            "set [paths] var in config.toml to a folder on a local disk"
        ) from error
    return True


def _file_of(var: Path) -> Path:
    return var / "run.lock"


def _note_of(var: Path) -> Path:
    return var / "run.lock.json"


def _lock_of(var: Path) -> BaseFileLock:
    # Where there are no locks, filelock would take the file's mere existence for one, which outlives a holder that is killed.
    return FileLock(_file_of(var), fallback_to_soft=False)


def _holder(note: Path) -> str:
    """Who holds the lock, as the note says; not a process that is dead, whose note nobody took away."""
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
        pid, host, since = int(holder["pid"]), str(holder["host"]), str(holder["since"])
    except (OSError, ValueError, KeyError, TypeError):  # it is just being written, or is no note of ours
        return "it began this moment"
    if host == socket.gethostname() and not _is_alive(pid):
        return "it began this moment"
    return f"process {pid} on {host} since {since}"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # another user's
        return True
    return True
