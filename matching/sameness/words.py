"""Printed text as plain folded words, and the lists of words in ``matching/data/``: what all of sameness stands on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Generic, Self, TypeVar, overload

from anyascii import anyascii

_ELISION = re.compile(r"\b(l|d|n|dell|nell|sull|all|qu|un)['’](?=\w)", re.IGNORECASE)
_DOTTED = re.compile(r"\b(?:\w{1,3}\.)+\w{0,3}\b")
_JOINING = re.compile(r"['’`´ʼ·]")
_PLUS = re.compile(r"(?<=\w)\+(?=\w)")
SIGNS = r"['’`.+@]"
"""Signs that join or part words otherwise than others do, as a regular expression."""
_WORD = re.compile(r"[a-z0-9]+")


Owner = TypeVar("Owner")
Value = TypeVar("Value")


class lazy(Generic[Owner, Value]):  # noqa: N801  used as a decorator, like property
    """A property that is worked out when it is first asked for, and then an attribute.

    Python 3.11's ``cached_property`` takes a lock each time, which costs more than most of these properties themselves.
    """

    def __init__(self, work: Callable[[Owner], Value]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, _: type) -> Self: ...
    @overload
    def __get__(self, owner: Owner, _: type) -> Value: ...
    def __get__(self, owner: Owner | None, _: type) -> Self | Value:
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._work(owner)
        return value


class _Latin(dict[int, str]):
    """anyascii letter by letter, each asked for once: a hundred times faster than the text as a whole."""

    def __missing__(self, code: int) -> str:
        spelt = self[code] = anyascii(chr(code))
        return spelt


_LATIN = _Latin()


def read_toml(name: str) -> dict[str, Any]:
    """The facts of ``matching/<name>``."""
    return tomllib.loads(files("matching").joinpath(*name.split("/")).read_text(encoding="utf-8"))


@lru_cache(maxsize=20_000)
def folded_words(text: str) -> tuple[str, ...]:
    """The words of a text in plain lower-case Latin letters and digits.

    Scripts and accents are transliterated, never dropped (``Клъстер`` is ``klster``); dotted letters are one word;
    an elided article is a word of its own (``l'Energia`` is ``l energia``), any other apostrophe, the Catalan middle dot and a
    plus within a word join (``Mov'eo`` is ``moveo``, ``Food+i`` is ``foodi``).
    """
    return tuple(_WORD.findall(plain(text)))


def plain(text: str) -> str:
    """The same as one text, with other signs yet between the words. Lines are spelt out independently of one another."""
    if "'" in text or "’" in text:
        text = _ELISION.sub(r"\1 ", text)
    if "." in text:
        text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    if "+" in text:
        text = _PLUS.sub("", text)
    if "@" in text:
        text = text.replace("@", "a")
    if "'" in text or "`" in text:
        text = _JOINING.sub("", text)
    if not text.isascii():
        text = _JOINING.sub("", _JOINING.sub("", text).translate(_LATIN))
    return text.lower()


@cache
def word_list(kind: str) -> frozenset[str]:
    """The single folded words of a list in ``data/name_words.toml``."""
    entries = (folded_words(entry) for entry in read_toml("data/name_words.toml")[kind])
    return frozenset(words[0] for words in entries if len(words) == 1)
