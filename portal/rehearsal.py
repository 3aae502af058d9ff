"""Pages that are asked for again and again, made of an edition before it is seen: so nobody waits for what it remembers of them.

A page is made as for somebody who did nothing here, and thrown away: what stays is what the edition answers to everyone alike.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from portal.answers import Refusal
from portal.opened import Opened
from portal.pages.naming import learn_names
from portal.query import NOTHING, Query
from portal.session import Entered, Session
from portal.sitemap import PAGES, At
from portal.tongue import Tongue
from portal.visit import House, Visit
from warehouse.desk import DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.migrate import SchemaNewer

MOST_NOTED = 500
"""Addresses that are counted; the one not asked for longest goes first."""
LONGEST_ADDRESS = 500
MOST_MADE = 30
LONGEST_SECONDS = 1.5
"""After this the edition is to be seen, whatever was not made of it."""


@dataclass(frozen=True)
class Asked:
    """A page that was asked for.

    Arguments:
        path: of the page, without language; names: what stands in it.
    """

    at: At
    language: str
    path: str
    names: tuple[tuple[str, str], ...]
    query: Query
    is_partial: bool


class Rehearsal:
    """Counts what is asked for, and makes what is asked for most.

    Arguments:
        languages: the page where everybody begins is made in each.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        start = next(at for at in PAGES if at.is_rehearsed)
        self._starts = [Asked(start, code, start.path, (), NOTHING, is_partial=False) for code in languages]
        self._times: OrderedDict[Asked, int] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, at: At, visit: Visit) -> None:
        """That a page was asked for."""
        if not at.is_rehearsed or sum(len(name) + len(value) for name, value in visit.asked.pairs) > LONGEST_ADDRESS:
            return
        asked = Asked(at, visit.tongue.code, visit.path, tuple(visit.names.items()), visit.asked, visit.is_partial)
        with self._lock:
            self._times[asked] = self._times.get(asked, 0) + 1
            self._times.move_to_end(asked)
            while len(self._times) > MOST_NOTED:
                self._times.popitem(last=False)

    def wanted(self) -> list[Asked]:
        """What is to be made: where everybody begins, and what was asked for more than once, the most often first.

        Whatever was asked for before an edition counts half for the next.
        """
        with self._lock:
            often = sorted((one for one, times in self._times.items() if times > 1), key=lambda one: -self._times[one])
            self._times = OrderedDict((one, times // 2) for one, times in self._times.items() if times > 1)
        return list(dict.fromkeys([*self._starts, *often]))[:MOST_MADE]

    def make(self, house: House, opened: Opened) -> None:
        """Make the pages of an edition that nobody has seen yet."""
        options = house.options
        tongues = {code: Tongue(code, options.timezone) for code in options.languages}
        for tongue in tongues.values():
            learn_names(tongue, opened)
        # At the hour that it is, but on the day that the edition is open for: midnight may have passed since.
        moment = datetime.combine(opened.today, options.now().astimezone(options.timezone).time(), options.timezone)
        alone = replace(house, options=replace(options, now=lambda: moment), editions=_Just(opened))
        end = time.monotonic() + LONGEST_SECONDS
        for asked in self.wanted():
            if time.monotonic() > end:
                return
            visit = Visit(
                house=alone,
                tongue=tongues[asked.language],
                path=asked.path,
                asked=asked.query,
                session=Session.new(),
                entered=Entered(None, may_enter=True),
                names=dict(asked.names),
                is_partial=asked.is_partial,
            )
            try:
                if asked.at.shows is not None:
                    asked.at.shows(visit)
            except (Refusal, DeskBusy, DeskDamaged, DeskUnwritable, SchemaNewer):  # it is gone; or the desk is in trouble
                continue


@dataclass(frozen=True)
class _Just:
    """An edition in place of the current one."""

    opened: Opened

    @contextmanager
    def open(self, today: date) -> Iterator[Opened]:  # noqa: ARG002  it is open for a day of its own
        """It."""
        yield self.opened
