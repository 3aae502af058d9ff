"""The Swedish association's member list as an office keeps it: a table in CSV or XLSX, with the truth beside it.

Organisation numbers and counties (*län*) would stand in a real one; our facts have neither. Several values share a cell, a line
each; contact persons are invented, and no reader may keep them.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

from demo import clusters_of_sweden_plan as plan
from demo.clusters_of_sweden_plan import Member
from demo.clusters_of_sweden_profile import in_swedish, words
from demo.facts import regions
from demo.invented import Invented, person
from demo.naming import website
from demo.sheet import Sheet
from demo.truth import TruthPage, extract

SEED = 20261123
COLUMNS = ("Namn", "Typ av medlem", "Webbplats", "Ort", "Region", "Land", "Branscher", "Nyckelord", "Grundat", "Antal medlemmar",
           "E-post", "Telefon", "Kontaktperson", "Kontaktpersonens e-post", "Om oss")  # fmt: skip
NUMBERS = ("Grundat", "Antal medlemmar")
"""Columns whose cells are numbers in a workbook."""


@dataclass(frozen=True)
class Variant:
    """How a table was saved. ``encoding``: a Python codec; ``utf-8-sig`` begins with a byte order mark."""

    delimiter: str
    encoding: str


VARIANTS = {
    "comma, UTF-8": Variant(",", "utf-8"),
    "comma, UTF-8 with BOM": Variant(",", "utf-8-sig"),
    "semicolon, cp1252": Variant(";", "cp1252"),
    "semicolon, Latin-1": Variant(";", "latin-1"),
    "tab, UTF-8": Variant("\t", "utf-8"),
    "tab, UTF-16": Variant("\t", "utf-16"),
}
"""The ways in which offices save tables: programs in English and Swedish settings, Excel's "Unicode text"."""


def csv_bytes(variant: str, seed: int = SEED) -> bytes:
    """The list as a delimited file.

    Arguments:
        variant: a key of ``VARIANTS``.
    """
    how, text = VARIANTS[variant], io.StringIO(newline="")
    csv.writer(text, delimiter=how.delimiter, lineterminator="\r\n").writerows([COLUMNS, *_rows(seed)])
    return text.getvalue().encode(how.encoding)


def xlsx_bytes(seed: int = SEED) -> bytes:
    """The list as a workbook: years and counts as numbers, and a second sheet that holds no member."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Medlemmar (replica)", "created": datetime(2026, 4, 4)})  # noqa: DTZ001  XLSX has no zones
        sheet, bold = book.add_worksheet("Medlemmar"), book.add_format({"bold": True})
        sheet.write_row(0, 0, COLUMNS, bold)
        for line, row in enumerate(_rows(seed), start=1):
            for place, (column, cell) in enumerate(zip(COLUMNS, row, strict=True)):
                if column in NUMBERS and cell:
                    sheet.write_number(line, place, int(cell))
                elif cell:
                    sheet.write_string(line, place, cell)
        book.add_worksheet("Om listan").write_string(0, 0, "Generated for tests; the persons in it do not exist.")
    return file.getvalue()


def truth(seed: int = SEED) -> tuple[TruthPage, ...]:
    """What a perfect reader would store of each row; the key is the one of the member's page.

    ``path`` is the row, counted from 2 as a spreadsheet does; ``era`` is ``sv``, as the column names are Swedish.
    """
    return tuple(
        TruthPage(plan.NETWORK, f"row {number}", member.standing.source_key, "sv", "row", member.standing.organisation.id,
                  sheet.facts, sheet.printed, frozenset(sheet.generated))
        for number, (member, sheet) in enumerate(_sheets(seed), start=2)
    )  # fmt: skip


def _sheets(seed: int) -> list[tuple[Member, Sheet]]:
    return [(member, _sheet(member, seed)) for member in plan.placements(seed)]


def _rows(seed: int) -> list[tuple[str, ...]]:
    rows = []
    for _, sheet in _sheets(seed):
        cells = {row.label: "\n".join(row.values) for row in sheet.sections["row"]}
        rows.append(tuple(cells.get(column, "") for column in COLUMNS))
    return rows


def _sheet(member: Member, seed: int) -> Sheet:
    org, sheet = member.standing.organisation, Sheet()
    invented = Invented(org, seed)
    draw = invented.draw("member list")

    def cell(column: str, printed: tuple[str, ...], facts: dict[str, object], *, generated: bool = False) -> None:
        sheet.row("row", column, printed, facts, generated=generated)

    cell("Namn", (member.standing.name,), {"name": member.standing.name})
    cell("Typ av medlem", (words()["types"][org.organisation_type]["sv"],), {"organisation_type": org.organisation_type})
    if site := website(org, invented.draw("member list", "website")):
        cell("Webbplats", (site[0],), dict(site[1]))
    if org.city:
        cell("Ort", (org.city,), {"city": org.city})
    if region := regions().get(org.nuts2 or ""):
        cell("Region", (region.label,), {"region_printed": region.label, "nuts2": region.code})
    cell("Land", (words()["countries"][org.country]["sv"],), {"country": org.country})
    cell("Branscher", in_swedish("sectors", org.sectoral_industries, "sv"), {"sectors": list(org.sectoral_industries)})
    cell("Nyckelord", (", ".join(org.keywords),), {"keywords": list(org.keywords)})
    year = str(invented.founded.year)
    cell("Grundat", (year,), {"founded_on": year, "founded_precision": "year"}, generated=org.founded_year is None)
    cell("Antal medlemmar", (str(invented.members.total),), {"members_total": invented.members.total}, generated=True)
    if draw.chance(0.7):
        cell("E-post", (invented.email,), {"role_email": invented.email}, generated=True)
    if invented.phone and draw.chance(0.7):
        cell("Telefon", (invented.phone,), {"phone": invented.phone.replace(" ", "")}, generated=True)
    if draw.chance(0.8):
        who = person(invented.draw("member list", "contact"))
        cell("Kontaktperson", (who,), {})
        cell("Kontaktpersonens e-post", (f"{who.lower().replace(' ', '.')}@people.example",), {})
    if org.description_local and org.local_language == "sv":
        cell("Om oss", (org.description_local,), {"extracts": {"sv": extract(org.description_local)}})
    return sheet
