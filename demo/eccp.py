"""The replica of the European Cluster Collaboration Platform: both eras of its profiles, listings, news, sitemap, robots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from demo import eccp_d7, eccp_d9, facts
from demo.eccp_plan import PINNED, Placement, placements
from demo.invented import Draw, Invented, person
from demo.layouts import Layout, laid_out, relabel
from demo.nights import FIRST_NIGHT
from demo.pages import XML, Page, Site
from demo.printing import MONTHS, slug
from demo.rendering import Rendered, render
from demo.sheet import Dirt
from demo.truth import TruthPage

NETWORK = "eccp"
CARDS_A_PAGE, ROWS_A_PAGE = 12, 20
NEWS_TOPICS = ("Matchmaking", "Study visit", "Annual meeting", "Call for speakers", "Training week", "Open day")
NEWS_IN_THE_LISTING = (5, 40)
"""Positions of the two news nodes that the search also finds."""


@dataclass(frozen=True)
class Entry:
    """One line of a listing."""

    path: str
    name: str
    sort: str = "Cluster organisation"


def build(
    *, seed: int, night: int, crawl_delay: int, layout: Layout = Layout.USUAL, most: int | None = None
) -> Site:  # fmt: skip
    """Build the replica; see ``demo.site.build``."""
    shown = _first(facts.clusters(), most)
    placed = [placement for placement in placements(facts.clusters(), seed, night) if placement.organisation.id in shown]
    out = Rendered()
    newest = max(placement.modified for placement in placed)
    truth = tuple(_profile(laid_out(placement, layout), seed, out, layout) for placement in placed)
    news = _news(placed, seed, out)
    _newer_listing(placed, news, newest, out)
    _older_listing(placed, newest, out)
    _plain_pages(newest, out)
    _sitemaps(newest, out)
    out.add_robots(crawl_delay, ("/admin/", "/user/"))
    return out.site(NETWORK, _plain("Page not found", ("The requested page could not be found.",)), newest, truth)


def _first(organisations: Sequence[facts.Organisation], most: int | None) -> frozenset[str]:
    """The ids of so many of them, those whose addresses are known first."""
    return frozenset(one.id for one in sorted(organisations, key=lambda one: one.id not in PINNED)[:most])


def _render(template: str, **context: object) -> str:
    context = {"canonical": None, "node": None, "breadcrumb": (("Home", "/"),), "dirt": CLEAN, **context}
    return render(f"eccp/{template}", **context)


CLEAN = Dirt(debug=False, nbsp=False, links=False, wrappers=0, spaced_colon=False)


def _profile(placement: Placement, seed: int, out: Rendered, layout: Layout) -> TruthPage:
    invented = Invented(placement.organisation, seed)
    draw = invented.draw(placement.era, "dirt")
    dirt = Dirt(draw.chance(0.25), draw.chance(0.25), draw.chance(0.35), draw.one((0, 0, 1, 2, 4)), draw.chance(0.2))
    if placement.era == "d7":
        sheet, texts = eccp_d7.fill(placement, invented)
        extra: dict[str, object] = {"breadcrumb": (("Home", "/"), ("Cluster Organisations", "/cluster-organisations"))}
        canonical = placement.canonical  # Drupal 7 prints a relative one
    else:
        sheet, texts, head = eccp_d9.fill(placement, invented)
        extra, canonical = {"head": head}, f"https://www.clustercollaboration.eu{placement.canonical}"
    relabel(sheet, layout)
    html = partial(_render, f"{placement.era}_profile.html", title=placement.name, path=placement.path, canonical=canonical,
                   node=placement.node, markup=placement.markup, dirt=dirt, sheet=sheet, texts=texts,
                   printed=partial(_printed, dirt), colon=partial(_colon, dirt), **extra)  # fmt: skip
    out.add(placement.path, html, placement.modified)
    if placement.canonical and placement.canonical != placement.path:
        out.pages[placement.canonical] = out.pages[placement.path]
    return TruthPage(NETWORK, placement.path, placement.source_key, placement.era, placement.markup, placement.organisation.id,
                     sheet.facts, sheet.printed, frozenset(sheet.generated))  # fmt: skip


def _printed(dirt: Dirt, text: str) -> str:
    return text.replace(" ", "\N{NO-BREAK SPACE}", 1) if dirt.nbsp else text


def _colon(dirt: Dirt, label: str) -> str:
    """``Label:``; with a space before the colon where the label ends in one, as two labels of the real site do."""
    return f"{_printed(dirt, label.rstrip())}{' ' if dirt.spaced_colon or label.endswith(' ') else ''}:"


def _news(placed: Sequence[Placement], seed: int, out: Rendered) -> list[Entry]:
    newer = [placement for placement in placed if placement.era == "d9" and placement.fate is None]  # news are never edited
    entries = []
    for number, topic in enumerate(NEWS_TOPICS * 2):
        draw = Draw(seed, "news", number)
        title = f"{topic} in the replica, number {number + 1}"
        about = [Entry(page.path, page.name) for page in draw.some(newer, draw.between(1, 3))]
        entry = Entry(f"/content/{slug(title)}", title, "News")
        modified = FIRST_NIGHT - timedelta(days=draw.between(1, 900))
        day = f"{modified.day:02} {MONTHS[modified.month - 1]} {modified.year}"
        body = ("Nothing of this took place.", "The text only stands here so that a reader can tell news from profiles.")
        html = _render("news.html", title=title, node=9_000 + number, author=person(draw), date=day, about=about, body=body)
        out.add(entry.path, html, modified)
        entries.append(entry)
    return entries


def _newer_listing(placed: Iterable[Placement], news: Sequence[Entry], modified: datetime, out: Rendered) -> None:
    entries = sorted((Entry(p.path, p.name) for p in placed if p.era == "d9"), key=lambda entry: entry.path)
    for position, entry in zip(NEWS_IN_THE_LISTING, news, strict=False):
        entries.insert(position, entry)
    full_pages = -(-len(entries) // CARDS_A_PAGE)

    for number in range(full_pages + 1):  # the last one is empty, and the one before links to it
        cards = entries[number * CARDS_A_PAGE : (number + 1) * CARDS_A_PAGE]
        before, after = _results(number - 1) if number else None, _results(number + 1) if cards else None
        html = _render("d9_listing.html", title="Search results", entries=cards, page=number, previous=before, next=after)
        out.add(_results(number), html, modified, in_sitemap=False)


def _older_listing(placed: Iterable[Placement], modified: datetime, out: Rendered) -> None:
    """Two pagers on one page, ``page=<networks>,<organisations>``."""
    networks = [Entry(f"/cluster-networks/replica-network-{n}", f"Replica Network {n}") for n in (1, 2)]
    for network in networks:
        out.add(network.path, _plain(network.name, ("A network of clusters that does not exist.",)), modified)
    entries = sorted((Entry(p.path, p.name) for p in placed if p.era == "d7"), key=lambda entry: entry.name.casefold())
    last = (len(entries) - 1) // ROWS_A_PAGE
    for first, network in enumerate(networks):
        for number in range(last + 1):
            rows = entries[number * ROWS_A_PAGE : (number + 1) * ROWS_A_PAGE]
            html = _render("d7_listing.html", title="Cluster Organisations", network=network, entries=rows, link=_directory,
                           first=first, first_last=len(networks) - 1, second=number, second_last=last)  # fmt: skip
            out.add(_directory(first, number), html, modified, in_sitemap=False)


def _results(number: int) -> str:
    return f"/search-results?f%5B0%5D=profile_type%3Acluster_profile&page={number}"


def _directory(first: int, second: int) -> str:
    return f"/cluster-organisations?page={first}%2C{second}"


def _plain(title: str, body: Sequence[str]) -> str:
    return _render("plain.html", title=title, body=body)


def _plain_pages(modified: datetime, out: Rendered) -> None:
    out.add("/", _plain("Home", ("Welcome to the replica.",)), modified)
    out.add("/legal-notice", _plain("Legal notice", ("The facts come from public pages; see NOTICE.",)), modified)
    out.add("/cookies", _plain("Cookies", ("The replica sets none.",)), modified)


def _sitemaps(modified: datetime, out: Rendered) -> None:
    """An index and two files, with the host ``default`` and times without seconds, as the real site has them."""
    half = len(out.in_sitemap) // 2
    files = {"/sitemap.xml?page=1": out.in_sitemap[:half], "/sitemap.xml?page=2": out.in_sitemap[half:]}
    for path, entries in files.items():
        rows = [(place, f"{changed:%Y-%m-%dT%H:%MZ}") for place, changed in entries]
        out.pages[path] = Page(_render("sitemap.xml", entries=rows).encode(), XML, modified)
    index = [(path, f"{modified:%Y-%m-%dT%H:%MZ}") for path in files]
    out.pages["/sitemap.xml"] = Page(_render("sitemap_index.xml", entries=index).encode(), XML, modified)
