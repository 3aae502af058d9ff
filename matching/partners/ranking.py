"""Ranks the foreign organisations that a cluster should meet, with what speaks for and against each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.embedding.organisations import read as read_space
from matching.partners.diversity import Kinds, diverse
from matching.partners.explain import explain
from matching.partners.gate import candidates
from matching.partners.graph import Graph, read_known
from matching.partners.ground import Ground
from matching.partners.population import read_population
from matching.partners.programmes import Programme
from matching.partners.recipe import Mode, recipe
from matching.partners.scoring import Scores, blocks, score
from warehouse.connection import Connection
from warehouse.rows import PartnerMatch

__all__ = ["KnownPartner", "Mode", "all_known", "known", "known_pairs", "rank", "rank_all", "rank_on", "read_ground"]


@dataclass(frozen=True)
class KnownPartner:
    """An organisation that has been a partner before, in one partnership, with the pages that say so."""

    id: int
    name: str
    country: str | None
    programme: str | None
    partnership: str
    year: int | None
    source_urls: tuple[str, ...]


def rank(
    con: Connection,
    organisation_id: int,
    *,
    mode: Mode = Mode.BALANCED,
    top: int = 10,
    countries: Sequence[str] = (),
    programme: Programme | None = None,
    today: date,
    is_diverse: bool = True,
) -> list[PartnerMatch]:
    """The best partners of one organisation, the best first.

    Arguments:
        con: a connection with the tables clusters, labels and known_partnerships.
        countries: keep partners of these countries only (ISO 3166-1); the cap on each country then does not apply.
        programme: leave out whom it certainly closes itself to.
        today: the day on which labels must be valid.
        is_diverse: False ranks by score alone, without a thought for variety.
    Errors:
        LookupError: no such organisation. ValueError: ``top`` below 0.
    """
    ground = read_ground(con, today)
    home = ground.population.index(organisation_id)
    return rank_on(
        ground,
        home,
        known_pairs(con),
        mode=mode,
        top=top,
        countries=countries,
        programme=programme,
        is_diverse=is_diverse,
    )


def rank_on(
    ground: Ground,
    home: int,
    partners_already: frozenset[tuple[int, int]],
    *,
    mode: Mode = Mode.BALANCED,
    top: int = 10,
    countries: Sequence[str] = (),
    programme: Programme | None = None,
    is_diverse: bool = True,
) -> list[PartnerMatch]:
    """As ``rank``, from what was read before.

    Arguments:
        home: place in the population.
        partners_already: ``known_pairs``.
    """
    if top < 0:
        raise ValueError(f"wanted a top of 0 or more, found {top}")
    gate = candidates(ground.population, [home], partners_already, _closed(ground, programme))
    scores = score(ground, [home], gate, recipe(mode))
    wanted = frozenset(country.upper() for country in countries)
    return list(_matches(scores, 0, top, wanted, ground.kinds if is_diverse else None))


def seen_from(
    ground: Ground,
    home: int,
    partners: Sequence[int],
    partners_already: frozenset[tuple[int, int]],
    *,
    mode: Mode = Mode.BALANCED,
    programme: Programme | None = None,
) -> dict[int, PartnerMatch]:
    """How some organisations look to a home, whether or not they are its best: by their numbers, with score and reasons.

    Those who cannot be its partners (of its own country, or gone), or have been, are left out, as by ``rank``. The rank is the
    place among the others that were asked for.

    Arguments:
        home: place in the population.
        partners: numbers; one that is not there is left out.
        partners_already: ``known_pairs``.
        programme: leave out whom it certainly closes itself to, as ``rank`` does: who else could join bears on the score.
    """
    everyone = ground.population.organisations
    gate = candidates(ground.population, [home], partners_already, _closed(ground, programme))
    scores = score(ground, [home], gate, recipe(mode))
    wanted = set(partners)
    found = [place for place in ranked(scores, 0) if everyone[place].id in wanted]
    return {everyone[place].id: _match(scores, 0, place, number) for number, place in enumerate(found, start=1)}


def rank_all(con: Connection, *, top: int = 50, today: date, mode: Mode = Mode.BALANCED) -> list[PartnerMatch]:
    """The best partners of every Swedish organisation that is not gone, by number of the home, then rank."""
    ground = read_ground(con, today)
    population = ground.population
    homes = [
        place
        for place, organisation in enumerate(population.organisations)
        if organisation.is_swedish and not organisation.is_gone
    ]
    gate = candidates(population, homes, known_pairs(con))
    alike = ground.kinds
    return [
        match
        for scores in blocks(ground, homes, gate, recipe(mode))
        for row in range(len(scores.homes))
        for match in _matches(scores, row, top, frozenset(), alike)
    ]


def read_ground(con: Connection, today: date) -> Ground:
    """Everything that the features need of the tables clusters, labels, known_partnerships and, if there, search_vectors."""
    population = read_population(con, today)
    space = read_space(con)
    ids = np.array([one.id for one in population.organisations], dtype=np.int64)
    meaning = None if space is None else space.vectors if np.array_equal(space.ids, ids) else space.rows_of(ids)
    return Ground.of(population, Graph.of(population, read_known(con)), meaning)


_KNOWN = """
    SELECT DISTINCT k.home, c.organisation_id, c.name, c.country, k.programme, k.partnership, k.year, k.source_urls
    FROM (
        SELECT organisation_id AS home, partner_id AS other, programme, partnership, year, source_urls FROM known_partnerships
        UNION ALL
        SELECT partner_id, organisation_id, programme, partnership, year, source_urls FROM known_partnerships
    ) AS k
    JOIN clusters AS c ON c.organisation_id = k.other
    WHERE k.home <> k.other AND ($organisation_id IS NULL OR k.home = $organisation_id)
    ORDER BY k.year DESC NULLS LAST, k.partnership, c.name, c.organisation_id
"""


def known(con: Connection, organisation_id: int) -> list[KnownPartner]:
    """Whom an organisation has been a partner of, the latest first, one entry for each partnership; also those that are gone."""
    return _known(con, organisation_id).get(organisation_id, [])


def all_known(con: Connection) -> dict[int, list[KnownPartner]]:
    """The same of every organisation that has been anybody's partner, by number."""
    return _known(con, None)


def _known(con: Connection, organisation_id: int | None) -> dict[int, list[KnownPartner]]:
    found: dict[int, list[KnownPartner]] = {}
    rows = con.execute(_KNOWN, {"organisation_id": organisation_id}).fetchall()
    for home, number, name, country, programme, partnership, year, urls in rows:
        found.setdefault(home, []).append(KnownPartner(number, name, country, programme, partnership, year, tuple(urls or ())))
    return found


def ranked(scores: Scores, row: int, countries: frozenset[str] = frozenset()) -> list[int]:
    """Places of a home's candidates, by score alone, the best first.

    Places are in the order of numbers and the sort is stable: of equal scores the lower number comes first. Rounding keeps the
    order from hanging on the last bit of a sum.
    """
    everyone = scores.ground.population.organisations
    allowed = np.flatnonzero(scores.candidates[row])
    if countries:
        allowed = np.array([place for place in allowed if everyone[place].country in countries], dtype=np.int64)
    order: list[int] = allowed[np.argsort(-np.round(scores.score[row, allowed], 9), kind="stable")].tolist()
    return order


def _matches(scores: Scores, row: int, top: int, countries: frozenset[str], alike: Kinds | None) -> Iterator[PartnerMatch]:
    best = ranked(scores, row, countries)
    own = np.round(scores.score[row], 9)
    chosen = diverse(best, own, alike, top, cap_countries=not countries) if alike else best[:top]
    for number, place in enumerate(chosen, start=1):
        yield _match(scores, row, place, number)


def _match(scores: Scores, row: int, place: int, number: int) -> PartnerMatch:
    everyone = scores.ground.population.organisations
    parts = {feature: float(part[row, place]) for feature, part in scores.contributions.items()}
    return PartnerMatch(
        swedish=everyone[scores.homes[row]].id,
        partner=everyone[place].id,
        score=sum(parts.values()),
        rank=number,
        recipe=scores.recipe.name,
        reasons=explain(scores, row, place, parts),
    )


def _closed(ground: Ground, programme: Programme | None) -> frozenset[str]:
    """Countries whose organisations a programme leaves out."""
    everyone = ground.population.organisations
    return programme.closed_to({one.country for one in everyone if one.country}) if programme else frozenset()


def known_pairs(con: Connection) -> frozenset[tuple[int, int]]:
    """Numbers of organisations that have been partners, both ways."""
    pairs = con.execute("SELECT DISTINCT organisation_id, partner_id FROM known_partnerships").fetchall()
    return frozenset(pairs) | frozenset((partner, organisation) for organisation, partner in pairs)
