"""Find clusters: one box, facets with counts, and a link for every search."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain, islice
from typing import Any

from markupsafe import Markup

from matching.search.browse import FACETS, Browsed, browse
from matching.search.search import BY_MEANING, Hit
from matching.search.ways_out import meant
from portal.answers import Page
from portal.opened import Opened
from portal.pages.adding import Choice as Adding
from portal.pages.adding import choice
from portal.pages.paging import Paging
from portal.query import Query
from portal.rendering import bdi, part
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.facets import SIZES, Card, Imprint
from warehouse.vocabulary import has_label

PER_PAGE = 20
LONGEST_QUESTION = 300
SHOWN_AT_ONCE = 8
SHOWN_AT_MOST = 60
"""Values of a facet; what is rarer is found by typing it."""
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
OPEN_FACETS = ("country", "ecosystem")


@dataclass(frozen=True)
class Choice:
    """A value that can be chosen.

    Arguments:
        count: how many organisations one gets with it; what else is said of it hangs not on that.
    """

    facet: str
    value: str
    name: str
    count: int = field(compare=False)
    is_chosen: bool

    @property
    def id(self) -> str:
        """The same for the same value, whatever stands in it: htmx finds by it what had the focus."""
        return _id(self.facet, self.value)


@lru_cache(maxsize=8_000)
def _id(facet: str, value: str) -> str:
    return f"{facet}-{hashlib.sha256(value.encode(errors='replace')).hexdigest()[:12]}"


@dataclass(frozen=True)
class Chip:
    """A value that is chosen.

    Arguments:
        address: the same search without it; where nothing is found, without its whole facet.
        total: how many that would find; None: not asked.
    """

    facet: str
    name: str
    address: str
    total: int | None = None


@dataclass(frozen=True)
class Found:
    """One hit of the list."""

    hit: Hit
    card: Card
    why: tuple[Markup, ...]


@dataclass(frozen=True)
class Searched:
    """A page of what is found.

    Arguments:
        number: which page. meant: what was probably meant. shown: what the list shows of each.
    """

    found: Browsed
    number: int
    meant: dict[str, Any] | None
    shown: dict[int, Card]

    @property
    def last(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.found.total // PER_PAGE), 1)


def clusters(visit: Visit) -> Page:
    """The search page. It reads ``q``, ``page`` and the facets from the address."""
    text = visit.asked.one("q").strip()[:LONGEST_QUESTION]
    chosen = {facet: list(visit.asked.all(facet)) for facet in FACETS}
    kept, language = asked(text, chosen), visit.tongue.code
    wanted = visit.asked.number("page", 1, 1, 10_000)
    with visit.edition() as edition:
        searched = edition.remembered(
            ("searched", language, kept.pairs, wanted), lambda: _searched(visit, edition, text, chosen, wanted)
        )
        here = kept.setting("page", str(searched.number)) if searched.number > 1 else kept
        naming = Naming(visit.tongue, edition.imprint)
        adding = choice(visit, edition)
        facets = edition.remembered(
            ("facets", language, kept.pairs, visit.is_partial), lambda: facet_lists(visit, naming, searched.found, chosen)
        )
        shown = [hit.id for hit in searched.found.hits]
        # What others are shown too says nothing of what this reader did, nor of their shortlist.
        plain = adding.only(shown)
        made = partial(_results, visit, naming, searched, text, chosen, plain)
        key = ("results", language, here.pairs, adding.lists is None)
        results = made() if plain.noted or plain.there else edition.remembered(key, made)
    permalink = here.to("/clusters")
    values = {
        "text": text,
        "total": searched.found.total,
        "facets": facets,
        "results": results,
        "adding": adding,
        "places": adding.places(shown),
        "on_map": visit.address(kept.to("/map")),
    }
    return Page(
        "clusters.html",
        values,
        partial(_data, searched),
        permalink,
        fragment="clusters_part.html",
        headers={"hx-push-url": visit.address(permalink)} if visit.is_partial else {},
    )


def _searched(visit: Visit, edition: Opened, text: str, chosen: dict[str, list[str]], wanted: int) -> Searched:
    """What is found on the page that was asked for; where there is no such page, on the last."""
    number = wanted
    while True:
        first = (number - 1) * PER_PAGE
        with_model = visit.options.with_model
        found = browse(
            edition.con,
            edition.shelf,
            text,
            chosen,
            first=first,
            limit=PER_PAGE,
            with_model=with_model,
            alphabet=edition.alphabet(visit.tongue.code) if not text else None,
        )
        if found.hits or number == 1:
            shown = edition.cards([hit.id for hit in found.hits])
            return Searched(found, number, _meant(visit, edition, found, chosen), shown)
        number = max(-(-found.total // PER_PAGE), 1)


# A page has hundreds of values, and what is written of each is the same from page to page.
@lru_cache(maxsize=16_000)
def _box(tongue: Tongue, choice: Choice) -> Markup:
    """A value to tick, as HTML."""
    return part("facet_box.html", tongue, one=choice)


@lru_cache(maxsize=4_000)
def _counted(tongue: Tongue, count: int) -> Markup:
    """How many are found with a value, as HTML."""
    return part("facet_count.html", tongue, count=count)


def facet_lists(visit: Visit, naming: Naming, found: Browsed, chosen: dict[str, list[str]]) -> Markup:
    """The filters beside what is found, as HTML."""
    return part(
        "search_facets.html",
        visit.tongue,
        facets={facet: choices(naming, found, facet, chosen[facet]) for facet in FACETS},
        open_facets=OPEN_FACETS,
        at_once=SHOWN_AT_ONCE,
        swapped=visit.is_partial,
        box=partial(_box, visit.tongue),
        counted=partial(_counted, visit.tongue),
    )


def _results(visit: Visit, naming: Naming, searched: Searched, text: str, chosen: dict[str, list[str]], adding: Adding) -> Markup:
    found, kept = searched.found, asked(text, chosen)
    paging = Paging(searched.number, PER_PAGE, found.total)
    return part(
        "search_results.html",
        visit.tongue,
        total=found.total,
        found=found,
        hits=[Found(hit, searched.shown[hit.id], naming.why(hit)) for hit in found.hits],
        chips=_chips(visit, naming, found, kept, chosen),
        clear=visit.address(asked(text, {}).to("/clusters")),
        everyone=visit.address("/clusters"),
        meant=searched.meant,
        first=paging.before + 1,
        **paging.links(visit, kept, "/clusters"),
        naming=naming,
        adding=adding,
    )


def asked(text: str, chosen: dict[str, list[str]]) -> Query:
    """A search as its link has it: in one order, without what says nothing."""
    pairs = [("q", text)] if text else []
    return Query((*pairs, *((facet, value) for facet in FACETS for value in chosen.get(facet, []))))


def _meant(visit: Visit, edition: Opened, found: Browsed, chosen: dict[str, list[str]]) -> dict[str, Any] | None:
    """What was probably meant, and how many that finds; None: nothing else, or nothing that finds anybody."""
    other = meant(edition.con, edition.shelf, found, chosen, with_model=visit.options.with_model)
    if other is None:
        return None
    address = visit.address(asked(other.text, chosen if other.keeps_choices else {}).to("/clusters"))
    return {"text": other.text, "address": address, "total": other.total}


def choices(naming: Naming, found: Browsed, facet: str, chosen: list[str]) -> list[Choice]:
    """The values of a facet: those chosen first, then the most frequent; sizes in their order."""
    counts = found.facets[facet]
    taken: list[tuple[str, int]] = []
    if wanted := {value.casefold() for value in chosen}:
        taken = [(value, n) for value, n in counts.items() if value.casefold() in wanted]
        known = {value.casefold() for value, _ in taken}
        # A value that nobody has under the other choices stands here too: it can be taken away.
        taken += [(value, 0) for value in chosen if value.casefold() not in known]
    others = ((value, n) for value, n in counts.items() if not wanted or value.casefold() not in wanted)
    # What is cut off is not named: a facet may have thousands of values, of which the last are there once each.
    shown = [
        Choice(facet, value, naming.name(facet, value), n, is_chosen)
        for value, n, is_chosen in islice(
            chain(((*one, True) for one in taken), ((*one, False) for one in others)), None if facet == "size" else SHOWN_AT_MOST
        )
    ]
    if facet == "size":
        return sorted(shown, key=lambda one: SIZES.index(one.value) if one.value in SIZES else len(SIZES))
    return sorted(naming.tongue.in_order(shown, lambda one: one.name), key=lambda one: (not one.is_chosen, -one.count))


def _chips(visit: Visit, naming: Naming, found: Browsed, kept: Query, chosen: dict[str, list[str]]) -> list[Chip]:
    """The values chosen. Where nothing is found, each says what it would help to leave out its facet."""
    chips = []
    for facet, values in chosen.items():
        for value in values:
            rest = kept.leaving(facet) if not found.total else kept.leaving(facet, value)
            total = found.without.get(facet) if not found.total else None
            chips.append(Chip(facet, naming.name(facet, value), visit.address(rest.to("/clusters")), total))
    return chips


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


def _data(searched: Searched) -> dict[str, Any]:
    found, shown, meant = searched.found, searched.shown, searched.meant
    return {
        "total": found.total,
        "page": searched.number,
        "pages": searched.last,
        "results": [
            {
                "id": hit.id,
                "name": hit.name,
                "country": hit.country,
                "score": hit.score,
                "ecosystems": hit.ecosystems,
                "matched": hit.matched,
                "organisation_type": shown[hit.id].type,
                "members_total": shown[hit.id].members,
                "labels": shown[hit.id].labels,
                "networks": shown[hit.id].networks,
                "checked_on": shown[hit.id].checked_on,
            }
            for hit in found.hits
        ],
        "facets": {facet: dict(values) for facet, values in found.facets.items()},
        "without": dict(found.without),
        "did_you_mean": meant and {"text": meant["text"], "total": meant["total"]},
    }
