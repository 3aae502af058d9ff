"""The letter that asks a network for permission to read it, or for an export; its words stand in ``sync/letters/``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from connectors.network import NetworkFacts
from sync.fetching.robots import PRODUCT
from sync.settings import NetworkSettings, Settings
from warehouse.profile import EXTRACT_LENGTH

_FOLDER = Path(__file__).parent / "letters"


class Language(StrEnum):
    """Languages that the letter is written in."""

    SV = "sv"
    EN = "en"


_NO_CONTACT = {
    Language.SV: "(fyll i: en e-postadress eller webbsida som läses)",
    Language.EN: "(fill in: a mail address or web page that is read)",
}
_HOURS = {
    Language.SV: (
        "En gång per natt, från klockan {time} ({zone}).",
        "Enligt schemat {cron} ({zone}).",
        "Högst en gång per natt.",
    ),
    Language.EN: ("Once a night, from {time} ({zone}).", "By the timetable {cron} ({zone}).", "Once a night at most."),
}
"""Of a nightly hour, of any other timetable, and of none."""


def letter(facts: NetworkFacts, settings: Settings, language: Language, today: date) -> str:
    """The letter, as plain text.

    Arguments:
        facts: of the network that is asked.
        settings: who asks, at what pace, when. Without a contact the letter says where to fill it in.
        today: the date of the letter.
    """
    ours = settings.networks.get(facts.name, NetworkSettings())
    contact = settings.operator.contact or _NO_CONTACT[language]
    pace = facts.pace_seconds if ours.pace_seconds is None else ours.pace_seconds
    template = Template((_FOLDER / f"{language}.txt").read_text(encoding="utf-8"))
    return template.substitute(
        name=facts.name,
        title=facts.title,
        home=facts.home,
        host=urlsplit(facts.home).hostname,
        contact=contact,
        paths="\n".join(f"    {path}" for path in dict.fromkeys(_paths(facts))),
        user_agent=f"{PRODUCT}/{version('clusterbridge')} (+{contact})",
        pace=f"{pace:g}",
        hours=_hours(ours.cron, settings.operator.timezone, language),
        page_budget=facts.page_budget if ours.page_budget is None else ours.page_budget,
        extract=EXTRACT_LENGTH,
        today=today.isoformat(),
    )


def _paths(facts: NetworkFacts) -> Iterator[str]:
    """Where reading begins, as ``network.toml`` says: sitemaps and lists."""
    for paths in facts.paths.values():
        yield from paths
    if facts.directory is not None:
        yield from facts.directory.sitemaps
        for one in facts.directory.lists:
            yield from one.paths


def _hours(cron: str, zone: str, language: Language) -> str:
    nightly, other, unsaid = _HOURS[language]
    if not cron:
        return unsaid
    minute, hour, *days = cron.split()
    if minute.isdecimal() and hour.isdecimal() and days == ["*", "*", "*"]:
        return nightly.format(time=f"{int(hour):02}:{int(minute):02}", zone=zone)
    return other.format(cron=cron, zone=zone)
