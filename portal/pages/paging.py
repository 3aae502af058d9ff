"""A long list on pages: which one this is, which rows stand on it, and which others one can go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.query import Query
from portal.visit import Visit


@dataclass(frozen=True)
class Paging:
    """One page of a list.

    Arguments:
        number: which, from 1; per_page: rows of a full page; total: rows of all pages.
    """

    number: int
    per_page: int
    total: int

    @classmethod
    def of(cls, wanted: int, per_page: int, total: int) -> Paging:
        """The page that is wanted; where there is no such page, the last."""
        return cls(min(max(wanted, 1), _pages(total, per_page)), per_page, total)

    @property
    def last(self) -> int:
        """How many pages there are, at least one."""
        return _pages(self.total, self.per_page)

    @property
    def before(self) -> int:
        """How many rows stand on the pages before."""
        return (self.number - 1) * self.per_page

    @property
    def until(self) -> int:
        """Up to which row, counted from 1, this page goes."""
        return min(self.number * self.per_page, self.total)

    def permalink(self, kept: Query) -> Query:
        """What the address of this page asks; that of the first page names no page."""
        return kept.setting("page", str(self.number)) if self.number > 1 else kept.leaving("page")

    def links(self, visit: Visit, kept: Query, path: str) -> dict[str, Any]:
        """What ``pages.html`` shows: the first page, the last, and those beside this one, with all that the query asks."""
        near = sorted({1, self.last, *range(max(self.number - 2, 1), min(self.number + 2, self.last) + 1)})
        return {
            "paging": self,
            "pages": [(one, visit.address(Paging(one, self.per_page, self.total).permalink(kept).to(path))) for one in near],
        }


def _pages(total: int, per_page: int) -> int:
    return max(-(-total // per_page), 1)
