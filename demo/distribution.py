"""Which organisation stands on which network's replica: each on at least one, about half on two or more."""

from __future__ import annotations

from demo.facts import Organisation
from demo.invented import Draw

MEDICON_VALLEY_ALLIANCE = "org-0016"
"""Sits in Denmark and in Sweden, and is on the Swedish association's list, whatever country is printed there."""

ON_TCI = ("org-0007", "org-0025", "org-0468")
"""Paper Province, so that the demo's example is known from several networks; two regional authorities, for their type."""

SHARE_ON_TCI = {"SE": 0.15}
SHARE_OF_FOREIGN_ON_TCI = 0.42


def is_on_eccp(org: Organisation) -> bool:
    """The platform lists cluster organisations only, and all of them."""
    return org.organisation_type == "cluster"


def is_on_eca(org: Organisation) -> bool:
    """Associations of clusters, and who was seen on its list."""
    return org.organisation_type == "cluster_association" or "eca" in org.networks_seen


def is_on_clusters_of_sweden(org: Organisation) -> bool:
    """Swedish clusters, their associations and science parks, and Medicon Valley Alliance."""
    of_its_sort = org.country == "SE" and org.organisation_type in ("cluster", "cluster_association", "science_park")
    return of_its_sort or org.id == MEDICON_VALLEY_ALLIANCE


def is_on_tci(org: Organisation, seed: int) -> bool:
    """Who was seen there, who stands nowhere else (agencies, universities ...), and a sample of the others."""
    if org.id in ON_TCI or "tci" in org.networks_seen:
        return True
    if not (is_on_eccp(org) or is_on_eca(org) or is_on_clusters_of_sweden(org)):
        return True
    return Draw(seed, org.id, "on tci").chance(SHARE_ON_TCI.get(org.country, SHARE_OF_FOREIGN_ON_TCI))


def networks_of(org: Organisation, seed: int) -> frozenset[str]:
    """The networks on which it stands."""
    standing = {"eccp": is_on_eccp(org), "tci": is_on_tci(org, seed), "eca": is_on_eca(org),
                "clusters_of_sweden": is_on_clusters_of_sweden(org)}  # fmt: skip
    return frozenset(network for network, stands in standing.items() if stands)


def stands_alone(org: Organisation, seed: int) -> bool:
    """Whether it stands on one network only."""
    return len(networks_of(org, seed)) == 1
