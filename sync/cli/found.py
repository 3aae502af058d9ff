"""What `status` says of findings: those that stand, the most frequent first, each with the first page that it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sync.cli.output import print_table, say
from sync.unused import NOT_USED
from warehouse.connection import Connection

MOST_SHOWN = 10

_COLUMNS = ("network", "kind", "field", "printed", "times", "first_seen_on", "because", "first_page")

_OPEN = """
    WITH pages AS (
        SELECT network, run_id, kind, field, printed, min(url) AS first_page
        FROM findings
        WHERE url IS NOT NULL
        GROUP BY ALL
    )
    SELECT
        known.network, known.kind, known.field, known.printed, known.times, known.first_seen_on, known.because, pages.first_page
    FROM finding_history AS known
    LEFT JOIN pages
        ON pages.network = known.network AND pages.run_id = known.last_run AND pages.kind = known.kind
        AND pages.field IS NOT DISTINCT FROM known.field AND pages.printed IS NOT DISTINCT FROM known.printed
    WHERE known.is_open
    ORDER BY known.times DESC, known.kind = $last, known.network, known.kind, known.field, known.printed
"""


def open_findings(con: Connection) -> list[dict[str, Any]]:
    """Every finding that stands, with its number, since when, and the address of the first page that it concerns, if any.

    Arguments:
        con: the state or an edition.
    """
    return [dict(zip(_COLUMNS, row, strict=True)) for row in con.execute(_OPEN, {"last": NOT_USED}).fetchall()]


def print_findings(findings: Sequence[dict[str, Any]]) -> None:
    """Print the most frequent, then where each was met first; a phrasebook's entries that no page prints are a row a network."""
    shown = [one for one in findings if one["kind"] != NOT_USED][:MOST_SHOWN]
    rows = [(one["times"], one["first_seen_on"], one["network"], one["kind"], one["field"], one["printed"]) for one in shown]
    unused = [one for one in findings if one["kind"] == NOT_USED]
    for network in dict.fromkeys(one["network"] for one in unused):
        entries = [one for one in unused if one["network"] == network]
        times, since = sum(one["times"] for one in entries), min(one["first_seen_on"] for one in entries)
        rows.append((times, since, network, NOT_USED, "", "see them with --json"))
    if rows:
        print_table(("times", "since", "network", "finding", "field", "printed"), rows)
    for one in shown:
        if one["first_page"]:
            what = f"{one['kind']} {one['printed']!r}" if one["printed"] else one["kind"]
            say(f"{one['network']}, {what}: {one['first_page']}", indent=2)


def counts(findings: Iterable[dict[str, Any]], network: str) -> dict[str, int]:
    """How often each kind of finding stands of a network."""
    kinds: dict[str, int] = {}
    for one in findings:
        if one["network"] == network:
            kinds[one["kind"]] = kinds.get(one["kind"], 0) + one["times"]
    return kinds
