"""Says which values of an organisation a query met, so that a hit can be understood."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from matching.search.fields import country_names, searched
from matching.search.question import Question, Way
from matching.search.text import fold, indexed_words

MOST_REASONS = 5
MOST_OF_A_FIELD = 2
LONGEST_VALUE = 80
"""Longer values (extracts) are shown by the words that matched."""
MOST_WORDS_SHOWN = 4


def what_matched(texts: Iterable[tuple[str, str]], question: Question) -> tuple[str, ...]:
    """Of the values of an organisation that the query met "field: value", at most five, two of a field, the best first.

    A value that was found through a translation, synonym or correction names the query's word:
    ``keywords: forestry (skogsindustri)``.

    Arguments:
        texts: the organisation's, with their fields, in the order of the fields.
    """
    if not question.ways:
        return ()
    return _best([(strength, field, text) for field, value in texts for strength, text in _reason(field, value, question)])


def _best(reasons: list[tuple[float, str, str]]) -> tuple[str, ...]:
    """The values that met most of the query first; equal ones stay in the order of their fields."""
    shown: dict[str, str] = {}
    for _, field, text in sorted(reasons, key=lambda reason: -reason[0]):
        if len(shown) < MOST_REASONS and list(shown.values()).count(field) < MOST_OF_A_FIELD:
            shown[text] = field
    return tuple(shown)


def _reason(field: str, value: str, question: Question) -> list[tuple[float, str]]:
    """How much of the query a value answers and how to say so; nothing where it answers nothing."""
    words = _words(field, value)
    answering = question.answers.keys() & words.keys()
    if not answering:
        return []
    best: dict[int, tuple[Way, list[str]]] = {}
    for number in sorted({number for word in answering for number in question.answers[word]}):  # the strongest first
        way = question.ways[number]
        if way.place not in best:
            met = [words.keys() & part for part in way.parts]
            if all(met):
                best[way.place] = (way, sorted(word for part in met for word in part))
    if not best:
        return []
    said = list(dict.fromkeys(words[word] for _, (_, met) in sorted(best.items()) for word in met))
    through = [question.written[place] for place, (_, met) in sorted(best.items()) if fold(question.written[place]) not in met]
    if field == "country":
        value = country_names(value).partition(",")[0]  # the other names are there to be found, not to be read
    # With commas: the words stand somewhere in the text, and need not stand together.
    shown = value if len(value) <= LONGEST_VALUE else ", ".join(said[:MOST_WORDS_SHOWN])
    strength = sum(way.strength for way, _ in best.values())
    behind = f" ({' '.join(through)})" if through else ""
    return [(strength, f"{field}: {shown}{behind}")]


@lru_cache(maxsize=20_000)
def _words(field: str, value: str) -> dict[str, str]:
    """The words of a value as the index has them, with the first way in which each is written. Not to be changed."""
    return dict(reversed(indexed_words(searched(field, value))))
