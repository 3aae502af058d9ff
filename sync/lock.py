"""One run at a time: a lock that dies with its holder, and a note that says who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout


class Locked(Exception):  # noqa: N818  it says what is the case
    """Another run holds the lock."""


@contextmanager
def one_run_at_a_time(var: Path, now: datetime) -> Iterator[None]:
    """Hold the lock of the folder ``var``. Raises Locked naming the holder.

    The operating system lets go of the lock when its process ends, however it ends: a lock cannot go stale.
    The note beside it is for people and never decides.
    """
    var.mkdir(parents=True, exist_ok=True)
    note = var / "run.lock.json"
    lock = FileLock(var / "run.lock")
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise Locked(f"another run holds {var / 'run.lock'}: {_holder(note)}; wait until it ends") from None
    try:
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": now.isoformat()}
        note.write_text(json.dumps(holder), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _holder(note: Path) -> str:
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):  # it is just being written
        return "it began this moment"
    return f"process {holder['pid']} on {holder['host']} since {holder['since']}"
