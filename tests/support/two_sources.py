"""An organisation that two networks list, and why its values are shown."""

from __future__ import annotations

BOTH = [("eccp", "a"), ("tci", "x")]


def two_sources(nights, eccp: dict, tci: dict, *precedence: str, **more: object) -> dict:
    """One organisation that eccp lists as a, and tci as x."""
    nights.load(nights.record("a", **eccp))
    nights.load(nights.record("x", network="tci", **tci), network="tci", same_night=True)
    nights.group(BOTH)
    nights.rebuild(*precedence, **more)
    return nights.cluster(1)


def because(nights, field: str) -> list[tuple]:
    return nights.rows("SELECT network, is_shown, because FROM claims WHERE field = ? ORDER BY network", field)
