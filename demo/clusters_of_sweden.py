"""The replica of Clusters of Sweden: member pages in English and Swedish, lists, posts, WordPress sitemaps, robots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from demo import clusters_of_sweden_plan as plan
from demo import clusters_of_sweden_profile as profiles
from demo.clusters_of_sweden_plan import LANGUAGES, LISTS, NETWORK, Member
from demo.invented import Draw, Invented, person
from demo.nights import FIRST_NIGHT
from demo.pages import XML, Page, Site
from demo.printing import MONTHS, slug
from demo.rendering import Rendered, render
from demo.truth import TruthPage

HOME = "https://clustersofsweden.com"
MEMBERS_A_PAGE = 30
TITLES = {"en": "Members", "sv": "Medlemmar"}
POSTS = ("Cluster days", "Annual report", "Call for members", "Study visit")


@dataclass(frozen=True)
class Entry:
    """One line of a member list."""

    path: str
    name: str
    city: str | None


def build(*, seed: int, night: int, crawl_delay: int) -> Site:
    """Build the replica; see ``demo.site.build``."""
    members = plan.placements(seed, night)
    out, newest = Rendered(), max(member.standing.modified for member in members)
    truth = tuple(_profile(member, language, seed, out) for member in members for language in LANGUAGES
                  if language in member.names)  # fmt: skip
    for language in LANGUAGES:
        _list(members, language, newest, out)
    out.add("/", _page("plain.html", "en", title="Home", body="Welcome to the replica.", paths={"en": "/", "sv": "/sv/"}), newest)
    out.add(
        "/sv/", _page("plain.html", "sv", title="Hem", body="Välkommen till kopian.", paths={"en": "/", "sv": "/sv/"}), newest
    )
    out.add("/about/", _page("plain.html", "en", title="About", body="The facts come from public pages; see NOTICE."), newest)
    _sitemaps(_posts(seed, out), newest, out)
    out.add_robots(crawl_delay, ("/wp-admin/",))
    missing = _page("plain.html", "en", title="Page not found", body="There is nothing here.")
    return out.site(NETWORK, missing, newest, truth)


def _page(template: str, language: str, **context: object) -> str:
    return render(f"clusters_of_sweden/{template}", **{"language": language, "home": HOME, "paths": {}, "graph": None, **context})


def _profile(member: Member, language: str, seed: int, out: Rendered) -> TruthPage:
    record = member.standing
    invented = Invented(record.organisation, seed)
    page, path = profiles.fill(member, language, invented), member.path(language)
    graph = _graph(path, member.names[language]) if invented.draw(NETWORK, "graph").chance(0.5) else None
    html = partial(_page, "profile.html", language, title=member.names[language], page=page, markup=record.markup, graph=graph,
                 paths={other: member.path(other) for other in member.names})  # fmt: skip
    out.add(path, html, record.modified)
    return TruthPage(NETWORK, path, record.source_key, language, record.markup, record.organisation.id, page.sheet.facts,
                     page.sheet.printed, frozenset(page.sheet.generated))  # fmt: skip


def _graph(path: str, name: str) -> dict[str, object]:
    """What a usual WordPress plugin adds: the organisation in it is the site's owner, not the one that the page is about."""
    return {"@context": "https://schema.org", "@graph": [
        {"@type": "WebPage", "@id": HOME + path, "url": HOME + path, "name": f"{name} - Clusters of Sweden"},
        {"@type": "Organization", "@id": f"{HOME}/#organization", "name": "Clusters of Sweden", "url": f"{HOME}/"},
    ]}  # fmt: skip


def _list(members: Sequence[Member], language: str, newest: datetime, out: Rendered) -> None:
    listed = [member for member in members if language in member.names]
    entries = [Entry(m.path(language), m.names[language], m.standing.organisation.city) for m in listed]
    last = -(-len(entries) // MEMBERS_A_PAGE)
    for number in range(1, last + 1):
        shown = entries[(number - 1) * MEMBERS_A_PAGE : number * MEMBERS_A_PAGE]
        further = _list_path(language, number + 1) if number < last else None
        html = _page("members.html", language, title=TITLES[language], entries=shown, further=further, page=number, last=last,
                     paths=LISTS if number == 1 else {})  # fmt: skip
        out.add(_list_path(language, number), html, newest, in_sitemap=number == 1)


def _list_path(language: str, number: int) -> str:
    return LISTS[language] if number == 1 else f"{LISTS[language]}page/{number}/"


def _posts(seed: int, out: Rendered) -> dict[str, datetime]:
    """Posts under the year and month, each with its author; address -> when it was written."""
    written: dict[str, datetime] = {}
    for number, topic in enumerate(POSTS):
        draw = Draw(seed, NETWORK, "posts", number)
        day = FIRST_NIGHT - timedelta(days=draw.between(1, 600))
        path = f"/{day:%Y/%m}/{slug(topic)}-in-the-replica/"
        author, date = person(draw), f"{MONTHS[day.month - 1][:3]} {day.day}, {day.year}"
        html = _page("post.html", "en", title=f"{topic} in the replica", author=author, author_path=_author(author), date=date)
        out.add(path, html, day, in_sitemap=False)
        out.add(_author(author), _page("plain.html", "en", title=author, body="Author of the replica."), day, in_sitemap=False)
        written[path] = day
    return written


def _author(name: str) -> str:
    return f"/author/{slug(name)}/"


def _sitemaps(posts: dict[str, datetime], newest: datetime, out: Rendered) -> None:
    """WordPress's own: an index, and a file a kind of page. The one of the users names persons in its addresses."""
    authors = [(path, page.modified) for path, page in out.pages.items() if path.startswith("/author/")]
    files = {"posts-post": list(posts.items()), "posts-page": out.in_sitemap, "users": authors}
    index = []
    for name, entries in files.items():
        path = f"/wp-sitemap-{name}-1.xml"
        rows = [(HOME + place, f"{changed:%Y-%m-%dT%H:%M:%S+00:00}") for place, changed in entries]
        out.pages[path] = Page(render("urls.xml", entries=rows).encode(), XML, newest)
        index.append(HOME + path)
    out.pages["/wp-sitemap.xml"] = Page(render("clusters_of_sweden/wp-sitemap.xml", files=index).encode(), XML, newest)
