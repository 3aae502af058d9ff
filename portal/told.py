"""What a page says once of what was done just now."""

from __future__ import annotations

from markupsafe import Markup

from portal.hostile import short, visible
from portal.session import Said
from portal.visit import Visit

LONGEST_NAME = 80


def told(visit: Visit, said: Said) -> Markup:
    """Its text in the reader's language; the name of a shortlist in it leads there."""
    values: dict[str, object] = dict(said.values)
    if "list" in said.values and "shortlist" in said.values:
        address = visit.address(f"/shortlists/{said.values['list']}")
        name = visible(short(said.values["shortlist"], LONGEST_NAME))
        values["shortlist"] = Markup('<a href="{}">{}</a>').format(address, name)
    return visit.tongue.filled(said.key, values)
