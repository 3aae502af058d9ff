"""Who may be ranked at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.partners.population import Bools, Organisation, Population

PARTNER_TYPES = frozenset({"cluster", "cluster_association", "science_park", "agency"})
"""Types of organisations (warehouse.vocabulary.OrganisationType) that can join as a partner."""


def may_be_partner(home: Organisation, other: Organisation) -> bool:
    """Whether the other is foreign, of a type that can be a partner, not gone, and not the home itself.

    An organisation in two countries (Swedish, but registered abroad) is not foreign to a Swedish one; one whose country is not
    known is not known to be foreign.
    """
    is_foreign = other.country not in (None, home.country) and not (home.is_swedish and other.is_swedish)
    return other.id != home.id and is_foreign and not other.is_gone and other.type in PARTNER_TYPES


def candidates(population: Population, homes: Sequence[int], known_pairs: frozenset[tuple[int, int]]) -> Bools:
    """Homes × organisations: who passes the gate and is not already a partner.

    Arguments:
        known_pairs: numbers of organisations that have been partners, both ways.
    """
    everyone = population.organisations
    mask = np.zeros((len(homes), len(everyone)), dtype=bool)
    for row, home in enumerate(homes):
        own = everyone[home]
        mask[row] = [may_be_partner(own, other) and (own.id, other.id) not in known_pairs for other in everyone]
    return mask
