"""Reads a query against the index: which words of the texts are looked for in place of its own, and how far each is trusted.

The macro ``search_readings`` (``warehouse/sql/search.sql``) says the same to clients that know SQL only; a test holds the two
against each other. Here it takes a fraction of the time, most of which the macro spends on being planned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from math import log, sqrt

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein

from matching.search import thesaurus
from matching.search.everyone import Everyone
from matching.search.holdings import Holdings, Term
from matching.search.text import grams
from warehouse.connection import Connection

OWN = -1
"""The reading that is a word itself, and what is like it; others are meanings of the thesaurus."""
MOST_ALIKE = 40
"""Words of the index that are looked for in place of one of the query."""
MOST_POSTINGS = 60_000
"""Occurrences that are looked at beyond the best reading of each word: what bounds a search among very many organisations."""
SHARED_AT_LEAST = 0.4
"""Share of a word's pieces of four letters that a word like it has."""
GOOD_WEIGHT = 0.65
"""From this weight on a reading is good enough to say how common its word is, and that it is understood."""
ENGLISH_ENDINGS = ("ations", "ation", "ating", "ated", "ates", "ate", "ings", "ing", "ers", "ies", "ied", "ors", "er", "or", "ed")
"""What is taken off an English word to find others of its stem, the longest first: ``captur|ing``, ``design|ers``."""
SHORT_START = 0.6
"""How far a word of the index is trusted that begins with a short one of the query."""
_PLAIN_ENDINGS = ("", "es", "y", "e", "s")
SHORTEST_ENGLISH_STEM = 4


@dataclass(frozen=True)
class Word:
    """A word of the query that counts.

    Arguments:
        place: which word of the query, from 1.
        importance: how much it counts, 0 to 1.
        is_country: it names a country, and is never read as anything else.
    """

    place: int
    word: str
    importance: float
    is_country: bool = False


@dataclass(frozen=True)
class Reading:
    """A word of the index that is looked for; ``part`` of ``parts`` words that stand together for one of the query.

    Arguments:
        idf: how rare the query's word is: ln(1 + (N - n + 0.5) / (n + 0.5)).
    """

    place: int
    reading: int
    part: int
    parts: int
    term_id: int
    term: str
    shown: str
    documents: int
    weight: float
    idf: float = 0.0


@dataclass(frozen=True)
class Readings:
    """A query as the index reads it."""

    words: tuple[Word, ...]
    readings: tuple[Reading, ...]

    def shares(self) -> dict[int, float]:
        """By place, what part of the query its word is."""
        whole = sum(word.importance for word in self.words)
        return {word.place: word.importance / whole for word in self.words}

    @property
    def understood(self) -> float:
        """What part of the query the texts or the thesaurus know."""
        known = {reading.place for reading in self.readings if reading.weight >= GOOD_WEIGHT}
        return sum(share for place, share in self.shares().items() if place in known)


def read(con: Connection, folded: Sequence[str], of_all: Everyone) -> Readings:
    """Read the folded words of a query against the index of everyone."""
    importances, countries = thesaurus.importances(), thesaurus.country_words()
    words = [Word(place, word, importances.get(word, 1.0), word in countries) for place, word in enumerate(folded, start=1)]
    words = [word for word in words if word.importance > 0]
    if not words:
        return Readings((), ())
    alike = _alike(of_all.holdings(con), words, of_all.terms)
    written = {one.place for one in alike if one.weight == 1}
    found = [*alike, *_meant(_fits(words, folded, written), of_all.terms)]
    size = of_all.organisations
    rarity = {place: log(1 + (size - n + 0.5) / (n + 0.5)) for place, n in _commonness(found).items()}
    kept = affordable(found)
    return Readings(tuple(words), tuple(replace(reading, idf=rarity[reading.place]) for reading in kept))


def affordable(readings: Sequence[Reading], most: int = MOST_POSTINGS) -> list[Reading]:
    """The best reading of each word, and of the others the most trusted, as long as they stand in few enough texts.

    Words that are like one of the query are taken one by one, the parts of a meaning together. Among few organisations all stay.
    """
    if sum(one.documents for one in readings) <= most:
        return list(readings)
    groups: dict[tuple[int, int, int], list[Reading]] = defaultdict(list)
    for one in readings:
        groups[one.place, one.reading, one.term_id if one.reading == OWN else 0].append(one)
    left, kept, met = most, set(), set()
    for key, group in sorted(groups.items(), key=lambda item: (-max(one.weight for one in item[1]), item[0])):
        documents = sum(one.documents for one in group)
        if key[0] not in met or documents <= left:
            left -= documents if key[0] in met else 0
            kept.add(key)
            met.add(key[0])
    return [one for key, group in groups.items() if key in kept for one in group]


def _commonness(readings: Iterable[Reading]) -> dict[int, float]:
    """By place, in how many organisations the commonest of its good readings is, so that a rare misreading gains nothing.

    A reading of several words is rarer than the rarest of them, and nobody has counted by how much. Of words that are alike those
    that are hardly trusted say nothing, where another is: ``technology`` does not make ``nanotechnology`` common.
    """
    parts: dict[tuple[int, int], dict[int, tuple[bool, int]]] = defaultdict(dict)
    weights: dict[tuple[int, int], float] = defaultdict(float)
    for one in readings:
        key = (one.place, one.reading)
        parts[key][one.part] = max(parts[key].get(one.part, (False, 0)), (one.weight >= GOOD_WEIGHT, one.documents))
        weights[key] = max(weights[key], one.weight)
    good: dict[int, float] = {}
    whatever: dict[int, float] = {}
    for key, documents in parts.items():
        place, rarest = key[0], min(n for _, n in documents.values()) / len(documents) ** 2
        whatever[place] = max(whatever.get(place, 0), rarest)
        if weights[key] >= GOOD_WEIGHT:
            good[place] = max(good.get(place, 0), rarest)
    return {**whatever, **good}


def _sharing(holdings: Holdings, words: Sequence[Word]) -> dict[int, list[tuple[int, int]]]:
    """By place, numbers of words of the index that share enough pieces of four letters with a word, and how many they share."""
    pieces = {word.place: grams(word.word) for word in words}
    of_gram = holdings.having(dict.fromkeys(piece for of_word in pieces.values() for piece in of_word))
    found = {}
    for word in words:
        having = [of_gram[piece] for piece in pieces[word.place] if piece in of_gram]
        if having:
            shared = np.bincount(np.concatenate(having))
            enough = np.flatnonzero(shared >= max(SHARED_AT_LEAST * (len(word.word) - 1), 1))
            found[word.place] = list(zip(enough.tolist(), shared[enough].tolist(), strict=True))
    return found


def _alike(holdings: Holdings, words: Sequence[Word], known_terms: Mapping[str, Term]) -> list[Reading]:
    """Words of the index that are like a word of the query: longer forms, other endings, slips, halves of compounds."""
    shared = _sharing(holdings, words)
    terms = holdings.terms(list({number for near in shared.values() for number, _ in near}))
    found = []
    for word in words:
        rows = [(*terms[number], n) for number, n in shared.get(word.place, ())]
        is_known = word.is_country or any(term == word.word for _, term, _, _, _ in rows)
        is_form_only = not is_known and thesaurus.says(word.word, known_terms)
        likeness = _form_only if is_form_only else partial(_likeness, is_known=is_known)
        weighed = [
            Reading(word.place, OWN, 1, 1, term_id, term, shown, documents, likeness(word.word, term, n))
            for term_id, term, shown, documents, n in rows
        ]
        weighed.sort(key=lambda one: (-one.weight, -one.documents, one.term_id))
        least = GOOD_WEIGHT if word.is_country else 0.0
        found += [one for one in weighed[:MOST_ALIKE] if one.weight > least]
    return found


def _likeness(word: str, term: str, shared: int, *, is_known: bool) -> float:
    """How far a word of the index is trusted to be what is meant by one of the query, 0 to 1; 0: not at all.

    Arguments:
        shared: how many pieces of four letters they share.
        is_known: the index has the very word, so that it is not misspelt.
    """
    return max(_form(word, term, shared, is_known=is_known), 0.0 if is_known else _slip(word, term))


def _form_only(word: str, term: str, shared: int) -> float:
    """The same of a word that the thesaurus has as it stands and the index has not: mostly Swedish; "malm" is no "Malmö"."""
    weight = _form(word, term, shared, is_known=False)
    is_cut_short = word.startswith(term) and word not in (term, f"{term}s")
    return weight if weight > SHORT_START and not is_cut_short else 0.0


def _form(word: str, term: str, shared: int, *, is_known: bool) -> float:
    longer = len(term) - len(word)
    if term == word:
        return 1.0
    if word in (f"{term}s", term.removesuffix("s")) or term == f"{word}s":
        return 0.95
    if term.startswith(word) and len(word) >= 4:
        return 0.9 if len(word) >= 7 else 0.85 if len(word) >= 5 and longer <= 2 else SHORT_START
    if word.startswith(term) and len(term) >= 4 and -longer <= 2:
        return 0.8
    if len(word) >= 6 and longer <= 3 and term[: len(word) - 2] == word[:-2]:
        # "industry", "industries"; but beside "telecom" itself, "telecare" is another word.
        return 0.5 if is_known and not of_one_stem(word, term) else 0.75
    if of_one_stem(word, term):
        return 0.7
    if term.endswith(word) and len(word) >= 5:
        return 0.55
    if len(term) >= 5 and (word.startswith(term) or word.endswith(term)):
        return 0.45
    return 0.5 * shared / max(len(word) - 1, 1) if shared >= 0.6 * (len(word) - 1) else 0.0


def of_one_stem(word: str, term: str) -> bool:
    """Whether an inflected English word and one of the index have a stem in common: "capturing" and "capture", not "train"."""
    stem = english_stem(word)
    return bool(stem) and term.startswith(stem) and term[len(stem) :] in {*ENGLISH_ENDINGS, *_PLAIN_ENDINGS}


def english_stem(word: str) -> str:
    """An English word without the ending that it is derived or inflected by; empty: it has none, or hardly anything is left."""
    endings = (end for end in ENGLISH_ENDINGS if word.endswith(end) and len(word) - len(end) >= SHORTEST_ENGLISH_STEM)
    end = next(endings, "")
    return word.removesuffix(end) if end else ""


def _slip(word: str, term: str) -> float:
    """Few misspell the first letter; one slip is allowed from four letters on, two from seven."""
    if len(word) < 4 or abs(len(term) - len(word)) > 2 or term[:1] != word[:1]:
        return 0.0
    slips = DamerauLevenshtein.distance(word, term, score_cutoff=2)
    return 0.9 if slips == 1 else 0.65 if slips == 2 and len(word) >= 7 else 0.0


def _meant(fits: dict[int, dict[str, float]], terms: Mapping[str, Term]) -> list[Reading]:
    """What the thesaurus says of the phrases that fit, where the index has all words of it."""
    weights: dict[tuple[int, int], float] = defaultdict(float)
    words: dict[int, tuple[tuple[tuple[str, float], ...], ...]] = {}
    for place, fitting in fits.items():
        for phrase, fit in fitting.items():
            for known in thesaurus.meant_by()[phrase]:
                meaning = thesaurus.meanings()[known.meaning]
                words[meaning.number] = meaning.words
                key = (place, meaning.number)
                weights[key] = max(weights[key], fit * known.weight / sqrt(len(phrase.split())))
    found = []
    for (place, number), trust in sorted(weights.items()):
        said = [[(terms[form], weight) for form, weight in forms if form in terms] for forms in words[number]]
        if all(said):
            found += [
                Reading(place, number, part, len(said), *row, trust * weight)
                for part, forms in enumerate(said, start=1)
                for row, weight in sorted(forms)
            ]
    return found


def _fits(words: Sequence[Word], folded: Sequence[str], written: Set[int]) -> dict[int, dict[str, float]]:
    """By place, the phrases of the thesaurus that a word is or belongs to, and how well each fits.

    Arguments:
        written: places of words that the index has as they stand, so that they are not misspelt.
    """
    whole = f" {' '.join(folded)} "
    phrases = [phrase for phrase in thesaurus.phrases() if f" {phrase} " in whole]
    fits: dict[int, dict[str, float]] = {}
    for word in words:
        if word.is_country:
            continue
        of_phrases = {phrase: 1.0 for phrase in phrases if word.word in phrase.split()}
        fitting = thesaurus.fitting(word.word, misspelt=word.place not in written)
        # What is said by a phrase is hardly meant word by word.
        single = {phrase: fit * (0.4 if of_phrases else 1.0) for phrase, fit in fitting.items()}
        best = max([*of_phrases.values(), *single.values()], default=0.0)
        # A word that is known as it stands is not taken apart; of two halves of a compound both may be meant.
        kept = {phrase: fit for phrase, fit in single.items() if best <= 0.6 or fit >= best - 0.035}
        fits[word.place] = kept | of_phrases
    return fits
