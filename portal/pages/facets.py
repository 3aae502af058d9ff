"""The filters beside what is found: the values of every facet, with how many one gets with each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain, islice

from markupsafe import Markup

from matching.search.browse import FACETS, Browsed
from portal.pages.naming import Naming
from portal.rendering import part
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.facets import SIZES

SHOWN_AT_ONCE = 8
SHOWN_AT_MOST = 60
"""Values of a facet; what is rarer is found by typing it."""
LONGEST_KEPT = 160
"""Letters of a value whose box is remembered: names of networks and technologies are shorter."""
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


def _id(facet: str, value: str) -> str:
    return f"{facet}-{hashlib.sha256(value.encode(errors='replace')).hexdigest()[:12]}"


def _box(tongue: Tongue, choice: Choice) -> Markup:
    """A value to tick, as HTML."""
    # What strangers write into an address is not remembered: a value that no organisation has, or longer than any name.
    make = _remembered_box if choice.count and len(choice.value) <= LONGEST_KEPT else _remembered_box.__wrapped__
    return make(tongue, choice)


# A page has hundreds of values, and what is written of each is the same from page to page.
@lru_cache(maxsize=16_000)
def _remembered_box(tongue: Tongue, choice: Choice) -> Markup:
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
