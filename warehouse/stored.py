"""How a profile is kept in the state: the JSON of what it says, the same text for the same words."""

from __future__ import annotations

from warehouse.profile import ClusterProfile


def stored_text(profile: ClusterProfile) -> str:
    """Only what is said, in the order of ClusterProfile; equal profiles give equal text."""
    if len(profile.extracts) > 1:
        profile = profile.model_copy(update={"extracts": dict(sorted(profile.extracts.items()))})
    return profile.model_dump_json(exclude_defaults=True, exclude_none=True)  # a serialiser of its own defeats the former


def stored_profile(text: str) -> ClusterProfile:
    """The profile that ``stored_text`` was made from. Raises pydantic.ValidationError for any other text."""
    return ClusterProfile.model_validate_json(text)
