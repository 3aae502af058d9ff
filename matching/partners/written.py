"""The words that organisations write, as numbers: a hundred thousand profiles have millions of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.partners.sets import Ints, Sets
from matching.search.text import words

SHORT_TEXT = 60
"""Letters of a text that is looked at once, because many choose the same; of them so many are kept:"""
MOST_KEPT = 200_000


@dataclass(frozen=True)
class Written:
    """Words of N documents.

    Arguments:
        names: all different words, in the order in which they were met.
        starts: N + 1 offsets; document ``n`` has the words ``words[starts[n]:starts[n + 1]]``, each once, ascending.
        words: numbers of words; times: how often each
            occurs in its document.
    """

    names: tuple[str, ...]
    starts: Ints
    words: NDArray[np.int32]
    times: NDArray[np.int32]

    @classmethod
    def of(cls, documents: Iterable[Iterable[str]]) -> Written:
        """Count the folded words of each document's texts; documents are looked at one by one, so that none has to be kept."""
        number: dict[str, int] = {}
        kept: dict[str, array[int]] = {}
        found, ends = array("i"), array("q", [0])
        for document in documents:
            for text in document:
                if (numbers := kept.get(text)) is None:
                    numbers = array("i", [number.setdefault(word, len(number)) for word in words(text)])
                    if len(text) <= SHORT_TEXT and len(kept) < MOST_KEPT:
                        kept[text] = numbers
                found.extend(numbers)
            ends.append(len(found))
        counts = np.array(ends[1:], dtype=np.int64) - np.array(ends[:-1], dtype=np.int64)
        return cls._counted(tuple(number), counts, np.frombuffer(found, dtype=np.int32))

    @classmethod
    def listed(cls, named: Mapping[str, Sets]) -> Written:
        """The values of sets as words that nobody writes, behind what the sets are called."""
        names = [f"{what}: {name}" for what, sets in named.items() for name in sets.names]
        before = np.cumsum([0, *(len(sets.names) for sets in named.values())])
        owner = np.concatenate([sets.owners for sets in named.values()])
        numbers = np.concatenate([sets.values + first for sets, first in zip(named.values(), before, strict=False)])
        counts = np.sum([sets.counts for sets in named.values()], axis=0)
        return cls._counted(tuple(names), counts, numbers[np.argsort(owner, kind="stable")])

    @classmethod
    def _counted(cls, names: tuple[str, ...], counts: Ints, numbers: NDArray[np.integer]) -> Written:
        """From the words of one document after the other, ``counts`` of them in each."""
        size, most = len(counts), max(len(names), 1)
        every = np.repeat(np.arange(size, dtype=np.int64) * most, counts)
        every += numbers
        every.sort()
        first = np.flatnonzero(np.diff(every, prepend=-1))
        times = np.diff(first, append=len(every)).astype(np.int32)
        every = every[first]
        starts = np.searchsorted(every, np.arange(size + 1, dtype=np.int64) * most)
        every %= most
        return cls(names, starts, every.astype(np.int32), times)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def owners(self) -> Ints:
        """For each entry of ``words``, its document."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.starts))

    @cached_property
    def documents(self) -> Ints:
        """For each word, how many documents have it."""
        return np.bincount(self.words, minlength=len(self.names))

    def beside(self, other: Written) -> Written:
        """Each document with the words of the other's; words of the two are never the same."""
        owner = np.concatenate([self.owners, other.owners])
        order = np.argsort(owner, kind="stable")
        words = np.concatenate([self.words, other.words + np.int32(len(self.names))])[order]
        times = np.concatenate([self.times, other.times])[order]
        return Written((*self.names, *other.names), self.starts + other.starts, words, times)

    def shared(self, one: int, other: int) -> Iterator[tuple[str, int]]:
        """The words that two documents share, each with how many documents have it."""
        both = np.intersect1d(self._of(one), self._of(other), assume_unique=True)
        yield from ((self.names[word], int(self.documents[word])) for word in both.tolist())

    def _of(self, place: int) -> NDArray[np.int32]:
        return self.words[self.starts[place] : self.starts[place + 1]]
