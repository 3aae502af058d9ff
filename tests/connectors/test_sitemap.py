"""Sitemaps as they are found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import PageChanged
from connectors.sitemap import read_sitemap, read_time

ONE = "<urlset><url><loc>{}</loc><lastmod>{}</lastmod></url></urlset>"


def test_a_sitemap_is_read_with_or_without_its_namespace() -> None:
    plain = ONE.format("http://a.se/x", "2026-04-04T08:00Z")
    spaced = plain.replace("<urlset>", '<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9">')
    spaced = spaced.replace("<url>", "<s:url>").replace("</url", "</s:url").replace("<lo", "<s:lo").replace("</lo", "</s:lo")
    for text in (plain, spaced.replace("<lastmod", "<s:lastmod").replace("</lastmod", "</s:lastmod")):
        (entry,) = read_sitemap(text.encode()).entries
        assert entry.location == "http://a.se/x"
        assert entry.changed_at == datetime(2026, 4, 4, 8, tzinfo=UTC)


def test_an_index_is_told_from_a_sitemap() -> None:
    assert read_sitemap(b"<sitemapindex><sitemap><loc>/a</loc></sitemap></sitemapindex>").is_index
    assert not read_sitemap(ONE.format("/a", "").encode()).is_index


def test_a_sitemap_cut_short_keeps_what_arrived() -> None:
    text = "<urlset><url><loc>/a</loc></url><url><loc>/b</loc></url><url><lo"
    assert [entry.location for entry in read_sitemap(text.encode()).entries] == ["/a", "/b"]


def test_entities_are_not_expanded_and_files_not_read() -> None:
    plain = '<!DOCTYPE urlset [<!ENTITY who "expanded">]>' + ONE.format("/a&who;", "")
    assert read_sitemap(plain.encode()).entries[0].location == "/a&who;"
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE urlset [<!ENTITY e0 "x"><!ENTITY file SYSTEM "file:///etc/hostname">{bomb}]>'
    sitemap = read_sitemap((text + ONE.format("/a&e11;&file;", "")).encode())
    assert all(len(entry.location) < 40 and "\n" not in entry.location for entry in sitemap.entries)


def test_a_sitemap_that_cannot_be_read_for_its_entities_says_so() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE urlset [<!ENTITY e0 "ha">{bomb}]><urlset><url><loc>&e9;</loc></url></urlset>'
    with pytest.raises(PageChanged, match=r"<urlset> without a <loc>, in a document that declares entities of its own"):
        read_sitemap(text.encode())


@pytest.mark.parametrize(
    "body", [b"", b"not xml", b"<html><body>Log in</body></html>", b"\x1f\x8b\x08", b"<urlset></urlset>", b"<!-- -->"]
)
def test_what_is_no_sitemap_is_a_changed_page(body: bytes) -> None:
    with pytest.raises(PageChanged, match=r"wanted .* found "):
        read_sitemap(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_sitemap_or_a_changed_page(body: bytes) -> None:
    try:
        assert read_sitemap(body).entries
    except PageChanged as changed:
        assert "wanted" in str(changed)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-04-04T08:00Z", datetime(2026, 4, 4, 8, tzinfo=UTC)),
        ("2026-04-04T10:00:30+02:00", datetime(2026, 4, 4, 8, 0, 30, tzinfo=UTC)),
        ("2026-04-04", datetime(2026, 4, 4, tzinfo=UTC)),
        ("2026-04-04T08:00", datetime(2026, 4, 4, 8, tzinfo=UTC)),
        ("yesterday", None),
        ("2026-13-01", None),
        ("", None),
    ],
)
def test_times_are_read_as_far_as_they_go(text: str, time: datetime | None) -> None:
    assert read_time(text) == time
