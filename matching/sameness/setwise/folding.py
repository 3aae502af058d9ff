"""The words of very many texts at once: ``words.folded_words`` over one long text, and names without their legal forms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.comparable import empty_words, legal_forms
from matching.sameness.setwise.ragged import Ints, Ragged, Small, as_flags, ends, numbered
from matching.sameness.words import SIGNS, plain

BETWEEN = "\n"
"""What stands between texts that are folded together."""
_IS_LETTER = np.zeros(128, np.bool_)
_IS_LETTER[[ord(letter) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]] = True


def folded(texts: pa.Array) -> tuple[Ragged, list[str]]:
    """The folded words of each text as numbers, and the word of each number."""
    if not len(texts):
        return Ragged.of(np.empty(0), np.empty(0, np.int64)), []
    is_ascii, has_signs = (as_flags(found) for found in (pc.string_is_ascii(texts), pc.match_substring_regex(texts, SIGNS)))
    simple = np.nonzero(is_ascii & ~has_signs)[0]
    order, parts = [simple], [pc.ascii_lower(texts.take(simple))]
    # What needs a rule more is not asked of texts that do not need it.
    for asked in (is_ascii & has_signs, ~is_ascii & ~has_signs, ~is_ascii & has_signs):
        some = np.nonzero(asked)[0]
        if len(some):
            order.append(some)
            parts.append(pa.array(plain(_in_lines(texts.take(some).to_pylist())).split(BETWEEN), pa.string()))
    lists, known = _words(pa.concat_arrays(parts))
    return lists.take(np.argsort(np.concatenate(order))), known


def _in_lines(texts: Sequence[str]) -> str:
    joined = BETWEEN.join(texts)
    if joined.count(BETWEEN) == len(texts) - 1:
        return joined
    # A line's end parts words as a space does.
    return BETWEEN.join([text.replace(BETWEEN, " ") for text in texts])


def _words(lines: pa.Array) -> tuple[Ragged, list[str]]:
    """The words of lines of plain text."""
    parted = pc.binary_join_element_wise(lines, "", BETWEEN)
    _, offsets, letters = parted.buffers()
    starts_of_lines = np.frombuffer(offsets, np.int32)[: len(parted) + 1]
    raw = np.frombuffer(letters, np.uint8)[: starts_of_lines[-1]]
    is_letter = _IS_LETTER[raw]
    turns = np.nonzero(np.diff(is_letter, prepend=False, append=False))[0]
    starts, stops = turns[::2], turns[1::2]
    owner = np.searchsorted(starts_of_lines, starts, side="right") - 1
    numbers, known = numbered(strings(raw[is_letter], stops - starts))
    return Ragged.of(numbers, np.bincount(owner, minlength=len(lines))), known


def strings(letters: np.ndarray, lengths: np.ndarray) -> pa.Array:
    """Texts of plain letters end to end, each of so many, as an Arrow array."""
    offsets = pa.py_buffer(ends(lengths).astype(np.int32))
    return pa.StringArray.from_buffers(len(lengths), offsets, pa.py_buffer(np.ascontiguousarray(letters)))


def without_forms(lists: Ragged, words: Sequence[str]) -> Ragged:
    """The lists of words without legal forms at either end, as ``comparable.without_legal_forms`` says."""
    ways = [_Forms(place, words) for place in ("suffix", "prefix")]
    says = ends(~np.fromiter(map(empty_words().__contains__, words), np.bool_, len(words))[lists.values])
    starts, stops = lists.starts[:-1].copy(), lists.starts[1:].copy()
    asked = np.nonzero(lists.lengths > 0)[0]
    while len(asked):
        # As with one name: what stands at the end first, and at the beginning where nothing went off there.
        is_bare = np.ones(len(asked), np.bool_)
        for way in ways:
            rest = np.nonzero(is_bare)[0]
            some = asked[rest]
            taken = way.longest(lists.values, says, starts[some], stops[some])
            (stops if way.is_last else starts)[some] += -taken if way.is_last else taken
            is_bare[rest[taken > 0]] = False
        asked = asked[~is_bare]
    at = np.arange(len(lists.values))
    owners = lists.owners
    return lists.where((at >= starts[owners]) & (at < stops[owners]))


@cache
def _words_of_forms(place: str) -> frozenset[str]:
    return frozenset(word for some in legal_forms(place).values() for form in some for word in form)


class _Forms:
    """Legal forms at one end of names, by the word that stands there.

    Arguments:
        place: ``suffix`` or ``prefix``.
        words: by number.
    """

    def __init__(self, place: str, words: Sequence[str]) -> None:
        self.is_last = place == "suffix"
        forms, wanted = legal_forms(place), _words_of_forms(place)
        number = {word: at for at, word in enumerate(words) if word in wanted}
        self._forms = {
            number[end]: [[number[word] for word in form] for form in forms[end] if number.keys() >= set(form)]
            for end in number.keys() & forms.keys()
        }
        self._is_end = np.zeros(len(words), np.bool_)
        self._is_end[list(self._forms)] = True

    def longest(self, values: Small, says: Ints, starts: Ints, stops: Ints) -> Ints:
        """How many words of each list the longest form has that stands there and leaves something that says more; 0 for none.

        Arguments:
            says: how many of all words before each that say something.
        """
        taken = np.zeros(len(starts), np.int64)
        end = values[stops - 1 if self.is_last else starts]
        for word in np.unique(end[self._is_end[end]]).tolist():
            rest = np.nonzero(end == word)[0]
            for form in self._forms[word]:
                first = stops[rest] - len(form) if self.is_last else starts[rest]
                left = (starts[rest], first) if self.is_last else (first + len(form), stops[rest])
                fits = left[0] < left[1]
                fits[fits] = says[left[1][fits]] > says[left[0][fits]]
                for at, one in enumerate(form):
                    fits[fits] = values[first[fits] + at] == one
                taken[rest[fits]] = len(form)
                rest = rest[~fits]
        return taken
