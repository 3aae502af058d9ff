"""A step of ``make bench``: so many made-up organisations are loaded, merged and indexed, and an edition of them is published."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from benchmarks.bench_loading import NIGHT, inputs, night
from benchmarks.measuring import peak_mb, timed
from matching.search import index
from warehouse import editions, matches, merge, organisations
from warehouse.rows import MatchReason, Organisation, PartnerMatch
from warehouse.state import State

CHUNK = 100_000
"""Profiles of one network, which a run brings at once."""
SWEDISH, PARTNERS = 90, 50


def main(folder: Path, count: int) -> dict[str, object]:
    figures: dict[str, object] = {}
    with State.open(folder / "state.duckdb") as state:
        with timed() as making:
            for start in range(0, count, CHUNK):
                night(state, f"net{start // CHUNK}", tuple(inputs(min(CHUNK, count - start), f"net{start // CHUNK}", start + 1)))
        figures["make and load"] = making.told()
        numbers = [row[0] for row in state.con.execute("SELECT record_id FROM ledger.records ORDER BY record_id").fetchall()]
        organisations.write(state, [Organisation(number, (number,)) for number in numbers], NIGHT)
        with timed() as merging:
            merge.rebuild(state, precedence=())
        figures["merge"] = merging.told()
        with timed() as indexing:
            index.build(state.con)
        figures["index"] = indexing.told()
        _match(state)
        figures["before_mb"] = peak_mb()
        with timed() as publishing:
            edition = editions.publish(state, folder / "editions", NIGHT)
        figures["publish"] = publishing.told()
        claims = state.con.execute("SELECT count(*) FROM claims").fetchall()[0][0]
    return figures | {"peak_mb": peak_mb(), "edition_mb": edition.path.stat().st_size / 2**20, "claims": claims}


def _match(state: State) -> None:
    """As many matches as there are in earnest: of the members of Clusters of Sweden, the first fifty of each."""
    rng = random.Random(1)
    ask = "SELECT organisation_id FROM clusters WHERE is_swedish = $swedish ORDER BY organisation_id LIMIT 10000"
    swedish, foreign = ([row[0] for row in state.con.execute(ask, {"swedish": one}).fetchall()] for one in (True, False))
    reason = MatchReason("sectors", 0.5, "Both make clothes.", {"shared": ["Apparel"]})
    found = [
        PartnerMatch(one, partner, 0.5, rank, "made up 1", (reason,))
        for one in swedish[:SWEDISH]
        for rank, partner in enumerate(rng.sample(foreign, PARTNERS), 1)
    ]
    matches.write(state, found)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
