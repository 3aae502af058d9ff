"""Find clusters: one box, facets with counts, and a link for every search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from matching.search.browse import FACETS, Browsed, browse
from matching.search.search import Hit
from matching.search.ways_out import meant
from portal.answers import Page
from portal.opened import Opened
from portal.pages.adding import Choice as Adding
from portal.pages.adding import choice
from portal.pages.facets import facet_lists
from portal.pages.naming import Naming
from portal.pages.paging import Paging
from portal.query import Query
from portal.rendering import part
from portal.visit import Visit
from warehouse.facets import Card

PER_PAGE = 20
LONGEST_QUESTION = 300


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


def _chips(visit: Visit, naming: Naming, found: Browsed, kept: Query, chosen: dict[str, list[str]]) -> list[Chip]:
    """The values chosen. Where nothing is found, each says what it would help to leave out its facet."""
    chips = []
    for facet, values in chosen.items():
        for value in values:
            rest = kept.leaving(facet) if not found.total else kept.leaving(facet, value)
            total = found.without.get(facet) if not found.total else None
            chips.append(Chip(facet, naming.name(facet, value), visit.address(rest.to("/clusters")), total))
    return chips


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
