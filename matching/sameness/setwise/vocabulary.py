"""The words of all names and what they say, each a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

import numpy as np

from matching.sameness.comparable import BODIES
from matching.sameness.population import Population
from matching.sameness.setwise.letters import BITS, Spelling
from matching.sameness.setwise.ragged import Bits, Flags, Floats, Ints, Ragged, Small
from matching.sameness.translation import Sort, all_concepts, concepts, concepts_of, positions_of_others
from matching.sameness.words import word_list

LEFT_END, RIGHT_END = 0, 1
"""What stands behind the words of a left and of a right name: neither is a word, and they differ."""
FIRST = 2
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: numbers times this are spread over all bits (Knuth, The Art of Computer Programming, 6.4)."""


class Lexicon:
    """Words by number, and what they say; the first two numbers are no words.

    Arguments:
        words: of names, each once.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.text = ["", "", *words]
        self._numbers = dict(zip(words, range(FIRST, len(self.text)), strict=True))
        self.saying = saying = self._find_concepts(words)
        self.size = len(self.text)
        self.names_place, self.is_subject = (self.are(concepts_of(sort)) for sort in (Sort.PLACE, Sort.SUBJECT))
        self.is_own = ~(self.are(all_concepts()) | np.fromiter(map(str.isdigit, self.text), np.bool_, self.size))
        """Nobody's common property."""
        self.is_national = self.are({"national"})
        self.is_body = self.are(word_list("body"))
        self.is_compass = self.are(word_list("place"))
        """Says where in any country: ``north``."""
        self.is_common = saying.counts(self.is_own[saying.values]) == 0
        """Of the words of names: all that the word says is common property."""
        self.says_cluster = saying.counts(self.are({"cluster"})[saying.values]) > 0
        self.concepts = saying.where(~self.are(BODIES)[saying.values])
        """What each word of a name says, without what only says what sort of body it is."""
        self.spelling = spelling = Spelling(self.text)
        self.letters: Bits = spelling.letters()
        self.initial: Bits = np.where(spelling.first() > 0, BITS[spelling.first()], np.uint64(0))

    def are(self, words: Set[str]) -> Flags:
        """Which of the words are among these."""
        found = np.zeros(self.size, np.bool_)
        found[[self._numbers[word] for word in self._numbers.keys() & words]] = True
        return found

    def _find_concepts(self, words: Sequence[str]) -> Ragged:
        """What each word says; of most that is the word itself."""
        others = positions_of_others(words)
        said = [[self._number(one) for one in concepts(words[at])] for at in others]
        lengths = np.ones(FIRST + len(words), np.int64)
        lengths[:FIRST] = 0
        some = np.array(others, np.int64) + FIRST
        lengths[some] = list(map(len, said))
        is_other = np.zeros(len(lengths), np.bool_)
        is_other[some] = True
        values = np.repeat(np.arange(len(lengths)), lengths)
        values[np.repeat(is_other, lengths)] = [number for of_word in said for number in of_word]
        return Ragged.of(values, lengths)

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.text)
            self.text.append(word)
        return number

    def known(self, words: Iterable[str]) -> list[int]:
        """The numbers of those words that any name bears or says."""
        return [self._numbers[word] for word in words if word in self._numbers]

    def tuple_of(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """The words of numbers."""
        return tuple([self.text[number] for number in numbers if number >= FIRST])


class Vocabulary(Lexicon):
    """The same, with what the population makes of each.

    Arguments:
        population: says how rare each is.
    """

    def __init__(self, words: Sequence[str], population: Population) -> None:
        super().__init__(words)
        self.idf: Floats = np.full(self.size, population.idf(""))
        often = population.borne_by_others(self._numbers.keys())
        self.idf[[self._numbers[word] for word in often]] = [population.idf(word) for word in often]
        self.idf[:FIRST] = 0.0
        self.lengths: Small = self.spelling.lengths.astype(np.int32)


def bloom(numbers: Ints | Small) -> Bits:
    """A bit for each number: lists whose bits, put together, have none in common have no number in common."""
    return np.uint64(1) << ((numbers.astype(np.uint64) * _SPREAD) >> np.uint64(58))
