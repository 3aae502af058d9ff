"""All shortlists; beginning one; and putting an organisation on one from any page."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from matching.partners.programmes import Programme
from matching.partners.programmes import programmes as known_programmes
from portal.answers import Answer, Page, Redirect, Refusal, not_found
from portal.hostile import short
from portal.opened import Opened
from portal.pages.adding import NEW, PLACE, choice, namesakes
from portal.session import LONGEST_NAME, Session
from portal.visit import Visit, reading, whole_number, writing
from warehouse import shortlists as desk_lists
from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.facets import Card, oldest_record
from warehouse.organisations import redirect
from warehouse.shortlist_shapes import Full, Joining, NoShortlist
from warehouse.shortlists_undone import deleted

LONGEST_HOME = 80
MOST_DELETED = 10
DELETED = "deleted"
"""The place at which the page says that a shortlist was deleted, and offers it back."""


def shortlists(visit: Visit) -> Page:
    """The page with all of them."""
    with visit.edition() as edition, reading(edition.desk) as desk:
        found = desk_lists.lists(desk) if desk else []
        gone = deleted(desk, MOST_DELETED) if desk else []
    values = {
        "lists": found,
        "deleted": gone,
        "namesakes": namesakes(found),
        "programmes": known_programmes(),
        "places": {DELETED},
    }
    return Page("shortlists.html", values, found, "/shortlists")


def begin(visit: Visit) -> Answer:
    """A new shortlist."""
    session = named(visit)
    by, name, programme = signature(visit, session), visit.form.one("name").strip(), wanted_programme(visit)
    with visit.edition() as edition, writing(edition.desk) as desk:
        if name:
            name = short(name, desk_lists.LONGEST_NAME)
            number = desk_lists.create(desk, name, programme=programme.id if programme else None, by=by, at=visit.now)
        else:
            name = default_name(visit, None, programme)
            number, _ = desk_lists.begin(desk, name, programme=programme.id if programme else None, by=by, at=visit.now)
    preferences = replace(visit.preferences, shortlist=number)
    return Redirect(f"/shortlists/{number}", session=session.saying("said.begun"), preferences=preferences)


def default_name(visit: Visit, home: Card | None, programme: Programme | None) -> str:
    """What a shortlist is called that nobody named, by what it is for, as far as that is known, else by its day.

    In the reader's language: a number stands behind it only where another list has, or had, that very name.
    """
    t = visit.tongue
    if home and programme:
        return f"{short(home.name, LONGEST_HOME)} – {programme.short_name[t.code]}"
    if home:
        return str(t("partners.heading", name=short(home.name, LONGEST_HOME)).unescape())
    return str(t("shortlist.untitled", day=t.day(visit.today)))


def wanted_programme(visit: Visit) -> Programme | None:
    """The programme that a form names. Raises Refusal where there is no such."""
    name = visit.form.one("programme").strip()
    if name and name not in known_programmes():
        raise Refusal(404, "no_programme")
    return known_programmes().get(name)


def put_on(visit: Visit) -> Answer:
    """Put an organisation on the shortlist that the form names, or on a new one, and say so where the button was pressed.

    A new one begins with the home and the programme that the page was about.
    """
    number, wanted = whole_number(visit.form.one("organisation")), visit.form.one("shortlist")
    onto = None if wanted in (NEW, "") else whole_number(wanted) or 0
    if number is None:
        raise not_found()
    session = named(visit)
    by = signature(visit, session)
    with visit.edition() as edition, writing(edition.desk) as desk:
        one = _joining(edition, number)
        if onto is not None:
            key, name = _added(desk, onto, one, by, visit)
            home = None
        else:
            home, programme = _home(visit, edition, one), wanted_programme(visit)
            team = [_joining(edition, home.id), one] if home else [one]
            key = "said.begun_led" if home else "said.begun_with"
            name = default_name(visit, home, programme)
            onto, name = desk_lists.begin(
                desk, name, programme=programme.id if programme else None, joining=team, by=by, at=visit.now
            )
    leads = short(home.name, LONGEST_HOME) if home else ""
    session = session.saying(
        key, PLACE.format(number), name=short(one.name, 80), shortlist=short(name, 80), list=onto, home=leads
    )
    remembered = replace(visit, session=session, preferences=replace(visit.preferences, shortlist=onto))
    if visit.is_partial:
        with visit.edition() as edition:
            values = {"adding": choice(remembered, edition), "number": number}
        return Page("added.html", values, None, visit.path, preferences=remembered.preferences)
    back = own_path(visit, visit.form.one("back")) or visit.address(f"/shortlists/{onto}")
    return Redirect(back, session=session, is_whole=True, preferences=remembered.preferences)


def _joining(edition: Opened, number: int) -> Joining:
    """An organisation, ready to be put on a shortlist. Raises Refusal where there is none."""
    number = redirect(edition.con, number) or number
    record, card = oldest_record(edition.con, number), edition.cards([number]).get(number)
    if record is None or card is None:
        raise not_found()
    return Joining(RecordKey(*record), number, card.name, card.country)


def _added(desk: Desk, onto: int, one: Joining, by: str, visit: Visit) -> tuple[str, str]:
    """Put it on a shortlist that there is: which text says what came of it, and what the shortlist is called."""
    try:
        _, is_new = desk_lists.add(
            desk, onto, one.record, organisation_id=one.organisation_id, name=one.name, country=one.country, by=by, at=visit.now
        )
        name = desk_lists.contents(desk, onto).shortlist.name
    except NoShortlist as nothing:
        raise no_list(nothing) from nothing
    except Full as full:
        raise Refusal(409, "shortlist_full") from full
    return "said.added" if is_new else "said.there_already", name


def _home(visit: Visit, edition: Opened, one: Joining) -> Card | None:
    """The home that the form names; None: it names none, or the very one that is put on the list. Raises Refusal."""
    if not visit.form.one("home"):
        return None
    wanted = whole_number(visit.form.one("home"))
    if wanted is None:
        raise not_found()
    number = redirect(edition.con, wanted) or wanted
    if number == one.organisation_id:
        return None
    card = edition.cards([number]).get(number)
    if card is None:
        raise not_found()
    return card


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
