"""Known partnerships: printed partners to organisations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from matching.partners.partnerships import KnownPartnership, Partner, Partnership, link, pairs, shipped_partnerships, trace
from warehouse.connection import Connection

ORGANISATIONS = Path(__file__).parents[2] / "demo" / "organisations.jsonl"
PARTNERSHIPS = Path(__file__).parents[2] / "matching" / "data" / "partnerships.json"


@pytest.fixture
def edition() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        connection.execute(
            """
            CREATE TABLE clusters (
                organisation_id BIGINT, name VARCHAR, native_name VARCHAR, other_names VARCHAR[], acronym VARCHAR, country VARCHAR
            )
            """
        )
        yield connection


def cluster(
    edition: Connection, number: int, name: str, country: str, native: str | None = None, acronym: str | None = None
) -> None:
    edition.execute("INSERT INTO clusters VALUES (?, ?, ?, ?, ?, ?)", [number, name, native, [], acronym, country])


def consortium(*partners: tuple[str, str], rule: str = "all_pairs") -> Partnership:
    made = tuple(Partner(name, country, None) for name, country in partners)
    return Partnership("c", "COSME", "Consortium", 2018, rule, ("https://example.org/c",), "F1", made)


def test_partners_of_a_consortium_are_linked_once_the_smaller_number_first(edition: Connection) -> None:
    cluster(edition, 7, "Packbrygga AB", "SE")
    cluster(edition, 3, "Klaster Opakowań", "PL", acronym="KLOPA")
    found = trace(edition, [consortium(("PackBrygga", "SE"), ("KLOPA (Polish packaging)", "PL"))])
    facts = ("COSME", "Consortium", 2018, ("https://example.org/c",), "F1")
    assert found.known == (KnownPartnership(3, 7, *facts),)
    assert found.unmatched == ()


def test_a_name_is_only_linked_in_its_own_country(edition: Connection) -> None:
    cluster(edition, 1, "Finance Innovation", "FR")
    cluster(edition, 2, "Finance Innovation", "NO")
    found = trace(edition, [consortium(("Finance Innovation", "NO"), ("Finance Innovation", "SE"))])
    assert found.linked == {Partner("Finance Innovation", "NO", None): 2}
    assert found.unmatched == (Partner("Finance Innovation", "SE", None),)


def test_a_name_that_two_organisations_bear_is_linked_to_neither(edition: Connection) -> None:
    cluster(edition, 1, "ICT Cluster", "BG")
    cluster(edition, 2, "ICT Cluster", "BG")
    assert trace(edition, [consortium(("ICT Cluster", "BG"), ("Fog Arena", "BG"))]).linked == {}


def test_a_body_is_not_taken_for_its_part_nor_for_its_host(edition: Connection) -> None:
    cluster(edition, 1, "Corolla", "GR")
    cluster(edition, 2, "Corolla mi-Cluster", "GR")
    cluster(edition, 3, "Harbour Science Park", "SE")
    found = trace(edition, [consortium(("Corolla gi-Cluster", "GR"), ("Corolla mi-Cluster", "GR"), ("Fog Arena", "SE"))])
    assert found.linked == {Partner("Corolla mi-Cluster", "GR", None): 2}


@pytest.mark.parametrize(("rule", "count"), [("all_pairs", 3), ("hub_only:smart", 2), ("none", 0)])
def test_the_pair_rule_says_who_counts_as_partner_of_whom(rule: str, count: int) -> None:
    found = list(pairs(consortium(("A", "SE"), ("B", "DE"), ("C", "FR"), rule=rule)))
    assert len(found) == count
    assert len({frozenset(pair) for pair in found}) == count
    if rule.startswith("hub_only"):
        assert all("A" in (left.name, right.name) for left, right in found)


def test_an_unknown_pair_rule_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match=r"wanted 'all_pairs'.* as pair_rule of 'c', found 'some'"):
        list(pairs(consortium(("A", "SE"), rule="some")))


def test_two_names_of_one_organisation_are_no_partnership_with_itself(edition: Connection) -> None:
    cluster(edition, 1, "Packbrygga", "SE")
    found = trace(edition, [consortium(("Packbrygga", "SE"), ("Packbrygga AB", "SE"))])
    assert len(found.linked) == 2
    assert found.known == ()


def test_every_shipped_consortium_names_its_sources_and_obeys_a_known_rule() -> None:
    for one in shipped_partnerships():
        assert one.source_urls
        assert all(url.startswith(("https://", "http://")) for url in one.source_urls)
        assert isinstance(one.year, int)
        list(pairs(one))


def test_the_shipped_partners_are_linked_to_the_real_organisations_and_to_no_other(edition: Connection) -> None:
    numbers = {}
    for number, line in enumerate(ORGANISATIONS.read_text(encoding="utf-8").splitlines(), 1):
        one = json.loads(line)
        numbers[one["id"]] = number
        others = [*one["aliases"], *([one["legal_name"]] if one["legal_name"] else [])]
        row = [number, one["name"], one["native_name"], others, one["acronym"], one["country"]]
        edition.execute("INSERT INTO clusters VALUES (?, ?, ?, ?, ?, ?)", row)
    truth = {
        Partner(partner["name"], partner["country"], partner["website"]): numbers.get(partner["organisation"])
        for one in json.loads(PARTNERSHIPS.read_text(encoding="utf-8"))
        for partner in one["partners"]
    }
    found = trace(edition)
    assert {partner: number for partner, number in found.linked.items() if truth[partner] != number} == {}
    assert [partner for partner in found.unmatched if truth[partner] is not None] == []
    assert link(edition) == list(found.known)
    assert len(found.known) > 750
