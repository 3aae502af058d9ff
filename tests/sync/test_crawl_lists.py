"""Reading a network's lists: where they lead, where they end, and when to doubt that."""

from __future__ import annotations

import pytest

from connectors.contract import PageChanged
from support.toy_network import (
    BASE,
    MONDAY,
    Drawer,
    Start,
    Website,
    entries,
    listing,
    names,
    read,
    site,
)
from sync.fetch import (
    PageGone,
    Refusal,
    Refused,
)
from warehouse.rows import PageMemory


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


def test_a_first_reading_parses_every_listed_profile_once(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha", b="b Beta"))
    website.pages[f"{BASE}/list"] = "profile /a\nprofile /b\nprofile /a\n"
    crawl = read(website, drawer)
    assert names(crawl) == {"a": "Alpha", "b": "Beta"}
    assert website.asked == [f"{BASE}/{path}" for path in ("sitemap", "list", "a", "b")]


def test_a_listing_whose_capture_was_tidied_away_is_asked_for_without_condition(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    first = read(website, drawer)
    drawer.bodies.clear()
    second = read(website, drawer, first.pages)
    assert second.unchanged_keys == {"a"}


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


def test_a_forbidden_listing_is_the_networks_no(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha") | {f"{BASE}/list": Refused("403", Refusal.FORBIDDEN)})
    with pytest.raises(Refused):
        read(website, drawer)


def test_a_sitemap_that_only_a_listing_names_is_read_too(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    website.pages |= {f"{BASE}/list": "profile /a\nsitemap /more\n", f"{BASE}/more": f"hint /a {MONDAY.isoformat()}\n"}
    assert read(website, drawer).pages[f"{BASE}/a"].changed_at == MONDAY


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


def test_a_listing_without_end_that_lists_ever_new_entries_is_given_up(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.crawl.GUIDES_AT_MOST", 7)
    pages = {f"{BASE}/list{n or ''}": f"profile /p{n}\nlisting /list{n + 1}\n" for n in range(20)}
    website = Website({f"{BASE}/sitemap": PageGone("404"), **pages})
    with pytest.raises(PageChanged, match=r"wanted a listing that ends within 7 pages, found .*/list7 after them"):
        read(website, drawer)
    assert len(website.asked) == 1 + 7
    del website.pages[f"{BASE}/list7"]
    website.pages[f"{BASE}/list6"] = "profile /a\n"
    website.pages |= {f"{BASE}/{name}": f"{name} Name" for name in ("a", *(f"p{n}" for n in range(6)))}
    assert len(read(website, drawer).profiles) == 7
