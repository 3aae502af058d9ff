"""The facts about one network, as ``network.toml``, ``phrasebook.toml`` and ``corrections.toml`` state them."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expectations(_Facts):
    """Floors that hold a run back, and ceilings that only report."""

    profiles_at_least: Annotated[int, Field(ge=0)] = 1
    profiles_at_most: int | None = None
    pages_changed_at_most: Annotated[float, Field(ge=0, le=1)] = 0.02
    fill_at_least: dict[str, float] = {}
    """ClusterProfile field -> share (0 to 1) of profiles that must have a value."""


class Canary(_Facts):
    """A profile known well enough that its absence or change means that we read the network wrongly."""

    source_key: str
    expect: dict[str, str]
    """ClusterProfile field -> its value as text."""


class PersonalBlock(_Facts):
    """Text that names persons and stands between two lines of a page; both are regular expressions on a whole line."""

    after: str
    before: str
    because: str


class Correction(_Facts):
    """A value that we know better than the network; reported once the network's own value no longer is ``printed``."""

    source_key: str
    field: str
    printed: str
    value: str
    because: str
    on: date


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
    selectors: dict[str, tuple[str, ...]] = {}
    personal: tuple[PersonalBlock, ...] = ()
    expect: Expectations = Expectations()
    canaries: tuple[Canary, ...] = ()


class Phrasebook(_Facts):
    """``phrasebook.toml``: the network's words.

    ``labels``: printed label -> printed field. ``ignore``: labels that are known and not wanted. ``sections``: headings that
    only group. ``values``: ClusterProfile field -> {printed word -> our value}. Look-ups fold case, spaces and final colons.
    """

    labels: dict[str, str]
    ignore: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = {}


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
