"""The part of an address after the question mark, which is what a page shows: a search is a link that can be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Query:
    """Pairs of name and value, in order; a name may stand several times."""

    pairs: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a name that say something, each once."""
        return tuple(dict.fromkeys(value.strip() for key, value in self.pairs if key == name and value.strip()))

    def one(self, name: str, default: str = "") -> str:
        """The last value of a name."""
        return next((value for key, value in reversed(self.pairs) if key == name), default)

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A number within bounds; what is no number, or outside, is the nearest that is allowed."""
        text = self.one(name).strip()
        if not (text.isascii() and text.isdecimal()) or len(text) > 9:
            return default
        return min(max(int(text), least), most)

    def setting(self, name: str, *values: str) -> Query:
        """The same with these values of a name, in place of those that it has."""
        return Query((*(pair for pair in self.pairs if pair[0] != name), *((name, value) for value in values)))

    def adding(self, name: str, value: str) -> Query:
        """The same with one value more."""
        return self if (name, value) in self.pairs else Query((*self.pairs, (name, value)))

    def leaving(self, name: str, value: str | None = None) -> Query:
        """The same without a name, or without one value of it."""
        return Query(tuple(pair for pair in self.pairs if pair[0] != name or (value is not None and pair[1] != value)))

    def only(self, names: Iterable[str]) -> Query:
        """The same with these names only, in their order, without what says nothing."""
        return Query(tuple((name, value) for name in names for value in self.all(name)))

    def to(self, path: str) -> str:
        """A path with this query behind it."""
        return f"{path}?{urlencode(self.pairs)}" if self.pairs else path


NOTHING = Query()


def query(pairs: Sequence[tuple[str, str]]) -> Query:
    """What a request asked."""
    return Query(tuple(pairs))
