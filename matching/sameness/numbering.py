"""Numbers of organisations: the oldest record's, and what becomes of a number that an organisation has lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from warehouse.rows import Organisation


def number(groups: Iterable[Sequence[int]], previous: Iterable[Organisation]) -> tuple[Organisation, ...]:
    """Organisations by number.

    An organisation bears the number of its oldest record. A merge redirects the younger organisation's number to it, a split
    gives the number back; a redirect is kept for ever, and follows the record that the number is of. Where that record is gone
    (erased on request), the number leads to the organisation of the oldest record that remains; where none remains, it ends.

    Arguments:
        groups: record numbers; every record in exactly one group.
        previous: the organisations of the last time, with their redirects.
    """
    seated = [tuple(sorted(group)) for group in groups]
    now = {record: group[0] for group in seated for record in group}
    leads: dict[int, set[int]] = {group[0]: set() for group in seated}
    for organisation in previous:
        heirs = (record for record in sorted(organisation.record_ids) if record in now)
        heir = next((now[record] for record in heirs), None)
        for old in (organisation.organisation_id, *organisation.redirects):
            target = now.get(old, heir)
            if target is not None and target != old:
                leads[target].add(old)
    return tuple(Organisation(group[0], group, tuple(sorted(leads[group[0]]))) for group in sorted(seated))
