"""Which organisations are near to a query in meaning, by the sentence model, where it is installed and the edition has vectors.

What it is worth was measured on the labelled queries (``matching/README.md``): nothing where the texts or the thesaurus know the
words, much where neither does.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from matching.embedding import model
from matching.embedding.organisations import Space, knows_vectors, read, unit
from matching.search.everyone import KEPT
from matching.search.query_mean import query_mean
from warehouse.connection import Connection

WORTH = 1.0
"""What the nearest organisation gains where no word of the query is understood; the one that the words fit best has 1."""
MOST_NEAR = 50
"""Organisations that gain by likeness at most."""
NEAR_ENOUGH = 0.15
"""The least cosine that is any likeness: two unrelated texts have 0 on average."""
NEAR_ALONE = 0.3
"""The least cosine that makes a hit by itself: keys hit at random come up to 0.28."""
MOST_KEPT = 50_000
"""Vectors that are kept in memory, 77 MB; DuckDB takes ten times as long to look through its own, but can do with less."""
_kept: OrderedDict[int, Space] = OrderedDict()
_lock = threading.Lock()
_SPACE = "SELECT (SELECT hash(mean) FROM search_vector_space) AS space, (SELECT count(*) FROM search_vectors) AS size"
"""The mean changes with any of the vectors."""
_NEAREST = """
SELECT organisation_id, array_inner_product(vector, $query::FLOAT[384]) AS cosine
FROM search_vectors
ORDER BY cosine DESC, organisation_id
LIMIT $most
"""


@dataclass(frozen=True)
class Near:
    """Organisations near in meaning, and what each gains by it."""

    ids: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()
    alone: tuple[bool, ...] = ()
    """Whether each is near enough to be a hit by itself."""


NOBODY = Near()


def near_in_meaning(con: Connection, text: str, worth: float) -> Near:
    """The organisations nearest to a query; nobody without the model, or where the edition has no vectors.

    Arguments:
        worth: what the nearest gains.
    """
    if not text or not model.available() or not knows_vectors(con):
        return NOBODY
    rows = _nearest(con, _vector(text))
    near = [(number, cosine) for number, cosine in rows if cosine >= NEAR_ENOUGH]
    if not near:
        return NOBODY
    nearest = near[0][1]
    return Near(
        tuple(number for number, _ in near),
        tuple(worth * cosine / nearest for _, cosine in near),
        tuple(cosine >= NEAR_ALONE for _, cosine in near),
    )


def _nearest(con: Connection, vector: tuple[float, ...]) -> list[tuple[int, float]]:
    """The nearest organisations with their cosines, the nearest first."""
    [(space, size)] = con.execute(_SPACE).fetchall()
    if size > MOST_KEPT:
        return con.execute(_NEAREST, {"query": list(vector), "most": MOST_NEAR}).fetchall()
    with _lock:
        if space not in _kept:
            found = read(con)
            if found is None:
                return []
            _kept[space] = found
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        kept = _kept[space]
        _kept.move_to_end(space)
    # ``@`` hands so little work to all processors, which then wait for more: thrice the processors' time.
    cosines = np.einsum("ij,j->i", kept.vectors, np.array(vector, dtype=np.float32))
    # Sorting all of them would take longer than all the rest.
    least = np.partition(cosines, -MOST_NEAR)[-MOST_NEAR] if len(cosines) > MOST_NEAR else -1.0
    near = np.flatnonzero(cosines >= least)
    best = near[np.lexsort((kept.ids[near], -cosines[near]))[:MOST_NEAR]]
    return list(zip(kept.ids[best].tolist(), cosines[best].tolist(), strict=True))


@lru_cache(maxsize=4096)
def _vector(text: str) -> tuple[float, ...]:
    """A query's vector, with what all queries have in common taken off. Kept, because staff ask again and turn pages."""
    centred = unit(model.query(text) - query_mean())
    return tuple(centred.tolist())
