"""Names as they are remembered for weighing all pairs at once."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

import pyarrow as pa

from matching.sameness.comparable import MOST_OF_A_WORD, WORDS_OF_AN_ACRONYM, Name, NameKind, heads, initials, pieces
from matching.sameness.setwise.letters import all_letters, first_letters
from matching.sameness.words import folded_words

KINDS = tuple(NameKind)
"""The numbers of the kinds of names."""
NAME = pa.struct(
    [
        ("kind", pa.uint8()), ("printed", pa.string()), ("spelt", pa.string()), ("words", pa.list_(pa.string())),
        ("is_single", pa.bool_()), ("begins", pa.uint64()), ("holds", pa.uint64()),
    ]
)  # fmt: skip
"""
``kind`` (a number of ``KINDS``), ``printed``, ``spelt`` (the core run together) and ``words`` as in ``Name``; ``is_single``:
whether the line is one name; ``begins`` and ``holds``: of a whole name of several words the letters, as bits, with which an
acronym of it can begin and that one can hold.
"""
Described: TypeAlias = tuple[int, str, str, tuple[str, ...], bool, int, int]
_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}


@lru_cache(maxsize=20_000)
def _given_by(word: str) -> int:
    """The letters that one word can give to an acronym."""
    return all_letters([word[:MOST_OF_A_WORD]])


def described(name: Name) -> Described:
    """A name in the order of ``NAME``."""
    begins = holds = 0
    is_single = False
    if name.kind is NameKind.FULL:
        is_single = next(pieces(name.printed), None) is None
        if len(name.words) >= WORDS_OF_AN_ACRONYM:
            built = initials(name.printed)
            begins = first_letters(built) | first_letters(heads(name.printed))
            holds = all_letters(built)
            for word in folded_words(name.printed):
                holds |= _given_by(word)
    return _NUMBERS[name.kind], name.printed, name.compact, name.words, is_single, begins, holds
