"""The words of very many texts at once: ``words.folded_words`` over one long text, and names without their legal forms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from matching.sameness.comparable import may_have_legal_form, without_legal_forms
from matching.sameness.setwise.ragged import Ragged, ends, numbered
from matching.sameness.words import has_signs, plain

BETWEEN = "\n"
"""What stands between texts that are folded together."""
_IS_LETTER = np.zeros(128, np.bool_)
_IS_LETTER[[ord(letter) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]] = True


def folded(texts: Sequence[str]) -> tuple[Ragged, list[str]]:
    """The folded words of each text as numbers, and the word of each number."""
    if not texts:
        return Ragged.of(np.empty(0), np.empty(0, np.int64)), []
    alike: dict[tuple[bool, bool], list[int]] = {}
    for at, text in enumerate(texts):
        alike.setdefault((text.isascii(), has_signs(text)), []).append(at)
    together = BETWEEN.join([plain(_in_lines([texts[at] for at in some])) for some in alike.values()])
    lists, known = _words(together, len(texts))
    return lists.take(np.argsort(np.concatenate(list(alike.values())))), known


def _in_lines(texts: Sequence[str]) -> str:
    joined = BETWEEN.join(texts)
    if joined.count(BETWEEN) == len(texts) - 1:
        return joined
    # A line's end parts words as a space does.
    return BETWEEN.join([text.replace(BETWEEN, " ") for text in texts])


def _words(together: str, count: int) -> tuple[Ragged, list[str]]:
    """The words of so many lines of plain text."""
    raw = np.frombuffer(together.encode("ascii"), np.uint8)
    is_letter = _IS_LETTER[raw]
    turns = np.nonzero(np.diff(is_letter, prepend=False, append=False))[0]
    starts, stops = turns[::2], turns[1::2]
    words = strings(raw[is_letter], stops - starts)
    owner = np.searchsorted(np.nonzero(raw == ord(BETWEEN))[0], starts)
    numbers, known = numbered(words)
    return Ragged.of(numbers, np.bincount(owner, minlength=count)), known


def strings(letters: np.ndarray, lengths: np.ndarray) -> pa.Array:
    """Texts of plain letters end to end, each of so many, as an Arrow array."""
    offsets = pa.py_buffer(ends(lengths).astype(np.int32))
    return pa.StringArray.from_buffers(len(lengths), offsets, pa.py_buffer(np.ascontiguousarray(letters)))


def without_forms(lists: Ragged, words: Sequence[str]) -> Ragged:
    """The lists of words without legal forms at either end, as ``comparable.without_legal_forms`` says."""
    last, first = (np.fromiter(map(ends_of.__contains__, words), np.bool_, len(words)) for ends_of in may_have_legal_form())
    kept = np.ones(len(lists.values), np.bool_)
    has_some = np.nonzero(lists.lengths > 0)[0]
    starts, stops = lists.starts[has_some], lists.starts[has_some + 1]
    asked = last[lists.values[stops - 1]] | first[lists.values[starts]] if len(has_some) else np.empty(0, np.bool_)
    for start, stop in zip(starts[asked].tolist(), stops[asked].tolist(), strict=True):
        whole = tuple([words[number] for number in lists.values[start:stop].tolist()])
        rest = without_legal_forms(whole)
        if rest is not whole:
            at = next(at for at in range(len(whole)) if whole[at : at + len(rest)] == rest)
            kept[start : start + at] = kept[start + at + len(rest) : stop] = False
    return lists.where(kept)
