"""For whom partners are sought, and for which programme: pages hand it on to each other in their addresses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matching.partners.programmes import Programme, programmes
from matching.partners.recipe import Mode
from portal.opened import Opened
from portal.query import NOTHING, Query
from portal.visit import Visit, whole_number
from warehouse.facets import Card
from warehouse.organisations import redirect

TOPS = (10, 25, 50)
"""How many partners a ranking may show."""
NAMES = ("home", "programme", "mode", "country", "top")
"""What addresses call all this."""


@dataclass(frozen=True)
class Purpose:
    """What somebody has in mind.

    Arguments:
        home, programme: None: nothing is known of it.
        mode: by which the partners of the home were ranked.
        countries, top: to which the ranking was narrowed, and how many of it were shown.
    """

    home: Card | None = None
    programme: Programme | None = None
    mode: Mode = Mode.BALANCED
    countries: tuple[str, ...] = ()
    top: int = TOPS[0]

    @property
    def ranked(self) -> Query:
        """What the address of the ranking asks for."""
        asked = NOTHING if self.mode is Mode.BALANCED else NOTHING.setting("mode", self.mode.value)
        if self.programme:
            asked = asked.setting("programme", self.programme.id)
        asked = Query((*asked.pairs, *(("country", code) for code in self.countries)))
        return asked.setting("top", str(self.top)) if self.top != TOPS[0] else asked

    @property
    def ranking(self) -> str:
        """The path of the ranking that somebody comes from. There is one where there is a home."""
        return self.ranked.to(f"/clusters/{self.home.id}/partners") if self.home else ""

    def place_of(self, number: int) -> str:
        """The path of a partner's place in that ranking."""
        return f"{self.ranking}#partner-{number}"

    @property
    def asked(self) -> Query:
        """As addresses have it. How a ranking was made says nothing where nobody is sought for."""
        if not self.home:
            return NOTHING.setting("programme", self.programme.id) if self.programme else NOTHING
        return Query((("home", str(self.home.id)), *self.ranked.pairs))

    def to(self, path: str) -> str:
        """A page that is told of it."""
        return self.asked.to(path)

    def seen_by(self, number: int) -> Purpose:
        """The same for the page of a cluster: nobody is a partner of its own."""
        return replace(self, home=None) if self.home and self.home.id == number else self


def purpose(visit: Visit, edition: Opened, number: int | None = None) -> Purpose:
    """What the address of a page says of it; what names nothing, or the cluster itself, is left out.

    Arguments:
        number: of the cluster that the page is about; None: it is about several.
    """
    programme = programmes().get(visit.asked.one("programme"))
    wanted = whole_number(visit.asked.one("home"))
    if wanted is None:
        return Purpose(None, programme)
    home = redirect(edition.con, wanted) or wanted
    countries = tuple(code for code in countries_of(visit) if code in edition.shelf.facets["country"].names)
    found = Purpose(edition.cards([home]).get(home), programme, mode_of(visit), countries, top_of(visit))
    return found if number is None else found.seen_by(number)


def mode_of(visit: Visit) -> Mode:
    """The mode that the address asks for; what is none is the balanced one."""
    text = visit.asked.one("mode", Mode.BALANCED.value)
    return Mode(text) if text in {mode.value for mode in Mode} else Mode.BALANCED


def countries_of(visit: Visit) -> tuple[str, ...]:
    """The countries to which the address narrows the ranking."""
    return tuple(code.upper() for code in visit.asked.all("country"))


def top_of(visit: Visit) -> int:
    """How many partners the address asks for: one of ``TOPS``."""
    wanted = visit.asked.number("top", TOPS[0], 1, TOPS[-1])
    return next(one for one in TOPS if one >= wanted)
