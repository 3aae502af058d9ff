"""``python -m benchmarks.label_pairs``: makes the replica rows of ``matching/data/sameness.csv`` anew; those judged by hand stay.

A replica row is a pair of records that the replicas print of one organisation, as their truth says; no reading takes part.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import combinations
from pathlib import Path

import pyarrow as pa

from benchmarks.synthetic import SCHEMA
from demo.site import NETWORKS, build
from demo.truth import records
from warehouse.connection import Connection
from warehouse.state import State

FILE = Path(__file__).parents[1] / "matching" / "data" / "sameness.csv"
COLUMNS = (
    "left_name", "left_country", "left_website", "left_city",
    "right_name", "right_country", "right_website", "right_city", "label", "origin", "reason",
)  # fmt: skip
_FIELDS = ("name", "country", "website", "city")


def replica_rows() -> list[dict[str, str]]:
    """All pairs of records of one organisation, in a fixed order."""
    of_one: defaultdict[str, list[tuple[str, str, Mapping[str, object]]]] = defaultdict(list)
    for network in NETWORKS:
        for key, record in records(build(network).truth, network).items():
            of_one[record.organisation].append((network, key, record.facts))
    rows = []
    for organisation in sorted(of_one):
        for left, right in combinations(sorted(of_one[organisation], key=lambda one: one[:2]), 2):
            sides = {
                f"{side}_{field}": str(facts.get(field) or "")
                for side, (*_, facts) in (("left", left), ("right", right))
                for field in _FIELDS
            }
            where = left[0] if left[0] == right[0] else f"{left[0]} and {right[0]}"
            rows.append(
                {
                    **sides,
                    "label": "1",
                    "origin": "replica",
                    "reason": f"two records of one organisation on the replicas of {where}",
                }
            )
    return rows


def replica_records() -> tuple[pa.Table, set[tuple[int, int]]]:
    """All records that the replicas print, in the shape of ``known_records``, and the pairs that are of one organisation."""
    rows: list[dict[str, object]] = []
    of_one: defaultdict[str, list[int]] = defaultdict(list)
    for network in NETWORKS:
        for key, record in records(build(network).truth, network).items():
            number = len(rows) + 1
            said = {field: record.facts.get(field) for field in SCHEMA.names} | {
                "other_names": list(record.facts.get("other_names") or ()),
                "founded_on": _full_date(record.facts.get("founded_on")),
            }
            rows.append(said | {"record_id": number, "network": network, "source_key": key, "is_gone": False, "url": ""})
            of_one[record.organisation].append(number)
    true = {pair for numbers in of_one.values() for pair in combinations(numbers, 2)}
    return pa.Table.from_pylist(rows, schema=SCHEMA), true


@contextmanager
def known_replicas() -> Iterator[tuple[Connection, pa.Table, set[tuple[int, int]]]]:
    """A state in which these are the known records, they, and the pairs."""
    table, true = replica_records()
    with State.memory() as state:
        state.con.execute("DROP VIEW known_records")
        state.con.register("replicas", table)
        state.con.execute("CREATE TABLE known_records AS SELECT *, hash(replicas) AS digest FROM replicas")
        yield state.con, table, true


def _full_date(printed: object) -> date | None:
    return date.fromisoformat(f"{printed}-01-01"[:10]) if printed else None


def main() -> None:
    with FILE.open(encoding="utf-8", newline="") as source:
        by_hand = [row for row in csv.DictReader(source) if row["origin"] == "hand"]
    draft = FILE.with_suffix(".draft")
    with draft.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows([*by_hand, *replica_rows()])
    draft.replace(FILE)


if __name__ == "__main__":
    main()
