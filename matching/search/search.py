"""Finds organisations by what staff type: misspelt, unaccented, Swedish or English, with filters and counts in the same call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from matching.search.everyone import Everyone, Floats, Ints, everyone
from matching.search.facets import FACETS
from matching.search.fields import unpacked
from matching.search.holdings import Holdings
from matching.search.matched import what_matched
from matching.search.meaning import NOBODY, WORTH, Near, near_in_meaning
from matching.search.question import Question, understood
from matching.search.readings import Readings, read
from matching.search.scores import scores
from matching.search.text import fold, pairs
from warehouse import vocabulary
from warehouse.connection import Connection

MOST_WORDS = 24
"""Words of a query that are looked at; a pasted page is cut."""


@dataclass(frozen=True)
class Hit:
    """One organisation that answers a query.

    Arguments:
        score: higher is better; comparable within one query only. 0 for an empty query.
        matched: which values of which fields the query met, strongest first ("technologies: Biorefinery").
    """

    id: int
    name: str
    country: str | None
    score: float
    ecosystems: tuple[str, ...]
    matched: tuple[str, ...]


@dataclass(frozen=True)
class SearchResult:
    """The best hits, and counts over *all* hits by country, ecosystem, label and network, each the most frequent first."""

    total: int
    results: tuple[Hit, ...]
    facets: dict[str, dict[str, int]]
    did_you_mean: str | None


@dataclass(frozen=True)
class Filters:
    """Values to keep: any of them within one field ("or"), all fields together ("and"). An empty field keeps everything."""

    countries: tuple[str, ...] = ()
    ecosystems: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()

    @classmethod
    def of(cls, countries: Sequence[str], ecosystems: Sequence[str], labels: Sequence[str], networks: Sequence[str]) -> Filters:
        """Values as they were typed. Raises ValueError for an ecosystem that is not one of the 14, or not clearly one."""
        return cls(
            tuple(country.upper() for country in countries),
            tuple(map(_ecosystem, ecosystems)),
            tuple(label.lower() for label in labels),
            tuple(network.lower() for network in networks),
        )

    @property
    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The same by facet, as ``browse`` takes them."""
        return {"country": self.countries, "ecosystem": self.ecosystems, "label": self.labels, "network": self.networks}


NEARLY_NOTHING = 0.01
OF_GUESSES = 0.3
"""What words count up to beside likeness of meaning where none of the query's is understood: then all that is met are guesses."""
SMALLEST = 1e-9
"""What a score is divided by at least."""
SHORTEST_MISSPELT = 8
"""Letters of a name that is found misspelt, too."""
MOST_SLIPS = 2
BY_MEANING = "like in meaning"
"""What matched where no word did, but the sentence model finds the profile alike."""


def search(
    con: Connection,
    text: str,
    *,
    countries: Sequence[str] = (),
    ecosystems: Sequence[str] = (),
    labels: Sequence[str] = (),
    networks: Sequence[str] = (),
    limit: int = 20,
    today: date | None = None,
    with_model: bool = True,
) -> SearchResult:
    """Search the organisations that are not gone.

    Arguments:
        con: a connection to a state or edition in which ``index.build`` has run.
        text: words in Swedish or English, names, misspelt or not; empty lists everyone by name.
        countries, ecosystems, labels, networks: keep any of these values within a field, and all fields together. Capitals do not
            matter. A label is a level (``gold``) or another label's text.
        limit: how many hits to return; the total and the facets count all.
        today: if given, labels that ended before it do not count.
        with_model: whether the sentence model may help, where it is installed and the edition has vectors.
    Errors:
        ValueError: an ecosystem that is not one of the 14, or a limit below 0.
    """
    if limit < 0:
        raise ValueError(f"wanted a limit of 0 or more, found {limit}")
    filters = Filters.of(countries, ecosystems, labels, networks)
    asked = ask(con, text, with_model=with_model)
    if asked is None:
        return SearchResult(0, (), {facet: {} for facet in FACETS}, None)
    total, best, counts = answer(con, asked, filters, limit, today)
    return SearchResult(total, hits(con, best, asked), counts, asked.did_you_mean)


@dataclass(frozen=True)
class Asked:
    """A query as the index understands it.

    Arguments:
        folded: its words, folded, one space between them; empty: everyone is asked for.
        near: who is like it in meaning.
        question: its words as written, and which words of the texts answer them.
        everyone: who may answer.
    """

    folded: str
    readings: Readings
    near: Near
    question: Question
    everyone: Everyone

    @property
    def did_you_mean(self) -> str | None:
        """What was probably meant; None: what was typed."""
        return self.question.did_you_mean


def ask(con: Connection, text: str, *, with_model: bool = True) -> Asked | None:
    """Understand a query. None: something was typed and there is no word in it, so that nobody answers."""
    said = pairs(text)[:MOST_WORDS]
    if not said and text.strip():
        return None
    folded, written = [folded for folded, _ in said], [word for _, word in said]
    of_all = everyone(con)
    readings = read(con, folded, of_all)
    near = _near(con, " ".join(written), readings) if said and with_model else NOBODY
    return Asked(" ".join(folded), readings, near, understood(written, readings), of_all)


def _near(con: Connection, text: str, readings: Readings) -> Near:
    """The sentence model is asked only where a word is not understood: elsewhere it was measured to be worth nothing."""
    unknown = 1 - readings.understood
    return near_in_meaning(con, text, WORTH * unknown) if unknown > NEARLY_NOTHING else NOBODY


Best = tuple[int, float]
"""Number and score of one that answers."""


def answer(
    con: Connection, asked: Asked, filters: Filters, limit: int, today: date | None
) -> tuple[int, list[Best], dict[str, dict[str, int]]]:
    """How many answer and pass the filters, the best of them in order, and by facet counts over all of them."""
    of_all = asked.everyone
    if asked.folded:
        score = _scored(con, asked)
        is_hit = score > 0
    else:
        score, is_hit = np.zeros(len(of_all)), np.ones(len(of_all), dtype=np.bool_)
    for facet, wanted in (
        ("country", filters.countries),
        ("ecosystem", filters.ecosystems),
        ("label", filters.labels),
        ("network", filters.networks),
    ):
        if wanted:
            is_hit &= of_all.having(facet, {value.lower() for value in wanted}, today)
    rows = np.flatnonzero(is_hit)
    best = _best(rows, score[rows], of_all.alphabetical[rows], limit)
    counts = {facet: of_all.counts(facet, is_hit, today) for facet in FACETS}
    return len(rows), list(zip(of_all.ids[best].tolist(), score[best].tolist(), strict=True)), counts


def _scored(con: Connection, asked: Asked) -> Floats:
    """Words count up to 1, likeness of meaning what it was measured to be worth, a name more than both."""
    of_words = scores(con, asked.readings, asked.everyone)
    score = of_words / max(of_words.max(initial=0.0), SMALLEST)
    near = asked.near
    if near.ids:
        score *= 1 - (1 - OF_GUESSES) * (1 - asked.readings.understood)
        rows = asked.everyone.rows(near.ids)
        counts = (rows >= 0) & (np.array(near.alone) | (of_words[rows] > 0))
        score[rows[counts]] += np.array(near.scores)[counts]
    # Whoever bears the very name that was typed, or nearly, stands before everyone else.
    named = _named(asked.everyone.holdings(con), asked.folded)
    closeness = np.zeros(len(score))
    rows = asked.everyone.rows([number for number, _ in named])
    np.maximum.at(closeness, rows[rows >= 0], np.array([close for _, close in named], dtype=np.float64)[rows >= 0])
    found: Floats = score + 2 * closeness
    return found


def _named(holdings: Holdings, folded: str) -> list[tuple[int, float]]:
    """Who bears a name, or nearly, and how nearly."""
    if len(folded) < SHORTEST_MISSPELT:
        return [(number, 2.0) for number in holdings.bearers(folded)]
    rows = holdings.namesakes(folded[:2], len(folded) - MOST_SLIPS, len(folded) + MOST_SLIPS)
    # Here, because DuckDB measures every distance to its end: among a million names that takes 90 ms.
    near = process.extract(
        folded, [name for _, name in rows], scorer=DamerauLevenshtein.distance, score_cutoff=MOST_SLIPS, limit=None
    )
    return [(rows[place][0], 1.0 if slips else 2.0) for _, slips, place in near]


def _best(rows: Ints, score: Floats, alphabetical: NDArray[np.int32], limit: int) -> Ints:
    """The rows with the highest scores, the highest first; of equal ones those that are first in the alphabet."""
    if limit < len(rows):
        # Sorting all takes longer than everything else where very many answer.
        least = np.partition(score, len(score) - limit)[len(score) - limit] if limit else np.inf
        tied = np.flatnonzero(score == least)
        above = np.flatnonzero(score > least)
        left = limit - len(above)
        kept = np.concatenate([above, tied[np.argsort(alphabetical[tied])[:left]]])
        rows, score, alphabetical = rows[kept], score[kept], alphabetical[kept]
    found: Ints = rows[np.lexsort((alphabetical, -score))]
    return found


def hits(con: Connection, best: Sequence[Best], asked: Asked) -> tuple[Hit, ...]:
    """Those that answer, with what the query met of each."""
    if not best:
        return ()
    texts = asked.everyone.holdings(con).texts([number for number, _ in best])
    return tuple(_hit(number, score, unpacked(texts[number]), asked.question) for number, score in best)


def _hit(number: int, score: float, texts: list[tuple[str, str]], question: Question) -> Hit:
    told = {field: text for field, text in texts if field in ("name", "country")}
    ecosystems = tuple(text for field, text in texts if field == "ecosystems")
    matched = what_matched(texts, question) or ((BY_MEANING,) if question.written else ())
    return Hit(number, told["name"], told.get("country"), round(score, 6), ecosystems, matched)


def _ecosystem(printed: str) -> str:
    known = {fold(value): value for value in vocabulary.ecosystems()}
    if fold(printed) in known:
        return known[fold(printed)]
    starting = [value for folded, value in known.items() if folded.startswith(fold(printed)) and fold(printed)]
    if len(starting) == 1:
        return starting[0]
    nearest = starting or [known[name] for name in get_close_matches(fold(printed), known, n=3, cutoff=0.4)]
    raise ValueError(
        f"wanted one of the {len(known)} ecosystems, found {printed!r}; did you mean {' or '.join(nearest or known.values())}?"
    )
