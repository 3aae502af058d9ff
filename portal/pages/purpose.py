"""For whom partners are sought, and for which programme: pages hand it on to each other in their addresses."""

from __future__ import annotations

from dataclasses import dataclass

from matching.partners.programmes import Programme, programmes
from portal.opened import Opened
from portal.query import NOTHING, Query
from portal.visit import Visit, whole_number
from warehouse.facets import Card
from warehouse.organisations import redirect


@dataclass(frozen=True)
class Purpose:
    """What somebody has in mind. None: nothing is known of it."""

    home: Card | None = None
    programme: Programme | None = None

    @property
    def asked(self) -> Query:
        """As addresses have it."""
        asked = NOTHING.setting("home", str(self.home.id)) if self.home else NOTHING
        return asked.setting("programme", self.programme.id) if self.programme else asked

    def to(self, path: str) -> str:
        """A page that is told of it."""
        return self.asked.to(path)


def purpose(visit: Visit, edition: Opened, number: int) -> Purpose:
    """What the address of a cluster's page says of it; what names nothing, or the cluster itself, is left out.

    Arguments:
        number: of the cluster that the page is about.
    """
    programme = programmes().get(visit.asked.one("programme"))
    wanted = whole_number(visit.asked.one("home"))
    if wanted is None:
        return Purpose(None, programme)
    home = redirect(edition.con, wanted) or wanted
    return Purpose(edition.cards([home]).get(home) if home != number else None, programme)
