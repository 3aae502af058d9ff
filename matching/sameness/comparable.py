"""Names in the form in which sameness compares them: folded, without legal forms, split where one line prints several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from cleanco.clean import get_unique_terms

from matching.sameness.translation import concepts
from matching.sameness.words import folded_words, read_toml, word_list

_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
MAY_PART = r"[a-zà-ÿ][A-ZÀ-Þ]"
"""What a name meets, as a regular expression, that ``parted_at_capitals`` changes."""
MAY_HAVE_BRACKETS = r"[(\[]"
"""Likewise of ``outside_brackets``."""
_BRACKETS = re.compile(r"^(?P<before>.*?)\s*[(\[](?P<inside>[^()\[\]]+)[)\]]\s*(?P<after>.*)$")
_SEPARATOR = re.compile(r"\s+[-–—|]+\s+|\s+/\s+|\s*[–—]\s+")
_SEPARATING = re.compile(r"[-–—|/]")
SHORTEST_ACRONYM, LONGEST_ACRONYM = 3, 10
WORDS_OF_AN_ACRONYM = 2
"""Words that a name has at least of which a short name is built."""
CERTAIN_ACRONYM = 4
"""Letters above which the beginnings of a name's words make a short name of it, in capitals or not."""
MOST_OF_A_WORD = 4
"""Letters that one word gives to an acronym at most."""
BODIES = frozenset(("cluster", "association", "network", "foundation", "federation", "organization", "society", "group"))
"""What the body words of ``data/name_words.toml`` say, where a compound holds them: ``Möbelklustret``."""


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
        core_set: ``core`` as a set.
        gist: what ``core`` says, in the one vocabulary of ``translation.py``: equal where one name is the other's translation.
    """

    printed: str
    kind: NameKind
    words: tuple[str, ...]
    core: tuple[str, ...]
    joined: str
    compact: str
    has_core: bool
    core_set: frozenset[str]
    gist: frozenset[str]


def inner_words(printed: str) -> tuple[str, ...]:
    """The folded words of a name, with those parted that only a capital parts: ``SiemensAG`` is two."""
    return folded_words(parted_at_capitals(printed))


def parted_at_capitals(printed: str) -> str:
    """A text with a space where a capital follows a small letter."""
    return _CAMEL.sub(" ", printed)


def outside_brackets(printed: str) -> str:
    """A name without what stands in its last brackets."""
    return _BRACKETS.sub(r"\g<before> \g<after>", printed) if "(" in printed or "[" in printed else printed


@cache
def host_phrases() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The folded phrases that name a body which houses or owns clusters ("science park"), by their first word."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for phrase in dict.fromkeys(folded_words(entry) for entry in read_toml("data/name_words.toml")["host"]):
        found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
    return found


@lru_cache(maxsize=20_000)
def names_a_host(words: tuple[str, ...]) -> bool:
    """Whether a name says that its bearer houses or owns others: a science park, a university, a chamber."""
    return any(words[at : at + len(phrase)] == phrase for at, word in enumerate(words) for phrase in host_phrases().get(word, ()))


@cache
def legal_forms(place: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Folded legal forms, the longest first, by the word at the name's end; ``place`` is ``suffix`` or ``prefix``."""
    printed: Iterable[str] = read_toml("legal_forms.toml")[place]
    if place == "suffix":
        # cleanco's terms, but not its loop over all of them for every name: a look-up by word is a hundred times faster.
        printed = [*printed, *get_unique_terms()]
    forms: set[tuple[str, ...]] = set()
    for form in printed:
        words = folded_words(form)
        letters = tuple("".join(words))
        forms.update(way for way in (words, ("".join(words),), letters if len(letters) <= 4 else words) if way)
    by_end: dict[str, list[tuple[str, ...]]] = {}
    for way in sorted(forms, key=len, reverse=True):
        by_end.setdefault(way[-1 if place == "suffix" else 0], []).append(way)
    return {word: tuple(ending) for word, ending in by_end.items()}


@lru_cache(maxsize=20_000)
def without_legal_forms(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without legal forms at either end, unless only words like "cluster" would be left."""
    last, first = legal_forms("suffix"), legal_forms("prefix")
    while words and (words[-1] in last or words[0] in first):
        shorter = _strip_once(words)
        if shorter is None:
            break
        words = shorter
    return words


def _strip_once(words: tuple[str, ...]) -> tuple[str, ...] | None:
    for form in legal_forms("suffix").get(words[-1], ()):
        if words[-len(form) :] == form and _says_something(words[: -len(form)]):
            return words[: -len(form)]
    for form in legal_forms("prefix").get(words[0], ()):
        if words[: len(form)] == form and _says_something(words[len(form) :]):
            return words[len(form) :]
    return None


def _says_something(words: tuple[str, ...]) -> bool:
    return not empty_words().issuperset(words)


@cache
def empty_words() -> frozenset[str]:
    """Joining words, and those that only say what sort of body it is."""
    return word_list("body") | word_list("small")


@lru_cache(maxsize=20_000)
def name(printed: str, kind: NameKind = NameKind.FULL) -> Name | None:
    """The comparable form of one printed name; None where it holds no letter or digit: such a name equals nothing."""
    small, body = word_list("small"), word_list("body")
    words = without_legal_forms(folded_words(printed))
    # A letter at the end joins nothing: it tells Hall A from Hall E.
    last = words[-1:] if words and len(words[-1]) == 1 else ()
    words = (*(word for word in words[: len(words) - len(last)] if word not in small), *last) or words
    if not words:
        return None
    core = tuple([word for word in words if word not in body])
    gist = frozenset([one for word in core for one in concepts(word) if one not in BODIES])
    has_core, core = bool(core), core or words
    joined = "".join(words)
    return Name(printed, kind, words, core, joined, joined if core is words else "".join(core), has_core, frozenset(core), gist)


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
    held: list[list[tuple[str, NameKind]]] = []
    while ("(" in line or "[" in line) and (found := _BRACKETS.match(line)):
        line = f"{found['before']} {found['after']}".strip()
        held.append(list(_inside(found["inside"])))
        if line:
            yield line, _kind_beside([kind for _, kind in held[-1]])
    yield from _parts(line)
    for inside in reversed(held):
        yield from inside


def _parts(line: str) -> Iterator[tuple[str, NameKind]]:
    """What dashes and strokes part."""
    if line.isalnum() or not _SEPARATING.search(line):
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
    if not 2 <= len(text) <= LONGEST_ACRONYM or len(text.split()) != 1:
        return False
    capitals = sum(map(str.isupper, text))
    return capitals >= 2 and 2 * capitals >= len(text)


@lru_cache(maxsize=20_000)
def initials(printed: str) -> frozenset[str]:
    """The acronyms that a full name can be shortened to, three letters at least.

    With and without its joining words and words such as cluster, in its own language and in English, and with ``BioRegions`` as
    one word or two.
    """
    outside = outside_brackets(printed)
    parted = inner_words(outside)
    if len(parted) < SHORTEST_ACRONYM:
        return frozenset()
    words = without_legal_forms(folded_words(outside))
    found = _read_off(words)
    if parted != words:
        found += [_read_off(without_legal_forms(parted))[0], _read_off(parted)[1]]
    return frozenset([letters for letters in found if SHORTEST_ACRONYM <= len(letters) <= LONGEST_ACRONYM])


def _read_off(words: tuple[str, ...]) -> list[str]:
    """The initials of words: of all, of all but the joining ones, of those but for words such as cluster, and in English."""
    return list(map("".join, zip(*map(_initials_of, words), strict=True)))


@lru_cache(maxsize=20_000)
def _initials_of(word: str) -> tuple[str, str, str, str]:
    """What one word gives to each of them."""
    if word in word_list("small"):
        return word[0], "", "", ""
    return word[0], word[0], "" if word in word_list("body") else word[0], "".join([said[0] for said in concepts(word)])


def abbreviates(acronym: str, words: Sequence[str]) -> bool:
    """Whether letters can be read off words in order, from one to four at the beginning of each.

    ``dare`` is ``distretto agroalimentare regionale``. Joining words and those such as cluster may be passed over.
    """
    small, body = word_list("small"), word_list("body")
    read = {0}  # how many of the letters may be read off the words until here
    for word in words:
        taken = {
            done + more
            for done in read
            for more in range(1, min(MOST_OF_A_WORD, len(acronym) - done, len(word)) + 1)
            if acronym.startswith(word[:more], done)
        }
        read = read | taken if word in small or word in body else taken
    return len(acronym) in read


def heads(printed: str) -> frozenset[str]:
    """The letters ``abbreviates`` can begin with on a full name: of the first word, and of the next where that may be passed."""
    small, body = word_list("small"), word_list("body")
    found = []
    for word in folded_words(printed):
        found.append(word[0])
        if word not in small and word not in body:
            break
    return frozenset(found)


def spelt_in_capitals(printed: str) -> str:
    """The folded capitals of a short name in both cases: ``SECPhO`` is ``secpo``; empty for a name in one case."""
    if printed.islower() or printed.isupper():
        return ""
    capitals = "".join([letter for letter in printed if letter.isupper()])
    return "".join(folded_words(capitals)) if capitals and any(map(str.islower, printed)) else ""
