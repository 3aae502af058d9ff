"""Ranks the foreign organisations that a cluster should meet, with what speaks for and against each.

A score is in points: the sum over the features of weight × (value - mean), the mean being that of this home's candidates where
the feature is known. So 0 is the mean foreign organisation as this home sees it, and weights sum to 100. What is not known adds
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.partners.diversity import Kinds, diverse, kinds
from matching.partners.explain import explain
from matching.partners.features import Feature, Features, compute
from matching.partners.gate import candidates
from matching.partners.population import Bools, Floats, Population, read_population
from matching.partners.recipe import Mode, Recipe, recipe
from warehouse.connection import Connection
from warehouse.rows import PartnerMatch

__all__ = ["KnownPartner", "Mode", "Scores", "known", "rank", "rank_all", "score"]


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


@dataclass(frozen=True)
class Scores:
    """Scores of some homes towards all organisations.

    Arguments:
        score: homes × organisations, in points; meaningful where ``candidates``.
        contributions: each feature's part, of the same shape; they sum to the score.
    """

    features: Features
    candidates: Bools
    recipe: Recipe
    score: Floats
    contributions: dict[Feature, Floats]


def rank(
    con: Connection,
    organisation_id: int,
    *,
    mode: Mode = Mode.BALANCED,
    top: int = 10,
    countries: Sequence[str] = (),
    today: date,
    is_diverse: bool = True,
) -> list[PartnerMatch]:
    """The best partners of one organisation, the best first.

    Arguments:
        con: a connection with the tables clusters, labels and known_partnerships.
        countries: keep partners of these countries only (ISO 3166-1); the cap on each country then does not apply.
        today: the day on which labels must be valid.
        is_diverse: False ranks by score alone, without a thought for variety.
    Errors:
        LookupError: no such organisation. ValueError: ``top`` below 0.
    """
    if top < 0:
        raise ValueError(f"wanted a top of 0 or more, found {top}")
    population = read_population(con, today)
    home = population.index(organisation_id)
    scores = score(population, [home], candidates(population, [home], _known_pairs(con)), recipe(mode))
    wanted = frozenset(country.upper() for country in countries)
    return _matches(scores, 0, top, wanted, kinds(population) if is_diverse else None)


def rank_all(con: Connection, *, top: int = 50, today: date, mode: Mode = Mode.BALANCED) -> list[PartnerMatch]:
    """The best partners of every Swedish organisation that is not gone, by number of the home, then rank."""
    population = read_population(con, today)
    homes = [
        place
        for place, organisation in enumerate(population.organisations)
        if organisation.is_swedish and not organisation.is_gone
    ]
    scores = score(population, homes, candidates(population, homes, _known_pairs(con)), recipe(mode))
    alike = kinds(population)
    return [match for row in range(len(homes)) for match in _matches(scores, row, top, frozenset(), alike)]


def known(con: Connection, organisation_id: int) -> list[KnownPartner]:
    """Whom an organisation has been a partner of, the latest first, one entry for each partnership; also those that are gone."""
    rows = con.execute(
        "SELECT DISTINCT c.organisation_id, c.name, c.country, k.programme, k.partnership, k.year, k.source_urls"
        " FROM known_partnerships AS k"
        " JOIN clusters AS c"
        " ON c.organisation_id = CASE WHEN k.organisation_id = $id THEN k.partner_id ELSE k.organisation_id END"
        " WHERE $id IN (k.organisation_id, k.partner_id) AND c.organisation_id <> $id"
        " ORDER BY k.year DESC NULLS LAST, k.partnership, c.name, c.organisation_id",
        {"id": organisation_id},
    ).fetchall()
    return [
        KnownPartner(number, name, country, programme, partnership, year, tuple(urls or ()))
        for number, name, country, programme, partnership, year, urls in rows
    ]


def score(population: Population, homes: Sequence[int], gate: Bools, used: Recipe) -> Scores:
    """Score everyone for every home in one computation.

    Arguments:
        homes: indices in the population.
        gate: homes × organisations, who may be ranked.
    """
    features = compute(population, homes, gate)
    contributions: dict[Feature, Floats] = {}
    for feature, weight in used.weights.items():
        measure = features.measures[feature]
        counted = measure.known & gate
        number = counted.sum(axis=1, keepdims=True)
        total = np.where(counted, measure.value, 0).sum(axis=1, keepdims=True)
        mean = np.divide(total, number, out=np.zeros_like(total), where=number > 0)
        contributions[feature] = np.where(measure.known, weight * (measure.value - mean), 0.0)
    total_score = np.sum(list(contributions.values()), axis=0)
    return Scores(features, gate, used, total_score, contributions)


def _matches(scores: Scores, row: int, top: int, countries: frozenset[str], alike: Kinds | None) -> list[PartnerMatch]:
    everyone = scores.features.population.organisations
    own = scores.score[row]
    allowed = np.flatnonzero(scores.candidates[row])
    if countries:
        allowed = np.array([place for place in allowed if everyone[place].country in countries], dtype=np.int64)
    # Places are in the order of numbers and the sort is stable: of equal scores the lower number comes first. Rounding keeps the
    # order from hanging on the last bit of a sum.
    ranked = allowed[np.argsort(-np.round(own[allowed], 9), kind="stable")].tolist()
    chosen = diverse(ranked, np.round(own, 9), alike, top, cap_countries=not countries) if alike else ranked[:top]
    return [_match(scores, row, place, number) for number, place in enumerate(chosen, start=1)]


def _match(scores: Scores, row: int, place: int, number: int) -> PartnerMatch:
    everyone = scores.features.population.organisations
    parts = {feature: float(part[row, place]) for feature, part in scores.contributions.items()}
    return PartnerMatch(
        swedish=everyone[scores.features.homes[row]].id,
        partner=everyone[place].id,
        score=sum(parts.values()),
        rank=number,
        recipe=scores.recipe.name,
        reasons=explain(scores.features, row, place, parts),
    )


def _known_pairs(con: Connection) -> frozenset[tuple[int, int]]:
    pairs = con.execute("SELECT DISTINCT organisation_id, partner_id FROM known_partnerships").fetchall()
    return frozenset(pairs) | frozenset((partner, organisation) for organisation, partner in pairs)
