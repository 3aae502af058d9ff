"""Reading a network: what is asked for, what is parsed, what is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

import pytest
import structlog

from connectors.contract import PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from sync.crawl import Reading
from sync.crawled import Crawl
from sync.fetch import (
    BudgetSpent,
    Fetched,
    NetworkDown,
    NotModified,
    PageGone,
    Refusal,
    Refused,
    RobotsUnreadable,
    Unreachable,
    Validators,
)
from warehouse.rows import PageMemory

NOW = datetime(2026, 4, 5, 3, tzinfo=UTC)
MONDAY = datetime(2026, 4, 1, tzinfo=UTC)
TUESDAY = datetime(2026, 4, 2, tzinfo=UTC)
LOG = structlog.get_logger()
BASE = "https://clusters.example"


@dataclass
class Website:
    """A network as a table: address -> body, or the exception that asking for it raises."""

    pages: dict[str, str | Exception]
    speaks_304: bool = True
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        self.asked.append(url)
        answer = self.pages[url]
        if isinstance(answer, Exception):
            raise answer
        etag = sha256(answer.encode()).hexdigest()
        if self.speaks_304 and validators is not None and validators.etag == etag:
            return NotModified(url=url, final_url=url)
        return Fetched(
            url=url,
            final_url=url,
            status=200,
            body=answer.encode(),
            charset="utf-8",
            content_type="text/html",
            etag=etag,
            last_modified=None,
        )


@dataclass
class Drawer:
    """Captures in memory."""

    bodies: dict[str, bytes] = field(default_factory=dict)

    def keep(self, body: bytes, charset: str | None) -> tuple[str, bool]:
        digest = sha256(body).hexdigest()
        is_new = digest not in self.bodies
        self.bodies[digest] = body
        return digest, is_new

    def has(self, digest: str) -> bool:
        return digest in self.bodies

    def get(self, digest: str) -> bytes:
        return self.bodies[digest]


@dataclass
class Lines:
    """A connector for pages of lines: guides are ``kind url [changed_at]``, profiles ``key name``, or ``??``."""

    network: str = "lines"
    parsed: list[str] = field(default_factory=list)

    def start(self) -> Iterable[PageRequest]:
        yield PageRequest(f"{BASE}/sitemap", PageKind.SITEMAP)
        yield PageRequest(f"{BASE}/list", PageKind.LISTING)

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        for line in page.body.decode().splitlines():
            kind, path, *changed = line.split()
            changed_at = datetime.fromisoformat(changed[0]) if changed else None
            discovers = kind != "hint"
            yield PageRequest(f"{BASE}{path}", PageKind(kind) if discovers else PageKind.PROFILE, changed_at, discovers)

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        self.parsed.append(page.request.url)
        text = page.body.decode()
        if text == "??":
            raise PageChanged("wanted a key and a name, found '??'")
        for line in text.splitlines():
            key, name = line.split(maxsplit=1)
            yield ParsedProfile(key, page.final_url, {"name": (name,)}, page.digest)


def site(**profiles: str | Exception) -> dict[str, str | Exception]:
    """A network whose sitemap says that all changed on Monday and whose listing lists all."""
    return {
        f"{BASE}/sitemap": "".join(f"hint /{path} {MONDAY.isoformat()}\n" for path in profiles),
        f"{BASE}/list": "".join(f"profile /{path}\n" for path in profiles),
        **{f"{BASE}/{path}": body for path, body in profiles.items()},
    }


def read(website: Website, drawer: Drawer, known: dict[str, PageMemory] | None = None, connector: Lines | None = None) -> Crawl:
    return Reading(connector or Lines(), website, drawer, known or {}, lambda: NOW, LOG).run()


def names(crawl: Crawl) -> dict[str, str]:
    return {profile.source_key: profile.printed["name"][0] for profile in crawl.profiles}


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


def test_a_first_reading_parses_every_listed_profile_once(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha", b="b Beta"))
    website.pages[f"{BASE}/list"] = "profile /a\nprofile /b\nprofile /a\n"
    crawl = read(website, drawer)
    assert names(crawl) == {"a": "Alpha", "b": "Beta"}
    assert website.asked == [f"{BASE}/{path}" for path in ("sitemap", "list", "a", "b")]


def test_a_sitemap_entry_that_nothing_discovers_is_not_fetched(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    website.pages[f"{BASE}/sitemap"] = f"hint /news {MONDAY.isoformat()}\n"
    assert names(read(website, drawer)) == {"a": "Alpha"}
    assert f"{BASE}/news" not in website.asked


def test_a_page_that_the_sitemap_calls_unchanged_costs_no_request(drawer: Drawer) -> None:
    website, connector = Website(site(a="a Alpha")), Lines()
    first = read(website, drawer)
    website.asked.clear()
    second = read(website, drawer, first.pages, connector)
    assert website.asked == [f"{BASE}/sitemap", f"{BASE}/list"]
    assert (second.unchanged_keys, second.pages_unchanged, connector.parsed) == ({"a"}, 1, [])
    assert second.captures_new == 0


@pytest.mark.parametrize("speaks_304", [True, False])
def test_a_page_with_the_same_bytes_is_not_parsed_again(drawer: Drawer, speaks_304: bool) -> None:
    website, connector = Website(site(a="a Alpha"), speaks_304), Lines()
    first = read(website, drawer)
    website.pages[f"{BASE}/sitemap"] = f"hint /a {TUESDAY.isoformat()}\n"
    second = read(website, drawer, first.pages, connector)
    assert (second.unchanged_keys, connector.parsed, second.captures_new) == ({"a"}, [], 1)
    assert second.pages[f"{BASE}/a"].changed_at == TUESDAY


def test_a_full_reading_asks_for_every_page_and_parses_it(drawer: Drawer) -> None:
    website, connector = Website(site(a="a Alpha")), Lines()
    first = read(website, drawer)
    website.asked.clear()
    full = Reading(connector, website, drawer, first.pages, lambda: NOW, LOG, is_full=True).run()
    assert website.asked == [f"{BASE}/sitemap", f"{BASE}/list", f"{BASE}/a"]
    assert (names(full), full.unchanged_keys, full.captures_new) == ({"a": "Alpha"}, set(), 0)


def test_a_listing_whose_capture_was_tidied_away_is_asked_for_without_condition(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    first = read(website, drawer)
    drawer.bodies.clear()
    second = read(website, drawer, first.pages)
    assert second.unchanged_keys == {"a"}


def test_a_sibling_whose_capture_was_tidied_away_is_fetched_again(drawer: Drawer) -> None:
    website = Website(site(old="k Old name", new="k New name"))
    first = read(website, drawer)
    drawer.bodies.clear()
    website.pages |= {
        f"{BASE}/sitemap": f"hint /old {MONDAY.isoformat()}\nhint /new {TUESDAY.isoformat()}\n",
        f"{BASE}/new": "k Newer name",
    }
    second = read(website, drawer, first.pages)
    assert [profile.printed["name"][0] for profile in second.profiles] == ["Newer name", "Old name"]


def test_a_changed_page_is_parsed_and_its_bytes_are_kept(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha", b="b Beta"))
    first = read(website, drawer)
    website.pages |= {f"{BASE}/sitemap": f"hint /a {MONDAY.isoformat()}\nhint /b {TUESDAY.isoformat()}\n", f"{BASE}/b": "b Gamma"}
    second = read(website, drawer, first.pages)
    assert (names(second), second.unchanged_keys) == ({"b": "Gamma"}, {"a"})


def test_a_record_of_two_pages_is_read_whole_when_one_of_them_changes(drawer: Drawer) -> None:
    website = Website(site(old="k Old name", new="k New name"))
    first = read(website, drawer)
    website.pages |= {
        f"{BASE}/sitemap": f"hint /old {MONDAY.isoformat()}\nhint /new {TUESDAY.isoformat()}\n",
        f"{BASE}/new": "k Newer name",
    }
    second = read(website, drawer, first.pages)
    assert [profile.printed["name"][0] for profile in second.profiles] == ["Newer name", "Old name"]
    assert second.unchanged_keys == set()


def test_a_record_that_loses_one_of_its_pages_is_read_again_from_the_other(drawer: Drawer) -> None:
    website = Website(site(old="k Old name", new="k New name"))
    first = read(website, drawer)
    website.pages[f"{BASE}/list"] = "profile /old\n"
    second = read(website, drawer, first.pages)
    assert names(second) == {"k": "Old name"}


def test_a_page_that_is_not_the_expected_one_is_counted_and_its_record_is_neither_read_nor_missing(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    first = read(website, drawer)
    website.pages |= {f"{BASE}/sitemap": f"hint /a {TUESDAY.isoformat()}\n", f"{BASE}/a": "??"}
    second = read(website, drawer, first.pages)
    assert (second.pages_changed, second.profiles, second.unread_keys) == (1, [], {"a"})
    assert [(finding.kind, finding.because) for finding in second.findings] == [
        ("page changed", "wanted a key and a name, found '??'")
    ]


def test_an_unreadable_page_is_asked_for_again_whatever_the_sitemap_says(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    first = read(website, drawer)
    website.pages |= {f"{BASE}/sitemap": f"hint /a {TUESDAY.isoformat()}\n", f"{BASE}/a": Unreachable("reset")}
    second = read(website, drawer, first.pages)
    assert second.unread_keys == {"a"}
    website.pages[f"{BASE}/a"] = "a Omega"
    assert names(read(website, drawer, second.pages)) == {"a": "Omega"}


def test_a_profile_that_answers_404_is_a_finding_and_not_remembered(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha", b=PageGone("404")))
    crawl = read(website, drawer)
    assert (names(crawl), [finding.kind for finding in crawl.findings]) == ({"a": "Alpha"}, ["page gone"])
    assert f"{BASE}/b" not in crawl.pages


def test_a_network_without_a_sitemap_is_read_by_its_listing(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha") | {f"{BASE}/sitemap": PageGone("404")})
    crawl = read(website, drawer)
    assert (names(crawl), [finding.kind for finding in crawl.findings]) == ({"a": "Alpha"}, ["no sitemap"])


def test_a_pager_that_repeats_its_first_page_ends(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    website.pages[f"{BASE}/list"] = website.pages[f"{BASE}/list2"] = "profile /a\nlisting /list2\nlisting /list3\n"
    website.pages[f"{BASE}/list3"] = website.pages[f"{BASE}/list"]
    crawl = read(website, drawer)
    assert {finding.kind for finding in crawl.findings} == {"listing repeats"}
    assert all(doubt.startswith("wanted a listing with an end") for doubt in crawl.doubts)
    assert crawl.doubts
    assert names(crawl) == {"a": "Alpha"}


def test_a_listing_that_announces_a_page_which_is_gone_is_doubted(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    website.pages |= {f"{BASE}/list": "profile /a\nlisting /list2\n", f"{BASE}/list2": PageGone("404")}
    crawl = read(website, drawer)
    assert (names(crawl), crawl.doubts) == (
        {"a": "Alpha"},
        ["wanted the page of the listing that an earlier one announces, found 404"],
    )


def test_two_pagers_on_one_page_are_no_pager_without_an_end(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha", b="b Beta"))
    website.pages |= {
        f"{BASE}/list": "profile /a\nlisting /list-1-0\nlisting /list-0-1\n",
        f"{BASE}/list-1-0": "profile /a\n",
        f"{BASE}/list-0-1": "profile /b\n",
    }
    crawl = read(website, drawer)
    assert (names(crawl), crawl.doubts) == ({"a": "Alpha", "b": "Beta"}, [])


def test_a_single_forbidden_profile_is_a_finding_and_its_record_not_missing(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha", b="b Beta"))
    first = read(website, drawer)
    website.pages |= {f"{BASE}/sitemap": f"hint /a {TUESDAY.isoformat()}\n", f"{BASE}/a": Refused("403", Refusal.FORBIDDEN)}
    second = read(website, drawer, first.pages)
    assert (second.unread_keys, second.pages_unread) == ({"a"}, 1)
    assert [finding.kind for finding in second.findings] == ["page forbidden"]


def test_three_forbidden_profiles_on_end_are_the_networks_no(drawer: Drawer) -> None:
    website = Website(site(**{key: Refused("403", Refusal.FORBIDDEN) for key in "abc"}))
    with pytest.raises(Refused):
        read(website, drawer)


def test_a_forbidden_listing_is_the_networks_no(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha") | {f"{BASE}/list": Refused("403", Refusal.FORBIDDEN)})
    with pytest.raises(Refused):
        read(website, drawer)


def test_a_date_of_the_day_of_our_last_look_is_not_trusted(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    website.pages[f"{BASE}/sitemap"] = f"hint /a {NOW.date().isoformat()}T00:00:00+00:00\n"
    first = read(website, drawer)
    website.pages[f"{BASE}/a"] = "a Edited at noon"
    assert names(read(website, drawer, first.pages)) == {"a": "Edited at noon"}


def test_a_sibling_that_cannot_be_had_again_is_a_finding(drawer: Drawer) -> None:
    website = Website(site(old="k Old name", new="k New name"))
    first = read(website, drawer)
    drawer.bodies.clear()
    website.pages |= {
        f"{BASE}/sitemap": f"hint /old {MONDAY.isoformat()}\nhint /new {TUESDAY.isoformat()}\n",
        f"{BASE}/new": "k Newer name",
        f"{BASE}/old": Unreachable("500"),
    }
    second = read(website, drawer, first.pages)
    assert names(second) == {"k": "Newer name"}
    assert [finding.kind for finding in second.findings] == ["page unreachable"]


def test_a_sitemap_that_only_a_listing_names_is_read_too(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    website.pages |= {f"{BASE}/list": "profile /a\nsitemap /more\n", f"{BASE}/more": f"hint /a {MONDAY.isoformat()}\n"}
    assert read(website, drawer).pages[f"{BASE}/a"].changed_at == MONDAY


def test_a_reading_that_is_told_to_stop_ends_after_the_page(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    with pytest.raises(KeyboardInterrupt):
        Reading(Lines(), website, drawer, {}, lambda: NOW, LOG, is_stopping=lambda: len(website.asked) >= 2).run()
    assert website.asked == [f"{BASE}/sitemap", f"{BASE}/list"]


@pytest.mark.parametrize(
    "trouble", [Refused("log in", Refusal.LOGIN), NetworkDown("five in a row"), RobotsUnreadable("503"), BudgetSpent("5000")]
)
def test_trouble_with_the_whole_network_ends_the_reading(drawer: Drawer, trouble: Exception) -> None:
    website = Website(site(a="a Alpha", b=trouble))
    with pytest.raises(type(trouble)):
        read(website, drawer)


@dataclass
class Start(Lines):
    """Like ``Lines``, with other requests to begin with; a line ``self`` of a listing says that its entries are profiles."""

    requests: tuple[PageRequest, ...] = ()

    def start(self) -> Iterable[PageRequest]:
        yield from self.requests

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        for line in page.body.decode().splitlines():
            kind, *path = line.split()
            if kind in ("profile", "listing", "guess"):
                known = PageKind(kind) if kind != "guess" else PageKind.LISTING
                yield PageRequest(f"{BASE}{path[0]}", known, is_guess=kind == "guess")
            elif kind == "self":
                yield PageRequest(page.request.url, PageKind.PROFILE)

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        entries = [line.removeprefix("entry ") for line in page.body.decode().splitlines() if line.startswith("entry ")]
        body = "\n".join(entries).encode() or page.body
        yield from super().parse(RawPage(page.request, body, page.digest, page.fetched_at, page.charset, page.final_url))


def listing(*paths: str) -> PageRequest:
    return PageRequest(f"{BASE}{paths[0]}", PageKind.LISTING, alternatives=tuple(f"{BASE}{path}" for path in paths[1:]))


def test_a_list_that_is_gone_gives_way_to_its_next_address(drawer: Drawer) -> None:
    website = Website(
        {f"{BASE}/one": PageGone("404"), f"{BASE}/two": "profile /a\n", f"{BASE}/three": "profile /b\n", f"{BASE}/a": "a Alpha"}
    )
    crawl = read(website, drawer, connector=Start(requests=(listing("/one", "/two", "/three"),)))
    assert (names(crawl), crawl.findings) == ({"a": "Alpha"}, [])
    assert website.asked == [f"{BASE}/one", f"{BASE}/two", f"{BASE}/a"]


def test_a_network_whose_lists_are_all_gone_is_not_an_empty_one(drawer: Drawer) -> None:
    website = Website({f"{BASE}/one": PageGone("404"), f"{BASE}/two": PageGone("410")})
    with pytest.raises(PageChanged, match=r"wanted a list at one of .*/one, .*/two, found that none of them is there"):
        read(website, drawer, connector=Start(requests=(listing("/one", "/two"),)))


def test_one_list_of_two_that_is_gone_is_a_finding(drawer: Drawer) -> None:
    website = Website({f"{BASE}/sv": PageGone("404"), f"{BASE}/en": "profile /a\n", f"{BASE}/a": "a Alpha"})
    crawl = read(website, drawer, connector=Start(requests=(listing("/sv"), listing("/en"))))
    assert (names(crawl), [finding.kind for finding in crawl.findings]) == ({"a": "Alpha"}, ["no listing"])


def test_a_page_that_was_only_guessed_may_be_gone(drawer: Drawer) -> None:
    website = Website({f"{BASE}/1": "profile /a\nguess /2\n", f"{BASE}/2": PageGone("404"), f"{BASE}/a": "a Alpha"})
    crawl = read(website, drawer, connector=Start(requests=(listing("/1"),)))
    assert (names(crawl), crawl.findings) == ({"a": "Alpha"}, [])


def test_a_pager_that_repeats_its_last_page_under_new_numbers_ends(drawer: Drawer) -> None:
    pages = {f"{BASE}/{number}": f"profile /a\nguess /{number + 1}\nnumber {number}\n" for number in range(1, 100)}
    website = Website(pages | {f"{BASE}/a": "a Alpha"})
    crawl = read(website, drawer, connector=Start(requests=(listing("/1"),)))
    assert (names(crawl), crawl.findings, crawl.doubts) == ({"a": "Alpha"}, [], [])
    assert website.asked == [f"{BASE}/{path}" for path in (1, 2, 3, 4, "a")]


def entries(**of_page: str) -> Website:
    return Website({f"{BASE}/{path}": body for path, body in of_page.items()})


def test_a_list_whose_entries_are_profiles_is_asked_for_once_and_parsed(drawer: Drawer) -> None:
    website = entries(one="self\nentry a Alpha\nentry b Beta\nlisting /two\n", two="self\nentry c Gamma\n")
    crawl = read(website, drawer, connector=Start(requests=(listing("/one"),)))
    assert names(crawl) == {"a": "Alpha", "b": "Beta", "c": "Gamma"}
    assert website.asked == [f"{BASE}/one", f"{BASE}/two"]
    assert {url: page.kind for url, page in crawl.pages.items()} == {f"{BASE}/one": "profile", f"{BASE}/two": "profile"}
    assert (crawl.profile_pages, crawl.requests) == (2, 2)


def test_entries_of_a_list_that_is_as_before_are_checked_and_not_parsed(drawer: Drawer) -> None:
    website = entries(one="self\nentry a Alpha\nlisting /two\n", two="self\nentry b Beta\n")
    first = read(website, drawer, connector=Start(requests=(listing("/one"),)))
    website.pages[f"{BASE}/two"] = "self\nentry b Bravo\n"
    connector = Start(requests=(listing("/one"),))
    second = read(website, drawer, first.pages, connector)
    assert (names(second), second.unchanged_keys, second.pages_unchanged) == ({"b": "Bravo"}, {"a"}, 1)
    assert connector.parsed == [f"{BASE}/two"]


def test_entries_that_cannot_be_read_are_asked_for_again(drawer: Drawer) -> None:
    website = entries(one="self\nentry ??\n")
    first = read(website, drawer, connector=Start(requests=(listing("/one"),)))
    assert (first.pages_changed, first.pages) == (1, {})
    website.pages[f"{BASE}/one"] = "self\nentry a Alpha\n"
    assert names(read(website, drawer, first.pages, Start(requests=(listing("/one"),)))) == {"a": "Alpha"}


def test_a_list_of_links_that_becomes_one_of_entries_is_parsed_though_its_bytes_are_the_same(drawer: Drawer) -> None:
    website = entries(one="self\nentry a Alpha\n")
    first = read(website, drawer, connector=Start(requests=(listing("/one"),)))
    known = {url: PageMemory(**{**vars(page), "kind": "listing", "source_keys": ()}) for url, page in first.pages.items()}
    assert names(read(website, drawer, known, Start(requests=(listing("/one"),)))) == {"a": "Alpha"}
