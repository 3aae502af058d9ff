"""Saved pages of one network by their addresses, which answer a reading in place of the fetcher.

A saved page passes the same guards as one that came over the wire: hosts, screens, caps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Self
from urllib.parse import urlsplit

from connectors.addresses import Addresses
from sync.fetch import Caps, Fetched, PageGone, Unreachable, Validators
from sync.fetching.screens import challenge, is_login_address, is_login_title
from sync.fetching.shape import is_cut_off, too_much
from sync.saved.address import page_of_mhtml, told_by
from sync.saved.aside import SetAside, Unreadable, Why
from sync.saved.files import HEAD_BYTES, MOST_PAGE_BYTES, Piece, Shape, shape_of
from warehouse.rows import PageMemory

_BLANK = b"\xef\xbb\xbf \t\r\n"
_SITEMAP_ROOTS = (b"<urlset", b"<sitemapindex", b":urlset", b":sitemapindex")


@dataclass(frozen=True)
class SavedPage:
    """A saved page whose address is known; its bytes stay where they are.

    Arguments:
        url: at the place where the network is read.
        by: what tells the address.
        digest: SHA-256 of the page as it was saved, persons and all.
        charset: what the server declared; None: nothing is known.
    """

    piece: Piece
    url: str
    by: str
    saved_at: datetime
    digest: str
    charset: str | None

    def read(self) -> bytes:
        """The page's bytes. Raises Unreadable, also where they are no longer those that were looked at."""
        body, _, _ = opened(self.piece)
        if sha256(body).hexdigest() != self.digest:
            raise Unreadable(Why.DAMAGED, "it was changed while it was read")
        return body


def opened(piece: Piece) -> tuple[bytes, str | None, str | None]:
    """A page's bytes, its declared charset, and its address as its container tells. Raises Unreadable where it is none."""
    body = piece.read()
    if shape_of(body[:HEAD_BYTES], "") is Shape.MHTML:
        body, charset, url = page_of_mhtml(body)
    else:
        charset, url = piece.charset, piece.url
    if not body.strip(_BLANK):
        raise Unreadable(Why.NO_PAGE, "an empty file")
    if len(body) > MOST_PAGE_BYTES:
        raise Unreadable(Why.EXCESS, f"{len(body):,} bytes")
    return body, charset, url


class SavedPages(Mapping[str, SavedPage]):
    """Saved pages of one network, by address. Answers like the fetcher.

    Arguments:
        pages: by address; of two copies of one page the later.
        aside: what was set aside on the way here.
        same: how many further copies were the same to the byte.
    """

    def __init__(self, pages: Mapping[str, SavedPage], aside: SetAside, same: int = 0) -> None:
        self._pages = pages
        self.aside = aside
        self.same = same

    def __getitem__(self, url: str) -> SavedPage:
        return self._pages[url]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pages)

    def __len__(self) -> int:
        return len(self._pages)

    def fetch(self, url: str, _validators: Validators | None) -> Fetched:
        """The page at an address. Raises PageGone where none was handed to us, Unreachable where it cannot be read now."""
        page = self._pages.get(url)
        if page is None:
            raise PageGone(f"wanted {url}, found no saved page of it")
        try:
            body = page.read()
        except Unreadable as trouble:
            raise Unreachable(f"wanted the saved page of {url}, found: {trouble}") from trouble
        return Fetched(url, url, 200, body, page.charset, None, None, None)

    def without_outdated(self, known: Mapping[str, PageMemory]) -> Self:
        """Those that are not older than what is known of their addresses; the others are set aside.

        Arguments:
            known: remembered pages, by address.
        """
        kept = {}
        for url, page in self._pages.items():
            remembered = known.get(url)
            if remembered is not None and remembered.fetched_at > page.saved_at:
                read_on, saved_on = f"{remembered.fetched_at:%Y-%m-%d %H:%M}", f"{page.saved_at:%Y-%m-%d %H:%M}"
                self.aside.add(Why.OUTDATED, page.piece.name, f"saved {saved_on}, last read {read_on} UTC")
            else:
                kept[url] = page
        return type(self)(kept, self.aside, self.same)


def gather(
    pieces: Iterable[Piece],
    addresses: Addresses,
    aside: SetAside,
    now: datetime,
    *,
    url: str | None = None,
    caps: Caps | None = None,
) -> SavedPages:
    """The pages of one network among pieces; the others are set aside, each with its reason.

    Of two copies of one page the later saved one counts; where both are of one moment, the one that comes first.

    Arguments:
        addresses: of the network, where it is read.
        now: no page was saved later than that, whatever its file says.
        url: the address of the only piece, as the operator says; None: each page has to tell its own.
        caps: what a page may have at most.
    """
    pages: dict[str, SavedPage] = {}
    same = 0
    for piece in pieces:
        try:
            page = _page(piece, addresses, now, url, caps or Caps())
        except Unreadable as trouble:
            aside.add(trouble.why, piece.name, trouble.detail)
            continue
        other = pages.setdefault(page.url, page)
        if other is page:
            continue
        later, earlier = (page, other) if page.saved_at > other.saved_at else (other, page)
        pages[page.url] = later
        if page.digest == other.digest:
            same += 1
        else:
            dates = f"{earlier.saved_at:%Y-%m-%d %H:%M}; that of {later.saved_at:%Y-%m-%d %H:%M} UTC is read"
            aside.add(Why.OTHER_COPY, earlier.piece.name, dates)
    return SavedPages(pages, aside, same)


def _page(piece: Piece, addresses: Addresses, now: datetime, url: str | None, caps: Caps) -> SavedPage:
    """One piece as a page of the network. Raises Unreadable where it is none."""
    body, charset, contained = opened(piece)
    is_text = body.startswith((b"\xff\xfe", b"\xfe\xff")) or body.lstrip(_BLANK).startswith(b"<")
    if not is_text:
        raise Unreadable(Why.NO_PAGE)
    if url is not None:
        address, by = url, "--url"
    elif contained is not None:
        address, by = contained, "its record" if piece.url is not None else "its MHTML file"
    else:
        told = told_by(body, charset)
        if told is None:
            raise Unreadable(Why.NO_ADDRESS)
        address, by = told.url, told.by
    own = addresses.own(address)
    if own is None:
        raise Unreadable(Why.OTHER_SITE, _host(address))
    _refuse_screens(body, charset, own)
    _refuse_excess(body, charset, caps, is_framed=piece.is_framed)
    return SavedPage(piece, own, by, min(piece.saved_at, now), sha256(body).hexdigest(), charset)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _refuse_screens(body: bytes, charset: str | None, url: str) -> None:
    if is_login_address(url) or is_login_title(body, charset):
        raise Unreadable(Why.LOGIN)
    if challenge(body, charset, None):
        raise Unreadable(Why.CHALLENGE)


def _refuse_excess(body: bytes, charset: str | None, caps: Caps, *, is_framed: bool) -> None:
    if any(root in body[:HEAD_BYTES] for root in _SITEMAP_ROOTS):
        if body.count(b"<") > caps.xml_tags:
            raise Unreadable(Why.EXCESS, f"more than {caps.xml_tags:,} tags")
        return
    excess = too_much(body, charset, caps)
    if excess:
        raise Unreadable(Why.EXCESS, excess)
    if is_cut_off(body, is_framed=is_framed):
        raise Unreadable(Why.CUT_OFF)
