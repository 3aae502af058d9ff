"""By which keys a record may be found by another of the same organisation.

DuckDB joins them (``warehouse/sql/sameness.sql``): never are all pairs compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntFlag

from matching.sameness.comparable import (
    LONGEST_ACRONYM,
    Name,
    initials,
    looks_like_acronym,
    spelt_in_capitals,
)
from matching.sameness.likeness import names_clusters_of_a_place
from matching.sameness.records import Facts

_LONG_ENOUGH = 5
"""Letters from which a name is a key by itself; a shorter one only together with the country."""
GRAMS_FROM = 6
"""Letters from which the pieces of a name are keys: shorter ones have too few."""
_SHORTEST_ACRONYM = 3


class KeyKind(IntFlag):
    """What a key rests on. The figures stand in the state, too."""

    STRONG = 1
    """An address, a phone, a day, a whole name, an acronym."""
    WORD = 2
    """One word of the name, with the country."""
    GRAM = 4
    """Four-letter pieces of the name, with the country."""
    ACRONYM = 8
    """A short name of one word, with the country; meets other names' initials."""
    INITIALS = 16
    """What a whole name can be shortened to, with the country; meets short names only, not others' initials."""


def strong_keys(record: Facts) -> set[str]:
    """Address, phone, full founding date; every name run together, sorted, translated and and what it says in other languages."""
    country = record.country or ""
    keys = {f"host {host}" for host in (record.host, record.domain, record.mail_domain) if host}
    if record.domain_label:
        keys.add(f"label {record.domain_label}")
        keys.add(f"name {record.domain_label}")
        keys.add(f"letters {''.join(sorted(record.domain_label))} {country}")
    if record.role_email:
        keys.add(f"mail {record.role_email}")
    if record.phone:
        keys.add(f"phone {record.phone}")
    if record.founded_on and (record.founded_on.month, record.founded_on.day) != (1, 1):
        keys.add(f"founded {record.founded_on} {country}")
    for one in record.names:
        for spelling in _spellings(one):
            keys.add(f"name {spelling} {country}")
            if len(spelling) >= _LONG_ENOUGH:
                keys.add(f"name {spelling}")
    return keys


def _spellings(name: Name) -> Iterator[str]:
    yield name.compact
    if name.joined != name.compact:
        yield name.joined
    if len(name.core) > 1:
        yield "".join(sorted(name.core))
    if len(name.gist) > 1 and not name.gist <= name.core_set:
        yield "".join(sorted(name.gist))
    if names_clusters_of_a_place(name):
        yield f"clusters of {' '.join(sorted(name.gist))}"


def acronyms(record: Facts) -> set[str]:
    """Its short names, and what of them may be another's initials: the capitals, or all letters but one."""
    found = set()
    for one in record.names:
        if len(one.core) == 1 and _SHORTEST_ACRONYM <= len(one.compact) <= LONGEST_ACRONYM:
            found.add(one.compact)
            if looks_like_acronym(one.printed):
                found.add(spelt_in_capitals(one.printed))
                if len(one.compact) > _SHORTEST_ACRONYM:
                    found.update(one.compact[:at] + one.compact[at + 1 :] for at in range(1, len(one.compact)))
    return {letters for letters in found if letters}


def all_initials(record: Facts) -> set[str]:
    """What its whole names can be shortened to."""
    return {letters for one in record.whole_names if len(one.words) > 1 for letters in initials(one.printed)}


def named(record: Facts) -> list[tuple[str, list[str]]]:
    """Each of its names: run together, and the words that say neither what sort of body it is nor where."""
    places = record.place_words
    return [(one.compact, [word for word in one.core if len(word) > 1 and word not in places]) for one in record.names]
