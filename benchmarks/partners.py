"""``python -m benchmarks.partners [HOMESxORGANISATIONS ...]``: what partners and consortia cost on made-up populations.

Each size is a process of its own. ``read``: tables to organisations. ``prepare``: what all homes share (sets, topics).
``score``: all homes × all organisations, every feature of the recipe. ``rank``: the same with the 50 best of each home in their
order and every reason in words. ``suggest``: a team of six, and ``suggest_thirty`` the largest that the command line allows, each
under the programme that takes longest, from what was prepared. Without arguments: 100x10000 and 150x100000. What has a limit is
held against it, by the clock.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa

from matching.command_line import Parser
from matching.partners.gate import candidates
from matching.partners.ground import Ground
from matching.partners.programmes import programmes
from matching.partners.ranking import rank_all, read_ground
from matching.partners.recipe import Mode, recipe
from matching.partners.scoring import blocks
from matching.partners.teams import Suggestion, completed

FACTS = Path(__file__).parents[1] / "demo" / "organisations.jsonl"
TODAY = date(2026, 11, 29)
SIZES = ((100, 10_000), (150, 100_000))
LIMITS = {
    (100, 10_000): {"read_and_prepare + score": 2.0, "suggest": 1.0, "suggest_thirty": 1.0},
    (150, 100_000): {"read_and_prepare + score": 20.0},
}
"""Seconds."""
_UNTOLD = {
    **dict.fromkeys(("native_name", "domain"), "VARCHAR"),
    **dict.fromkeys(("latitude", "longitude"), "DOUBLE"),
    **dict.fromkeys(
        ("nace", "s3_priorities", "memberships", "partnerships", "target_countries", "emerging_industries"), "VARCHAR[]"
    ),
}
"""What the made-up organisations do not tell."""


def population(homes: int, count: int, seed: int = 1) -> tuple[pa.Table, pa.Table]:
    """So many organisations, the first of them Swedish, and a random vector for each.

    Each takes its field from one real organisation and its words from that one and another, and has a technology and a word or
    two that few others have: so sets and texts are as long as in truth, and values grow in number with the population.
    """
    rng = random.Random(seed)
    facts = [json.loads(line) for line in FACTS.read_text(encoding="utf-8").splitlines()]
    abroad = [fact["country"] for fact in facts if fact["country"] != "SE"]
    rows = []
    for number in range(1, count + 1):
        field, other = rng.choice(facts), rng.choice(facts)
        own = f"{rng.choice(field['keywords'] or ['topic'])} {rng.randrange(max(count // 20, 1))}"
        rows.append(
            {
                "organisation_id": number,
                "name": f"{field['name']} {number}",
                "country": "SE" if number <= homes else rng.choice(abroad),
                "organisation_type": "cluster",
                "is_swedish": number <= homes,
                "nuts2": field["nuts2"],
                "members_total": rng.randrange(20, 900),
                "ecosystems": field["ecosystems"],
                "sectors": field["sectoral_industries"],
                "technologies": [*field["technologies"], *other["technologies"][:1], own],
                "keywords": [*field["keywords"], *other["keywords"][:2]],
                "extract": f"{field['description']} {other['description']}"[:300],
            }
        )
    points = np.random.default_rng(seed).standard_normal((count, 384)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(points.ravel()), 384)
    return pa.Table.from_pylist(rows), pa.table({"organisation_id": pa.array(range(1, count + 1), pa.int64()), "vector": vectors})


class Clock:
    """Seconds of the clock and, behind them, of the processors, since the last note."""

    def __init__(self) -> None:
        self.noted: dict[str, float] = {}
        self._last = (time.perf_counter(), time.process_time())

    def note(self, what: str) -> None:
        """What has been done since the last note."""
        now = (time.perf_counter(), time.process_time())
        self.noted |= {what: now[0] - self._last[0], f"{what}_processor": now[1] - self._last[1]}
        self._last = now


def build(path: Path, homes: int, count: int) -> None:
    """A file in the shape of an edition, as far as partners read it."""
    clusters, vectors = population(homes, count)
    with duckdb.connect(str(path)) as con:
        con.register("made_up", clusters)
        con.register("made_up_vectors", vectors)
        told = ", ".join(f"NULL::{kind} AS {column}" for column, kind in _UNTOLD.items())
        con.execute(
            "CREATE TABLE clusters AS SELECT * EXCLUDE (extract), MAP {'en': extract} AS extracts, FALSE AS is_gone,"  # noqa: S608
            f" ['eccp'] AS networks, DATE '2026-11-28' AS checked_on, {told} FROM made_up"
        )
        con.execute("CREATE TABLE search_vectors AS SELECT * FROM made_up_vectors")
        con.execute("CREATE TABLE labels (organisation_id BIGINT, level VARCHAR, valid_until DATE, network VARCHAR, url VARCHAR)")
        con.execute(
            "CREATE TABLE known_partnerships (organisation_id BIGINT, partner_id BIGINT, partnership VARCHAR, year INTEGER,"
            " fold VARCHAR)"
        )


def measure(path: Path) -> dict[str, float]:
    """Seconds of each step, and the most memory that the process held."""
    con = duckdb.connect(str(path), read_only=True)
    clock = Clock()
    ground = read_ground(con, TODAY)
    clock.note("read_and_prepare")
    everyone = ground.population.organisations
    homes = [place for place, one in enumerate(everyone) if one.is_swedish]
    gate = candidates(ground.population, homes)
    best = [float(scores.score.max()) for scores in blocks(ground, homes, gate, recipe(Mode.BALANCED))]
    clock.note("score")
    team = _longest(clock, "suggest", ground, homes[0], 6)
    _longest(clock, "suggest_thirty", ground, homes[0], 30)
    del ground, gate, everyone
    matches = rank_all(con, today=TODAY)
    clock.note("the_whole_with_reasons")
    return {
        **clock.noted,
        "matches": len(matches),
        "team": len(team.chosen),
        "best": max(best),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _longest(clock: Clock, what: str, ground: Ground, lead: int, size: int) -> Suggestion:
    """What completes the lead's team, noted with the time under the programme that takes longest."""
    first = ground.population.organisations[lead]
    tries: dict[float, dict[str, float]] = {}
    for programme in programmes().values():
        own = Clock()
        found = completed(ground, programme, [first.id], size, TODAY)
        own.note(what)
        tries[own.noted[what]] = own.noted
    clock.note(f"{what}_all_programmes")
    clock.noted |= tries[max(tries)]
    return found


def held_against(limits: Mapping[str, float], figures: Mapping[str, float]) -> str:
    """Each limit, and whether it is met."""
    told = []
    for what, limit in limits.items():
        seconds = sum(figures[part] for part in what.split(" + "))
        told.append(f"{what}: {seconds:.2f} s, {'within' if seconds <= limit else 'NOT within'} {limit:g}")
    return "; ".join(told)


def _size(word: str) -> tuple[int, int]:
    homes, _, count = word.partition("x")
    if not (homes.isdecimal() and count.isdecimal()):
        raise argparse.ArgumentTypeError(f"wanted two numbers as in 100x10000, found {word!r}")
    return int(homes), int(count)


def main(words: Sequence[str]) -> None:
    parser = Parser("benchmarks.partners", __doc__)
    what = "how many Swedish organisations to make up, and how many in all"
    parser.add_argument("sizes", metavar="HOMESxORGANISATIONS", nargs="*", type=_size, default=SIZES, help=what)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.measure:
        print(json.dumps(measure(asked.measure)))
        return
    for homes, count in asked.sizes:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "edition.duckdb"
            build(path, homes, count)
            command = [sys.executable, "-m", "benchmarks.partners", "--measure", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
            figures = json.loads(done.stdout)
        print(f"{homes} x {count}: " + ", ".join(f"{name} {value:.2f}" for name, value in figures.items()), flush=True)
        if (homes, count) in LIMITS:
            print("  " + held_against(LIMITS[homes, count], figures), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
