"""The replica of the European Clusters Alliance: one page that lists its members, and news that are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from demo import facts
from demo.distribution import is_on_eca, stands_alone
from demo.facts import Organisation, country_name
from demo.invented import Draw, Invented, person
from demo.naming import free_slug, some_name, website
from demo.nights import FIRST_NIGHT, SECOND_NIGHT, Fate, Standing, fates, on_night
from demo.pages import Site
from demo.printing import MONTHS, slug
from demo.rendering import Rendered, render
from demo.sheet import Sheet
from demo.truth import TruthPage

NETWORK = "eca"
MEMBERS = "/about-us/members"
OTHER_NAME = 0.4
FATES = {Fate.EDITED: 1, Fate.JOINS: 1, Fate.LEAVES: 1}
CATEGORIES = ("policy", "events")
TOPICS = ("Position on clusters", "Meeting of the alliance", "New ambassador", "Workshop")


@dataclass(frozen=True)
class Card:
    """One member as the list prints it. ``link``: where the address stands: on the name, under a word, or spelt out."""

    name: str
    country: str
    website: str | None
    link: str


@dataclass(frozen=True)
class News:
    """One news page at ``/news/<category>/<slug>``."""

    path: str
    title: str
    about: Card


def members(seed: int, night: int = 1) -> tuple[Standing, ...]:
    """The members on the given night, in alphabetical order."""
    listed = [org for org in facts.organisations() if is_on_eca(org)]
    free = [org.id for org in listed if stands_alone(org, seed) and org.website is not None]
    taken: set[str] = set()
    standing = [_standing(org, seed, taken) for org in listed]
    on_list = on_night(standing, fates(NETWORK, seed, free, FATES), night)
    return tuple(sorted(on_list, key=lambda member: member.name.casefold()))


def build(*, seed: int, night: int, crawl_delay: int) -> Site:
    """Build the replica; see ``demo.site.build``."""
    modified = FIRST_NIGHT if night == 1 else SECOND_NIGHT
    listed, out = members(seed, night), Rendered()
    read = [_card(member, seed) for member in listed]
    cards = [card for card, _ in read]
    out.add(MEMBERS, _page("members.html", title="Our members", cards=cards), modified)
    second = {member.source_key for member in members(seed, 2) if not member.edited}
    untouched = second & {member.source_key for member in members(seed, 1)}  # news are never edited
    news = _news([card for member, card in zip(listed, cards, strict=True) if member.source_key in untouched], seed)
    for number, item in enumerate(news):
        draw = Draw(seed, NETWORK, "news", number)
        written = FIRST_NIGHT - timedelta(days=draw.between(1, 700))
        day = f"{written.day} {MONTHS[written.month - 1]} {written.year}"
        out.add(item.path, _page("news.html", title=item.title, about=item.about, author=person(draw), date=day), written)
    out.add("/news", _page("news_list.html", title="News", news=news), modified)
    out.add("/", _page("plain.html", title="Home", body="Welcome to the replica."), modified)
    out.add("/about-us", _page("plain.html", title="About us", body="The facts come from public pages; see NOTICE."), modified)
    out.add_robots(crawl_delay, ("/wp-admin/",))
    missing = _page("plain.html", title="Page not found", body="There is nothing here.")
    return out.site(NETWORK, missing, modified, tuple(page for _, page in read))


def _page(template: str, **context: object) -> str:
    return render(f"eca/{template}", **context)


def _standing(org: Organisation, seed: int, taken: set[str]) -> Standing:
    name = some_name(org, Draw(seed, NETWORK, org.id, "plan"), OTHER_NAME)
    return Standing(org, name, free_slug(name, taken), "cards", FIRST_NIGHT)


def _card(member: Standing, seed: int) -> tuple[Card, TruthPage]:
    org, sheet = member.organisation, Sheet()
    draw = Invented(org, seed).draw(NETWORK, "card")
    sheet.say((member.name,), {"name": member.name})
    sheet.say((), {"organisation_type": "cluster_association"})  # "the national and regional associations", says the page
    country = flag(org.country) if draw.chance(0.4) else country_name(org.country)
    sheet.say((country,), {"country": org.country})
    card = Card(member.name, country, None, draw.one(("name", "word", "address")))
    # An edited card has the address in another form.
    site = website(org, Invented(org, seed).draw(NETWORK, "website", member.edited))
    if site:
        printed, said = site
        if card.link != "address" and not printed.lower().startswith("http"):
            printed, said = f"https://{printed}", said | {"website": f"https://{printed}"}  # a link needs a scheme
        sheet.say((printed,), said)
        card = replace(card, website=printed)
    return card, TruthPage(
        NETWORK, MEMBERS, member.source_key, "", member.markup, org.id, sheet.facts, sheet.printed, frozenset()
    )


def flag(country: str) -> str:
    """The country's flag: its code in regional indicator symbols (Unicode Technical Standard 51)."""
    return "".join(chr(ord("\N{REGIONAL INDICATOR SYMBOL LETTER A}") + ord(letter) - ord("A")) for letter in country)


def _news(cards: Sequence[Card], seed: int) -> list[News]:
    draw = Draw(seed, NETWORK, "news")
    return [
        News(f"/news/{category}/{slug(title)}", title, draw.one(cards))
        for category in CATEGORIES
        for title in (f"{topic} in the replica, {category}" for topic in TOPICS)
    ]
