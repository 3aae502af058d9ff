"""How two names are alike."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from matching.sameness.comparable import Name
from matching.sameness.translation import Sort, concepts, sort_of


class Likeness(StrEnum):
    """How two names are alike, closest first."""

    EQUAL = "the same name"
    CORE = "the same name but for words such as cluster, or the place"
    MISPRINT = "the same name but for a misprint"
    TRANSLATED = "the same name in another language"
    ACRONYM = "one name is the other's initials"
    REORDERED = "the same words in another order"
    SHORT = "one name is the other without words that many names have"
    CONTAINED = "one name holds the other"
    SIBLINGS = "names that share words, and each has words of its own"
    UNRELATED = "names with nothing in common"


AGREEING = frozenset({Likeness.EQUAL, Likeness.CORE, Likeness.MISPRINT, Likeness.TRANSLATED, Likeness.ACRONYM})
"""Ways in which two names of one body differ; a body and its part, or its sister, differ in the others."""
MISPRINT_FROM = 5
"""Letters of the differing words from which one changed letter is a misprint; with twice as many, two are."""
MOST_WRONG = 2
LEAST_SAID = 2


class Compared(NamedTuple):
    """Two names compared: how alike they are, and the folded words that this rests on."""

    likeness: Likeness
    shared: tuple[str, ...]


_UNRELATED = Compared(Likeness.UNRELATED, ())


def compare(left: Name, right: Name, places: frozenset[str]) -> Compared:
    """How two names are alike.

    Arguments:
        places: words that say where both bodies are; a name may have or lack one. Two *different* ones are different names.
    """
    if left.joined == right.joined:
        return Compared(Likeness.EQUAL, _fewest(left, right) if left.has_core else ())
    if not (left.has_core and right.has_core):
        return _UNRELATED
    if left.compact == right.compact:
        return Compared(Likeness.CORE, _fewest(left, right))
    one, other = left.core_set, right.core_set
    if one.isdisjoint(other) and left.gist.isdisjoint(right.gist):
        return Compared(Likeness.MISPRINT, _fewest(left, right)) if _is_misprint(left, right) else _UNRELATED
    shared = tuple(sorted(one & other))
    only_left, only_right = one - other, other - one
    if only_left and only_right and _is_misprint(left, right):
        return Compared(Likeness.MISPRINT, _fewest(left, right))
    if not left.gist.isdisjoint(right.gist) and not (only_left | only_right) <= places and _is_translation(left, right, places):
        return Compared(Likeness.TRANSLATED, tuple(sorted(left.gist & right.gist)))
    telling = tuple(word for word in shared if word not in places)
    if not telling:
        return _UNRELATED
    if one == other:
        return Compared(Likeness.REORDERED, shared)
    if only_left.isdisjoint(places) or only_right.isdisjoint(places):
        only_left, only_right = only_left - places, only_right - places
    if only_left and only_right:
        return Compared(Likeness.SIBLINGS, telling)
    surplus = only_left or only_right
    if not surplus:
        return Compared(Likeness.CORE, telling)
    is_common = all(sort_of(concept) is not Sort.OWN or word in places for word in surplus for concept in concepts(word))
    return Compared(Likeness.SHORT if is_common else Likeness.CONTAINED, telling)


def _is_translation(left: Name, right: Name, places: frozenset[str]) -> bool:
    """Whether two names say the same in two languages: two things at least, of which one is no place.

    A place may be missing from one of them; two that differ are two names. The clusters of a place are named by it alone.
    """
    one, other = left.gist, right.gist
    where_one, where_other = ({word for word in gist if sort_of(word) is Sort.PLACE or word in places} for gist in (one, other))
    if one == other and names_clusters_of_a_place(left) and names_clusters_of_a_place(right):
        return True
    what = one - where_one
    if not what or what != other - where_other:
        return False
    if where_one == where_other:
        return len(one) >= LEAST_SAID
    return len(what) >= LEAST_SAID and not (where_one and where_other)


def _fewest(left: Name, right: Name) -> tuple[str, ...]:
    return min(left.core, right.core, key=lambda core: (len(core), core))


def names_clusters_of_a_place(name: Name) -> bool:
    """Whether a name says no more than "the clusters of ...": as a rule there is one body that a country's clusters have."""
    if not name.gist:
        return False
    for concept in name.gist:
        if sort_of(concept) is not Sort.PLACE and concept != "national":
            return False
    return any("cluster" in concepts(word) for word in name.words)


def _is_misprint(left: Name, right: Name) -> bool:
    """Whether all that differs is a letter or two in a long enough word, and no digit."""
    if abs(len(left.compact) - len(right.compact)) > MOST_WRONG:
        return False
    one = "".join([word for word in left.core if word not in right.core_set])
    other = "".join([word for word in right.core if word not in left.core_set])
    shorter = min(len(one), len(other))
    if shorter < MISPRINT_FROM:
        return False
    most = 1 if shorter < 2 * MISPRINT_FROM else MOST_WRONG
    return Levenshtein.distance(one, other, score_cutoff=most) <= most and _digits(one) == _digits(other)


def _digits(text: str) -> str:
    return "".join([letter for letter in text if letter.isdigit()])
