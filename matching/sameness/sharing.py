"""Addresses that differently named records share, found again from night to night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.hands import Rows
from matching.sameness.population import Address, Place, is_shared
from matching.sameness.records import from_rows
from matching.sameness.weights import SharedLimits
from warehouse.named_sql import Script

Users = tuple[str, str, list[int]]
"""Kind of address, address, and the records that use it."""


def addresses(records: pa.Table) -> set[Place]:
    """The addresses of records that others may share."""
    return {Place(kind, address) for kind in Address for address in pc.unique(records[str(kind)].drop_null()).to_pylist()}


def shared(sql: Script) -> set[Place]:
    """Those that are noted as shared."""
    return {Place(Address(kind), address) for kind, address in sql.rows("tell_shared")}


def shared_now(sql: Script, limits: SharedLimits, asked: set[Place] | None, said: Callable[[set[int]], Rows]) -> set[Place]:
    """Those that are shared as things stand.

    Arguments:
        asked: those in question; None: all.
        said: what some records say.
    """
    least = min(limits.in_all, limits.in_one_network)
    found = sql.rows("find_users", least=least) if asked is None else list(_users_of(sql, asked, least))
    users = {number for *_, some in found for number in some}
    records = {one.record_id: one for one in from_rows(said(users))} if users else {}
    return {Place(Address(kind), at) for kind, at, some in found if is_shared([records[number] for number in some], limits)}


def _users_of(sql: Script, asked: set[Place], least: int) -> Iterator[Users]:
    """The records at some addresses, where there are enough."""
    users: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for kind, address, number in sql.rows_over("find_at", _placed(asked)):
        users[kind, address].append(number)
    yield from ((kind, address, sorted(numbers)) for (kind, address), numbers in users.items() if len(numbers) >= least)


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
