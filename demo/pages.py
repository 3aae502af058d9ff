"""A replica site: pages by address, rendered when they are first asked for, with the truth beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import parse_qsl, unquote, urlencode

from demo.truth import TruthPage

HTML = "text/html; charset=UTF-8"
XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=UTF-8"


@dataclass(frozen=True, eq=False)
class Page:
    """What is answered at one address. Pages are equal that answer the same.

    Arguments:
        content: what is answered, or what makes it: of a night that changes little few pages are ever asked for.
        modified: when it last changed, timezone-aware, whole seconds.
    """

    content: bytes | Callable[[], str]
    content_type: str
    modified: datetime
    status: int = 200

    @cached_property
    def body(self) -> bytes:
        """The bytes of the answer."""
        return self.content if isinstance(self.content, bytes) else self.content().encode()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Page) and self._answer() == other._answer()

    def __hash__(self) -> int:
        return hash(self._answer())

    def _answer(self) -> tuple[bytes, str, datetime, int]:
        return self.body, self.content_type, self.modified, self.status


@dataclass
class Site:
    """One network's replica.

    Arguments:
        network: its name, as in ``connectors/<network>``.
        pages: normal address (see ``address``) -> page.
        not_found: what is answered elsewhere.
        truth: what a perfect reader would store, one entry a profile page.
    """

    network: str
    pages: Mapping[str, Page]
    not_found: Page
    truth: tuple[TruthPage, ...]
    _overrides: dict[str, Page] = field(default_factory=dict)

    def find(self, target: str) -> Page:
        """The page at a request target (path and query, percent-encoded or not)."""
        key = address(target)
        return self._overrides.get(key) or self.pages.get(key, self.not_found)

    def override(self, target: str, page: Page | None) -> None:
        """Answer with another page from now on; None: with the site's own again."""
        if page is None:
            self._overrides.pop(address(target), None)
        else:
            self._overrides[address(target)] = page


def address(target: str) -> str:
    """One spelling for all addresses that Drupal takes as the same page.

    Percent-encoding and the order of the query do not matter; ``page=0`` is the page without it, ``page=1`` is ``page=1,0``.
    """
    path, _, query = target.partition("?")
    items = [(key, re.sub(r"(,0)+$", "", value) if key == "page" else value) for key, value in parse_qsl(query)]
    kept = sorted((key, value) for key, value in items if (key, value) not in (("page", "0"), ("page", "")))
    return unquote(path) + (f"?{urlencode(kept)}" if kept else "")
