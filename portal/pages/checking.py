"""The consortium of a shortlist against a programme's rules, with what people confirmed that no record says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from markupsafe import Markup

from matching.partners.checks import Check, Member, Verdict
from matching.partners.programmes import Answer, Programme, programmes
from matching.partners.shortlisted import checked_list
from portal.answers import Refusal
from portal.hostile import short, visible
from portal.opened import Opened
from portal.tongue import Tongue
from portal.visit import Visit, reading
from warehouse import confirmations
from warehouse import shortlists as desk_lists
from warehouse import shortlists_undone as undone
from warehouse.desk import Desk
from warehouse.listed import Listed, counted, listed, team
from warehouse.shortlist_shapes import Overtaken

LONGEST = 80


def check_of(visit: Visit, edition: Opened, programme: Programme | None, entries: list[Listed], number: int) -> Check | None:
    """The consortium against the programme's rules, with what staff confirmed; None: no programme, or nobody to check."""
    if programme is None or not team(entries):
        return None
    with reading(edition.desk) as desk:
        return checked_list(edition.ground, programme, entries, desk, number, visit.today)


def headline(t: Tongue, found: Check) -> str:
    """What the check comes to, in a few words: where no rule is certainly broken also what is left to confirm, and for whom it is
    not known, or known not to be so, that they may take part."""
    if found.answer is Answer.NOT_MET:
        return str(t("answer.not_met"))
    doubtful, outside = (_names(t, those) for those in (found.doubtful, found.outside))
    if left := found.to_confirm:
        head = str(t("check.except", rules=" ".join(rule.text[t.code] for rule in left)).unescape())
        tails = [t("check.besides_doubtful", names=doubtful)] if doubtful else []
    else:
        head = str((t("check.met_if", names=doubtful) if doubtful else t("answer.met")).unescape())
        tails = []
    tails += [t("check.outside", names=outside)] if outside else []
    if tails and not head.endswith("."):
        head += "."
    return " ".join([head, *(str(tail.unescape()) for tail in tails)])


def is_plain(found: Check) -> bool:
    """Whether the answer alone says all: nothing is left to confirm, and all may take part."""
    return found.answer is Answer.NOT_MET or not (found.to_confirm or found.doubtful or found.outside)


def _names(t: Tongue, those: Sequence[Member]) -> str:
    """Members, by name."""
    return _listed(t, [visible(short(one.name, LONGEST)) for one in those])


def _listed(t: Tongue, names: Sequence[str]) -> str:
    """``A, B and C``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {t('write.and')} {names[-1]}" if names else ""


def names_of(edition: Opened, number: int, entries: Sequence[Listed], found: Check | None) -> dict[int, str]:
    """Entry -> its name, also of those that were taken off, where a confirmation that lapsed speaks of them.

    Arguments:
        number: of the shortlist.
    """
    if found is None or not any(one.lapsed for one in found.verdicts):
        return {}
    with reading(edition.desk) as desk:
        known = undone.names(desk, number) if desk else {}
    # Of several that are one organisation each keeps the name under which it was put on the list: they have one name now.
    return {**known, **{one.entry.number: one.entry.name if one.is_twice else one.name for one in entries}}


def lapsed(t: Tongue, verdict: Verdict, names: Mapping[int, str]) -> Markup | None:
    """Who confirmed what holds no longer, when, and what changed since; None: nobody, or it is answered otherwise.

    Arguments:
        names: entry -> what it is called, also of those that were taken off.
    """
    one = verdict.lapsed
    if one is None or verdict.confirmed:
        return None

    def named(entries: Sequence[int]) -> str:
        return ", ".join(map(name, entries))

    def name(entry: int) -> str:
        return visible(short(names.get(entry, str(t("lapsed.somebody"))), LONGEST))

    why = [
        *([t("lapsed.joined", count=len(one.joined), names=named(one.joined))] if one.joined else []),
        *([t("lapsed.left", count=len(one.left), names=named(one.left))] if one.left else []),
        *(t("lapsed.merged", names=_listed(t, [name(entry) for entry in those])) for those in one.merged),
        *([t("lapsed.lead")] if one.is_led_anew else []),
        *([t("lapsed.words", words=one.words)] if one.words else []),
    ]
    return t("check.lapsed", by=short(one.by, LONGEST), day=t.day(one.at), why=Markup("; ").join(why))


def confirmed_by(t: Tongue, verdict: Verdict, before: str = "; ") -> str:
    """Who confirmed a verdict, and when, with what parts it from the reason before it; empty: nobody had to."""
    said = verdict.confirmed
    return f"{before}{t('check.confirmed', by=said.by, day=t.day(said.at)).unescape()}" if said else ""


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
        "may_take_part_unknown": [one.id for one in found.doubtful],
        "may_not_take_part": [one.id for one in found.outside],
        "rules": [_verdict_data(one) for one in found.verdicts],
    }


def _verdict_data(one: Verdict) -> dict[str, Any]:
    return {
        "id": one.rule.id,
        "answer": one.answer.value,
        "text": dict(one.rule.text),
        "because": dict(one.because),
        "confirmed": None if one.confirmed is None else {"by": one.confirmed.by, "at": one.confirmed.at},
        "lapsed": None if one.lapsed is None else {"by": one.lapsed.by, "at": one.lapsed.at},
        "status": one.rule.status.value,
        "trust": one.rule.trust.value,
        "is_advice": one.rule.is_advice,
        "fixes": [{"how": fix.how, **asdict(fix.member)} for fix in one.fixes],
    }
