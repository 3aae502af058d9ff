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


def sort_keys(texts: Sequence[str], language: str) -> list[str]:
    """A key for each text; the keys sort as the texts do for whoever reads the language.

    Arguments:
        language: as ICU knows it: ``sv``, ``en``.
    """
    with _engine().cursor() as con:
        asked = {"texts": list(texts), "language": language}
        return [key for (key,) in con.execute(statements("ordering")["sort_keys"], asked).fetchall()]


def alphabet(con: Connection, language: str) -> dict[int, int]:
    """The number of every organisation of an edition -> its place in the alphabet of a language, by its name."""
    return dict(con.execute(statements("ordering")["alphabet"], {"language": language}).fetchall())
