"""A step of ``make bench``: profiles into the warehouse, as a run loads them; and the rows that this writes, for others."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measuring import peak_mb, timed
from benchmarks.search import population
from warehouse import ledger
from warehouse.load import load
from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput, NetworkRun, Outcome, RecordInput
from warehouse.state import State

NIGHT = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
_SAID = ("name", "acronym", "city", "country", "sectors", "technologies", "keywords", "ecosystems")


def inputs(count: int, network: str, seed: int = 1) -> Iterator[RecordInput]:
    """Made-up profiles of a network, with a claim for every value, as normalising them gives."""
    for rows in population(count, seed):
        for row in rows.to_pylist():
            key = f"org-{row['organisation_id']}"
            said = {field: value for field in _SAID if (value := row[field])} | {
                "extracts": {language: text[:300].strip() for language, text in row["extracts"]}
            }
            url = f"https://{network}.example/{key}"
            profile = ClusterProfile(network=network, source_key=key, url=url, organisation_type="cluster", **said)
            said = profile.model_dump(mode="json", include={*said, "organisation_type"})
            claims = [
                ClaimInput(field, json.dumps(value, ensure_ascii=False), (str(value),), url, "0" * 64)
                for field, value in said.items()
            ]
            yield RecordInput(profile, tuple(claims))


def night(state: State, network: str, records: tuple[RecordInput, ...]) -> int:
    """Load a network's complete run; how many claims that opened."""
    run_id = ledger.begin(state, NIGHT)
    ledger.describe(state, network, title=network, home=f"https://{network}.example", licence="made up")
    run = NetworkRun(network, Outcome.COMPLETE, "", NIGHT, NIGHT, len(records), 0, 0, records, ())
    loaded = load(state, run_id, run, NIGHT)
    ledger.end(state, run_id, NIGHT)
    return loaded.claims_opened


def write_rows(folder: Path, records: tuple[RecordInput, ...]) -> None:
    """The rows that the warehouse keeps of these: a record each, and its claims."""
    with (folder / "records.jsonl").open("w") as of_records, (folder / "claims.jsonl").open("w") as of_claims:
        for one in records:
            key = {"network": one.profile.network, "source_key": one.profile.source_key}
            text = one.profile.model_dump_json(exclude_defaults=True)
            of_records.write(json.dumps({**key, "url": one.profile.url, "profile": text, "checked_on": "2026-11-23"}) + "\n")
            for claim in one.claims:
                said = {"field": claim.field, "value": claim.value, "printed": claim.printed[0], "url": claim.url}
                of_claims.write(json.dumps({**key, **said, "page_digest": claim.page_digest, "seen_on": "2026-11-23"}) + "\n")


def main(folder: Path, count: int) -> dict[str, object]:
    records = tuple(inputs(count, "eccp"))
    write_rows(folder, records)
    gc.collect()
    before = peak_mb()
    with State.open(folder / "state.duckdb") as state:
        with timed() as first:
            claims = night(state, "eccp", records)
        with timed() as again:
            unchanged = night(state, "eccp", records)
    return {
        "first": first.told(), "again": again.told(), "claims": claims, "claims_again": unchanged,
        "before_mb": before, "peak_mb": peak_mb(),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
