"""What speaks for a partnership, feature by feature, for some homes towards everyone at once.

Each feature is a matrix, homes × organisations, of numbers without a unit from 0 to 1, with a mask that says where it is known.
What is not known is left out of the score: it neither helps nor harms. "idf" is ln(organisations / organisations that have the
value), over all that are not gone: what everyone has says nothing. Each says where it comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matching.partners.ground import Ground, Space, Valued, kilometres, neighbouring_regions
from matching.partners.sets import Bools, Floats

DISTANCE_SCALE_KM = 700.0
SIZE_SCALE = float(np.log(100.0))
TIES_SCALE = 1.0

Homes = NDArray[np.int64]


class Feature(StrEnum):
    """The features."""

    ECOSYSTEMS = "ecosystems"
    SECTORS = "sectors"
    RELATED_VARIETY = "related_variety"
    TECHNOLOGIES = "technologies"
    TECHNOLOGY_GAP = "technology_gap"
    TEXT = "text"
    FIELD = "field"
    MEANING = "meaning"
    S3_PRIORITIES = "s3_priorities"
    GEOGRAPHY = "geography"
    MACRO_REGION = "macro_region"
    NEIGHBOURS = "neighbours"
    INTEREST = "interest"
    SIZE = "size"
    LABEL = "label"
    NETWORKS = "networks"
    TIES = "ties"


@dataclass(frozen=True)
class Measure:
    """One feature: values from 0 to 1 and where they are known, both homes × organisations. Unknown values are 0."""

    value: Floats
    known: Bools


def measure(ground: Ground, feature: Feature, homes: Sequence[int] | Homes) -> Measure:
    """Compute one feature of some homes (indices in the population) towards everyone."""
    return MEASURES[feature](ground, np.asarray(homes, dtype=np.int64))


def jaccard(valued: Valued, homes: Homes) -> Measure:
    """Weight of the shared values over the weight of all values of both; unknown where either has none that say anything.

    Source: Jaccard, "The distribution of the flora in the alpine zone", New Phytologist 11 (1912), here weighted by idf.
    """
    mass = valued.mass
    shared = valued.sets.sums(valued.sets.rows(homes.tolist()) * valued.idf)
    union = mass[homes][:, None] + mass[None, :] - shared
    known = (mass[homes] > 0)[:, None] & (mass > 0)[None, :]
    return Measure(np.clip(np.divide(shared, union, out=np.zeros_like(shared), where=known), 0, 1), known)


def cosine(valued: Valued, homes: Homes) -> Measure:
    """Cosine of the idf-weighted vectors; unknown where either is empty.

    Source: Salton, Wong, Yang, "A vector space model for automatic indexing", Communications of the ACM 18 (1975).
    """
    length = valued.length
    known = (length[homes] > 0)[:, None] & (length > 0)[None, :]
    product = np.outer(length[homes], length)
    shared = valued.sets.sums(valued.sets.rows(homes.tolist()) * valued.idf**2)
    return Measure(np.clip(np.divide(shared, product, out=np.zeros_like(product), where=known), 0, 1), known)


def _mean_of_known(measures: Sequence[Measure]) -> Measure:
    count = np.sum([found.known for found in measures], axis=0)
    total = np.sum([np.where(found.known, found.value, 0) for found in measures], axis=0)
    return Measure(np.divide(total, count, out=np.zeros_like(total), where=count > 0), count > 0)


def related_variety(ground: Ground, homes: Homes) -> Measure:
    """How related the sectors are that the other has and the home has not: 1 for half-way, 0 for unrelated or for the same.

    Each of their other sectors counts with its proximity to the nearest sector of the home. The mean r, as a share of a high
    proximity in this population (95th percentile of those above 0), becomes 4 r (1 - r): too near adds nothing, too far is not
    understood. Unknown where either has no sectors. Idea: Frenken, Van Oort, Verburg, "Related Variety,
    Unrelated Variety and Regional Economic Growth", Regional Studies 41 (2007).
    """
    sets, proximity = ground.sectors.sets, ground.proximity
    positive = proximity[proximity > 0]
    high = float(np.percentile(positive, 95)) if positive.size else 1.0
    own = sets.rows(homes.tolist())
    # homes × ours × theirs, reduced over ours: proximity to the nearest sector of the home
    nearest = np.where(own > 0, 0, (own[:, :, None] * proximity[None, :, :]).max(axis=1, initial=0))
    other = sets.sums(1 - own)
    mean = np.divide(sets.sums(nearest), other, out=np.zeros_like(other), where=other > 0)
    relative = np.clip(mean / high, 0, 1)
    present = sets.counts > 0
    known = present[homes][:, None] & present[None, :]
    return Measure(np.where(known, 4 * relative * (1 - relative), 0), known)


def technology_gap(ground: Ground, homes: Homes) -> Measure:
    """What the other has and we lack, as far as it belongs to our field: share of the idf of their technologies.

    A technology belongs to our field as often as organisations that have it are in one of our ecosystems (the best of ours).
    Unknown where the home has no ecosystems or technologies, or the other no technologies. Source: our own.
    """
    valued = ground.technologies
    mass = valued.mass
    own = ground.ecosystems.sets.rows(homes.tolist())
    brought = valued.sets.sums(belonging(ground, own) * (1 - valued.sets.rows(homes.tolist())) * valued.idf)
    has_field = (own.sum(axis=1) > 0) & (mass[homes] > 0)
    known = has_field[:, None] & (mass > 0)[None, :]
    return Measure(np.clip(np.divide(brought, mass[None, :], out=np.zeros_like(brought), where=known), 0, 1), known)


def belonging(ground: Ground, ecosystems: Floats) -> Floats:
    """Rows × technologies: how much each technology belongs to the ecosystems of a row (rows × ecosystems, 0 or 1), 0 to 1."""
    if not ecosystems.shape[1]:
        return np.zeros((len(ecosystems), len(ground.field_share)))
    return np.stack([(ground.field_share * row[None, :]).max(axis=1) for row in ecosystems]).reshape(len(ecosystems), -1)


def _near(space: Space | None, size: int, homes: Homes) -> Measure:
    """Cosine of two points where it is above 0; unknown where either has none."""
    if space is None or not space.points.shape[1]:
        return Measure(np.zeros((len(homes), size)), np.zeros((len(homes), size), dtype=bool))
    known = space.has[homes][:, None] & space.has[None, :]
    near = (space.points[homes] @ space.points.T).astype(np.float64)
    return Measure(np.where(known, np.clip(near, 0, 1), 0), known)


def _text(ground: Ground, homes: Homes) -> Measure:
    """How much two write of the same: cosine in the space of ``themes``, 0 where below. Unknown: nothing that tells.

    Not a place in a list, as one might: places lose how much nearer the first is than the second. Source: ``themes``.
    """
    return _near(ground.themes, ground.size, homes)


def _field(ground: Ground, homes: Homes) -> Measure:
    """How near two fields of work are: as ``_text``, in 20 dimensions instead of 100, with sectors and ecosystems as words.

    It sees what goes together in the population (paper, pulp, biorefineries) where nothing is written in the same words. Unknown
    where either says nothing. Source: ``themes``.
    """
    return _near(ground.fields, ground.size, homes)


def _meaning(ground: Ground, homes: Homes) -> Measure:
    """How near two texts are to a sentence model: cosine with the population's mean taken off, 0 where below.

    Unknown where either has no vector. Source: the model of ``matching.embedding.model``.
    """
    return _near(ground.meaning, ground.size, homes)


def _geography(ground: Ground, homes: Homes) -> Measure:
    """exp(-kilometres / 700): 1 at the same place, 0.37 at 700 km. Unknown without a place.

    Source: our own scale; that ties fall off with distance: Hägerstrand, "Innovation Diffusion as a Spatial Process" (1967).
    """
    distance = kilometres(ground.place, homes)
    return Measure(np.nan_to_num(np.exp(-distance / DISTANCE_SCALE_KM)), ~np.isnan(distance))


def _macro_region(ground: Ground, homes: Homes) -> Measure:
    """1 where both countries lie in one macro-region. Unknown without a country. Source: ``ground.MACRO_REGIONS``."""
    present = ground.countries.counts > 0
    value = (ground.regions[homes] @ ground.regions.T > 0).astype(np.float64)
    return Measure(value, present[homes][:, None] & present[None, :])


def _neighbours(ground: Ground, homes: Homes) -> Measure:
    """1 where the regions have NUTS 3 parts within 150 km across a Swedish border. Unknown without both regions.

    Source: ``ground.neighbouring_regions``.
    """
    everyone, regions = ground.population.organisations, ground.places
    pairs = neighbouring_regions()
    near = np.zeros((len(homes), len(regions.names)))
    for row, home in enumerate(homes.tolist()):
        own = everyone[home].nuts2
        near[row] = [float((own, other) in pairs or (other, own) in pairs) for other in regions.names]
    present = regions.counts > 0
    return Measure(regions.sums(near), present[homes][:, None] & present[None, :])


def _interest(ground: Ground, homes: Homes) -> Measure:
    """Whether the other's target countries include ours, and ours theirs: the mean of what is known; unknown where nothing is.

    Source: our own.
    """
    targets, countries = ground.targets.sets, ground.countries
    place = {name: number for number, name in enumerate(countries.names)}
    column = [place.get(name, -1) for name in targets.names]
    says, present = targets.counts > 0, countries.counts > 0
    at = np.hstack([countries.rows(homes.tolist()), np.zeros((len(homes), 1))])[:, column]
    wants = np.zeros((len(homes), len(countries.names) + 1))
    wants[:, column] = targets.rows(homes.tolist())
    theirs = Measure(targets.sums(at), present[homes][:, None] & says[None, :])
    ours = Measure(countries.sums(wants[:, :-1]), says[homes][:, None] & present[None, :])
    return _mean_of_known([theirs, ours])


def _size(ground: Ground, homes: Homes) -> Measure:
    """1 - |ln(members / members)| / ln 100: equal sizes 1, a hundredfold difference 0. Unknown without members.

    Source: our own.
    """
    present = ground.members > 0
    logs = np.log(np.maximum(ground.members, 1))
    known = present[homes][:, None] & present[None, :]
    value = np.clip(1 - np.abs(logs[homes][:, None] - logs[None, :]) / SIZE_SCALE, 0, 1)
    return Measure(np.where(known, value, 0), known)


def _label(ground: Ground, homes: Homes) -> Measure:
    """The other's excellence label valid today: bronze 0.6, silver 0.8, gold 1; none, or one that has ended, 0.

    Unknown where a label has no end. Source: the steps are our own.
    """
    shape = (len(homes), ground.size)
    return Measure(np.broadcast_to(ground.label, shape), np.broadcast_to(ground.label_known, shape))


def _ties(ground: Ground, homes: Homes) -> Measure:
    """Common partners in past partnerships: a / (1 + a), where a is Adamic and Adar's sum. Unknown for a home without any.

    Zero, not unknown, for another without past partners: that nothing is recorded of it is what one knows of a newcomer.
    Source: ``Graph.adamic_adar``.
    """
    found = np.stack([ground.graph.adamic_adar(home) for home in homes.tolist()]) if len(homes) else np.zeros((0, ground.size))
    has = np.array([home in ground.graph.partners for home in homes.tolist()], dtype=bool)
    return Measure(found / (TIES_SCALE + found), np.broadcast_to(has[:, None], found.shape))


def _ecosystems(ground: Ground, homes: Homes) -> Measure:
    """Likeness of the sets of industrial ecosystems; unknown where either names none that tells. Source: ``jaccard``."""
    return jaccard(ground.ecosystems, homes)


def _sectors(ground: Ground, homes: Homes) -> Measure:
    """Likeness of sectors and of divisions of NACE, the mean of what is known; unknown where neither is. Source: ``cosine``."""
    return _mean_of_known([cosine(ground.sectors, homes), cosine(ground.nace, homes)])


def _technologies(ground: Ground, homes: Homes) -> Measure:
    """Likeness of technologies; unknown where either names none that tells. Source: ``cosine``."""
    return cosine(ground.technologies, homes)


def _s3_priorities(ground: Ground, homes: Homes) -> Measure:
    """Likeness of the smart-specialisation priorities; unknown where either names none that tells. Source: ``jaccard``."""
    return jaccard(ground.priorities, homes)


def _networks(ground: Ground, homes: Homes) -> Measure:
    """Likeness of networks and memberships; unknown where either is in none that tells. Source: ``jaccard``."""
    return jaccard(ground.networks, homes)


MEASURES: dict[Feature, Callable[[Ground, Homes], Measure]] = {
    Feature.ECOSYSTEMS: _ecosystems,
    Feature.SECTORS: _sectors,
    Feature.RELATED_VARIETY: related_variety,
    Feature.TECHNOLOGIES: _technologies,
    Feature.TECHNOLOGY_GAP: technology_gap,
    Feature.TEXT: _text,
    Feature.FIELD: _field,
    Feature.MEANING: _meaning,
    Feature.S3_PRIORITIES: _s3_priorities,
    Feature.GEOGRAPHY: _geography,
    Feature.MACRO_REGION: _macro_region,
    Feature.NEIGHBOURS: _neighbours,
    Feature.INTEREST: _interest,
    Feature.SIZE: _size,
    Feature.LABEL: _label,
    Feature.NETWORKS: _networks,
    Feature.TIES: _ties,
}
