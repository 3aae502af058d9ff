"""A step of ``make bench``: an edition is opened, and asked the ten things that people ask most."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measuring import peak_mb, timed
from matching.search import meaning
from matching.search.search import search
from warehouse.connection import Connection
from warehouse.edition_reader import open_file
from warehouse.editions import current

ROUNDS = 5
_Ask = Callable[[Connection, int], Any]


def _sql(sql: str) -> _Ask:
    """A question in SQL; ``$number``, where it stands, is that of an organisation."""
    return lambda con, number: con.execute(sql, {"number": number} if "$number" in sql else None).fetchall()


def _words(text: str) -> _Ask:
    def ask(con: Connection, _: int) -> Any:
        meaning._vector.cache_clear()  # nobody asked before
        return search(con, text)

    return ask


QUESTIONS: dict[str, _Ask] = {
    "search: a word, with counts": _words("hydrogen"),
    "search: several words, Swedish": _words("hållbara förpackningar av trä"),
    "one organisation by number": _sql("SELECT * FROM clusters WHERE organisation_id = $number"),
    "what its sources say, and since when": _sql(
        """
        SELECT s.network, s.url, c.field, c.value, c.first_seen_on
        FROM cluster_sources AS s JOIN claims AS c USING (record_id)
        WHERE s.organisation_id = $number
        """
    ),
    "organisations by name": _sql(
        "SELECT organisation_id, name FROM clusters WHERE name ILIKE '%photonics%' ORDER BY name LIMIT 50"
    ),
    "a country's, of an ecosystem": _sql(
        "SELECT organisation_id, name FROM clusters WHERE country = 'FI' AND list_contains(ecosystems, 'Health') AND NOT is_gone"
    ),
    "how many by country": _sql("SELECT country, count(*) FROM clusters WHERE NOT is_gone GROUP BY country ORDER BY ALL"),
    "how many by ecosystem and country": _sql(
        "SELECT ecosystem, country, count(*) FROM (SELECT unnest(ecosystems) AS ecosystem, country FROM clusters) GROUP BY ALL"
    ),
    "a Swedish cluster's partners, with reasons": _sql(
        """
        SELECT m.rank, partner.name, partner.country, m.score, list(r.text)
        FROM partner_matches AS m
        JOIN clusters AS partner ON partner.organisation_id = m.partner_id
        JOIN match_reasons AS r ON r.organisation_id = m.organisation_id AND r.partner_id = m.partner_id
        WHERE m.organisation_id = (SELECT min(organisation_id) FROM partner_matches) AND m.rank <= 10
        GROUP BY ALL ORDER BY m.rank
        """
    ),
    "each network's records and their freshness": _sql(
        "SELECT network, count(*), min(checked_on), max(changed_on) FROM cluster_sources GROUP BY network ORDER BY network"
    ),
}


def main(folder: Path) -> dict[str, object]:
    path = current(folder)
    assert path is not None  # noqa: S101
    with timed() as opening:
        con = open_file(path)
        con.execute("USE edition")
        number = con.execute("SELECT max(organisation_id) // 2 FROM clusters").fetchall()[0][0]
    figures: dict[str, object] = {"opening": opening.told()}
    for name, ask in QUESTIONS.items():
        with timed() as first:
            ask(con, number)
        turns = []
        for _ in range(ROUNDS):
            with timed() as turn:
                ask(con, number)
            turns.append(turn)
        middle = {key: statistics.median(turn.told()[key] for turn in turns) for key in ("clock", "processor")}
        figures[name] = {**middle, "first": first.clock}
    con.close()
    return figures | {"peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
