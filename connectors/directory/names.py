"""A cluster's name: on a page of its own, and in an entry of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import Tag

from connectors.countries import is_country, without_flags
from connectors.directory.sites import Site
from connectors.labels import Reading, Words, collapse, fold_label, read_json_ld
from connectors.pages import title_of

_BETWEEN = re.compile(r"\s+[|<>‹›«»–—·•-]\s+|\s*[|»«]\s*")
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$|^\S+\.[a-z]{2,}/?$", re.IGNORECASE)
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


def page_names(soup: BeautifulSoup, root: Tag, site: Site) -> tuple[str, ...]:
    """What may be the name that a page is about, the likeliest first.

    In order: ``name`` of network.toml, a main heading that the title repeats, the only main heading, og:title, the title, the one
    organisation of the page's JSON-LD.
    """
    return tuple(dict.fromkeys(filter(None, _page_names(soup, root, site))))


def _page_names(soup: BeautifulSoup, root: Tag, site: Site) -> Iterator[str]:
    for selector in site.facts.selectors.get("name", ()):
        yield from map(_text, root.select(selector))
    titles = [str(meta.get("content") or "") for meta in soup.find_all("meta", property="og:title")] + [title_of(soup)]
    names = [name for title in titles if (name := without_site(title, site))]
    mains = [main for h1 in root.find_all("h1") if (main := _text(h1))]
    yield from (main for main in mains if any(fold_label(main) == fold_label(name) for name in names))
    others = [main for main in mains if fold_label(main) not in site.names]
    yield from others if len(others) == 1 else ()
    yield from names
    organisations = [pair.values[0] for pairs in read_json_ld(soup) for pair in pairs if pair.label == "schema.org name"]
    others = [name for name in organisations if fold_label(name) not in site.names]
    yield from others if len(others) == 1 else ()


def without_site(title: str, site: Site) -> str:
    """A title without what the site adds at its ends; empty where nothing else is there.

    "NAME - NAME", with the site's own name, is the title of a page about the site's owner: it is among its members.
    """
    left = collapse(title)
    removed = ""
    while cut := _cut(left, site):
        left, removed = cut
    return "" if fold_label(left) in site.names and fold_label(left) != removed else left


def _cut(title: str, site: Site) -> tuple[str, str] | None:
    """The title without one name of the site at its end or beginning, and that name folded; None where it has none there."""
    for between in _BETWEEN.finditer(title):
        before, after = title[: between.start()], title[between.end() :]
        for kept, name in ((before, fold_label(after)), (after, fold_label(before))):
            if name in site.names:
                return kept, name
    return None


def _text(element: Tag) -> str:
    return without_flags(collapse(element.get_text(" ")))


def entry_names(element: Tag, site: Site, words: Words) -> tuple[str, ...]:
    """The name that an entry shows as such: by ``name`` of network.toml, or in a heading."""
    chosen = [found for selector in site.facts.selectors.get("name", ()) for found in element.select(selector)]
    texts = (_text(found) for found in [*chosen, *element.find_all(_HEADINGS)])
    return tuple(dict.fromkeys(text for text in texts if _can_name(text, words)))


def entry_beginning(element: Tag, reading: Reading, words: Words) -> str:
    """The name in an entry that shows none as such: the link or bold text that it begins with, else its first line."""
    begins = without_flags(collapse(element.get_text(" ")))
    shown = [element] if element.name == "a" else element.find_all(["a", "strong", "b"])
    texts = [_text(found) for found in shown]
    texts = [text for text in texts if begins.startswith(text)] + [without_flags(line.text) for line in reading.loose]
    return next((text for text in texts if _can_name(text, words)), "")


def _can_name(text: str, words: Words) -> bool:
    is_other = words.is_label(text) or words.is_section(text) or _ADDRESS.match(text) or is_country(text) or "@" in text
    return any(char.isalpha() for char in text) and not is_other
