"""How a query was read by the index: which words of the texts answer which word of it, and what to suggest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

from matching.search import thesaurus
from matching.search.readings import OWN, Reading, Readings, of_one_stem

SHORTEST_CORRECTED = 4
LONGEST_OF_ONE_SLIP = 6


@dataclass(frozen=True)
class Way:
    """One way to answer one word of the query.

    Arguments:
        place: which word of the query, from 1.
        parts: for each of its parts the folded words that answer it; all parts have to be answered.
        strength: how much an answer counts: the word's importance, and how far the reading is trusted.
    """

    place: int
    parts: tuple[frozenset[str], ...]
    strength: float


@dataclass(frozen=True)
class Question:
    """A query as the index understands it.

    Arguments:
        written: by place, the query's words as typed.
        ways: all ways to answer its words, the strongest first.
        did_you_mean: the query with the nearest known words, if one was not known; None: all are.
    """

    written: dict[int, str]
    ways: tuple[Way, ...]
    did_you_mean: str | None

    @cached_property
    def answers(self) -> dict[str, list[int]]:
        """The folded words that answer any of its words, each with the places of the ways of which it is a part."""
        found: dict[str, list[int]] = {}
        for number, way in enumerate(self.ways):
            for word in frozenset[str]().union(*way.parts):
                found.setdefault(word, []).append(number)
        return found


def understood(written: Sequence[str], read: Readings) -> Question:
    """The question, from the words as typed and how the index reads them."""
    said = dict(enumerate(written, start=1))
    importance = {word.place: word.importance for word in read.words}
    parts: dict[tuple[int, int], dict[int, set[str]]] = {}
    strengths: dict[tuple[int, int], float] = {}
    nearest: dict[int, Reading] = {}
    for one in read.readings:
        key = (one.place, one.reading)
        parts.setdefault(key, {}).setdefault(one.part, set()).add(one.term)
        strengths[key] = max(strengths.get(key, 0.0), one.weight * importance[one.place])
        if one.reading == OWN:
            nearest.setdefault(one.place, one)  # they come with the most likely first
    ways = [
        Way(place, tuple(frozenset(terms) for _, terms in sorted(parts[place, reading].items())), strength)
        for (place, reading), strength in strengths.items()
    ]
    ways.sort(key=lambda way: -way.strength)
    corrections = {
        word.place: correction
        for word in read.words
        if not word.is_country and (correction := _correction(word.word, nearest.get(word.place))) is not None
    }
    suggestion = " ".join(corrections.get(place, word) for place, word in said.items()) if corrections else None
    return Question(said, tuple(ways), suggestion)


def _correction(word: str, near: Reading | None) -> str | None:
    """The word of the texts or of the thesaurus that an unknown one is, misspelt; None: it is understood, or like none.

    One slip is allowed in up to six letters, two in longer words; an ending or a compound is none.
    """
    if len(word) < SHORTEST_CORRECTED or any(letter.isdigit() for letter in word) or thesaurus.knows(word):
        return None
    slips = 1 if len(word) <= LONGEST_OF_ONE_SLIP else 2
    found: list[tuple[int, int, str]] = []
    if near is not None and (near.term == word or of_one_stem(word, near.term)):
        return None
    if near is not None and not (word.startswith(near.term) or near.term.startswith(word)):
        found.append((OSA.distance(word, near.term), 0, near.shown))
    if (phrase := thesaurus.nearest(word, slips)) is not None:
        found.append((phrase[1], 1, phrase[0]))
    best = min(found, default=None)
    return None if best is None or best[0] > slips else best[2]
