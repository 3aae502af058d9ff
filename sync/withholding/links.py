"""A page without the organisations that are kept out: links to them, and what stands round those links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from connectors.markup import parse_html

PLACEHOLDER = "withheld-on-request"
"""Stands where an organisation stood, so that a list keeps its length and an empty one is not taken for a broken one."""
SHORTEST_TEXT = 4
"""Characters of a link's text that is looked for elsewhere on the page."""
_AROUND = frozenset({"html", "body", "main", "section", "ul", "ol", "table", "tbody", "dl", "nav", "form", "header", "footer"})
"""What holds many things: a card ends below it."""
_ENTRY = re.compile(r"<(?P<tag>(?:[\w-]+:)?(?:url|sitemap))\b[^>]*>.*?</(?P=tag)\s*>", re.DOTALL)
_LOCATION = re.compile(r"<((?:[\w-]+:)?loc)\b[^>]*>\s*(?:<!\[CDATA\[)?\s*(.*?)\s*(?:\]\]>)?\s*</", re.DOTALL)
IsKeptOut = Callable[[str], bool]
"""Whether an address, absolute, is that of a page that is kept out."""


def is_placeholder(url: str) -> bool:
    """Whether an address leads where a page that is kept out was."""
    return urlsplit(url).path.rstrip("/").endswith(f"/{PLACEHOLDER}")


def sitemap_without(text: str, base: str, is_kept_out: IsKeptOut) -> str:
    """A sitemap in which nothing leads to what is kept out; the very text where nothing did."""

    def shorter(entry: re.Match[str]) -> str:
        location = _LOCATION.search(entry[0])
        url = "" if location is None else urljoin(base, location[2].replace("&amp;", "&"))
        if not url or location is None or not is_kept_out(url):
            return entry[0]
        tag, loc = entry["tag"], location[1]
        return f"<{tag}><{loc}>{_elsewhere(url)}</{loc}></{tag}>"

    return _ENTRY.sub(shorter, text)


def page_without(text: str, base: str, is_kept_out: IsKeptOut) -> str:
    """A page in which nothing leads to what is kept out, and that does not say how it is called where it did.

    Arguments:
        base: the page's address.

    Returns the very text where nothing leads there. Raises PageChanged for a page of more markup than people write.
    """
    soup = parse_html(text)
    links = [(anchor, url) for anchor in soup.find_all("a", href=True) if (url := _joined(base, str(anchor["href"])))]
    doomed = [(anchor, url) for anchor, url in links if is_kept_out(url)]
    if not doomed:
        return text
    kept_texts = {_text(anchor) for anchor, url in links if not is_kept_out(url)}
    texts = {_text(anchor) for anchor, _ in doomed} | {str(anchor["title"]) for anchor, _ in doomed if anchor.get("title")}
    own_texts = {words for words in texts if len(words) >= SHORTEST_TEXT and words not in kept_texts}
    for anchor, url in doomed:
        if anchor.parent is not None:  # else it went with another link of its card
            _empty(anchor, url, base)
    replace_texts(soup, own_texts, PLACEHOLDER, kept_texts)
    replace_texts(soup, {path for _, url in doomed if len(path := urlsplit(url).path) > SHORTEST_TEXT}, f"/{PLACEHOLDER}")
    return soup.decode(formatter="minimal")


def page_without_texts(text: str, names: Iterable[str], others: Iterable[str]) -> str:
    """A page in which these texts stand nowhere: names are replaced, others are taken out."""
    soup = parse_html(text)
    replace_texts(soup, set(others), "")
    replace_texts(soup, set(names), PLACEHOLDER)
    return soup.decode(formatter="minimal")


def replace_texts(soup: BeautifulSoup, texts: set[str], instead: str, kept: Iterable[str] = ()) -> None:
    """Put something else in place of texts wherever they stand as whole words: in text, scripts, comments and attributes.

    Arguments:
        kept: longer texts, of which they are a part and which stay.
    """
    if not texts:
        return
    longer = {one for one in kept if any(text in one and text != one for text in texts)}
    folded = {" ".join(one.casefold().split()) for one in longer}
    words = (re.escape(text).replace(r"\ ", r"\s+") for text in sorted(texts | longer, key=len, reverse=True))
    before, after = (r"(?<!\w)", r"(?![\w-])") if instead else ("", r"(?!\w)")
    wanted = re.compile(f"{before}(?:{'|'.join(words)}){after}", re.IGNORECASE)

    def other(found: re.Match[str]) -> str:
        return found[0] if " ".join(found[0].casefold().split()) in folded else instead

    for tag in soup.find_all(True):
        for name, value in list(tag.attrs.items()):
            said = " ".join(value) if isinstance(value, list) else str(value)
            if wanted.search(said):
                tag[name] = wanted.sub(other, said)
    for node in list(soup.find_all(string=True)):
        if wanted.search(node):
            node.replace_with(type(node)(wanted.sub(other, str(node))))


def _empty(anchor: Tag, url: str, base: str) -> None:
    """Leave of a link's card nothing but the way to a link that leads nowhere."""
    path = list(_path(anchor, url, base))
    for outer, inner in zip(path[::-1], path[-2::-1], strict=False):
        for child in list(outer.children):
            if child is not inner:
                child.extract()
    for tag in path:
        tag.attrs = {name: value for name, value in tag.attrs.items() if name == "class"}
    anchor.clear()
    anchor["href"] = _elsewhere(url)
    anchor.append(NavigableString(PLACEHOLDER))


def _path(anchor: Tag, url: str, base: str) -> Iterator[Tag]:
    """The link and what is round it, from inside, as far as it is of this link alone."""
    yield anchor
    here = anchor
    while (around := here.parent) is not None and around.name not in _AROUND and not isinstance(around, BeautifulSoup):
        leads = {found for link in around.find_all("a", href=True) if (found := _joined(base, str(link["href"])))}
        if around.find("h1") is not None or any(_is_here(found, url) and found != url for found in leads):
            return
        yield around
        here = around


def _is_here(found: str, url: str) -> bool:
    return urlsplit(found).netloc == urlsplit(url).netloc


def _joined(base: str, link: str) -> str | None:
    try:
        url = urlsplit(urljoin(base, link.strip()))
    except ValueError:  # "http://[::1" and the like: not an address
        return None
    return urlunsplit((url.scheme, url.netloc, url.path or "/", url.query, "")) if url.scheme in ("http", "https") else None


def _elsewhere(url: str) -> str:
    parts = urlsplit(url)
    folder = parts.path.rstrip("/").rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{PLACEHOLDER}", "", ""))


def _text(anchor: Tag) -> str:
    return " ".join(anchor.get_text(" ").split())
