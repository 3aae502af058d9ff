"""How pairs of names are alike, all at once: ``sameness.likeness.compare`` over arrays, and how rare what they share is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

from matching.sameness.likeness import LEAST_SAID, MISPRINT_FROM, MOST_WRONG, Likeness
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.ragged import Flags, Floats, Ints, Small
from matching.sameness.setwise.vocabulary import LEFT_END, RIGHT_END
from matching.sameness.weights import NameWeights

LIKENESSES = tuple(Likeness)
"""The numbers of the ways in which names are alike."""
NUMBER = {likeness: number for number, likeness in enumerate(LIKENESSES)}
_WIDTHS = (2, 3, 4, 6, 8, 16, 32)
"""Words of names that are compared together: so that one long name does not make all of them long."""


class Together(NamedTuple):
    """Pairs of names.

    Arguments:
        left, right: the names.
        left_record, right_record: who bears them.
        is_abroad: the two records are in two countries: of places, only the words of the compass are common to both.
    """

    left: Ints
    right: Ints
    left_record: Ints
    right_record: Ints
    is_abroad: Flags

    def where(self, kept: NDArray[np.generic]) -> Together:
        return Together(*(column[kept] for column in self))


class Alike(NamedTuple):
    """How pairs of names are alike.

    Arguments:
        likeness: a number of ``LIKENESSES``.
        rarity: 0 to 1, of what they share, before what short names lose.
    """

    likeness: Small
    rarity: Floats


def compare(columns: Columns, pairs: Together, weights: NameWeights) -> Alike:
    """All pairs, those of short names apart from those of long ones."""
    names = columns.names
    longest = np.maximum.reduce([lists.lengths[side] for lists in (names.core, names.gist) for side in (pairs.left, pairs.right)])
    likeness = np.empty(len(pairs.left), np.int32)
    rarity = np.empty(len(pairs.left))
    least = -1
    for width in (*_WIDTHS, int(longest.max(initial=0))):
        some = np.nonzero((longest > least) & (longest <= width))[0]
        if len(some):
            likeness[some], rarity[some] = _Comparison(columns, pairs.where(some), weights, width).alike()
        least = max(least, width)
    return Alike(likeness, rarity)


class _Side:
    """One name of each pair: its words, what they say, and which of them the other has and which say where both are.

    All first words stand together, then all second ones: so that whole rows are held against each other.
    """

    def __init__(self, columns: Columns, name: Ints, pairs: Together, width: int, beyond: int) -> None:
        names, vocabulary = columns.names, columns.names.vocabulary
        self.core = names.core.padded(name, width, beyond)
        self.gist = names.gist.padded(name, width, beyond)
        self.length = names.core.lengths[name]
        self.is_word = self.core > RIGHT_END
        self.is_said = self.gist > RIGHT_END
        self.is_place, self.says_place = (_are_places(columns, words, pairs) for words in (self.core, self.gist))
        self.is_where = self.says_place | vocabulary.names_place[self.gist]
        self.is_shared = self.is_shared_gist = np.zeros(0, np.bool_)

    def meet(self, shared: Flags, shared_gist: Flags) -> None:
        self.is_shared, self.is_shared_gist = shared, shared_gist
        self.is_own = self.is_word & ~shared


def _are_places(columns: Columns, words: Small, pairs: Together) -> Flags:
    vocabulary = columns.names.vocabulary
    around = columns.around.hold(words, columns.place[pairs.left_record], columns.place[pairs.right_record])
    return vocabulary.is_compass[words] | (around & ~pairs.is_abroad)


class _Comparison:
    """Pairs of names of at most so many words."""

    def __init__(self, columns: Columns, pairs: Together, weights: NameWeights, width: int) -> None:
        self._columns, self._pairs, self._weights = columns, pairs, weights
        self._names, self._words = columns.names, columns.names.vocabulary
        self._left = _Side(columns, pairs.left, pairs, width, LEFT_END)
        self._right = _Side(columns, pairs.right, pairs, width, RIGHT_END)
        meets = self._left.core[:, None] == self._right.core[None]
        says = self._left.gist[:, None] == self._right.gist[None]
        self._left.meet(meets.any(axis=1), says.any(axis=1))
        self._right.meet(meets.any(axis=0), says.any(axis=0))

    def alike(self) -> Alike:
        """As ``likeness.compare`` says, and the rarity as ``name_evidence`` reckons it."""
        names, left, right = self._names, self._left, self._right
        one, other = self._pairs.left, self._pairs.right
        is_equal = names.joined[one] == names.joined[other]
        has_core = names.has_core[one] & names.has_core[other]
        has_common = left.is_shared.any(axis=0)
        says_common = left.is_shared_gist.any(axis=0)
        differ = left.is_own.any(axis=0) & right.is_own.any(axis=0)
        may_be_misprint = ~is_equal & has_core & (names.compact[one] != names.compact[other]) & differ
        telling = left.is_shared & ~left.is_place
        left_own, right_own = self._surplus()
        both, some = left_own.any(axis=0) & right_own.any(axis=0), left_own.any(axis=0) | right_own.any(axis=0)
        is_common = self._is_common(left, left_own) & self._is_common(right, right_own)
        # As in ``likeness.compare``, the first that holds.
        ways = [
            (is_equal, Likeness.EQUAL),
            (~has_core, Likeness.UNRELATED),
            (names.compact[one] == names.compact[other], Likeness.CORE),
            (self._misprints(may_be_misprint), Likeness.MISPRINT),
            (~has_common & ~says_common, Likeness.UNRELATED),
            (says_common & self._has_other_than_places() & self._translations(), Likeness.TRANSLATED),
            (~telling.any(axis=0), Likeness.UNRELATED),
            (~left.is_own.any(axis=0) & ~right.is_own.any(axis=0), Likeness.REORDERED),
            (both, Likeness.SIBLINGS),
            (~some, Likeness.CORE),
            (is_common, Likeness.SHORT),
        ]
        found = np.select([holds for holds, _ in ways], [NUMBER[way] for _, way in ways], NUMBER[Likeness.CONTAINED])
        return Alike(found.astype(np.int32), self._rarity(found, telling))

    def _surplus(self) -> tuple[Flags, Flags]:
        """The words that only one side has; without places, where only one side has such ones."""
        left, right = self._left, self._right
        one_names_none = _none(left.is_own & left.is_place) | _none(right.is_own & right.is_place)
        return left.is_own & ~(left.is_place & one_names_none), right.is_own & ~(right.is_place & one_names_none)

    def _is_common(self, side: _Side, surplus: Flags) -> Flags:
        return _none(surplus & ~side.is_place & ~self._words.is_common[side.core])

    def _has_other_than_places(self) -> Flags:
        return ~_none(self._left.is_own & ~self._left.is_place) | ~_none(self._right.is_own & ~self._right.is_place)

    def _translations(self) -> Flags:
        """As ``likeness._is_translation`` says, of names of which what they say is not all different."""
        left, right = self._left, self._right
        what, where = ([side.is_said & (side.is_where == is_where) for side in (left, right)] for is_where in (False, True))
        is_same_what, is_same_where = (
            _none(one & ~left.is_shared_gist) & _none(other & ~right.is_shared_gist) for one, other in (what, where)
        )
        said, things = left.is_said.sum(axis=0), what[0].sum(axis=0)
        names_places = ~_none(where[0]) & ~_none(where[1])
        are_of_clusters = self._names.is_of_clusters[self._pairs.left] & self._names.is_of_clusters[self._pairs.right]
        says_enough = np.where(is_same_where, said >= LEAST_SAID, (things >= LEAST_SAID) & ~names_places)
        found: Flags = (is_same_what & is_same_where & are_of_clusters) | ((things > 0) & is_same_what & says_enough)
        return found

    def _misprints(self, asked: Flags) -> Flags:
        """As ``likeness._is_misprint`` says, of the pairs that are asked for: first what letters and lengths rule out."""
        words = self._words
        sides = self._left, self._right
        compact = [self._names.compact_length[names] for names in (self._pairs.left, self._pairs.right)]
        lengths = [np.where(side.is_own, words.lengths[side.core], 0).sum(axis=0) for side in sides]
        shorter = np.minimum(*lengths)
        most = np.where(shorter < 2 * MISPRINT_FROM, 1, MOST_WRONG)
        asked = asked & (np.abs(compact[0] - compact[1]) <= MOST_WRONG) & (shorter >= MISPRINT_FROM)
        asked &= np.abs(lengths[0] - lengths[1]) <= most
        found = np.zeros(len(asked), np.bool_)
        some = np.nonzero(asked)[0]
        own = [np.where(side.is_own[:, some], side.core[:, some], LEFT_END) for side in sides]
        letters = [np.bitwise_or.reduce(words.letters[numbers], axis=0) for numbers in own]
        # A wrong letter takes one letter away at most and brings another.
        some = some[np.bitwise_count(letters[0] ^ letters[1]) <= 2 * most[some]]
        texts = [self._own_texts(side, some) for side in sides]
        edits = cpdist(*texts, scorer=Levenshtein.distance, score_cutoff=MOST_WRONG, dtype=np.uint8)
        for at in np.nonzero(edits <= most[some])[0].tolist():
            found[some[at]] = _digits(texts[0][at]) == _digits(texts[1][at])
        return found

    def _own_texts(self, side: _Side, some: Ints) -> list[str]:
        """The words that the other does not have, run together."""
        text = self._words.text
        rows = np.where(side.is_own[:, some], side.core[:, some], LEFT_END).T.tolist()
        return ["".join([text[word] for word in row]) for row in rows]

    def _rarity(self, found: NDArray[np.integer], telling: Flags) -> Floats:
        left, right = self._left, self._right
        is_left = self._left_is_fewer(np.isin(found, _BY_FEWEST))
        idf = [self._words.idf[side.core] * np.where(side.is_place, self._weights.place_word, 1.0) for side in (left, right)]
        sums = [self._of(side.sum(axis=0)) for side in idf]
        most = [self._of(side).max(axis=0, initial=0.0) for side in idf]
        shared = self._of(np.where(left.is_shared, idf[0], 0.0)).max(axis=0, initial=0.0)
        told = self._of(np.where(telling, idf[0], 0.0)).max(axis=0, initial=0.0)
        has_said = left.is_shared_gist
        said = self._words.idf[left.gist] * np.where(left.is_where, self._weights.place_word, 1.0)
        is_core = self._names.compact[self._pairs.left] == self._names.compact[self._pairs.right]
        fewest, fewest_most = (np.where(is_left, *sides) for sides in (sums, most))
        return np.select(
            [
                found == NUMBER[Likeness.EQUAL],
                found == NUMBER[Likeness.MISPRINT],
                found == NUMBER[Likeness.TRANSLATED],
                (found == NUMBER[Likeness.CORE]) & is_core,
                found == NUMBER[Likeness.REORDERED],
            ],
            [
                np.where(self._names.has_core[self._pairs.left], fewest, self._of(np.zeros(1))),
                fewest,
                np.where(
                    self._names.is_of_clusters[self._pairs.left],
                    self._weights.with_place,
                    self._of(np.where(has_said, said, 0.0).sum(axis=0)),
                ),
                fewest_most,
                shared,
            ],
            told,
        )

    def _of(self, idf: Floats) -> Floats:
        """As ``Population.rarity``."""
        table = self._weights
        return np.clip((idf - table.rarity_from) / (table.rarity_to - table.rarity_from), 0.0, 1.0)

    def _left_is_fewer(self, asked: Flags) -> Flags:
        """Whether the left name has the fewer words; of as many, whether its come first."""
        left, right = self._left, self._right
        fewer = left.length < right.length
        is_tie = (left.length == right.length) & ((left.core != right.core) & left.is_word).any(axis=0)
        for at in np.nonzero(asked & is_tie)[0]:
            fewer[at] = self._words.tuple_of(left.core[:, at].tolist()) < self._words.tuple_of(right.core[:, at].tolist())
        return fewer


_BY_FEWEST = [NUMBER[likeness] for likeness in (Likeness.EQUAL, Likeness.CORE, Likeness.MISPRINT)]


def _none(flags: Flags) -> Flags:
    """Pairs of which nothing is flagged."""
    found: Flags = np.logical_not(flags.any(axis=0))
    return found


def _digits(text: str) -> str:
    return "".join([letter for letter in text if letter.isdigit()])
