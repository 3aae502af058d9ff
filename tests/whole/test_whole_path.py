"""From page to edition: the edition against the truth that lies beside the replicas, and a second night against the first."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from demo import truth
from demo.invented import contact_words
from warehouse.connection import Connection
from warehouse.rows import Outcome

pytestmark = pytest.mark.xdist_group("whole")

IDENTITY = {"network", "source_key", "url"}
WANTED_SHARE = 0.99


@pytest.fixture
def stored(edition: Connection) -> dict[str, dict[str, Any]]:
    """Source key -> field -> value, of every ECCP record, as its newest page that says something says it."""
    rows = edition.execute(
        """
        SELECT c.source_key, c.field, c.value, c.era
        FROM claims AS c
        WHERE c.network = 'eccp' AND c.last_run IS NULL AND c.value IS NOT NULL
        ORDER BY c.source_key, c.field, c.era
        """
    ).fetchall()
    found: dict[str, dict[str, Any]] = {}
    for key, field, value, _era in rows:  # eras in alphabetical order: the newer one wins
        found.setdefault(key, {})[field] = json.loads(value)
    return found


@pytest.fixture
def true_records(nights: Any) -> dict[str, truth.TruthRecord]:
    return truth.records(nights.site.truth)


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


def test_nearly_all_facts_that_pages_print_are_in_the_warehouse_with_the_right_value(
    stored: dict[str, dict[str, Any]], true_records: dict[str, truth.TruthRecord]
) -> None:
    facts = [(key, field, value) for key, record in true_records.items() for field, value in record.facts.items()]
    wrong = [
        (key, field, value, stored.get(key, {}).get(field))
        for key, field, value in facts
        if not (field in stored.get(key, {}) and is_right(field, value, stored[key][field]))
    ]
    assert len(facts) > 10_000
    assert len(wrong) <= (1 - WANTED_SHARE) * len(facts), wrong[:20]


def test_no_value_is_invented(stored: dict[str, dict[str, Any]], true_records: dict[str, truth.TruthRecord]) -> None:
    invented = [
        (key, field, value)
        for key, said in stored.items()
        for field, value in said.items()
        if field not in true_records[key].facts and value not in (None, [], {})
    ]
    assert invented == []


def test_every_record_that_the_network_lists_is_known_and_no_other(
    stored: dict[str, dict[str, Any]], true_records: dict[str, truth.TruthRecord]
) -> None:
    assert stored.keys() == true_records.keys()


def test_records_of_two_organisations_are_never_joined(edition: Connection, nights: Any) -> None:
    organisation_of = {page.source_key: page.organisation for page in nights.site.truth}
    groups: dict[int, set[str]] = {}
    for number, key in edition.execute("SELECT organisation_id, source_key FROM cluster_sources").fetchall():
        groups.setdefault(number, set()).add(organisation_of[key])
    assert [group for group in groups.values() if len(group) > 1] == []


def test_most_records_of_one_organisation_are_joined(edition: Connection, nights: Any) -> None:
    seat = dict(edition.execute("SELECT source_key, organisation_id FROM cluster_sources").fetchall())
    doubles = [keys for keys in truth.same_organisation(nights.site.truth) if len(keys) > 1]
    joined = [keys for keys in doubles if len({seat[key] for key in keys}) == 1]
    assert len(joined) >= 0.85 * len(doubles)


def test_no_name_of_a_contact_person_is_in_any_file(nights: Any) -> None:
    words = re.compile("|".join(sorted(map(re.escape, contact_words()))), re.IGNORECASE)
    files = [path for path in nights.var.rglob("*") if path.is_file()]
    assert len(files) > 500
    assert [(path, found[0]) for path in files if (found := words.search(content(path)))] == []


def content(path: Path) -> str:
    """A file's text, unzipped where it is zipped; a database's strings stand in its bytes."""
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", errors="replace")


def test_no_name_of_a_contact_person_is_in_any_table(edition: Connection) -> None:
    words = re.compile("|".join(sorted(map(re.escape, contact_words()))), re.IGNORECASE)
    tables = [row[0] for row in edition.execute("SELECT table_name FROM information_schema.tables").fetchall()]
    for table in tables:
        for row in edition.execute(f'FROM "{table}"').fetchall():
            assert not words.search(str(row)), (table, row)


def test_a_first_run_is_complete_and_publishes(nights: Any) -> None:
    (report,) = nights.first.networks
    assert (report.run.outcome, report.run.because) == (Outcome.COMPLETE, "")
    assert report.profiles == len({page.source_key for page in nights.site.truth})
    assert nights.first.edition is not None
    assert not nights.first.is_unchanged


def test_a_second_run_over_an_unchanged_network_writes_no_claim_and_no_capture_and_says_so(nights: Any) -> None:
    (report,) = nights.second.networks
    assert report.loaded is not None
    assert (report.loaded.claims_opened, report.loaded.claims_closed, report.captures_new) == (0, 0, 0)
    assert nights.captures_after[0] == nights.captures_after[1]
    assert nights.second.is_unchanged


def test_a_second_run_asks_for_no_profile_that_the_sitemap_calls_unchanged(nights: Any) -> None:
    profile_paths = {page.path for page in nights.site.truth}
    asked_again = [path for path, _ in nights.asked[1] if path in profile_paths]
    assert len(asked_again) <= 0.15 * len(profile_paths)


def test_the_run_asks_for_robots_first_and_for_each_page_once(nights: Any) -> None:
    paths = [path for path, _ in nights.asked[0]]
    assert paths[0] == "/robots.txt"
    assert len(paths) == len(set(paths))


def test_the_edition_is_the_same_whether_read_by_the_first_or_the_second_run(nights: Any, edition: Connection) -> None:
    from warehouse.editions import EditionReader

    question = "SELECT * EXCLUDE (checked_on) FROM clusters ORDER BY organisation_id"
    with EditionReader(nights.first.edition) as reader, reader.cursor() as con:
        before = con.execute(question).fetchall()
    assert edition.execute(question).fetchall() == before
