"""Whether a network may be read: it is switched on, we say who we are, and somebody wrote down why we may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from connectors.network import NetworkFacts
from sync.settings import NetworkSettings, Settings

_EXAMPLES = {"basis": '"why we may"', "read_on": "2026-01-31", "by": '"who decided"'}


def why_not(settings: Settings, facts: NetworkFacts, today: date) -> str | None:
    """All that stands in the way of reading a network, with the text to write into config.toml; None: nothing does."""
    gaps = list(_gaps(settings, facts, today))
    if not gaps:
        return None
    reasons = f"{facts.name} may not be read: {'; '.join(reason for reason, _ in gaps)}"
    tables = [table for _, table in gaps if table]
    return f"{reasons}. Write into config.toml:\n\n" + "\n\n".join(tables) if tables else reasons


def _gaps(settings: Settings, facts: NetworkFacts, today: date) -> Iterator[tuple[str, str]]:
    """What is missing, and the table of config.toml that says it; empty: a line that is there is to be changed."""
    name = facts.name
    ours = settings.networks.get(name, NetworkSettings())
    if not settings.operator.contact.strip():
        because = "nobody is named in the User-Agent, and without a contact there is no live run"
        yield because, '[operator]\ncontact = "a mail address or web page that is read"'
    if not ours.enabled:
        yield "it is off", f"[networks.{name}]\nenabled = true"
    permission, where = ours.permission, f"[networks.{name}.permission]"
    missing = permission.missing(today)
    if permission.until is not None and permission.until < today:
        yield f"the permission to read {facts.title} ended on {permission.until}; renew it, then change {where} until", ""
    elif permission.is_to_come(today):
        because = (
            f"the permission to read {facts.title} is of {permission.read_on}, a day to come; write the day on which its "
            f"terms or its answer were read into {where} read_on"
        )
        yield because, ""
    elif missing:
        because = (
            f"no permission to read {facts.title} is written down (missing: {', '.join(missing)}); read its terms, or "
            f"ask (`clusterbridge letter {name}` writes the letter)"
        )
        yield because, "\n".join([where, *(f"{key} = {_EXAMPLES[key]}" for key in missing)])
