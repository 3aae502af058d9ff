"""The consortium of a shortlist against a programme's rules, with what people confirmed that no record says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matching.partners.eligibility import Check, Confirmed, confirmed
from matching.partners.ground import Ground
from matching.partners.programmes import Programme
from matching.partners.teams import checked
from warehouse import confirmations
from warehouse.desk import Desk
from warehouse.listed import Listed, counted, team


def checked_list(
    ground: Ground, programme: Programme, entries: Sequence[Listed], desk: Desk | None, number: int, today: date
) -> Check | None:
    """Check a shortlist; None: nobody on it is counted.

    A confirmation stands as long as the rule has the words that were confirmed.

    Arguments:
        desk: where it was confirmed; None: there is none. number: of the shortlist.
    """
    ids = team(entries)
    if not ids:
        return None
    said = confirmations.standing(desk, number, programme.id, counted(entries)) if desk else []
    words = {rule.id: rule.text["en"] for rule in programme.rules}
    standing = {one.rule: Confirmed(one.number, one.by, one.at) for one in said if words.get(one.rule) == one.statement}
    return confirmed(checked(ground, programme, ids, today), standing)
