"""Member lists that staff bring: what the page asks of whoever can read them, and what waits between upload and consent.

The page reads no list itself, and writes no state: it shows what the reader makes of a file, and lays the file where the next run
takes it in.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

MOST_BYTES = 1_000_000
"""Of a list; one with a thousand clusters has a tenth."""
KEPT = timedelta(minutes=30)
MOST_DRAFTS = 20
"""Kept at a time, in memory only: as it was uploaded a list may name persons."""


@dataclass(frozen=True)
class ListColumn:
    """One column of a list.

    Arguments:
        use: ``read``, ``persons`` (neither shown nor kept), ``set aside`` or ``unread``.
        field: what it is read as; None: it is not read.
        how: how that was decided, in the reader's words.
        samples: first values; none of a column that is not read.
    """

    heading: str
    use: str
    field: str | None
    how: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """What a person should look at, in the reader's words, and how often."""

    kind: str
    because: str
    times: int


@dataclass(frozen=True)
class Preview:
    """What a list would be taken for.

    Arguments:
        how: how the file was read; heading_row: where its heading stands, from 1.
        organisations: how many it would make; rows: from how many rows.
        profiles: the first, field by field; only fields with a value.
    """

    how: str
    heading_row: int
    organisations: int
    rows: int
    columns: tuple[ListColumn, ...]
    profiles: tuple[Mapping[str, Any], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Waiting:
    """A list that was laid in the inbox and that no run has taken in yet."""

    network: str
    name: str
    is_whole: bool
    by: str
    at: datetime


class Unfit(Exception):  # noqa: N818  says what is the matter
    """The file cannot be read as a member list; the message says what was wanted and what was found."""


class Members(Protocol):
    """Whoever reads lists and takes them in."""

    def networks(self) -> tuple[tuple[str, str], ...]:
        """Names and titles of the networks, the likeliest first."""
        ...

    def fields(self) -> tuple[str, ...]:
        """What a column may be read as."""
        ...

    def columns(self, network: str, name: str, body: bytes) -> tuple[ListColumn, ...]:
        """What the columns would be taken for; quicker than a preview, which reads every value. Raises Unfit."""
        ...

    def preview(self, network: str, name: str, body: bytes, chosen: Mapping[str, str], today: date) -> Preview:
        """What a list would be taken for; nothing is kept. Raises Unfit.

        Arguments:
            chosen: heading -> field, or ``-`` to set the column aside.
        """
        ...

    def said(self, words: str, language: str) -> str:
        """What the reader says, in a language: how a column was decided, what is odd, why a file cannot be read."""
        ...

    def lay(
        self, network: str, name: str, body: bytes, chosen: Mapping[str, str], *, is_whole: bool, by: str, at: datetime
    ) -> None:
        """Lay a list where the next run takes it in, without what names persons. Raises Unfit."""
        ...

    def waiting(self) -> tuple[Waiting, ...]:
        """Those that no run has taken in yet, in the order in which one will."""
        ...


@dataclass(frozen=True)
class Draft:
    """A file that was uploaded, until somebody consents to what would become of it.

    Arguments:
        session: of whom: nobody else sees it.
        chosen: as ``Members.preview`` takes it.
    """

    token: str
    session: str
    network: str
    name: str
    body: bytes = field(repr=False)
    at: datetime
    chosen: Mapping[str, str] = field(default_factory=dict)


class Drafts:
    """Keeps drafts in memory for half an hour; of one session the last. Of any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drafts: OrderedDict[str, Draft] = OrderedDict()

    def put(self, session: str, network: str, name: str, body: bytes, now: datetime) -> Draft:
        """Keep a file."""
        draft = Draft(secrets.token_urlsafe(16), session, network, name, body, now)
        with self._lock:
            for token, one in list(self._drafts.items()):
                if one.session == session or one.at <= now - KEPT:
                    del self._drafts[token]
            self._drafts[draft.token] = draft
            while len(self._drafts) > MOST_DRAFTS:
                self._drafts.popitem(last=False)
        return draft

    def get(self, token: str, session: str, now: datetime) -> Draft | None:
        """The draft of a session; None: there is none any more."""
        with self._lock:
            found = self._drafts.get(token)
        return found if found is not None and found.session == session and found.at > now - KEPT else None

    def choose(self, draft: Draft, chosen: Mapping[str, str]) -> Draft:
        """Read it with other columns from now on."""
        changed = replace(draft, chosen=dict(chosen))
        with self._lock:
            if draft.token in self._drafts:
                self._drafts[draft.token] = changed
        return changed

    def drop(self, draft: Draft) -> None:
        """Forget it."""
        with self._lock:
            self._drafts.pop(draft.token, None)
