"""Every organisation's vector, as a table of the edition that partners and search compare by.

The population's mean vector is taken off: what all profiles have in common says nothing of any of them, and with it in them the
cosines of the model crowd between 0.75 and 0.9. Then they are of length 1 again, so that a cosine is an inner product.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.embedding.cache import Embedded, embedded, keep_only
from matching.embedding.model import DIMENSIONS, MODEL, Vectors
from matching.embedding.texts import texts_of_all
from warehouse.connection import Connection
from warehouse.named_sql import staged

AT_ONCE = 10_000
"""Vectors that are read at once."""


@dataclass(frozen=True)
class Space:
    """The vectors of an edition.

    Arguments:
        ids: of the organisations that have one, ascending.
        vectors: organisations × 384, each of length 1.
    """

    ids: NDArray[np.int64]
    vectors: Vectors

    def rows_of(self, ids: NDArray[np.int64]) -> Vectors:
        """The vectors of these organisations in their order; zeros for those that have none."""
        found = np.zeros((len(ids), DIMENSIONS), dtype=np.float32)
        if len(self.ids):
            rows = np.searchsorted(self.ids, ids).clip(max=len(self.ids) - 1)
            has = self.ids[rows] == ids
            found[has] = self.vectors[rows[has]]
        return found


def build(con: Connection, *, most_seconds: float) -> Embedded:
    """(Re)build the tables ``search_vectors`` and ``search_vector_space`` from ``clusters``, and forget what no text needs.

    The caller owns the transaction.

    Arguments:
        most_seconds: how long to embed new texts; 0: not at all, only vectors that are known already are used.

    Raises EmbeddingFailed; the tables are then as they were before.
    """
    texts = texts_of_all(con)
    found = embedded(con, list(texts.values()), most_seconds=most_seconds)
    keep_only(con, texts.values())
    write(con, np.array(list(texts), dtype=np.int64), found.vectors)
    return found


def write(con: Connection, ids: NDArray[np.int64], vectors: Vectors) -> None:
    """Write the tables from vectors as the model gives them; rows of zeros are left out."""
    has = vectors.any(axis=1)
    mean = vectors[has].mean(axis=0) if has.any() else np.zeros(DIMENSIONS, dtype=np.float32)
    centred = unit(vectors[has] - mean)
    kind = pa.list_(pa.float32(), DIMENSIONS)
    flat = pa.array(centred.astype(np.float32).ravel(), pa.float32())
    of_all = pa.table({"organisation_id": pa.array(ids[has]), "vector": pa.FixedSizeListArray.from_arrays(flat, DIMENSIONS)})
    space = pa.table({"model": pa.array([MODEL][: int(has.any())]), "mean": pa.array([mean.tolist()][: int(has.any())], kind)})
    with staged(con, staged_vectors=of_all, staged_space=space):
        con.execute("CREATE OR REPLACE TABLE search_vectors AS SELECT organisation_id, vector FROM staged_vectors")
        con.execute("CREATE OR REPLACE TABLE search_vector_space AS SELECT model, mean FROM staged_space")


def read(con: Connection) -> Space | None:
    """The vectors of the state or edition that the connection is in; None where it has none."""
    if not has_vectors(con):
        return None
    size = con.execute("SELECT count(*) FROM search_vectors").fetchall()[0][0]
    ids, vectors, at = np.empty(size, dtype=np.int64), np.empty((size, DIMENSIONS), dtype=np.float32), 0
    # Some at a time into one array: rows would be put together again, and a sort would hold all of them twice.
    for batch in con.sql("SELECT organisation_id, vector FROM search_vectors").to_arrow_reader(AT_ONCE):
        here = slice(at, at := at + batch.num_rows)
        ids[here] = batch.column(0).to_numpy()
        vectors[here] = batch.column(1).flatten().to_numpy().reshape(-1, DIMENSIONS)
    if (ids[1:] < ids[:-1]).any():
        order = np.argsort(ids)
        ids, vectors = ids[order], vectors[order]
    return Space(ids, vectors)


def unit(vectors: Vectors) -> Vectors:
    """The vectors with length 1; those without a length stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


def has_vectors(con: Connection) -> bool:
    """Whether the state or edition has vectors."""
    return knows_vectors(con) and bool(con.execute("SELECT count(*) FROM search_vectors").fetchall()[0][0])


def knows_vectors(con: Connection) -> bool:
    """Whether there is the table of vectors, be it empty: an edition of an earlier version of the program lacks it."""
    # information_schema.tables says the same in five times the time.
    tables = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = current_schema()"
        " AND table_name = 'search_vectors'"
    ).fetchall()
    return bool(tables[0][0])
