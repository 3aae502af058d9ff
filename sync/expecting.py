"""What to expect of a network, as ``config.toml`` writes it: floors taken from a good run, and floors that a run would meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.network import Expectations
from sync.verdict import Evidence, too_many_changed
from warehouse.profile import ClusterProfile

FLOOR_PERCENT = 85
CEILING_PERCENT = 200
FILLED_AT_LEAST = 1 / 3
"""Share of profiles from which on a field is common enough to have a floor."""
NO_FLOORS = frozenset({"network", "source_key", "url", "founded_precision"})
"""Fields that every profile has, or that only ever come with another."""


def suggested(profiles: int, fill: Mapping[str, float]) -> dict[str, object]:
    """Expectations that a good run suggests: 85 % and 200 % of its profiles, 85 % of each common field's share.

    A field is left out that fewer than a third of the profiles have, or so few that one profile's losing it would be below
    the floor: a single cluster's edit must not hold a network.

    Arguments:
        profiles: how many records the run's network listed.
        fill: ClusterProfile field -> share (0 to 1) of these with a value.

    Returns keys of ``Expectations`` in their order.
    """
    floors = {}
    for field in ClusterProfile.model_fields:
        share = fill.get(field, 0.0)
        floor = _floor_share(share)
        if field not in NO_FLOORS and share >= FILLED_AT_LEAST and share - 1 / profiles >= floor:
            floors[field] = floor
    return {
        "profiles_at_least": _floor_count(profiles),
        "profiles_at_most": profiles * CEILING_PERCENT // 100,
        "fill_at_least": floors,
    }


def mends(evidence: Evidence, expect: Expectations) -> dict[str, object]:
    """The keys of ``Expectations`` that must change, and to what, for a run like this one to meet them; empty: none.

    A count or share that is too low for its floor makes a floor of 85 % of it. What no key allows (a canary, what is measured
    against the last good run) is not mended.
    """
    changes: dict[str, object] = {}
    if evidence.profiles < expect.profiles_at_least:
        changes["profiles_at_least"] = _floor_count(evidence.profiles)
    pages = evidence.profile_pages
    if too_many_changed(evidence, expect):
        changes["pages_changed_at_most"] = _share_above(evidence.pages_changed, pages)
    if evidence.pages_unread > max(1.0, expect.pages_unread_at_most * pages):
        changes["pages_unread_at_most"] = _share_above(evidence.pages_unread, pages)
    found = {field: evidence.fill.get(field, 0.0) for field in expect.fill_at_least}
    if evidence.profiles and any(found[field] < floor for field, floor in expect.fill_at_least.items()):
        changes["fill_at_least"] = {
            field: floor if found[field] >= floor else _floor_share(found[field])
            for field, floor in expect.fill_at_least.items()
            if found[field] > 0 or floor == 0
        }
    return changes


def in_config(network: str, ours: Expectations | None, changes: Mapping[str, object], remarks: Sequence[str]) -> str:
    """The table of ``config.toml`` that expects this of a network, ready to paste in place of the one that stands there.

    Arguments:
        ours: what the table says now; None: there is none. What it says of other keys stays.
        changes: keys of ``Expectations`` and their values.
        remarks: lines of comment before it.
    """
    stands: dict[str, Any] = {} if ours is None else {key: getattr(ours, key) for key in ours.model_fields_set}
    merged = {key: value for key, value in {**stands, **changes}.items() if value is not None}
    lines = [f"# {remark}" for remark in remarks]
    lines.append(f"[networks.{network}.expect]")
    lines += [f"{key} = {merged[key]}" for key in Expectations.model_fields if key in merged and key != "fill_at_least"]
    if "fill_at_least" in merged:
        lines.append(f"[networks.{network}.expect.fill_at_least]")
        lines += [f"{field} = {share}" for field, share in merged["fill_at_least"].items()]
    return "\n".join(lines)


def _floor_count(profiles: int) -> int:
    return max(min(profiles, 1), profiles * FLOOR_PERCENT // 100)


def _floor_share(share: float) -> float:
    return int(share * FLOOR_PERCENT) / 100


def _share_above(some: int, all_of_them: int) -> float:
    """The next whole percent above a share: never rounded to below it."""
    return min(100, some * 100 // max(1, all_of_them) + 1) / 100
