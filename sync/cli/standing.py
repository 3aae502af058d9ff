"""What `status` says of doubts: which networks are held, since when and what to do; what a person accepted; a held edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sync.accepting import command
from sync.cli.output import print_table, say
from sync.pipeline import EDITION_HELD
from warehouse.connection import Connection

_HELD = """
    SELECT
        n.network, n.held_since, n.held_run, n.last_good_at,
        max(r.run_id) AS last_held_run, arg_max(r.because, r.run_id) AS because
    FROM networks AS n
    JOIN runs AS r ON r.network = n.network AND r.outcome = 'held' AND r.run_id > coalesce(n.last_good_run, 0)
    WHERE n.held_run IS NULL OR r.run_id = n.held_run
    GROUP BY ALL
    ORDER BY n.network
"""

_ACCEPTANCES = """
    SELECT network, accepted_run, run_id AS run, accepted_by AS by, because, reasons, accepted_at
    FROM acceptances
    ORDER BY run_id DESC, network
"""

_EDITION = """
    SELECT because
    FROM findings
    WHERE kind = $kind AND run_id = (SELECT max(run_id) FROM runs)
"""


def held_networks(con: Connection) -> list[dict[str, Any]]:
    """Every network that was held since its last good run: since when, why, and what accepts it (None: nothing can).

    Arguments:
        con: the state or an edition.
    """
    found = _rows(con, _HELD)
    for one in found:
        one["accept"] = None if one["held_run"] is None else command(one["held_run"], one["network"])
    return found


def acceptances(con: Connection) -> list[dict[str, Any]]:
    """What persons accepted, the latest first."""
    return _rows(con, _ACCEPTANCES)


def held_edition(con: Connection) -> str | None:
    """Why the last run's edition is held back; None: it is not."""
    row = con.execute(_EDITION, {"kind": EDITION_HELD}).fetchone()
    return None if row is None else str(row[0])


def told(held: Mapping[str, Any]) -> str:
    """What a person should know of a held network, and do, a thing a line: of a row of ``held_networks``."""
    name: str = held["network"]
    good: datetime | None = held["last_good_at"]
    stays = "nothing of it is shown yet" if good is None else f"its data of {good:%Y-%m-%d %H:%M} UTC stay"
    lines = [f"{name} is held since {held['held_since']:%Y-%m-%d %H:%M} UTC; {stays}"]
    lines += [f"  run {held['last_held_run']}: {held['because']}"]
    if held["accept"] is None:
        lines += ["  the reading was cut short, so there is nothing that could be accepted"]
    else:
        lines += [f"  if the network is so now: {held['accept']}"]
    lines += [f"  if it is read wrongly: see `clusterbridge probe {name}`, mend it, then `clusterbridge sync {name}`"]
    return "\n".join(lines)


def show(held: Sequence[Mapping[str, Any]], accepted: Sequence[Mapping[str, Any]], edition: str | None) -> None:
    """Print the doubts, what to do about them, and what was accepted."""
    for one in held:
        say(told(one))
    if edition is not None:
        say(f"the last run's edition is held back, readers have the one before; nobody can accept that: {edition}")
    if accepted:
        columns = ("accepted", "run", "as run", "on (UTC)", "by", "because")
        rows = [
            (one["network"], one["accepted_run"], one["run"], f"{one['accepted_at']:%Y-%m-%d %H:%M}", one["by"], one["because"])
            for one in accepted
        ]
        print_table(columns, rows)


def _rows(con: Connection, sql: str) -> list[dict[str, Any]]:
    cursor = con.execute(sql)
    columns: Sequence[str] = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
