"""From what was handed to us to pages of one network by their addresses: which address counts, and what is set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import registry
from connectors.addresses import Addresses
from connectors.contract import PageKind, PageRequest, RawPage
from support.saving import HOME, SAVED_AT, mhtml, page, saved_from
from support.toy_network import LOG, Drawer, Lines
from sync.crawl import Reading
from sync.fetch import Caps, PageGone, Unreachable
from sync.saved.address import page_of_mhtml, told_by
from sync.saved.aside import SetAside, Unreadable, Why
from sync.saved.connector import SavedConnector
from sync.saved.files import Piece
from sync.saved.pages import SavedPages, gather
from warehouse.rows import PageMemory

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FACTS = registry.network("clusters_of_sweden").facts
ALFA = f"{HOME}/members/alfa/"
CANONICAL = f'<link rel="canonical" href="{ALFA}">'
OG = f'<meta property="og:url" content="{HOME}/members/og/">'


def piece(body: str | bytes, name: str = "a.html", saved_at: datetime = SAVED_AT, url: str | None = None) -> Piece:
    plain = body.encode() if isinstance(body, str) else body
    return Piece(name, saved_at, lambda: plain, url, is_framed=url is not None)


def gathered(*pieces: Piece, url: str | None = None, caps: Caps | None = None) -> SavedPages:
    return gather(pieces, Addresses(HOME, FACTS.hosts), SetAside(), NOW, url=url, caps=caps)


def why(body: str | bytes, **others: object) -> Why:
    """The reason for which a page is set aside."""
    pages = gathered(piece(body), **others)  # type: ignore[arg-type]
    assert not pages
    ((reason, times, _),) = pages.aside
    assert times == 1
    return reason


@pytest.mark.parametrize(
    ("html", "url", "by"),
    [
        (saved_from(ALFA, page("Alfa", head=OG)), ALFA, "the browser's comment"),
        (
            f"<!doctype html><html><!--\n Page saved with SingleFile \n url: {ALFA} \n saved date: Fri -->{page('Alfa')}",
            ALFA,
            "SingleFile's comment",
        ),
        (page("Alfa", head=OG + CANONICAL), ALFA, "its canonical link"),
        (page("Alfa", head=OG), f"{HOME}/members/og/", "og:url"),
        (page("Alfa", head="<link rel=canonical href=/members/alfa/>" + OG), f"{HOME}/members/og/", "og:url"),
        (saved_from("file:///home/me/a.html", page("Alfa", head=CANONICAL)), ALFA, "its canonical link"),
        (page(f"Alfa</h1>{CANONICAL}<h1>"), None, ""),
        (page("Alfa"), None, ""),
        ("", None, ""),
    ],
)
def test_a_page_tells_its_address(html: str, url: str | None, by: str) -> None:
    told = told_by(html.encode(), None)
    assert (None if told is None else (told.url, told.by)) == (None if url is None else (url, by))


@given(st.text(max_size=300))
def test_whatever_a_page_says_its_address_is_one_or_none(text: str) -> None:
    for html in (saved_from(text, "<html>"), f'<html><head><link rel="canonical" href="{text}">'):
        told = told_by(html.encode("utf-8", "replace"), None)
        assert told is None or told.url.startswith(("http:", "https:", "HTTP", "Http"))


def test_the_operators_word_counts_before_the_record_and_the_record_before_the_page() -> None:
    html = saved_from(f"{HOME}/members/comment/", page("Alfa"))
    record = piece(html, url=f"{HOME}/members/record/")
    assert list(gathered(record)) == [f"{HOME}/members/record/"]
    assert list(gathered(record, url=ALFA)) == [ALFA]
    assert gathered(record, url=ALFA)[ALFA].by == "--url"


def test_every_address_of_the_network_is_one_at_the_place_where_it_is_read() -> None:
    pages = gathered(piece(saved_from("http://www.clustersofsweden.com/members/alfa/#top", page("Alfa"))))
    assert list(pages) == [ALFA]


def test_an_mhtml_file_is_the_page_in_it() -> None:
    pages = gathered(piece(mhtml(ALFA, page("Åsa")), "a.mht"))
    assert pages[ALFA].read().decode() == page("Åsa")
    assert pages[ALFA].by == "its MHTML file"


@pytest.mark.parametrize(
    "body",
    [
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n--B\nContent-Type: text/plain\n\nx\n--B--",
        b"Content-Type: multipart/related\n\n" * 3,
        b"Content-Type: multipart/related; boundary=x\n\n--x\n" * 3000,
        b"Content-Type: multipart/related; charset*=;;;\nContent-Location: \xff\xfe\n\n",
    ],
)
def test_an_mhtml_file_without_a_page_is_said(body: bytes) -> None:
    with pytest.raises(Unreadable):
        page_of_mhtml(body)


@given(st.binary(max_size=400))
def test_whatever_stands_in_an_mhtml_file_it_is_a_page_or_said(body: bytes) -> None:
    whole = mhtml(ALFA, "<html>x</html>")
    for cut in (whole[:100] + body + whole[100:], b"Content-Type: multipart/related; boundary=B\n\n--B\n" + body):
        try:
            found, _, _ = page_of_mhtml(cut)
        except Unreadable:
            continue
        assert found


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (page("Alfa"), Why.NO_ADDRESS),
        (saved_from("https://example.org/members/alfa/", page("Alfa")), Why.OTHER_SITE),
        (saved_from("https://clustersofsweden.com.example.org/", page("Alfa")), Why.OTHER_SITE),
        (saved_from(f"{HOME}/user/login?to=x", page("Alfa")), Why.LOGIN),
        (saved_from(ALFA, page("Alfa").replace("<title>", "<title>Log in | ")), Why.LOGIN),
        (saved_from(ALFA, "<html><title>Just a moment...</title><p>Verify you are human</p></html>"), Why.CHALLENGE),
        (saved_from(ALFA, page("Alfa").replace("</html>", "")), Why.CUT_OFF),
        (saved_from(ALFA, page("Alfa" + "<b>" * 300)), Why.EXCESS),
        ("", Why.NO_PAGE),
        ("body { color: red }", Why.NO_PAGE),
    ],
)
def test_what_is_no_page_of_the_network_is_set_aside_with_its_reason(body: str, reason: Why) -> None:
    assert why(body) is reason


def test_a_page_larger_than_a_page_is_set_aside() -> None:
    assert why(saved_from(ALFA, page("Alfa")), caps=Caps(html_bytes=200)) is Why.EXCESS


def test_of_two_copies_the_later_one_counts_whichever_comes_first() -> None:
    old = piece(saved_from(ALFA, page("Old")), "old.html", SAVED_AT - timedelta(days=1))
    new = piece(saved_from(ALFA, page("New")), "new.html", SAVED_AT)
    for pieces in ((old, new), (new, old)):
        pages = gathered(*pieces)
        assert pages[ALFA].piece is new
        assert pages.aside.examples[Why.OTHER_COPY] == ["old.html (2026-11-19 12:00; that of 2026-11-20 12:00 UTC is read)"]


def test_a_copy_that_is_the_same_is_counted_and_not_said() -> None:
    pages = gathered(piece(saved_from(ALFA, page("Alfa"))), piece(saved_from(ALFA, page("Alfa")), "b.html"))
    assert (len(pages), pages.same, list(pages.aside)) == (1, 1, [])


def test_no_page_was_saved_in_the_future() -> None:
    pages = gathered(piece(saved_from(ALFA, page("Alfa")), saved_at=datetime(2999, 1, 1, tzinfo=UTC)))
    assert pages[ALFA].saved_at == NOW


def test_a_copy_older_than_what_was_read_is_set_aside() -> None:
    pages = gathered(piece(saved_from(ALFA, page("Alfa"))))
    known = PageMemory(ALFA, "profile", "0" * 64, SAVED_AT + timedelta(minutes=1), None, ALFA)
    left = pages.without_outdated({ALFA: known})
    assert (len(left), dict(left.aside.times)) == (0, {Why.OUTDATED: 1})
    assert len(pages.without_outdated({ALFA: PageMemory(ALFA, "profile", "0" * 64, SAVED_AT, None, ALFA)})) == 1


def test_what_is_not_there_is_gone_and_what_was_changed_meanwhile_cannot_be_had() -> None:
    bodies = iter([saved_from(ALFA, page("Alfa")).encode(), saved_from(ALFA, page("Beta")).encode()])
    pages = gathered(Piece("a.html", SAVED_AT, lambda: next(bodies)))
    with pytest.raises(PageGone):
        pages.fetch(f"{HOME}/none/", None)
    with pytest.raises(Unreachable, match="changed while it was read"):
        pages.fetch(ALFA, None)


class Counted(Lines):
    """A network of lines whose list goes on at a counted address."""

    def start(self) -> Iterator[PageRequest]:
        yield PageRequest(f"{HOME}/list", PageKind.LISTING)

    def follow(self, page: RawPage) -> Iterator[PageRequest]:
        for line in page.body.decode().split("\n")[1:]:
            yield PageRequest(
                f"{HOME}/{line}", PageKind.PROFILE if line != "list2" else PageKind.LISTING, is_guess=line == "list2"
            )

    def kind_of(self, url: str) -> PageKind | None:
        return PageKind.LISTING if "list" in url else PageKind.PROFILE


def test_a_counted_list_is_whole_only_with_the_empty_page_after_its_last() -> None:
    first, last = ("list", "<html>\na\nlist2"), ("list2", "<html>")

    def is_whole(*pages: tuple[str, str]) -> bool:
        saved = gathered(*(piece(body, path, url=f"{HOME}/{path}") for path, body in pages))
        connector = SavedConnector(Counted(), saved)
        Reading(connector, saved, Drawer(), {}, lambda: NOW, LOG, rest=connector.rest).run()
        return connector.is_whole(0.05)

    assert is_whole(first, ("a", "<key name>"), last)
    assert not is_whole(first, ("a", "<key name>"))
    assert not is_whole(first, last)
    assert not is_whole(("a", "<key name>"))
