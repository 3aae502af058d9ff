"""What the names of pairs of records say, all at once: ``name_evidence.names`` over arrays."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.comparable import (
    LONGEST_ACRONYM,
    MAY_HAVE_BRACKETS,
    SHORTEST_ACRONYM,
    WORDS_OF_AN_ACRONYM,
    spelt_in_capitals,
)
from matching.sameness.likeness import AGREEING, MISPRINT_FROM, MOST_WRONG, Likeness
from matching.sameness.name_evidence import shortens
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.described import KINDS
from matching.sameness.setwise.letters import Spelling, capitals, in_numbers
from matching.sameness.setwise.likeness import LIKENESSES, NUMBER, Alike, Together, compare
from matching.sameness.setwise.ragged import (
    Bits,
    Flags,
    Floats,
    Ints,
    Product,
    Ragged,
    Small,
    as_flags,
    beginnings,
    numbers_of,
    product,
)
from matching.sameness.weights import Weights

NONE = -1
_CAPITAL_WITHIN = r"(?s)^.+[A-Z]"
_UNRELATED, _SIBLINGS, _ACRONYM = NUMBER[Likeness.UNRELATED], NUMBER[Likeness.SIBLINGS], NUMBER[Likeness.ACRONYM]
AGREES = np.array([likeness in AGREEING for likeness in LIKENESSES] + [False], np.bool_)
"""By the number of a likeness; last of none."""
_PREFERRED = np.array([sorted(LIKENESSES, key=lambda one: one.value).index(likeness) for likeness in LIKENESSES])
"""Which of two ways is chosen where all else is the same: as the words that describe them are in order."""


class Naming(NamedTuple):
    """What the names of pairs of records say; changed in place as more is found out.

    Arguments:
        weight: of the evidence; 0 where a record has no comparable name.
        likeness: a number of ``LIKENESSES``, or NONE there.
        because: likewise, of the two names that say it.
        left, right: those names.
        is_by_piece: not two whole names say it.
    """

    weight: Floats
    likeness: Small
    because: Small
    left: Ints
    right: Ints
    is_by_piece: Flags

    @classmethod
    def nothing(cls, count: int) -> Naming:
        """Of so many pairs, before anything is found out."""
        likeness, because = np.full((2, count), NONE, np.int32)
        left, right = np.full((2, count), NONE, np.int64)
        return cls(np.zeros(count), likeness, because, left, right, np.zeros(count, np.bool_))

    def put(self, at: Any, weight: Any, likeness: Any, left: Any, right: Any, is_by_piece: Any) -> None:
        """Notes two names as those that say most, of one pair or of several."""
        self.weight[at], self.left[at], self.right[at], self.is_by_piece[at] = weight, left, right, is_by_piece
        self.likeness[at] = self.because[at] = likeness

    def of(self, some: Ints) -> Naming:
        """Of some of the pairs."""
        return Naming(
            self.weight[some], self.likeness[some], self.because[some], self.left[some], self.right[some], self.is_by_piece[some]
        )


class PairsOfNames:
    """The names of pairs of records.

    Arguments:
        left, right: of each pair the two records.
        has_same_site: where what the web address spells is no name.
    """

    def __init__(self, columns: Columns, left: Ints, right: Ints, weights: Weights) -> None:
        self._columns, self._names, self._weights = columns, columns.names, weights
        self._left, self._right = left, right
        one, other = columns.country[left], columns.country[right]
        self._is_abroad = (one != other) & columns.has_country[left] & columns.has_country[right]

    def closest(self) -> Naming:
        """Of every name with every name the two that say most for sameness."""
        rows = self._worth_comparing()
        weight, likeness = self._weigh(rows)
        naming = Naming.nothing(len(self._left))
        best = self._best(rows, weight, likeness)
        pair = rows.pair[best]
        is_whole = self._names.is_full[rows.left[best]] & self._names.is_full[rows.right[best]]
        naming.put(pair, weight[best], likeness[best], rows.left[best], rows.right[best], ~is_whole)
        return naming

    def _worth_comparing(self) -> Product:
        """Where some are equal, those alone; what only web addresses spell is not held against each other."""
        borne, columns = self._names.borne, self._columns
        has_same_site = columns.site[self._left] == columns.site[self._right]
        counts = [
            np.where(
                has_same_site | ~(columns.is_own_site[side] | (columns.site[side] < 0)),
                self._names.printed_borne[side],
                borne.lengths[side],
            )
            for side in (self._left, self._right)
        ]
        rows = product(borne.starts[self._left], counts[0], borne.starts[self._right], counts[1])
        rows = Product(rows.pair, *(borne.values[side].astype(np.int64) for side in (rows.left, rows.right)))
        is_equal = self._names.compact[rows.left] == self._names.compact[rows.right]
        has_equal = np.zeros(len(self._left), np.bool_)
        has_equal[rows.pair[is_equal]] = True
        is_spelt = self._names.is_address[rows.left] & self._names.is_address[rows.right]
        return rows.where((is_equal | ~has_equal[rows.pair]) & ~is_spelt)

    def _alike(self, rows: Product) -> Alike:
        """How names are alike; nearly all have nothing in common, which is seen at once."""
        names = self._names
        one, other = rows.left, rows.right
        may_share = (names.bloom[one] & names.bloom[other]) != 0
        lengths = names.compact_length[one], names.compact_length[other]
        may_be_misprint = (
            (np.abs(lengths[0] - lengths[1]) <= MOST_WRONG)
            & (np.minimum(*lengths) >= MISPRINT_FROM)
            & (np.bitwise_count(names.letters[one] ^ names.letters[other]) <= 2 * MOST_WRONG)
        )
        is_spelt_alike = (names.joined[one] == names.joined[other]) | (names.compact[one] == names.compact[other])
        some = np.nonzero(may_share | may_be_misprint | is_spelt_alike)[0]
        likeness, rarity = np.full(len(one), _UNRELATED, np.int32), np.zeros(len(one))
        pair = rows.pair[some]
        together = Together(one[some], other[some], self._left[pair], self._right[pair], self._is_abroad[pair])
        likeness[some], rarity[some] = compare(self._columns, together, self._weights.name)
        return Alike(likeness, rarity)

    def _weigh(self, rows: Product) -> tuple[Floats, Small]:
        names, table = self._names, self._weights.name
        likeness, rarity = self._alike(rows)
        is_equal = likeness == NUMBER[Likeness.EQUAL]
        records = self._left[rows.pair], self._right[rows.pair]
        some = np.nonzero(is_equal)[0]
        place = [self._columns.place[record[some]] for record in records]
        words = names.words.padded(rows.left[some], int(names.words.lengths.max(initial=0)), 0)
        is_local = self._columns.within.hold(words, *place).any(axis=0)
        rarity[some[is_local]] = np.maximum(rarity[some[is_local]], table.with_place)
        compact = np.minimum(names.compact_length[rows.left], names.compact_length[rows.right])
        share = _shares(table.short)[np.where(is_equal, names.joined_length[rows.left], compact).clip(0, len(table.short) + 1)]
        rarity = np.where(likeness == NUMBER[Likeness.TRANSLATED], rarity, rarity * share)
        scales = [table.scales.get(one) for one in LIKENESSES]
        base, rare = (np.array([getattr(scale, what) if scale else 0.0 for scale in scales]) for what in ("base", "rare"))
        kinds = np.array([self._weights.name_kind[kind] for kind in KINDS])
        kind = np.minimum(kinds[names.kind[rows.left]], kinds[names.kind[rows.right]])
        weight = (base[likeness] + rare[likeness] * rarity) * kind
        weight[likeness == _UNRELATED] = table.unrelated
        weight[likeness == _SIBLINGS] = table.siblings
        return weight, likeness

    def _best(self, rows: Product, weight: Floats, likeness: Small) -> Ints:
        """Of each pair that has any the row that counts, as ``name_evidence`` ranks them."""
        if not len(weight):
            return np.empty(0, np.int64)
        names = self._names
        is_whole = names.is_full[rows.left] & names.is_full[rows.right]
        rank = np.round(weight, 9)
        starts = beginnings(rows.pair)
        count = np.diff(starts, append=len(weight))
        is_best = rank == np.repeat(np.maximum.reduceat(rank, starts), count)
        second = np.where(is_best, is_whole * len(LIKENESSES) + _PREFERRED[likeness], -1)
        is_best &= second == np.repeat(np.maximum.reduceat(second, starts), count)
        best = np.nonzero(is_best)[0]
        first = beginnings(rows.pair[best])
        if len(first) < len(best):
            times = np.diff(first, append=len(best))
            left, right = names.compact[rows.left[best]], names.compact[rows.right[best]]
            equal = np.nonzero(np.repeat(times > 1, times) & (left == right))[0]
            # Equal names come in the order of their letters, others as they stand.
            order = np.zeros(len(best), np.int64)
            order[equal] = pc.rank(pa.array([names.compact_texts[number] for number in left[equal].tolist()], pa.string()))
            best = best[order == np.repeat(np.minimum.reduceat(order, first), times)]
            first = beginnings(rows.pair[best])
        return best[first]

    def try_acronyms(self, naming: Naming) -> None:
        """Where names do not agree, puts a short name of one record in their place that is built of a whole one of the other."""
        table, names = self._weights.name, self._names
        is_short = (
            (names.core.lengths <= 1) & (names.compact_length >= table.least_shared) & (names.compact_length <= LONGEST_ACRONYM)
        )
        may_be_whole = names.is_full & (names.words.lengths >= WORDS_OF_AN_ACRONYM)
        share = _shares(table.short_acronym)[np.clip(names.compact_length, 0, len(table.short_acronym) + 1)]
        weighs = table.acronym_built.base + table.acronym_built.rare * share
        asked = np.nonzero((naming.likeness != NONE) & ~AGREES[naming.likeness])[0]
        best = naming.weight[asked]
        for is_turned in (False, True):
            sides = (self._right, self._left) if is_turned else (self._left, self._right)
            rows = _within(names.by_record.where(is_short), names.by_record.where(may_be_whole), *(side[asked] for side in sides))
            rows = rows.where(weighs[rows.left] > best[rows.pair])
            rows = self._that_shorten(rows)
            for at, short, whole in zip(*(column.tolist() for column in rows), strict=True):
                if weighs[short] > best[at]:
                    best[at] = weighs[short]
                    pair = asked[at]
                    left, right = (whole, short) if is_turned else (short, whole)
                    naming.put(pair, best[at], _ACRONYM, left, right, True)

    def _that_shorten(self, rows: Product) -> Product:
        """Where the left name, a short one, is built of the right one; first what their letters rule out."""
        names = self._names
        begins, holds = names.begins[rows.right], names.holds[rows.right]
        # A short name has one word, which is how it is spelt.
        may = ((names.initial[rows.left] & begins) != 0) & ((names.letters[rows.left] & ~holds) == 0)
        short, at = numbers_of(rows.left, len(names.printed))
        texts = names.printed.take(short)
        # One capital alone, at the beginning, is no acronym; of another alphabet it may be spelt with several letters.
        is_plain = as_flags(pc.string_is_ascii(texts))
        first, every = np.zeros((2, len(texts)), np.uint64)
        plain = np.nonzero(is_plain & as_flags(pc.match_substring_regex(texts, _CAPITAL_WITHIN)))[0]
        first[plain], every[plain] = capitals(texts.take(plain).to_pylist())
        others = np.nonzero(~is_plain)[0]
        some = texts.take(others).to_pylist()
        is_one = [text.islower() or (text[0].isascii() and text[1:].islower()) for text in some]
        spelling = Spelling(["" if one else spelt_in_capitals(text) for one, text in zip(is_one, some, strict=True)])
        first[others], every[others] = spelling.letters(1), spelling.letters()
        first, every = first[at], every[at]
        may |= ((first & begins) != 0) & ((every & ~holds) == 0)
        rows, at = rows.where(may), at[may]
        compact = [names.compact_texts[number] for number in names.compact[short].tolist()]
        built = self._are_first_letters(Spelling(compact).in_numbers()[at], rows)
        some = np.nonzero(~built)[0]
        whole = names.printed.take(rows.right[some]).to_pylist()
        asked = map(shortens, texts.take(at[some]).to_pylist(), map(compact.__getitem__, at[some].tolist()), whole)
        built[some] = np.fromiter(asked, np.bool_, len(some))
        return rows.where(built)

    def _are_first_letters(self, short: Bits, rows: Product) -> Flags:
        """Where a short name is the first letters of the words of a whole one, or of its core: most that shorten one are.

        Of whole names with brackets nothing is said.

        Arguments:
            short: of each row the letters of the left name, ``in_numbers``.
        """
        names = self._names
        first = names.vocabulary.spelling.first()
        whole, at = numbers_of(rows.right, len(names.printed))
        letters = (
            in_numbers(first[words.values], words.starts)[at] for words in (names.words.take(whole), names.core.take(whole))
        )
        found: Flags = np.logical_or.reduce([short == one for one in letters])
        found &= names.compact_length[rows.left] >= SHORTEST_ACRONYM
        has_brackets = as_flags(pc.match_substring_regex(names.printed.take(whole), MAY_HAVE_BRACKETS))
        return found & ~has_brackets[at]

    def part(self, naming: Naming, asked: Ints) -> None:
        """Weighs less what two pieces of names say where the whole names go on differently after a common beginning.

        Arguments:
            asked: the pairs that it may concern; only those by a piece are looked at.
        """
        asked = asked[naming.is_by_piece[asked]]
        left, right = self._left[asked], self._right[asked]
        names = self._names
        has_single = (names.single.lengths[left] > 0) | (names.single.lengths[right] > 0)
        for kind, some in ((names.single, asked[has_single]), (names.whole, asked[~has_single])):
            rows = _within(kind, kind, self._left[some], self._right[some])
            likeness = self._alike(rows._replace(pair=some[rows.pair])).likeness
            parts, agrees = (np.zeros(len(some), np.bool_) for _ in range(2))
            parts[rows.pair[likeness == _SIBLINGS]] = True
            agrees[rows.pair[AGREES[likeness]]] = True
            parted = some[parts & ~agrees]
            naming.weight[parted] += self._weights.name.siblings
            naming.likeness[parted] = _SIBLINGS


def _within(ones: Ragged, others: Ragged, left: Ints, right: Ints) -> Product:
    """Every one of the left record with every one of the right record."""
    rows = product(ones.starts[left], ones.lengths[left], others.starts[right], others.lengths[right])
    return Product(rows.pair, ones.values[rows.left].astype(np.int64), others.values[rows.right].astype(np.int64))


def _shares(short: tuple[float, ...]) -> Floats:
    """The share that a name of so many letters keeps: by letters, none first, and last of more than the table has."""
    return np.array([1.0, *short, 1.0])
