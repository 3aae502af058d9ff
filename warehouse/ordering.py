"""The order in which people look names up: that of their language, as ICU has it; in Swedish å, ä and ö follow z."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import duckdb

from warehouse.connection import Connection
from warehouse.named_sql import statements


@cache
def _engine() -> Connection:
    """An engine for ICU alone, which DuckDB's Python package has built in: Python itself sorts by the machine's locales only."""
    return duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": False, "lock_configuration": True})


MOST_KEPT, LONGEST_KEPT = 20_000, 200
"""Keys that are remembered, and characters of a text whose key is: pages put the same words in order again and again."""
_kept: dict[tuple[str, str], str] = {}


def sort_keys(texts: Sequence[str], language: str) -> list[str]:
    """A key for each text; the keys sort as the texts do for whoever reads the language.

    Arguments:
        language: as ICU knows it: ``sv``, ``en``.
    """
    keys = {text: key for text in texts if (key := _kept.get((language, text))) is not None}
    unknown = list(dict.fromkeys(text for text in texts if text not in keys))
    if unknown:
        with _engine().cursor() as con:
            asked = {"texts": unknown, "language": language}
            rows = con.execute(statements("ordering")["sort_keys"], asked).fetchall()
        found = {text: key for text, (key,) in zip(unknown, rows, strict=True)}
        if len(_kept) + len(found) > MOST_KEPT:
            _kept.clear()
        _kept.update({(language, text): key for text, key in found.items() if len(text) <= LONGEST_KEPT})
        keys |= found
    return [keys[text] for text in texts]


def alphabet(con: Connection, language: str) -> dict[int, int]:
    """The number of every organisation of an edition -> its place in the alphabet of a language, by its name."""
    return dict(con.execute(statements("ordering")["alphabet"], {"language": language}).fetchall())
