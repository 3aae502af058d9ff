"""A parsed page as a list that can be compared, and the pages that are stored for tests."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import Tag

PAGES = Path(__file__).parents[1] / "pages"
STORED = {"-".join(path.parts[-3:-1]): path for path in sorted(PAGES.rglob("page.html")) if "sitemap" not in path.parts[-2]}
"""Name -> file of every stored page that is no sitemap."""


def told(document: BeautifulSoup) -> list[tuple[object, ...]]:
    """All that a document is made of, in order, each with what it stands in."""
    return [
        (type(one).__name__, str(one.parent and one.parent.name), one.name, one.prefix, one.namespace, one.attrs)
        if isinstance(one, Tag)
        else (type(one).__name__, str(one.parent and one.parent.name), str(one))
        for one in document.descendants
    ]
