"""Very many organisations as columns: which record sits in which, and which numbers lead there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from warehouse.rows import Organisation

Numbers = NDArray[np.int64]


class Seats(Sequence[Organisation]):
    """Organisations by number.

    Arguments:
        records: every record number once, in order.
        organisations: for each the number of its organisation.
        redirects: by organisation, in order, the numbers that lead there; only where there are any.
    """

    def __init__(self, records: Numbers, organisations: Numbers, redirects: Mapping[int, tuple[int, ...]]) -> None:
        self.records, self.organisations, self.redirects = records, organisations, redirects
        self._ordered: tuple[Numbers, Numbers, Numbers] | None = None

    @classmethod
    def of(cls, organisations: Sequence[Organisation]) -> Seats:
        """These, as columns. Raises ValueError where an organisation or a record's seat is there twice."""
        if isinstance(organisations, Seats):
            return organisations
        once("organisation", (one.organisation_id for one in organisations))
        seats = sorted((record, one.organisation_id) for one in organisations for record in one.record_ids)
        once("seat of a record", (record for record, _ in seats))
        columns = np.array(seats, np.int64).reshape(-1, 2)
        leading = {one.organisation_id: one.redirects for one in organisations if one.redirects}
        return cls(columns[:, 0].copy(), columns[:, 1].copy(), leading)

    @property
    def numbers(self) -> Numbers:
        """The organisations' numbers, in order."""
        return self._by_organisation()[0]

    def records_of(self, organisation: int) -> Numbers:
        """The records of an organisation that there is, in order."""
        numbers, starts, records = self._by_organisation()
        at = int(np.searchsorted(numbers, organisation))
        return records[starts[at] : starts[at + 1]]

    def seat_of(self, records: Numbers) -> Numbers:
        """The organisation of each record; 0 of one that there is not."""
        if not len(self.records):
            return np.zeros(len(records), np.int64)
        if np.array_equal(self.records, records):
            return self.organisations
        at = np.minimum(np.searchsorted(self.records, records), len(self.records) - 1)
        return np.where(self.records[at] == records, self.organisations[at], 0)

    def _by_organisation(self) -> tuple[Numbers, Numbers, Numbers]:
        """The numbers, where the records of each begin, and the records."""
        if self._ordered is None:
            order = np.argsort(self.organisations, kind="stable")
            numbers, starts = np.unique(self.organisations[order], return_index=True)
            self._ordered = numbers, np.append(starts, len(order)), self.records[order]
        return self._ordered

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> Organisation: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Organisation]: ...
    def __getitem__(self, at: int | slice) -> Organisation | Sequence[Organisation]:
        if isinstance(at, slice):
            return tuple(self)[at]
        number = int(self.numbers[at])
        return Organisation(number, tuple(self.records_of(number).tolist()), self.redirects.get(number, ()))

    def __iter__(self) -> Iterator[Organisation]:
        numbers, starts, records = (column.tolist() for column in self._by_organisation())
        for number, start, end in zip(numbers, starts[:-1], starts[1:], strict=True):
            yield Organisation(number, tuple(records[start:end]), self.redirects.get(number, ()))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Seats):
            return (
                np.array_equal(self.records, other.records)
                and np.array_equal(self.organisations, other.organisations)
                and self.redirects == other.redirects
            )
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Seats({list(self)!r})"


def once(what: str, keys: Iterable[object]) -> None:
    """Raises ValueError for a key that is there twice."""
    for key, times in Counter(keys).items():
        if times > 1:
            raise ValueError(f"wanted each {what} once, found {key!r} {times} times")
