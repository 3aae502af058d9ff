"""Probing: each step is told, one list and one profile are asked for, and nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from connectors.contract import Connector, PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from connectors.labels import Words, read_page
from connectors.markup import read_html
from connectors.network import Network, NetworkFacts, PersonalBlock, Phrasebook
from sync.cli.probe import exit_of
from sync.exits import Exit
from sync.fetch import BudgetSpent, Fetched, NetworkDown, PageGone, Refusal, Refused, Unreachable, Validators
from sync.probe import Answer, Probe, probe

BASE = "https://toy.example"
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
NETWORK = Network(
    facts=NetworkFacts(
        name="toy",
        title="Toy",
        home=BASE,
        hosts=("toy.example",),
        licence="none",
        selectors={"entry": (".card", "li"), "next_page": ("a[rel=next]",), "content": ("main",), "name": ("h1",)},
        personal=(PersonalBlock(after="^Contact persons$", before="^City.*$", because="it names persons"),),
    ),
    phrasebook=Phrasebook(labels={"City": "city", "Founded": "founded"}, ignore=("Board",), sections=("Facts",)),
)
LIST = '<ul><li><a href="/a">A</a></li><li><a href="/b">B</a></li></ul><a rel="next" href="/list?page=2">Next</a>'
PROFILE = """
    <main><h1>Alfa</h1><h2>Facts</h2><h3>Contact persons</h3><p>Zoe Quist</p>
    <dl><dt>City</dt><dd>Lund</dd><dt>Board</dt><dd>Zoe Quist</dd><dt>Mascot</dt><dd>A fox, fox@a.example</dd>
    <dt>Founded</dt><dd>in spring</dd></dl></main>
"""


@dataclass
class Website:
    """The network: address -> body or trouble."""

    pages: dict[str, str | Exception]
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str, validators: Validators | None) -> Fetched:
        assert validators is None
        self.asked.append(url.removeprefix(BASE))
        answer = self.pages.get(url.removeprefix(BASE), PageGone(f"{url} answered 404: there is no such page"))
        if isinstance(answer, Exception):
            raise answer
        return Fetched(url, url, 200, answer.encode(), "utf-8", "text/html", None, None)


@dataclass
class Links:
    """A connector that follows links and reads labels."""

    starts: tuple[PageRequest, ...]
    network: str = "toy"

    def start(self) -> Iterable[PageRequest]:
        return self.starts

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        links = [str(link["href"]) for link in read_html(page).select("a")]
        if not links:
            raise PageChanged(f"wanted links at {page.request.url}, found none")
        for link in links:
            kind = PageKind.LISTING if "page=" in link else PageKind.SITEMAP if "map" in link else PageKind.PROFILE
            yield PageRequest(BASE + link, kind, discovers="news" not in link)

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        soup = read_html(page)
        if soup.h1 is None:
            raise PageChanged(f"wanted a name at {page.request.url}, found none")
        if soup.h1.get_text() == "News":
            return
        fields = {"City": "city", "Founded": "founded"}
        pairs = [pair for pair in read_page(soup, Words.of(fields)).pairs if pair.label in fields]
        printed = {"name": (soup.h1.get_text(),)} | {fields[pair.label]: pair.values for pair in pairs}
        for key in soup.h1.get_text().split(" + "):
            yield ParsedProfile(key.lower(), page.final_url, printed, page.digest, unread_labels=("Mascot",), how={"city": "dl"})


def listing(path: str = "/list", *alternatives: str) -> PageRequest:
    return PageRequest(BASE + path, PageKind.LISTING, alternatives=tuple(BASE + each for each in alternatives))


def look(website: Website, *starts: PageRequest) -> Probe:
    connector: Connector = Links(starts or (listing(),))
    return probe(NETWORK, connector, website, lambda: NOW)


def answers(seen: Probe) -> list[tuple[str, Answer]]:
    return [(step.url.removeprefix(BASE), step.answer) for step in seen.steps]


def test_a_list_and_its_first_profile_are_asked_for_and_no_more() -> None:
    website = Website({"/list": LIST, "/a": PROFILE, "/b": PROFILE, "/list?page=2": LIST})
    seen = look(website)
    assert website.asked == ["/list", "/a"]
    assert answers(seen) == [("/list", Answer.READ), ("/a", Answer.READ)]
    assert (seen.steps[0].leads, seen.steps[0].next_page) == ({"profile": 2, "listing": 1}, f"{BASE}/list?page=2")
    assert exit_of(seen) is Exit.OK


def test_each_selector_says_how_much_it_finds() -> None:
    seen = look(Website({"/list": LIST, "/a": PROFILE}))
    found = {(one.name, one.css): one.elements for one in seen.steps[0].selected}
    assert found == {("entry", ".card"): 0, ("entry", "li"): 2, ("next_page", "a[rel=next]"): 1, ("content", "main"): 0}
    assert {(one.name, one.elements) for one in seen.steps[1].selected} == {("content", 1), ("name", 1)}


def test_each_label_says_how_it_was_read_and_as_what_and_no_person_is_shown() -> None:
    seen = look(Website({"/list": LIST, "/a": PROFILE}))
    told = {label.label: (label.how, label.meaning, label.values) for label in seen.labels}
    assert told["City"] == ("dl", "city", ("Lund",))
    assert told["Board"][1:] == ("set aside", ())
    assert told["Mascot"][1] == "unread"
    assert "Zoe" not in repr(seen)
    assert "fox@" not in repr(seen)


def test_the_profile_is_shown_in_the_networks_words_and_in_ours() -> None:
    (one,) = look(Website({"/list": LIST, "/a": PROFILE})).profiles
    assert one.parsed.printed["city"] == ("Lund",)
    assert one.normalised.profile is not None
    assert (one.normalised.profile.city, one.normalised.profile.founded_on) == ("Lund", None)
    assert {finding.field for finding in one.normalised.findings} == {"founded_on"}


def test_addresses_that_are_gone_give_way_to_the_next_and_are_told() -> None:
    seen = look(Website({"/members": LIST, "/a": PROFILE}), listing("/list", "/all", "/members"))
    assert answers(seen) == [
        ("/list", Answer.GONE), ("/all", Answer.GONE), ("/members", Answer.READ), ("/a", Answer.READ)
    ]  # fmt: skip
    assert "404" in seen.steps[0].because
    assert exit_of(seen) is Exit.OK


def test_of_a_sitemap_of_sitemaps_the_first_part_is_looked_at() -> None:
    parts = '<a href="/map-1">1</a><a href="/map-2">2</a>'
    website = Website({"/map": parts, "/map-1": '<a href="/news/x">x</a><a href="/map-3">3</a>', "/news/x": PROFILE})
    seen = look(website, PageRequest(f"{BASE}/map", PageKind.SITEMAP))
    assert website.asked == ["/map", "/map-1", "/news/x"]
    assert seen.steps[1].leads == {"mention": 1, "sitemap": 1}


def test_a_list_knows_its_profiles_better_than_a_sitemap_that_mentions_pages() -> None:
    website = Website({"/map": '<a href="/news/x">x</a>', "/list": LIST, "/a": PROFILE})
    look(website, PageRequest(f"{BASE}/map", PageKind.SITEMAP), listing())
    assert website.asked == ["/map", "/list", "/a"]


def test_news_in_the_list_is_passed_over() -> None:
    seen = look(Website({"/list": LIST, "/a": "<h1>News</h1>", "/b": PROFILE}))
    assert answers(seen)[1:] == [("/a", Answer.OTHER), ("/b", Answer.READ)]
    assert exit_of(seen) is Exit.OK


def test_a_page_that_holds_many_profiles_is_asked_for_once() -> None:
    page = '<h1>A + B</h1><dl><dt>City</dt><dd>Lund</dd></dl><a href="/list">self</a>'
    website = Website({"/list": page})
    seen = look(website)
    assert website.asked == ["/list"]
    assert (seen.holds, len(seen.profiles), [step.kind for step in seen.steps]) == (2, 1, [PageKind.LISTING, PageKind.PROFILE])


def test_a_list_that_changed_says_what_was_wanted_and_what_each_selector_finds() -> None:
    seen = look(Website({"/list": "<p class=card>Under construction</p>"}))
    assert (seen.steps[0].answer, seen.profiles) == (Answer.CHANGED, ())
    assert "wanted links" in seen.steps[0].because
    assert seen.steps[0].selected[0].elements == 1
    assert exit_of(seen) is Exit.HELD


def test_a_profile_that_changed_still_shows_its_labels() -> None:
    seen = look(Website({"/list": LIST, "/a": "<main><dl><dt>City</dt><dd>Lund</dd></dl></main>"}))
    assert [(label.label, label.meaning) for label in seen.labels] == [("City", "city")]
    assert (seen.steps[-1].answer, exit_of(seen)) == (Answer.CHANGED, Exit.HELD)


def test_a_list_that_is_nowhere_is_no_success() -> None:
    assert exit_of(look(Website({}))) is Exit.HELD


@pytest.mark.parametrize(
    ("trouble", "code", "asked"),
    [
        (Refused("robots.txt says no", Refusal.ROBOTS), Exit.NOTHING_RAN, 1),
        (NetworkDown("too many failures", is_temporary=True), Exit.PARTIAL, 1),
        (BudgetSpent("the budget is spent"), Exit.PARTIAL, 1),
        (Unreachable("no answer", is_temporary=True), Exit.PARTIAL, 2),
    ],
)
def test_trouble_is_told_and_ends_what_it_must_end(trouble: Exception, code: Exit, asked: int) -> None:
    website = Website({"/list": trouble, "/other": trouble})
    seen = look(website, listing(), listing("/other"))
    told = trouble.told("toy") if isinstance(trouble, Refused) else str(trouble)
    assert (len(website.asked), exit_of(seen), seen.steps[0].because) == (asked, code, told)
