"""Which organisation stands where on the ECCP replica: era, address, printed name and markup of every profile page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from demo.distribution import stands_alone
from demo.facts import Organisation, regions
from demo.invented import Draw
from demo.naming import free_slug, own_names
from demo.nights import FIRST_NIGHT, Fate, fates, is_there, modified_on
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

NETWORK = "eccp"
FATES = {Fate.EDITED: 15, Fate.JOINS: 5, Fate.LEAVES: 4, Fate.RETURNS: 1}
NAME_FATES = {Fate.RENAMED: 2, Fate.MOVES: 1}
"""Of about 500 records: some 3 % change, 1 % are new, 1 % are gone."""

NODE_OF = {"org-0007": 595}
"""Node numbers that were seen."""


@dataclass(frozen=True)
class Placement:
    """One profile page.

    Arguments:
        canonical: the path in the page's canonical link; None: it has none.
        node: Drupal's number of the page.
        fate: what happens to it after the first night; None: nothing.
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
    fate: Fate | None = None
    edited: bool = False

    @property
    def source_key(self) -> str:
        """The last segment of the canonical address, else ``node/<id>``."""
        return self.canonical.rpartition("/")[2] if self.canonical else f"node/{self.node}"


def placements(organisations: Sequence[Organisation], seed: int, night: int = 1) -> tuple[Placement, ...]:
    """Every profile page of the replica on the given night, in the order of the organisations."""
    taken: set[str] = set()
    pages = [page for organisation in organisations for page in _pages_of(organisation, seed, taken)]
    fated = _fates(pages, seed)
    pages = [replace(page, fate=fated.get(page.organisation.id)) for page in pages]
    return tuple(_on_night(page, night, taken) for page in pages if is_there(page.fate, night))


def _pages_of(org: Organisation, seed: int, taken: set[str]) -> Iterator[Placement]:
    draw = Draw(seed, org.id, "plan")
    way, names = PINNED.get(org.id) or _way_and_names(org, draw)
    older, newer = names[0], names[-1]
    first = free_slug(older, taken)
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
    if way in ("d9", "both eras, one slug", "both eras, two slugs", "node and d9"):
        yield page("d9", newer_address, newer_address, newer)


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


def _fates(pages: Sequence[Placement], seed: int) -> dict[str, Fate]:
    """What happens to whom: to organisations of one page here and none on another network, whose addresses were not seen."""
    standing = Counter(page.organisation.id for page in pages)
    free = [
        page
        for page in pages
        if standing[page.organisation.id] == 1 and page.organisation.id not in PINNED and stands_alone(page.organisation, seed)
    ]
    # A new title or address is made of another of its own names, and a page at its node's number has no such address.
    nameable = [page.organisation.id for page in free if len(own_names(page.organisation)) > 1 and page.path == page.canonical]
    fated = fates(f"{NETWORK} names", seed, nameable, NAME_FATES)
    return fated | fates(NETWORK, seed, [page.organisation.id for page in free if page.organisation.id not in fated], FATES)


def _on_night(page: Placement, night: int, taken: set[str]) -> Placement:
    if night == 1 or page.fate is None:
        return page
    page = replace(page, edited=page.fate is Fate.EDITED, modified=modified_on(page.fate, night, page.modified))
    other = next((name for name in own_names(page.organisation) if slug(name) != slug(page.name)), page.name)
    if page.fate is Fate.RENAMED:  # the address stays: Drupal keeps the one it made first
        return replace(page, name=other)
    if page.fate is Fate.MOVES:
        address = f"{page.path.rpartition('/')[0]}/{free_slug(other, taken)}"
        return replace(page, path=address, canonical=address)
    return page
