"""Numbers of organisations: the oldest record's, and what becomes of a number that an organisation has lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from matching.sameness.hands import Numbers
from matching.sameness.setwise.ragged import positions
from warehouse.rows import Organisation
from warehouse.seats import Seats


def number(groups: Iterable[Sequence[int]], previous: Iterable[Organisation]) -> tuple[Organisation, ...]:
    """Organisations by number.

    An organisation bears the number of its oldest record. A merge redirects the younger organisation's number to it, a split
    gives the number back; a redirect is kept for ever, and follows the record that the number is of. Where that record is gone
    (erased on request), the number leads to the organisation of the oldest record that remains; where none remains, it ends.

    Arguments:
        groups: record numbers; every record in exactly one group.
        previous: the organisations of the last time, with their redirects.
    """
    seated = sorted([tuple(sorted(group)) if len(group) > 1 else (group[0],) for group in groups])
    now = {record: group[0] for group in seated for record in group}
    before = {organisation.organisation_id: organisation for organisation in previous}
    leads: dict[int, list[int]] = {}
    for organisation in before.values():
        if not organisation.redirects and now.get(organisation.organisation_id) == organisation.organisation_id:
            continue
        for old in (organisation.organisation_id, *organisation.redirects):
            target = now.get(old)
            if target is None:
                target = next((now[record] for record in sorted(organisation.record_ids) if record in now), None)
            if target is not None and target != old:
                leads.setdefault(target, []).append(old)
    return tuple([_organisation(group, leads.get(group[0], ()), before.get(group[0])) for group in seated])


def _organisation(group: tuple[int, ...], redirects: Sequence[int], before: Organisation | None) -> Organisation:
    """The organisation of a group; the one of the last time where nothing about it is new, which is nearly always."""
    leading = tuple(sorted(set(redirects))) if redirects else ()
    if before is not None and before.record_ids == group and before.redirects == leading:
        return before
    return Organisation(group[0], group, leading)


def numbered(records: Numbers, organisations: Numbers, previous: Seats) -> Seats:
    """What ``number`` says, of very many at once: only those whose number is no longer that of its record are gone through.

    Arguments:
        records: every record number once, in order.
        organisations: for each the oldest record of its group.
    """
    now = Seats(records, organisations, {})
    leads: defaultdict[int, set[int]] = defaultdict(set)
    for number in {*_lost(records, organisations, previous), *previous.redirects}:
        olds = np.array([number, *previous.redirects.get(number, ())], np.int64)
        for old, seat in zip(olds.tolist(), now.seat_of(olds).tolist(), strict=True):
            target = seat or next(filter(None, now.seat_of(previous.records_of(number)).tolist()), 0)
            if target and target != old:
                leads[target].add(old)
    return Seats(records, organisations, {target: tuple(sorted(olds)) for target, olds in leads.items()})


def _lost(records: Numbers, organisations: Numbers, previous: Seats) -> list[int]:
    """Numbers of organisations of the last time that are not, or no more, those of their records' organisations."""
    heads = previous.records[previous.organisations == previous.records]
    # Nearly every organisation bore the number of a record that sat in it.
    at = positions(previous.records, previous.organisations)
    is_of_no_record = (at < 0) | (previous.organisations[at] != previous.organisations)
    numbers = np.concatenate([heads, np.unique(previous.organisations[is_of_no_record])])
    at = positions(records, numbers)
    lost: list[int] = numbers[(at < 0) | (organisations[at] != numbers)].tolist() if len(records) else numbers.tolist()
    return lost
