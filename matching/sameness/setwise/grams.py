"""The pieces of four letters of very many names, and of each name those by which it may be found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.setwise.digests import of_pieces
from matching.sameness.setwise.ragged import Bits, Ints, ends, runs

_LENGTH, _KEPT = 4, 4
_NONE = np.uint64(2**64 - 1)


def smallest(names: pa.Array, hashes: Callable[[Ints], Bits] = of_pieces) -> tuple[Ints, Bits, Bits]:
    """Of each name the four different pieces with the smallest hashes, two by two: the smaller first, and which name it is of.

    Whoever shares most pieces shares one such pair, and few others do.

    Arguments:
        names: of plain small letters and digits, each at least as long as a piece.
        hashes: of pieces, each a number of which the first letter is the lowest byte.
    """
    raw = np.frombuffer("".join(names.to_pylist()).encode("ascii"), np.uint8)
    lengths = pc.binary_length(names).to_numpy().astype(np.int64)
    counts = lengths - _LENGTH + 1
    at = runs(ends(lengths)[:-1], counts)
    # Four letters from each on as one number, the first the lowest byte.
    fours = np.ndarray(max(len(raw) - _LENGTH + 1, 0), "<u4", raw, strides=(1,))
    code = fours[at].astype(np.int64)
    hashed = hashes(code)
    found = np.empty((_KEPT, len(names)), np.uint64)
    for turn in range(_KEPT):
        found[turn] = np.minimum.reduceat(hashed, ends(counts)[:-1]) if len(names) else _NONE
        hashed[hashed == np.repeat(found[turn], counts)] = _NONE
    pairs = [(one, other) for one in range(_KEPT) for other in range(one + 1, _KEPT)]
    kept = [np.nonzero(found[other] != _NONE)[0] for _, other in pairs]
    return (
        np.concatenate(kept),
        np.concatenate([found[one][some] for (one, _), some in zip(pairs, kept, strict=True)]),
        np.concatenate([found[other][some] for (_, other), some in zip(pairs, kept, strict=True)]),
    )
