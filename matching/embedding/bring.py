"""``python -m matching.embedding.bring EDITION ...``: writes the vectors that ship with the program anew, for these texts.

To be run when the demo's organisations, their texts or the model change; ``tests/whole/test_vectors.py`` says when.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matching.embedding.cache import brought_along, digest_of
from matching.embedding.labour import embed
from matching.embedding.model import DIMENSIONS, MODEL, Vectors
from matching.embedding.texts import texts_of_all
from warehouse.editions import EditionReader

TARGET = Path(__file__).parents[1] / "data" / "text_vectors.npz"


def main(editions: Sequence[Path]) -> None:
    """Write the file, saying how far it is. Vectors that it has already are taken over: a second time changes nothing."""
    texts: dict[str, str] = {}
    for path in editions:
        with EditionReader(path) as reader, reader.cursor() as con:
            texts |= {digest_of(text): text for text in texts_of_all(con).values() if text}
    have = brought_along() if TARGET.exists() else {}
    wanted = sorted(texts.keys() - have.keys())
    fresh: dict[str, Vectors] = {}
    try:
        for vectors in embed([texts[digest] for digest in wanted]):
            fresh |= zip(wanted[len(fresh) : len(fresh) + len(vectors)], vectors, strict=True)
            print(f"{len(fresh)} of {len(wanted)} embedded", end="\r", file=sys.stderr)
    finally:  # minutes of work are not thrown away because it was stopped; the next time does the rest
        _write({digest: vector for digest, vector in sorted((have | fresh).items()) if digest in texts})


def _write(known: dict[str, Vectors]) -> None:
    written = io.BytesIO()
    np.savez(
        written,
        model=np.array(MODEL),
        digests=np.array([list(bytes.fromhex(digest)) for digest in known], dtype=np.uint8).reshape(-1, 32),
        vectors=np.array(list(known.values()), dtype=np.float16).reshape(-1, DIMENSIONS),
    )
    TARGET.write_bytes(written.getvalue())


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
