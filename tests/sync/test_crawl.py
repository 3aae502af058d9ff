"""Reading a network: what is asked for, what is parsed, what is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.toy_network import (
    BASE,
    LOG,
    MONDAY,
    NOW,
    TUESDAY,
    Drawer,
    Lines,
    Website,
    names,
    read,
    site,
)
from sync.crawl import Reading
from sync.fetch import (
    BudgetSpent,
    NetworkDown,
    PageGone,
    Refusal,
    Refused,
    RobotsUnreadable,
    Unreachable,
)


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


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


def test_a_date_of_the_day_of_our_last_look_is_not_trusted(drawer: Drawer) -> None:
    website = Website(site(a="a Alpha"))
    website.pages[f"{BASE}/sitemap"] = f"hint /a {NOW.date().isoformat()}T00:00:00+00:00\n"
    first = read(website, drawer)
    website.pages[f"{BASE}/a"] = "a Edited at noon"
    assert names(read(website, drawer, first.pages)) == {"a": "Edited at noon"}


@pytest.mark.parametrize(
    ("answer", "kind"), [(Unreachable("500"), "page unreachable"), (PageGone("404"), "page gone"), ("??", "page changed")]
)
def test_a_sibling_that_cannot_be_had_again_is_a_finding_and_the_record_is_not_read_by_halves(
    drawer: Drawer, answer: str | Exception, kind: str
) -> None:
    website = Website(site(old="k Old name", new="k New name"))
    first = read(website, drawer)
    drawer.bodies.clear()
    website.pages |= {
        f"{BASE}/sitemap": f"hint /old {MONDAY.isoformat()}\nhint /new {TUESDAY.isoformat()}\n",
        f"{BASE}/new": "k Newer name",
        f"{BASE}/old": answer,
    }
    second = read(website, drawer, first.pages)
    assert (names(second), second.unread_keys) == ({}, {"k"})
    assert [finding.kind for finding in second.findings] == [kind]
    website.pages[f"{BASE}/old"] = "k Old name"
    third = read(website, drawer, second.pages)
    assert [profile.printed["name"][0] for profile in third.profiles] == ["Old name", "Newer name"]


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


def test_a_page_that_is_not_believed_is_remembered_as_it_was_and_read_again_until_it_is() -> None:
    website, drawer = Website(site(a="alpha Alpha")), Drawer()
    known = read(website, drawer).pages
    website.pages = site(a="alpha Beta")
    changed = read(website, drawer, {**known, f"{BASE}/a": replace(known[f"{BASE}/a"], changed_at=None, etag=None)})
    changed.set_aside({"alpha"}, known)
    doubted = changed.pages[f"{BASE}/a"]
    assert (doubted.digest, doubted.is_doubted) == (known[f"{BASE}/a"].digest, True)
    assert changed.unread_keys == {"alpha"}

    website.pages = site(a="alpha Alpha")  # as it was: parsed all the same, so that what was found of it is settled
    back = read(website, drawer, changed.pages)
    assert names(back) == {"alpha": "Alpha"}
    assert not back.pages[f"{BASE}/a"].is_doubted


def test_a_page_that_was_never_believed_is_not_remembered() -> None:
    crawl = read(Website(site(a="alpha Alpha")), Drawer())
    crawl.set_aside({"alpha"}, {})
    assert f"{BASE}/a" not in crawl.pages
