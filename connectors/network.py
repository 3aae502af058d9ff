"""The facts about one network, as ``network.toml``, ``phrasebook.toml`` and ``corrections.toml`` state them."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from re import Pattern
from typing import Annotated, Any, Literal, Self

import soupsieve
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from connectors.numbers import NoBooleanIsANumber


def _selector(text: str) -> str:
    try:
        soupsieve.compile(text)
    except soupsieve.SelectorSyntaxError as wrong:
        raise ValueError(f"wanted a CSS selector, found {text!r}: {wrong}") from wrong
    return text


Selectors = tuple[Annotated[str, AfterValidator(_selector)], ...]
"""CSS selectors, tried in order: the first that matches wins."""
Paths = tuple[Pattern[str], ...]
"""Regular expressions on the whole path of an address, without its query."""
Strategy = Literal["dl", "table", "field", "colon", "dash", "tile", "heading", "line", "markup", "json-ld"]
"""Ways of reading labels, as the label reader names them."""


class _Facts(NoBooleanIsANumber, BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expectations(_Facts):
    """Floors that hold a run back, and ceilings that only report."""

    profiles_at_least: Annotated[int, Field(ge=0)] = 1
    profiles_at_most: int | None = None
    pages_changed_at_most: Annotated[float, Field(ge=0, le=1)] = 0.02
    """Share of profile pages that may be other than the expected ones."""
    pages_unread_at_most: Annotated[float, Field(ge=0, le=1)] = 0.05
    """Share of profile pages that may be out of reach or forbidden."""
    fill_at_least: dict[str, float] = {}
    """ClusterProfile field -> share (0 to 1) of profiles that must have a value."""
    page_loses_at_most: Annotated[float, Field(ge=0, le=1)] = 0.4
    """Share of its fields that a page read again may lose; one that loses three or more, and more than this, is another page."""
    field_lost_at_most: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share of the pages read again that may lose one and the same field."""
    field_lost_from: Annotated[int, Field(ge=1)] = 5
    """So many profiles must have lost a field before that is a doubt about the network and not about a few profiles."""
    may_lose: tuple[str, ...] = ()
    """Source keys of profiles that somebody has looked at: they say less than before, and that is right."""


class Canary(_Facts):
    """A profile known well enough that its absence or change means that we read the network wrongly."""

    source_key: str
    expect: dict[str, str]
    """ClusterProfile field -> its value as text."""


class PersonalBlock(_Facts):
    """Text that names persons and stands between two lines of a page; all are regular expressions on a whole line, in any case.

    ``until``: lines with which the page goes on after the block where ``before`` is not there; two of them without the other two
    lines still tell such a page. ``has_open_end``: a page may have the line ``before`` without such a block, and such a block
    without the line: then it goes on to the next heading, or to the page's end. ``inline``: a line that names a person itself;
    what its group ``person`` matches is taken out.
    """

    after: str
    before: str
    until: tuple[str, ...] = ()
    because: str
    has_open_end: bool = False
    inline: Annotated[str, Field(pattern=r"\(\?P<person>")] | None = None


class Correction(_Facts):
    """A value that we know better than the network; reported once the network's own value no longer is ``printed``."""

    source_key: str
    field: str
    printed: str
    value: str
    because: str
    on: date


class ProfileList(_Facts):
    """One list of a directory, and the profiles that it leads to or holds."""

    paths: Annotated[tuple[str, ...], Field(min_length=1)]
    """Where the list begins, tried in order: an address that is gone (404) gives way to the next."""
    holds: Literal["links", "profiles"] = "links"
    """Whether an entry links to a page of its own, or is all that the network says of a cluster."""
    profiles: Paths = ()
    """Where nothing but a profile of this list stands."""
    possible: Paths = ()
    """Where a profile of this list may stand, and other pages too."""
    era: str = ""
    language: str | None = None
    """ISO 639-1; None: the network's."""
    sitemap_discovers: bool = False
    """Whether an address of ``profiles`` in the sitemap is asked for although no list names it; else it only tells dates."""

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.holds == "links" and not (self.profiles or self.possible):
            raise ValueError(f"wanted `profiles` or `possible` paths for the list at {self.paths[0]}, found neither")
        return self


class Directory(_Facts):
    """How the generic connector reads a network: lists of entries, and a profile for each entry."""

    lists: Annotated[tuple[ProfileList, ...], Field(min_length=1)]
    sitemaps: tuple[str, ...] = ()
    """Where the sitemap stands, tried in order."""
    sitemap_parts: Paths = ()
    """Which parts of a sitemap index are read; none named: all."""
    other: Paths = ()
    """Pages of another sort (news, events): neither entries nor profiles."""
    pager: Literal["links", "query", "path"] = "links"
    """How a list goes on: by the links that it prints, or by counting (``?page=2``, ``/page/2/``) up to an empty page."""
    page_word: Annotated[str, Field(pattern=r"^\w[\w-]*$")] = "page"
    """The word before the number of a list's page in its address."""
    first_page: int = 1
    """The number of the page without a number in its address."""
    pages_at_most: Annotated[int, Field(gt=0)] = 200
    key: Annotated[str, Field(pattern=r"^(?:segment|name|\?[\w-]+)$")] = "segment"
    """What a profile's key is: the last segment of its address, a slug of its name, or ``?id``: that parameter of its address."""
    site_names: tuple[str, ...] = ()
    """Names of the site in titles and headings, beside ``title``."""
    strategies: tuple[Strategy, ...] = ()
    """Ways of reading labels, the most trusted first; none named: all, in page order."""
    fields: dict[str, Selectors] = {}
    """Printed field -> where it stands without a label. Of a link, ``website`` and ``email`` are where it leads."""
    lines: Paths = ()
    """What lines without a label say: each named group is a printed field. A ``country`` must be one, and a field with words in
    the phrasebook's ``[values]`` must be one of them."""
    carry: tuple[str, ...] = ()
    """Printed fields that a list's entry tells and that its profile may not."""
    icon_glyphs: str = ""
    """Characters that an icon font draws as a symbol: before an item's text they are no text."""


class NetworkFacts(_Facts):
    """``network.toml``. Selectors and paths are tried in order; the first that matches wins."""

    name: str
    title: str
    home: str
    hosts: tuple[str, ...]
    verified: bool = False
    licence: str
    language: str = "en"
    pace_seconds: float = 5.0
    page_budget: int = 5_000
    organisation_type: str | None = None
    eras: tuple[str, ...] = ("",)
    """Generations of the site, oldest first."""
    paths: dict[str, tuple[str, ...]] = {}
    selectors: dict[Literal["content", "entry", "next_page", "name", "description", "remove"], Selectors] = {}
    """``content``: the page without its frame; ``entry``: one entry of a list; ``remove``: what is taken off a page unread."""
    directory: Directory | None = None
    """How the generic connector reads the network; None: it has a connector of its own."""
    personal: tuple[PersonalBlock, ...] = ()
    expect: Expectations = Expectations()
    canaries: tuple[Canary, ...] = ()

    @model_validator(mode="after")
    def _eras_are_known(self) -> Self:
        for one in self.directory.lists if self.directory else ():
            if one.era not in self.eras:
                raise ValueError(f"wanted an era of {self.eras} for the list at {one.paths[0]}, found {one.era!r}")
        return self


class Phrasebook(_Facts):
    """``phrasebook.toml``: the network's words.

    ``labels``: printed label -> printed field. ``ignore``: labels that are known and not wanted. ``sections``: headings that
    only group. ``values``: ClusterProfile field -> {printed word -> our value}. Look-ups fold case, spaces and final colons.
    """

    labels: dict[str, str]
    ignore: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = {}

    @property
    def entries(self) -> tuple[str, ...]:
        """Every entry as a page remembers that it prints it: ``labels: Website``, ``values.ecosystems: Agri-food``.

        Without ``ignore``: most of these name persons, and are taken out before a page is stored.
        """
        tables = {"labels": self.labels, "sections": self.sections}
        tables |= {f"values.{name}": words for name, words in self.values.items()}
        return tuple(entry(table, words) for table, every in tables.items() for words in every)


def entry(table: str, words: str) -> str:
    """An entry of a phrasebook, as ``Phrasebook.entries`` names it."""
    return f"{table}: {words}"


class Network(_Facts):
    """A network's folder, read."""

    facts: NetworkFacts
    phrasebook: Phrasebook
    corrections: tuple[Correction, ...] = ()


def read_network(folder: Path) -> Network:
    """Read a network's folder. Raises pydantic.ValidationError or tomllib.TOMLDecodeError with the offending key."""

    def toml(name: str) -> dict[str, Any]:
        path = folder / name
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    return Network(
        facts=NetworkFacts.model_validate(toml("network.toml")),
        phrasebook=Phrasebook.model_validate(toml("phrasebook.toml")),
        corrections=tuple(Correction.model_validate(row) for row in toml("corrections.toml").get("correction", [])),
    )
