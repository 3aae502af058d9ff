"""The edition that a visit reads: the current one of the first folder that has one.

A new edition is read in the background, with all that pages remember of it, and visits see it when that is done, a second or two
later: they would all wait for it else. Until then they see the edition before, but

- none that is no longer in its folder as it was: what an erasure deletes is shown to nobody, and visits wait for the new edition;
- not for longer than ``OLD_FOR_SECONDS``: then visits see the new one and wait for what they need of it;
- nor if there is none before: then too they wait for what they need.

An edition that cannot be read takes nobody's place: the one before is shown until there is a sound one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from portal.opened import Opened
from portal.options import Place
from portal.remembering import Memory
from warehouse.edition_reader import HeldEdition
from warehouse.editions import EditionDamaged, EditionMissing, current

OLD_FOR_SECONDS = 5.0
"""For how long at most the edition before is shown while a new one is read."""
LOOK_SECONDS = 1.0
"""Between two looks whether there is a new edition, where no visit notices it before."""
AGAIN_SECONDS = 30.0
"""Before an edition that could not be read is looked at again."""
END_SECONDS = 5.0
AS_BEFORE = "; until there is a sound one the edition before is shown"
"""What the log says is done about a damage."""
KEPT_DAYS = 2
_LOG = logging.getLogger("portal")


@dataclass
class _Edition:
    """An edition's file, held open, with what was read from it by day.

    Arguments:
        read_for: the day for which all that pages remember was read.
    """

    place: Place
    held: HeldEdition
    read_for: date | None = None
    memories: OrderedDict[date, Memory] = field(default_factory=OrderedDict)

    def is_at(self, place: Place, path: Path) -> bool:
        """Whether it is the file that the pointer of a place leads to."""
        return self.place == place and self.held.path == path and self.held.is_there()

    @contextmanager
    def visit(self, today: date) -> Iterator[Opened]:
        """It, open for one visit; to be entered under the lock of ``Editions``: so none is let go of as a visit begins."""
        memory = self.memories.setdefault(today, Memory())
        while len(self.memories) > KEPT_DAYS:
            self.memories.popitem(last=False)
        with self.held.visit() as cursor:
            yield Opened(today, self.held.path, self.place.desk, cursor, memory)


class Editions:
    """Opens the current edition for a visit. The one before is let go when its last visit ends.

    Arguments:
        places: the most wanted first.
        old_for_seconds: for how long the edition before may be shown; 0: the next visit sees a new one, and waits for it.
    """

    def __init__(self, places: Sequence[Place], *, old_for_seconds: float = 0.0) -> None:
        self._places = tuple(places)
        self._old_for = old_for_seconds
        self._lock = threading.Lock()
        self._shown: _Edition | None = None
        self._coming: _Edition | None = None
        self._overtaken: float | None = None
        """Since when the pointer leads elsewhere than to the edition shown; None: it does not, or to nothing that can be read."""
        self._unreadable: tuple[Path, float] | None = None
        self._told: str | None = None
        self._is_over = threading.Event()
        self._look_now = threading.Event()
        self._has_looked = threading.Event()
        self._follower: threading.Thread | None = None

    @contextmanager
    def open(self, today: date) -> Iterator[Opened]:
        """A visit to the current edition. Raises EditionMissing, EditionDamaged or EditionOlder."""
        with ExitStack() as stack:
            with self._lock:
                opened = stack.enter_context(self._current().visit(today))
            yield opened

    def follow(self, today: Callable[[], date], read: Callable[[Opened], None]) -> None:
        """From now on read in the background what visits will ask for, until closed: of the current edition, and of new ones."""
        self._follower = threading.Thread(target=self._follow, args=(today, read), name="editions", daemon=True)
        self._follower.start()

    def wait(self, seconds: float) -> None:
        """Wait until the first edition was read in the background, or found missing, but no longer than this."""
        self._has_looked.wait(seconds)

    def close(self) -> None:
        """Let go of all files."""
        self._is_over.set()
        self._look_now.set()
        if self._follower is not None:
            self._follower.join(END_SECONDS)
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        self._show(None)
        self._await(None)
        self._overtaken = None

    def _current(self) -> _Edition:
        """What a visit is shown."""
        shown = self._shown
        try:
            place, path = self._pointed()
        except EditionDamaged:
            self._overtaken = None
            if shown is not None and self._may_stay(shown):
                return shown
            raise
        if shown is None:
            return self._take(place, path)
        if shown.is_at(place, path):
            self._overtaken = None
            return shown
        if self._may_stay(shown) and not self._is_overdue(path):
            self._look_now.set()
            return shown
        return self._take(place, path)

    def _may_stay(self, shown: _Edition) -> bool:
        return self._old_for > 0 and shown.held.is_there()

    def _is_overdue(self, path: Path) -> bool:
        """Whether visits have been kept for long enough from an edition that can be read."""
        if self._unreadable is not None and self._unreadable[0] == path:
            self._overtaken = None
            return False
        now = time.monotonic()
        if self._overtaken is None:
            self._overtaken = now
        return now - self._overtaken > self._old_for

    def _take(self, place: Place, path: Path) -> _Edition:
        """Show an edition as it is, whether or not anything was read from it."""
        coming = self._coming
        edition = coming if coming is not None and coming.is_at(place, path) else _opened(place, path)
        self._show(edition)
        self._await(None)
        self._overtaken = None
        return edition

    def _show(self, edition: _Edition | None) -> None:
        if self._shown is not None and self._shown is not edition:
            self._shown.held.close()
        self._shown = edition

    def _await(self, edition: _Edition | None) -> None:
        """Read an edition before it is shown; none other is read any more."""
        if self._coming is not None and self._coming is not self._shown:
            self._coming.held.close()
        self._coming = edition

    def _follow(self, today: Callable[[], date], read: Callable[[Opened], None]) -> None:
        while not self._is_over.is_set():
            self._look_now.clear()
            try:
                self._look(today(), read)
            except EditionDamaged as damage:
                self._tell(str(damage))
            except EditionMissing:  # whoever visits is told
                pass
            except (
                Exception
            ) as fault:  # the next look may go better; without this thread visits would read each edition themselves
                self._tell(f"wanted to read an edition ahead of its visits, found {fault!r}", has_trace=True)
            self._has_looked.set()
            self._look_now.wait(LOOK_SECONDS)

    def _look(self, today: date, read: Callable[[Opened], None]) -> None:
        """Read the current edition where that was not done yet, and then show it."""
        with ExitStack() as visit:
            with self._lock:
                if self._is_over.is_set():
                    return
                found = self._to_show()
                if found is None:
                    return
                place, path, shown = found
                is_shown = shown.is_at(place, path)
                if is_shown:
                    self._overtaken = None
                else:
                    self._is_overdue(path)  # the time runs from now on, though nobody visits
                opened = visit.enter_context(_begun(shown, today)) if is_shown and shown.read_for != today else None
            if opened is not None:
                read(opened)
        if is_shown:
            self._told = None
        elif self._unreadable is None or self._unreadable[0] != path or time.monotonic() > self._unreadable[1]:
            try:
                self._read_before(_opened(place, path), today, read)
            except EditionDamaged as damage:
                self._unreadable = (path, time.monotonic() + AGAIN_SECONDS)
                self._tell(f"{damage}{AS_BEFORE}")

    def _to_show(self) -> tuple[Place, Path, _Edition] | None:
        """Where the pointer leads, and the edition that visits are shown now; None: a damaged pointer leaves them that one.

        Raises EditionMissing or EditionDamaged where there is nothing to show.
        """
        shown = self._shown
        try:
            place, path = self._pointed()
        except EditionMissing as trouble:
            if isinstance(trouble, EditionDamaged) and shown is not None and self._may_stay(shown):
                self._tell(f"{trouble}{AS_BEFORE}")
                return None
            self._let_go()  # nobody is shown it any more: what was erased leaves the disk only so
            raise
        if shown is None or not (shown.is_at(place, path) or self._may_stay(shown)):
            self._let_go()  # also where the new one turns out to be damaged
            shown = self._take(place, path)
        return place, path, shown

    def _tell(self, trouble: str, *, has_trace: bool = False) -> None:
        """Log a trouble: once, however often it is met before an edition is sound again."""
        if trouble != self._told:
            self._told = trouble
            _LOG.error("%s", trouble, exc_info=has_trace)

    def _read_before(self, edition: _Edition, today: date, read: Callable[[Opened], None]) -> None:
        """Read an edition, then show it, also where it met another fault than damage: whoever visits meets what is the matter."""
        try:
            with ExitStack() as visit:
                with self._lock:
                    if self._is_over.is_set():  # nobody would let go of it any more
                        edition.held.close()
                        return
                    self._await(edition)
                    opened = visit.enter_context(_begun(edition, today))
                read(opened)
        except EditionDamaged:
            with self._lock:
                if self._coming is edition:
                    self._await(None)
            raise
        finally:
            with self._lock:
                if self._coming is edition:
                    self._show(edition)
                    self._await(None)

    def _pointed(self) -> tuple[Place, Path]:
        for place in self._places:
            path = current(place.editions)
            if path is not None:
                return place, path
        places = " or ".join(str(place.editions) for place in self._places)
        raise EditionMissing(
            f"wanted an edition in {places}, found none; make one: `clusterbridge sync` (live networks) or "
            "`make demo` (replicas on this machine)"
        )


def _opened(place: Place, path: Path) -> _Edition:
    # Each of several visits at once has a thread of its own; to share out its small queries among more costs a tenth.
    return _Edition(place, HeldEdition(path, threads=1))


def _begun(edition: _Edition, today: date) -> AbstractContextManager[Opened]:
    """A visit that reads all that pages remember."""
    edition.read_for = today  # also where it fails: it would fail again
    return edition.visit(today)
