"""How the platform's pages write values: dates, counts, regions, the two spellings of the ecosystems."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from anyascii import anyascii

from demo.facts import Organisation, Region, country_name
from demo.invented import Draw

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

OTHER_SPELLING = {
    "Aerospace & defence": "Aerospace and Defence",
    "Cultural and creative industries (CCI)": "Creative and Cultural Industries",
    "Energy-intensive industries (EII)": "Energy Intensive Industries",
    "Energy-renewables": "Energy-Renewables",
    "Mobility-Transport-Automotive": "Mobility, Transport, Automotive",
    "Proximity, social economy and civil society": "Proximity and Social Economy",
}
"""Ecosystem as in the ECCP typology -> as in registries that descend from it (both were seen)."""

STAFF_RANGES = ((1, 5), (6, 10), (11, 25))
"""Only 1-5 was seen; the others, and ``25+``, are inferred."""


@dataclass(frozen=True)
class FreeText:
    """A text in paragraphs and bullets."""

    paragraphs: tuple[str, ...]
    bullets: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The text in reading order, on one line."""
        return " ".join(self.paragraphs + self.bullets)


def weekday_date(day: date) -> str:
    """``Monday, 1 March, 1999``, as older pages write it."""
    return f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}, {day.year}"


def plain_date(day: date, precision: str) -> str:
    """``13 September 2011``, ``September 2011`` or ``2011``, as newer pages write it."""
    words = (str(day.day), MONTHS[day.month - 1], str(day.year))
    return " ".join(words[{"day": 0, "month": 1, "year": 2}[precision] :])


def iso_date(day: date, precision: str) -> str:
    """The JSON form: no more of the date than its precision says."""
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[precision]]


def count(number: int, separator: str) -> str:
    """``2.780``, ``2 400``, ``2400``: thousands set apart by a point, a space, or nothing."""
    return f"{number:,}".replace(",", separator)


def staff_range(staff: int) -> tuple[str, int, int | None]:
    """The range that newer pages print, its lower end and its upper end (None: open)."""
    for low, high in STAFF_RANGES:
        if staff <= high:
            return f"{low}-{high}", low, high
    return "25+", 25, None


def national_region(region: Region) -> str:
    """``Norra Mellansverige``, or ``Южен централен (Yuzhen tsentralen)`` where the script is not Latin."""
    return region.label if region.label == region.label_latin else f"{region.label} ({region.label_latin})"


def country_and_region(organisation: Organisation, region: Region | None, draw: Draw) -> tuple[str, str]:
    """``Bulgaria: South-Central (Bulgaria)`` and the part of it that names the region.

    Without a region the country stands twice: what the real site prints there was not seen.
    """
    country = country_name(organisation.country)
    if region is None:
        printed = country
    elif region.english and draw.chance(0.5):
        printed = f"{region.english} ({country})"
    else:
        printed = f"{region.label_latin} ({country})" if draw.chance(0.3) else region.label_latin
    return f"{country}: {printed}", printed


def free_text(text: str, draw: Draw, *, may_have_headings: bool) -> FreeText:
    """The text as one paragraph, or with its later sentences as bullets, in a list or inside the paragraph."""
    first, *rest = re.split(r"(?<=[.!?])\s+", text)
    way = draw.share()
    if not rest or way < 0.5:
        return FreeText((text,))
    if way < 0.75:
        return FreeText((first,), tuple(rest))
    if way < 0.9 or not may_have_headings:
        return FreeText((" • ".join((first, *rest)),))
    return FreeText((f"Mission:{first} Objectives: • {' • '.join(rest)}",))


def slug(name: str) -> str:
    """The last part of a profile's address: ``textilscat`` for "Tèxtils.CAT", ``cyberforum-ev`` for "CyberForum e.V."."""
    ascii_only = unicodedata.normalize("NFKD", _spelt(name.casefold())).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"[.'’]", "", ascii_only)).strip("-")


def _spelt(name: str) -> str:
    """Transliterate what NFKD leaves alone: ø, ł, Cyrillic, Greek."""
    return "".join(char if unicodedata.normalize("NFKD", char)[0].isascii() else anyascii(char) for char in name).casefold()
