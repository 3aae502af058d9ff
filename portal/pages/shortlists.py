"""All shortlists; beginning one; and putting an organisation on one from any page."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from matching.partners.programmes import programmes as known_programmes
from portal.answers import Answer, Page, Redirect, Refusal, not_found
from portal.hostile import short
from portal.pages.adding import NEW
from portal.session import LONGEST_NAME, Session
from portal.visit import Visit, reading, whole_number, writing
from warehouse import shortlists as desk_lists
from warehouse.decided import RecordKey
from warehouse.facets import oldest_record
from warehouse.organisations import redirect
from warehouse.shortlist_shapes import Full, NoShortlist


def shortlists(visit: Visit) -> Page:
    """The page with all of them."""
    with visit.edition() as edition, reading(edition.desk) as desk:
        found = desk_lists.lists(desk) if desk else []
    values = {"lists": found, "programmes": known_programmes()}
    return Page("shortlists.html", values, found, "/shortlists")


def begin(visit: Visit) -> Answer:
    """A new shortlist."""
    session = named(visit)
    name = visit.form.one("name").strip() or str(visit.tongue("shortlist.untitled", day=visit.tongue.day(visit.today)))
    programme = visit.form.one("programme").strip() or None
    if programme is not None and programme not in known_programmes():
        raise Refusal(404, "no_programme")
    with visit.edition() as edition, writing(edition.desk) as desk:
        number = desk_lists.create(
            desk, short(name, desk_lists.LONGEST_NAME), programme=programme, by=signature(visit, session), at=visit.now
        )
    return Redirect(f"/shortlists/{number}", session=replace(session, shortlist=number).saying("said.begun"))


def put_on(visit: Visit) -> Answer:
    """Put an organisation on the shortlist that the form names, or on a new one, and go back to where one was."""
    number = whole_number(visit.form.one("organisation"))
    if number is None:
        raise not_found()
    session = named(visit)
    by = signature(visit, session)
    with visit.edition() as edition, writing(edition.desk) as desk:
        number = redirect(edition.con, number) or number
        record, card = oldest_record(edition.con, number), edition.cards([number]).get(number)
        if record is None or card is None:
            raise not_found()
        wanted = visit.form.one("shortlist")
        onto = whole_number(wanted)
        if wanted == NEW or not wanted:
            name = str(visit.tongue("shortlist.untitled", day=visit.tongue.day(visit.today)))
            onto = desk_lists.create(desk, name, by=by, at=visit.now)
        if onto is None:
            raise not_found()
        try:
            _, is_new = desk_lists.add(
                desk, onto, RecordKey(*record), organisation_id=number, name=card.name, country=card.country, by=by, at=visit.now
            )
            name = desk_lists.contents(desk, onto).shortlist.name
        except NoShortlist as nothing:
            raise no_list(nothing) from nothing
        except Full as full:
            raise Refusal(409, "shortlist_full") from full
    key = "said.added" if is_new else "said.there_already"
    back = own_path(visit, visit.form.one("back")) or visit.address(f"/shortlists/{onto}")
    saying = replace(session, shortlist=onto).saying(key, name=short(card.name, 80), shortlist=short(name, 80))
    return Redirect(back, session=saying, is_whole=True)


def no_list(nothing: NoShortlist) -> Refusal:
    """Why there is no such shortlist."""
    return Refusal(410, "shortlist_deleted") if nothing.deleted else Refusal(404, "no_shortlist")


def named(visit: Visit) -> Session:
    """The session, with the name under which somebody writes who need not sign in."""
    given = " ".join(visit.form.one("by").split())[:LONGEST_NAME]
    return replace(visit.session, name=given) if given and visit.entered.user is None else visit.session


def signature(visit: Visit, session: Session) -> str:
    """Who writes; empty: nobody said."""
    return visit.entered.user or session.name


def own_path(visit: Visit, address: str) -> str | None:
    """An address where it leads to a page of ours in a language of ours; else None: nobody is led elsewhere."""
    if len(address) > 4_000 or "\\" in address or not address.isprintable() or not address.startswith("/"):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_ours = any(parts.path.startswith(f"/{code}/") for code in visit.options.languages)
    plain = not parts.scheme and not parts.netloc and "//" not in parts.path and ".." not in parts.path
    return address if is_ours and plain and address.isascii() else None
