"""``python -m benchmarks.sameness [RECORDS ...]``: what sameness costs, next to Splink on the same records in the same run.

Each measurement is a process of its own: seconds of the clock and of the processors, the most memory that it and the processes
that it starts held together at a time (``benchmarks/memory.py``), precision and recall of the pairs that it joins. ``night`` is
the night after, when one record of a hundred has changed; ``keys`` which share of the true pairs shares a key at all, and how
many candidates a record has; ``load`` how busy the machine was (the clock says little where it is busier than it has
processors). Without arguments: 50,000 and 500,000 records.

``python -m benchmarks.sameness --keys``: the same of the labelled pairs and of all records of the replicas.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pyarrow import parquet

from benchmarks.grouped import quality
from benchmarks.memory import watched
from benchmarks.synthetic import change, make
from matching.command_line import Parser, at_least

if TYPE_CHECKING:
    from matching.sameness.blocking import Blocking
    from warehouse.state import State

NOW = datetime(2026, 11, 24, 4, 15, tzinfo=UTC)
_COUNTS = (50_000, 500_000)
_LEAST = 1_000
"""Records of which one in a hundred changes, and on which Splink can be trained."""
_CHANGED = 0.01
FIRST, SECOND, OWNERS = "first.parquet", "second.parquet", "owners.json"

_LOADED = "SELECT *, hash(loaded) AS digest FROM"
"""Records with the digest that loading notes of each profile."""


def pairwise(groups: Iterable[Sequence[int]], owners: Sequence[int]) -> dict[str, float]:
    """Precision and recall of groups of record numbers, which count from 1."""
    found = quality(groups, dict(enumerate(owners, 1)))
    return {"precision": found.precision, "recall": found.recall}


def measured(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """What a piece of work costs, the processes that it starts included, and what comes of it."""
    with watched() as peak:
        began, before = time.perf_counter(), os.times()
        outcome = work()
        seconds, after = time.perf_counter() - began, os.times()
    return {"seconds": seconds, "processor_seconds": sum(after[:4]) - sum(before[:4]), "peak_mb": peak.mb}, outcome


def ours(folder: Path) -> dict[str, Any]:
    """The whole of sameness: keys, pairs, judgements, groups, numbers; then a night with few changes, and that night anew."""
    import tldextract  # noqa: F401  a run has it by then, as the peer has its libraries

    from matching.sameness.resolution import Resolution, resolve
    from warehouse import organisations
    from warehouse.state import State

    def write(state: State, found: Resolution) -> None:
        organisations.write_judgements(state, found.judgements, NOW)
        organisations.write(state, found.organisations, NOW)

    def known(state: State, night: str) -> None:
        state.con.execute(f"CREATE OR REPLACE TABLE known_records AS {_LOADED} '{folder / night}' AS loaded")

    with State.open(folder / "state.duckdb") as state:
        state.con.execute("DROP VIEW known_records")
        known(state, FIRST)
        _list_in_ledger(state)
        full, resolution = measured(lambda: resolve(state.con, now=NOW, previous=()))
        full |= {"writing_processor_seconds": measured(lambda: write(state, resolution))[0]["processor_seconds"]}
        full |= pairwise((one.record_ids for one in resolution.organisations), owners(folder))
        known(state, SECOND)
        night, second = measured(lambda: resolve(state.con, now=NOW, previous=organisations.previous(state.con)))
        night |= {"writing_processor_seconds": measured(lambda: write(state, second))[0]["processor_seconds"]}
    with State.memory() as state:
        state.con.execute("DROP VIEW known_records")
        known(state, SECOND)
        anew = resolve(state.con, now=NOW, previous=resolution.organisations)
    night |= {
        "share_of_full": night["seconds"] / full["seconds"],
        "processor_share": night["processor_seconds"] / full["processor_seconds"],
        "same_as_anew": anew == second,
    }
    return {"full": full, "night": night, "keys": keys(folder)}


def _list_in_ledger(state: State) -> None:
    """The records as loading lists them, so that what comes out can be written."""
    state.con.execute(
        """
        INSERT INTO ledger.records BY NAME
        SELECT
            record_id, network, source_key, url, '{}' AS profile, 1 AS first_run, 1 AS checked_run, first_seen_on,
            first_seen_on AS changed_on, first_seen_on AS checked_on, NULL AS missing_since, 0 AS missing_runs, is_gone, digest
        FROM known_records
        """
    )


def keys(folder: Path) -> dict[str, Any]:
    """What the keys bring together."""
    from matching.sameness import blocking
    from warehouse.state import State

    records_of: defaultdict[int, list[int]] = defaultdict(list)
    for number, owner in enumerate(owners(folder), 1):
        records_of[owner].append(number)
    true = (pair for numbers in records_of.values() for pair in combinations(numbers, 2))
    with State.memory() as state:
        state.con.execute("DROP VIEW known_records")
        state.con.execute(f"CREATE TABLE known_records AS {_LOADED} '{folder / FIRST}' AS loaded")
        return _shown_keys(blocking.measure(state.con, true))


def labelled_keys() -> dict[str, dict[str, Any]]:
    """The same of what the figures on quality are measured on."""
    from benchmarks.label_pairs import FILE, known_replicas
    from matching.sameness import blocking
    from matching.sameness.evaluation import labelled

    with FILE.open(encoding="utf-8", newline="") as source:
        of_file = blocking.measure_labelled(labelled(csv.DictReader(source)))
    with known_replicas() as (con, _, true):
        of_replicas = blocking.measure(con, true)
    return {FILE.name: _shown_keys(of_file), "replicas": _shown_keys(of_replicas)}


def _shown_keys(found: Blocking) -> dict[str, Any]:
    return {
        "completeness": found.completeness,
        "true_pairs": found.true,
        "missed": found.true - found.kept,
        "candidates_a_record": found.per_record,
    }


def splink(folder: Path) -> dict[str, Any]:
    """Splink on DuckDB: trained on the same records, then predicted and clustered. Training is timed apart."""
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    api = DuckDBAPI()
    api.duckdb_con.execute(f"CREATE VIEW made AS SELECT * FROM '{folder / FIRST}'")  # noqa: S608  our own name
    api.duckdb_con.execute(
        r"""
        CREATE TABLE records AS
        SELECT
            record_id AS unique_id, country, city, domain, phone, role_email,
            trim(
                regexp_replace(lower(strip_accents(name)), '( ab| e\.v\.| gmbh| a\.c\.| s\.c\.r\.l\.| ry| d\.o\.o\.)$', '')
            ) AS name,
            substr(name, 1, 6) AS name_start
        FROM made
        """
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            compare.ExactMatch("country"),
            compare.ExactMatch("city").configure(term_frequency_adjustments=True),
            compare.ExactMatch("domain"),
            compare.ExactMatch("phone"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("domain"),
            block_on("phone"),
            block_on("name"),
            block_on("name_start", "country"),
        ],
    )
    linker = Linker(api.register("records"), settings, log_level=None)

    def train() -> None:
        linker.training.estimate_probability_two_random_records_match(
            [block_on("name", "country"), block_on("domain")], recall=0.8
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("name"))
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("domain"))

    training, _ = measured(train)

    def predict() -> Any:
        pairs = linker.inference.predict(threshold_match_probability=0.95)
        return linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.95)

    predicting, clusters = measured(predict)
    groups = api.duckdb_con.execute(
        f"SELECT list(unique_id) FROM {clusters.physical_name} GROUP BY cluster_id HAVING count(*) > 1"  # noqa: S608  its own name
    ).fetchall()
    return {"training": training, "predicting": predicting | pairwise((group for (group,) in groups), owners(folder))}


PEERS: dict[str, Callable[[Path], dict[str, Any]]] = {"clusterbridge": ours, "splink": splink}


def lay_out(count: int, folder: Path) -> None:
    """Two nights' records and whose they are, as files, so that making them counts for nobody."""
    synthetic = make(count)
    parquet.write_table(synthetic.table, folder / FIRST)
    parquet.write_table(change(synthetic, _CHANGED).table, folder / SECOND)
    (folder / OWNERS).write_text(json.dumps(synthetic.owner), encoding="utf-8")


def owners(folder: Path) -> list[int]:
    """Whose the records are, in the order of their numbers."""
    found: list[int] = json.loads((folder / OWNERS).read_text(encoding="utf-8"))
    return found


def main(words: Sequence[str]) -> None:
    parser = Parser("benchmarks.sameness", __doc__)
    parser.add_argument(
        "counts", metavar="RECORDS", nargs="*", type=at_least(_LEAST), help=f"how many records to make up, {_LEAST} at least"
    )
    parser.add_argument("--keys", action="store_true", help="what the keys bring together of the labelled pairs and the replicas")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.one:
        peer, folder = asked.one
        print(json.dumps(PEERS[peer](Path(folder))))
    elif asked.keys and asked.counts:
        parser.trouble("wanted RECORDS or --keys, which is of the labelled pairs and the replicas; found both")
    elif asked.keys:
        for what, figures in labelled_keys().items():
            print(f"{what:<14}" + "  ".join(f"{name} {_shown(value)}" for name, value in figures.items()))
    else:
        for count in asked.counts or _COUNTS:
            compete(count)


def compete(count: int) -> None:
    """Measures all peers on so many records, each in a process of its own, and prints the figures."""
    with TemporaryDirectory() as name:
        lay_out(count, Path(name))
        for peer in PEERS:
            command = [sys.executable, "-m", "benchmarks.sameness", "--one", peer, name]
            said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603  ourselves
            print(f"{count:>9,}  {peer:<14}{'load':<11}{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", flush=True)
            for what, figures in json.loads(said.splitlines()[-1]).items():
                shown = "  ".join(f"{name} {_shown(value)}" for name, value in figures.items())
                print(f"{count:>9,}  {peer:<14}{what:<11}{shown}", flush=True)


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main(sys.argv[1:])
