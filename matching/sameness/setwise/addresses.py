"""Where very many records can be reached, and since when they are, as keys: ``candidates.address_keys`` over arrays."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.setwise.folding import strings
from matching.sameness.setwise.ragged import Flags, Ints, as_flags, coded

Owned = tuple[Ints, pa.Array]
"""Texts, and of each the position of the record that has it."""
_LETTER = 256
"""Numbers of a letter of one byte."""


def addresses(said: pa.Table, labels: pa.Array, sites: pa.Array, mails: pa.Array) -> list[Owned]:
    """The keys, some of a sort together; a record may have one twice.

    Arguments:
        said: rows of ``records.COLUMNS``.
        labels: of each record what stands before the ending of its domain; empty where there is none.
        sites, mails: ``Facts.host`` and ``Facts.mail_domain`` of each.
    """
    domains, mailboxes, phones = (said[name].combine_chunks() for name in ("domain", "role_email", "phone"))
    country = pc.fill_null(said["country"].combine_chunks(), "")
    labelled = _told(labels)
    label = labels.take(labelled)
    return [
        *(_sort("host", column) for column in (sites, domains, mails)),
        (labelled, pc.binary_join_element_wise("label", label, " ")),
        (labelled, pc.binary_join_element_wise("letters", _in_order(label), country.take(labelled), " ")),
        _sort("mail", mailboxes),
        _sort("phone", phones),
        _founded(said["founded_on"].combine_chunks(), country),
    ]


def _told(column: pa.Array) -> Ints:
    """Where a column says something."""
    return np.nonzero(as_flags(pc.greater(pc.binary_length(column), 0).fill_null(False)))[0]


def _sort(what: str, column: pa.Array) -> Owned:
    some = _told(column)
    return some, pc.binary_join_element_wise(what, column.take(some), " ")


def _in_order(labels: pa.Array) -> pa.Array:
    """Labels with their letters in order."""
    number, texts = coded(labels)
    is_plain = as_flags(pc.string_is_ascii(texts))
    plain, others = (texts.filter(pa.array(asked)) for asked in (is_plain, ~is_plain))
    sorted_others = ["".join(sorted(text)) for text in others.to_pylist()]
    ordered = pa.concat_arrays([_plain_in_order(plain), pa.array(sorted_others, pa.string())])
    place = np.empty(len(texts), np.int64)
    place[np.concatenate([np.nonzero(is_plain)[0], np.nonzero(~is_plain)[0]])] = np.arange(len(texts))
    return ordered.take(place[number])


def _plain_in_order(texts: pa.Array) -> pa.Array:
    """The same of texts of letters of one byte."""
    lengths = pc.binary_length(texts).to_numpy().astype(np.int64)
    letters = np.frombuffer("".join(texts.to_pylist()).encode("ascii"), np.uint8)
    ordered = np.sort(np.repeat(np.arange(len(texts)), lengths) * _LETTER + letters) % _LETTER
    return strings(ordered.astype(np.uint8), lengths)


def _founded(days: pa.Array, country: pa.Array) -> Owned:
    is_new_year = pc.and_(pc.equal(pc.month(days), 1), pc.equal(pc.day(days), 1))
    is_told: Flags = ~as_flags(is_new_year.fill_null(True))
    some = np.nonzero(is_told)[0]
    return some, pc.binary_join_element_wise("founded", days.take(some).cast(pa.string()), country.take(some), " ")
