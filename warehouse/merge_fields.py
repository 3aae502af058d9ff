"""The fields of an organisation, as merging sees them: which are lists, and which come from one source together."""

from __future__ import annotations

from warehouse.profile import ClusterProfile

_NOT_VALUES = frozenset({"network", "source_key", "url"})
_LISTS = frozenset(
    {
        "other_names", "ecosystems", "sectors", "nace", "technologies", "s3_priorities", "emerging_industries", "languages",
        "memberships", "partnerships", "target_countries", "keywords",
    }
)  # fmt: skip
SHAPES = {**dict.fromkeys(_LISTS, "list"), "extracts": "map", "labels": "labels"}
"""Field -> what it holds; a field that is not named is a scalar. Only of scalars is one value shown and another not."""
LEADS = {
    "founded_precision": "founded_on",
    "staff_max": "staff_min",
    "postcode": "city",
    "longitude": "latitude",
    "website": "domain",
    "members_sme": "members_total",
    "members_startup": "members_total",
    "members_large": "members_total",
    "members_research": "members_total",
    "members_other": "members_total",
}
"""Field -> the lead field of its group. A group's values come from one record, and from one with the lead where there is any."""
WHERE = frozenset({"region_printed", "nuts2", "city", "latitude"})
"""Lead fields of where an organisation is. They are not shown of a record that says another country than the one that is shown:
its city would lie in the wrong country.
"""

UNKNOWN = "no such field"


def value_fields() -> tuple[str, ...]:
    """The fields of ClusterProfile that say something of an organisation."""
    return tuple(name for name in ClusterProfile.model_fields if name not in _NOT_VALUES)


def ordered_fields() -> tuple[str, ...]:
    """The fields that may have an order of networks of their own; the others of a group follow its lead."""
    return tuple(name for name in value_fields() if name not in LEADS)


def why_without_order(name: str) -> str | None:
    """Why a name cannot have an order of networks of its own; None: it can."""
    if name in LEADS:
        return f"it follows {LEADS[name]!r}: name that"
    return None if name in value_fields() else UNKNOWN
