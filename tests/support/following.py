"""A page's editions, as tests look at them: which one a visit sees, and when the next one is read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from portal.current import Editions
from portal.opened import Opened
from portal.options import Place
from support.made_up_clusters import NOW
from sync.places import DESK, EDITIONS


def place(folder: Path) -> Place:
    return Place(folder / EDITIONS, folder / DESK)


def number(editions: Editions) -> int:
    """Which edition a visit sees."""
    with editions.open(NOW.date()) as opened:
        return opened.imprint.number


def soon(editions: Editions, wanted: int) -> bool:
    """Whether visits see an edition before long."""
    deadline = time.monotonic() + 60
    while number(editions) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return number(editions) == wanted


class Reading:
    """The background's reading, which waits until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.may_go_on, self.began, self.paths = threading.Event(), threading.Event(), []
        read_ahead = Opened.read_ahead

        def waiting(opened: Opened, languages: Sequence[str]) -> None:
            self.paths.append(opened.path.name)
            self.began.set()
            assert self.may_go_on.wait(60)
            read_ahead(opened, languages)

        monkeypatch.setattr(Opened, "read_ahead", waiting)


def until(is_so: Callable[[], bool]) -> None:
    """Wait for something, but not for ever."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
