"""Night after night: only what changed is asked for, what happened is told exactly, and asking for everything ends the same."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo.night_truth import Change, NightTruth, between
from demo.pages import Site
from demo.site import NETWORKS
from sync.exits import Exit
from warehouse.rows import Outcome

pytestmark = pytest.mark.xdist_group("whole")

WITHOUT_SITEMAP = {"eca": "/about-us/members"}
"""The one page whose entries are its profiles; nothing dates it, so that it is asked for on condition every night."""

Sites = Mapping[int, tuple[Site, ...]]


@pytest.fixture(scope="module")
def second_night(sites_of: Sites) -> NightTruth:
    return between(sites_of[1], sites_of[2])


@pytest.fixture(scope="module")
def third_night(sites_of: Sites, second_night: NightTruth) -> NightTruth:
    return between(sites_of[2], sites_of[3], gone=frozenset(change.organisation for change in second_night.absent))


@pytest.fixture(scope="module")
def profile_paths(sites_of: Sites) -> dict[str, set[str]]:
    """Network -> the paths of all profile pages of any night."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for sites in sites_of.values():
        for site in sites:
            found[site.network] |= {page.path for page in site.truth}
    return found


def asked_for(asked: Mapping[str, list[tuple[str, int]]], network: str) -> list[str]:
    return [path for path, _ in asked[network]]


def told(visit: Any, sites_of: Sites, bases: Mapping[str, str]) -> list[Change]:
    """The changes that a run told, in the words of the truth."""
    organisation_of = {
        (page.network, page.source_key): page.organisation for sites in sites_of.values() for site in sites for page in site.truth
    }
    with duckdb.connect(str(visit.state), read_only=True) as con:
        seats = con.execute("SELECT organisation_id, network, source_key FROM cluster_sources").fetchall()
        rows = con.execute(
            "SELECT organisation_id, kind, field, old, new FROM changes WHERE run_id = ?", [visit.report.run_id]
        ).fetchall()
    named = {number: organisation_of[network, key] for number, network, key in seats}
    found = []
    for number, kind, field, *values in rows:
        old, new = (None if value is None else json.loads(value) for value in values)
        if field == "url":
            old, new = (next(url.removeprefix(base) for base in bases.values() if url.startswith(base)) for url in (old, new))
        found.append(Change(named[number], kind, field, old, new))
    return found


def in_order(changes: Any) -> list[str]:
    return sorted(map(repr, changes))


@pytest.mark.parametrize("network", NETWORKS)
def test_nothing_is_asked_for_again_whose_sitemap_entry_is_unchanged(
    nights: Any, profile_paths: dict[str, set[str]], network: str
) -> None:
    again = [path for path in asked_for(nights.asked[1], network) if path in profile_paths[network]]
    assert again == ([WITHOUT_SITEMAP[network]] if network in WITHOUT_SITEMAP else [])


def test_nothing_is_parsed_again_that_is_as_before(nights: Any, later: Any) -> None:
    for report in (nights.second, later.visit(2, again=1).report):
        assert [one.run.records for one in report.networks] == [()] * len(NETWORKS)
        assert all(one.run.outcome is Outcome.COMPLETE for one in report.networks)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_second_night_asks_for_the_lists_and_what_changed_and_nothing_else(
    nights: Any, later: Any, second_night: NightTruth, network: str
) -> None:
    guides = set(asked_for(nights.asked[1], network))
    asked = asked_for(later.visit(2).asked, network)
    assert len(asked) == len(set(asked))
    assert set(asked) == guides | second_night.fetched[network]
    assert second_night.fetched[network]


@pytest.mark.parametrize("network", NETWORKS)
def test_the_second_night_parses_what_changed_and_nothing_else(
    later: Any, sites_of: Sites, second_night: NightTruth, network: str
) -> None:
    (report,) = [one for one in later.visit(2).report.networks if one.run.network == network]
    (site,) = [site for site in sites_of[2] if site.network == network]
    wanted = {page.source_key for page in site.truth if page.path in second_night.fetched[network]}
    assert {record.profile.source_key for record in report.run.records} == wanted
    assert report.run.outcome is Outcome.COMPLETE


@pytest.mark.parametrize("network", NETWORKS)
def test_every_answer_that_is_new_is_stored_and_no_other(nights: Any, later: Any, network: str) -> None:
    (report,) = [one for one in later.visit(2).report.networks if one.run.network == network]
    received = [path for path, status in later.visit(2).asked[network] if status == 200 and path != "/robots.txt"]
    assert report.captures_new == len(received)
    assert later.visit(2, again=1).captures == later.visit(2).captures > nights.captures_after[1]


def test_a_claim_is_written_for_each_value_that_is_new_or_said_in_other_words_and_for_no_other(
    later: Any, sites_of: Sites
) -> None:
    said = {
        night: {
            (site.network, page.source_key, page.era, field): (value, page.printed[field])
            for site in sites_of[night]
            for page in site.truth
            for field, value in page.facts.items()
        }
        for night in (1, 2)
    }
    wanted = {key for key, value in said[2].items() if said[1].get(key) != value}
    with duckdb.connect(str(later.visit(2).state), read_only=True) as con:
        opened = con.execute(
            "SELECT network, source_key, era, field FROM claims WHERE first_run = ? AND value IS NOT NULL",
            [later.visit(2).report.run_id],
        ).fetchall()
    assert sorted(opened) == sorted(wanted)


def test_on_the_first_night_every_organisation_is_new_once_and_the_same_night_again_tells_nothing(
    nights: Any, edition: Any
) -> None:
    rows = edition.execute("SELECT run_id, organisation_id, kind, json_extract_string(new, 'name') FROM changes").fetchall()
    there = edition.execute("SELECT organisation_id, name FROM clusters").fetchall()
    assert sorted(rows) == sorted((nights.first.run_id, number, "new", name) for number, name in there)


def test_what_happened_until_the_second_night_is_told_exactly(
    later: Any, sites_of: Sites, second_night: NightTruth, replicas: Any
) -> None:
    assert in_order(told(later.visit(2), sites_of, replicas)) == in_order(second_night.changes)
    kinds = {change.kind for change in second_night.changes} | {change.field for change in second_night.changes}
    assert {"new", "renamed", "changed", "url"} <= kinds


def test_whoever_is_away_on_two_nights_is_gone_and_nothing_else_is_told(
    later: Any, sites_of: Sites, second_night: NightTruth, replicas: Any
) -> None:
    assert in_order(told(later.visit(2, again=1), sites_of, replicas)) == in_order(second_night.absent)
    assert {change.kind for change in second_night.absent} == {"gone", "changed"}


def test_whoever_comes_back_has_returned_and_nothing_else_is_told(
    later: Any, sites_of: Sites, third_night: NightTruth, replicas: Any
) -> None:
    assert in_order(told(later.visit(3), sites_of, replicas)) == in_order(third_night.changes)
    assert [change.kind for change in third_night.changes] == ["returned"]
    with duckdb.connect(str(later.visit(3).state), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM cluster_sources WHERE missing_since IS NOT NULL AND NOT is_gone").fetchall() == [
            (0,)
        ]


def test_every_later_run_ends_well(later: Any) -> None:
    for _, visit in later.visits:
        assert visit.report.exit is Exit.OK
        assert visit.report.edition is not None


# ---- asking for everything

BOOKKEEPING = {
    "runs": ("started_at", "ended_at", "pages_fetched", "pages_unchanged"),  # when it ran, and what it asked for
    "network_runs": ("started_at", "ended_at", "pages_fetched", "pages_unchanged"),
    "networks": ("last_try_at", "last_good_at"),
    # When a page was last received or known to be as before; a list with the old bytes and a younger date is known by its tag.
    "pages": ("fetched_at", "last_modified"),
    "judgements": ("decided_at", "withdrawn_at"),
    "published_judgements": ("decided_at", "withdrawn_at"),
    "numbers": ("last_published_at",),
}
"""Table or view -> columns that must differ; all others must not."""

DAYS = ("first_seen_on", "last_seen_on", "changed_on", "checked_on", "missing_since", "told_on")
"""The same on both histories, unless one of them runs past midnight."""


def content(path: Path) -> dict[str, list[str]]:
    """Every table of a state, sorted, without what says when it was written and how much was asked for."""
    found = {}
    with duckdb.connect(str(path), read_only=True) as con:
        columns: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for schema, table, column in con.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"
        ).fetchall():
            if column not in (*BOOKKEEPING.get(table, ()), *DAYS):
                columns[schema, table].append(f'"{column}"')
        for (schema, table), names in columns.items():
            rows = con.execute(f'SELECT {", ".join(names)} FROM "{schema}"."{table}"').fetchall()  # noqa: S608
            found[f"{schema}.{table}"] = sorted(map(repr, rows))
    return found


@pytest.mark.thorough
def test_asking_for_everything_ends_in_the_same_warehouse(later: Any, later_in_full: Any) -> None:
    assert [visit.report.exit for _, visit in later_in_full.visits] == [Exit.OK]
    left, right = (content(history.visit(2).state) for history in (later, later_in_full))
    assert left.keys() == right.keys()
    assert len(left) > 25
    assert [name for name in left if left[name] != right[name]] == []


@pytest.mark.thorough
@pytest.mark.parametrize("network", NETWORKS)
def test_asking_for_everything_asks_for_everything_and_writes_what_changed(
    later: Any, later_in_full: Any, sites_of: Sites, network: str
) -> None:
    (site,) = [site for site in sites_of[2] if site.network == network]
    asked = dict(later_in_full.visit(2).asked[network])
    assert {page.path for page in site.truth} <= {path for path, status in asked.items() if status == 200}
    assert 304 not in asked.values()
    written = []
    for history in (later, later_in_full):
        (report,) = [one for one in history.visit(2).report.networks if one.run.network == network]
        written.append((report.captures_new, report.loaded.claims_opened, report.loaded.claims_closed))
    assert written[0] == written[1]
