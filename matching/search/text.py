"""Folding of words of any language and script into what search and the text feature compare."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import combining, normalize

from anyascii import anyascii

GRAM_LENGTH = 4
_WORD = re.compile(r"[^\W_]+")
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """The words of a text in plain lower-case Latin letters and digits, one space between them.

    Accents and scripts are transliterated, never dropped: ``Malmö`` is ``malmo``, ``Средногорие`` is ``srednogorie``.
    """
    return " ".join(words(text))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    if text.isascii():  # most are, and need no more than this
        return _WORD.findall(text.lower())
    return [folded for folded, _ in pairs(text)]


def pairs(text: str) -> list[tuple[str, str]]:
    """(folded, as written) for each word of a text, in order."""
    written = _WORD.findall(normalize("NFKC", text))
    return [(folded, word) for word in written if (folded := _folded(word))]


def indexed_words(text: str) -> list[tuple[str, str]]:
    """(word, as written) for each word of a text as the index has it: folded, and in its own letters where folding spells it.

    So who asks by SQL alone, where nothing is transliterated, finds a name in its own script too.
    """
    found = []
    for folded, written in pairs(text):
        found.append((folded, written))
        own = "".join(letter for letter in normalize("NFKD", written.lower()) if not combining(letter))
        if own != folded and not own.isascii():
            found.append((own, written))
    return found


@lru_cache(maxsize=200_000)
def _folded(word: str) -> str:
    # A word is cut out before it is transliterated, because some letters become apostrophes that would cut it in two.
    return word.lower() if word.isascii() else _NOT_PLAIN.sub("", anyascii(word).lower())


@lru_cache(maxsize=200_000)
def grams(word: str) -> tuple[str, ...]:
    """The distinct four-letter pieces of one folded word with its edges marked: ``_oil``, ``oil_``; ``_ai_`` alone for ``ai``."""
    padded = f"_{word}_"
    if len(padded) <= GRAM_LENGTH:
        return (padded,)
    return tuple(dict.fromkeys(padded[at : at + GRAM_LENGTH] for at in range(len(padded) - GRAM_LENGTH + 1)))
