"""Which organisation stands where on the TCI Network replica: address, printed name and markup of every member page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from demo import facts
from demo.distribution import is_on_tci, stands_alone
from demo.facts import Organisation
from demo.invented import Draw
from demo.naming import free_slug, some_name
from demo.nights import FEW, FIRST_NIGHT, Standing, age, fates, on_night

NETWORK = "tci"
MARKUPS = ("table", "headings", "lines")
PINNED = {"org-0007": ("the_paper_province", "The Paper Province")}
OTHER_NAME = 0.45
BY_NUMBER = 0.3
"""Share of members at ``/organization/<id>``; the others have an address made of their name."""

RESERVED = ("members", "about-us", "contact", "news", "organization")


def placements(seed: int, night: int = 1) -> tuple[Standing, ...]:
    """The members on the given night, in alphabetical order of their printed names."""
    members = [org for org in facts.organisations() if is_on_tci(org, seed)]
    free = [org.id for org in members if stands_alone(org, seed)]
    standing = on_night(tuple(_standing(members, seed)), fates(NETWORK, seed, free, FEW), night)
    return tuple(sorted(standing, key=lambda member: member.name.casefold()))


def path(member: Standing) -> str:
    """The address of its page."""
    return f"/organization/{member.source_key}" if member.source_key.isdigit() else f"/{member.source_key}"


def _standing(members: Iterable[Organisation], seed: int) -> Iterable[Standing]:
    taken = set(RESERVED)
    for org in members:
        draw = Draw(seed, NETWORK, org.id, "plan")
        name = some_name(org, draw, OTHER_NAME)
        key = free_slug(name, taken).replace("-", "_")
        if draw.chance(BY_NUMBER):
            key = str(2_000 + 3 * int(org.id.removeprefix("org-")))
        member = Standing(org, name, key, draw.one(MARKUPS), FIRST_NIGHT - age(NETWORK, org, seed))
        if org.id in PINNED:
            key, name = PINNED[org.id]
            member = replace(member, source_key=key, name=name)
        yield member
