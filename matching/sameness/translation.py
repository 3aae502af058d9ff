"""Words of names put into one vocabulary, so that a name and its translation say the same (``data/name_concepts.toml``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache, reduce

import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.words import folded_words, read_toml

_SHORTEST_STEM = 4
_MOST_KEPT = 200_000
_SHORTEST_PART = 3
"""Letters of the shorter part of a compound."""


class Sort(StrEnum):
    """The tables of ``data/name_concepts.toml``, and what stands in none of them."""

    KIND = "kinds"
    SUBJECT = "subjects"
    PLACE = "places"
    NUMBER = "numbers"
    OWN = "own"
    """A word that is nobody's common property: what a name is remembered by."""


@dataclass(frozen=True)
class _Concepts:
    sorts: Mapping[str, Sort]
    exact: Mapping[str, str]
    stems: Mapping[str, str]
    longest: int
    beginnings: frozenset[str]
    """The first letters of all of them, as many as a stem has at least, and the parts of compounds that have fewer: a word that
    begins otherwise is nobody's common property, and that is most words."""


@cache
def _concepts() -> _Concepts:
    """Raises ValueError for a form that is not one word, or too short a stem."""
    sorts: dict[str, Sort] = {}
    exact: dict[str, str] = {}
    stems: dict[str, str] = {}
    for sort, table in read_toml("data/name_concepts.toml").items():
        for concept, forms in table.items():
            sorts[concept] = Sort(sort)
            for form in (concept, *forms):
                words = folded_words(form.removesuffix("*"))
                is_stem = form.endswith("*")
                if len(words) != 1 or (is_stem and len(words[0]) < _SHORTEST_STEM):
                    raise ValueError(f"wanted one word in {concept!r}, a stem of {_SHORTEST_STEM} letters, found {form!r}")
                (stems if is_stem else exact).setdefault(words[0], concept)
    return _Concepts(sorts, exact, stems, max(map(len, stems)), frozenset(form[:_SHORTEST_STEM] for form in (*exact, *stems)))


@lru_cache(maxsize=100_000)
def concepts(word: str) -> tuple[str, ...]:
    """What a folded word says, in the words of the table: one concept, the parts of a compound, or the word itself.

    A last s, of a plural or a genitive, goes off a word that is not known: ``forums`` is ``forum``, ``Norges`` is ``Norge``.
    """
    bare = word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == "s" and word[-2] != "s" else word
    beginnings = _concepts().beginnings
    if word[:_SHORTEST_STEM] not in beginnings and word[:_SHORTEST_PART] not in beginnings:
        return (bare,)
    known = _known(word) or (_known(bare) if bare is not word else None)
    if known is not None:
        return (known,)
    return _compound(word) or (bare,)


def positions_of_others(words: Sequence[str]) -> list[int]:
    """Where among words those stand that may say something else than themselves; all others do not."""
    texts, known = pa.array(words, pa.string()), _beginnings()
    begins = (pc.is_in(pc.utf8_slice_codeunits(texts, 0, length), known) for length in (_SHORTEST_STEM, _SHORTEST_PART))
    found: list[int] = pc.indices_nonzero(reduce(pc.or_, begins, pc.ends_with(texts, "s"))).to_pylist()
    return found


@cache
def _beginnings() -> pa.Array:
    return pa.array(_concepts().beginnings, pa.string())


def _known(word: str) -> str | None:
    table = _concepts()
    found = table.exact.get(word)
    if found is None:
        # What follows a stem is no longer than the shortest stem.
        shortest = max(_SHORTEST_STEM, len(word) - _SHORTEST_STEM)
        for length in range(min(len(word), table.longest), shortest - 1, -1):
            found = table.stems.get(word[:length])
            if found is not None:
                return found
    return found


def _compound(word: str) -> tuple[str, ...] | None:
    """Two known words run together, with or without the s that joins them: ``vinteropplevelser``."""
    if len(word) < 2 * _SHORTEST_STEM:
        return None
    table = _concepts()
    for at in range(len(word) - _SHORTEST_STEM, _SHORTEST_PART - 1, -1):
        first = table.exact.get(word[:at]) or table.stems.get(word[:at])
        if first is not None:
            second = _known(word[at:]) or (_known(word[at + 1 :]) if word[at] == "s" else None)
            if second is not None:
                return (first, second)
    return None


@cache
def concepts_of(sort: Sort) -> frozenset[str]:
    """All concepts of a table."""
    return frozenset(concept for concept, of in _concepts().sorts.items() if of is sort)


def all_concepts() -> Set[str]:
    """Those of all tables."""
    return _concepts().sorts.keys()


class _Sorts(dict[str, Sort]):
    """Asked for of every word of every name: what was found once is a look-up."""

    def __missing__(self, concept: str) -> Sort:
        sort = Sort.NUMBER if concept.isdigit() else _concepts().sorts.get(concept, Sort.OWN)
        if len(self) < _MOST_KEPT:
            self[concept] = sort
        return sort


_SORTS = _Sorts()


def sort_of(concept: str) -> Sort:
    """Which table a concept stands in; digits are a number."""
    return _SORTS[concept]


def translated(words: Iterable[str]) -> tuple[str, ...]:
    """The concepts of words, in order."""
    return tuple(concept for word in words for concept in concepts(word))
