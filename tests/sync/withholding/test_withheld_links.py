"""Lists without those that are kept out: as long as before, and without a word of them."""

from __future__ import annotations

import pytest

from connectors.markup import parse_html
from sync.withholding.links import PLACEHOLDER, is_placeholder, page_without, page_without_texts, sitemap_without

BASE = "https://a.example/list"


def is_kept_out(url: str) -> bool:
    return url.endswith(("/c/paper", "/c/paper?lang=sv"))


def card(slug: str, name: str, more: str = "") -> str:
    return f"<div class='card'><img alt='{name}'><h3><a href='/c/{slug}'>{name}</a></h3><p>About {name}</p>{more}</div>"


LIST = (
    "<html><body><h1>All</h1><main><div class='view'>"
    + card("paper", "Paper & Pulp", "<a href='/c/paper'>Read more</a><a href='https://paper.example'>web</a>")
    + card("paper-2", "Paper & Pulp 2", "<a href='/c/paper-2'>Read more</a>")
    + "</div><script>var all = [{'name': 'Paper & Pulp', 'path': '/c/paper'}, {'path': '/c/paper-2'}]</script></main>"
    + "</body></html>"
)


def test_a_card_keeps_its_place_and_loses_its_words_wherever_they_stand() -> None:
    left = page_without(LIST.replace("&", "&amp;"), BASE, is_kept_out)
    soup = parse_html(left)
    assert [link["href"] for link in soup.select("h3 a")] == [f"https://a.example/c/{PLACEHOLDER}", "/c/paper-2"]
    assert "paper.example" not in left
    assert "'/c/paper'" not in left
    assert [text for text in soup.get_text("|").split("|") if "Pulp" in text] == ["Paper & Pulp 2", "About Paper & Pulp 2"]
    assert left.count("Read more") == 1
    assert soup.h1 is not None


def test_the_same_page_is_the_same_bytes_and_a_second_time_changes_nothing() -> None:
    once = page_without(LIST, BASE, is_kept_out)
    assert page_without(LIST, BASE, is_kept_out) == once
    assert page_without(once, BASE, is_kept_out) == once


@pytest.mark.parametrize("href", ["/c/paper", "https://a.example/c/paper", "c/paper", "/c/paper?lang=sv", " /c/paper#top"])
def test_a_link_is_known_however_it_is_written(href: str) -> None:
    left = page_without(f"<p><a href='{href}'>Paper</a></p><p>Papers</p>", BASE, is_kept_out)
    assert "Paper<" not in left
    assert "Papers" in left


@pytest.mark.parametrize("text", ["<p>no link</p>", "<a href='/c/other'>x</a>", "<a href='http://[::1'>x</a>", "", "<a>x</a>"])
def test_a_page_without_any_is_the_same_to_the_byte(text: str) -> None:
    assert page_without(text, BASE, is_kept_out) == text


def test_words_that_other_links_have_too_are_nobodys() -> None:
    left = page_without(
        "<ul><li><a href='/c/paper'>Read on</a><li><a href='/c/b'>Read on</a></ul><p>Read on</p>", BASE, is_kept_out
    )
    assert left.count("Read on") == 2


def test_a_table_keeps_its_rows_and_a_list_its_items() -> None:
    table = "<table><tr><td><a href='/c/paper'>Paper</a><td>SE<tr><td><a href='/c/b'>Bee</a><td>FI</table>"
    soup = parse_html(page_without(table, BASE, is_kept_out))
    assert [row.get_text(" ", strip=True) for row in soup.select("tr")] == [PLACEHOLDER, "Bee FI"]


def test_a_sitemap_keeps_its_length_and_does_not_lead_there() -> None:
    entry = "<url><loc>https://a.example/c/{}</loc><lastmod>2026-01-01</lastmod></url>"
    text = f"<urlset>{entry.format('paper')}{entry.format('paper-2')}</urlset>"
    left = sitemap_without(text, BASE, is_kept_out)
    assert left == f"<urlset><url><loc>https://a.example/c/{PLACEHOLDER}</loc></url>{entry.format('paper-2')}</urlset>"
    assert sitemap_without(left, BASE, is_kept_out) == left


def test_where_a_link_leads_that_is_kept_out_is_known_again() -> None:
    assert is_placeholder(f"https://a.example/c/{PLACEHOLDER}/")
    assert not is_placeholder("https://a.example/c/paper")


def test_an_entry_among_others_loses_what_names_it() -> None:
    text = "<ul><li>Paper  and\nPulp, <a href='https://paper.example/'>web</a><li>Paper and Pulping</ul>"
    left = page_without_texts(text, ["Paper and Pulp"], ["https://paper.example/"])
    assert "paper.example" not in left
    assert parse_html(left).get_text(" ", strip=True) == f"{PLACEHOLDER}, web Paper and Pulping"
