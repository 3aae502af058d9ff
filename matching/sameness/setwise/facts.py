"""What all but the names of pairs of records say, all at once: the functions of ``sameness.evidence`` over arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from matching.sameness.evidence import LONG_LABEL, Said, Shared
from matching.sameness.likeness import Likeness
from matching.sameness.records import page_of
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.likeness import NUMBER
from matching.sameness.setwise.names import AGREES, NONE, Naming
from matching.sameness.setwise.ragged import Flags, Floats, Ints, Small, as_flags
from matching.sameness.setwise.vocabulary import bloom
from matching.sameness.weights import Weights

SHARED, SAID = tuple(Shared), tuple(Said)
YEARS_APART = len(SAID)
"""The number of the reason that two foundings are years apart."""


class Reasons(NamedTuple):
    """One kind of evidence on pairs of records.

    Arguments:
        weight: 0 where there is none.
        because: the number of the reason in ``SHARED`` or ``SAID``; NONE where there is none.
    """

    weight: Floats
    because: Small

    def of(self, some: Ints) -> Reasons:
        """Of some of the pairs."""
        return Reasons(self.weight[some], self.because[some])

    def where(self, kept: Flags) -> Reasons:
        """With none for all other pairs."""
        return Reasons(np.where(kept, self.weight, 0.0), np.where(kept, self.because, np.int32(NONE)))


def _chosen(count: int, *ways: tuple[Flags, float, int]) -> Reasons:
    """The first way that holds: whether it does, what it weighs, the number of its reason."""
    holds = [way for way, _, _ in ways]
    return Reasons(
        np.select(holds, [weight for _, weight, _ in ways], 0.0),
        np.select(holds, [number for *_, number in ways], NONE).astype(np.int32),
    ) if count else Reasons(np.zeros(0), np.zeros(0, np.int32))  # fmt: skip


class PairsOfRecords:
    """Pairs of records, left and right."""

    def __init__(self, columns: Columns, left: Ints, right: Ints, weights: Weights) -> None:
        self._columns, self._left, self._right, self._weights = columns, left, right, weights
        self._count = len(left)

    def _both(self, column: Small | Ints) -> tuple[Small | Ints, Small | Ints]:
        return column[self._left], column[self._right]

    def address(self) -> Reasons:
        columns, table = self._columns, self._weights.address
        one, other = self._both(columns.own_site)
        are_own = (one >= 0) & (other >= 0)
        is_same = are_own & (one == other)
        box, other_box = self._both(columns.mailbox)
        is_same_box = (box >= 0) & (box == other_box) & ~columns.is_used_by_many[self._left]
        domain, other_domain = self._both(columns.site_domain)
        mail, other_mail = self._both(columns.mail_domain)
        label, other_label = self._both(columns.label)
        meets = [(a >= 0) & (a == b) for a in (domain, mail) for b in (other_domain, other_mail)]
        is_same_page, are_pages = self._pages(is_same)
        found = [
            (is_same & is_same_page, Shared.SAME_HOST),
            (is_same & are_pages, Shared.TWO_PAGES),
            (is_same, Shared.HOME_AND_PAGE),
            (is_same_box, Shared.SAME_MAILBOX),
            (are_own & (domain == other_domain), Shared.SIBLING_HOSTS),
            (np.logical_or.reduce(meets), Shared.SAME_MAIL_DOMAIN),
            (are_own & (label >= 0) & (label == other_label), Shared.SAME_LABEL),
        ]
        rest = are_own & ~np.logical_or.reduce([way for way, _ in found])
        found += [(self._misprinted(rest), Shared.MISPRINTED_LABEL), (rest, Shared.DIFFERENT)]
        return _chosen(self._count, *((way, getattr(table, shared.name.lower()), SHARED.index(shared)) for way, shared in found))

    def _pages(self, asked: Flags) -> tuple[Flags, Flags]:
        """Of the pairs asked for whether both show one page of a site, and whether each shows one below the front page."""
        is_same, are_pages = (np.zeros(self._count, np.bool_) for _ in range(2))
        some = np.nonzero(asked)[0]
        websites = self._columns.table["website"]
        pages = [websites.take(side[some]).to_pylist() for side in (self._left, self._right)]
        for at, left, right in zip(some.tolist(), *pages, strict=True):
            one, other = (page_of(website) if website else "" for website in (left, right))
            is_same[at], are_pages[at] = one == other, bool(one and other)
        return is_same, are_pages

    def _misprinted(self, asked: Flags) -> Flags:
        found = np.zeros(self._count, np.bool_)
        labels = self._columns.labels
        length = np.append(np.where(as_flags(pc.utf8_is_alpha(labels)), pc.utf8_length(labels).to_numpy(), 0), 0)
        one, other = self._both(self._columns.label)
        lengths = length[one], length[other]
        some = np.nonzero(asked & (np.minimum(*lengths) >= LONG_LABEL) & (np.abs(lengths[0] - lengths[1]) <= 1))[0]
        texts = (labels.take(side[some]).to_pylist() for side in (one, other))
        edits = cpdist(*texts, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
        found[some[edits == 1]] = True
        return found

    def phone(self) -> Reasons:
        one, other = self._both(self._columns.phone)
        is_same = (one >= 0) & (one == other) & ~self._columns.is_switchboard[self._left]
        return _chosen(self._count, (is_same, self._weights.phone.same, SAID.index(Said.SAME_PHONE)))

    def country(self) -> Reasons:
        table = self._weights.country
        one, other = self._both(self._columns.country)
        are_told = (one >= 0) & (other >= 0)
        return _chosen(
            self._count,
            (are_told & (one == other), table.same, SAID.index(Said.SAME_COUNTRY)),
            (are_told, table.different, SAID.index(Said.OTHER_COUNTRY)),
        )

    def place(self) -> Reasons:
        table, columns = self._weights.place, self._columns
        has_city = np.array([len(words) > 0 for words in columns.city_words], np.bool_)
        are_cities = has_city[columns.city[self._left]] & has_city[columns.city[self._right]]
        region, other_region = self._both(columns.region)
        are_regions = columns.has_region[self._left] & columns.has_region[self._right]
        return _chosen(
            self._count,
            (are_cities & self._is_same_city(are_cities), table.same_city, SAID.index(Said.SAME_CITY)),
            (are_regions & (region == other_region), table.same_region, SAID.index(Said.SAME_REGION)),
            (are_cities, table.different_city, SAID.index(Said.OTHER_CITY)),
            (are_regions, table.different_region, SAID.index(Said.OTHER_REGION)),
        )

    def _is_same_city(self, asked: Flags) -> Flags:
        """Whether all words of one city's name are among the other's."""
        words = [frozenset(of_city) for of_city in self._columns.city_words]
        number: dict[str, int] = {}
        bits = np.zeros(len(words), np.uint64)
        for at, of_city in enumerate(words):
            some = np.array([number.setdefault(word, len(number)) for word in of_city], np.int64)
            bits[at] = np.bitwise_or.reduce(bloom(some)) if len(some) else np.uint64(0)
        one, other = self._both(self._columns.city)
        found: Flags = asked & (one == other)
        may_hold = ((bits[one] & ~bits[other]) == 0) | ((bits[other] & ~bits[one]) == 0)
        for at in np.nonzero(asked & ~found & may_hold)[0].tolist():
            left, right = words[one[at]], words[other[at]]
            found[at] = left <= right or right <= left
        return found

    def founded(self) -> Reasons:
        columns, table = self._columns, self._weights.founded
        are_dated = columns.is_dated[self._left] & columns.is_dated[self._right]
        day, other_day = self._both(columns.day)
        year, other_year = self._both(columns.year)
        apart = np.abs(year - other_year)
        return _chosen(
            self._count,
            (are_dated & (day == other_day) & ~columns.is_new_year[self._left], table.same_day, SAID.index(Said.SAME_DAY)),
            (are_dated & (apart == 0), table.same_year, SAID.index(Said.SAME_YEAR)),
            (are_dated & (apart > 1), table.years_apart, YEARS_APART),
        )

    def body(self, naming: Naming) -> Reasons:
        """What kinds of bodies they are."""
        columns, table = self._columns, self._weights.body
        one, other = self._both(columns.body)
        differ = (one >= 0) & (other >= 0) & (one != other)
        is_one_host = (one != other) & ((one == columns.host) | (other == columns.host))
        return _chosen(
            self._count,
            (differ & AGREES[naming.likeness], table.other_kind, SAID.index(Said.OTHER_KIND)),
            (differ, table.host_and_hosted, SAID.index(Said.OTHER_KIND_AND_NAME)),
            (
                is_one_host & (naming.likeness == NUMBER[Likeness.UNRELATED]),
                table.host_and_hosted,
                SAID.index(Said.HOST),
            ),
        )

    def twice(self, naming: Naming) -> Reasons:
        """Whether they are two entries of one network under names that do not agree."""
        network, other = self._both(self._columns.network)
        is_twice = (network == other) & (naming.likeness != NONE) & ~AGREES[naming.likeness]
        return _chosen(self._count, (is_twice, self._weights.body.twice_in_one_network, SAID.index(Said.TWICE)))
