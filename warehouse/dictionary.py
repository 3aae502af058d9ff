"""What ``schema.toml`` and ``units.toml`` say: the one source of the edition's columns, COMMENTs and data dictionary."""

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
        origin: where its data come from, as a sentence.
    """

    name: str
    kind: Kind
    about: str
    columns: dict[str, str]
    source: str = ""
    origin: str = ""

    def comments(self) -> list[str]:
        """The COMMENT statements, one for the table and one for each column."""
        what = "VIEW" if self.kind is Kind.VIEW else "TABLE"
        return [
            f"COMMENT ON {what} {self.name} IS {quoted(self.about)}",
            *(f"COMMENT ON COLUMN {self.name}.{column} IS {quoted(text)}" for column, text in self.columns.items()),
        ]

    def units(self) -> dict[str, str]:
        """Column -> what its values are. Raises ValueError for a column of which ``units.toml`` does not tell.

        Those of the search index, whose form may change between versions, are taken as they come.
        """
        own, shared = _units().get(self.name, {}), _units()["columns"]
        found = {column: own.get(column) or shared.get(column) or _by_ending(column) for column in self.columns}
        if self.name.startswith("search_"):
            found = {column: unit or "form of the search index" for column, unit in found.items()}
        mute = [column for column, unit in found.items() if unit is None]
        if mute:
            raise ValueError(f"wanted in units.toml what the values of {mute} of {self.name} are, found nothing")
        return {column: unit for column, unit in found.items() if unit is not None}


def _by_ending(column: str) -> str | None:
    return next((unit for mark, unit in _units()["endings"].items() if column.endswith(mark) or column.startswith(mark)), None)


@cache
def _units() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("warehouse").joinpath("units.toml").read_text(encoding="utf-8"))


@cache
def tables() -> tuple[Table, ...]:
    """The analysts' schema. Raises ValueError for an entry that ``Table`` does not know or that lacks a sentence."""
    text = files("warehouse").joinpath("schema.toml").read_text(encoding="utf-8")
    found = []
    for name, entry in tomllib.loads(text).items():
        unknown = entry.keys() - {"kind", "source", "about", "from", "columns"}
        if unknown:
            raise ValueError(f"wanted kind, about, from and columns of {name}, found also {sorted(unknown)}")
        table = Table(name, Kind(entry["kind"]), entry["about"], dict(entry["columns"]), entry.get("source", name), entry["from"])
        mute = [column for column, about in table.columns.items() if not about.strip()]
        if mute or not table.about.strip():
            raise ValueError(f"wanted a sentence on {name} and each of its columns, found none on {mute or name}")
        found.append(table)
    return tuple(found)


def quoted(text: str) -> str:
    """The text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
