"""One shortlist: who is on it, how far one has come, notes, and whether the consortium would pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from matching.partners.eligibility import Check, Confirmed, Verdict, confirmed
from matching.partners.programmes import Answer as Known
from matching.partners.programmes import Programme, programmes
from matching.partners.teams import checked
from portal.answers import Answer, Page, Redirect, Refusal, not_found
from portal.current import Opened
from portal.pages.eligible import FOLDER, KEYS, Badge, badge
from portal.pages.listed import Listed, counted, listed, team
from portal.pages.search import Naming
from portal.pages.shortlists import named, no_list, put_on, signature
from portal.session import Session
from portal.tongue import Tongue
from portal.visit import Visit, reading, whole_number, writing
from warehouse import confirmations
from warehouse import shortlists as desk_lists
from warehouse.desk import Desk
from warehouse.shortlist_shapes import Contents, NoShortlist, Overtaken, Status


def shortlist(visit: Visit) -> Page:
    """The page of a shortlist."""
    return _page(visit)


def _page(visit: Visit, *, status: int = 200, conflict: dict[str, Any] | None = None) -> Page:
    number = _number(visit)
    with visit.edition() as edition:
        contents = contents_of(edition, number)
        entries = listed(edition, contents)
        programme = programmes().get(contents.shortlist.programme or "")
        found = check_of(visit, edition, programme, entries, number)
        naming = Naming(visit.tongue, edition.imprint)
    values = {
        "contents": contents,
        "shortlist": contents.shortlist,
        "entries": entries,
        "programme": programme,
        "programmes": list(programmes().values()),
        "check": found,
        "headline": headline(visit.tongue, found) if found else None,
        "members": confirmations.written(counted(entries)),
        "keys": KEYS,
        "badges": badges_of(visit, programme, entries),
        "statuses": list(Status),
        "folder": FOLDER,
        "naming": naming,
        "conflict": conflict,
        "counted": sum(one.counts for one in entries),
        "lead": next((one.entry.number for one in entries if one.counts), None),
    }
    return Page("shortlist.html", values, _data(contents, entries, found), f"/shortlists/{number}", status=status)


def contents_of(edition: Opened, number: int) -> Contents:
    """What is on a shortlist. Raises Refusal where there is none."""
    with reading(edition.desk) as desk:
        if desk is None:
            raise Refusal(404, "no_shortlist")
        try:
            return desk_lists.contents(desk, number)
        except NoShortlist as nothing:
            raise no_list(nothing) from nothing


def check_of(visit: Visit, edition: Opened, programme: Programme | None, entries: list[Listed], number: int) -> Check | None:
    """The consortium against the programme's rules, with what staff confirmed; None: no programme, or nobody to check."""
    ids = team(entries)
    if programme is None or not ids:
        return None
    found = checked(edition.ground, programme, ids, visit.today)
    with reading(edition.desk) as desk:
        said = confirmations.standing(desk, number, programme.id, counted(entries)) if desk else []
    words = {rule.id: rule.text["en"] for rule in programme.rules}
    return confirmed(
        found, {one.rule: Confirmed(one.number, one.by, one.at) for one in said if words.get(one.rule) == one.statement}
    )


def headline(t: Tongue, found: Check) -> str:
    """What the check comes to, in a few words; where nothing else is missing, what is left to confirm."""
    if left := found.to_confirm:
        return str(t("check.except", rules=" ".join(rule.text[t.code] for rule in left)))
    return str(t(f"answer.{found.answer.name.lower()}"))


def confirmed_by(t: Tongue, verdict: Verdict) -> str:
    """Who confirmed a verdict, behind its reason; empty: nobody had to."""
    said = verdict.confirmed
    return f"; {t('check.confirmed', by=said.by, day=t.day(said.at.date()))}" if said else ""


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
        return put_on(replace(visit, form=own.setting("back", visit.address(f"/shortlists/{number}"))))
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
    desk_lists.set_status(desk, _number(visit), entry, Status(status), revision=revision, by=by, at=visit.now)
    return _back(visit, session.saying("said.status"), f"entry-{entry}")


def _write_note(visit: Visit, desk: Desk, session: Session, entry: int) -> Redirect:
    text = visit.form.one("text")
    if text.strip():
        by = signature(visit, session)
        desk_lists.write_note(desk, _number(visit), entry or None, text.replace("\r\n", "\n"), by=by, at=visit.now)
        session = session.saying("said.noted")
    return _back(visit, session, f"entry-{entry}" if entry else "notes")


def _take_back(visit: Visit, desk: Desk, session: Session, note: int) -> Redirect:
    desk_lists.take_back_note(desk, _number(visit), note)
    return _back(visit, session.saying("said.note_gone"))


def _remove(visit: Visit, desk: Desk, session: Session, entry: int) -> Redirect:
    desk_lists.remove(desk, _number(visit), entry, by=signature(visit, session), at=visit.now)
    return _back(visit, session.saying("said.removed"))


def _lead(visit: Visit, desk: Desk, session: Session, entry: int) -> Redirect:
    desk_lists.lead(desk, _number(visit), entry)
    return _back(visit, session.saying("said.lead"))


def _confirm(visit: Visit, desk: Desk, session: Session, place: int) -> Redirect:
    """Confirm the rule at a place of the programme, from 1, of the members that were seen."""
    by = signature(visit, session)
    if not by:
        raise Refusal(400, "no_name")
    with visit.edition() as edition:
        contents = desk_lists.contents(desk, _number(visit))
        entries = listed(edition, contents)
        programme = programmes().get(contents.shortlist.programme or "")
        found = check_of(visit, edition, programme, entries, _number(visit))
    members, kept = counted(entries), contents.shortlist
    wanted = f"{programme.id} {confirmations.written(members)}" if programme else ""
    if visit.form.one("seen") != wanted:
        raise Overtaken(kept.name, kept.changed_by, kept.changed_at)
    if programme is None or found is None or not 1 <= place <= len(found.verdicts) or visit.form.one("sure") != "yes":
        raise Refusal(400, "unfit")
    verdict = found.verdicts[place - 1]
    if verdict.answer is Known.UNKNOWN:
        rule = verdict.rule
        number = _number(visit)
        confirmations.confirm(desk, number, programme.id, rule.id, rule.text["en"], members, by=by, at=visit.now)
    elif verdict.confirmed is None:
        raise Refusal(400, "unfit")
    return _back(visit, session.saying("said.confirmed"), "check")


def _withdraw(visit: Visit, desk: Desk, session: Session, number: int) -> Redirect:
    confirmations.withdraw(desk, _number(visit), number, by=signature(visit, session), at=visit.now)
    return _back(visit, session.saying("said.unconfirmed"), "check")


def _rename(visit: Visit, desk: Desk, session: Session, _about: int) -> Redirect:
    programme = visit.form.one("programme").strip() or None
    if programme is not None and programme not in programmes():
        raise Refusal(404, "no_programme")
    revision = visit.form.number("revision", 0, 0, 999_999)
    by, name = signature(visit, session), visit.form.one("name")
    desk_lists.change(desk, _number(visit), name=name, programme=programme, revision=revision, by=by, at=visit.now)
    return _back(visit, session.saying("said.changed"))


def _delete(visit: Visit, desk: Desk, session: Session, _about: int) -> Redirect:
    name = desk_lists.contents(desk, _number(visit)).shortlist.name
    desk_lists.delete(desk, _number(visit), by=signature(visit, session), at=visit.now)
    return Redirect("/shortlists", session=session.saying("said.deleted", name=name[:80]))


def _restore(visit: Visit, desk: Desk, session: Session, _about: int) -> Redirect:
    desk_lists.restore(desk, _number(visit))
    return _back(visit, session.saying("said.restored"))


_ACTS: dict[str, Callable[[Visit, Desk, Session, int], Redirect]] = {
    "status": _set_status,
    "note": _write_note,
    "unnote": _take_back,
    "remove": _remove,
    "lead": _lead,
    "confirm": _confirm,
    "unconfirm": _withdraw,
    "change": _rename,
    "delete": _delete,
    "restore": _restore,
}


def _back(visit: Visit, session: Session, mark: str = "") -> Redirect:
    """To the page that the form was on, with what happened said there once."""
    return Redirect(f"/shortlists/{_number(visit)}" + (f"#{mark}" if mark else ""), session=session)


def _number(visit: Visit) -> int:
    number = visit.number("number")
    if number is None:
        raise not_found()
    return number


def _data(contents: Contents, entries: list[Listed], found: Check | None) -> dict[str, Any]:
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
            }
            for one in entries
        ],
        "check": None if found is None else _check_data(found),
    }


def _check_data(found: Check) -> dict[str, Any]:
    return {
        "programme": found.programme.id,
        "answer": found.answer.value,
        "is_valid": found.is_valid,
        "to_confirm": [rule.id for rule in found.to_confirm],
        "rules": [_verdict_data(one) for one in found.verdicts],
    }


def _verdict_data(one: Verdict) -> dict[str, Any]:
    return {
        "id": one.rule.id,
        "answer": one.answer.value,
        "text": dict(one.rule.text),
        "because": dict(one.because),
        "confirmed": None if one.confirmed is None else {"by": one.confirmed.by, "at": one.confirmed.at},
        "status": one.rule.status.value,
        "is_advice": one.rule.is_advice,
        "fixes": [{"how": fix.how, **asdict(fix.member)} for fix in one.fixes],
    }
