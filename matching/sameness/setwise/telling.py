"""Evidence in words, of pairs that were weighed all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matching.sameness.evidence import Evidence, Kind, Said, Shared, years_apart
from matching.sameness.records import page_of
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.facts import SAID, SHARED, YEARS_APART, Reasons
from matching.sameness.setwise.likeness import LIKENESSES
from matching.sameness.setwise.names import NONE, Naming
from matching.sameness.setwise.ragged import Ints

Found = list[Evidence | None]
"""Of each pair; None where there is none of the kind."""
_ON_CITIES, _ON_NAMES = {Said.SAME_CITY, Said.OTHER_CITY}, {Said.HOST, Said.TWICE}


class Telling:
    """The evidence on pairs of records, kind by kind.

    Arguments:
        left, right: positions of the records.
    """

    def __init__(self, columns: Columns, left: Ints, right: Ints) -> None:
        self._columns, self._left, self._right = columns, left, right

    def _said(self, column: str) -> Iterator[tuple[str, str]]:
        """What the two records of each pair say; nothing is an empty text."""
        table = self._columns.table[column]
        return zip(*([text or "" for text in table.take(side).to_pylist()] for side in (self._left, self._right)), strict=True)

    def name(self, naming: Naming) -> Found:
        has_names = naming.likeness != NONE
        if not has_names.any():
            return [None] * len(has_names)
        printed = [self._columns.names.printed.take(side.clip(0)).to_pylist() for side in (naming.left, naming.right)]
        found = zip(has_names.tolist(), naming.weight.tolist(), *printed, naming.because.tolist(), strict=True)
        return [
            Evidence(Kind.NAME, weight, left, right, LIKENESSES[because].value) if is_there else None
            for is_there, weight, left, right, because in found
        ]

    def address(self, reasons: Reasons) -> Found:
        columns = self._columns
        websites, boxes, sites = (self._said(column) for column in ("website", "role_email", "site"))
        domains = [
            [[columns.address_domains[number] for number in pair if number >= 0] for pair in zip(*two, strict=True)]
            for side in (self._left, self._right)
            for two in [(columns.site_domain[side].tolist(), columns.mail_domain[side].tolist())]
        ]
        found: Found = []
        for number, weight, site, website, box, *known in zip(
            reasons.because.tolist(), reasons.weight.tolist(), sites, websites, boxes, *domains, strict=True
        ):
            if number == NONE:
                found.append(None)
                continue
            left, right = site
            shared = SHARED[number]
            if shared in (Shared.HOME_AND_PAGE, Shared.TWO_PAGES):
                left, right = (f"{left}/{page_of(address)}" for address in website)
            elif shared is Shared.SAME_MAILBOX:
                left, right = box
            elif shared is Shared.SAME_MAIL_DOMAIN:
                left = right = min(set(known[0]) & set(known[1]))
            found.append(Evidence(Kind.ADDRESS, weight, left, right, shared))
        return found

    def phone(self, reasons: Reasons) -> Found:
        return _told(Kind.PHONE, reasons, self._said("phone"))

    def country(self, reasons: Reasons) -> Found:
        return _told(Kind.COUNTRY, reasons, self._said("country"))

    def place(self, reasons: Reasons) -> Found:
        cities, regions = self._said("city"), self._said("nuts2")
        said = [
            city if number != NONE and SAID[number] in _ON_CITIES else region
            for number, city, region in zip(reasons.because.tolist(), cities, regions, strict=True)
        ]
        return _told(Kind.PLACE, reasons, said)

    def founded(self, reasons: Reasons) -> Found:
        table = self._columns.table["founded_on"]
        days = zip(*(table.take(side).to_pylist() for side in (self._left, self._right)), strict=True)
        found: Found = []
        for number, weight, (one, other) in zip(reasons.because.tolist(), reasons.weight.tolist(), days, strict=True):
            if number == NONE:
                found.append(None)
                continue
            kind = Kind.YEAR if number != YEARS_APART and SAID[number] is Said.SAME_YEAR else Kind.FOUNDED
            because = years_apart(abs(one.year - other.year)) if number == YEARS_APART else SAID[number]
            found.append(Evidence(kind, weight, one.isoformat(), other.isoformat(), because))
        return found

    def body(self, reasons: Reasons) -> Found:
        columns = self._columns
        bodies = [*columns.bodies, ""]
        left, right = ([bodies[number] for number in columns.body[side].tolist()] for side in (self._left, self._right))
        kinds = zip(left, right, strict=True)
        said = [
            name if number != NONE and SAID[number] in _ON_NAMES else kind
            for number, name, kind in zip(reasons.because.tolist(), self._said("name"), kinds, strict=True)
        ]
        return _told(Kind.BODY, reasons, said)


def _told(kind: Kind, reasons: Reasons, said: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> Found:
    found = zip(reasons.because.tolist(), reasons.weight.tolist(), said, strict=True)
    return [None if number == NONE else Evidence(kind, weight, *pair, SAID[number]) for number, weight, pair in found]
