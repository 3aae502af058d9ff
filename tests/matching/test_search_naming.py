"""An organisation is found by its number, its name or a part of it."""

from __future__ import annotations

import pytest

from matching.search import index as search_index
from matching.search.find import Ambiguous, Found, Missing, find
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("real")


def test_an_organisation_is_named_by_number_name_other_name_or_part(real: Connection) -> None:
    for said in ("8", "paper province", "The Packaging Arena", "per provin"):
        answer = find(real, said)
        assert isinstance(answer, Found), said
        assert answer.one.name == "Paper Province"


def test_a_part_of_several_names_lists_them_and_an_unknown_name_suggests(real: Connection) -> None:
    several = find(real, "packaging")
    assert isinstance(several, Ambiguous)
    assert several.total == len(several.candidates) > 1
    nobody = find(real, "Papper Provins")
    assert isinstance(nobody, Missing)
    assert "Paper Province" in [named.name for named in nobody.suggestions]
    assert find(real, "") == Missing(())
    assert find(real, "99999999999999999999") == Missing(())


def test_an_exact_name_is_meant_before_longer_names_and_other_names(con: Connection, add_cluster) -> None:
    add_cluster(1, "Digital", "SE")
    add_cluster(2, "Digital Wallonia", "BE")
    add_cluster(3, "Elsewhere", "BE", other_names=["digital"])
    search_index.build(con)
    answer = find(con, "DIGITAL")
    assert isinstance(answer, Found)
    assert answer.one.id == 1


def test_a_number_that_was_merged_leads_to_its_successor(con: Connection, add_cluster) -> None:
    add_cluster(1, "Old and new", "SE")
    search_index.build(con)
    assert isinstance(find(con, "2"), Missing)
    con.execute("CREATE TABLE redirects (old_id BIGINT, organisation_id BIGINT)")
    con.execute("INSERT INTO redirects VALUES (2, 1)")
    answer = find(con, "2")
    assert isinstance(answer, Found)
    assert answer.one.id == 1
