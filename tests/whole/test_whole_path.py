"""From page to edition: the edition against the truth that lies beside the replicas, and a second night against the first."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo import facts, truth
from demo.invented import contact_words
from demo.site import NETWORKS
from warehouse.connection import Connection
from warehouse.editions import EditionReader
from warehouse.rows import Outcome

pytestmark = pytest.mark.xdist_group("whole")

WANTED_SHARE = 0.99
Key = tuple[str, str]
"""Network and source key."""


@pytest.fixture
def stored(edition: Connection) -> dict[Key, dict[str, Any]]:
    """What each record says, as its newest page that says something says it: field by field, the counts of members as a whole;
    texts of all languages together."""
    rows = edition.execute(
        "SELECT network, source_key, era, field, value FROM claims WHERE last_run IS NULL AND value IS NOT NULL ORDER BY ALL"
    ).fetchall()
    counted_in = {  # the newest generation that counts members
        (network, key): era
        for network, key, era, field, _ in sorted(rows, key=lambda row: truth.ERAS[row[0]].index(row[2]))
        if field.startswith(truth.MEMBERS)
    }
    found: defaultdict[Key, dict[str, Any]] = defaultdict(dict)
    for network, key, era, field, text in sorted(rows, key=lambda row: truth.ERAS[row[0]].index(row[2])):
        if field.startswith(truth.MEMBERS) and era != counted_in[network, key]:
            continue
        said, value = found[network, key], json.loads(text)
        said[field] = {**said.get(field, {}), **value} if field == "extracts" else value
    return dict(found)


@pytest.fixture
def true_records(nights: Any) -> dict[Key, truth.TruthRecord]:
    return {(network, key): record for network in NETWORKS for key, record in truth.records(nights.truth, network).items()}


def letters(value: object) -> str:
    """The letters and digits of a text: bullets and spaces may be read differently."""
    return re.sub(r"\W+", "", str(value))


def is_right(field: str, wanted: object, found: object) -> bool:
    """Whether a stored value says what the page prints. Texts are compared by their first 200 letters."""
    if field == "extracts":
        assert isinstance(wanted, Mapping)
        assert isinstance(found, Mapping)
        return wanted.keys() == found.keys() and all(letters(wanted[key])[:200] == letters(found[key])[:200] for key in wanted)
    if isinstance(wanted, (list, tuple)) and field != "labels":
        assert isinstance(found, list)
        return sorted(map(str, wanted)) == sorted(map(str, found))
    return wanted == found


@pytest.mark.parametrize("network", NETWORKS)
def test_nearly_all_facts_that_pages_print_are_in_the_warehouse_with_the_right_value(
    stored: dict[Key, dict[str, Any]], true_records: dict[Key, truth.TruthRecord], network: str
) -> None:
    wanted = [
        (key, field, value) for key, record in true_records.items() if key[0] == network for field, value in record.facts.items()
    ]
    wrong = [
        (key, field, value, stored.get(key, {}).get(field))
        for key, field, value in wanted
        if not (field in stored.get(key, {}) and is_right(field, value, stored[key][field]))
    ]
    assert len(wanted) > 90
    assert len(wrong) <= (1 - WANTED_SHARE) * len(wanted), wrong[:20]


def test_no_value_is_invented(stored: dict[Key, dict[str, Any]], true_records: dict[Key, truth.TruthRecord]) -> None:
    invented = [
        (key, field, value)
        for key, said in stored.items()
        for field, value in said.items()
        if field not in true_records[key].facts and value not in (None, [], {})
    ]
    assert invented == []


def test_no_organisation_has_more_members_of_one_sort_than_members(edition: Connection) -> None:
    told = edition.execute(
        """
        SELECT
            name, members_total,
            coalesce(members_sme, 0) + coalesce(members_large, 0) + coalesce(members_research, 0) + coalesce(members_other, 0)
        FROM clusters
        WHERE members_total IS NOT NULL
        """
    ).fetchall()
    assert len(told) > 300
    assert [row for row in told if row[2] > row[1]] == []


def test_every_record_that_the_networks_list_is_known_and_no_other(
    stored: dict[Key, dict[str, Any]], true_records: dict[Key, truth.TruthRecord]
) -> None:
    assert stored.keys() == true_records.keys()


def test_every_organisation_of_the_sample_but_those_that_join_later_is_in_the_edition(
    edition: Connection, nights: Any, sites_of: Any
) -> None:
    organisation_of = {(page.network, page.source_key): page.organisation for page in nights.truth}
    held = {organisation_of[key] for key in edition.execute("SELECT network, source_key FROM cluster_sources").fetchall()}
    later = {page.organisation for site in sites_of[2] for page in site.truth} - {page.organisation for page in nights.truth}
    assert held | later == {organisation.id for organisation in facts.organisations()}
    assert 0 < len(later) < 10


def test_records_of_two_organisations_are_never_joined(edition: Connection, nights: Any) -> None:
    organisation_of = {(page.network, page.source_key): page.organisation for page in nights.truth}
    groups: defaultdict[int, set[str]] = defaultdict(set)
    for number, network, key in edition.execute("SELECT organisation_id, network, source_key FROM cluster_sources").fetchall():
        groups[number].add(organisation_of[network, key])
    assert [group for group in groups.values() if len(group) > 1] == []


def test_most_records_of_one_organisation_are_joined(edition: Connection, nights: Any) -> None:
    rows = edition.execute("SELECT network, source_key, organisation_id FROM cluster_sources").fetchall()
    seat = {(network, key): number for network, key, number in rows}
    doubles = [keys for keys in truth.same_organisation(nights.truth) if len(keys) > 1]
    joined = [keys for keys in doubles if len({seat[key] for key in keys}) == 1]
    assert len(joined) >= 0.85 * len(doubles)


def test_a_displayed_name_is_one_of_the_organisations_own(edition: Connection, nights: Any) -> None:
    names = {one.id: {letters(name).casefold() for name in own_names(one)} for one in facts.organisations()}
    organisation_of = {(page.network, page.source_key): page.organisation for page in nights.truth}
    rows = edition.execute(
        "SELECT c.name, s.network, s.source_key FROM clusters AS c JOIN cluster_sources AS s USING (organisation_id)"
    ).fetchall()
    strange = [
        (name, network, key)
        for name, network, key in rows
        if letters(name).casefold() not in names[organisation_of[network, key]]
    ]
    assert strange == []


def own_names(organisation: Any) -> list[str]:
    single = (organisation.name, organisation.native_name, organisation.legal_name, organisation.acronym)
    return [name for name in (*single, *organisation.aliases) if name]


def persons(text: str) -> list[str]:
    """Every word of a contact person's name that a text holds, also within another word."""
    folded = text.casefold()
    return [word for word in sorted(contact_words()) if word in folded]


def test_the_replicas_do_print_persons(nights: Any) -> None:
    printing = Counter(
        site.network for site in nights.sites for page in site.pages.values() if persons(page.body.decode("utf-8"))
    )
    assert printing["eccp"] > 100
    assert printing["tci"] > 20
    assert printing["clusters_of_sweden"] > 20


def test_no_name_of_a_contact_person_is_in_any_file(nights: Any) -> None:
    """Captures and logs; databases keep their strings packed and are read table by table below."""
    files = [path for path in nights.var.rglob("*") if path.is_file() and path.suffix != ".duckdb"]
    assert len(files) > 500
    assert [(path, found[0]) for path in files if (found := persons(content(path)))] == []


def content(path: Path) -> str:
    """A file's text, unzipped where it is zipped."""
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", errors="replace")


def test_no_name_of_a_contact_person_is_in_any_database(nights: Any) -> None:
    databases = [path for path in nights.var.rglob("*.duckdb") if not path.is_symlink()]
    assert len(databases) == 4  # the state, its last copy and two editions
    looked_at: set[str] = set()
    for path in databases:
        with duckdb.connect(str(path), read_only=True) as con:
            columns = con.execute(
                "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal AND data_type <> 'DATE'"
            ).fetchall()
            assert len({table for _, table, _ in columns}) > 15
            for schema, table, column in columns:
                rows = con.execute(f'SELECT DISTINCT CAST("{column}" AS VARCHAR) FROM "{schema}"."{table}"').fetchall()  # noqa: S608
                texts = {text for (text,) in rows if text} - looked_at  # four databases say much the same
                assert persons("\n".join(texts)) == [], (path, table, column)
                looked_at |= texts
    assert len(looked_at) > 10_000


def test_a_first_run_is_complete_and_publishes(nights: Any, true_records: dict[Key, truth.TruthRecord]) -> None:
    for report in nights.first.networks:
        assert (report.run.network, report.run.outcome, report.run.because) == (report.run.network, Outcome.COMPLETE, "")
        assert report.profiles == sum(network == report.run.network for network, _ in true_records)
    assert nights.first.edition is not None
    assert not nights.first.is_unchanged


def test_a_second_run_over_unchanged_networks_writes_no_claim_and_no_capture_and_says_so(nights: Any) -> None:
    for report in nights.second.networks:
        assert report.loaded is not None
        assert (report.loaded.claims_opened, report.loaded.claims_closed, report.captures_new) == (0, 0, 0)
    assert nights.captures_after[0] == nights.captures_after[1]
    assert nights.second.is_unchanged


def test_a_second_run_gets_no_profile_page_twice(nights: Any) -> None:
    profile_paths = {(page.network, page.path) for page in nights.truth}
    sent_again = [
        (network, path) for network, asked in nights.asked[1].items() for path, status in asked
        if (network, path) in profile_paths and status == 200
    ]  # fmt: skip
    assert sent_again == []


def test_the_run_asks_for_robots_first_and_for_each_page_once(nights: Any) -> None:
    for asked in nights.asked[0].values():
        paths = [path for path, _ in asked]
        assert paths[0] == "/robots.txt"
        assert len(paths) == len(set(paths))


def test_the_edition_is_the_same_whether_made_by_the_first_or_the_second_run(nights: Any, edition: Connection) -> None:
    question = "SELECT * EXCLUDE (checked_on) FROM clusters ORDER BY organisation_id"
    with EditionReader(nights.first.edition) as reader, reader.cursor() as con:
        before = con.execute(question).fetchall()
    assert edition.execute(question).fetchall() == before


def test_a_swedish_cluster_is_what_the_association_lists(edition: Connection) -> None:
    rows = edition.execute(
        "SELECT is_swedish, list_contains(networks, 'clusters_of_sweden') AS is_listed, count(*) FROM clusters GROUP BY ALL"
    ).fetchall()
    assert {(is_swedish, is_listed) for is_swedish, is_listed, _ in rows} == {(True, True), (False, False)}
