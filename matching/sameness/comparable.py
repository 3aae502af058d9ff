"""Names in the form in which sameness compares them: folded, without legal forms, split where one line prints several."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from anyascii import anyascii
from cleanco.clean import get_unique_terms

_ELISION = re.compile(r"\b(l|d|n|dell|nell|sull|all|qu|un)['’](?=\w)", re.IGNORECASE)
_DOTTED = re.compile(r"\b(?:\w{1,3}\.)+\w{0,3}\b")
_JOINING = re.compile(r"['’`´ʼ·]")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_WORD = re.compile(r"[a-z0-9]+")
_BRACKETS = re.compile(r"^(?P<before>.*?)\s*[(\[](?P<inside>[^()\[\]]+)[)\]]\s*(?P<after>.*)$")
_SEPARATOR = re.compile(r"\s+[-–—|]+\s+|\s+/\s+|\s*[–—]\s+")
LONGEST_ACRONYM = 10


class NameKind(StrEnum):
    """What a name is to the record that bears it, strongest first."""

    FULL = "full"
    ACRONYM = "acronym"
    LEAD = "lead"
    """What stands first where one line prints several: "CEAGA – Galician Automotive Cluster"."""
    PART = "part"
    """What stands later or in brackets: a translation, or the host."""
    ADDRESS = "address"
    """Spelt by the record's own web address only."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name, ready to compare.

    Arguments:
        printed: as the record prints it.
        kind: what it is to its record.
        words: folded, in order, without legal forms and joining words.
        core: ``words`` without those that only say what sort of body it is ("cluster"), unless nothing else remains.
        joined: ``words`` run together: equal where only spaces, hyphens and joining words differ.
        compact: ``core`` run together.
        has_core: False where the name consists of such words alone; it then distinguishes nobody.
    """

    printed: str
    kind: NameKind
    words: tuple[str, ...]
    core: tuple[str, ...]
    joined: str
    compact: str
    has_core: bool


def read_toml(name: str) -> dict[str, Any]:
    """The facts of ``matching/<name>``."""
    return tomllib.loads(files("matching").joinpath(*name.split("/")).read_text(encoding="utf-8"))


@lru_cache(maxsize=100_000)
def folded_words(text: str) -> tuple[str, ...]:
    """The words of a text in plain lower-case Latin letters and digits.

    Scripts and accents are transliterated, never dropped (``Клъстер`` is ``klster``); dotted letters are one word;
    an elided article is a word of its own (``l'Energia`` is ``l energia``), any other apostrophe and the Catalan middle dot join
    (``Mov'eo`` is ``moveo``).
    """
    text = _ELISION.sub(r"\1 ", text).replace("@", "a")
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    return tuple(_WORD.findall(_JOINING.sub("", anyascii(_JOINING.sub("", text))).lower()))


@cache
def word_list(kind: str) -> frozenset[str]:
    """The single folded words of a list in ``data/name_words.toml``."""
    entries = (folded_words(entry) for entry in read_toml("data/name_words.toml")[kind])
    return frozenset(words[0] for words in entries if len(words) == 1)


@cache
def host_phrases() -> tuple[tuple[str, ...], ...]:
    """The folded phrases that name a body which houses or owns clusters ("science park")."""
    return tuple(dict.fromkeys(folded_words(entry) for entry in read_toml("data/name_words.toml")["host"]))


@lru_cache(maxsize=100_000)
def names_a_host(words: tuple[str, ...]) -> bool:
    """Whether a name says that its bearer houses or owns others: a science park, a university, a chamber."""
    return any(_holds(words, phrase) for phrase in host_phrases())


def _holds(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words) - len(phrase) + 1))


@cache
def _legal_forms(place: str) -> dict[int, frozenset[tuple[str, ...]]]:
    """Folded legal forms by number of words; ``place`` is ``suffix`` or ``prefix``."""
    printed: Iterable[str] = read_toml("legal_forms.toml")[place]
    if place == "suffix":
        # cleanco's terms, but not its loop over all of them for every name: a look-up by length is a hundred times faster.
        printed = [*printed, *get_unique_terms()]
    forms: dict[int, set[tuple[str, ...]]] = {}
    for form in printed:
        words = folded_words(form)
        letters = tuple("".join(words))
        for way in (words, ("".join(words),), letters if len(letters) <= 4 else words):
            if way:
                forms.setdefault(len(way), set()).add(way)
    return {length: frozenset(found) for length, found in sorted(forms.items(), reverse=True)}


def without_legal_forms(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without legal forms at either end, unless only words like "cluster" would be left."""
    shorter = _strip_once(words)
    while shorter is not None:
        words = shorter
        shorter = _strip_once(words)
    return words


def _strip_once(words: tuple[str, ...]) -> tuple[str, ...] | None:
    for length, forms in _legal_forms("suffix").items():
        if words[-length:] in forms and _says_something(words[:-length]):
            return words[:-length]
    for length, forms in _legal_forms("prefix").items():
        if words[:length] in forms and _says_something(words[length:]):
            return words[length:]
    return None


def _says_something(words: tuple[str, ...]) -> bool:
    return any(word not in word_list("body") and word not in word_list("small") for word in words)


@lru_cache(maxsize=100_000)
def name(printed: str, kind: NameKind = NameKind.FULL) -> Name | None:
    """The comparable form of one printed name; None where it holds no letter or digit: such a name equals nothing."""
    words = without_legal_forms(folded_words(printed))
    words = tuple(word for word in words if word not in word_list("small")) or words
    if not words:
        return None
    core = tuple(word for word in words if word not in word_list("body"))
    return Name(printed, kind, words, core or words, "".join(words), "".join(core or words), bool(core))


def names(printed: Iterable[str | None], acronym: str | None = None) -> tuple[Name, ...]:
    """Every comparable name of a record, each once, in order: whole names first, then what they hold (former names, parts)."""
    whole = [text for text in printed if text]
    made = [name(text) for text in whole]
    if acronym:
        made.append(name(acronym, NameKind.ACRONYM))
    made.extend(name(text, kind) for line in whole for text, kind in pieces(line))
    kept: dict[tuple[str, str], Name] = {}
    for one in made:
        if one is not None:
            kept.setdefault((one.joined, one.compact), one)
    return tuple(kept.values())


def pieces(line: str) -> Iterator[tuple[str, NameKind]]:
    """The names that one printed line holds beside itself.

    ``NextMove (formerly Mov'eo)`` holds two whole names, ``HAMAC (SEKEE)`` a whole one and an acronym,
    ``Smart Textiles (Science Park Borås)`` a lead and a part, which may be the host.
    """
    found = _BRACKETS.match(line)
    if found:
        outside = f"{found['before']} {found['after']}".strip()
        inside = list(_inside(found["inside"]))
        if outside:
            yield outside, _kind_beside([kind for _, kind in inside])
            yield from pieces(outside)
        yield from inside
        return
    parts = [part.strip() for part in _SEPARATOR.split(line) if part.strip()]
    if len(parts) < 2:
        return
    kinds = [NameKind.ACRONYM if looks_like_acronym(part) else NameKind.PART for part in parts]
    if NameKind.PART in kinds:
        at = kinds.index(NameKind.PART)
        kinds[at] = _kind_beside(kinds[:at] + kinds[at + 1 :])
    yield from zip(parts, kinds, strict=True)


def _kind_beside(others: list[NameKind]) -> NameKind:
    """What the first name of a line is: the whole name, where only acronyms and former names stand beside it."""
    return NameKind.LEAD if NameKind.PART in others else NameKind.FULL


def _inside(bracket: str) -> Iterator[tuple[str, NameKind]]:
    for piece in re.split(r"\s*[,;/]\s*", bracket):
        first, _, rest = piece.partition(" ")
        if rest and set(folded_words(first)) <= word_list("former"):
            yield rest, NameKind.FULL
        elif looks_like_acronym(piece):
            yield piece, NameKind.ACRONYM
        elif piece:
            yield piece, NameKind.PART


def looks_like_acronym(text: str) -> bool:
    """Whether a text is one short word mostly of capitals: ``CLUSTERO``, ``SECPhO``, ``ΣΕΚΕΕ``."""
    capitals = sum(letter.isupper() for letter in text)
    return len(text.split()) == 1 and 2 <= len(text) <= LONGEST_ACRONYM and capitals >= 2 and 2 * capitals >= len(text)


@lru_cache(maxsize=100_000)
def initials(printed: str) -> frozenset[str]:
    """The acronyms that a full name can be shortened to, three letters at least: with and without its joining words, and with
    ``BioRegions`` as one word or two."""
    outside = _BRACKETS.sub(r"\g<before> \g<after>", printed)
    built = set()
    for text in (outside, _CAMEL.sub(" ", outside)):
        words = without_legal_forms(folded_words(text))
        spare = [word for word in words if word not in word_list("small")]
        built |= {"".join(word[0] for word in chosen) for chosen in (words, spare)}
    return frozenset(letters for letters in built if 3 <= len(letters) <= LONGEST_ACRONYM)
