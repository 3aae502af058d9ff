"""Where a cluster sits: ``Country: Region`` lines, postal addresses, coordinates, percentages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sync.normalise.countries import country_named
from sync.normalise.readings import Kind, Read, shown, unread

# Postcodes of countries that write "POSTCODE City" (Universal Postal Union, addressing sheets).
_POSTCODES = {
    r"[0-9]{3} ?[0-9]{2}": ("CZ", "GR", "SE", "SK"),
    r"[0-9]{5}": ("BA", "DE", "EE", "ES", "FI", "FR", "HR", "IT", "LT", "ME", "RS", "TR", "XK"),
    r"[0-9]{4}": ("AT", "BE", "BG", "CH", "CY", "DK", "HU", "LI", "LU", "LV", "MK", "NO", "SI"),
    r"[0-9]{2}-[0-9]{3}": ("PL",),
    r"[0-9]{4}-[0-9]{3}": ("PT",),
    r"[0-9]{4} ?[A-Z]{2}": ("NL",),
    r"[0-9]{6}": ("RO",),
}
_POSTCODE_OF = {country: pattern for pattern, countries in _POSTCODES.items() for country in countries}
# Prefixes of the old kind (the signs of motor vehicles), beside the ISO codes.
_PREFIXES = {
    "A": "AT",
    "B": "BE",
    "D": "DE",
    "E": "ES",
    "F": "FR",
    "FIN": "FI",
    "H": "HU",
    "I": "IT",
    "L": "LU",
    "N": "NO",
    "S": "SE",
}
_PREFIX = re.compile(r"(?P<prefix>[A-Z]{1,3})-(?P<rest>[0-9].*)")
_CITY = r"(?P<city>[^\W\d_][^\d,;]*)"


@dataclass(frozen=True)
class Seat:
    """The postcode and the city of an address."""

    postcode: str
    city: str


def split_country_region(printed: str) -> tuple[str | None, str | None]:
    """Country (ISO 3166-1) and region of ``Bulgaria: South-Central (Bulgaria)``, parted at the first ": " after a country.

    A line without one is a country, or else all region.
    """
    for colon in re.finditer(r"\s*:\s+", printed):
        if country := country_named(printed[: colon.start()]):
            return country, printed[colon.end() :]
    country = country_named(printed.rstrip(" :"))
    return country, None if country else printed


def read_address(printed: str, country: str | None) -> Read[Seat]:
    """Postcode and city of an address, where exactly one of its comma-separated parts is a postcode and a city.

    Arguments:
        country: ISO 3166-1. Without a prefix (``SE-652 24``) its way of writing postcodes is looked for.
    """
    seats = {seat for part in re.split(r"[,;]", printed) if (seat := _seat(part.strip(), country))}
    if len(seats) == 1:
        return Read(seats.pop())
    found = "several" if seats else "none"
    return unread(Kind.UNSPLIT_ADDRESS, f"wanted one postcode and city in the address, found {found}")


def _seat(part: str, country: str | None) -> Seat | None:
    prefixed = _PREFIX.fullmatch(part)
    where = country
    if prefixed:
        where = _PREFIXES.get(prefixed["prefix"], prefixed["prefix"])
        # PL-00-950 is Poland's prefix; a prefix of another country than the page's is no prefix that we understand.
        if country is not None and where != country:
            return None
    if where not in _POSTCODE_OF:
        return None
    match = re.fullmatch(rf"(?P<postcode>{_POSTCODE_OF[where]}) {_CITY}", prefixed["rest"] if prefixed else part)
    return Seat(match["postcode"], match["city"].strip()) if match else None


def read_degrees(printed: str, limit: int) -> Read[float]:
    """A decimal number of degrees (``59.38``, ``59,38``, ``-0.5``), at most ``limit`` on either side of zero."""
    text = printed.translate({ord("−"): "-", ord(","): "."}).removesuffix("°").strip()
    if re.fullmatch(r"[-+]?[0-9]{1,3}(?:\.[0-9]{1,20})?", text) and abs(float(text)) <= limit:
        return Read(float(text))
    return unread(Kind.NOT_A_NUMBER, f"wanted decimal degrees from -{limit} to {limit}, found {shown(printed)}")


def read_percentage(printed: str) -> Read[int]:
    """Whole per cent, 0 to 100: ``100% completed``, ``85 %``, ``85``."""
    match = re.fullmatch(r"([0-9]{1,3})\s*%?(?:\s*complete(?:d)?)?", printed, re.IGNORECASE)
    if match and int(match[1]) <= 100:
        return Read(int(match[1]))
    return unread(Kind.NOT_A_NUMBER, f"wanted a percentage from 0 to 100, found {shown(printed)}")
