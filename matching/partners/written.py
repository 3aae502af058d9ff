"""The words that organisations write, as numbers: a hundred thousand profiles have millions of them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.partners.sets import Ints


@dataclass(frozen=True)
class Written:
    """Words of N documents.

    Arguments:
        names: all different words, in the order in which they were met.
        starts: N + 1 offsets; document ``n`` has the words ``words[starts[n]:starts[n + 1]]``, each once.
        words: numbers of words; times: how often each occurs in its document.
    """

    names: tuple[str, ...]
    starts: Ints
    words: NDArray[np.int32]
    times: NDArray[np.int32]

    @classmethod
    def of(cls, documents: Iterable[Iterable[str]]) -> Written:
        """Count the words of each document; documents are looked at one by one, so that none has to be kept."""
        number: dict[str, int] = {}
        starts, words, times = array("q", [0]), array("i"), array("i")
        for document in documents:
            for word, occurrences in Counter(document).items():
                words.append(number.setdefault(word, len(number)))
                times.append(occurrences)
            starts.append(len(words))
        return cls(
            tuple(number), np.array(starts, dtype=np.int64), np.array(words, dtype=np.int32), np.array(times, dtype=np.int32)
        )

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
        both = np.intersect1d(self._of(one), self._of(other))
        yield from ((self.names[word], int(self.documents[word])) for word in both.tolist())

    def _of(self, place: int) -> NDArray[np.int32]:
        return self.words[self.starts[place] : self.starts[place + 1]]
