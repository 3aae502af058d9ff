"""Names as the state keeps them: the text of all names of a record end to end, and beside it how long each of them is.

Of texts DuckDB reads those of the records that are asked for; of lists it reads everybody's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.sameness.setwise.described import NAME
from matching.sameness.setwise.ragged import Ints, ends

PRINTED, SPELT, WORDS, SHAPES, LENGTHS = COLUMNS = (
    "names_printed", "names_spelt", "names_words", "names_shapes", "names_word_lengths"
)  # fmt: skip
"""Of the table ``sameness_records``."""
_SHAPE = np.dtype(
    [
        ("begins", "<u8"), ("holds", "<u8"), ("printed", "<u4"), ("spelt", "<u4"), ("words", "<u4"), ("kind", "u1"),
        ("is_single", "u1"), ("spare", "<u2"),
    ]
)  # fmt: skip
"""Of a name, in ``names_shapes``: its numbers as in ``NAME``; bytes of its texts; how many words it has."""
_LENGTH = np.dtype("<u4")


def packed(names: pa.ListArray) -> dict[str, pa.Array]:
    """The columns ``COLUMNS`` of the names of records.

    Arguments:
        names: of each record, as ``NAME``; none is missing.
    """
    flat = pc.list_flatten(names)
    printed, spelt, lists = (pc.struct_field(flat, name) for name in ("printed", "spelt", "words"))
    words, counts = pc.list_flatten(lists), _counts(lists)
    shapes = np.zeros(len(flat), _SHAPE)
    for name in ("begins", "holds", "kind", "is_single"):
        shapes[name] = pc.struct_field(flat, name).to_numpy(zero_copy_only=False)
    shapes["words"], shapes["printed"], shapes["spelt"] = counts, _sizes(printed), _sizes(spelt)
    of_record = ends(_counts(names))
    words_of_record = ends(counts)[of_record]
    return {
        PRINTED: _run_together(printed, of_record),
        SPELT: _run_together(spelt, of_record),
        WORDS: _run_together(words, words_of_record),
        SHAPES: _as_bytes(shapes, of_record),
        LENGTHS: _as_bytes(_sizes(words).astype(_LENGTH), words_of_record),
    }


def unpacked(records: pa.Table) -> pa.ListArray:
    """The names of records, as ``NAME``.

    Arguments:
        records: with ``COLUMNS``.
    """
    shapes, of_record = _from_bytes(records[SHAPES], _SHAPE)
    words = pa.ListArray.from_arrays(ends(shapes["words"]).astype(np.int32), words_of(records))
    fields = {
        "printed": _parted(records[PRINTED], shapes["printed"]),
        "spelt": _parted(records[SPELT], shapes["spelt"]),
        "words": words,
        "is_single": pa.array(shapes["is_single"] > 0),
    }
    fields |= {name: pa.array(np.ascontiguousarray(shapes[name])) for name in ("kind", "begins", "holds")}
    flat = pa.StructArray.from_arrays([fields[field.name] for field in NAME], fields=list(NAME))
    return pa.ListArray.from_arrays(of_record.astype(np.int32), flat)


def spelt_of(records: pa.Table) -> tuple[pa.Array, NDArray[np.uint8], Ints]:
    """How all names of records are spelt, one after the other, of which kind each is, and where those of each record begin.

    Arguments:
        records: with ``names_spelt`` and ``names_shapes``.
    """
    shapes, of_record = _from_bytes(records[SHAPES], _SHAPE)
    return _parted(records[SPELT], shapes["spelt"]), np.ascontiguousarray(shapes["kind"]), of_record


def words_of(records: pa.Table) -> pa.Array:
    """The words of all names of records, one after the other.

    Arguments:
        records: with ``names_words`` and ``names_word_lengths``.
    """
    lengths, _ = _from_bytes(records[LENGTHS], _LENGTH)
    return _parted(records[WORDS], lengths)


def _counts(lists: pa.Array) -> Ints:
    found: Ints = pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _sizes(texts: pa.Array) -> Ints:
    found: Ints = pc.binary_length(texts).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _offsets(texts: pa.Array) -> NDArray[np.int32]:
    """Where each text begins among the bytes, and where the last one ends."""
    if not len(texts):
        return np.zeros(1, np.int32)
    return np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]


def _run_together(texts: pa.Array, of_record: Ints) -> pa.Array:
    """The texts of each record as one, without a copy of them."""
    return _texts(pa.string(), _offsets(texts)[of_record], texts.buffers()[2])


def _parted(column: pa.ChunkedArray, sizes: NDArray[Any]) -> pa.Array:
    """Texts of so many bytes each, of which those of a record stand as one."""
    texts = column.combine_chunks()
    return _texts(pa.string(), _offsets(texts)[0] + ends(sizes), texts.buffers()[2])


def _as_bytes(values: NDArray[Any], of_record: Ints) -> pa.Array:
    return _texts(pa.binary(), of_record * values.dtype.itemsize, pa.py_buffer(values.tobytes()))


def _from_bytes(column: pa.ChunkedArray, kind: np.dtype[Any]) -> tuple[NDArray[Any], Ints]:
    """The values of all records, and where those of each begin."""
    texts = column.combine_chunks()
    at = _offsets(texts).astype(np.int64)
    held = texts.buffers()[2] if len(texts) else None
    values = np.frombuffer(held or b"", np.uint8)[at[0] : at[-1]].view(kind)
    return values, (at - at[0]) // kind.itemsize


def _texts(kind: pa.DataType, offsets: NDArray[Any], held: pa.Buffer | None) -> pa.Array:
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), held or pa.py_buffer(b"")]
    return pa.Array.from_buffers(kind, len(offsets) - 1, buffers)
