"""Texts from elsewhere, made safe to print: a terminal obeys some characters instead of showing them."""

from __future__ import annotations

import re
import unicodedata

_MAY_BE_WILD = re.compile(r"[^ -~]")
_WILD = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Controls, invisible format characters (among them those that turn the reading direction), halves of characters, line ends."""


def tame(text: str, keep: str = "") -> str:
    """A text with its control and format characters written as escapes (``\\x1b``, ``\\u202e``).

    Arguments:
        keep: characters that stay as they are (line ends of a traceback).
    """
    return _MAY_BE_WILD.sub(lambda found: _shown(found.group(), keep), text)


def _shown(character: str, keep: str) -> str:
    if character in keep or unicodedata.category(character) not in _WILD:
        return character
    return character.encode("unicode_escape").decode("ascii")
