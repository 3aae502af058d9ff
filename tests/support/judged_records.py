"""A few records on which people judge, and what came of that."""

from __future__ import annotations

from pathlib import Path

import duckdb

from support.commands import Run
from support.small_state import record
from sync.places import EDITIONS
from warehouse.editions import current

SIGNED = ("--by", "Astrid Registrar", "--because", "rang their office")
IN_SWEDEN = {"country": "SE", "nuts2": "SE31"}
RECORDS = {
    "eccp": [
        record("eccp", "fog", name="Fog Arena", city="Kil", phone="+46541111111", organisation_type="cluster", **IN_SWEDEN),
        record("eccp", "kelp", name="Kelp Valley Cluster", **IN_SWEDEN),
        record("eccp", "moss", name="Moss Lab", country="FI", organisation_type="cluster"),
        record("eccp", "node/7", name="Habitat Cluster", **IN_SWEDEN),
    ],
    "tci": [
        record("tci", "fog_1", name="Fog Arena", city="Kil", phone="+46542222222", **IN_SWEDEN),
        record("tci", "habitat_2", name="Habitat Sverige", city="Arvika", website="https://habitat.example", **IN_SWEDEN),
        record("tci", "moss_3", name="Moss Laboratory of Peat", country="FI"),
    ],
}
"""The machine joins the two of fog, is unsure of those of habitat, and does not think of those of moss."""
HABITAT = ("eccp/node/7", "tci/habitat_2")


def organisations(folder: Path) -> dict[str, int]:
    """Record -> organisation, in the current edition."""
    path = current(folder / "var" / EDITIONS)
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute("SELECT network || '/' || source_key, organisation_id FROM cluster_sources").fetchall()
    return dict(rows)


def outcomes(run: Run) -> list[str]:
    """What came of the judgements, the latest first, in a word or two."""
    return [one["outcome"].partition(":")[0] for one in run("judge", "list", "--json").json]
