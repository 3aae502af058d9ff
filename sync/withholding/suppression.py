"""What is kept out for ever: marks that a key makes of it, so that nobody can read from them whom they protect.

A mark is HMAC-SHA-256 (RFC 2104) of what it is and a normalised text. Without the key nothing can be matched, and a run that
cannot match might bring back what was kept out: it does not begin.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sync.normalise.texts import fold
from sync.places import DESK
from sync.withholding import key as privacy_key
from warehouse.desk import Desk
from warehouse.doubts import Side
from warehouse.profile import ClusterProfile

_KNOWN_TEXT = "clusterbridge"
"""Everybody knows it: its mark tells whether the key is still the one that made the others."""


class Kind(StrEnum):
    """What was asked to be kept out."""

    ORGANISATION = "organisation"
    DOMAIN = "domain"
    MAIL = "mail"
    PHONE = "phone"


class MarkKind(StrEnum):
    """By what it is recognised."""

    RECORD = "record"
    """A network's name and a source key."""
    ADDRESS = "address"
    """A network's name and the path of a page, with its query."""
    NAME = "name"
    """A folded name and a country (ISO 3166-1)."""
    DOMAIN = "domain"
    """A registrable domain in ASCII form."""
    MAIL = "mail"
    """A mail address in lower case."""
    PHONE = "phone"
    """The digits of a telephone number within its country: how a page prints it, with its country or without, must not matter."""
    KEY = "key"


Mark = tuple[MarkKind, bytes]


class Marker:
    """Makes marks.

    Arguments:
        key: secret; 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mark(self, kind: MarkKind, *parts: str) -> Mark:
        """The mark of what the parts say together."""
        text = "\0".join((kind.value, *parts))
        return kind, hmac.digest(self._key, text.encode(), hashlib.sha256)

    def name(self, name: str, country: str | None) -> Mark:
        """The mark of a name in a country: many share a name, few in one country."""
        return self.mark(MarkKind.NAME, fold(name), country or "")

    def address(self, network: str, url: str) -> Mark:
        """The mark of a page of a network, wherever the network is read (its home, a replica)."""
        parts = urlsplit(url)
        return self.mark(MarkKind.ADDRESS, network, f"{unquote(parts.path).rstrip('/')}?{parts.query}")

    def of_profile(self, profile: ClusterProfile) -> frozenset[Mark]:
        """Every mark by which a profile is recognised as an organisation that is kept out."""
        names = filter(None, (profile.name, profile.native_name, *profile.other_names))
        marks = {self.mark(MarkKind.RECORD, profile.network, profile.source_key)}
        marks |= {self.name(name, profile.country) for name in names}
        if profile.domain:
            marks.add(self.mark(MarkKind.DOMAIN, profile.domain))
        return frozenset(marks)


@dataclass(frozen=True)
class Suppressions:
    """All that is kept out now; ask it with marks that ``marker`` makes."""

    marker: Marker
    marks: frozenset[Mark]

    def __bool__(self) -> bool:
        return bool(self.marks)

    @cached_property
    def kinds(self) -> frozenset[MarkKind]:
        """The kinds of marks that there are."""
        return frozenset(kind for kind, _ in self.marks)

    def has_page(self, network: str, url: str) -> bool:
        """Whether a page of a network is that of an organisation that is kept out."""
        return MarkKind.ADDRESS in self.kinds and self.marker.address(network, url) in self.marks

    def has_record(self, network: str, source_key: str) -> bool:
        """Whether a record of a network is that of an organisation that is kept out."""
        return self.marker.mark(MarkKind.RECORD, network, source_key) in self.marks

    def has_value(self, kind: MarkKind, value: str) -> bool:
        """Whether a normalised mail address, domain or telephone number is kept out."""
        return kind in self.kinds and self.marker.mark(kind, value) in self.marks

    def keeps_out(self, profile: ClusterProfile) -> bool:
        """Whether the organisation of a profile is kept out: by its record, by a name of it in its country, by its domain."""
        return bool(self.marks) and not self.marks.isdisjoint(self.marker.of_profile(profile))

    def keeps_out_side(self, side: Side) -> bool:
        """Whether a record of a doubt is kept out, by itself or by a name of its organisation."""
        if not self.marks:
            return False
        network, key = side.record
        names = [self.marker.name(name, side.country) for name in (side.name, side.record_name)]
        return self.has_record(network, key) or not self.marks.isdisjoint(names)


NOTHING = Suppressions(Marker(b""), frozenset())
"""Nothing is kept out."""


@dataclass(frozen=True)
class Suppression:
    """One decision.

    Arguments:
        marks: how many marks it has.
        withdrawn_at: None: it holds; else by whom and why it was withdrawn is said too.
    """

    number: int
    kind: Kind
    decided_by: str
    because: str
    decided_at: datetime
    marks: int
    withdrawn_at: datetime | None
    withdrawn_by: str | None = None
    withdrawn_because: str | None = None


def suppressions(var: Path) -> Suppressions:
    """What is kept out, for one run. Makes the desk and the key where there are none.

    Raises KeyLost where the marks cannot be matched.
    """
    with Desk.open(var / DESK) as desk:
        marker = marker_of(var, desk)
        rows = desk.rows(
            """
            SELECT DISTINCT m.kind, m.mark
            FROM suppression_marks AS m
            JOIN suppressions AS s ON s.suppression_id = m.suppression_id
            WHERE s.withdrawn_at IS NULL
            """
        )
    return Suppressions(marker, frozenset((MarkKind(kind), mark) for kind, mark in rows))


def marker_of(var: Path, desk: Desk) -> Marker:
    """What makes the marks of this installation; its key is made on first use. Raises KeyLost."""
    return Marker(privacy_key.key_of(var, desk, _check))


@contextmanager
def desk_of(var: Path) -> Iterator[Desk]:
    """The desk, for whoever looks at the decisions; made where there is none yet. Raises KeyLost where it is lost."""
    with Desk.open(var / DESK) as desk:
        marker_of(var, desk)
        yield desk


def key_trouble(var: Path) -> str | None:
    """Why it cannot be told what is kept out; None: it can, or nothing ever was. Writes nothing."""
    return privacy_key.key_trouble(var, _check)


def _check(key: bytes) -> bytes:
    return Marker(key).mark(MarkKind.KEY, _KNOWN_TEXT)[1]


def suppress(desk: Desk, kind: Kind, marks: Iterable[Mark], *, by: str, because: str, at: datetime) -> int:
    """Keep out what has one of the marks; the number of the decision."""
    with desk.transaction():
        number = desk.write(
            "INSERT INTO suppressions (kind, decided_by, because, decided_at) VALUES (?, ?, ?, ?)",
            [kind.value, by, because, at.isoformat()],
        )
        _add(desk, number, marks)
    return number


@dataclass(frozen=True)
class Decided:
    """What somebody has decided to keep out, before it stands on the desk."""

    kind: Kind
    marks: Sequence[Mark]
    by: str
    because: str
    at: datetime


def decide(desk: Desk, one: Decided) -> int:
    """Keep it out, unless this very decision stands on the desk already; its number."""
    rows = desk.rows(
        "SELECT suppression_id FROM suppressions WHERE kind = ? AND decided_by = ? AND because = ? AND decided_at = ?",
        [one.kind.value, one.by, one.because, one.at.isoformat()],
    )
    return int(rows[0][0]) if rows else suppress(desk, one.kind, one.marks, by=one.by, because=one.because, at=one.at)


def learn_of(var: Path, marks_of: Sequence[tuple[frozenset[Mark], frozenset[Mark]]]) -> None:
    """As ``learn``, on the installation's desk; touches it only where there is something to learn."""
    if marks_of:
        with Desk.open(var / DESK) as desk:
            learn(desk, marks_of)


def learn(desk: Desk, marks_of: Iterable[tuple[frozenset[Mark], frozenset[Mark]]]) -> None:
    """Recognise from now on by further marks what is kept out already: it moved, or another network lists it too.

    Arguments:
        marks_of: of each that was recognised, the marks that told, and all that it has.
    """
    with desk.transaction():
        for told, all_of_it in marks_of:
            for kind, mark in told:
                rows = desk.rows(
                    """
                    SELECT s.suppression_id
                    FROM suppression_marks AS m
                    JOIN suppressions AS s ON s.suppression_id = m.suppression_id
                    WHERE m.kind = ? AND m.mark = ? AND s.withdrawn_at IS NULL
                    """,
                    [kind.value, mark],
                )
                for (number,) in rows:
                    # Not by its domain: a science park's clusters share one, and only one of them asked.
                    _add(desk, number, (one for one in all_of_it if one[0] is not MarkKind.DOMAIN))


def _add(desk: Desk, number: int, marks: Iterable[Mark]) -> None:
    for kind, mark in marks:
        desk.write(
            "INSERT OR IGNORE INTO suppression_marks (suppression_id, kind, mark) VALUES (?, ?, ?)", [number, kind.value, mark]
        )


def withdraw(desk: Desk, number: int, *, by: str, because: str, at: datetime) -> bool:
    """Let a decision hold no longer; its row stays. Whether there was one that held."""
    rows = desk.rows(
        """
        UPDATE suppressions
        SET withdrawn_by = ?, withdrawn_because = ?, withdrawn_at = ?
        WHERE suppression_id = ? AND withdrawn_at IS NULL
        RETURNING suppression_id
        """,
        [by, because, at.isoformat(), number],
    )
    return bool(rows)


def still_keeping_out(desk: Desk, number: int) -> list[int]:
    """The decisions that hold and that keep out something of what another one keeps or kept out."""
    rows = desk.rows(
        """
        SELECT DISTINCT s.suppression_id
        FROM suppression_marks AS m
        JOIN suppression_marks AS other ON other.kind = m.kind AND other.mark = m.mark
        JOIN suppressions AS s ON s.suppression_id = other.suppression_id
        WHERE m.suppression_id = ? AND s.suppression_id <> m.suppression_id AND s.withdrawn_at IS NULL
        ORDER BY s.suppression_id
        """,
        [number],
    )
    return [row[0] for row in rows]


def decisions(desk: Desk) -> list[Suppression]:
    """Every decision, the latest first, those withdrawn included."""
    rows = desk.rows(
        """
        SELECT
            s.suppression_id, s.kind, s.decided_by, s.because, s.decided_at, count(m.mark), s.withdrawn_at, s.withdrawn_by,
            s.withdrawn_because
        FROM suppressions AS s
        LEFT JOIN suppression_marks AS m ON m.suppression_id = s.suppression_id
        GROUP BY s.suppression_id
        ORDER BY s.suppression_id DESC
        """
    )
    return [
        Suppression(row[0], Kind(row[1]), row[2], row[3], _moment(row[4]), row[5], row[6] and _moment(row[6]), *row[7:])
        for row in rows
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
