"""Dates with the precision that was printed: a day, a month or a year, in figures or in the words of Europe's languages."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import permutations

from babel import Locale

from sync.normalise.languages import EUROPEAN_LANGUAGES
from sync.normalise.readings import Doubt, Kind, Read, shown, unread
from sync.normalise.texts import fold
from warehouse.profile import written_date
from warehouse.vocabulary import FoundedPrecision

EARLIEST = 1400
"""No cluster organisation, label or web page is older; an earlier year is a slip of the pen."""

_TIME = re.compile(r"[\sT,-]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|UTC|GMT|CES?T|[+-]\d{2}:?\d{2})?$", re.ASCII)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", re.ASCII)
# Day first, as everywhere in Europe: 03/04/2011 is the third of April.
_DAY_FIRST = re.compile(r"(?:(\d{1,2})\s?[-/.]\s?)?(\d{1,2})\s?[-/.]\s?(\d{4})", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_SEPARATORS = re.compile(r"[\s,.()/-]*")
_FILLERS = frozenset({"st", "nd", "rd", "th", "of", "the", "de", "del", "den", "der", "le", "er", "am", "o"})


@dataclass(frozen=True)
class PrintedDate:
    """A date and how much of it was printed; the parts that were not are 1."""

    on: date
    precision: FoundedPrecision


def read_date(printed: str) -> Read[PrintedDate]:
    """A date in any form that the module's patterns know; a weekday that contradicts it is doubted, and the date kept."""
    if len(printed) > 80:
        return _not_a_date(printed)
    text = _TIME.sub("", printed).strip(" .")
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
    elif match := _YEAR.fullmatch(text):
        year, month, day = match[1], None, None
    else:
        return _in_words(printed, text)
    return _date(printed, int(year), int(month) if month else None, int(day) if day else None)


def read_past_date(printed: str, today: date) -> Read[PrintedDate]:
    """A date of any precision that has begun by ``today``."""
    read = read_date(printed)
    if read.value is None or read.value.on <= today:
        return read
    return unread(Kind.IMPOSSIBLE_DATE, f"wanted a date not after {today.isoformat()}, found {shown(printed)}")


def read_day(printed: str, today: date | None = None) -> Read[date]:
    """A date to the day, not after ``today`` where that is given; a month or a year alone gives none, not its first day."""
    read = read_date(printed) if today is None else read_past_date(printed, today)
    if read.value is None:
        return Read(None, read.doubts)
    if read.value.precision is FoundedPrecision.DAY:
        return Read(read.value.on, read.doubts)
    return unread(Kind.IMPRECISE_DATE, f"wanted a day, found only {written_date(read.value.on, read.value.precision)!r}")


def _date(printed: str, year: int, month: int | None, day: int | None) -> Read[PrintedDate]:
    precision = FoundedPrecision.DAY if day is not None else FoundedPrecision.YEAR if month is None else FoundedPrecision.MONTH
    try:
        on = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return unread(Kind.IMPOSSIBLE_DATE, f"wanted a date of the calendar (day first), found {shown(printed)}")
    if year < EARLIEST:
        return unread(Kind.IMPOSSIBLE_DATE, f"wanted a year from {EARLIEST}, found {shown(printed)}")
    return Read(PrintedDate(on, precision))


def _in_words(printed: str, text: str) -> Read[PrintedDate]:
    folded = fold(text)
    tokens = [token for token in _TOKEN.findall(folded) if token not in _FILLERS]
    words = [token for token in tokens if not token.isdecimal()]
    years = [int(token) for token in tokens if token.isdecimal() and len(token) == 4]
    days = [int(token) for token in tokens if token.isdecimal() and len(token) <= 2]
    named = _month_and_weekday(words)
    only_tokens = _SEPARATORS.fullmatch(_TOKEN.sub("", folded)) is not None
    if named is None or len(years) != 1 or len(days) > 1 or len(words) + 1 + len(days) != len(tokens) or not only_tokens:
        return _not_a_date(printed)
    month, weekday = named
    read = _date(printed, years[0], month, days[0] if days else None)
    if read.value is None or weekday is None or not days or read.value.on.weekday() == weekday:
        return read
    why = f"{read.value.on.isoformat()} is a {read.value.on:%A}, found {shown(printed)}"
    return Read(read.value, (Doubt(Kind.CONTRADICTION, why),))


def _month_and_weekday(words: list[str]) -> tuple[int, int | None] | None:
    months, weekdays = _names()
    if len(words) == 1:
        return (months[words[0]], None) if words[0] in months else None
    if len(words) == 2:
        for weekday, month in permutations(words):
            if weekday in weekdays and month in months:
                return months[month], weekdays[weekday]
    return None


def _not_a_date(printed: str) -> Read[PrintedDate]:
    return unread(Kind.NOT_A_DATE, f"wanted a date, found {shown(printed)}")


@cache
def _names() -> tuple[dict[str, int], dict[str, int]]:
    """Names of months (1 to 12) and of weekdays (Monday is 0). A name that two languages use differently is in neither."""
    months: defaultdict[str, set[int]] = defaultdict(set)
    weekdays: defaultdict[str, set[int]] = defaultdict(set)
    for language in EUROPEAN_LANGUAGES:
        locale = Locale.parse(language)
        for sort, table in ((locale.months, months), (locale.days, weekdays)):
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for number, name in sort[context][width].items():
                        table[fold(name).strip(".")].add(number)
    english = Locale.parse("en")
    for number, name in [*english.months["format"]["wide"].items(), *english.months["format"]["abbreviated"].items()]:
        months[fold(name)] = {number}
    months["sept"] = {9}
    single = [{name: next(iter(numbers)) for name, numbers in table.items() if len(numbers) == 1} for table in (months, weekdays)]
    return single[0], single[1]
