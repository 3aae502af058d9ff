"""The Swedish-English thesaurus and the other words that search knows, as rows of the index."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import OSA, DamerauLevenshtein

from matching.search.text import fold

TRANSLATION_WEIGHT = 0.95
"""How far the first English word of an entry is trusted to be what a Swedish one of it means."""
SYNONYM_WEIGHT = 0.6
"""How far the other English words of an entry are trusted to be what one of them means."""
LESS_TELLING = 0.92
"""By how much each further English word of an entry is trusted less than the one before."""
FAINT_WEIGHT = 0.25
"""How much a word counts that nearly every organisation could say of itself."""
PLACE_WEIGHT = 0.8
"""How much a country counts: who works elsewhere on what is looked for is nearer than who does something else in the country."""
SHORTEST_STEM = 4
"""Letters that are left of a Swedish word without its ending."""
SHORTEST_PART = 5
"""Letters that a word must have to be recognised inside any longer word; shorter ones occur by chance."""

_JOINING = frozenset({"and", "of", "for", "in", "at", "with"})
_STEM_ENDINGS = ("erna", "arna", "orna", "ar", "or", "er", "a", "e")
_HEAD_ENDINGS = ("", "s")


@dataclass(frozen=True)
class Known:
    """A phrase that the thesaurus knows, and one of the things that it means.

    Arguments:
        phrase: folded.
        stem: the phrase without a Swedish ending; the phrase itself where it has none.
        meaning: a folded English phrase.
        weight: how far it is trusted, 0 to 1.
    """

    phrase: str
    stem: str
    meaning: str
    weight: float


@cache
def thesaurus() -> tuple[Known, ...]:
    """What the shipped thesaurus says; of a phrase and a meaning that several entries join, the strongest."""
    found: dict[tuple[str, str], Known] = {}
    for swedish, english in entries():
        for phrase in swedish:
            for place, meaning in enumerate(english):
                _keep(found, Known(phrase, stem_of(phrase), meaning, TRANSLATION_WEIGHT * LESS_TELLING**place))
        for phrase in english:
            others = [meaning for meaning in english if meaning != phrase]
            for place, meaning in enumerate(others):
                _keep(found, Known(phrase, phrase, meaning, SYNONYM_WEIGHT * LESS_TELLING**place))
    return tuple(found.values())


def _keep(found: dict[tuple[str, str], Known], known: Known) -> None:
    key = (known.phrase, known.meaning)
    if known.phrase != known.meaning and (key not in found or found[key].weight < known.weight):
        found[key] = known


@dataclass(frozen=True)
class Meaning:
    """An English phrase of the thesaurus, by its words.

    Arguments:
        number: of the meaning, among those of the shipped thesaurus.
        words: for each of its words, without those that join them, the word, its plural and its singular, and how far each is
            trusted to mean the same.
    """

    number: int
    words: tuple[tuple[tuple[str, float], ...], ...]


@cache
def meanings() -> dict[str, Meaning]:
    """The English phrases that the thesaurus knows as meanings."""
    phrases = dict.fromkeys(known.meaning for known in thesaurus())
    return {
        phrase: Meaning(number, tuple(tuple(_forms(word)) for word in phrase.split() if word not in _JOINING))
        for number, phrase in enumerate(phrases)
    }


def _forms(word: str) -> Iterator[tuple[str, float]]:
    yield word, 1.0
    yield from ((form, 0.9) for form in (f"{word}s", f"{word}es", word.removesuffix("s")) if form != word)


@cache
def meant_by() -> dict[str, tuple[Known, ...]]:
    """What the thesaurus says of each phrase."""
    found: dict[str, list[Known]] = defaultdict(list)
    for known in thesaurus():
        found[known.phrase].append(known)
    return {phrase: tuple(said) for phrase, said in found.items()}


@cache
def entries() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """The entries of the shipped thesaurus: their Swedish and their English phrases, folded."""
    chapters = tomllib.loads(files("matching").joinpath("data", "thesaurus.toml").read_text(encoding="utf-8")).values()
    return tuple((_phrases(swedish), _phrases(english)) for chapter in chapters for swedish, english in chapter["entries"])


def _phrases(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(phrase) for phrase in written.split("|")))


def stem_of(phrase: str) -> str:
    """A folded Swedish word without the ending that it loses in compounds: ``hamp`` of ``hampa``, ``robot`` of ``robotar``."""
    if " " in phrase:
        return phrase
    endings = (ending for ending in _STEM_ENDINGS if phrase.endswith(ending) and len(phrase) - len(ending) >= SHORTEST_STEM)
    return phrase.removesuffix(next(endings, ""))


@cache
def phrases() -> tuple[str, ...]:
    """The folded phrases of several words that the thesaurus knows."""
    return tuple(dict.fromkeys(known.phrase for known in thesaurus() if " " in known.phrase))


@lru_cache(maxsize=4096)
def fitting(word: str, *, misspelt: bool = True) -> Mapping[str, float]:
    """Single words of the thesaurus that a folded word is, inflected, compounded or misspelt; how well each fits.

    Arguments:
        misspelt: whether it may be; not where the texts have the very word: "desalination" is no slip of "destination".
    """
    book = _book()
    near = set(book.slips(word)) if misspelt else set()
    for cut in range(1, len(word) + 1):
        near.update(book.by_start.get(word[:cut], ()))
        near.update(book.by_end.get(word[-cut:], ()))
    found = {phrase: _fit(word, phrase, book.stems[phrase], misspelt=misspelt) for phrase in near}
    return {phrase: fit for phrase, fit in found.items() if fit}


def _fit(word: str, phrase: str, stem: str, *, misspelt: bool) -> float:
    known = endings()
    if word == phrase:
        return 1.0
    if word.startswith(phrase) and word[len(phrase) :] in known:
        return known[word[len(phrase) :]]
    if word.startswith(stem) and word[len(stem) :] in known:
        return 0.97 * known[word[len(stem) :]]
    if len(stem) >= SHORTEST_PART and word.startswith(stem):
        return 0.5
    if len(phrase) >= SHORTEST_PART and word.endswith(phrase):
        return 0.55
    if misspelt and len(word) >= SHORTEST_PART and abs(len(word) - len(phrase)) <= 2 and word[:1] == phrase[:1]:
        slips = DamerauLevenshtein.distance(word, phrase, score_cutoff=2)
        return 0.8 if slips == 1 else 0.7 if slips == 2 and len(word) >= 9 else 0.0
    return 0.0


def knows(word: str) -> bool:
    """Whether the thesaurus knows a folded word as it stands, with an ending, or as part of a compound; not misspelt."""
    return any(word.startswith(_book().stems[phrase]) or word.endswith(phrase) for phrase in fitting(word))


def says(word: str, terms: Container[str]) -> bool:
    """Whether the thesaurus has a folded word just as it stands, and says it in words that the texts have.

    Arguments:
        terms: the words of the texts that say what phrases of the thesaurus mean.
    """
    return any(
        all(any(form in terms for form, _ in forms) for forms in meanings()[known.meaning].words)
        for known in meant_by().get(word, ())
    )


@dataclass(frozen=True)
class _Book:
    """The single words of the thesaurus with their stems, and which begin or end with what."""

    stems: dict[str, str]
    by_start: dict[str, tuple[str, ...]]
    by_end: dict[str, tuple[str, ...]]
    by_letter: dict[str, tuple[str, ...]]

    def slips(self, word: str) -> list[str]:
        """Words that begin with the same letter and differ in two slips at most."""
        if len(word) < SHORTEST_PART:
            return []
        likely = [phrase for phrase in self.by_letter.get(word[0], ()) if abs(len(phrase) - len(word)) <= 2]
        return [
            str(found[0])
            for found in process.extract(word, likely, scorer=DamerauLevenshtein.distance, score_cutoff=2, limit=None)
        ]


@cache
def _book() -> _Book:
    stems = {known.phrase: known.stem for known in thesaurus() if " " not in known.phrase}
    by_start: dict[str, list[str]] = defaultdict(list)
    by_letter: dict[str, list[str]] = defaultdict(list)
    for phrase, stem in stems.items():
        by_letter[phrase[:1]].append(phrase)
        for form in {phrase, stem}:
            by_start[form].append(phrase)
    return _Book(stems, _tuples(by_start), {phrase: (phrase,) for phrase in stems}, _tuples(by_letter))


def _tuples(lists: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


def nearest(word: str, most_slips: int) -> tuple[str, int] | None:
    """The word of the thesaurus nearest to a folded one, and how many slips lie between; None: none is that near."""
    found = process.extractOne(word, _book().stems.keys(), scorer=OSA.distance, score_cutoff=most_slips)
    return None if found is None else (str(found[0]), int(found[1]))


@cache
def endings() -> dict[str, float]:
    """What may stand behind a Swedish word that is known, and how far it is then trusted: inflections, and heads of compounds."""
    words = _words()
    inflected = {fold(ending): 0.96 for ending in words["swedish_endings"]}
    heads = {
        joint + fold(head) + ending: 0.9
        for head in words["swedish_heads"]
        for joint in ("", "s", "e", "u", "o")
        for ending in (*_HEAD_ENDINGS,)
    }
    return {**heads, **inflected, "": 1.0}


@cache
def importances() -> dict[str, float]:
    """Folded words that count less than others in a query, with how much: 0 for those that do not count at all."""
    words = _words()
    faint = {fold(word): FAINT_WEIGHT for word in words["faint_words"]}
    return {**dict.fromkeys(_country_forms(), PLACE_WEIGHT), **faint, **{fold(word): 0.0 for word in words["stop_words"]}}


@cache
def country_words() -> frozenset[str]:
    """Folded words that name a country or are said of what is there, and say nothing else."""
    words = _words()
    return frozenset(_country_forms()) - {fold(word) for word in (*words["faint_words"], *words["stop_words"])}


def _country_forms() -> Iterator[str]:
    for word in _called():
        yield from (word, f"{word}a", f"{word}t", f"{word}s")


def _called() -> Iterator[str]:
    """What countries are called in one word, in English and Swedish, and what is called after them; folded."""
    for language in ("en", "sv"):
        yield from (fold(name) for code, name in Locale(language).territories.items() if len(code) == 2 and " " not in fold(name))
    yield from (fold(word) for said in adjectives().values() for word in said)


@cache
def adjectives() -> dict[str, tuple[str, ...]]:
    """Country code to what is called after it, in English and Swedish."""
    return {code: tuple(said) for code, said in _words()["adjectives"].items()}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(files("matching").joinpath("data", "search_words.toml").read_text(encoding="utf-8"))
