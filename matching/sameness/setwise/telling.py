"""Evidence in words, of pairs that were weighed all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from matching.sameness.evidence import Said, Shared, years_apart
from matching.sameness.judging import clause
from matching.sameness.records import page_of
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.facts import SAID, SHARED, YEARS_APART, Reasons
from matching.sameness.setwise.likeness import LIKENESSES
from matching.sameness.setwise.names import Naming
from matching.sameness.setwise.ragged import Ints

_ON_CITIES, _ON_NAMES = {Said.SAME_CITY, Said.OTHER_CITY}, {Said.HOST, Said.TWICE}


class Telling:
    """The clauses on pairs of records, kind by kind; each for those of them on which there is evidence of the kind that weighs.

    Arguments:
        left, right: positions of the records.
    """

    def __init__(self, columns: Columns, left: Ints, right: Ints) -> None:
        self._columns, self._left, self._right = columns, left, right

    def _said(self, column: str, at: Ints) -> Iterator[tuple[str, str]]:
        """What the two records of each of these pairs say; nothing is an empty text."""
        table = self._columns.table[column]
        left, right = (table.take(side[at]).to_pylist() for side in (self._left, self._right))
        return zip((text or "" for text in left), (text or "" for text in right), strict=True)

    def name(self, naming: Naming, at: Ints) -> list[str]:
        printed = self._columns.names.printed
        said = zip(*(printed.take(side[at]).to_pylist() for side in (naming.left, naming.right)), strict=True)
        return _clauses((LIKENESSES[because].value for because in naming.because[at].tolist()), said)

    def address(self, reasons: Reasons, at: Ints) -> list[str]:
        columns = self._columns
        shared = [SHARED[number] for number in reasons.because[at].tolist()]
        said = list(self._said("site", at))
        is_page, is_box, is_mail = (
            np.nonzero([one in kinds for one in shared])[0]
            for kinds in ({Shared.HOME_AND_PAGE, Shared.TWO_PAGES}, {Shared.SAME_MAILBOX}, {Shared.SAME_MAIL_DOMAIN})
        )
        for place, websites in zip(is_page.tolist(), self._said("website", at[is_page]), strict=True):
            left, right = (f"{site}/{page_of(address)}" for site, address in zip(said[place], websites, strict=True))
            said[place] = left, right
        for place, boxes in zip(is_box.tolist(), self._said("role_email", at[is_box]), strict=True):
            said[place] = boxes
        for place in is_mail.tolist():
            one, other = (
                {int(domains[record]) for domains in (columns.site_domain, columns.mail_domain) if domains[record] >= 0}
                for record in (self._left[at[place]], self._right[at[place]])
            )
            domain = min(columns.address_domains[number] for number in one & other)
            said[place] = domain, domain
        return _clauses(shared, said)

    def phone(self, reasons: Reasons, at: Ints) -> list[str]:
        return _clauses(_because(reasons, at), self._said("phone", at))

    def country(self, reasons: Reasons, at: Ints) -> list[str]:
        return _clauses(_because(reasons, at), self._said("country", at))

    def place(self, reasons: Reasons, at: Ints) -> list[str]:
        because = _because(reasons, at)
        both = zip(because, self._said("city", at), self._said("nuts2", at), strict=True)
        return _clauses(because, (city if said in _ON_CITIES else region for said, city, region in both))

    def founded(self, reasons: Reasons, at: Ints) -> list[str]:
        table = self._columns.table["founded_on"]
        left, right = (table.take(side[at]).to_pylist() for side in (self._left, self._right))
        because = [
            years_apart(abs(one.year - other.year)) if number == YEARS_APART else SAID[number]
            for number, one, other in zip(reasons.because[at].tolist(), left, right, strict=True)
        ]
        return _clauses(because, zip((one.isoformat() for one in left), (other.isoformat() for other in right), strict=True))

    def body(self, reasons: Reasons, at: Ints) -> list[str]:
        columns = self._columns
        bodies = [*columns.bodies, ""]
        left, right = ([bodies[number] for number in columns.body[side[at]].tolist()] for side in (self._left, self._right))
        because = _because(reasons, at)
        both = zip(because, self._said("name", at), zip(left, right, strict=True), strict=True)
        return _clauses(because, (name if said in _ON_NAMES else kind for said, name, kind in both))


def _because(reasons: Reasons, at: Ints) -> list[Said]:
    return [SAID[number] for number in reasons.because[at].tolist()]


def _clauses(because: Iterable[str], said: Iterable[tuple[str, str]]) -> list[str]:
    return [clause(one, *both) for one, both in zip(because, said, strict=True)]
