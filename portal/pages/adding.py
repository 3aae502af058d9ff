"""Onto which shortlist something is put: a choice that many pages offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from portal.hostile import short, visible
from portal.opened import Opened
from portal.pages.purpose import Purpose
from portal.told import told
from portal.visit import Visit, reading
from warehouse import shortlists
from warehouse.desk import DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.facets import organisations_of
from warehouse.shortlist_shapes import NoShortlist, Shortlist

NEW = "new"
"""In place of a number: a shortlist that is begun with this."""
LONGEST_SHOWN = 60
PLACE = "added-{}"
"""The id of the place beside a button at which is said what it did; it holds the organisation's number."""


@dataclass(frozen=True)
class Choice:
    """The shortlists that one may add to.

    Arguments:
        lists: None: they cannot be read just now, and nothing can be added.
        chosen: number of the one that is proposed; 0: a new one.
        namesakes: numbers of those that are called as another is, and need their number beside the name.
        purpose: a new one is begun with its home and its programme.
        noted: organisation -> what its button did, on the page before.
        there: organisations that are on the one proposed; told: what is said of each of them.
    """

    lists: tuple[Shortlist, ...] | None
    chosen: int = 0
    namesakes: frozenset[int] = frozenset()
    purpose: Purpose = field(default_factory=Purpose)
    noted: Mapping[int, Markup] = field(default_factory=dict)
    there: frozenset[int] = frozenset()
    told: Markup = field(default_factory=Markup)

    def only(self, organisations: Sequence[int]) -> Choice:
        """What of it bears on a list with buttons for these organisations, whoever reads it."""
        noted = {number: text for number, text in self.noted.items() if number in organisations}
        there = self.there.intersection(organisations)
        return Choice(self.lists, noted=noted, there=there, told=self.told if there else Markup())

    def places(self, organisations: Sequence[int]) -> set[str]:
        """The ids at which a page with buttons for these organisations says what they did."""
        return set() if self.lists is None else {PLACE.format(number) for number in organisations}


def choice(visit: Visit, edition: Opened, purpose: Purpose | None = None) -> Choice:
    """The shortlists; proposed is the one that this reader last began, opened or added to, else a new one.

    A desk in trouble keeps nobody from searching.
    """
    purpose = purpose or Purpose()
    try:
        with reading(edition.desk) as desk:
            found = tuple(shortlists.lists(desk)) if desk else ()
            proposed = next((one for one in found if one.number == visit.preferences.shortlist), None)
            entries = shortlists.contents(desk, proposed.number).entries if desk and proposed and proposed.entries else ()
    except (DeskBusy, DeskUnwritable, DeskDamaged, NoShortlist):  # or it was deleted between the two questions
        return Choice(None, purpose=purpose, noted=_noted(visit))
    if proposed is None:
        return Choice(found, 0, namesakes(found), purpose, _noted(visit))
    records = tuple((*entry.record, entry.organisation_id) for entry in entries)
    now = edition.remembered(("now", records), lambda: organisations_of(edition.con, records))
    there = frozenset(number for number in now.values() if number is not None)
    return Choice(found, proposed.number, namesakes(found), purpose, _noted(visit), there, _there(visit, proposed))


def _there(visit: Visit, one: Shortlist) -> Markup:
    """That an organisation is on a shortlist already, whose name leads there."""
    link = Markup('<a href="{}">{}</a>').format(
        visit.address(f"/shortlists/{one.number}"), visible(short(one.name, LONGEST_SHOWN))
    )
    return visit.tongue("adding.there", shortlist=link)


def namesakes(lists: Sequence[Shortlist]) -> frozenset[int]:
    """Numbers of those that look as another does where names are cut."""
    times = Counter(_looks(one) for one in lists)
    return frozenset(one.number for one in lists if times[_looks(one)] > 1)


def _looks(one: Shortlist) -> str:
    return short(one.name, LONGEST_SHOWN).casefold()


def _noted(visit: Visit) -> dict[int, Markup]:
    said = visit.session.said
    before, _ = PLACE.split("{}")
    if said is None or not said.at.startswith(before):
        return {}
    return {int(said.at.removeprefix(before)): told(visit, said)}
