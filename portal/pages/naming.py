"""How values are called in a language: countries, regions, networks, words of vocabularies, and what a query met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from matching.search.browse import FACETS
from matching.search.search import BY_MEANING, Hit
from portal.opened import Opened
from portal.rendering import bdi
from portal.tongue import Tongue
from warehouse.facets import Imprint
from warehouse.vocabulary import has_label

VOCABULARIES = {
    "ecosystems": "ecosystem",
    "sectors": "sector",
    "emerging_industries": "emerging_industry",
    "organisation_type": "organisation_type",
    "technologies": "technology",
    "s3_priorities": "s3_priority",
}
"""Fields whose values have names in every language, and their vocabularies."""
MOST_LEARNT = 4_000
"""Values of a facet whose names are put in order before anybody asks."""


@dataclass(frozen=True)
class Naming:
    """How values are called in a language."""

    tongue: Tongue
    imprint: Imprint

    def name(self, facet: str, value: str) -> str:
        """The name of a facet's value."""
        match facet:
            case "country":
                return self.tongue.country(value)
            case "region":
                return self.region(value)
            case "network":
                return self.network(value)
            case "type":
                return self.tongue.word("organisation_type", value)
            case _:
                return self.tongue.word(facet, value)

    def region(self, code: str) -> str:
        """The region's name, with its code."""
        name = self.imprint.regions.get(code)
        return f"{name} ({code})" if name else code

    def network(self, name: str) -> str:
        """What the network calls itself."""
        known = self.imprint.networks.get(name)
        return known.title if known else name

    @property
    def titles(self) -> dict[str, str]:
        """Short name -> what each network calls itself."""
        return {name: card.title for name, card in self.imprint.networks.items()}

    def networks(self, names: Sequence[str]) -> str:
        """What networks call themselves, one after the other."""
        return ", ".join(self.network(name) for name in names)

    def why(self, hit: Hit) -> tuple[Markup, ...]:
        """What the query met, field by field; by which of its words, where that is another, once."""
        told: set[str] = set()
        return tuple(self._met(_without_told(matched, told)) for matched in hit.matched)

    def _met(self, matched: str) -> Markup:
        if matched == BY_MEANING:
            return self.tongue("search.by_meaning")
        field, _, value = matched.partition(": ")
        value = self._worded(VOCABULARIES[field], value) if field in VOCABULARIES else value
        return Markup("{}: {}").format(self.tongue(f"field.{field}"), bdi(value))

    def _worded(self, kind: str, value: str) -> str:
        """A word of a vocabulary, and the query's word behind it that led there."""
        said, mark, through = value.rpartition(" (")
        if mark and not has_label(kind, value):
            name = self.tongue.word(kind, said)
            # Whoever typed the name itself, or a part of it, need not be told so.
            typed = through.removesuffix(")").casefold()
            return name if typed in name.casefold() else f"{name} ({through}"
        return self.tongue.word(kind, value)


def learn_names(tongue: Tongue, edition: Opened) -> None:
    """Put the names of all values in order once: to do so for one that is new takes longer than all that are known."""
    naming = Naming(tongue, edition.imprint)
    for facet in FACETS:
        values = edition.shelf.facets[facet].names
        if len(values) <= MOST_LEARNT:
            tongue.in_order(values, partial(naming.name, facet))


def _without_told(matched: str, told: set[str]) -> str:
    """What was met, without the query's word behind it if that was told before; ``told`` gets it."""
    met, mark, through = matched.rpartition(" (")
    if not mark or not through.endswith(")"):
        return matched
    if through in told:
        return met
    told.add(through)
    return matched
