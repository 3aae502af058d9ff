"""Where everything comes from, on what permission, how far it is to be trusted, and what every column means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matching.partners.programmes import Programme, programmes
from portal.answers import Page
from portal.options import Permitted
from portal.pages.trust import FOLDER
from portal.tongue import Tongue, catalogue
from portal.visit import Visit
from warehouse.origins import Origin, Table, Vocabulary, dictionary, origins, vocabularies

KNOWN_NETWORKS = ("clusters_of_sweden", "eca", "eccp", "tci")
"""Those of which the catalogue says what they are."""


@dataclass(frozen=True)
class Network:
    """A network; ``permitted``: what the configuration says of why it may be read; None: nothing."""

    origin: Origin
    permitted: Permitted | None

    @property
    def key(self) -> str | None:
        """Of the text that says what it is; None: nobody wrote one."""
        return f"network.{self.origin.network}" if self.origin.network in KNOWN_NETWORKS else None


def terms(tongue: Tongue, network: str, licence: str) -> str:
    """On what terms a network is read, in the reader's language as long as they are those that were translated."""
    key = f"network.terms.{network}"
    return str(tongue(key).unescape()) if catalogue("en").get(key) == (licence,) else licence


@dataclass(frozen=True)
class Trusted:
    """A programme's rules, and how many of its facts are read, recalled or inferred."""

    programme: Programme
    file: str
    statuses: dict[str, int]


def sources(visit: Visit) -> Page:
    """The page."""
    with visit.edition() as edition:
        known, tables = origins(edition.con), dictionary(edition.con)
        imprint = edition.imprint
    networks = [Network(one, visit.options.permissions.get(one.network)) for one in known]
    rules = [_trusted(one) for one in programmes().values()]
    words = vocabularies()
    values = {
        "networks": networks,
        "rules": rules,
        "vocabularies": words,
        "tables": tables,
        "imprint": imprint,
        "terms": lambda origin: terms(visit.tongue, origin.network, origin.licence),
    }
    return Page("sources.html", values, _data(networks, rules, words, tables), "/sources")


def _trusted(programme: Programme) -> Trusted:
    counted = {status.value: number for status, number in programme.statuses.items()}
    return Trusted(programme, f"{FOLDER}/{programme.id}.toml", dict(sorted(counted.items())))


def _data(networks: list[Network], rules: list[Trusted], words: tuple[Vocabulary, ...], tables: list[Table]) -> dict[str, Any]:
    return {
        "networks": [{"origin": one.origin, "permission": one.permitted} for one in networks],
        "programmes": [
            {"id": one.programme.id, "file": one.file, "checked_on": one.programme.checked_on, "statuses": one.statuses}
            for one in rules
        ],
        "vocabularies": [
            {"name": one.name, "file": one.file, "words": one.words, "statuses": dict(one.statuses), "checked_on": one.checked_on}
            for one in words
        ],
        "data_dictionary": tables,
    }
