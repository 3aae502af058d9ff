"""Forgetting: records that are kept out on request leave the state, and values leave the texts of others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.connection import Connection
from warehouse.edition_folder import sync_to_disk
from warehouse.named_sql import Script, staged, statements
from warehouse.rows import ClaimInput
from warehouse.state import State
from warehouse.stored import stored_profile

CONTACTS = frozenset({"website", "domain", "role_email", "phone"})
"""Fields of which nothing is left where a value is taken out of them."""
_CALLED = ("name", "native_name", "other_names", "country", "website", "domain", "role_email", "phone")
"""What ``find_published`` and ``find_published_records`` give of an organisation, in their order."""
_TEXTS = (
    ("ledger.findings", ("because", "field", "printed", "url")),
    ("ledger.finding_history", ("because", "field", "printed")),
    ("ledger.network_runs", ("because",)),
    ("ledger.changes", ("old", "new")),
    ("ledger.absorbed", ("said",)),
    ("match_reasons", ("text", "evidence")),
    ("judgements", ("because",)),
)
"""Columns beside records and claims in which a network's words stand."""


@dataclass(frozen=True)
class KnownRecord:
    """A record, as who decides about it sees it.

    Arguments:
        profile: what it says, as ``ClusterProfile`` has it in JSON.
    """

    record_id: int
    network: str
    source_key: str
    url: str
    profile: dict[str, Any]


@dataclass(frozen=True)
class KnownPage:
    """A remembered page, and the records that stand on it."""

    network: str
    url: str
    final_url: str
    source_keys: tuple[str, ...]


def records(state: State) -> list[KnownRecord]:
    """Every record of the state, also those that are gone."""
    rows = state.con.execute(statements("erasing")["find_records"]).fetchall()
    return [
        KnownRecord(record_id, network, source_key, url, stored_profile(profile).model_dump(mode="json"))
        for record_id, network, source_key, url, profile in rows
    ]


def pages(state: State) -> list[KnownPage]:
    """Every page that the state remembers, also those of held runs."""
    rows = state.con.execute(statements("erasing")["find_pages"]).fetchall()
    return [KnownPage(network, url, final_url, tuple(keys)) for network, url, final_url, keys in rows]


def seats(state: State, organisation_id: int) -> frozenset[int]:
    """The numbers of an organisation's records."""
    rows = state.con.execute("SELECT record_id FROM organisation_records WHERE organisation_id = ?", [organisation_id])
    return frozenset(row[0] for row in rows.fetchall())


def named(con: Connection, *, number: int | None = None, name: str | None = None) -> list[tuple[int, str, str | None]]:
    """Number, name and country of the organisations of a number, or of exactly a name (any of theirs, in any case).

    Arguments:
        con: to the state, or inside an edition.
    """
    rows = con.execute(statements("erasing")["find_named"], {"number": number, "name": name}).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def holding(con: Connection, texts: Sequence[str]) -> dict[str, int]:
    """In how many rows of each table of the open database one of the texts stands, in whatever column; none: nowhere."""
    found: dict[str, int] = {}
    for schema, table, columns in con.execute(statements("erasing")["find_columns"]).fetchall():
        row = ", ".join(f'CAST(held."{column}" AS VARCHAR)' for column in columns)
        sql = f"""
            SELECT count(*) FROM "{schema}"."{table}" AS held
            WHERE list_has_any([TRUE], list_transform($texts, lambda wanted: contains(lower(concat_ws(chr(10), {row})), wanted)))
        """  # noqa: S608  the names are the database's own
        rows = con.execute(sql, {"texts": [text.lower() for text in texts]}).fetchall()
        if rows[0][0]:
            found[table if schema == "main" else f"{schema}.{table}"] = rows[0][0]
    return found


def rows(con: Connection) -> dict[str, int]:
    """How many rows each table of the open database has."""
    found = con.execute(statements("erasing")["count_rows"]).fetchall()
    return {table if schema == "main" else f"{schema}.{table}": count for schema, table, count in found if count}


def dates(state: State) -> list[tuple[int, date, date]]:
    """Of every record its number, and the days on which it was first and last found."""
    return [(row[0], row[1], row[2]) for row in state.con.execute(statements("erasing")["find_dates"]).fetchall()]


def published_records(con: Connection, number: int) -> list[tuple[KnownRecord, date, date]]:
    """The records of an organisation as an edition has them, each with the days on which it was first and last found.

    Each says what the organisation says as a whole: an edition does not keep what each record says.
    """
    rows = con.execute(statements("erasing")["find_published_records"], {"number": number}).fetchall()
    return [
        (KnownRecord(record_id, network, source_key, url, dict(zip(_CALLED, said, strict=True))), since, checked_on)
        for record_id, network, source_key, url, since, checked_on, *said in rows
    ]


def published(con: Connection) -> list[tuple[dict[str, Any], list[tuple[str, str, str]]]]:
    """Of every organisation of an edition what it is called, and the network, key and address of each source."""
    found = []
    for *said, sources in con.execute(statements("erasing")["find_published"]).fetchall():
        found.append((dict(zip(_CALLED, said, strict=True)), [(one[0], one[1], one[2]) for one in sources]))
    return found


def lists(state: State) -> list[tuple[str, str, str]]:
    """Network, address and digest of every imported list that is remembered."""
    rows = state.con.execute(statements("erasing")["find_lists"]).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def put_list_afresh(state: State, url: str, digest: str, new_url: str, new_digest: str) -> None:
    """Remember an imported list under the digest that it has now."""
    said = {"url": url, "digest": digest, "new_url": new_url, "new_digest": new_digest}
    script = Script(state.con, "erasing", **said)
    with state.transaction():
        for title in ("move_page", "move_held_page", "move_claims"):
            script.run(title)


def forget(state: State, erased: Sequence[KnownRecord], own_pages: Sequence[KnownPage], texts: Sequence[str]) -> None:
    """Delete records with all that is known of them, in one transaction; what is computed from the rest comes later.

    Arguments:
        own_pages: pages on which nothing but these stands.
        texts: what names them; findings and reasons that hold one of these go too.
    """
    script = Script(state.con, "erasing")
    tables = {
        "staged_erased": pa.table(
            {
                "record_id": pa.array([one.record_id for one in erased], pa.int64()),
                "network": pa.array([one.network for one in erased], pa.string()),
                "source_key": pa.array([one.source_key for one in erased], pa.string()),
            }
        ),
        "staged_pages": pa.table(
            {
                "network": pa.array([one.network for one in own_pages], pa.string()),
                "url": pa.array([one.url for one in own_pages], pa.string()),
            }
        ),
        "staged_texts": pa.table({"text": pa.array(sorted({text.lower() for text in texts}), pa.string())}),
    }
    with staged(state.con, **tables), state.transaction():
        for title in (
            "lower_counts", "forget_told", "forget_absorbed", "forget_listings", "forget_claims", "forget_records",
            "forget_choices", "forget_judgements", "forget_seats", "forget_redirects", "forget_pages", "forget_held_pages",
            "leave_pages", "leave_held_pages", "forget_findings", "forget_history", "forget_reasons",
        ):  # fmt: skip
            script.run(title)
        _forget_memory(state)


def _forget_memory(state: State) -> None:
    for (table,) in state.con.execute(statements("erasing")["find_memory"]).fetchall():
        state.con.execute(f'DELETE FROM "{table}"')  # noqa: S608  the name is the database's own


def rewrite(state: State, clean: Callable[[str], str]) -> int:
    """Take values out of every text of the state, in one transaction; how many rows that changed.

    Arguments:
        clean: a text without them; a text that has none comes back as it is.
    """
    with state.transaction():
        changed = sum((_rewrite_claims(state, clean), _rewrite_profiles(state, clean), _rewrite_texts(state, clean)))
        if changed:  # each run asks for it, where a value is kept out, and mostly there is none
            _forget_memory(state)
        return changed


def _rewrite_claims(state: State, clean: Callable[[str], str]) -> int:
    rows = state.con.execute("SELECT rowid, field, value, printed FROM ledger.claims").fetchall()
    changed = 0
    for rowid, field, value, printed in rows:
        claim = ClaimInput(field, value, tuple(printed), "", "")
        left = claim_without(claim, clean)
        if left == claim:
            continue
        changed += 1
        if left is None:
            state.con.execute("DELETE FROM ledger.claims WHERE rowid = ?", [rowid])
        else:
            said = [left.value, list(left.printed), rowid]
            state.con.execute("UPDATE ledger.claims SET value = ?, printed = ? WHERE rowid = ?", said)
    return changed


def claim_without(claim: ClaimInput, clean: Callable[[str], str]) -> ClaimInput | None:
    """A claim without the values that ``clean`` takes out; the very claim where there are none; None: nothing is left of it."""
    value = None if claim.value is None else _clean_json(claim.value, clean)
    printed = tuple(map(clean, claim.printed))
    if (value, printed) == (claim.value, claim.printed):
        return claim
    return None if claim.field in CONTACTS else replace(claim, value=value, printed=printed)


def _rewrite_profiles(state: State, clean: Callable[[str], str]) -> int:
    rows = state.con.execute("SELECT rowid, profile FROM ledger.records").fetchall()
    changed = 0
    for rowid, text in rows:
        cleaned = profile_without(text, clean)
        if cleaned != text:
            changed += 1
            # With its digest, by which sameness knows what has changed: also when the value comes back one day.
            renewed = "UPDATE ledger.records SET profile = $profile, digest = hash($profile) WHERE rowid = $row"
            state.con.execute(renewed, {"profile": cleaned, "row": rowid})
    return changed


def profile_without(text: str, clean: Callable[[str], str]) -> str:
    """A stored profile without the values that ``clean`` takes out; the very text where there are none."""
    said = json.loads(text)
    cleaned = {name: value if name in ("url", "source_key") else _cleaned(value, clean) for name, value in said.items()}
    if cleaned == said:
        return text
    left = {name: value for name, value in cleaned.items() if value == said[name] or (value and name not in CONTACTS)}
    if left.get("website") is None:
        left.pop("domain", None)
    return json.dumps(left, ensure_ascii=False, separators=(",", ":"))


def _rewrite_texts(state: State, clean: Callable[[str], str]) -> int:
    changed = 0
    for table, columns in _TEXTS:
        # The tables and columns are this module's own.
        rows = state.con.execute(f"SELECT rowid, {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608
        for rowid, *old in rows:
            new = [None if text is None else clean(text) for text in old]
            if new != old:
                changed += 1
                sets = ", ".join(f"{column} = ?" for column in columns)
                state.con.execute(f"UPDATE {table} SET {sets} WHERE rowid = ?", [*new, rowid])  # noqa: S608
    return changed


def _clean_json(text: str, clean: Callable[[str], str]) -> str | None:
    said = json.loads(text)
    cleaned = _cleaned(said, clean)
    if cleaned == said:
        return text
    return json.dumps(cleaned, ensure_ascii=False, separators=(",", ":")) if cleaned else None


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        cleaned = clean(value)
        return value if cleaned == value else " ".join(cleaned.split())
    if isinstance(value, list):
        return [part for part in (_cleaned(part, clean) for part in value) if part not in ("", {}, [])]
    if isinstance(value, dict):
        return {key: part for key, part in ((key, _cleaned(part, clean)) for key, part in value.items()) if part != ""}
    return value


def write_afresh(path: Path) -> None:
    """Write a state anew into a file of the same name: what was deleted is then nowhere in its free blocks.

    Only where nobody has it open. A process that dies on the way leaves the file as it was, and its draft to the next one.
    """
    draft = path.with_name(f".{path.name}.fresh")
    wal = path.with_name(f"{path.name}.wal")
    _remove(draft)
    with duckdb.connect(":memory:") as con:
        con.execute(f"ATTACH {_literal(path)} AS old")
        con.execute(f"ATTACH {_literal(draft)} AS fresh")
        con.execute("COPY FROM DATABASE old TO fresh")
        con.execute("DETACH old")
        con.execute("CHECKPOINT fresh")
        con.execute("DETACH fresh")
    sync_to_disk(draft)
    draft.replace(path)
    wal.unlink(missing_ok=True)
    sync_to_disk(path.parent)


def _literal(path: Path) -> str:
    return "'" + os.fspath(path).replace("'", "''") + "'"


def _remove(draft: Path) -> None:
    for leftover in (draft, draft.with_name(f"{draft.name}.wal")):
        leftover.unlink(missing_ok=True)


def strings_of(one: KnownRecord) -> Iterator[str]:
    """What names a record: its names, its key, its addresses, its ways of contact."""
    said = one.profile
    yield from (said[name] for name in ("name", "native_name", "website", "domain", "role_email", "phone") if said.get(name))
    yield from said.get("other_names") or ()
    yield from (one.source_key, one.url)
