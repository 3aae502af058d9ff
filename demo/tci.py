"""The replica of TCI Network: member pages, the directory with its pager, news, sitemap, robots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from demo import tci_plan, tci_profile
from demo.facts import country_name
from demo.invented import Draw, Invented, person
from demo.nights import FIRST_NIGHT, Standing
from demo.pages import XML, Page, Site
from demo.printing import MONTHS, slug
from demo.rendering import Rendered, render
from demo.truth import TruthPage

NETWORK = "tci"
HOME = "http://www.tci-network.org"
MEMBERS_A_PAGE = 30
TOPICS = ("Annual meeting", "Study tour", "Webinar", "Call for hosts", "Peer review", "Summer school")


@dataclass(frozen=True)
class News:
    """One news page; the sites' later generation has them at ``/news/<slug>``."""

    path: str
    title: str


@dataclass(frozen=True)
class Entry:
    """One line of the directory."""

    path: str
    name: str
    country: str


def build(*, seed: int, night: int, crawl_delay: int) -> Site:
    """Build the replica; see ``demo.site.build``."""
    members = tci_plan.placements(seed, night)
    out, newest = Rendered(), max(member.modified for member in members)
    titles = [f"{topic} in the replica" for topic in TOPICS]
    news = [News(f"/news/{slug(title).replace('-', '_')}", title) for title in titles]
    truth = tuple(_profile(member, seed, news[:3], out) for member in members)
    _directory(members, newest, news[:3], out)
    _plain_pages(news, seed, newest, out)
    entries = [(HOME + place, f"{changed:%Y-%m-%d}") for place, changed in out.in_sitemap]
    out.pages["/sitemap.xml"] = Page(render("urls.xml", entries=entries).encode(), XML, newest)
    out.add_robots(crawl_delay, ("/private/",))
    missing = _page("plain.html", title="Page not found", body=("There is nothing here.",), author=None, news=news[:3])
    return out.site(NETWORK, missing, newest, truth)


def _page(template: str, **context: object) -> str:
    return render(f"tci/{template}", **{"canonical": None, **context})


def _profile(member: Standing, seed: int, news: Sequence[News], out: Rendered) -> TruthPage:
    page, path = tci_profile.fill(member, Invented(member.organisation, seed)), tci_plan.path(member)
    canonical = path if Draw(seed, NETWORK, member.organisation.id, "canonical").chance(0.5) else None
    html = partial(_page, "profile.html", title=member.name, canonical=canonical, markup=member.markup, member=page, news=news)
    out.add(path, html, member.modified)
    return TruthPage(NETWORK, path, member.source_key, "", member.markup, member.organisation.id, page.sheet.facts,
                     page.sheet.printed, frozenset(page.sheet.generated))  # fmt: skip


def _directory(members: Sequence[Standing], newest: datetime, news: Sequence[News], out: Rendered) -> None:
    entries = [Entry(tci_plan.path(m), m.name, country_name(m.organisation.country)) for m in members]
    last = -(-len(entries) // MEMBERS_A_PAGE)
    for number in range(1, last + 1):
        shown = entries[(number - 1) * MEMBERS_A_PAGE : number * MEMBERS_A_PAGE]
        html = _page("members.html", title="Members", entries=shown, total=len(entries), page=number, last=last, link=_list,
                     countries=len({entry.country for entry in entries}), news=news)  # fmt: skip
        out.add(_list(number), html, newest, in_sitemap=number == 1)


def _list(number: int) -> str:
    return "/members" if number == 1 else f"/members?page={number}"


def _plain_pages(news: Sequence[News], seed: int, newest: datetime, out: Rendered) -> None:
    for path, title, body in (
        ("/", "Home", "Welcome to the replica."),
        ("/about_us", "About us", "The facts come from public pages; see NOTICE."),
        ("/contact", "Contact", "Nobody answers at the replica."),
    ):
        out.add(path, _page("plain.html", title=title, body=(body,), author=None, news=news[:3]), newest)
    for number, item in enumerate(news):
        draw = Draw(seed, NETWORK, "news", number)
        modified = FIRST_NIGHT - timedelta(days=draw.between(1, 900))
        day = f"{MONTHS[modified.month - 1]} {modified.day}, {modified.year}"
        html = _page("plain.html", title=item.title, body=("Nothing of this took place.",), author=person(draw), date=day,
                     news=news[:3])  # fmt: skip
        out.add(item.path, html, modified)
