"""The cookbook's SQL on the demo's last edition; every answer is computed a second time, by loops instead of SQL."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

pytestmark = pytest.mark.xdist_group("whole")

COOKBOOK = Path(__file__).parents[2] / "docs" / "cookbook.md"
RECIPES = {
    int(found[1]): found[2]
    for found in re.finditer(r"^### (\d+)\. .+?```sql\n(.+?)```", COOKBOOK.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
}
NORDIC = {"DK", "FI", "IS", "NO", "SE"}


class Kitchen:
    """An edition, as questions and as plain rows."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        [(self.today,)] = con.execute("SELECT current_date").fetchall()  # where the machine stands, as the recipes have it

    def answer(self, number: int) -> list[tuple]:
        return self.con.execute(RECIPES[number]).fetchall()

    def rows(self, table: str) -> list[SimpleNamespace]:
        found = self.con.execute(f"SELECT * FROM {table}")  # noqa: S608
        names = [column[0] for column in found.description]
        return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in found.fetchall()]

    def clusters(self) -> dict[int, SimpleNamespace]:
        return {one.organisation_id: one for one in self.rows("clusters")}

    def standing(self) -> list[SimpleNamespace]:
        return [one for one in self.rows("clusters") if not one.is_gone]

    def partners(self) -> set[tuple[int, int, str]]:
        """Known partnerships, in both directions."""
        pairs = self.rows("known_partnerships")
        return {(one.organisation_id, one.partner_id, one.partnership) for one in pairs} | {
            (one.partner_id, one.organisation_id, one.partnership) for one in pairs
        }


@pytest.fixture(scope="module")
def kitchen(later: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    """A copy of the last edition, with what the replicas do not bring: a label that lapses, a merge, a contradiction."""
    path = tmp_path_factory.mktemp("cookbook") / "clusters.duckdb"
    shutil.copy(later.visit(3).report.edition, path)
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE labels SET valid_until = current_date + 30 WHERE level = 'gold'")
        con.execute("UPDATE labels SET valid_until = current_date + 91 WHERE level = 'silver'")
        con.execute("UPDATE labels SET valid_until = current_date - 1 WHERE issuer IS NOT NULL")
        survivor, run_id = con.execute("SELECT organisation_id, run_id FROM changes WHERE field = 'members_total'").fetchall()[0]
        merged = [run_id, survivor, "merged", None, "999999", '"Taken in"']
        con.execute("INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, current_date)", merged)
        con.execute(
            """
            UPDATE claims SET value = '"Elsewhere"'
            WHERE field = 'city' AND network = 'tci'
                AND organisation_id = (
                    SELECT min(one.organisation_id)
                    FROM claims AS one
                    JOIN claims AS other USING (organisation_id, field)
                    WHERE one.field = 'city' AND one.network = 'tci' AND other.network = 'eccp' AND other.last_run IS NULL
                )
            """
        )
    with duckdb.connect(str(path), read_only=True) as con:
        yield Kitchen(con)


CHECKS: dict[int, Callable[[Kitchen, list[tuple]], None]] = {}


def checks(number: int) -> Callable[[Callable[[Kitchen, list[tuple]], None]], None]:
    """Marks the second opinion on a question."""

    def noted(check: Callable[[Kitchen, list[tuple]], None]) -> None:
        CHECKS[number] = check

    return noted


@pytest.mark.parametrize("number", sorted(RECIPES))
def test_the_answer_is_what_loops_find_too(kitchen: Kitchen, number: int) -> None:
    rows = kitchen.answer(number)
    assert rows, "a recipe whose answer is empty shows nothing"
    CHECKS[number](kitchen, rows)


def test_there_are_25_questions_and_each_has_its_check() -> None:
    assert sorted(RECIPES) == sorted(CHECKS) == list(range(1, 26))


@checks(1)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    assert {row[0]: row[2] for row in rows} == Counter(one.country for one in kitchen.standing() if one.country)
    assert ("SE", "Sverige") in {row[:2] for row in rows}


@checks(2)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    gold = {one.organisation_id for one in kitchen.rows("labels") if one.level == "gold"}
    wanted = {
        one.organisation_id
        for one in kitchen.standing()
        if one.organisation_id in gold and "Food Processing and Manufacturing" in one.sectors
    }
    assert {row[0] for row in rows} == wanted


@checks(3)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    assert {row[2] for row in rows} == {"gold"}
    assert len(rows) == sum(one.level == "gold" and one.issuer is None for one in kitchen.rows("labels"))
    assert {row[4] for row in rows} <= {kitchen.today + timedelta(days=days) for days in (29, 30)}


@checks(4)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    points = {one.code: (one.latitude, one.longitude) for one in kitchen.rows("regions")}
    wanted = []
    for one in kitchen.standing():
        is_exact = one.latitude is not None
        place = (one.latitude, one.longitude) if is_exact else points.get(one.nuts2, (None, None))
        if place[0] is not None:
            wanted.append((one.name, *place, is_exact))
    assert sorted(rows) == sorted(wanted)


@checks(5)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    settled = {one.nuts2 for one in kitchen.standing()}
    regions = [one for one in kitchen.rows("regions") if one.country in NORDIC and len(one.code) == 4]
    assert [row[0] for row in rows] == sorted(
        one.code for one in regions if one.code not in settled and not one.code.endswith("ZZ")
    )


@checks(6)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    sizes = defaultdict(list)
    for one in kitchen.standing():
        for ecosystem in one.ecosystems:
            if one.members_total:
                sizes[ecosystem].append(one.members_total)
    assert {row[0]: row[1:] for row in rows} == {name: (len(said), median(said), max(said)) for name, said in sizes.items()}


@checks(7)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    clusters = kitchen.clusters()
    covered = defaultdict(set)
    for one, other, _ in kitchen.partners():
        if clusters[other].country not in ("SE", None):
            covered[one].update(clusters[other].sectors)
    wanted = {
        (number, sector)
        for number, one in clusters.items()
        if one.is_swedish and not one.is_gone
        for sector in one.sectors
        if sector not in covered[number]
    }
    assert {(row[0], row[2]) for row in rows} == wanted


@checks(8)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    of = [one for one in kitchen.rows("clusters") if one.sectors]
    swedish, others = [one for one in of if one.is_swedish], [one for one in of if not one.is_swedish]
    counts = [Counter(sector for one in some for sector in one.sectors) for some in (swedish, others)]
    for sector, here, there, more in rows:
        assert (here, there) == (counts[0][sector], counts[1][sector])
        assert more == pytest.approx(here / len(swedish) - there / len(others), abs=0.0006)
    assert {row[0] for row in rows} == counts[0].keys() | counts[1].keys()


@checks(9)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    pairs = Counter(pair for one in kitchen.rows("clusters") for pair in combinations(sorted(one.sectors), 2))
    assert [row[2] for row in rows] == [count for _, count in pairs.most_common(20)]
    assert all(pairs[one, other] == count for one, other, count in rows)


@checks(10)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    norwegian = {one.name for one in kitchen.standing() if one.country == "NO"}
    assert {row[0] for row in rows} <= norwegian
    scores = [row[2] for row in rows]
    assert scores == sorted(scores, reverse=True)


@checks(11)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    best = [one for one in kitchen.rows("partner_matches") if one.rank <= 3]
    clusters = kitchen.clusters()
    named = Counter((clusters[one.organisation_id].name, one.rank, clusters[one.partner_id].name) for one in best)
    assert Counter(row[:3] for row in rows) == named
    assert all(row[4].endswith(".") for row in rows)


@checks(12)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    times = Counter(one.partner_id for one in kitchen.rows("partner_matches") if one.rank <= 10)
    assert [row[2] for row in rows] == [count for _, count in times.most_common(20)]


@checks(13)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    clusters = kitchen.clusters()
    countries = Counter(clusters[one.partner_id].country for one in kitchen.rows("partner_matches") if one.rank <= 10)
    total = countries.total()
    assert {row[0]: row[1] for row in rows} == countries
    assert rows[0][3] == pytest.approx(sum((count / total) ** 2 for count in countries.values()), abs=0.0001)


@checks(14)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    clusters, found = kitchen.clusters(), defaultdict(lambda: (set(), set()))
    for one, other, partnership in kitchen.partners():
        if clusters[one].is_swedish and clusters[other].country not in ("SE", None):
            found[clusters[other].country][0].add(partnership)
            found[clusters[other].country][1].add(other)
    assert {row[0]: row[1:] for row in rows} == {name: (len(some), len(others)) for name, (some, others) in found.items()}


@checks(15)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    assert {row[0]: (row[1], row[4]) for row in rows} == {
        one.network: (one.last_outcome, one.records) for one in kitchen.rows("networks")
    }
    assert all(0 <= row[3] <= 2 and row[5] is False for row in rows)


@checks(16)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    since = {number: one.first_seen_on for number, one in kitchen.clusters().items()}
    first = defaultdict(set)
    for one in kitchen.rows("cluster_sources"):
        if one.first_seen_on == since[one.organisation_id]:
            first[one.network].add(one.organisation_id)
    assert dict(rows) == {network: len(some) for network, some in first.items()}


@checks(17)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    records = Counter((one.network, one.organisation_id) for one in kitchen.rows("cluster_sources") if not one.is_gone)
    twice = {pair: count for pair, count in records.items() if count > 1}
    assert {row[0]: (row[1], int(row[2])) for row in rows} == {
        network: (
            sum(of == network for of, _ in twice),
            sum(count - 1 for (of, _), count in twice.items() if of == network),
        )
        for network in {of for of, _ in twice}
    }


@checks(18)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    networks = defaultdict(set)
    for one in kitchen.rows("cluster_sources"):
        if not one.is_gone:
            networks[one.organisation_id].add(one.network)
    pairs = Counter(pair for some in networks.values() for pair in combinations(sorted(some), 2))
    assert {row[:2]: row[2] for row in rows} == pairs


@checks(19)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    said = defaultdict(set)
    for one in kitchen.rows("claims"):
        if one.field == "city" and one.last_run is None and one.value is not None:
            said[one.organisation_id].add((one.value.lower(), one.network))
    clusters = kitchen.clusters()
    assert sorted(row[0] for row in rows) == sorted(
        clusters[number].name
        for number, told in said.items()
        if len({town for town, _ in told}) > 1 and len({network for _, network in told}) > 1
    )


@checks(20)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    (one,) = (one for one in kitchen.rows("clusters") if one.name == "Paper Province")
    shown = [row for row in rows if row[4]]
    assert {json.loads(row[1]) for row in shown} == {one.members_total}
    assert {row[0] for row in rows} <= set(one.networks)


@checks(21)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    listed = {one.record_id for one in kitchen.rows("cluster_sources") if one.missing_since is None}
    records = {one.network: one.records for one in kitchen.rows("networks")}
    said = defaultdict(set)
    for one in kitchen.rows("claims"):
        if one.last_run is None and one.value is not None and one.record_id in listed:
            said[one.network, one.field].add(one.record_id)
    assert {row[:2]: row[2] for row in rows} == {key: len(some) for key, some in said.items()}
    assert all(row[3] == pytest.approx(row[2] / records[row[0]], abs=0.0006) for row in rows)


@checks(22)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    open_words = [one for one in kitchen.rows("finding_history") if one.is_open and one.kind == "unknown word"]
    assert sorted(row[2] for row in rows) == sorted(one.printed for one in open_words)


@checks(23)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    recent = [one for one in kitchen.rows("changes") if timedelta() <= kitchen.today - one.changed_on < timedelta(days=7)]
    assert {row[0]: row[1] for row in rows} == Counter(one.kind for one in recent)


@checks(24)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    told = kitchen.rows("changes")
    (merge,) = (one for one in told if one.kind == "merged")
    wanted = [
        (one.field, one.old, one.new)
        for one in told
        if (one.run_id, one.organisation_id) == (merge.run_id, merge.organisation_id) and one.kind != "merged"
    ]
    assert sorted(row[4:] for row in rows) == sorted(wanted)
    assert "members_total" in {row[4] for row in rows}
    assert {row[3] for row in rows} == {'"Taken in"'}


@checks(25)
def _(kitchen: Kitchen, rows: list[tuple]) -> None:
    assert {row[0]: row[2] - row[1] for row in rows} == Counter(one.country for one in kitchen.standing())
    assert {row[1] for row in rows} == {0}, "on that day the replicas had not been read"
