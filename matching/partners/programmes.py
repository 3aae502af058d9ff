"""Funding programmes as dated facts: who may take part, and what a consortium must be, from ``matching/programmes/*.toml``."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Any

LANGUAGES = ("en", "sv")
Texts = Mapping[str, str]


class UnknownProgramme(Exception):  # noqa: N818  says what is the matter
    """No programme has that name."""


class Answer(StrEnum):
    """What is known of a rule."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """How far a fact can be trusted: read at its source, remembered without looking, or concluded from other facts."""

    SEEN = "seen"
    RECALLED = "recalled"
    INFERRED = "inferred"


_WORSE = {status: place for place, status in enumerate(Status)}


def worst(*statuses: Status) -> Status:
    """The least trusted of some statuses, one at least: a conclusion is worth no more than the weakest fact it rests on."""
    return max(statuses, key=_WORSE.__getitem__)


class RuleKind(StrEnum):
    """What a rule asks for; ``eligibility.py`` says how each is answered."""

    DIFFERENT_COUNTRIES = "different countries"
    SOME_FROM = "some from"
    EACH_FROM = "each from"
    EACH_OF_TYPE = "each of type"
    LEAD_FROM = "lead from"
    LEAD_OF_TYPE = "lead of type"
    INDEPENDENT = "independent"
    SIZE = "size"
    TO_CONFIRM = "to confirm"


@dataclass(frozen=True)
class Group:
    """Countries that a programme treats alike, ISO 3166-1.

    Arguments:
        countries: those that certainly belong.
        unconfirmed: those that may, or only for parts of the programme.
    """

    name: Texts
    countries: frozenset[str]
    unconfirmed: frozenset[str]
    status: Status
    source: str

    def holds(self, country: str | None) -> Answer:
        """Whether a country belongs; of an unknown country that is unknown."""
        if country is None or country in self.unconfirmed:
            return Answer.UNKNOWN
        return Answer.MET if country in self.countries else Answer.NOT_MET


@dataclass(frozen=True)
class Rule:
    """One rule of a programme.

    Arguments:
        least, most: how many partners or countries it asks for; None: it sets no such bound, or nobody has confirmed it.
        group: of the countries that it speaks of.
        types: types of organisations that certainly satisfy it.
        other_types: types that certainly do not; of all others it is unknown.
        is_advice: recommended, not required.
        text: the rule in words.
    """

    id: str
    kind: RuleKind
    text: Texts
    status: Status
    source: str
    least: int | None = None
    most: int | None = None
    group: Group | None = None
    types: frozenset[str] = frozenset()
    other_types: frozenset[str] = frozenset()
    is_advice: bool = False

    @property
    def trust(self) -> Status:
        """The worst status of what it rests on: its own text, and the countries that it speaks of."""
        return worst(self.status, self.group.status) if self.group else self.status


@dataclass(frozen=True)
class Programme:
    """A programme and its rules.

    Arguments:
        short_name: what tells it apart where there is little room, as in a list to choose from.
        valid_from, valid_until: between which days the rules hold.
        checked_on: when somebody last compared them with their sources.
        participants: who may take part with funding.
        note: what the file cannot say in rules.
    """

    id: str
    name: Texts
    short_name: Texts
    valid_from: date
    valid_until: date | None
    checked_on: date
    source: str
    status: Status
    note: Texts
    participants: Group
    rules: tuple[Rule, ...]

    @cached_property
    def trust(self) -> Status:
        """The worst status of the programme, of who may take part, and of its rules."""
        return worst(self.status, self.participants.status, *(rule.trust for rule in self.rules))

    @cached_property
    def statuses(self) -> Mapping[Status, int]:
        """How many of its facts have which status: the text of each rule, and each list of countries, once."""
        groups = {one.name["en"]: one for one in (self.participants, *(rule.group for rule in self.rules)) if one is not None}
        return Counter([*(rule.status for rule in self.rules), *(one.status for one in groups.values())])

    @cached_property
    def trust_of_entry(self) -> Status:
        """How far to trust which countries may take part: the worst of the programme, of their list, and of rules for each."""
        for_each = [rule.trust for rule in self.rules if rule.kind is RuleKind.EACH_FROM]
        return worst(self.status, self.participants.status, *for_each)

    def is_valid(self, today: date) -> bool:
        """Whether the rules hold on a day."""
        return self.valid_from <= today and (self.valid_until is None or today <= self.valid_until)

    def closed_to(self, countries: Iterable[str]) -> frozenset[str]:
        """Those of the countries whose organisations certainly cannot take part."""
        return frozenset(country for country in countries if self.participants.holds(country) is Answer.NOT_MET)


@cache
def programmes() -> Mapping[str, Programme]:
    """All programmes by their id, in alphabetical order."""
    found = [
        programme(tomllib.loads(item.read_text(encoding="utf-8")), item.name.removesuffix(".toml"))
        for item in sorted(files("matching").joinpath("programmes").iterdir(), key=lambda item: item.name)
        if item.name.endswith(".toml")
    ]
    return MappingProxyType({one.id: one for one in found})


def named(name: str) -> Programme:
    """The programme with an id, or whose id begins so if only one does. Raises UnknownProgramme, which names them all."""
    known = programmes()
    wanted = "-".join(name.lower().replace("_", " ").replace("-", " ").split())
    if wanted in known:
        return known[wanted]
    begun = [one for one in known.values() if wanted and (one.id.startswith(wanted) or wanted == one.name["en"].lower())]
    if len(begun) == 1:
        return begun[0]
    raise UnknownProgramme(f"wanted --programme with one of {', '.join(known)}, found {name!r}")


def programme(stored: Mapping[str, Any], file: str) -> Programme:
    """A programme from its TOML.

    Raises ValueError, naming the file, where a key is missing, unknown or of the wrong kind.
    """
    try:
        groups = {name: _group(one) for name, one in stored["groups"].items()}
        rules = tuple(_rule(one, groups) for one in stored["rules"])
        if len({rule.id for rule in rules}) < len(rules):
            raise ValueError("wanted a different id for each rule, found one twice")
        return Programme(
            id=file,
            name=_texts(stored["name"]),
            short_name=_texts(stored["short_name"]),
            valid_from=_day(stored["valid_from"]),
            valid_until=_day(stored["valid_until"]) if "valid_until" in stored else None,
            checked_on=_day(stored["checked_on"]),
            source=_text(stored["source"]),
            status=Status(stored["status"]),
            note=_texts(stored["note"]),
            participants=groups[stored["participants"]],
            rules=rules,
        )
    except KeyError as missing:
        raise ValueError(f"programme {file}: wanted the key {missing}, found none") from missing
    except ValueError as error:
        raise ValueError(f"programme {file}: {error}") from error


_GROUP_KEYS = {"name", "countries", "unconfirmed", "status", "source"}
_RULE_KEYS = {"id", "kind", "text", "status", "source", "least", "most", "group", "types", "other_types", "is_advice"}


def _group(stored: Mapping[str, Any]) -> Group:
    _only(stored, _GROUP_KEYS)
    group = Group(
        _texts(stored["name"]),
        _countries(stored["countries"]),
        _countries(stored.get("unconfirmed", [])),
        Status(stored["status"]),
        _text(stored["source"]),
    )
    if group.countries & group.unconfirmed:
        raise ValueError(f"wanted each country once, found {sorted(group.countries & group.unconfirmed)} also as unconfirmed")
    return group


def _rule(stored: Mapping[str, Any], groups: Mapping[str, Group]) -> Rule:
    _only(stored, _RULE_KEYS)
    rule = Rule(
        id=_text(stored["id"]),
        kind=RuleKind(stored["kind"]),
        text=_texts(stored["text"]),
        status=Status(stored["status"]),
        source=_text(stored["source"]),
        least=stored.get("least"),
        most=stored.get("most"),
        group=groups[stored["group"]] if "group" in stored else None,
        types=frozenset(stored.get("types", ())),
        other_types=frozenset(stored.get("other_types", ())),
        is_advice=stored.get("is_advice", False),
    )
    needs_group = {RuleKind.DIFFERENT_COUNTRIES, RuleKind.SOME_FROM, RuleKind.EACH_FROM, RuleKind.LEAD_FROM}
    if rule.kind in needs_group and rule.group is None:
        raise ValueError(f"rule {rule.id}: wanted a group, found none")
    needs_least = {RuleKind.DIFFERENT_COUNTRIES, RuleKind.SOME_FROM, RuleKind.INDEPENDENT, RuleKind.SIZE}
    if rule.kind in needs_least and rule.least is None:
        raise ValueError(f"rule {rule.id}: wanted least, found none")
    return rule


def _only(stored: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(stored.keys() - known):
        raise ValueError(f"wanted keys among {', '.join(sorted(known))}, found {', '.join(unknown)}")


def _texts(stored: Any) -> Texts:
    if not isinstance(stored, dict) or set(stored) != set(LANGUAGES) or not all(stored.values()):
        raise ValueError(f"wanted a text in each of {', '.join(LANGUAGES)}, found {stored!r}")
    return MappingProxyType(dict(stored))


def _text(stored: Any) -> str:
    if not isinstance(stored, str) or not stored:
        raise ValueError(f"wanted a text, found {stored!r}")
    return stored


def _day(stored: Any) -> date:
    if type(stored) is not date:
        raise ValueError(f"wanted a day, found {stored!r}")
    return stored


def _countries(stored: Any) -> frozenset[str]:
    if not isinstance(stored, list) or not all(isinstance(one, str) and len(one) == 2 and one.isupper() for one in stored):
        raise ValueError(f"wanted ISO 3166-1 codes, found {stored!r}")
    if len(set(stored)) < len(stored):
        raise ValueError("wanted each country once, found one twice")
    return frozenset(stored)
