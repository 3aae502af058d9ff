"""Whether a network's run may be believed: floors hold it back, ceilings only report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.network import Canary, Expectations
from warehouse.profile import ClusterProfile
from warehouse.rows import Finding

MANY_PAGES = 10
"""From so many profile pages on, a single one that is unlike the others is an odd page: a finding, no doubt about the network.
Where there are fewer, that one page may be half of the network, and all of it where a single page lists everybody."""


@dataclass(frozen=True)
class Evidence:
    """What a verdict rests on.

    Arguments:
        profiles: records that the network lists now.
        profile_pages: profile pages that the reading came by.
        pages_changed: of these, pages that were not the expected ones.
        fill: ClusterProfile field -> share (0 to 1) of the records with a value.
        read: the records that were read anew, by source key.
        listed: source keys of all records that the network lists now.
        last_good: number of records in the last good run; None: there was none.
        pages_unread: profile pages that could not be had.
        unread: source keys of records that are listed and could not be read.
        withheld: records that the network lists and that are kept out on request: no loss of the network's.
    """

    profiles: int
    profile_pages: int
    pages_changed: int
    fill: Mapping[str, float]
    read: Mapping[str, ClusterProfile]
    listed: frozenset[str]
    last_good: int | None
    pages_unread: int = 0
    unread: frozenset[str] = frozenset()
    withheld: int = 0


def doubts(evidence: Evidence, expect: Expectations, canaries: tuple[Canary, ...], keeps_at_least: float) -> list[str]:
    """Every reason to hold the run, as sentences; none: it is complete.

    Arguments:
        keeps_at_least: share (0 to 1) of the last good run's records that must still be there.
    """
    reasons = []
    if evidence.profiles + evidence.withheld < expect.profiles_at_least:
        reasons.append(f"wanted at least {expect.profiles_at_least} profiles, found {evidence.profiles}")
    # The last good run's number is without what is kept out now, so this night's is too.
    if evidence.last_good is not None and evidence.profiles < keeps_at_least * evidence.last_good:
        reasons.append(
            f"wanted at least {keeps_at_least:.0%} of the {evidence.last_good} profiles of the last good run, "
            f"found {evidence.profiles}"
        )
    if too_many_changed(evidence, expect):
        reasons.append(
            f"wanted at most {expect.pages_changed_at_most:.0%} of pages unlike what was expected, "
            f"found {evidence.pages_changed} of {evidence.profile_pages}"
        )
    # Any night may lose one page, and in a small network one page is a large share.
    if evidence.pages_unread > max(1.0, expect.pages_unread_at_most * evidence.profile_pages):
        reasons.append(
            f"wanted at most {expect.pages_unread_at_most:.0%} of profile pages out of reach, "
            f"found {evidence.pages_unread} of {evidence.profile_pages}"
        )
    for field, floor in expect.fill_at_least.items():
        share = evidence.fill.get(field, 0.0)
        if evidence.profiles and share < floor:
            reasons.append(f"wanted {field} in at least {floor:.0%} of profiles, found it in {share:.1%}")
    for canary in canaries:
        reasons.extend(_canary_doubts(canary, evidence))
    return reasons


def too_many_changed(evidence: Evidence, expect: Expectations) -> bool:
    """Whether more pages are unlike what was expected than a good night has."""
    odd = 1 if evidence.profile_pages >= MANY_PAGES else 0
    return evidence.pages_changed > max(odd, expect.pages_changed_at_most * evidence.profile_pages)


def _canary_doubts(canary: Canary, evidence: Evidence) -> list[str]:
    if canary.source_key not in evidence.listed:
        return [f"wanted the well-known profile {canary.source_key!r}, found no such profile"]
    if canary.source_key in evidence.unread:
        return [f"wanted the well-known profile {canary.source_key!r}, found that it could not be read"]
    profile = evidence.read.get(canary.source_key)
    if profile is None:  # unchanged since a run that believed it
        return []
    said = profile.model_dump(mode="json")
    return [
        f"wanted {field} = {wanted!r} in the well-known profile {canary.source_key!r}, found {said.get(field)!r}"
        for field, wanted in canary.expect.items()
        if str(said.get(field)) != wanted
    ]


def ceilings(evidence: Evidence, expect: Expectations, network: str) -> list[Finding]:
    """What is more than expected: reported, never held."""
    if expect.profiles_at_most is None or evidence.profiles <= expect.profiles_at_most:
        return []
    because = f"wanted at most {expect.profiles_at_most} profiles, found {evidence.profiles}"
    return [Finding("more profiles than expected", because, network=network)]
