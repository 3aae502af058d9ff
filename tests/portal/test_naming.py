"""What a search met, in the reader's language."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from matching.search.search import Hit
from portal.pages.naming import Naming
from portal.tongue import Tongue
from support.staff import shown
from warehouse.connection import Connection
from warehouse.facets import imprint

pytestmark = pytest.mark.xdist_group("portal")


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ("technologies: Hydrogen (hydrogn)", "Tekniker: Vätgas (hydrogn)"),
        ("sectors: Forestry", "Branscher: Skogsbruk"),
        ("technologies: Lignin foams (wood)", "Tekniker: Lignin foams (wood)"),
    ],
)
def test_what_was_met_is_called_by_its_name_and_the_querys_word_stands_behind_it(con: Connection, met: str, said: str) -> None:
    assert told(con, met) == said


@pytest.mark.parametrize(
    ("met", "said"),
    [
        ("technologies: Hydrogen (vätgas)", "Tekniker: Vätgas"),
        ("technologies: Lignin foams (lignin)", "Tekniker: Lignin foams"),
    ],
)
def test_a_word_that_stands_in_the_name_is_not_said_twice(con: Connection, met: str, said: str) -> None:
    assert told(con, met) == said


def told(con: Connection, met: str) -> str:
    [why] = Naming(Tongue("sv", ZoneInfo("UTC")), imprint(con)).why(Hit(1, "A", "SE", 1.0, (), (met,)))
    return shown(str(why))
