"""One visit: who asked, what, in which language, and where to look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from portal.attempts import Attempts
from portal.desks import reading, writing
from portal.members import Drafts
from portal.opened import Opened
from portal.options import Options
from portal.preferences import Preferences
from portal.query import NOTHING, Query
from portal.quota import Quota
from portal.session import Entered, Register, Session, Sessions
from portal.tongue import Tongue
from warehouse.facets import Imprint

__all__ = ["House", "Opens", "Upload", "Visit", "reading", "whole_number", "writing"]


class Opens(Protocol):
    """What opens the edition of a visit."""

    def open(self, today: date) -> AbstractContextManager[Opened]:
        """It, for as long as the block lasts."""


@dataclass(frozen=True)
class House:
    """What all visits share."""

    options: Options
    editions: Opens
    sessions: Sessions
    register: Register
    attempts: Attempts
    wishes: Quota = field(default_factory=Quota)
    drafts: Drafts = field(default_factory=Drafts)


@dataclass(frozen=True)
class Upload:
    """A file that came with a form: what it was called, without folders, and its bytes."""

    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Visit:
    """What a page is made from.

    Arguments:
        path: the page without language and ``.json``: ``/clusters/12``; names: what stands in it (``{"number": "12"}``).
        session, entered: whose visit it is; client: the address that it comes from.
        asked: after the question mark; form, upload: what was sent, in a POST.
        origin: under which scheme and host the page was asked for (``https://clusters.example``).
        is_partial: htmx asks for the changed part of the page it is on.
        preferences: how they want the page to look.
        seen: the edition that was read, so that the page names that one and no newer one.
    """

    house: House
    tongue: Tongue
    path: str
    asked: Query
    session: Session
    entered: Entered
    client: str = ""
    origin: str = ""
    names: dict[str, str] = field(default_factory=dict)
    form: Query = NOTHING
    upload: Upload | None = None
    is_partial: bool = False
    preferences: Preferences = field(default_factory=Preferences)
    seen: dict[Path, Imprint] = field(default_factory=dict)

    @property
    def options(self) -> Options:
        """How the page was opened."""
        return self.house.options

    @cached_property
    def now(self) -> datetime:
        """The moment of the visit."""
        return self.options.now()

    @property
    def today(self) -> date:
        """The day of the visit, where its readers are."""
        return self.now.astimezone(self.options.timezone).date()

    @property
    def by(self) -> str:
        """Who writes: the name signed in with, or given; empty: neither."""
        return self.entered.user or self.session.name

    @contextmanager
    def edition(self) -> Iterator[Opened]:
        """The edition, for this visit."""
        with self.house.editions.open(self.today) as opened:
            self.seen.setdefault(opened.path, opened.imprint)
            yield opened

    @property
    def is_demo(self) -> bool:
        """Whether the edition that was read is the demonstration's, whose numbers and contacts are made up."""
        return any(self.options.is_demo(path) for path in self.seen)

    def address(self, path: str, language: str | None = None) -> str:
        """Where a page stands: ``/clusters`` is ``/en/clusters``."""
        return f"/{language}{path}" if language else self.tongue.address(path)

    def whole_address(self, path: str) -> str:
        """The same for those who are not on the page: ``https://clusters.example/en/clusters``."""
        return f"{self.origin}{self.address(path)}"

    def number(self, name: str) -> int | None:
        """A number that stands in the path; None: it is none that could name anything."""
        return whole_number(self.names[name])


def whole_number(text: str) -> int | None:
    """A number that could name something; None: it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
