"""One visit: what was asked, in which language, and where to look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from portal.current import Editions, Opened
from portal.options import Options
from portal.query import NOTHING, Query
from portal.tongue import Tongue
from warehouse.facets import Imprint


@dataclass(frozen=True)
class Visit:
    """What a page is made from.

    Arguments:
        path: the page without language and ``.json``: ``/clusters/12``; names: what stands in it (``{"number": "12"}``).
        asked: after the question mark; form: what was sent, in a POST.
        is_partial: htmx asks for the changed part of the page it is on.
        seen: the edition that was read, so that the page names that one and no newer one.
    """

    options: Options
    editions: Editions
    tongue: Tongue
    path: str
    asked: Query
    names: dict[str, str] = field(default_factory=dict)
    form: Query = NOTHING
    is_partial: bool = False
    seen: dict[Path, Imprint] = field(default_factory=dict)

    @cached_property
    def now(self) -> datetime:
        """The moment of the visit."""
        return self.options.now()

    @property
    def today(self) -> date:
        """The day of the visit, where its readers are."""
        return self.now.astimezone(self.options.timezone).date()

    @contextmanager
    def edition(self) -> Iterator[Opened]:
        """The edition, for this visit."""
        with self.editions.open(self.today) as opened:
            self.seen.setdefault(opened.path, opened.imprint)
            yield opened

    def address(self, path: str, language: str | None = None) -> str:
        """Where a page stands: ``/clusters`` is ``/en/clusters``."""
        return f"/{language or self.tongue.code}{path}"

    def number(self, name: str) -> int | None:
        """A number that stands in the path; None: it is none that could name anything."""
        text = self.names[name]
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
