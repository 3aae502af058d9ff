"""A reader of the lake as any client of DuckLake is one: it looks again and again, and tells what it saw that cannot be.

It is started as a program, in the lake's environment, notes each look, and ends when it finds the file that says so.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

SEEN = """
    WITH pushed AS (
        SELECT machine, max_by(edition, number) AS edition, max_by(row_counts, number) AS row_counts
        FROM lake.lake_pushes GROUP BY machine
    ), held AS (
        SELECT machine, 'clusters' AS name, min(edition) AS lowest, max(edition) AS highest, count(*) AS count
        FROM lake.clusters GROUP BY machine
        UNION ALL
        SELECT machine, 'cluster_sources', min(edition), max(edition), count(*) FROM lake.cluster_sources GROUP BY machine
    )
    SELECT machine, edition, name, lowest, highest, count, row_counts[name] AS wanted
    FROM pushed LEFT JOIN held USING (machine)
"""


def main(catalog: str, data: str, root: str, looked: str, stop: str) -> None:
    sys.path.append(root)
    from warehouse.lakeside.opening import Trouble, opened

    torn, looks, editions = [], 0, set()
    con = None
    while not Path(stop).exists():
        if con is None:
            try:
                con = opened({"catalog": catalog, "data": data})
                con.execute("SELECT 1 FROM lake.lake_pushes")
            except Exception as error:
                if isinstance(error, Trouble) and error.kind != "nothing":
                    raise
                con = None
                time.sleep(0.2)
                continue
        looks += 1
        with Path(looked).open("a") as file:
            file.write(".")
        for machine, edition, name, lowest, highest, count, wanted in con.execute(SEEN).fetchall():
            editions.add((machine, edition))
            if (lowest, highest, count) != (edition, edition, wanted):
                torn.append([machine, edition, name, lowest, highest, count, wanted])
    json.dump({"looks": looks, "editions": len(editions), "torn": torn}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
