"""By which keys a record may be found by another of the same organisation.

They are remembered as numbers (``setwise/hashed.py``), and those that few have are found over arrays (``setwise/keyring.py``):
never are all pairs compared.
"""

from __future__ import annotations

from enum import IntEnum

from matching.sameness.comparable import (
    LONGEST_ACRONYM,
    Name,
    initials,
    looks_like_acronym,
    spelt_in_capitals,
)
from matching.sameness.likeness import names_clusters_of_a_place
from matching.sameness.records import Facts
from matching.sameness.translation import Sort, sort_of

LONG_ENOUGH = 5
"""Letters from which a name is a key by itself; a shorter one only together with the country."""
GRAMS_FROM = 6
"""Letters from which the pieces of a name are keys: shorter ones have too few."""
SHORTEST_SHORT = 3


class KeyKind(IntEnum):
    """What a key rests on. The figures stand in the state, too."""

    STRONG = 0
    """An address, a phone, a day, a whole name, an acronym."""
    WORD = 1
    """One word of the name or what it speaks of, with the country."""
    GRAM = 2
    """Four-letter pieces of the name, with the country."""
    SHORT = 3
    """With the country, a short name of one word, or the subject of a name that is not in English; and what a whole name can be
    shortened to, or its subject. One of the first sort meets those of the second only, and the other way round.
    """
    PLACE = 4
    """City or region, with the country."""
    COUNTRY = 5
    """The country, and that no more is said of where: few records of a country, or few such ones, are all held together."""
    NAMED = 6
    """A word of any of its names: it brings nobody together, but says who has a word that has become rarer or more common."""


def strong_keys(record: Facts) -> set[str]:
    """Every name run together, sorted, translated and what it says in other languages, and the name that the web address spells;
    and where it can be reached, and since when it is.
    """
    country = record.country or ""
    keys = address_keys(record)
    if record.domain_label:
        keys.add(f"name {record.domain_label}")
    for one in record.names:
        for spelling in _spellings(one):
            keys.add(f"name {spelling} {country}")
            if len(spelling) >= LONG_ENOUGH:
                keys.add(f"name {spelling}")
    return keys


def host_key(host: str) -> str:
    """Of a host, or the domain of a website or a mailbox."""
    return f"host {host}"


def phone_key(phone: str) -> str:
    return f"phone {phone}"


def address_keys(record: Facts) -> set[str]:
    """Host, domain and what stands before its ending, also with its letters in order; mailbox, phone, and the founding day."""
    country, label, day = record.country or "", record.domain_label, record.founded_on
    keys = {host_key(host) for host in (record.host, record.domain, record.mail_domain) if host}
    if label:
        keys |= {f"label {label}", f"letters {''.join(sorted(label))} {country}"}
    if record.role_email:
        keys.add(f"mail {record.role_email}")
    if record.phone:
        keys.add(phone_key(record.phone))
    # 1 January may stand for a year alone.
    if day is not None and (day.month, day.day) != (1, 1):
        keys.add(f"founded {day} {country}")
    return keys


def _spellings(name: Name) -> list[str]:
    found = [name.compact]
    if name.joined != name.compact:
        found.append(name.joined)
    if len(name.core) > 1:
        found.append("".join(sorted(name.core)))
    if len(name.gist) > 1 and not name.gist <= name.core_set:
        found.append("".join(sorted(name.gist)))
    if names_clusters_of_a_place(name):
        found.append(f"clusters of {' '.join(sorted(name.gist))}")
    return found


def words(record: Facts) -> set[str]:
    """The words of its names that say neither what sort of body it is nor where, and the subjects that they name."""
    places = record.place_words
    found = {word for one in record.names for word in one.core if len(word) > 1 and word not in places}
    found.update([word for one in record.names for word in one.gist if sort_of(word) is Sort.SUBJECT])
    return found


def places(record: Facts) -> list[str]:
    """Where within its country it is."""
    said = ("city", " ".join(record.city_words)), ("region", record.nuts2)
    return [f"{what} {where}" for what, where in said if where]


def is_short(name: Name) -> bool:
    """Whether a name may be an acronym: one word of few letters."""
    return len(name.core) == 1 and SHORTEST_SHORT <= len(name.compact) <= LONGEST_ACRONYM


def acronyms(record: Facts) -> set[str]:
    """Its short names, and what of them may be another's initials: the capitals, or all letters but one."""
    found = set()
    for one in record.names:
        if is_short(one):
            found.add(one.compact)
            found.update(short_forms(one.printed, one.compact))
    places = record.place_words
    found.update([_subject(one, places) for one in record.names if not one.gist <= one.core_set])
    found.discard("")
    return found


def short_forms(printed: str, compact: str) -> list[str]:
    """What of a short name may be another's initials: its capitals, or all letters but one; none of one in small letters."""
    if not looks_like_acronym(printed):
        return []
    fewer = [compact[:at] + compact[at + 1 :] for at in range(1, len(compact))] if len(compact) > SHORTEST_SHORT else []
    capitals = spelt_in_capitals(printed)
    return [capitals, *fewer] if capitals else fewer


def all_initials(record: Facts) -> set[str]:
    """What its whole names can be shortened to, and their subjects."""
    found = {letters for one in record.whole_names if len(one.words) > 1 for letters in initials(one.printed)}
    places = record.place_words
    found.update([_subject(one, places) for one in record.names if len(one.gist) > 1])
    found.discard("")
    return found


def _subject(name: Name, places: frozenset[str]) -> str:
    """What a name speaks of in any language, wherever that is; empty where it is one word, or none that others use."""
    said = [word for word in name.gist if sort_of(word) is not Sort.PLACE and word not in places]
    is_anybodys = len(said) > 1 and [True for word in said if sort_of(word) is not Sort.OWN]
    return " ".join(sorted(said)) if is_anybodys else ""
