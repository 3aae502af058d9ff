"""Activities of NACE Rev. 2.1 (Regulation (EU) 2023/137), printed as codes, as titles, or as both."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from sync.normalise.readings import Kind, Read, shown, unread
from sync.normalise.texts import fold

_CODE = re.compile(r"(?:(?P<section>[A-V])(?![a-z])\.?\s?)?(?P<number>[0-9]{2}(?:\.[0-9]{1,2})?)?(?P<rest>\s*[-–:.]?\s.*)?")


def read_nace(printed: str) -> Read[str]:
    """The code (``C``, ``17``, ``17.1``, ``17.12``) of ``C17.12``, ``17.12 Manufacture of …``, ``C - Manufacturing`` or a title.

    A section letter before a number must be the number's; a title after a code is not compared (there are many translations).
    A letter alone is a section only with nothing or its title after it.
    """
    sections, titles = _codes()
    if code := titles.get(fold(printed)):
        return Read(code)
    if match := _CODE.fullmatch(printed):
        section, number, rest = match["section"], match["number"], match["rest"] or ""
        if number in sections and section in (None, sections[number]):
            return Read(number)
        if number is None and section and (not rest or titles.get(fold(rest.lstrip(" -–:."))) == section):
            return Read(section)
    return unread(Kind.UNKNOWN_WORD, f"wanted an activity of NACE 2.1, found {shown(printed)}")


@cache
def _codes() -> tuple[dict[str, str], dict[str, str]]:
    """Code -> its section, and folded title -> the code of the highest level that bears it."""
    text = files("sync.normalise").joinpath("nace21.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    titles = {fold(row["label"]): row["code"] for row in sorted(rows, key=lambda row: -len(row["code"]))}
    return {row["code"]: row["section"] for row in rows}, titles
