"""Evidence in words, of pairs that were weighed all at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.evidence import Said, Shared, years_apart
from matching.sameness.records import page_of
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.facts import SAID, SHARED, YEARS_APART, Reasons
from matching.sameness.setwise.likeness import LIKENESSES
from matching.sameness.setwise.names import Naming
from matching.sameness.setwise.ragged import Flags, Ints

Both = tuple[pa.Array, pa.Array]
"""What the two records of each pair say; nothing is an empty text."""


class Telling:
    """The clauses on pairs of records, kind by kind; each for those of them on which there is evidence of the kind that weighs.

    Arguments:
        left, right: positions of the records.
    """

    def __init__(self, columns: Columns, left: Ints, right: Ints) -> None:
        self._columns, self._left, self._right = columns, left, right
        self._texts: dict[str, pa.Array] = {}

    def _said(self, column: str, at: Ints) -> Both:
        if (texts := self._texts.get(column)) is None:
            texts = self._texts[column] = self._columns.table[column].combine_chunks().fill_null("")
        return texts.take(self._left[at]), texts.take(self._right[at])

    def name(self, naming: Naming, at: Ints) -> pa.Array:
        printed = self._columns.names.printed
        left, right = (printed.take(side[at]) for side in (naming.left, naming.right))
        return _clauses(_LIKENESSES.take(naming.because[at]), (left, right))

    def address(self, reasons: Reasons, at: Ints) -> pa.Array:
        columns = self._columns
        because = reasons.because[at]
        said = self._said("site", at)
        is_page, is_box, is_mail = (
            np.isin(because, [SHARED.index(kind) for kind in kinds])
            for kinds in ((Shared.HOME_AND_PAGE, Shared.TWO_PAGES), (Shared.SAME_MAILBOX,), (Shared.SAME_MAIL_DOMAIN,))
        )
        pages = [
            pa.array(map("{}/{}".format, sites.to_pylist(), map(page_of, websites.to_pylist())), pa.string())
            for sites, websites in zip((one.filter(is_page) for one in said), self._said("website", at[is_page]), strict=True)
        ]
        domains = []
        for place in at[is_mail].tolist():
            one, other = (
                {int(domains[record]) for domains in (columns.site_domain, columns.mail_domain) if domains[record] >= 0}
                for record in (self._left[place], self._right[place])
            )
            domains.append(min(columns.address_domains.take(list(one & other)).to_pylist()))
        shared = pa.array(domains, pa.string())
        for asked, instead in ((is_page, pages), (is_box, self._said("role_email", at[is_box])), (is_mail, (shared, shared))):
            said = _instead(said, asked, (instead[0], instead[1]))
        return _clauses(_SHARED.take(because), said)

    def phone(self, reasons: Reasons, at: Ints) -> pa.Array:
        return _clauses(_because(reasons, at), self._said("phone", at))

    def country(self, reasons: Reasons, at: Ints) -> pa.Array:
        return _clauses(_because(reasons, at), self._said("country", at))

    def place(self, reasons: Reasons, at: Ints) -> pa.Array:
        is_region = ~np.isin(reasons.because[at], _ON_CITIES)
        said = _instead(self._said("city", at), is_region, self._said("nuts2", at[is_region]))
        return _clauses(_because(reasons, at), said)

    def founded(self, reasons: Reasons, at: Ints) -> pa.Array:
        columns = self._columns
        table = columns.table["founded_on"].combine_chunks()
        left, right = (table.take(side[at]).cast(pa.string()) for side in (self._left, self._right))
        years = np.abs(columns.year[self._left[at]] - columns.year[self._right[at]])
        is_apart = reasons.because[at] == YEARS_APART
        apart = pa.array(list(map(years_apart, range(int(years.max(initial=0)) + 1))), pa.string())
        usual = _SAID.take(np.where(is_apart, 0, reasons.because[at]))
        return _clauses(pc.if_else(pa.array(is_apart), apart.take(years), usual), (left, right))

    def body(self, reasons: Reasons, at: Ints) -> pa.Array:
        columns = self._columns
        bodies = pa.array([*columns.bodies, ""], pa.string())
        left, right = (bodies.take(columns.body[side[at]] % len(bodies)) for side in (self._left, self._right))
        is_name = np.isin(reasons.because[at], _ON_NAMES)
        return _clauses(_because(reasons, at), _instead((left, right), is_name, self._said("name", at[is_name])))


_ON_CITIES, _ON_NAMES = (
    [SAID.index(one) for one in some] for some in ((Said.SAME_CITY, Said.OTHER_CITY), (Said.HOST, Said.TWICE))
)


_LIKENESSES, _SHARED, _SAID = (pa.array(map(str, some), pa.string()) for some in (LIKENESSES, SHARED, SAID))


def _because(reasons: Reasons, at: Ints) -> pa.Array:
    return _SAID.take(reasons.because[at])


def _instead(said: Both, asked: Flags, instead: Both) -> Both:
    """What pairs say; of some of them something else."""
    left, right = (pc.replace_with_mask(one, pa.array(asked), other) for one, other in zip(said, instead, strict=True))
    return left, right


def _clauses(because: pa.Array, said: Both) -> pa.Array:
    """As ``judging.clause``."""
    left, right = said
    alike = pc.binary_join_element_wise(because, " ('", left, "')", "")
    apart = pc.binary_join_element_wise(because, " ('", left, "' and '", right, "')", "")
    return pc.if_else(pc.equal(left, right), alike, apart)
