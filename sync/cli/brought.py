"""How the command ``import`` tells what came of it: profiles, findings, the report as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sync.cli.output import say
from sync.normalise.readings import Normalised
from sync.pipeline import RunReport
from warehouse.profile import ClusterProfile
from warehouse.rows import Finding

FIRST_PROFILES = 5
MOST_FINDINGS = 10


def profile_line(normalised: Normalised) -> str:
    """What a profile says, on one line."""
    if normalised.profile is None:
        return "no profile"
    said = filled_fields(normalised.profile)
    return ", ".join(f"{field} {json.dumps(value, ensure_ascii=False)}" for field, value in said.items() if field != "network")


def filled_fields(profile: ClusterProfile) -> dict[str, Any]:
    """The fields of a profile that have a value, as JSON values."""
    return {field: value for field, value in profile.model_dump(mode="json").items() if value not in (None, [], {})}


def reported(report: RunReport) -> dict[str, Any]:
    """An import of one network, as JSON values."""
    (network,) = report.networks
    loaded = network.loaded
    return {
        "run": report.run_id,
        "network": network.run.network,
        "outcome": network.run.outcome.value,
        "because": network.run.because,
        "records": len(network.run.records),
        "records_new": loaded.records_new if loaded else 0,
        "records_changed": loaded.records_changed if loaded else 0,
        "records_missing": loaded.records_missing if loaded else 0,
        "claims_opened": loaded.claims_opened if loaded else 0,
        "findings": [finding_as_json(finding) for finding in network.run.findings],
        "edition": None if report.edition is None else str(report.edition),
        "edition_held": report.edition_held,
    }


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """What a finding says, without what it does not say."""
    return {name: value for name, value in asdict(finding).items() if value not in (None, "")}


def oddities(findings: Iterable[Finding]) -> list[tuple[str, str, int]]:
    """What a person should look at, here and on the staff page: kind and sentence, each once, with how often it was found."""
    times = Counter((finding.kind, finding.because) for finding in findings)
    return [(kind, because, count) for (kind, because), count in times.most_common()]


def print_findings(findings: Sequence[Finding]) -> None:
    """What a person should look at: each sentence once, with how often it was found."""
    told = oddities(findings)
    for kind, because, count in told[:MOST_FINDINGS]:
        say(f"{kind}: {because}" + (f" ({count} times)" if count > 1 else ""))
    if len(told) > MOST_FINDINGS:
        say(f"… and {len(told) - MOST_FINDINGS} more; --json lists all")
