"""Which addresses differently named records share: ``population.is_shared`` over arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.comparable import NameKind
from matching.sameness.population import Address, Place
from matching.sameness.setwise.described import KINDS
from matching.sameness.setwise.packed import spelt_of
from matching.sameness.setwise.ragged import Flags, Ints, Ragged, as_flags, coded, connected
from matching.sameness.weights import SharedLimits

_ADDRESS = KINDS.index(NameKind.ADDRESS)


def are_shared(places: Sequence[Place], near: Ragged, records: pa.Table, limits: SharedLimits) -> Flags:
    """Of addresses whether too many differently named records use them.

    Arguments:
        near: of each address records of which all are that use it, as positions in ``records``; others are left out.
        records: with ``network``, ``site``, ``mail``, ``phone``, ``names_spelt`` and ``names_shapes``.
    """
    place, record = near.owners, near.values.astype(np.int64)
    kept = np.nonzero(_use(places, place, record, records))[0]
    place, record = place[kept], record[kept]
    network, networks = coded(records["network"])
    within = place * len(networks) + network[record]
    in_all = _differently_named(place, len(places), record, records)
    in_each = _differently_named(within, len(places) * len(networks), record, records)
    in_one = in_each.reshape(len(places), -1).max(axis=1, initial=0)
    found: Flags = (in_all >= limits.in_all) | (in_one >= limits.in_one_network)
    return found


def _use(places: Sequence[Place], place: Ints, record: Ints, records: pa.Table) -> Flags:
    """Whether each of some records uses an address."""
    asked = pa.array([one.address for one in places], pa.string()).take(place)
    kinds = np.array([list(Address).index(one.kind) for one in places], np.int64)[place]
    found = np.zeros(len(place), np.bool_)
    for number, kind in enumerate(Address):
        some = np.nonzero(kinds == number)[0]
        used = records[str(kind)].combine_chunks().take(record[some])
        found[some] = as_flags(pc.equal(used, asked.take(some)).fill_null(False))
    return found


def _differently_named(group: Ints, count: int, record: Ints, records: pa.Table) -> Ints:
    """How many there are in each of so many groups when those that share a comparable name stand together.

    Arguments:
        group: of each of some records that it is in.
    """
    spelt, kind, starts = spelt_of(records)
    number, texts = coded(spelt)
    names = Ragged(number, starts).where(kind != _ADDRESS).take(record)
    said = group[names.owners] * np.int64(len(texts) + 1) + names.values
    order = np.argsort(said, kind="stable")
    is_alike = np.diff(said[order]) == 0
    who = names.owners[order]
    first = connected(len(record), who[:-1][is_alike], who[1:][is_alike])
    found: Ints = np.bincount(group[first == np.arange(len(first))], minlength=count)
    return found
