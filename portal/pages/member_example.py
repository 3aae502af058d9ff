"""A member list to try the page with: made up from its first name to its last address, and said to be so in every row."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

from portal.answers import File
from portal.visit import Visit

LISTS: Mapping[str, Sequence[Sequence[str]]] = {
    "sv": (
        ("Klusternamn", "Ort", "Land", "Antal medlemmar", "Kontaktperson", "E-post", "Om oss"),
        ("Påhittade papperet", "Exempelstad", "Sverige", "40", "Ada Påhittad", "info@papper.example",
         "Påhittat exempel: ett kluster för papper och förpackningar."),
        ("Påhittade vätet", "Provköping", "Sverige", "25", "Bo Påhittad", "bo.pahittad@vate.example",
         "Påhittat exempel: ett kluster för vätgas."),
        ("Påhittade kloka fabriken", "Exempelstad", "Sverige", "många", "", "",
         "Påhittat exempel: antalet medlemmar är ett ord, för att visa vad sidan säger om det."),
    ),
    "en": (
        ("Name", "City", "Country", "Number of members", "Contact person", "E-mail", "About us"),
        ("Made-up paper", "Exampleton", "Sweden", "40", "Ada Madeup", "info@paper.example",
         "A made-up example: a cluster for paper and packaging."),
        ("Made-up hydrogen", "Trialville", "Sweden", "25", "Bo Madeup", "bo.madeup@hydrogen.example",
         "A made-up example: a cluster for hydrogen."),
        ("Made-up smart factory", "Exampleton", "Sweden", "many", "", "",
         "A made-up example: the number of members is a word, to show what the page says of it."),
    ),
}  # fmt: skip
"""By language; the first row names the columns."""


def example(visit: Visit) -> File:
    """The list in the reader's language, so that a spreadsheet in that language opens it with its columns apart."""
    text = StringIO()
    csv.writer(text, delimiter=";").writerows(LISTS[visit.tongue.code])
    return File(
        text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", str(visit.tongue("members.example_name").unescape())
    )
