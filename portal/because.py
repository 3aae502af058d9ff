"""Why a value is shown: the warehouse's phrase, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable

from portal.tongue import Tongue

_PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("only_source", re.compile(r"the only source")),
    ("only_source_of", re.compile(r"the only source that gives the (?P<lead>[a-z0-9 ]+)")),
    ("another_record", re.compile(r"another record of (?P<one>\S+) is shown")),
    ("newer_page", re.compile(r"a newer page of the same record is shown")),
    ("is_shown", re.compile(r"(?P<one>\S+) is shown")),
    ("elsewhere", re.compile(r"in another country than the organisation")),
    ("others_elsewhere", re.compile(r"the others are in another country")),
    ("others_gone_or_elsewhere", re.compile(r"the others no longer list it, or are in another country")),
    ("only_source_there_of", re.compile(r"the only source in its country that gives the (?P<lead>[a-z0-9 ]+)")),
    ("others_gone", re.compile(r"the other sources no longer list it")),
    ("comes_before_for", re.compile(r"(?P<one>\S+) comes before (?P<other>\S+) for the (?P<lead>[a-z0-9 ]+)")),
    ("comes_before", re.compile(r"(?P<one>\S+) comes before (?P<other>\S+)")),
    ("more_recent", re.compile(r"more recent than (?P<other>\S+)")),
    ("as_recent", re.compile(r"as recent as (?P<other>\S+), and first by name")),
    ("known_before", re.compile(r"as recent as another record of (?P<one>\S+), and known before it")),
    ("newer_generation", re.compile(r"the newer generation of (?P<one>\S+)")),
    ("latest_word", re.compile(r"the latest word of (?P<one>\S+)")),
    ("joined", re.compile(r"joined with the other sources")),
    ("no_longer_said", re.compile(r"no longer said")),
    ("not_understood", re.compile(r"the words were not understood and are kept as printed")),
    ("not_taken", re.compile(r"the profile of the record does not take it over")),
)
_TOGETHER = ("is_shown", "another_record")
KINDS = tuple(kind for kind, _ in _PHRASES)


def because(tongue: Tongue, phrase: str | None, network: Callable[[str], str], *, is_empty: bool = False) -> str:
    """The phrase in a language; one that is not known stays as the warehouse says it.

    Arguments:
        network: what a network is called.
        is_empty: no value of the field is shown: figures that belong together come from one source, and it has none of these.
    """
    for kind, pattern in _PHRASES:
        found = pattern.fullmatch(phrase or "")
        if found:
            if is_empty and kind in _TOGETHER:
                kind = "together"
            parts = {name: network(value) for name, value in found.groupdict().items() if name in ("one", "other")}
            if "lead" in found.groupdict():
                parts["lead"] = str(tongue(f"field.{found['lead'].replace(' ', '_')}"))
            return str(tongue.filled(f"because.{kind}", parts).unescape())
    return phrase or ""
