"""The vectors of texts, kept from night to night in the state and brought along for the demo: only new texts are embedded.

A text is known by a digest of it and the model, so that nothing has to be said about which organisation's it is, and a new model
finds nothing of the old one's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import as_file, files

import numpy as np
import pyarrow as pa

from matching.embedding.labour import embed
from matching.embedding.model import DIMENSIONS, MODEL, Vectors, available
from warehouse.connection import Connection
from warehouse.named_sql import Script, staged


@dataclass(frozen=True)
class Embedded:
    """Vectors for texts.

    Arguments:
        vectors: texts × 384, each of length 1; zeros where there is none.
        computed: how many were computed now.
        missing: how many are still wanting: there is no model, or no time was left.
    """

    vectors: Vectors
    computed: int
    missing: int


def digest_of(text: str) -> str:
    """By what a text's vector is known."""
    return sha256(f"{MODEL}\n{text}".encode()).hexdigest()


def embedded(con: Connection, texts: Sequence[str], *, most_seconds: float) -> Embedded:
    """The vectors of texts, from the state's table ``text_vectors``, from those brought along, and newly computed.

    An empty text has none. What is found or computed is kept in the state; the caller owns the transaction.

    Arguments:
        most_seconds: how long to compute; 0: not at all.

    Raises EmbeddingFailed; what was computed until then is kept.
    """
    digests = {digest: text for text in texts if text and (digest := digest_of(text))}
    sql = Script(con, "text_vectors")
    with staged(con, staged_digests=pa.table({"digest": pa.array(list(digests), pa.string())})):
        known = {digest: _vector(kept) for digest, kept in sql.rows("find_vectors")}
    brought = {digest: brought_along()[digest] for digest in digests.keys() - known.keys() if digest in brought_along()}
    keep(con, brought)
    known |= brought
    wanted = [digest for digest in digests if digest not in known]
    computed = 0
    if most_seconds > 0 and available():
        for vectors in embed([digests[digest] for digest in wanted], most_seconds=most_seconds):
            fresh = dict(zip(wanted[computed : computed + len(vectors)], vectors, strict=True))
            keep(con, fresh)
            known |= fresh
            computed += len(vectors)
    nothing = np.zeros(DIMENSIONS, dtype=np.float32)
    found = [known.get(digest_of(text), nothing) for text in texts]
    return Embedded(np.array(found, dtype=np.float32).reshape(-1, DIMENSIONS), computed, len(wanted) - computed)


def keep(con: Connection, vectors: dict[str, Vectors]) -> None:
    """Keep vectors under the digests of their texts in the state."""
    if not vectors:
        return
    rows = pa.table(
        {
            "digest": pa.array(list(vectors), pa.string()),
            "vector": pa.array([vector.astype(np.float16).tobytes() for vector in vectors.values()], pa.binary()),
        }
    )
    with staged(con, staged_vectors=rows):
        Script(con, "text_vectors").run("keep_vectors")


def keep_only(con: Connection, texts: Iterable[str]) -> int:
    """Forget the vectors of all other texts, because what is erased must leave none; how many that were."""
    digests = sorted({digest_of(text) for text in texts})
    with staged(con, staged_digests=pa.table({"digest": pa.array(digests, pa.string())})):
        return Script(con, "text_vectors").run("forget_others")


@cache
def brought_along() -> dict[str, Vectors]:
    """The vectors that ship with the program, by digest: those of the texts of the demo, so that it is quick."""
    with as_file(files("matching").joinpath("data", "text_vectors.npz")) as path, np.load(path, allow_pickle=False) as kept:
        if str(kept["model"]) != MODEL:
            return {}
        names = [row.tobytes().hex() for row in kept["digests"]]
        return dict(zip(names, kept["vectors"].astype(np.float32), strict=True))


def _vector(kept: bytes) -> Vectors:
    return np.frombuffer(kept, dtype=np.float16).astype(np.float32)
