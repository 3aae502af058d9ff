"""Turns what was typed into terms of the index: the words themselves, their corrections, translations and synonyms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from matching.search.text import grams, pairs
from matching.search.thesaurus import Alternative, alternatives, thesaurus
from warehouse.connection import Connection

MOST_WORDS = 24
"""Words of a query that are looked at; a pasted page is cut."""
WORD_WEIGHT = 2.0
"""What a whole word counts beside its 4-grams, each of which counts 1."""
CORRECTION_WEIGHT = 0.85


@dataclass(frozen=True)
class Term:
    """A term of the index that a variant asks for; ``share`` is the part of the variant's 4-grams that it is, 0 for words."""

    term_id: int
    weight: float
    share: float


@dataclass(frozen=True)
class Variant:
    """One reading of one word of the query.

    Arguments:
        word: place of the query word.
        words: the folded words looked for.
        needed: share of the 4-grams that a document must have.
        importance: the query word's share of the rarity of the whole query.
    """

    word: int
    words: str
    terms: tuple[Term, ...]
    needed: float
    importance: float


@dataclass(frozen=True)
class Question:
    """An understood query.

    Arguments:
        words: its folded words.
        written: the same words as typed.
        variants: all readings of each word.
        did_you_mean: the query with the nearest known words, if one was not known.
    """

    words: tuple[str, ...]
    written: tuple[str, ...]
    variants: tuple[Variant, ...]
    did_you_mean: str | None


@dataclass(frozen=True)
class _Known:
    """What the index knows of the words and 4-grams asked for; a word and a 4-gram may be spelt alike."""

    words: dict[str, tuple[int, float]]
    """Term number and idf."""
    pieces: dict[str, int]
    """Term number."""


def understand(con: Connection, text: str) -> Question:
    """Read a query against the index. A query without letters or digits has no words."""
    said = pairs(text)[:MOST_WORDS]
    if not said:
        return Question((), (), (), None)
    typed, written = [folded for folded, _ in said], [word for _, word in said]
    others = alternatives(typed)
    known = _known(con, {*typed, *(word for other in others for word in other.words.split())})
    meant = {other.first + step for other in others for step in range(other.last - other.first + 1)}
    unknown = {place for place, word in enumerate(typed) if word not in known.words and place not in meant}
    corrections = {place: near for place in sorted(unknown) if (near := _nearest(con, typed[place]))}
    if corrections:
        others = alternatives([corrections[place][0] if place in corrections else word for place, word in enumerate(typed)])
        known = _known(
            con, {*known.words, *typed, *(word for other in others for word in other.words.split()), *_first(corrections)}
        )
    importance = _importance(typed, known, {place: near for place, (near, _) in corrections.items()})
    readings = [(place, word, 1.0, True) for place, word in enumerate(typed)]
    readings += [(place, near, CORRECTION_WEIGHT, True) for place, (near, _) in corrections.items()]
    readings += [reading for other in others for reading in _spread(other)]
    variants = tuple(_variant(place, said, weight, own, known, importance[place]) for place, said, weight, own in readings)
    corrected = [corrections[place][1] if place in corrections else word for place, word in enumerate(written)]
    return Question(tuple(typed), tuple(written), variants, " ".join(corrected) if corrections else None)


def _first(corrections: dict[int, tuple[str, str]]) -> list[str]:
    return [near for near, _ in corrections.values()]


def _spread(other: Alternative) -> Iterable[tuple[int, str, float, bool]]:
    """A reading of several words counts once in all, in equal parts on each of them."""
    places = range(other.first, other.last + 1)
    return [(place, other.words, other.weight / len(places), False) for place in places]


def _variant(place: int, said: str, weight: float, own: bool, known: _Known, importance: float) -> Variant:
    pieces = list(dict.fromkeys(piece for word in said.split() for piece in grams(word)))
    terms = [Term(known.pieces[piece], weight, 1 / len(pieces)) for piece in pieces if piece in known.pieces]
    terms += [Term(known.words[word][0], weight * WORD_WEIGHT, 0.0) for word in said.split() if word in known.words]
    # A word may be inflected or misspelt. In a short one half of the 4-grams are chance, in a long compound a common last part
    # ("-utveckling") makes half. A translation has no excuse to be spelt differently, and a phrase must be there whole.
    needed = (0.5 if 6 <= len(pieces) <= 9 else 0.6) if own else (0.9 if " " in said else 0.75)
    return Variant(place, said, tuple(terms), needed, importance)


def _known(con: Connection, wanted: set[str]) -> _Known:
    """The index's numbers of words and of their 4-grams."""
    pieces = {piece for word in wanted for piece in grams(word)}
    found = con.execute(
        "SELECT term, is_word, term_id, idf FROM search_terms"
        " WHERE (is_word AND term IN (SELECT unnest($words::VARCHAR[])))"
        " OR (NOT is_word AND term IN (SELECT unnest($pieces::VARCHAR[])))",
        {"words": sorted(wanted), "pieces": sorted(pieces)},
    ).fetchall()
    return _Known(
        {term: (term_id, idf) for term, is_word, term_id, idf in found if is_word},
        {term: term_id for term, is_word, term_id, _ in found if not is_word},
    )


def _nearest(con: Connection, word: str) -> tuple[str, str] | None:
    """The word of the index or the thesaurus nearest to an unknown one: (folded, as shown), or None.

    One slip is allowed in up to six letters, two in longer words.
    """
    if len(word) < 4 or any(letter.isdigit() for letter in word):
        return None
    slips = 1 if len(word) <= 6 else 2
    candidates = con.execute(
        "SELECT term, shown, documents FROM search_terms"
        " WHERE is_word AND length(term) BETWEEN $length - $slips AND $length + $slips"
        " AND damerau_levenshtein(term, $word) <= $slips",
        {"word": word, "length": len(word), "slips": slips},
    ).fetchall()
    near_swedish = ((term, term, 0) for term in thesaurus().swedish if " " not in term and OSA.distance(word, term) <= slips)
    candidates += [candidate for candidate in near_swedish if candidate[0] not in {term for term, _, _ in candidates}]
    if not candidates:
        return None
    # Few misspell the first letter; of equally near words the commoner is meant.
    _, _, _, near, shown = min(
        (OSA.distance(word, term), term[0] != word[0], -documents, term, shown) for term, shown, documents in candidates
    )
    return near, shown


def _importance(typed: list[str], known: _Known, corrected: dict[int, str]) -> list[float]:
    """Each word's share of the rarity of the query; a word that is not known counts as the mean of those that are."""
    found = [known.words.get(corrected.get(place, word)) for place, word in enumerate(typed)]
    rarity = [None if entry is None else entry[1] for entry in found]
    stated = [value for value in rarity if value is not None]
    usual = sum(stated) / len(stated) if stated else 1.0
    filled = [usual if value is None else value for value in rarity]
    total = sum(filled) or 1.0
    return [value / total for value in filled]
