"""Says which values of an organisation a query met, so that a hit can be understood."""

from __future__ import annotations

from collections.abc import Sequence

from matching.search.query import Question
from matching.search.text import grams
from warehouse.connection import Connection

MOST_REASONS = 5
MOST_OF_A_FIELD = 2
LONGEST_VALUE = 80
"""Longer values (extracts) are shown by the words that matched."""


def what_matched(con: Connection, organisations: Sequence[int], question: Question) -> dict[int, tuple[str, ...]]:
    """For each organisation "field: value" of the values that the query met, at most five, two of a field, the best first.

    A value that was found through a translation, synonym or correction names the query's word:
    ``sectors: Forestry (skogsindustri)``.
    """
    if not question.words or not organisations:
        return {}
    rows = con.execute(
        "SELECT organisation_id, field, value, folded FROM search_fields"
        " WHERE organisation_id IN (SELECT unnest($organisations::BIGINT[])) ORDER BY organisation_id, place, value",
        {"organisations": list(organisations)},
    ).fetchall()
    agreeing = _Agreeing(question)
    found: dict[int, list[tuple[float, str, str]]] = {}
    for organisation, field, value, folded in rows:
        met = _met(folded.split(), question, agreeing)
        if met is not None:
            strength, words, through = met
            shown = value if len(value) <= LONGEST_VALUE else f"… {' '.join(words)} …"
            found.setdefault(organisation, []).append((strength, field, f"{field}: {shown}{f' ({through})' if through else ''}"))
    return {organisation: _best(reasons) for organisation, reasons in found.items()}


def _best(reasons: list[tuple[float, str, str]]) -> tuple[str, ...]:
    """The values that met most of the query first; equal ones stay in the order of their fields."""
    shown: dict[str, str] = {}
    for _, field, text in sorted(reasons, key=lambda reason: -reason[0]):
        if len(shown) < MOST_REASONS and list(shown.values()).count(field) < MOST_OF_A_FIELD:
            shown[text] = field
    return tuple(shown)


class _Agreeing:
    """Whether a word of a value answers a word looked for; each pair is worked out once."""

    def __init__(self, question: Question) -> None:
        self._pieces = {word: frozenset(grams(word)) for variant in question.variants for word in variant.words.split()}
        self._known: dict[tuple[str, str, float], bool] = {}

    def __call__(self, wanted: str, words: list[str], needed: float) -> list[str]:
        if wanted in words:
            return [wanted]
        return [word for word in words if self._alike(wanted, word, needed)][:3]

    def _alike(self, wanted: str, word: str, needed: float) -> bool:
        key = (wanted, word, needed)
        if key not in self._known:
            pieces = self._pieces[wanted]
            self._known[key] = len(pieces.intersection(grams(word))) >= needed * len(pieces)
        return self._known[key]


def _met(words: list[str], question: Question, agreeing: _Agreeing) -> tuple[float, list[str], str | None] | None:
    """How much of the query a value answers, its words that do, and the query words behind a reading that is not their own."""
    best: dict[int, tuple[float, list[str], str]] = {}
    for variant in question.variants:
        met = [agreeing(wanted, words, variant.needed) for wanted in variant.words.split()]
        if all(met):
            own = variant.words == question.words[variant.word]
            strength = variant.importance * (1.0 if own else 0.7)
            if strength > best.get(variant.word, (0.0, [], ""))[0]:
                said = [word for found in met for word in found]
                best[variant.word] = (strength, said, "" if own else question.written[variant.word])
    if not best:
        return None
    through = " ".join(behind for _, (_, _, behind) in sorted(best.items()) if behind)
    said = list(dict.fromkeys(word for _, (_, found, _) in sorted(best.items()) for word in found))
    return sum(strength for strength, _, _ in best.values()), said, through or None
