"""A machine that publishes and pushes one edition after the other, until it is told to stop or is killed.

It is started as a program. Before a push it notes the edition and how many files of its own there are; what the lake has taken it
writes down, a line an edition, before it goes on.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import duckdb

from warehouse.lake import Lake


def main(catalog: str, data: str, python: str, base: str, machine: str, diary: str) -> None:
    lake, path = Lake(catalog, data, Path(python)), Path(diary)
    edition = path.with_suffix(".duckdb")
    number = max((json.loads(line)["edition"] for line in path.read_text().splitlines()), default=0) if path.exists() else 0
    while True:
        number += 1
        shutil.copy(base, edition)
        with duckdb.connect(str(edition), config={"threads": 1}) as con:
            con.execute("UPDATE edition SET number = ?, published_at = published_at + to_minutes(?)", [number, number])
            for table in ("clusters", "cluster_sources"):  # of which a reader counts the rows, to see whether they fit
                con.execute(f"INSERT INTO {table} (organisation_id) SELECT 1000 + i FROM range(?) AS t(i)", [number])  # noqa: S608
        files = sum(1 for _ in Path(data).rglob(f"machine={machine}/*.parquet"))
        began = path.with_suffix(".part")
        began.write_text(f"{number} {files}")
        began.replace(path.with_suffix(".began"))
        pushed = lake.push(edition, machine, f"that of {machine}")
        with path.open("a") as file:
            file.write(json.dumps({"edition": number, "snapshot": pushed.snapshot, "tries": pushed.tries}) + "\n")
            file.flush()
            os.fsync(file.fileno())


if __name__ == "__main__":
    main(*sys.argv[1:])
