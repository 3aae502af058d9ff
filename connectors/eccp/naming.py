"""The name that an ECCP profile page prints, and the native-language name below it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup

from connectors.contract import PageChanged
from connectors.eccp.pages import SITE_NAME
from connectors.labels import Line, Page, Words, collapse, fold_label
from connectors.pages import seen, title_of

_BREADCRUMB = re.compile(r"^Home\s*[>»›/]\s*Cluster Organisations\s*[>»›/]\s*(.+)$")


@dataclass(frozen=True)
class Heading:
    """What stands at a profile's head.

    Arguments:
        start: the line after which the profile's labels begin.
    """

    name: str
    start: int
    native_name: str | None = None
    country_region: str | None = None


def read_d7_heading(soup: BeautifulSoup, page: Page, start: int) -> Heading:
    """The heading of a D7 page: its one main heading, else its title, else the end of its breadcrumb.

    Arguments:
        start: the line "General Information".

    Raises PageChanged where none of them is there.
    """
    title = _node_title(soup)
    mains = [collapse(h1.get_text()) for h1 in soup.find_all("h1")]
    mains = [main for main in mains if main and fold_label(main) != fold_label(SITE_NAME)]
    crumbs = [match[1] for line in page.lines[:start] if (match := _BREADCRUMB.match(line.text))]
    same = [main for main in mains if main == title]
    names = [*same, *(mains if len(mains) == 1 else ()), title, *crumbs]
    name = next(filter(None, names), None)
    if name is None:
        raise PageChanged(
            f"wanted a cluster organisation's name as main heading, title or end of the breadcrumb, found {seen(soup)}"
        )
    return Heading(name, start)


def read_d9_heading(soup: BeautifulSoup, page: Page, country: int, start: int, words: Words) -> Heading:
    """The heading of a D9 page: the name, perhaps the native-language name, then ``Country: Region``.

    The name is the line that the title repeats, else the main heading, else the first line of the box that holds the country's.

    Arguments:
        country: the line ``Country: Region``.
        start: the line after which labels begin: between the two stand persons.

    Raises PageChanged where no line can be said to be the name.
    """
    above = [line for line in page.lines[:country] if not words.is_label(line.text) and not words.is_section(line.text)]
    title = _node_title(soup)
    titled = [line for line in above if title and fold_label(line.text) == fold_label(title)]
    mains = [line for line in above if line.nearest("h1") is not None and fold_label(line.text) != fold_label(SITE_NAME)]
    named = titled[-1:] or mains[:1] or _boxed(page, above, country, soup)
    if not named:
        raise PageChanged(f"wanted a cluster organisation's name above the line {page.lines[country].text!r}, found {seen(soup)}")
    name, native = _parted(named[0], title)
    below = [line.text for line in above if line.index > named[0].index]
    return Heading(name, start, native or next(iter(below), None), page.lines[country].text)


def _node_title(soup: BeautifulSoup) -> str:
    """``NODE TITLE | European Cluster Collaboration Platform`` without the site's name; empty where there is no more."""
    name = title_of(soup).rsplit(" | ", 1)[0]
    return "" if fold_label(name) == fold_label(SITE_NAME) else name


def _boxed(page: Page, above: list[Line], country: int, soup: BeautifulSoup) -> list[Line]:
    """The lines above the country's in the smallest box that holds any of them: at most a name and a native name."""
    images = {fold_label(str(image.get("alt", ""))) for image in soup.find_all("img")}
    for element in page.lines[country].above():
        first, _ = page.span(element)
        found = [line for line in above if line.index >= first and fold_label(line.text) not in images]
        if found:
            return found if len(found) <= 2 else []
    return []


def _parted(line: Line, title: str) -> tuple[str, str | None]:
    """Name and native name where one heading holds both: ``<h1>Name <small>Native</small></h1>``."""
    head, *rest = [segment.text.strip() for segment in line.segments if segment.text.strip()]
    if len(rest) == 1 and head == title and line.segments[-1].element is not None:
        return head, rest[0]
    return line.text, None
