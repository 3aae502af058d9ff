"""The printed texts of very many records that may be names: which there are, and which record prints which as what."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.comparable import NameKind, pieces
from matching.sameness.records import SPELT_NAME
from matching.sameness.setwise.described import KINDS
from matching.sameness.setwise.ragged import Flags, Ints, Small, as_flags, coded

_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
_MAY_HOLD_SEVERAL = r"[(\[|/–—-]"
"""Without one of these signs a line is one name."""


class Printed(NamedTuple):
    """Texts that may be names, in the order of records, and within each in that of ``Facts.names``.

    Arguments:
        record: the position of the record that prints it.
        kind: a number of ``KINDS``.
        text: a number of ``texts``.
        texts: each once.
        labels: of every record what stands before the ending of its domain; empty where there is none.
    """

    record: Ints
    kind: Small
    text: Small
    texts: pa.Array
    labels: pa.Array


def printed(records: pa.Table) -> Printed:
    """What records print.

    Arguments:
        records: rows of ``records.COLUMNS``.
    """
    record, text = _lines(records)
    some = np.nonzero(may_hold_several(text))[0]
    held = [
        (owner, piece, _NUMBERS[kind])
        for owner, line in zip(record[some].tolist(), text.take(some).to_pylist(), strict=True)
        for piece, kind in pieces(line)
    ]
    acronyms, labels = records["acronym"].combine_chunks(), domain_labels(records["domain"].combine_chunks().fill_null(""))
    short = np.nonzero(as_flags(pc.greater(pc.binary_length(acronyms), 0).fill_null(False)))[0]
    spelt = np.nonzero(as_flags(pc.greater_equal(pc.utf8_length(labels), SPELT_NAME)))[0]
    parts = (
        _part(record, text, _NUMBERS[NameKind.FULL]),
        _part(short, acronyms.take(short), _NUMBERS[NameKind.ACRONYM]),
        _part([owner for owner, *_ in held], pa.array([piece for _, piece, _ in held], pa.string()), [kind for *_, kind in held]),
        _part(spelt, labels.take(spelt), _NUMBERS[NameKind.ADDRESS]),
    )
    owners = np.concatenate([part[0] for part in parts])
    order = np.argsort(owners, kind="stable")
    numbers, texts = coded(pa.concat_arrays([part[1] for part in parts]))
    kinds = np.concatenate([part[2] for part in parts]).astype(np.int32)
    return Printed(owners[order], kinds[order], numbers[order], texts, labels)


def may_hold_several(texts: pa.Array) -> Flags:
    """Which texts may be lines of several names; all others are one."""
    return as_flags(pc.match_substring_regex(texts, _MAY_HOLD_SEVERAL))


def _lines(records: pa.Table) -> tuple[Ints, pa.Array]:
    """The whole lines that each record prints as names."""
    others = records["other_names"].combine_chunks()
    whole = np.arange(len(records))
    owners = np.concatenate([whole, whole, pc.list_parent_indices(others).to_numpy()])
    order = np.argsort(owners, kind="stable")
    lines = pa.concat_arrays(
        [records["name"].combine_chunks(), records["native_name"].combine_chunks(), pc.list_flatten(others)]
    ).take(order)
    says = as_flags(pc.greater(pc.binary_length(lines), 0).fill_null(False))
    return owners[order][says], lines.filter(says)


def domain_labels(domains: pa.Array) -> pa.Array:
    """What stands before the first point of domains, as ``Facts.domain_label``."""
    return pc.replace_substring_regex(domains, r"(?s)\..*", "")


def _part(owners: Ints | list[int], texts: pa.Array, kinds: int | list[int]) -> tuple[Ints, pa.Array, Small]:
    return np.asarray(owners, np.int64), texts, np.broadcast_to(np.asarray(kinds, np.int32), len(owners))
