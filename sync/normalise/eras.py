"""Pages of several generations of a site that describe one record: the newer one's value wins, field by field, groups whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.network import Network, NetworkFacts
from sync.normalise.readings import Kind, Normalised
from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput, Finding, RecordInput

IMPORTED = "import"
"""The generation of what a person imported: newer than any page, because somebody decided on it."""

# Values that only mean something together come from one page. Counts of members do: of two years, the parts may exceed the whole.
_TOGETHER = (
    ("latitude", "longitude"),
    ("founded_on", "founded_precision"),
    ("staff_min", "staff_max"),
    ("members_total", "members_sme", "members_startup", "members_large", "members_research", "members_other"),
)
_GROUP_OF = {field: group for group in _TOGETHER for field in group}
_IDENTITY = ("network", "source_key", "url")


def eras_of(facts: NetworkFacts) -> tuple[str, ...]:
    """The generations of what a network says, oldest first."""
    return (*facts.eras, IMPORTED)


def merge_eras(network: Network, normalised: Sequence[tuple[str, Normalised]]) -> RecordInput:
    """The record that the pages of one source key make together, with the claims of all of them.

    Arguments:
        network: its ``facts.eras`` say which generation is newer.
        normalised: (era, page); pages without a profile take no part. Of two pages of one era the earlier in the list wins.

    Raises ValueError for an era that the network does not have, or where no page has a profile.
    """
    eras = eras_of(network.facts)
    for era, _ in normalised:
        if era not in eras:
            raise ValueError(f"wanted an era of {network.facts.name} ({', '.join(map(repr, eras))}), found {era!r}")
    newest_first = sorted(normalised, key=lambda pair: -eras.index(pair[0]))
    profiles = [page.profile for _, page in newest_first if page.profile is not None]
    # A list that was imported names no page of its own: the record's address is that of its page, where it has one.
    url = next((page.profile.url for era, page in newest_first if page.profile is not None and era != IMPORTED), None)
    if not profiles:
        raise ValueError(f"wanted at least one page of {network.facts.name} with a profile, found {len(normalised)} without")
    claims: dict[tuple[str, str], ClaimInput] = {}
    for _, page in newest_first:
        for claim in page.claims:
            known = claims.setdefault((claim.era, claim.field), claim)
            if known.value is None and claim.value is not None:
                claims[claim.era, claim.field] = claim
    profile = profiles[0] if len(profiles) == 1 else _merged(profiles, url or profiles[0].url)
    return RecordInput(profile, tuple(claims.values()))


def merge_findings(normalised: Sequence[Normalised]) -> tuple[Finding, ...]:
    """All findings of the pages of one source key; a correction is no longer needed only if no page needs it."""
    idle = [{finding for finding in _without_pages(page) if finding.kind == Kind.NOT_NEEDED.value} for page in normalised]
    agreed = set.intersection(*idle) if idle else set()
    findings = [finding for page in normalised for finding in page.findings if finding.kind != Kind.NOT_NEEDED.value]
    return (*findings, *sorted(agreed, key=lambda finding: (finding.field or "", finding.printed or "")))


def _without_pages(page: Normalised) -> list[Finding]:
    return [Finding(f.kind, f.because, f.network, f.field, f.printed, f.source_key) for f in page.findings]


def _merged(profiles: list[ClusterProfile], url: str) -> ClusterProfile:
    """One profile of several, newest first."""
    values: dict[str, Any] = {"network": profiles[0].network, "source_key": profiles[0].source_key, "url": url}
    for name in ClusterProfile.model_fields:
        if name in _IDENTITY:
            continue
        group = _GROUP_OF.get(name, (name,))
        chosen = next((profile for profile in profiles if any(_has(profile, field) for field in group)), profiles[0])
        values[name] = getattr(chosen, name)
    values["extracts"] = {language: text for profile in reversed(profiles) for language, text in profile.extracts.items()}
    # A region is an older page's only where that page is not of another country.
    same = [profile for profile in profiles if profile.country in (None, values["country"])]
    for name in ("region_printed", "nuts2"):
        values[name] = next((getattr(profile, name) for profile in same if _has(profile, name)), None)
    return ClusterProfile(**values)


def _has(profile: ClusterProfile, field: str) -> bool:
    return getattr(profile, field) not in (None, (), {})
