"""Pairs of records on whose judgement a word bears that only one of them has: those of which two names are spelt nearly alike."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.likeness import MISPRINT_FROM, MOST_WRONG
from matching.sameness.setwise.letters import letters
from matching.sameness.setwise.ragged import Flags, Ints, coded, product


def may_be_spelt_alike(names: pa.Array, left: Ints, right: Ints) -> Flags:
    """Of pairs of records whether any two names of theirs may be equal, or misprints of each other, as ``likeness.compare`` says.

    In all other ways in which names are alike it is how rare the words are that both have, or that say the same in both.

    Arguments:
        names: of each record, as ``described.NAME``.
        left, right: positions of records.
    """
    flat = pc.list_flatten(names)
    joined, _ = coded(pc.binary_join(pc.struct_field(flat, "words"), ""))
    compact, texts = coded(pc.struct_field(flat, "spelt"))
    held, lengths = letters(texts.to_pylist()), pc.binary_length(texts).to_numpy()
    counts = pc.list_value_length(names).to_numpy()
    starts = np.cumsum(counts, dtype=np.int64) - counts
    rows = product(starts[left], counts[left], starts[right], counts[right])
    one, other = compact[rows.left], compact[rows.right]
    is_alike = (one == other) | (joined[rows.left] == joined[rows.right])
    is_alike |= (
        (np.abs(lengths[one] - lengths[other]) <= MOST_WRONG)
        & (np.minimum(lengths[one], lengths[other]) >= MISPRINT_FROM)
        & (np.bitwise_count(held[one] ^ held[other]) <= 2 * MOST_WRONG)
    )
    found = np.zeros(len(left), np.bool_)
    found[rows.pair[is_alike]] = True
    return found
