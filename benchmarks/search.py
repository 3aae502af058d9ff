"""``python -m benchmarks.search [ORGANISATIONS ...]``: how long a search takes, next to SQLite's FTS5 over the same texts.

The organisations are made up: invented names, and subjects and descriptions put together from those of the demo's, so that words
are as rare and as common as there. The questions are the tuning queries (``matching/data/queries-tuning.json``), each with its
counts by facet, as the program asks them: in one process, over an edition's file, after one round to warm up, of which the
sentence model's vectors are forgotten. Each size is built and then measured in a process of its own.
Without arguments: 10,000 and 1,000,000 organisations, against limits of 30 and 300 ms for 95 of 100 questions.

FTS5 has the ``trigram`` tokenizer and answers with the best twenty alone: no counts, no translations, no reasons.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.synthetic import make
from matching.command_line import Parser, at_least
from matching.embedding import model, organisations
from matching.search import index, meaning
from matching.search.search import search
from matching.search.text import fold
from warehouse.edition_reader import open_file

LIMITS_MS = {10_000: 30.0, 1_000_000: 300.0}
WITH_VECTORS_UP_TO = 10_000
"""Beyond, vectors would be made up too, and embedding that many texts takes more than a day."""
FTS_UP_TO = 100_000
"""Beyond, FTS5 takes half an hour and gigabytes for its pieces of three letters."""
CHUNK = 50_000
ROUNDS = 2
EDITION, FTS = "edition.duckdb", "fts.sqlite"
ORGANISATIONS = Path(__file__).parents[1] / "demo" / "organisations.jsonl"

_LISTS = pa.list_(pa.string())
_TEXTS = ("name", "native_name", "acronym", "city", "country", "region_printed")
_LISTED = (
    "other_names", "sectors", "technologies", "keywords", "ecosystems", "emerging_industries", "s3_priorities", "memberships",
    "partnerships", "networks",
)  # fmt: skip
_SCHEMA = pa.schema(
    [
        ("organisation_id", pa.int64()),
        *((name, pa.string()) for name in _TEXTS),
        *((name, _LISTS) for name in _LISTED),
        ("extracts", pa.map_(pa.string(), pa.string())),
        ("is_gone", pa.bool_()),
    ]
)


def population(count: int, seed: int = 1) -> Iterator[pa.Table]:
    """Made-up rows of ``clusters``, many at a time."""
    rng = random.Random(seed)
    facts = [json.loads(line) for line in ORGANISATIONS.read_text(encoding="utf-8").splitlines()]
    pools = {
        name: [value for fact in facts for value in fact[name]]
        for name in ("keywords", "technologies", "sectoral_industries", "ecosystems")
    }
    phrases = [
        phrase.strip()
        for fact in facts
        for phrase in fact["description"].replace(";", ",").replace(".", ",").split(",")
        if phrase.strip()
    ]
    for start in range(0, count, CHUNK):
        made = make(min(CHUNK, count - start), seed=seed + start).table.to_pylist()
        yield pa.Table.from_pylist(
            [_row(rng, start + number, one, pools, phrases) for number, one in enumerate(made, 1)], schema=_SCHEMA
        )


def _row(rng: random.Random, number: int, one: dict[str, Any], pools: dict[str, list[str]], phrases: list[str]) -> dict[str, Any]:
    return {
        "organisation_id": number,
        "name": one["name"],
        "acronym": one["acronym"],
        "city": one["city"],
        "country": one["country"],
        "other_names": [],
        "sectors": rng.sample(pools["sectoral_industries"], 2),
        "technologies": rng.sample(pools["technologies"], 4),
        "keywords": rng.sample(pools["keywords"], 6),
        "ecosystems": rng.sample(pools["ecosystems"], 2),
        "emerging_industries": [],
        "s3_priorities": [],
        "memberships": [],
        "partnerships": [],
        "networks": [one["network"]],
        "extracts": [("en", ", ".join(rng.sample(phrases, 5)))],
        "is_gone": False,
    }


def build(folder: Path, count: int) -> dict[str, dict[str, float]]:
    """Write an edition with made-up organisations, and their texts into FTS5; what it took."""
    path = folder / EDITION
    with duckdb.connect() as con, sqlite3.connect(folder / FTS) as lite:
        con.execute(f"ATTACH '{path}' AS edition (STORAGE_VERSION 'v1.0.0')")
        con.execute("USE edition")
        lite.execute("CREATE VIRTUAL TABLE found USING fts5(body, tokenize = 'trigram')")
        for number, rows in enumerate(population(count)):
            con.register("arriving", rows)
            con.execute(f"{'CREATE TABLE clusters AS' if number == 0 else 'INSERT INTO clusters'} SELECT * FROM arriving")  # noqa: S608
            con.unregister("arriving")
            if count <= FTS_UP_TO:
                lite.executemany("INSERT INTO found (rowid, body) VALUES (?, ?)", _bodies(rows))
        con.execute("CREATE TABLE labels (organisation_id BIGINT, level VARCHAR, issuer VARCHAR, valid_until DATE)")
        began = time.perf_counter()
        processor = time.process_time()
        built = index.build(con)
        seconds, processor = time.perf_counter() - began, time.process_time() - processor
        if count <= WITH_VECTORS_UP_TO:
            drawn = np.random.default_rng(1).normal(size=(count, model.DIMENSIONS)).astype(np.float32)
            organisations.write(con, np.arange(1, count + 1), organisations.unit(drawn))
        con.execute("USE memory")
        con.execute("DETACH edition")
    figures = {"index_seconds": seconds, "index_processor_seconds": processor, "words": built.terms, "postings": built.postings}
    return {"built": figures | {"edition_mb": path.stat().st_size / 2**20, "peak_mb": _peak_mb()}}


def _bodies(rows: pa.Table) -> Iterator[tuple[int, str]]:
    for row in rows.to_pylist():
        texts = [row["name"], row["city"] or "", *row["sectors"], *row["technologies"], *row["keywords"], *row["ecosystems"]]
        yield row["organisation_id"], fold(" ".join([*texts, *(text for _, text in row["extracts"])]))


def timed(ask: Callable[[str], Any], questions: Sequence[str]) -> dict[str, float]:
    """Milliseconds of the clock and of the processors for each question, after one round to warm up."""
    clock, processor = [], []
    for number in range(ROUNDS + 1):
        for question in questions:
            began, before = time.perf_counter(), time.process_time()
            ask(question)
            if number:
                clock.append((time.perf_counter() - began) * 1000)
                processor.append((time.process_time() - before) * 1000)
    return {
        "p50_ms": float(np.percentile(clock, 50)),
        "p95_ms": float(np.percentile(clock, 95)),
        "processor_p95_ms": float(np.percentile(processor, 95)),
    }


def measure(folder: Path, count: int) -> dict[str, dict[str, float]]:
    """Searches over what was built in a folder."""
    shipped = json.loads(files("matching").joinpath("data", "queries-tuning.json").read_text(encoding="utf-8"))
    questions = [query["query"] for query in shipped][:: 3 if count <= WITH_VECTORS_UP_TO else 6]
    engine = open_file(folder / EDITION)
    engine.execute("USE edition")
    found = {"clusterbridge": timed(lambda question: _search(engine, question), questions)}
    engine.close()
    found["clusterbridge"]["peak_mb"] = _peak_mb()
    if count in LIMITS_MS:
        found["clusterbridge"]["share_of_limit"] = found["clusterbridge"]["p95_ms"] / LIMITS_MS[count]
    if count <= FTS_UP_TO:
        with sqlite3.connect(folder / FTS) as lite:
            found["sqlite fts5"] = timed(lambda question: _ask(lite, question), questions)
    return found


def _search(engine: duckdb.DuckDBPyConnection, question: str) -> None:
    meaning._vector.cache_clear()  # nobody asked before
    search(engine, question)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _ask(lite: sqlite3.Connection, question: str) -> list[Any]:
    words = [word for word in fold(question).split() if len(word) >= 3]
    said = " OR ".join(f'"{word}"' for word in words)
    return lite.execute("SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT 20", [said]).fetchall() if said else []


STEPS = {"build": build, "ask": measure}
"""Each in a process of its own, so that the memory of one is not taken for the other's."""


def main(words: Sequence[str]) -> None:
    parser = Parser("benchmarks.search", __doc__)
    what = "how many organisations to make up"
    parser.add_argument("counts", metavar="ORGANISATIONS", nargs="*", type=at_least(1), default=sorted(LIMITS_MS), help=what)
    parser.add_argument("--step", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.step:
        step, folder = asked.step
        print(json.dumps(STEPS[step](Path(folder), *asked.counts)))
        return
    for count in asked.counts:
        print(f"{count:,} organisations", flush=True)
        with TemporaryDirectory() as folder:
            for step in STEPS:
                command = [sys.executable, "-m", "benchmarks.search", str(count), "--step", step, folder]
                said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603
                for name, figures in json.loads(said).items():
                    told = "  ".join(f"{key} {value:,.2f}" for key, value in figures.items())
                    print(f"  {name:<14}{told}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
