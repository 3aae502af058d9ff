"""A network and pages of it, made for each test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from connectors.contract import ParsedProfile
from connectors.network import Correction, Network, NetworkFacts, Phrasebook
from sync.normalise import Normalised, normalise

TODAY = date(2026, 11, 23)


@pytest.fixture
def network() -> Callable[..., Network]:
    """Make a network: keyword arguments are those of its facts, ``values`` its phrasebook's, ``corrections`` its corrections."""

    def make(
        values: Mapping[str, Mapping[str, str]] | None = None, corrections: tuple[Correction, ...] = (), **facts: Any
    ) -> Network:
        known: dict[str, Any] = {
            "name": "eccp",
            "title": "ECCP",
            "home": "https://example.org",
            "hosts": ("example.org",),
            "licence": "facts",
        }
        return Network(
            facts=NetworkFacts(**(known | facts)),
            phrasebook=Phrasebook(labels={}, values={field: dict(words) for field, words in (values or {}).items()}),
            corrections=corrections,
        )

    return make


@pytest.fixture
def page() -> Callable[..., ParsedProfile]:
    """Make a page: keyword arguments are printed fields, each a string or a tuple of them."""

    def make(source_key: str = "paper-province", era: str = "", **printed: str | tuple[str, ...]) -> ParsedProfile:
        named = {"name": "Paper Province"} | printed
        words = {field.replace("__", "."): (value,) if isinstance(value, str) else value for field, value in named.items()}
        return ParsedProfile(source_key, f"https://example.org/{era}/{source_key}", words, "0" * 64, era)

    return make


@pytest.fixture
def read(network: Callable[..., Network], page: Callable[..., ParsedProfile]) -> Callable[..., Normalised]:
    """Normalise a page of a plain network, given its printed fields."""

    def make(**printed: str | tuple[str, ...]) -> Normalised:
        return normalise(page(**printed), network(), today=TODAY)

    return make
