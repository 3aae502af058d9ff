"""The file of weights is read whole or refused, and whoever is only given weights loads nothing that checks them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from matching.sameness.weights import checked, shipped
from matching.sameness.words import read_toml


def tables(**other: dict[str, Any]) -> dict[str, Any]:
    """The shipped tables, some keys of them otherwise; None takes one away."""
    found = read_toml("weights/sameness.toml")
    for table, keys in other.items():
        found[table] = {key: figure for key, figure in (found[table] | keys).items() if figure is not None}
    return found


def test_the_shipped_tables_are_the_shipped_weights() -> None:
    assert checked(tables()) == shipped()


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"verdict": {"same_from": 1.5}}, "verdict.same_from\n  Input should be less than or equal to 1"),
        ({"phone": {"same": -1}}, "phone.same\n  Input should be greater than or equal to 0"),
        ({"country": {"different": 1}}, "country.different\n  Input should be less than or equal to 0"),
        ({"phone": {"same": "many"}}, "phone.same\n  Input should be a valid number"),
        ({"phone": {"same": None}}, "phone.same\n  Field required"),
        ({"phone": {"other": 1}}, "phone.other\n  Unexpected keyword argument"),
        ({"name_kind": {"nickname": 1}}, "name_kind.nickname"),
    ],
)
def test_a_figure_that_is_missing_unknown_or_out_of_its_range_is_refused(other: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        checked(tables(**other))


def test_another_process_loads_neither_what_checks_weights_nor_the_database_nor_a_web_client() -> None:
    asked = """
import sys, pyarrow
from matching.sameness import hands, reading
from matching.sameness.records import Facts
hands.rehearse()
said = reading.as_table([Facts(1, "", "Zephyr Cluster", domain="zephyr.se", role_email="info@mail.tundra.co.uk")])
reading.taken_apart((said, pyarrow.array(["tundra.co.uk"])))
print(sorted({'pydantic', 'duckdb', 'tldextract', 'requests'} & set(sys.modules)))
"""
    said = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout
    assert said == "[]\n"
