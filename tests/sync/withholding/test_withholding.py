"""Where others stand on the same page, it is handed on without the one that is kept out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors import registry
from connectors.contract import PageKind, PageRequest, RawPage
from demo.site import build
from sync.crawled import Withheld
from sync.fetch import Fetched, NotModified, Validators
from sync.withholding.pages import Withholding
from sync.withholding.suppression import Marker, MarkKind, Suppressions

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
MARKER = Marker(b"k" * 32)
ECA = registry.network("eca")
SITE = build("eca")
BASE = "http://127.0.0.1:1"
(REQUEST, *_) = (one for one in registry.connector("eca", BASE).start() if one.kind is PageKind.LISTING)
PATH = next(url for url in (REQUEST.url, *REQUEST.alternatives) if url.removeprefix(BASE) in SITE.pages)
WHOLE = SITE.pages[PATH.removeprefix(BASE)].body


class Asked:
    """Answers with the replica's one page, whatever is asked for."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        return Fetched(url, url, 200, self.body, "utf-8", "text/html", None, None)


def withholding(*marks: tuple[MarkKind, bytes]) -> tuple[Withholding, PageRequest]:
    """What stands between the replica and the crawl, and the request for the page that lists every association."""
    connector = registry.connector("eca", BASE)
    one = Withholding(ECA, connector, Asked(WHOLE), Suppressions(MARKER, frozenset(marks)), NOW)
    assert any(PATH in (each.url, *each.alternatives) for each in one.start())
    return one, PageRequest(PATH, PageKind.LISTING)


def page(fetched: Fetched | NotModified, request: PageRequest) -> RawPage:
    assert isinstance(fetched, Fetched)
    return RawPage(request, fetched.body, "0" * 64, NOW, fetched.charset, fetched.final_url)


def names(one: Withholding, request: PageRequest) -> list[str]:
    return [profile.printed["name"][0] for profile in one.parse(page(one.fetch(request.url, None), request))]


def test_an_entry_goes_and_the_others_stay() -> None:
    one, request = withholding()
    every = names(one, request)
    profiles = list(one.parse(page(one.fetch(request.url, None), request)))
    doomed = next(profile for profile in profiles if profile.printed["name"][0] == every[1])
    one, request = withholding(MARKER.mark(MarkKind.RECORD, "eca", doomed.source_key))
    fetched = one.fetch(request.url, None)
    assert names(one, request) == [name for name in every if name != every[1]]
    assert isinstance(fetched, Fetched)
    assert every[1].encode() not in fetched.body
    assert one.met == {doomed.source_key}
    assert one.learnt


def test_a_page_on_which_nothing_else_stands_is_withheld() -> None:
    one, request = withholding()
    every = list(one.parse(page(one.fetch(request.url, None), request)))
    one, request = withholding(*(MARKER.mark(MarkKind.RECORD, "eca", profile.source_key) for profile in every))
    with pytest.raises(Withheld):
        one.fetch(request.url, None)


def test_a_page_without_any_is_handed_on_to_the_byte() -> None:
    one, request = withholding(MARKER.name("Nobody", "SE"))
    fetched = one.fetch(request.url, None)
    assert isinstance(fetched, Fetched)
    assert fetched.body == WHOLE
