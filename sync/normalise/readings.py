"""What reading one printed word gives: a value, the doubts about it, or both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput, Finding

T_co = TypeVar("T_co", covariant=True)


class Kind(StrEnum):
    """The standing phrases of the findings that normalising makes."""

    UNKNOWN_WORD = "unknown word"
    UNKNOWN_REGION = "unknown region"
    AMBIGUOUS_REGION = "ambiguous region"
    UNKNOWN_FIELD = "unknown printed field"
    NO_NAME = "no usable name"
    NO_WORDS = "no words"
    NOT_A_COUNT = "not a count"
    NOT_A_NUMBER = "not a number"
    NOT_A_DATE = "not a date"
    IMPRECISE_DATE = "imprecise date"
    IMPOSSIBLE_DATE = "impossible date"
    CONTRADICTION = "contradiction"
    MORE_THAN_ONE = "more than one value"
    UNUSABLE_WEBSITE = "unusable website"
    NOT_A_PHONE = "not a phone number"
    NOT_AN_ADDRESS = "not a mail address"
    PERSONAL = "personal data removed"
    UNSPLIT_ADDRESS = "address not split"
    TOO_LONG = "text too long"
    GARBLED = "garbled text"
    INVISIBLE = "invisible characters"
    NOT_NEEDED = "correction no longer needed"


@dataclass(frozen=True)
class Doubt:
    """Why a word gave no value, or a value that a person should look at."""

    kind: Kind
    because: str


@dataclass(frozen=True)
class Read(Generic[T_co]):
    """One word read. ``value`` None always comes with a doubt, but where the word has no place in our vocabulary at all."""

    value: T_co | None
    doubts: tuple[Doubt, ...] = ()


def shown(text: str) -> str:
    """``text`` in quotes, for a doubt's sentence: its beginning is enough there."""
    return repr(text if len(text) <= 80 else text[:79] + "…")


def unread(kind: Kind, because: str) -> Read[Any]:
    """A word that gives no value."""
    return Read(None, (Doubt(kind, because),))


@dataclass(frozen=True)
class Normalised:
    """One page in our words.

    Arguments:
        profile: None where the page prints no usable name (one of ``findings`` says so); there are then no claims either.
        claims: one a ClusterProfile field that has a value or a printed word.
        findings: everything that was not understood, or is doubted.
        phrases: what it prints where the phrasebook has words for our values, known or not, as ``Phrasebook.entries`` has them.
    """

    profile: ClusterProfile | None
    claims: tuple[ClaimInput, ...]
    findings: tuple[Finding, ...]
    phrases: tuple[str, ...] = ()
