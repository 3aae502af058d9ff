"""Which member stands where on the Clusters of Sweden replica: names in both languages, addresses, markup."""

from __future__ import annotations

from dataclasses import dataclass

from demo import facts
from demo.distribution import MEDICON_VALLEY_ALLIANCE, is_on_clusters_of_sweden, stands_alone
from demo.facts import Organisation
from demo.invented import Draw
from demo.naming import free_slug, own_names, some_name
from demo.nights import FIRST_NIGHT, Fate, Standing, age, fates, on_night

NETWORK = "clusters_of_sweden"
LANGUAGES = ("en", "sv")
MARKUPS = ("icons", "lines", "table")
LISTS = {"en": "/members/", "sv": "/sv/medlemmar/"}
OTHER_NAME = 0.2
UNMOVED = ("org-0007", MEDICON_VALLEY_ALLIANCE)
FATES = {Fate.EDITED: 2, Fate.JOINS: 1, Fate.LEAVES: 1}


@dataclass(frozen=True)
class Member:
    """One member and what its pages are called.

    Arguments:
        standing: the record; its name is the English page's.
        names: language -> printed name; a language without a page is absent.
    """

    standing: Standing
    names: dict[str, str]

    def path(self, language: str) -> str:
        """The address of its page in a language."""
        return f"{LISTS[language]}{self.standing.source_key}/"


def placements(seed: int, night: int = 1) -> tuple[Member, ...]:
    """The members on the given night, in alphabetical order of their names."""
    listed = [org for org in facts.organisations() if is_on_clusters_of_sweden(org)]
    taken = {"page"}
    standing = [_standing(org, seed, taken) for org in listed]
    free = [org.id for org in listed if stands_alone(org, seed)]
    on_list = on_night(standing, fates(NETWORK, seed, free, FATES), night)
    return tuple(Member(record, _names(record, seed)) for record in sorted(on_list, key=lambda record: record.name.casefold()))


def _standing(org: Organisation, seed: int, taken: set[str]) -> Standing:
    draw = Draw(seed, NETWORK, org.id, "plan")
    name = some_name(org, draw, 0 if org.id in UNMOVED else OTHER_NAME)
    return Standing(org, name, free_slug(name, taken), draw.one(MARKUPS), FIRST_NIGHT - age(NETWORK, org, seed))


def _names(record: Standing, seed: int) -> dict[str, str]:
    org, draw = record.organisation, Draw(seed, NETWORK, record.organisation.id, "names")
    share = draw.share()
    if share < 0.08 and org.id not in UNMOVED:
        return {"en": record.name}
    swedish = org.native_name or record.name
    if org.native_name is None and org.country == "SE" and draw.chance(0.25):
        swedish = draw.one(own_names(org))
    if share < 0.13 and org.id not in UNMOVED:
        return {"sv": swedish}
    return {"en": record.name, "sv": swedish}
