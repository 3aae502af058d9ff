"""The sentences of ``schema.toml``: the one source of the edition's columns, COMMENTs and data dictionary."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Kind(StrEnum):
    """Where a table of the edition comes from."""

    COPIED = "copied"
    MADE = "made"
    VIEW = "view"


@dataclass(frozen=True)
class Table:
    """A table or view of the analysts' schema.

    Arguments:
        columns: names, in order, to their sentences.
        source: of one that is copied, what it is called in the state, where that is something else.
    """

    name: str
    kind: Kind
    about: str
    columns: dict[str, str]
    source: str = ""

    def comments(self) -> list[str]:
        """The COMMENT statements, one for the table and one for each column."""
        what = "VIEW" if self.kind is Kind.VIEW else "TABLE"
        return [
            f"COMMENT ON {what} {self.name} IS {quoted(self.about)}",
            *(f"COMMENT ON COLUMN {self.name}.{column} IS {quoted(text)}" for column, text in self.columns.items()),
        ]


@cache
def tables() -> tuple[Table, ...]:
    """The analysts' schema. Raises ValueError for an entry that ``Table`` does not know or that lacks a sentence."""
    text = files("warehouse").joinpath("schema.toml").read_text(encoding="utf-8")
    found = []
    for name, entry in tomllib.loads(text).items():
        unknown = entry.keys() - {"kind", "source", "about", "columns"}
        if unknown:
            raise ValueError(f"wanted kind, about and columns of {name}, found also {sorted(unknown)}")
        table = Table(name, Kind(entry["kind"]), entry["about"], dict(entry["columns"]), entry.get("source", name))
        mute = [column for column, about in table.columns.items() if not about.strip()]
        if mute or not table.about.strip():
            raise ValueError(f"wanted a sentence on {name} and each of its columns, found none on {mute or name}")
        found.append(table)
    return tuple(found)


def quoted(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
