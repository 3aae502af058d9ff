"""What the vectors of all queries have in common, which is taken off before they are compared.

The model reads a query and a profile in different ways, so that the mean of the profiles is the wrong one for queries. This one
is of phrases of the thesaurus: ``python -m matching.search.query_mean`` computes it anew, when the model changes.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np

from matching.embedding.model import DIMENSIONS, MODEL, Vectors, query
from matching.search.thesaurus import entries

TARGET = Path(__file__).parents[1] / "weights" / "query_mean.npz"
EVERY = 4
"""One entry in so many is enough for a mean."""


@cache
def query_mean() -> Vectors:
    """The mean, of 384 numbers. Raises LookupError where it is of another model."""
    with as_file(files("matching").joinpath("weights", TARGET.name)) as path, np.load(path, allow_pickle=False) as kept:
        if str(kept["model"]) != MODEL:
            raise LookupError(f"wanted the mean of queries for {MODEL!r}, found that of {kept['model']!r}; see matching/search")
        mean: Vectors = kept["mean"].astype(np.float32)
    return mean


def main() -> None:
    """Compute the mean and write it down."""
    phrases = [phrases[0] for sides in entries()[::EVERY] for phrases in sides]
    mean = np.mean([query(phrase) for phrase in phrases], axis=0).reshape(DIMENSIONS)
    written = io.BytesIO()
    np.savez(written, model=np.array(MODEL), mean=mean.astype(np.float16))
    TARGET.write_bytes(written.getvalue())


if __name__ == "__main__":
    main()
