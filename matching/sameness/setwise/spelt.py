"""Very many texts as names at once: ``comparable.name`` and ``comparable.initials`` over arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.comparable import (
    LONGEST_ACRONYM,
    MAY_HAVE_BRACKETS,
    MAY_PART,
    MOST_OF_A_WORD,
    SHORTEST_ACRONYM,
    WORDS_OF_AN_ACRONYM,
    outside_brackets,
    parted_at_capitals,
)
from matching.sameness.setwise.folding import folded, strings, without_forms
from matching.sameness.setwise.letters import BITS
from matching.sameness.setwise.ragged import Flags, Ints, Ragged, as_flags, coded, distinct, ends, members
from matching.sameness.setwise.vocabulary import FIRST, Lexicon
from matching.sameness.words import lazy, word_list


class Spelt:
    """Texts as names; one without words is none.

    Arguments:
        texts: each once.
        is_whole: which of them a record prints as its whole name: only of those it is asked what they can be shortened to.
    """

    def __init__(self, texts: pa.Array, is_whole: Flags) -> None:
        whole = np.nonzero(is_whole)[0]
        every, outside, parted = _with_their_parts(texts, whole)
        self.folded, words = folded(every)
        self.folded = Ragged(self.folded.values + np.int32(FIRST), self.folded.starts)
        self.lexicon = lexicon = Lexicon(words)
        self._array = pa.array(lexicon.text, pa.string())
        self._is_small = lexicon.are(word_list("small"))
        self._stripped = without_forms(self.folded, lexicon.text)
        stripped = self._stripped.take(np.arange(len(texts)))
        says = ~self._is_small[stripped.values]
        last = stripped.starts[1:][stripped.lengths > 0] - 1
        says[last] |= lexicon.are({word for word in word_list("small") if len(word) == 1})[stripped.values[last]]
        self.words = stripped.where(says | (stripped.counts(says) == 0)[stripped.owners])
        is_body = lexicon.is_body[self.words.values]
        self.has_core: Flags = self.words.counts(~is_body) > 0
        self.core = self.words.where(~is_body | ~self.has_core[self.words.owners])
        self.gist = self.core.where(self.has_core[self.core.owners]).through(lexicon.concepts).once()
        both, self.spellings = coded(pa.concat_arrays([self.run_together(self.words), self.run_together(self.core)]))
        self.joined, self.compact = both[: len(texts)], both[len(texts) :]
        is_long = self.words.lengths[whole] >= WORDS_OF_AN_ACRONYM
        self._shorten(whole[is_long], outside[is_long], parted[is_long])

    def run_together(self, lists: Ragged, between: str = "") -> pa.Array:
        """Lists of words as texts."""
        return pc.binary_join(self.as_lists(lists), between)

    def as_lists(self, lists: Ragged) -> pa.Array:
        """Lists of words as Arrow has them."""
        return pa.ListArray.from_arrays(lists.starts.astype(np.int32), self._array.take(lists.values))

    def in_order(self, lists: Ragged) -> Ragged:
        """The lists, the words of each in the order of the alphabet."""
        size = np.int64(self.lexicon.size)
        order = np.argsort(lists.owners * size + self._places[lists.values])
        return Ragged(lists.values[order], lists.starts)

    @lazy
    def _places(self) -> Ints:
        """The place of each word in the order of the alphabet."""
        place = np.empty(len(self._array), np.int64)
        place[pc.sort_indices(self._array).to_numpy()] = np.arange(len(self._array))
        return place

    @property
    def says_more(self) -> Flags:
        """Of which texts the core says what is not among its own words."""
        return self.gist.counts(~self._is_of_core()) > 0

    def _is_of_core(self) -> Flags:
        """Which things that a core says are words of it."""
        size = np.int64(self.lexicon.size)
        words = distinct(self.core.owners * size + self.core.values)
        return members(words, self.gist.owners * size + self.gist.values)

    def spellings_of_names(self) -> tuple[Ints, pa.Array]:
        """As ``candidates`` spells names for keys: texts, in order, and what each can be spelt as."""
        lexicon, compact = self.lexicon, self.spellings
        names = np.nonzero(self.words.lengths > 0)[0]
        joined = names[self.joined[names] != self.compact[names]]
        long = np.nonzero((self.words.lengths > 0) & (self.core.lengths > 1))[0]
        saying = np.nonzero((self.gist.lengths > 1) & self.says_more)[0]
        of_place = lexicon.names_place[self.gist.values] | lexicon.is_national[self.gist.values]
        says_cluster = self.words.counts(lexicon.says_cluster[self.words.values]) > 0
        clusters = np.nonzero((self.gist.lengths > 0) & (self.gist.counts(~of_place) == 0) & says_cluster)[0]
        of_clusters = self.run_together(self.in_order(self.gist.take(clusters)), " ")
        found = (
            (names, compact.take(self.compact[names])),
            (joined, compact.take(self.joined[joined])),
            (long, self.run_together(self.in_order(self.core.take(long)))),
            (saying, self.run_together(self.in_order(self.gist.take(saying)))),
            (clusters, pc.binary_join_element_wise("clusters of", of_clusters, " ")),
        )
        text = np.concatenate([owner for owner, _ in found])
        order = np.argsort(text, kind="stable")
        return text[order], pa.concat_arrays([spelling for _, spelling in found]).take(order)

    def _shorten(self, whole: Ints, outside: Ints, parted: Ints) -> None:
        """What whole names can be shortened to, and the letters that ``described`` notes of them."""
        has_enough = self.folded.lengths[parted] >= SHORTEST_ACRONYM
        some, outside, parted = whole[has_enough], outside[has_enough], parted[has_enough]
        words = self._stripped.take(outside)
        # Where nothing is parted and no legal form taken off, the others come to the same.
        differs = (outside != parted) | (words.lengths != self.folded.lengths[parted])
        others = parted[differs]
        every, but_small, but_body, said = self._initials_of_words()
        read = [(some, words.through(letters)) for letters in (every, but_small, but_body, said)]
        read.append((some[differs], self._stripped.take(others).through(every)))
        read.append((some[differs], self.folded.take(others).through(but_small)))
        text = np.concatenate([owner for owner, _ in read])
        found = Ragged.of(*(np.concatenate(parts) for parts in zip(*((one.values, one.lengths) for _, one in read), strict=True)))
        fits = np.nonzero((found.lengths >= SHORTEST_ACRONYM) & (found.lengths <= LONGEST_ACRONYM))[0]
        self.shortened, found = text[fits], found.take(fits)
        self.initials = strings(found.values.astype(np.uint8), found.lengths)
        self._note_letters(whole, found)

    def _initials_of_words(self) -> tuple[Ragged, ...]:
        """What each word gives to them, as ``comparable`` says: letters by their codes."""
        first = self.lexicon.spelling.first()
        every = Ragged(first, np.arange(len(first) + 1))
        said = self.lexicon.saying
        small_said = self._is_small[said.owners]
        return (
            every,
            every.where(~self._is_small),
            every.where(~self._is_small & ~self.lexicon.is_body),
            Ragged(first[said.values], said.starts).where(~small_said),
        )

    def _note_letters(self, whole: Ints, built: Ragged) -> None:
        """The letters with which an acronym of each whole name can begin and that one can hold."""
        self.begins, self.holds = np.zeros((2, len(self.words.starts) - 1), np.uint64)
        np.bitwise_or.at(self.begins, self.shortened, BITS[built.values[built.starts[:-1]]])
        np.bitwise_or.at(self.holds, self.shortened[built.owners], BITS[built.values])
        words = self.folded.take(whole)
        is_passed = self._is_small | self.lexicon.is_body
        stops = ends(~is_passed[words.values])[:-1]
        is_head = stops == stops[np.minimum(words.starts[:-1], len(stops) - 1)][words.owners]
        first, given = self.lexicon.initial, self.lexicon.spelling.letters(MOST_OF_A_WORD)
        np.bitwise_or.at(self.begins, whole[words.owners[is_head]], first[words.values[is_head]])
        np.bitwise_or.at(self.holds, whole[words.owners], given[words.values])


def _with_their_parts(texts: pa.Array, whole: Ints) -> tuple[pa.Array, Ints, Ints]:
    """The texts, and those of which whole names are shortened; of each whole name the number of its text outside brackets, and of
    the same with words parted at capitals.
    """
    every, outside = _changed(texts, whole, MAY_HAVE_BRACKETS, outside_brackets)
    every, parted = _changed(every, outside, MAY_PART, parted_at_capitals)
    return every, outside, parted


def _changed(texts: pa.Array, some: Ints, asked: str, change: Callable[[str], str]) -> tuple[pa.Array, Ints]:
    """Texts with what some of them are changed to, and its number for each of those.

    Arguments:
        texts: each once.
        asked: a regular expression; what does not meet it stays as it is.
    """
    at = np.nonzero(as_flags(pc.match_substring_regex(texts.take(some), asked)))[0]
    changed = pa.array(map(change, texts.take(some[at]).to_pylist()), pa.string())
    numbers, every = coded(pa.concat_arrays([texts, changed]))
    found = some.copy()
    found[at] = numbers[len(texts) :]
    return every, found
