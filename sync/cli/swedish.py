"""What the readers of member lists say, in Swedish.

They speak English, and what they said is stored with runs and read years later. So a sentence is not asked for by a key but known
again by its words, and what stands in its gaps is carried over; that also works for what was stored before.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

LANGUAGE = "sv"
_GAP = re.compile(r"\{(\w+)\}")
_QUOTED = re.compile(r"'([^'”]*)'|\"([^\"”]*)\"")
_CODES = re.compile(r"[A-Z]{2}(?: (?:and|or) [A-Z]{2})+")
"""Countries, as the reader of regions lists them."""
_Known = tuple[re.Pattern[str], str]


@lru_cache(maxsize=4_096)
def in_language(sentence: str, language: str) -> str:
    """A sentence or finding's kind of a reader, in a language; one that is not known stays as it is.

    Arguments:
        language: ``sv``, or any other for English.
    """
    if language != LANGUAGE:
        return sentence
    whole, with_gaps = _sayings()
    if sentence in whole:
        return whole[sentence]
    for pattern, swedish in with_gaps:
        if met := pattern.fullmatch(sentence):
            return _filled(swedish, met.groupdict())
    return sentence


def _filled(swedish: str, found: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: _carried(found[gap[1]]), swedish)


def _carried(words: str) -> str:
    """What stood in a gap: in Swedish where it is a saying itself, and with Swedish quotation marks."""
    if words[:1] in "'\"":  # what a list prints is nobody's to translate
        return _QUOTED.sub(lambda quoted: f"”{quoted[1] or quoted[2] or ''}”", words)
    if _CODES.fullmatch(words):
        return words.replace(" and ", " och ").replace(" or ", " eller ")
    said = in_language(words, LANGUAGE)
    return said if said != words else _QUOTED.sub(lambda quoted: f"”{quoted[1] or quoted[2] or ''}”", words)


@cache
def _sayings() -> tuple[Mapping[str, str], tuple[_Known, ...]]:
    """Sayings without gaps, and those with gaps: the more words one has of its own, the earlier it is tried."""
    text = files("sync.cli").joinpath("swedish.toml").read_text(encoding="utf-8")
    known = {english: swedish for part in tomllib.loads(text).values() for english, swedish in part.items()}
    with_gaps = sorted((english for english in known if _GAP.search(english)), key=lambda english: -len(_GAP.sub("", english)))
    return (
        {english: swedish for english, swedish in known.items() if english not in with_gaps},
        tuple((_pattern(english), known[english]) for english in with_gaps),
    )


def _pattern(english: str) -> re.Pattern[str]:
    parts = _GAP.split(english)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL
    )
