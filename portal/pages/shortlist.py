"""One shortlist: who is on it, how far one has come, notes, and whether the consortium would pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from matching.partners.checks import Check
from matching.partners.programmes import Programme, programmes
from portal.answers import Answer, Page, Redirect, Refusal, not_found
from portal.hostile import short
from portal.opened import Opened
from portal.pages import leaving
from portal.pages.checking import check_data, check_of, confirm, headline, is_plain, lapsed, names_of, seen
from portal.pages.eligible import KEYS, Badge, badge
from portal.pages.naming import Naming
from portal.pages.purpose import Purpose
from portal.pages.shortlists import DELETED, named, no_list, put_on, signature
from portal.pages.team import Part, parts
from portal.session import Session
from portal.visit import Visit, reading, whole_number, writing
from warehouse import confirmations
from warehouse import shortlists as desk_lists
from warehouse.desk import Desk
from warehouse.listed import Listed, listed
from warehouse.shortlist_shapes import Contents, NoShortlist, Overtaken, Status

CHECK, NOTES = "check", "notes"
"""The places of the page beside the entries, at which it says what was done there."""


def shortlist(visit: Visit) -> Page:
    """The page of a shortlist."""
    return _page(visit)


def _page(visit: Visit, *, status: int = 200, conflict: dict[str, Any] | None = None) -> Page:
    number = _number(visit)
    with visit.edition() as edition:
        contents = contents_of(edition, number)
        entries = listed(edition.con, edition.cards, contents)
        programme = programmes().get(contents.shortlist.programme or "")
        found = check_of(visit, edition, programme, entries, number)
        naming = Naming(visit.tongue, edition.imprint)
        shares = parts(edition, naming, entries, programme)
        names = names_of(edition, number, entries, found)
    lead = next((one for one in entries if one.counts), None)
    values = {
        "contents": contents,
        "shortlist": contents.shortlist,
        "entries": entries,
        "programme": programme,
        "programmes": list(programmes().values()),
        "check": found,
        "headline": headline(visit.tongue, found) if found else None,
        "is_plain": found is None or is_plain(found),
        "has_points": any(share.why for share in shares.values()),
        "lapsed": {one.rule.id: said for one in found.verdicts if (said := lapsed(visit.tongue, one, names))} if found else {},
        "unlisted": [one for one in entries if one.counts and one.card and (one.card.is_gone or one.card.absent)],
        "parts": shares,
        "seen": seen(programme, entries) if programme else None,
        "keys": KEYS,
        "badges": badges_of(visit, programme, entries),
        "statuses": list(Status),
        "naming": naming,
        "conflict": conflict,
        "counted": sum(one.counts for one in entries),
        "removed_at": leaving.place_of(number),
        "lead": lead.entry.number if lead else None,
        "purpose": Purpose(lead.card if lead else None, programme),
        "own_purpose": Purpose(None, programme),
        "places": {CHECK, NOTES, leaving.place_of(number), *(f"entry-{one.entry.number}" for one in entries)},
    }
    return Page(
        "shortlist.html",
        values,
        _data(contents, entries, found, shares),
        f"/shortlists/{number}",
        status=status,
        preferences=replace(visit.preferences, shortlist=number),
    )


def contents_of(edition: Opened, number: int) -> Contents:
    """What is on a shortlist. Raises Refusal where there is none."""
    with reading(edition.desk) as desk:
        if desk is None:
            raise Refusal(404, "no_shortlist")
        try:
            return desk_lists.contents(desk, number)
        except NoShortlist as nothing:
            raise no_list(nothing) from nothing


def badges_of(visit: Visit, programme: Programme | None, entries: list[Listed]) -> dict[int, Badge]:
    """Entry -> whether it may take part in the programme."""
    if programme is None:
        return {}
    return {one.entry.number: badge(programme, one.country, visit.tongue, visit.today) for one in entries}


def change(visit: Visit) -> Answer:
    """Do what a form of the page asks: ``do`` is a verb and what it is about (``status:12``)."""
    number = _number(visit)
    verb, _, about = visit.form.one("do").partition(":")
    if verb == "add":
        own = visit.form.setting("organisation", about).setting("shortlist", str(number))
        answer = put_on(replace(visit, form=own.setting("back", visit.address(f"/shortlists/{number}#{CHECK}"))))
        return _said_at(answer, CHECK)
    act, which = _ACTS.get(verb), whole_number(about or "0")
    if act is None or which is None:
        raise Refusal(400, "unfit")
    session = named(visit)
    try:
        with visit.edition() as edition, writing(edition.desk) as desk:
            answer = act(visit, desk, session, which)
    except NoShortlist as nothing:
        raise no_list(nothing) from nothing
    except Overtaken as overtaken:
        return _page(visit, status=409, conflict=_conflict(visit, overtaken, verb, which))
    except ValueError as error:
        raise Refusal(400, "unfit") from error
    return answer


def _said_at(answer: Answer, place: str) -> Answer:
    """The same; what was done is said at a place of the page that it leads to."""
    if not isinstance(answer, Redirect) or answer.session is None or answer.session.said is None:
        return answer
    return replace(answer, session=replace(answer.session, said=answer.session.said._replace(at=place)))


def _conflict(visit: Visit, overtaken: Overtaken, verb: str, which: int) -> dict[str, Any]:
    """What stands, and what was wanted: both are shown."""
    if verb == "confirm":
        return {"kind": verb, "about": which}
    wanted = visit.form.one("status") if verb == "status" else visit.form.one("name")
    return {"kind": verb, "about": which, "now": overtaken.now, "by": overtaken.by, "at": overtaken.at, "wanted": wanted}


def _set_status(visit: Visit, desk: Desk, session: Session, entry: int) -> Redirect:
    status = visit.form.one("status")
    revision = visit.form.number("revision", 0, 0, 999_999)
    by = signature(visit, session)
    before = leaving.entries_of(visit, desk, _number(visit))
    desk_lists.set_status(desk, _number(visit), entry, Status(status), revision=revision, by=by, at=visit.now)
    now = leaving.new_lead(before, leaving.entries_of(visit, desk, _number(visit)))
    key = "said.status_lead" if now else "said.status"
    return _back(visit, session, key, f"entry-{entry}", home=now)


def _write_note(visit: Visit, desk: Desk, session: Session, entry: int) -> Redirect:
    text = visit.form.one("text")
    if text.strip():
        by = signature(visit, session)
        desk_lists.write_note(desk, _number(visit), entry or None, text.replace("\r\n", "\n"), by=by, at=visit.now)
        return _back(visit, session, "said.noted", f"entry-{entry}" if entry else NOTES)
    return _back(visit, session, "", f"entry-{entry}" if entry else NOTES)


def _take_back(visit: Visit, desk: Desk, session: Session, note: int) -> Redirect:
    desk_lists.take_back_note(desk, _number(visit), note)
    return _back(visit, session, "said.note_gone")


def _remove(visit: Visit, desk: Desk, session: Session, entry: int) -> Redirect:
    return leaving.remove(visit, desk, _number(visit), session, entry)


def _bring_back(visit: Visit, desk: Desk, session: Session, entry: int) -> Redirect:
    return leaving.bring_back(visit, desk, _number(visit), session, entry)


def _lead(visit: Visit, desk: Desk, session: Session, entry: int) -> Redirect:
    desk_lists.lead(desk, _number(visit), entry)
    return _back(visit, session, "said.lead")


def _confirm(visit: Visit, desk: Desk, session: Session, place: int) -> Redirect:
    confirm(visit, desk, _number(visit), place, signature(visit, session))
    return _back(visit, session, "said.confirmed", CHECK)


def _withdraw(visit: Visit, desk: Desk, session: Session, number: int) -> Redirect:
    confirmations.withdraw(desk, _number(visit), number, by=signature(visit, session), at=visit.now)
    return _back(visit, session, "said.unconfirmed", CHECK)


def _rename(visit: Visit, desk: Desk, session: Session, _about: int) -> Redirect:
    programme = visit.form.one("programme").strip() or None
    if programme is not None and programme not in programmes():
        raise Refusal(404, "no_programme")
    revision = visit.form.number("revision", 0, 0, 999_999)
    by, name = signature(visit, session), visit.form.one("name")
    desk_lists.change(desk, _number(visit), name=name, programme=programme, revision=revision, by=by, at=visit.now)
    return _back(visit, session, "said.changed")


def _delete(visit: Visit, desk: Desk, session: Session, _about: int) -> Redirect:
    name = desk_lists.contents(desk, _number(visit)).shortlist.name
    desk_lists.delete(desk, _number(visit), by=signature(visit, session), at=visit.now)
    saying = session.saying("said.deleted", DELETED, name=short(name, 80), list=_number(visit))
    return Redirect("/shortlists", session=saying)


def _restore(visit: Visit, desk: Desk, session: Session, _about: int) -> Redirect:
    desk_lists.restore(desk, _number(visit))
    return _back(visit, session, "said.restored")


_ACTS: dict[str, Callable[[Visit, Desk, Session, int], Redirect]] = {
    "status": _set_status,
    "note": _write_note,
    "unnote": _take_back,
    "remove": _remove,
    "back": _bring_back,
    "lead": _lead,
    "confirm": _confirm,
    "unconfirm": _withdraw,
    "change": _rename,
    "delete": _delete,
    "restore": _restore,
}


def _back(visit: Visit, session: Session, key: str, place: str = "", **values: object) -> Redirect:
    """To the page that the form was on, where what happened is said once.

    Arguments:
        key, values: of the text that says so; empty: nothing happened. place: the id of the place where the form was.
    """
    to = f"/shortlists/{_number(visit)}" + (f"#{place}" if place else "")
    return Redirect(to, session=session.saying(key, place, **values) if key else session)


def _number(visit: Visit) -> int:
    number = visit.number("number")
    if number is None:
        raise not_found()
    return number


def _data(contents: Contents, entries: list[Listed], found: Check | None, shares: Mapping[int, Part]) -> dict[str, Any]:
    return {
        "shortlist": contents.shortlist,
        "notes": contents.notes,
        "entries": [
            {
                "entry": one.entry.number,
                "id": one.card.id if one.card else None,
                "added_as": one.entry.organisation_id,
                "record": str(one.entry.record),
                "name": one.name,
                "country": one.country,
                "status": one.entry.status.status.value,
                "status_by": one.entry.status.by,
                "status_at": one.entry.status.at,
                "is_gone": one.card is None or one.card.is_gone,
                "is_twice": one.is_twice,
                "checked_on": one.card.checked_on if one.card else None,
                "notes": one.entry.notes,
                "part": shares.get(one.entry.number),
            }
            for one in entries
        ],
        "check": None if found is None else check_data(found),
    }
