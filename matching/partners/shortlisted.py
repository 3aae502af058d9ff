"""The consortium of a shortlist against a programme's rules, with what people confirmed that no record says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matching.partners.checks import Check, Confirmed, Lapsed
from matching.partners.eligibility import confirmed
from matching.partners.ground import Ground
from matching.partners.programmes import Programme, Rule, RuleKind
from matching.partners.teams import checked
from warehouse import confirmations
from warehouse.confirmations import Confirmation
from warehouse.desk import Desk
from warehouse.listed import Listed, counted, team

HOLDS_OF_FEWER = frozenset(
    {RuleKind.EACH_FROM, RuleKind.EACH_OF_TYPE, RuleKind.INDEPENDENT, RuleKind.LEAD_FROM, RuleKind.LEAD_OF_TYPE}
)
"""Rules that ask the same of each member, or something of the lead alone: who made sure of all has made sure of fewer, too.

Not those that want some of them: what is left may be too few.
"""
ASKS_THE_LEAD = frozenset({RuleKind.LEAD_FROM, RuleKind.LEAD_OF_TYPE, RuleKind.TO_CONFIRM})
"""Rules that may ask something of who leads: of those in words alone nobody but a reader can tell, so they are taken to."""


def checked_list(
    ground: Ground, programme: Programme, entries: Sequence[Listed], desk: Desk | None, number: int, today: date
) -> Check | None:
    """Check a shortlist; None: nobody on it is counted.

    A confirmation stands as long as the rule has the words that were confirmed, of the members that were counted, or of fewer of
    them where the rule asks the same of each, and under the same lead where it may ask something of the lead; the last that does
    not is told with what has changed.

    Arguments:
        desk: where it was confirmed; None: there is none. number: of the shortlist.
    """
    ids = team(entries)
    if not ids:
        return None
    rules = {rule.id: rule for rule in programme.rules}
    members = counted(entries)
    standing: dict[str, Confirmed] = {}
    lapsed: dict[str, Lapsed] = {}
    for one in confirmations.kept(desk, number, programme.id) if desk else ():
        rule = rules.get(one.rule)
        is_same = rule is not None and rule.text["en"] == one.statement
        if rule is not None and is_same and _stands(rule, one.members, members):
            standing[one.rule] = Confirmed(one.number, one.by, one.at)
        else:
            asks_the_lead = rule is None or rule.kind in ASKS_THE_LEAD
            words = None if is_same else one.statement
            lapsed[one.rule] = _lapsed(one, members, _merged(entries, one.members), words, asks_the_lead)
    return confirmed(checked(ground, programme, ids, today), standing, lapsed)


def _stands(rule: Rule, before: Sequence[int], members: Sequence[int]) -> bool:
    """Whether what was confirmed of members, the lead first, holds of those that are counted now."""
    if rule.kind in ASKS_THE_LEAD and before[:1] != tuple(members[:1]):
        return False
    return set(members) <= set(before) if rule.kind in HOLDS_OF_FEWER else set(members) == set(before)


def _merged(entries: Sequence[Listed], before: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Entries of those before, and whichever counts for them now, that are one organisation: who was merged has not left."""
    same: dict[int, list[int]] = {}
    for one in entries:
        if one.card and one.counts:
            same.setdefault(one.card.id, []).append(one.entry.number)
    return tuple(tuple(those) for those in same.values() if any(one in before for one in those[1:]))


def _lapsed(
    one: Confirmation, members: Sequence[int], merged: tuple[tuple[int, ...], ...], words: str | None, asks_the_lead: bool
) -> Lapsed:
    """Why a confirmation holds no longer: of whom it was said, in which words, and who led where its rule may ask that.

    Arguments:
        merged: ``_merged``.
    """
    joined = tuple(member for member in members if member not in one.members)
    gone_into = {entry for those in merged for entry in those[1:]}
    left = tuple(member for member in one.members if member not in members and member not in gone_into)
    was_lead, *_ = one.members
    is_led_anew = asks_the_lead and not joined and was_lead in members and members[0] != was_lead
    return Lapsed(one.number, one.by, one.at, joined, left, merged, is_led_anew, words)
