"""Addresses that differently named records share, found again from night to night."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.candidates import host_key, phone_key
from matching.sameness.population import Address, Place
from matching.sameness.setwise.ragged import Ints, Ragged, distinct
from matching.sameness.setwise.shared import are_shared
from matching.sameness.weights import SharedLimits
from warehouse.named_sql import Script

Users = tuple[Ints, Ints]
"""The numbers of records, those of one address or key after those of the other; and how many each has."""


def addresses(records: pa.Table) -> set[Place]:
    """The addresses of records that others may share."""
    return {Place(kind, address) for kind in Address for address in pc.unique(records[str(kind)].drop_null()).to_pylist()}


def shared(sql: Script) -> set[Place]:
    """Those that are noted as shared."""
    return {Place(Address(kind), address) for kind, address in sql.rows("tell_shared")}


def share(
    sql: Script,
    asked: set[Place] | None,
    limits: SharedLimits,
    who_has: Callable[[list[str]], Users],
) -> set[Place]:
    """Finds out anew which addresses are shared, and notes it; those that are from now on, or no more.

    Arguments:
        asked: the addresses in question; None: all.
        who_has: of some strong keys.
    """
    before = shared(sql)
    if asked is None:
        turned = before ^ shared_anywhere(sql, limits)
    else:
        turned = (before & asked) ^ shared_among(sql, asked, limits, who_has)
    if turned:
        remember(sql, before ^ turned)
    return turned


def shared_anywhere(sql: Script, limits: SharedLimits) -> set[Place]:
    """Those of all addresses that are shared as things stand."""
    found = sql.rows("find_users", least=_least(limits))
    numbers = np.fromiter((number for *_, users in found for number in users), np.int64)
    lengths = np.array([len(users) for *_, users in found], np.int64)
    return _shared(sql, [Place(Address(kind), at) for kind, at, _ in found], (numbers, lengths), limits)


def shared_among(sql: Script, asked: set[Place], limits: SharedLimits, who_has: Callable[[list[str]], Users]) -> set[Place]:
    """Those of some addresses that are shared as things stand.

    Arguments:
        who_has: of some strong keys.
    """
    if not asked:
        return set()  # and no key is looked up
    wanted = list(asked)
    numbers, lengths = who_has([phone_key(one.address) if one.kind is Address.PHONE else host_key(one.address) for one in wanted])
    is_near = lengths >= _least(limits)
    near = [wanted[at] for at in np.nonzero(is_near)[0].tolist()]
    return _shared(sql, near, (numbers[np.repeat(is_near, lengths)], lengths[is_near]), limits)


def _shared(sql: Script, places: list[Place], users: Users, limits: SharedLimits) -> set[Place]:
    """Those of addresses that are shared.

    Arguments:
        users: of each address records of which all are that use it; others may have only its host in common.
    """
    if not places:
        return set()
    numbers, lengths = users
    asked = distinct(numbers)
    records = sql.table_over("tell_users", pa.table({"record_id": asked})).combine_chunks()
    records = records.take(np.argsort(records["record_id"].to_numpy()))
    near = Ragged.of(np.searchsorted(asked, numbers), lengths)
    return {places[at] for at in np.nonzero(are_shared(places, near, records, limits))[0].tolist()}


def _least(limits: SharedLimits) -> int:
    return min(limits.in_all, limits.in_one_network)


def known_by(sql: Script, turned: Iterable[Place]) -> set[int]:
    """The records at some addresses, and those on hosts below such a domain."""
    return {number for (number,) in sql.rows_over("find_at_turned", _placed(turned))}


def remember(sql: Script, places: Iterable[Place]) -> None:
    """Notes that these are shared, and no others."""
    sql.run("forget_shared")
    sql.run_over("remember_shared", _placed(places))


def _placed(places: Iterable[Place]) -> pa.Table:
    kinds, at = list(zip(*places, strict=True)) or [(), ()]
    return pa.table({"kind": pa.array(map(str, kinds), pa.string()), "address": pa.array(at, pa.string())})
