"""Which organisation stands where on the ECCP replica: era, address, printed name and markup of every profile page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from demo.facts import Organisation, regions
from demo.invented import Draw
from demo.naming import free_slug, own_names
from demo.nights import FIRST_NIGHT
from demo.printing import slug

MARKUPS = {"d7": ("fields", "table", "dl", "flat"), "d9": ("fields", "tiles", "lines")}

WAYS = (
    (0.40, "d7"),
    (0.16, "both eras, one slug"),
    (0.06, "node with canonical"),
    (0.06, "node"),
    (0.06, "node and d9"),
    (0.05, "both eras, two slugs"),
    (1.00, "d9"),
)
"""Shares of the organisations whose region the older era can print; the last takes what is left."""

PINNED = {
    "org-0007": ("node and d9", ("The Paper Province ekonomisk förening", "Paper Province")),
    "org-0171": ("d9", ("Tèxtils.CAT",)),
    "org-0291": ("both eras, one slug", ("Green Synergy Cluster", "Green Synergy Cluster")),
    "org-0597": ("d7", ("ICT Cluster Plovdiv",)),
    "org-0603": ("both eras, one slug", ("CyberForum e.V.", "CyberForum")),
}
"""Organisations whose real addresses were seen: the way they stand on the site, and the name printed on each page."""

NODE_OF = {"org-0007": 595}
"""Node numbers that were seen."""


@dataclass(frozen=True)
class Placement:
    """One profile page.

    Arguments:
        canonical: the path in the page's canonical link; None: it has none.
        node: Drupal's number of the page.
        edited: the page was edited between the first night and the second.
    """

    organisation: Organisation
    era: str
    markup: str
    path: str
    canonical: str | None
    node: int
    name: str
    modified: datetime
    edited: bool = False

    @property
    def source_key(self) -> str:
        """The last segment of the canonical address, else ``node/<id>``."""
        return self.canonical.rpartition("/")[2] if self.canonical else f"node/{self.node}"


def placements(organisations: Sequence[Organisation], seed: int, night: int = 1) -> tuple[Placement, ...]:
    """Every profile page of the replica on the given night, in the order of the organisations.

    On the second night some pages were edited, three organisations left, and some older pages were joined by a newer one.
    """
    taken: set[str] = set()
    pages = [page for organisation in organisations for page in _pages_of(organisation, seed, night, taken)]
    if night == 1:
        return tuple(pages)
    leavers = _leavers(organisations, seed)
    return tuple(_a_night_later(page, seed) for page in pages if page.organisation.id not in leavers)


def _pages_of(org: Organisation, seed: int, night: int, taken: set[str]) -> Iterator[Placement]:
    draw = Draw(seed, org.id, "plan")
    way, names = PINNED.get(org.id) or _way_and_names(org, draw)
    older, newer = names[0], names[-1]
    first = free_slug(older, taken)
    joined = way == "d7" and night > 1 and org.id not in PINNED and Draw(seed, org.id, "joined").chance(0.04)
    node = NODE_OF.get(org.id, 1_000 + 7 * int(org.id.removeprefix("org-")))

    def page(era: str, path: str, canonical: str | None, name: str) -> Placement:
        markup = Draw(seed, org.id, era, "markup").one(MARKUPS[era])
        age = timedelta(minutes=Draw(seed, org.id, era, "age").between(0, 1_200 * 24 * 60))
        return Placement(org, era, markup, path, canonical, node, name, FIRST_NIGHT - age)

    older_address, newer_address = f"/cluster-organisations/{first}", f"/content/{first}"
    if way in ("d7", "both eras, one slug", "both eras, two slugs"):
        yield page("d7", older_address, older_address, older)
    if way == "node with canonical":
        yield page("d7", f"/node/{node}", older_address, older)
    if way in ("node", "node and d9"):
        yield page("d7", f"/node/{node}", None, older)
    if way in ("node and d9", "both eras, two slugs"):
        second = first if way == "node and d9" and slug(newer) == first else free_slug(newer, taken)
        newer_address = f"/content/{second}"
    if way in ("d9", "both eras, one slug", "both eras, two slugs", "node and d9") or joined:
        new = page("d9", newer_address, newer_address, newer)
        yield replace(new, modified=FIRST_NIGHT + timedelta(days=1)) if joined else new


def _way_and_names(org: Organisation, draw: Draw) -> tuple[str, tuple[str, str]]:
    way, own = _way(org, draw), own_names(org)
    if way == "both eras, two slugs":
        return (way, (draw.one(own[1:]), org.name)) if len(own) > 1 else ("d9", (org.name, org.name))
    # Mostly the usual name, now and then another of its own; the older pages more often.
    older, newer = (draw.one(own[1:]) if len(own) > 1 and draw.chance(share) else org.name for share in (0.45, 0.15))
    return way, (older, newer)


def _way(org: Organisation, draw: Draw) -> str:
    """The older era prints no country, only a region: an organisation without one stands in the newer era."""
    region = regions().get(org.nuts2 or "")
    if region is None:
        return "d9"
    if region.name_shared_with_another_country:
        return "d7"  # the one case where a region's name does not tell the country
    drawn, reached = draw.share(), 0.0
    for share, way in WAYS:
        reached += share
        if drawn < reached:
            return way
    raise AssertionError("the last share takes what is left")


def _leavers(organisations: Sequence[Organisation], seed: int) -> frozenset[str]:
    free = [organisation.id for organisation in organisations if organisation.id not in PINNED]
    return frozenset(Draw(seed, "leavers").some(free, 3))


def _a_night_later(page: Placement, seed: int) -> Placement:
    was_edited = Draw(seed, page.organisation.id, page.era, "edited").chance(0.03)
    if not was_edited or page.modified > FIRST_NIGHT or page.organisation.id in PINNED:
        return page
    return replace(page, edited=True, modified=FIRST_NIGHT + timedelta(days=1))
