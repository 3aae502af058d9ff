"""How people name records and organisations to judge them, and how they are told of both."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from matching.sameness.verdicts import decision_as_json, side_as_json
from sync.cli.ask import as_key, meant, near, opened
from sync.cli.output import Stop
from sync.exits import Exit
from warehouse import doubts
from warehouse.connection import Connection
from warehouse.decided import Decision, RecordKey
from warehouse.doubts import Side
from warehouse.rows import Verdict

__all__ = [
    "OTHER", "as_key", "command", "decision_as_json", "judged_edition", "keys_meant", "line", "record_meant", "side_as_json",
    "to_withdraw",
]  # fmt: skip
SIGNATURE = "--by NAME --because TEXT"


@contextmanager
def judged_edition(path: Path) -> Iterator[Connection]:
    """A cursor on an edition that tells of judgements. Stops where an earlier version of the program made it."""
    with opened(path) as con:
        if not doubts.is_told(con):
            raise Stop(
                Exit.TRY_AGAIN,
                f"{path.name} was made by an earlier version and tells of no judgements; the next run makes one that does",
            )
        yield con


def record_meant(con: Connection, words: str) -> Side:
    """The record that the words mean: itself, or the oldest of an organisation. Stops where there is none, or not one only."""
    key = as_key(words)
    if key is None:
        return doubts.records_of(con, meant(con, words).id)[0]
    found = doubts.record(con, key)
    if found is None:
        raise Stop(
            Exit.USAGE, f"no record {key} is known{near(con, key)}; `clusterbridge show ORG` names the records of an organisation"
        )
    return found


def keys_meant(con: Connection | None, words: str, known: Collection[RecordKey]) -> tuple[set[RecordKey], set[RecordKey]]:
    """The record that the words mean exactly, if they do, and all those of its organisation.

    Arguments:
        con: None: there is no edition, and only ``NETWORK/KEY`` can be understood.
        known: records that are on the desk, whether the edition has them or not.
    """
    key = as_key(words, known)
    if key is not None or con is None:
        if key is None:
            raise Stop(
                Exit.NOTHING_RAN, f"without an edition say NETWORK/KEY, as `clusterbridge judge list` does; found {words!r}"
            )
        return {key}, {key}
    everyone = {one.record for one in doubts.records_of(con, meant(con, words).id)}
    own = doubts.numbered(con, int(words)) if words.strip().isdecimal() and int(words) < 2**63 else None
    return ({own.record} if own else everyone), everyone


def command(verb: str, left: RecordKey, right: RecordKey) -> str:
    """What to type to judge two records, or to withdraw what was judged of them."""
    return f"clusterbridge judge {verb} {shlex.quote(str(left))} {shlex.quote(str(right))} {SIGNATURE}"


def to_withdraw(one: Decision) -> str:
    """What to type to withdraw a judgement."""
    return command("withdraw", one.left, one.right)


def line(side: Side) -> str:
    """A record and its organisation on one line."""
    where = ", ".join(part for part in (side.country, side.city) if part)
    own = f' as "{side.record_name}"' if side.record_name != side.name else ""
    gone = " (no longer listed)" if side.is_gone else ""
    parts = [f"{side.record}{own}{gone}", f"number {side.organisation_id}, {side.name}" + (f" ({where})" if where else "")]
    parts += [part for part in (side.website, f"on {', '.join(side.networks)}") if part]
    return "  ".join(parts)


OTHER = {Verdict.SAME: "one organisation", Verdict.DIFFERENT: "two organisations"}
"""What a verdict says of two records."""
