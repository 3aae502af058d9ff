"""Who may be ranked at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from matching.partners.population import Population
from matching.partners.sets import Bools

PARTNER_TYPES = frozenset({"cluster", "cluster_association", "science_park", "agency"})
"""Types of organisations (warehouse.vocabulary.OrganisationType) that can join as a partner."""


def candidates(
    population: Population,
    homes: Sequence[int],
    known_pairs: frozenset[tuple[int, int]] = frozenset(),
    closed_to: Collection[str] = (),
) -> Bools:
    """Homes × organisations: foreign ones of a type that can be a partner, not gone, and not already a partner.

    An organisation in two countries (Swedish, but registered abroad) is not foreign to a Swedish one; one whose country is not
    known is not known to be foreign.

    Arguments:
        known_pairs: numbers of organisations that have been partners, both ways.
        closed_to: countries whose organisations cannot join (ISO 3166-1).
    """
    everyone = population.organisations
    places = {number: place for place, number in enumerate(sorted({one.country for one in everyone if one.country}))}
    country = np.array([places.get(one.country or "", -1) for one in everyone], dtype=np.int64)
    is_swedish = np.array([one.is_swedish for one in everyone], dtype=bool)
    joins = np.array(
        [one.type in PARTNER_TYPES and not one.is_gone and one.country not in closed_to for one in everyone], dtype=bool
    )
    here = np.array(homes, dtype=np.int64)
    foreign = (country[None, :] != country[here][:, None]) & (country >= 0)[None, :]
    mask: Bools = foreign & ~(is_swedish[here][:, None] & is_swedish[None, :]) & joins[None, :]
    mask[np.arange(len(here)), here] = False
    row_of = {everyone[home].id: row for row, home in enumerate(homes)}
    place_of = {one.id: place for place, one in enumerate(everyone)}
    for one, other in known_pairs:
        if one in row_of and other in place_of:
            mask[row_of[one], place_of[other]] = False
    return mask
