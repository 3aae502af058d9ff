"""Finds organisations by what staff type: misspelt, unaccented, Swedish or English, with filters and counts in the same call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from matching.search.matched import what_matched
from matching.search.meaning import NOBODY, WORTH, Near, near_in_meaning
from matching.search.question import Question, understood
from matching.search.readings import Readings, read
from matching.search.text import fold, pairs
from warehouse import vocabulary
from warehouse.connection import Connection
from warehouse.search_macros import statement

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


FACETS = ("country", "ecosystem", "label", "network")
NEARLY_NOTHING = 0.01
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
    filters = Filters(
        tuple(country.upper() for country in countries),
        tuple(map(_ecosystem, ecosystems)),
        tuple(label.lower() for label in labels),
        tuple(network.lower() for network in networks),
    )
    asked = ask(con, text, with_model=with_model)
    if asked is None:
        return SearchResult(0, (), {facet: {} for facet in FACETS}, None)
    total, best, counts = answer(con, asked, filters, limit, today)
    return SearchResult(total, hits(con, best, asked), _facets(counts), asked.did_you_mean)


@dataclass(frozen=True)
class Asked:
    """A query as the index understands it.

    Arguments:
        folded: its words, folded, one space between them; empty: everyone is asked for.
        near: who is like it in meaning.
        question: its words as written, and which words of the texts answer them.
    """

    folded: str
    readings: Readings
    near: Near
    question: Question

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
    readings = read(con, folded)
    near = _near(con, " ".join(written), readings) if said and with_model else NOBODY
    return Asked(" ".join(folded), readings, near, understood(written, readings))


def _near(con: Connection, text: str, readings: Readings) -> Near:
    """The sentence model is asked only where a word is not understood: elsewhere it was measured to be worth nothing."""
    unknown = 1 - readings.understood
    return near_in_meaning(con, text, WORTH * unknown) if unknown > NEARLY_NOTHING else NOBODY


Best = tuple[int, str, str | None, float, list[str] | None]
"""Number, name, country, score and ecosystems of one that answers."""
_Count = tuple[str, str, int]


def hits(con: Connection, best: Sequence[Best], asked: Asked) -> tuple[Hit, ...]:
    """Those that answer, with what the query met of each."""
    matched = what_matched(con, [row[0] for row in best], asked.question)
    by_meaning = (BY_MEANING,) if asked.question.written else ()
    return tuple(
        Hit(number, name, country, round(score, 6), tuple(ecosystems or ()), matched.get(number) or by_meaning)
        for number, name, country, score, ecosystems in best
    )


def _facets(counts: list[_Count]) -> dict[str, dict[str, int]]:
    facets: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    for facet, value, n in counts:
        facets[facet][value] = n
    return facets


def answer(
    con: Connection, asked: Asked, filters: Filters, limit: int, today: date | None
) -> tuple[int, list[Best], list[_Count]]:
    """How many answer and pass the filters, the best of them in order, and counts over all of them: facet, value, number."""
    folded, near = asked.folded, asked.near
    parameters: dict[str, object] = {
        "countries": list(filters.countries),
        "ecosystems": list(filters.ecosystems),
        "labels": list(filters.labels),
        "networks": list(filters.networks),
        "limit": limit,
        "today": today,
    }
    if folded:
        parameters |= {
            "folded": folded,
            "near_ids": list(near.ids),
            "near_scores": list(near.scores),
            "near_alone": list(near.alone),
        }
        parameters |= _readings(asked.readings)
    row = con.execute(statement("answer" if folded else "everyone"), parameters).fetchone()
    if row is None:
        raise RuntimeError("wanted one row from a query of three scalars, found none")
    best, counts = ([_unpacked(value) for value in listed or ()] for listed in row[1:])
    return int(row[0]), best, counts


def _readings(read: Readings) -> dict[str, object]:
    """The readings, a list a column."""
    importances, shares = {word.place: word.importance for word in read.words}, read.shares()
    asked: dict[str, object] = {
        name: [getattr(one, name) for one in read.readings]
        for name in ("place", "reading", "part", "parts", "term_id", "weight", "idf")
    }
    asked["importance"] = [importances[one.place] for one in read.readings]
    asked["share"] = [shares[one.place] for one in read.readings]
    return asked


def _unpacked(value: object) -> tuple:  # type: ignore[type-arg]
    """A DuckDB row value: a tuple, or in older versions a mapping in the order of its fields."""
    return tuple(value.values()) if isinstance(value, dict) else tuple(value)  # type: ignore[arg-type]


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
