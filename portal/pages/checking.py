"""The consortium of a shortlist against a programme's rules, with what people confirmed that no record says."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from matching.partners.eligibility import Check, Verdict
from matching.partners.programmes import Answer, Programme, programmes
from matching.partners.shortlisted import checked_list
from portal.answers import Refusal
from portal.current import Opened
from portal.tongue import Tongue
from portal.visit import Visit, reading
from warehouse import confirmations
from warehouse import shortlists as desk_lists
from warehouse.desk import Desk
from warehouse.listed import Listed, counted, listed, team
from warehouse.shortlist_shapes import Overtaken


def check_of(visit: Visit, edition: Opened, programme: Programme | None, entries: list[Listed], number: int) -> Check | None:
    """The consortium against the programme's rules, with what staff confirmed; None: no programme, or nobody to check."""
    if programme is None or not team(entries):
        return None
    with reading(edition.desk) as desk:
        return checked_list(edition.ground, programme, entries, desk, number, visit.today)


def headline(t: Tongue, found: Check) -> str:
    """What the check comes to, in a few words; where nothing else is missing, what is left to confirm."""
    if left := found.to_confirm:
        return str(t("check.except", rules=" ".join(rule.text[t.code] for rule in left)))
    return str(t(f"answer.{found.answer.name.lower()}"))


def confirmed_by(t: Tongue, verdict: Verdict) -> str:
    """Who confirmed a verdict, behind its reason; empty: nobody had to."""
    said = verdict.confirmed
    return f"; {t('check.confirmed', by=said.by, day=t.day(said.at.date()))}" if said else ""


def seen(programme: Programme, entries: list[Listed]) -> str:
    """What somebody had before them who confirms: the programme, and the members that are counted."""
    return f"{programme.id} {confirmations.written(counted(entries))}"


def confirm(visit: Visit, desk: Desk, number: int, place: int, by: str) -> None:
    """Confirm what a form names, of the members that were seen.

    Arguments:
        number: of the shortlist; place: of the rule in its programme, from 1.

    Raises Refusal, NoShortlist; Overtaken where the members or the programme are others meanwhile.
    """
    if not by:
        raise Refusal(400, "no_name")
    with visit.edition() as edition:
        contents = desk_lists.contents(desk, number)
        entries = listed(edition.con, edition.cards, contents)
        programme = programmes().get(contents.shortlist.programme or "")
        found = check_of(visit, edition, programme, entries, number)
    kept = contents.shortlist
    if visit.form.one("seen") != (seen(programme, entries) if programme else ""):
        raise Overtaken(kept.name, kept.changed_by, kept.changed_at)
    if programme is None or found is None or not 1 <= place <= len(found.verdicts) or visit.form.one("sure") != "yes":
        raise Refusal(400, "unfit")
    verdict = found.verdicts[place - 1]
    if verdict.answer is Answer.UNKNOWN:
        rule, members = verdict.rule, counted(entries)
        confirmations.confirm(desk, number, programme.id, rule.id, rule.text["en"], members, by=by, at=visit.now)
    elif verdict.confirmed is None:
        raise Refusal(400, "unfit")


def check_data(found: Check) -> dict[str, Any]:
    """A check for programs."""
    return {
        "programme": found.programme.id,
        "trust": found.programme.trust.value,
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
        "trust": one.rule.trust.value,
        "is_advice": one.rule.is_advice,
        "fixes": [{"how": fix.how, **asdict(fix.member)} for fix in one.fixes],
    }
