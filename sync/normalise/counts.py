"""Counts and ranges of counts, as pages print them: ``36``, ``2.780``, ``2 400``, ``1-5``, ``50+``."""

from __future__ import annotations

import re

from sync.normalise.readings import Kind, Read, shown, unread

LARGEST = 9_999_999
"""More is no count of people or members, but a telephone number or a sum of money."""

# A thousand's mark is one only if every group has exactly three digits, and all have the same mark.
_COUNT = r"(?:[0-9]{{1,3}}(?P<{0}>[., '’])[0-9]{{3}}(?:(?P={0})[0-9]{{3}})*|[0-9]+)"
_ONE = re.compile(_COUNT.format("mark"))
_SPAN = re.compile(
    rf"(?P<low>{_COUNT.format('one')})\s*(?:[-‐‑‒–—−]|to|till)\s*(?P<high>{_COUNT.format('other')})", re.IGNORECASE
)
_AT_LEAST = re.compile(rf"(?:(?:≥|>=)\s*(?P<a>{_COUNT.format('one')})|(?P<b>{_COUNT.format('other')})\s*\+)")
_BEYOND = re.compile(rf"(?P<sign>[<>]|≤|<=|more than|over|less than)\s*(?P<count>{_COUNT.format('mark')})", re.IGNORECASE)
_ABOVE = frozenset({">", "more than", "over"})


def read_count(printed: str) -> Read[int]:
    """A whole number, 0 to ``LARGEST``, with or without marks between thousands; nothing else ("about 40" is no count)."""
    return (
        Read(_number(printed)) if _fits(printed) else unread(Kind.NOT_A_COUNT, f"wanted a whole number, found {shown(printed)}")
    )


def read_range(printed: str) -> Read[tuple[int | None, int | None]]:
    """Lowest and highest count, both included: ``7`` is (7, 7), ``50+`` (50, None), ``>50`` (51, None), ``<5`` (None, 4)."""
    low, high = _bounds(printed)
    if low is None and high is None:
        return unread(Kind.NOT_A_COUNT, f"wanted a whole number or a range of them, found {shown(printed)}")
    if low is not None and high is not None and low > high:
        return unread(Kind.NOT_A_COUNT, f"wanted a range that rises, found {shown(printed)}")
    return Read((low, high))


def _bounds(printed: str) -> tuple[int | None, int | None]:
    if len(printed) > 40:
        return None, None
    if _fits(printed):
        return _number(printed), _number(printed)
    if (span := _SPAN.fullmatch(printed)) and _fits(span["low"]) and _fits(span["high"]):
        return _number(span["low"]), _number(span["high"])
    if (least := _AT_LEAST.fullmatch(printed)) and _fits(least["a"] or least["b"]):
        return _number(least["a"] or least["b"]), None
    if (beyond := _BEYOND.fullmatch(printed)) and _fits(beyond["count"]):
        count, sign = _number(beyond["count"]), beyond["sign"].lower()
        if sign in _ABOVE:
            return count + 1, None
        highest = count if sign in {"≤", "<="} else count - 1
        return None, highest if highest >= 0 else None
    return None, None


def _fits(text: str) -> bool:
    return len(text) <= 12 and _ONE.fullmatch(text) is not None and _number(text) <= LARGEST


def _number(text: str) -> int:
    return int(re.sub("[^0-9]", "", text))
