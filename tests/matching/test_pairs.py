"""Published test sets in the form that the evaluation reads."""

from __future__ import annotations

import csv
import io

import pytest

from matching import pairs


def written(text: str) -> list[dict[str, str]]:
    target = io.StringIO()
    count = pairs.write(io.StringIO(text), target)
    target.seek(0)
    rows = list(csv.DictReader(target))
    assert len(rows) == count
    return rows


def test_all_pairs_of_a_list_of_names_are_made_and_labelled_by_identity() -> None:
    rows = written("name,ror_id,source\nZephyria,1,a\nZephyria University,1,b\nQuokka,2,c\n")
    assert [(row["left_name"], row["right_name"], row["label"]) for row in rows] == [
        ("Zephyria", "Zephyria University", "1"),
        ("Zephyria", "Quokka", "0"),
        ("Zephyria University", "Quokka", "0"),
    ]


def test_of_pairs_only_those_of_organisations_are_kept() -> None:
    rows = written("schema,name1,name2,is_match\nCompany,Zephyria AB,Zephyria,true\nPerson,A B,B A,true\nLegalEntity,X,Y,false\n")
    assert [(row["left_name"], row["label"]) for row in rows] == [("Zephyria AB", "1"), ("X", "0")]
    assert rows[0]["left_country"] == ""


def test_a_file_of_neither_form_is_refused() -> None:
    with pytest.raises(pairs.NotNames, match="found \\['title'\\]"):
        written("title\nZephyria\n")
