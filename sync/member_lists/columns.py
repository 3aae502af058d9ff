"""Which column of a member list is which printed field, how that was decided, and which columns name persons."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from connectors.network import Phrasebook
from sync.member_lists.tables import Table
from sync.normalise.profile import PRINTED_FIELDS, is_printed_field
from sync.normalise.texts import fold

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))
SOURCE_KEY, PROFILE_URL = "source_key", "url"
SET_ASIDE = "-"
"""The right-hand side of ``--column`` that sets a column aside."""

_TAIL = re.compile(r"(?:\s*[(\[][^()\[\]]*[)\]]|\s*\*+|\s+\d{1,2})+$")


class ColumnUnknown(ValueError):  # noqa: N818
    """``--column`` names a heading or a field that there is not."""


class Use(StrEnum):
    """What becomes of a column."""

    READ = "read"
    PERSONS = "persons"
    """It names persons: neither shown nor stored."""
    SET_ASIDE = "set aside"
    UNREAD = "unread"
    """Nobody knows what it means: reported, and not stored."""


@dataclass(frozen=True)
class Column:
    """One column of a list.

    Arguments:
        place: in the row, from 0.
        field: the printed field, or ``source_key`` or ``url``; None where it is not read.
        how: how that was decided, in a few words.
    """

    place: int
    heading: str
    use: Use
    field: str | None
    how: str

    @property
    def forms(self) -> tuple[str, ...]:
        """The heading, folded, and without a remark at its end ("Ort (säte)", "Namn *")."""
        return tuple(dict.fromkeys((fold(self.heading), fold(_TAIL.sub("", self.heading)))))


class Headings:
    """What headings mean: what the operator says, then words for persons, then the network's phrasebook, then common headings.

    Arguments:
        chosen: heading -> printed field, ``source_key``, ``url`` or ``-`` (set aside), as the operator says.

    Raises ColumnUnknown for a field that there is not.
    """

    def __init__(self, phrasebook: Phrasebook, chosen: Mapping[str, str]) -> None:
        for heading, name in chosen.items():
            _check_field(heading, name)
        self._chosen = {fold(heading): name for heading, name in chosen.items()}
        self._given = dict(chosen)
        self._labels = {fold(label): name for label, name in phrasebook.labels.items()}
        self._ignored = frozenset(map(fold, phrasebook.ignore))

    def field_of(self, heading: str) -> str | None:
        """The field that a heading names, wherever it stands; also ``-`` for a column that is set aside or names persons."""
        column = self._column(0, heading, "")
        return column.field or (None if column.use is Use.UNREAD else SET_ASIDE)

    def columns(self, table: Table) -> tuple[Column, ...]:
        """The columns of a table, in order. Raises ColumnUnknown where the operator names a heading that it has not."""
        self._check_headings(table.headings)
        columns = [
            self._column(place, heading, group)
            for place, (heading, group) in enumerate(zip(table.headings, table.groups, strict=True))
        ]
        return _without_rivals(_without_direct_lines(columns))

    def _column(self, place: int, heading: str, group: str) -> Column:
        whole = fold(heading)
        if whole in self._chosen:
            name = self._chosen[whole]
            if name == SET_ASIDE:
                return Column(place, heading, Use.SET_ASIDE, None, "--column")
            return Column(place, heading, Use.READ, name, "--column")
        if not whole:
            return Column(place, heading, Use.UNREAD, None, "it has no heading")
        if _names_persons(group):
            return Column(place, heading, Use.PERSONS, None, f"it stands under {group!r}")
        forms = tuple(dict.fromkeys((whole, fold(_TAIL.sub("", heading)))))
        if any(map(_names_persons, forms)):
            return Column(place, heading, Use.PERSONS, None, "it names persons")
        for form in forms:
            if form in self._ignored:
                return Column(place, heading, Use.SET_ASIDE, None, "the network's phrasebook ignores it")
            for names, how in ((self._labels, "the network's phrasebook"), (_common(), "common headings")):
                if form in names:
                    return Column(place, heading, Use.READ, _in_its_language(names[form], form), how)
        return Column(place, heading, Use.UNREAD, None, "nobody knows the heading")

    def _check_headings(self, headings: tuple[str, ...]) -> None:
        there = {fold(heading): heading for heading in headings if heading}
        for heading in self._given:
            if fold(heading) not in there:
                near = get_close_matches(fold(heading), there, n=1, cutoff=0.5)
                hint = f"did you mean {there[near[0]]!r}?" if near else f"there are {', '.join(map(repr, there.values()))}"
                raise ColumnUnknown(f"wanted a column {heading!r}, as --column says, found none; {hint}")


def _check_field(heading: str, name: str) -> None:
    if name in (SOURCE_KEY, PROFILE_URL, SET_ASIDE) or is_printed_field(name):
        return
    near = get_close_matches(name, [*PRINTED_FIELDS, SOURCE_KEY, PROFILE_URL], n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else f"; the fields are {', '.join(sorted(PRINTED_FIELDS))}"
    raise ColumnUnknown(f"wanted --column {heading!r} to be a printed field, source_key, url or '-', found {name!r}{hint}")


@cache
def _common() -> dict[str, str]:
    """Common headings, and the printed fields' own names."""
    named = {fold(name): name for name in (*PRINTED_FIELDS, SOURCE_KEY)}
    spaced = {fold(name.replace("_", " ")): name for name in PRINTED_FIELDS}
    return named | spaced | {fold(heading): name for name, headings in WORDS["fields"].items() for heading in headings}


@cache
def _persons() -> tuple[frozenset[str], re.Pattern[str]]:
    words = "|".join(re.escape(fold(word)) for word in WORDS["persons"]["words"])
    return frozenset(map(fold, WORDS["persons"]["headings"])), re.compile(rf"\b(?:{words})\b")


def _in_its_language(name: str, form: str) -> str:
    """On a page the language of a text is the page's; in a list only its heading tells it ("Om oss" is Swedish)."""
    told = _common().get(form, "")
    return told if name == "description" and told.startswith("description.") else name


def _names_persons(text: str) -> bool:
    headings, words = _persons()
    folded = fold(text)
    return folded in headings or words.search(folded) is not None


def _without_direct_lines(columns: list[Column]) -> list[Column]:
    """To the right of a column of persons, a telephone number may be theirs. (A mail address shows by itself whose it is.)"""
    first = next((column.place for column in columns if column.use is Use.PERSONS), len(columns))
    return [
        replace(column, use=Use.PERSONS, field=None, how="it follows a column of persons, and the number may be theirs")
        if column.field == "phone" and column.place > first and column.how != "--column"
        else column
        for column in columns
    ]


def _without_rivals(columns: list[Column]) -> tuple[Column, ...]:
    """One column for the name: what the operator says, else a heading that can only mean an organisation, else the first."""
    names = [column for column in columns if column.field == "name"]
    perhaps = frozenset(map(fold, WORDS["name"]["perhaps"]))
    chosen = [column for column in names if column.how == "--column"]
    sure = [column for column in names if fold(column.heading) not in perhaps]
    the_name = next(iter(chosen or sure or names), None)
    return tuple(
        replace(column, use=Use.UNREAD, field=None, how=f"the name is taken from {the_name.heading!r}; this may be a person's")
        if the_name is not None and column.field == "name" and column is not the_name
        else column
        for column in columns
    )
