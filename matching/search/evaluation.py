"""How good search is on labelled queries.

nDCG (Järvelin and Kekäläinen 2002) over the first five with the grades 0 and 1: what a list gains by its relevant organisations,
each divided by log2 of its rank + 1, as a share of what the best possible list would. MRR: one divided by the rank of the first
relevant one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

from matching.search.find import Ambiguous, Found, find
from matching.search.search import search
from matching.search.text import fold
from warehouse.connection import Connection

AT = 5
DEPTH = 20
"""How far down the list a first relevant organisation is looked for."""


class NotLabelledQueries(ValueError):  # noqa: N818
    """The data are not a list of labelled queries."""


@dataclass(frozen=True)
class Labelled:
    """A query, and the names of all organisations that answer it."""

    query: str
    language: str
    relevant: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """How good search is.

    Arguments:
        queries: how many were measured.
        zero_result_rate: share of the queries that found nothing at all.
    """

    queries: int
    ndcg_at_5: float
    mrr: float
    zero_result_rate: float


@dataclass(frozen=True)
class Evaluation:
    """Figures over all queries and by language.

    Arguments:
        unmatched: names of the labels that no organisation of the edition bears; nobody can find them, and they do not count.
            A name that several bear in full stands for all of them.
        unmeasured: queries of which no organisation is in the edition.
        uses_model: whether the sentence model took part.
    """

    overall: Figures
    by_language: dict[str, Figures]
    unmatched: tuple[str, ...]
    unmeasured: tuple[str, ...]
    uses_model: bool


def labelled(data: Any) -> list[Labelled]:
    """Labelled queries from JSON: ``[{"query": …, "language": …, "relevant": [names]}, …]``; other keys are left alone.

    Raises NotLabelledQueries.
    """
    if not isinstance(data, list) or not data:
        raise NotLabelledQueries(
            f"wanted a list of queries, found {type(data).__name__ if not isinstance(data, list) else 'none'}"
        )
    return [_labelled(number, one) for number, one in enumerate(data, start=1)]


def _labelled(number: int, one: Any) -> Labelled:
    names = one.get("relevant") if isinstance(one, dict) else None
    if (
        not isinstance(one, dict)
        or not all(isinstance(one.get(key), str) and one[key].strip() for key in ("query", "language"))
        or not isinstance(names, list)
        or not names
        or not all(isinstance(name, str) for name in names)
    ):
        raise NotLabelledQueries(
            f"wanted query, language and a list of names under relevant, found in place {number}: {one!r}"[:300]
        )
    return Labelled(one["query"], one["language"], tuple(names))


def evaluate(con: Connection, queries: Sequence[Labelled], *, with_model: bool) -> Evaluation:
    """Measure search over an edition.

    Arguments:
        with_model: whether the sentence model may take part.
    """
    numbers = {name: _numbers(con, name) for name in dict.fromkeys(name for query in queries for name in query.relevant)}
    measured: list[tuple[str, tuple[float, float, float]]] = []
    unmeasured = []
    for query in queries:
        relevant = frozenset(number for name in query.relevant for number in numbers[name])
        if relevant:
            found = [hit.id for hit in search(con, query.query, limit=DEPTH, with_model=with_model).results]
            measured.append((query.language, (ndcg(found, relevant), reciprocal_rank(found, relevant), float(not found))))
        else:
            unmeasured.append(query.query)
    languages = sorted({language for language, _ in measured})
    return Evaluation(
        _figures(figures for _, figures in measured),
        {language: _figures(figures for of, figures in measured if of == language) for language in languages},
        tuple(name for name, found in numbers.items() if not found),
        tuple(unmeasured),
        with_model,
    )


def _numbers(con: Connection, name: str) -> tuple[int, ...]:
    answer = find(con, name, suggest=False)
    if isinstance(answer, Found):
        return (answer.one.id,)
    alike = answer.candidates if isinstance(answer, Ambiguous) else ()
    return tuple(one.id for one in alike if fold(one.name) == fold(name))


def ndcg(found: Sequence[int], relevant: frozenset[int], at: int = AT) -> float:
    """Discounted gain of the first ``at`` as a share of the best possible."""
    gain = sum(1 / log2(rank + 2) for rank, number in enumerate(found[:at]) if number in relevant)
    return gain / sum(1 / log2(rank + 2) for rank in range(min(at, len(relevant))))


def reciprocal_rank(found: Sequence[int], relevant: frozenset[int]) -> float:
    """One divided by the rank of the first relevant one; 0: there is none."""
    return next((1 / rank for rank, number in enumerate(found, start=1) if number in relevant), 0.0)


def _figures(measured: Iterable[tuple[float, float, float]]) -> Figures:
    rows = list(measured)
    means = [round(sum(row[place] for row in rows) / len(rows), 4) if rows else 0.0 for place in range(3)]
    return Figures(len(rows), *means)
