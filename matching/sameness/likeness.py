"""How two names are alike."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from matching.sameness.comparable import Name


class Likeness(StrEnum):
    """How two names are alike, closest first."""

    EQUAL = "the same name"
    CORE = "the same name but for words such as cluster, or the place"
    MISPRINT = "the same name but for a misprint"
    ACRONYM = "one name is the other's initials"
    REORDERED = "the same words in another order"
    CONTAINED = "one name holds the other"
    SIBLINGS = "names that share words, and each has words of its own"
    UNRELATED = "names with nothing in common"


AGREEING = frozenset({Likeness.EQUAL, Likeness.CORE, Likeness.MISPRINT, Likeness.ACRONYM})
"""Ways in which two names of one body differ; a body and its part, or its sister, differ in the others."""
_MISPRINT_FROM = 5
"""Letters of the differing words from which one changed letter is a misprint; with twice as many, two are."""


class Compared(NamedTuple):
    """Two names compared: how alike they are, and the folded words that this rests on."""

    likeness: Likeness
    shared: tuple[str, ...]


def compare(left: Name, right: Name, places: frozenset[str]) -> Compared:
    """How two names are alike.

    Arguments:
        places: words that say where both bodies are; a name may have or lack one. Two *different* ones are different names.
    """
    fewest = min(left.core, right.core, key=lambda core: (len(core), core))
    if left.joined == right.joined:
        return Compared(Likeness.EQUAL, fewest if left.has_core else ())
    if not (left.has_core and right.has_core):
        return Compared(Likeness.UNRELATED, ())
    if left.compact == right.compact:
        return Compared(Likeness.CORE, fewest)
    one, other = set(left.core), set(right.core)
    shared = tuple(sorted(one & other))
    only_left, only_right = one - other, other - one
    if only_left and only_right and _is_misprint(left, right):
        return Compared(Likeness.MISPRINT, shared or fewest)
    telling = tuple(word for word in shared if word not in places)
    if not telling:
        return Compared(Likeness.UNRELATED, ())
    if one == other:
        return Compared(Likeness.REORDERED, shared)
    if only_left.isdisjoint(places) or only_right.isdisjoint(places):
        only_left, only_right = only_left - places, only_right - places
    if only_left and only_right:
        return Compared(Likeness.SIBLINGS, telling)
    return Compared(Likeness.CONTAINED if only_left or only_right else Likeness.CORE, telling)


def _is_misprint(left: Name, right: Name) -> bool:
    """Whether all that differs is a letter or two in a long enough word, and no digit."""
    one = "".join(word for word in left.core if word not in right.core)
    other = "".join(word for word in right.core if word not in left.core)
    shorter = min(len(one), len(other))
    if shorter < _MISPRINT_FROM or _digits(one) != _digits(other):
        return False
    most = 1 if shorter < 2 * _MISPRINT_FROM else 2
    return Levenshtein.distance(one, other, score_cutoff=most) <= most


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
