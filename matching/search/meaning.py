"""Which organisations are near to a query in meaning, by the sentence model, where it is installed and the edition has vectors.

What it is worth was measured on the labelled queries (``matching/README.md``): nothing where the texts or the thesaurus know the
words, much where neither does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from matching.embedding import model
from matching.embedding.organisations import has_vectors, unit
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
    if not text or not model.available() or not has_vectors(con):
        return NOBODY
    rows = con.execute(_NEAREST, {"query": list(_vector(text)), "most": MOST_NEAR}).fetchall()
    near = [(number, cosine) for number, cosine in rows if cosine >= NEAR_ENOUGH]
    if not near:
        return NOBODY
    nearest = near[0][1]
    return Near(
        tuple(number for number, _ in near),
        tuple(worth * cosine / nearest for _, cosine in near),
        tuple(cosine >= NEAR_ALONE for _, cosine in near),
    )


@lru_cache(maxsize=4096)
def _vector(text: str) -> tuple[float, ...]:
    """A query's vector, with what all queries have in common taken off. Kept, because staff ask again and turn pages."""
    centred = unit(model.query(text) - query_mean())
    return tuple(centred.tolist())
