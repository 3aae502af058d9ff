"""From records to organisations: one row of ``clusters`` each, every value taken from a source that can be named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from warehouse.merge_fields import LEADS, SHAPES, WHERE, ordered_fields, value_fields, why_without_order
from warehouse.named_sql import Script, staged
from warehouse.state import State

MEMBERS_NETWORK = "clusters_of_sweden"
"""The network whose records say who is a Swedish cluster in the sense of Clusters of Sweden."""


def rebuild(
    state: State,
    *,
    precedence: Sequence[str],
    field_precedence: Mapping[str, Sequence[str]] | None = None,
    eras: Mapping[str, Sequence[str]] | None = None,
) -> int:
    """Compute ``clusters``, ``labels`` and the choices behind them anew from the current records; how many organisations.

    A scalar is the value of one record: one that is still listed, whose network comes first in the order, else whose network
    spoke of it last; within a network that of the newer generation of the site, then the one changed last. City, region,
    postcode and coordinates of a record in another country than the one that is shown are not shown. Lists are joined in that
    order, each item once; nothing is averaged.

    Arguments:
        precedence: networks, best source first; those not named follow, the one that spoke last first.
        field_precedence: ClusterProfile field -> networks, where a field has an order of its own. For a field of a group (a
            founding date and its precision, a city and its postcode, the counts of members) the order of the group's lead field
            counts.
        eras: network -> generations of its site, oldest first.

    Raises ValueError for a field that ClusterProfile does not have or that follows another.
    """
    field_precedence = field_precedence or {}
    _check_fields(field_precedence)
    script = Script(state.con, "merge", members_network=MEMBERS_NETWORK)
    networks = _texts(state, "SELECT DISTINCT network FROM ledger.records ORDER BY network")
    with (
        staged(
            state.con,
            staged_fields=_fields(),
            staged_preference=_preference(networks, precedence, field_precedence),
            staged_eras=_eras(state, eras or {}),
        ),
        state.transaction(),
    ):
        for title in ("forget_eras", "remember_eras", "spread_profiles", "describe_records", "forget_homes"):
            script.run(title)
        script.run("rank_candidates", only_country=True)
        script.run("note_homes")
        script.run("rank_candidates", only_country=False)
        for title in (
            "forget_choices", "remember_choices", "choose_scalars", "join_lists", "join_names", "join_extracts",
            "forget_clusters", "remember_clusters", "forget_labels", "remember_labels",
        ):  # fmt: skip
            script.run(title)
        count = int(script.value("count_clusters"))
        script.run("tidy")
    return count


def _check_fields(field_precedence: Mapping[str, Sequence[str]]) -> None:
    for name in field_precedence:
        reason = why_without_order(name)
        if reason is not None:
            raise ValueError(f"wanted a field with an order of its own, found {name!r} ({reason})")


def _fields() -> pa.Table:
    names = value_fields()
    leads = [LEADS.get(name, name) for name in names]
    return pa.table(
        {
            "field": pa.array(names, pa.string()),
            "lead": pa.array(leads, pa.string()),
            "tells_where": pa.array([lead in WHERE for lead in leads], pa.bool_()),
            "shape": pa.array([SHAPES.get(name, "scalar") for name in names], pa.string()),
        }
    )


def _preference(networks: Sequence[str], precedence: Sequence[str], own: Mapping[str, Sequence[str]]) -> pa.Table:
    """Of each lead field and network its place in the order; networks that no order names share the last one."""
    rows = []
    for lead in ordered_fields():
        order = list(dict.fromkeys([*own.get(lead, ()), *precedence]))
        places = {network: order.index(network) if network in order else len(order) for network in networks}
        rows += [(lead, network, place, lead in own) for network, place in places.items()]
    return pa.table(
        {
            "lead": pa.array([row[0] for row in rows], pa.string()),
            "network": pa.array([row[1] for row in rows], pa.string()),
            "position": pa.array([row[2] for row in rows], pa.int32()),
            "is_own": pa.array([row[3] for row in rows], pa.bool_()),
        }
    )


def _eras(state: State, orders: Mapping[str, Sequence[str]]) -> pa.Table:
    """The generations that claims speak of; one that no order names counts as older than all that are named."""
    said = state.con.execute(
        """
        SELECT DISTINCT r.network, c.era
        FROM ledger.claims AS c
        JOIN ledger.records AS r ON r.record_id = c.record_id
        ORDER BY r.network, c.era
        """
    ).fetchall()
    rows = []
    for network in dict.fromkeys(network for network, _ in said):
        named = orders.get(network, ())
        unnamed = [era for of, era in said if of == network and era not in named]
        rows += [(network, era, position) for position, era in enumerate([*unnamed, *named])]
    return pa.table(
        {
            "network": pa.array([row[0] for row in rows], pa.string()),
            "era": pa.array([row[1] for row in rows], pa.string()),
            "position": pa.array([row[2] for row in rows], pa.int32()),
        }
    )


def _texts(state: State, sql: str) -> list[str]:
    return [row[0] for row in state.con.execute(sql).fetchall()]
