"""Taking an organisation off a shortlist, bringing it back, and saying who leads when that changed."""

from __future__ import annotations

from portal.answers import Redirect, Refusal
from portal.hostile import short
from portal.pages.shortlists import signature
from portal.session import Session
from portal.visit import Visit
from warehouse import shortlists as desk_lists
from warehouse import shortlists_undone as undone
from warehouse.desk import Desk
from warehouse.listed import Listed, listed
from warehouse.shortlist_shapes import Full

LONGEST = 80


def place_of(number: int) -> str:
    """The place of a shortlist's page that says who was taken off, and offers to bring it back; of no other list's page."""
    return f"removed-{number}"


def remove(visit: Visit, desk: Desk, number: int, session: Session, entry: int) -> Redirect:
    """Take an organisation off; the next page offers it back, and says who leads now if it led."""
    before = entries_of(visit, desk, number)
    gone = next((one for one in before if one.entry.number == entry), None)
    desk_lists.remove(desk, number, entry, by=signature(visit, session), at=visit.now)
    name, now = short(gone.name, LONGEST) if gone else "", new_lead(before, entries_of(visit, desk, number))
    key = "said.removed_lead" if now else "said.removed"
    said = session.saying_there(key, place_of(number), name=name, home=now, entry=entry)
    return Redirect(f"/shortlists/{number}#{place_of(number)}", session=said)


def bring_back(visit: Visit, desk: Desk, number: int, session: Session, entry: int) -> Redirect:
    """Put it back where it stood. Raises NoShortlist."""
    before = entries_of(visit, desk, number)
    try:
        name = undone.bring_back(desk, number, entry)
    except Full as full:
        raise Refusal(409, "shortlist_full") from full
    now = new_lead(before, entries_of(visit, desk, number))
    place = f"entry-{entry}"
    said = session.saying("said.back_lead" if now else "said.back", place, name=short(name, LONGEST))
    return Redirect(f"/shortlists/{number}#{place}", session=said)


def entries_of(visit: Visit, desk: Desk, number: int) -> list[Listed]:
    """Who is on the list, as the desk says it at this moment. Raises NoShortlist."""
    with visit.edition() as edition:
        return listed(edition.con, edition.cards, desk_lists.contents(desk, number))


def new_lead(before: list[Listed], after: list[Listed]) -> str:
    """Who leads since a change, by name; empty: whoever led before, or nobody."""
    was, now = (next((one for one in entries if one.counts), None) for entries in (before, after))
    return short(now.name, LONGEST) if now and (was is None or was.entry.number != now.entry.number) else ""
