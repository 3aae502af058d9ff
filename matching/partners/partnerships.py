"""Known partnerships: partners as consortia print them, linked to the organisations that we know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from matching.sameness import name_evidence
from matching.sameness.population import Population
from matching.sameness.records import Facts
from matching.sameness.weights import Weights, shipped
from warehouse.connection import Connection

ALL_PAIRS = "all_pairs"
NO_PAIRS = "none"
HUB_ONLY = "hub_only:"


@dataclass(frozen=True)
class KnownPartnership:
    """Two organisations that were in one consortium; a row of ``known_partnerships``, once, the smaller number first.

    Arguments:
        programme: what funded or framed it.
        partnership: the consortium.
        year: of its start.
        source_urls: the pages that say so.
        fold: groups a consortium with its successors: what is set aside together when matches are evaluated.
    """

    organisation_id: int
    partner_id: int
    programme: str
    partnership: str
    year: int
    source_urls: tuple[str, ...]
    fold: str


@dataclass(frozen=True)
class Partner:
    """A partner as a consortium prints it: ``name``, ISO 3166-1 ``country``, ``website`` as printed or None."""

    name: str
    country: str
    website: str | None


@dataclass(frozen=True)
class Partnership:
    """One consortium of ``data/partnerships.json``.

    Arguments:
        is_strong: whether it is a funded consortium of which the sources say so clearly: what matches are evaluated on.
        pair_rule: ``all_pairs``: each with each; ``hub_only:<hub>``: the first partner with each other one (visits to a host);
            ``none``: too loose to call any two partners.
    """

    id: str
    programme: str
    partnership: str
    year: int
    pair_rule: str
    source_urls: tuple[str, ...]
    fold: str
    partners: tuple[Partner, ...]
    is_strong: bool = False


@dataclass(frozen=True)
class Linking:
    """The outcome.

    Arguments:
        known: rows in order.
        linked: printed partner -> organisation_id.
        unmatched: printed partners that are no organisation of ours, or might be several; in order.
    """

    known: tuple[KnownPartnership, ...]
    linked: dict[Partner, int]
    unmatched: tuple[Partner, ...]


def link(con: Connection) -> list[KnownPartnership]:
    """Who has been in a consortium with whom, by the numbers of the table ``clusters``."""
    return list(trace(con).known)


def trace(con: Connection, partnerships: Sequence[Partnership] | None = None, weights: Weights | None = None) -> Linking:
    """As ``link``, with the link of every name and the names that have none.

    Arguments:
        con: has the table ``clusters``; only read.
        partnerships: other than those of ``data/partnerships.json``.
    """
    weights = weights or shipped()
    partnerships = shipped_partnerships() if partnerships is None else partnerships
    organisations = _organisations(con)
    partners = dict.fromkeys(partner for one in partnerships for partner in one.partners)
    finder = _Finder(organisations, weights)
    found = {partner: finder.find(partner) for partner in partners}
    linked = {partner: number for partner, number in found.items() if number is not None}
    rows = {row: None for one in partnerships for row in _rows(one, linked)}
    order = sorted(rows, key=lambda row: (row.organisation_id, row.partner_id, row.year, row.partnership))
    unmatched = sorted((partner for partner in partners if partner not in linked), key=lambda one: (one.country, one.name))
    return Linking(tuple(order), linked, tuple(unmatched))


def _rows(one: Partnership, linked: dict[Partner, int]) -> Iterator[KnownPartnership]:
    for pair in pairs(one):
        if all(partner in linked for partner in pair) and linked[pair[0]] != linked[pair[1]]:
            smaller, larger = sorted(linked[partner] for partner in pair)
            yield KnownPartnership(smaller, larger, one.programme, one.partnership, one.year, one.source_urls, one.fold)


def pairs(one: Partnership) -> Iterator[tuple[Partner, Partner]]:
    """The pairs of a consortium that count as partners, each once.

    Raises:
        ValueError: the pair rule is none of the three that are known.
    """
    if one.pair_rule == ALL_PAIRS:
        yield from combinations(one.partners, 2)
    elif one.pair_rule.startswith(HUB_ONLY):
        yield from ((one.partners[0], other) for other in one.partners[1:])
    elif one.pair_rule != NO_PAIRS:
        raise ValueError(
            f"wanted {ALL_PAIRS!r}, {NO_PAIRS!r} or '{HUB_ONLY}…' as pair_rule of {one.id!r}, found {one.pair_rule!r}"
        )


class _Finder:
    """Finds the organisation that a partner's printed name and country mean."""

    def __init__(self, organisations: Sequence[Facts], weights: Weights) -> None:
        self._weights = weights
        self._population = Population.of(organisations, weights)
        self._by_country: dict[str | None, list[Facts]] = {}
        for one in organisations:
            self._by_country.setdefault(one.country, []).append(one)

    def find(self, partner: Partner) -> int | None:
        """The organisation whose name agrees best; None where none does, or where two do about as well."""
        wanted = Facts(0, "", partner.name, country=partner.country)
        scored = sorted(self._weighed(wanted), key=lambda scored: (-scored[0], scored[1]))
        if not scored or scored[0][0] < self._weights.linking.least:
            return None
        if len(scored) > 1 and scored[0][0] - scored[1][0] < self._weights.linking.margin:
            return None
        return scored[0][1]

    def _weighed(self, wanted: Facts) -> Iterator[tuple[float, int]]:
        for organisation in self._by_country.get(wanted.country, []):
            naming = name_evidence.names(wanted, organisation, self._population, self._weights)
            if naming is not None:
                yield naming.evidence.weight, organisation.record_id


def _organisations(con: Connection) -> list[Facts]:
    rows: Iterable[tuple[Any, ...]] = con.execute(
        """
        SELECT organisation_id, name, native_name, other_names, acronym, country
        FROM clusters
        ORDER BY organisation_id
        """
    ).fetchall()
    return [
        Facts(number, "", name, native_name, tuple(other_names or ()), acronym, country=country)
        for number, name, native_name, other_names, acronym, country in rows
    ]


@cache
def shipped_partnerships() -> tuple[Partnership, ...]:
    """The consortia of ``data/partnerships.json``, compiled from public pages; each names its sources."""
    text = files("matching").joinpath("data", "partnerships.json").read_text(encoding="utf-8")
    return parsed(json.loads(text))


class NotPartnerships(ValueError):  # noqa: N818  says what is the matter
    """The document is not a list of partnerships."""


def parsed(raw: Any) -> tuple[Partnership, ...]:
    """Partnerships from a document like ``data/partnerships.json``; one without ``fold`` is a fold of its own.

    Raises NotPartnerships where something that is needed is missing or of another kind.
    """
    if not isinstance(raw, list) or not raw:
        raise NotPartnerships(f"wanted a list of partnerships, found {'none' if raw == [] else type(raw).__name__}")
    return tuple(_parsed(one, place) for place, one in enumerate(raw, start=1))


def _parsed(one: Any, place: int) -> Partnership:
    try:
        found = Partnership(
            id=one["id"],
            programme=one["programme"],
            partnership=one["partnership"],
            year=int(one["year"]),
            pair_rule=one["pair_rule"],
            source_urls=tuple(one["source_urls"]),
            fold=one.get("fold") or one["id"],
            partners=tuple(Partner(each["name"], each["country"], each.get("website")) for each in one["partners"]),
            is_strong=(one["relation_type"], one["evidence_strength"]) == ("funded_consortium", "strong"),
        )
        tuple(pairs(found))
    except KeyError as missing:
        raise NotPartnerships(f"partnership {place}: wanted {missing}, found none") from missing
    except (TypeError, ValueError, AttributeError) as error:
        raise NotPartnerships(f"partnership {place}: {error}") from error
    return found
