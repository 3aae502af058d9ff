"""Whether a network may be read: it is switched on, we say who we are, and somebody wrote down why we may."""

from __future__ import annotations

from datetime import date

from connectors.network import NetworkFacts
from sync.settings import Settings


def why_not(settings: Settings, facts: NetworkFacts, today: date) -> str | None:
    """What stands in the way of reading a network, with the text to write into config.toml; None: nothing does."""
    name = facts.name
    ours = settings.networks.get(name)
    if ours is None or not ours.enabled:
        return f"{name} is off; to read it, write [networks.{name}] enabled = true in config.toml"
    if not settings.operator.contact.strip():
        return (
            "nobody is named in the User-Agent, and without a contact there is no live run; "
            'write [operator] contact = "a mail address or web page that is read" in config.toml'
        )
    until = ours.permission.until
    if until is not None and until < today:
        return f"the permission to read {facts.title} ended on {until}; renew it, then change [networks.{name}.permission] until"
    if ours.permission.is_to_come(today):
        return (
            f"the permission to read {facts.title} is of {ours.permission.read_on}, a day to come; write the day on which its "
            f"terms or its answer were read into [networks.{name}.permission] read_on"
        )
    missing = ours.permission.missing(today)
    if missing:
        return (
            f"no permission to read {facts.title} is written down (missing: {', '.join(missing)}); read its terms, or "
            f"ask (`clusterbridge letter {name}` writes the letter), "
            f'then write [networks.{name}.permission] basis = "why we may", read_on = 2026-01-31, by = "who decided" '
            "in config.toml"
        )
    return None
