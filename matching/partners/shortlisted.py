"""The consortium of a shortlist against a programme's rules, with what people confirmed that no record says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matching.partners.checks import Check, Confirmed, Lapsed
from matching.partners.eligibility import confirmed
from matching.partners.ground import Ground
from matching.partners.programmes import Programme
from matching.partners.teams import checked
from warehouse import confirmations
from warehouse.confirmations import Confirmation
from warehouse.desk import Desk
from warehouse.listed import Listed, counted, team


def checked_list(
    ground: Ground, programme: Programme, entries: Sequence[Listed], desk: Desk | None, number: int, today: date
) -> Check | None:
    """Check a shortlist; None: nobody on it is counted.

    A confirmation stands as long as the rule has the words that were confirmed, of the members that were counted; the last that
    does not is told with what has changed.

    Arguments:
        desk: where it was confirmed; None: there is none. number: of the shortlist.
    """
    ids = team(entries)
    if not ids:
        return None
    words = {rule.id: rule.text["en"] for rule in programme.rules}
    members = counted(entries)
    standing: dict[str, Confirmed] = {}
    lapsed: dict[str, Lapsed] = {}
    for one in confirmations.kept(desk, number, programme.id) if desk else ():
        is_same = words.get(one.rule) == one.statement
        if is_same and confirmations.written(one.members) == confirmations.written(members):
            standing[one.rule] = Confirmed(one.number, one.by, one.at)
        else:
            lapsed[one.rule] = _lapsed(one, members, None if is_same else one.statement)
    return confirmed(checked(ground, programme, ids, today), standing, lapsed)


def _lapsed(one: Confirmation, members: Sequence[int], words: str | None) -> Lapsed:
    """Why a confirmation holds no longer: of whom it was said, and in which words."""
    joined = tuple(member for member in members if member not in one.members)
    left = tuple(member for member in one.members if member not in members)
    is_led_anew = not joined and not left and one.members[:1] != tuple(members[:1])
    return Lapsed(one.number, one.by, one.at, joined, left, is_led_anew, words)
