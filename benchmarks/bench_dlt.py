"""A step of ``make bench``, in the peers' environment: dlt loads into DuckDB the rows that the warehouse keeps of a run."""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import dlt
import pyarrow


def _processor() -> float:
    return sum(
        used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open() as file:
        return [json.loads(line) for line in file]


def main(folder: Path, way: str) -> dict[str, object]:
    """Load twice, merging by key: rows as dictionaries, as dlt's resources mostly give them; or made into Arrow tables first."""
    rows = {name: _rows(folder / f"{name}.jsonl") for name in ("records", "claims")}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipeline = dlt.pipeline(
        pipeline_name=f"bench_{way}",
        pipelines_dir=str(folder / "dlt"),
        destination=dlt.destinations.duckdb(str(folder / f"dlt-{way}.duckdb")),
        dataset_name="bench",
    )
    keys = {"records": ["network", "source_key"], "claims": ["network", "source_key", "field"]}
    figures: dict[str, object] = {}
    for turn in ("first", "again"):
        clock, processor = time.perf_counter(), _processor()
        given: dict[str, Any] = {
            name: pyarrow.Table.from_pylist(those) if way == "arrow" else those for name, those in rows.items()
        }
        resources = [
            dlt.resource(those, name=name, write_disposition="merge", primary_key=keys[name]) for name, those in given.items()
        ]
        pipeline.run(resources)
        figures[turn] = {"clock": time.perf_counter() - clock, "processor": _processor() - processor}
    with pipeline.sql_client() as client:
        for name, wanted in rows.items():
            found = client.execute_sql(f"SELECT count(*) FROM {name}")  # noqa: S608
            assert found is not None and found[0][0] == len(wanted), (name, found)  # noqa: S101
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    versions = {"dlt": version("dlt"), "duckdb": version("duckdb")}
    return {**figures, "before_mb": before, "peak_mb": peak, "versions": versions}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
