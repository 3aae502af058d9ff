"""A directory's profiles: what a page of its own, or an entry of a list, prints of one cluster."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import soupsieve
from bs4 import BeautifulSoup
from bs4.element import Tag

from connectors.contract import PageChanged, RawPage
from connectors.countries import flags_of, is_country, without_flags
from connectors.directory.names import entry_beginning, entry_names, page_names
from connectors.directory.rows import row_reading
from connectors.directory.sites import Site, fits
from connectors.labels import Loose, Pair, Reading, Words, collapse, fold_label, read_json_ld, read_page
from connectors.labels.marks import heading_level
from connectors.network import Network, ProfileList
from connectors.pages import roots_of, seen
from connectors.sheet import SHORTEST_TEXT, Sheet

# What content management systems write over a post; the person's name was taken out before the page was stored.
_BYLINE = re.compile(
    r"\b(?:(?:submitted|posted|published|written) (?:by|on)|(?:publicerad|skriven|inlagd|postad) (?:av|den))\b.{0,160}?\d{4}\b",
    re.IGNORECASE,
)
_ASIDE = ("aside", "footer")
_UNSURE = ("heading", "markup", "line")
"""Ways of reading by which a name may pass for a label."""
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook|linkedin|twitter|x|instagram|youtube|youtu|vimeo|flickr|tiktok|xing|bsky|mastodon|goo|google|wa|t)"
    r"\.(?:com|org|be|social|app|gl|me|co)$"
)


@dataclass(frozen=True)
class Found:
    """A cluster on a page.

    Arguments:
        name: empty where an entry prints none.
        is_evident: it prints more than a name, so it is no heading or teaser.
    """

    name: str
    sheet: Sheet
    is_evident: bool


class ProfileReader:
    """Reads one network's profiles."""

    def __init__(self, network: Network, site: Site) -> None:
        self._network = network
        self._site = site
        self._directory = site.directory
        self._words = Words.from_phrasebook(network.phrasebook)
        self._known_values = {
            field: frozenset(map(fold_label, words)) for field, words in network.phrasebook.values.items() if words
        }

    def read(self, page: RawPage, soup: BeautifulSoup, one: ProfileList) -> Found | None:
        """The cluster that a page is about; None on a page of another sort. Raises PageChanged where it is neither."""
        names: tuple[str, ...] = ()
        for root in roots_of(soup, self._network.facts):
            names = page_names(soup, root, self._site)
            found = self._read(root, read_page(root, self._words), names, one)
            self._take_own_json_ld(soup, found)
            if found.name and (found.is_evident or found.sheet.has_read_labels):
                for field, value in page.request.carried.items():
                    if not found.sheet.has(field):
                        found.sheet.put(field, [value], "list")
                return found
        is_certain = fits(urlsplit(page.request.url).path, one.profiles)
        if not is_certain and _BYLINE.search(collapse(soup.get_text(" "))):
            return None
        missing = "labels that the phrasebook knows" if names else "a name (main heading, og:title or title)"
        raise PageChanged(f"wanted a profile with {missing} at {page.request.url}, found {seen(soup)}")

    def read_entry(self, page: RawPage, element: Tag, one: ProfileList) -> Found:
        """The cluster that an entry of a list is about; without a name where it prints none."""
        reading = row_reading(element, self._words) or read_page(element, self._words)
        names = entry_names(element, self._site, self._words)
        found = self._read(element, reading, names, one, begins=entry_beginning(element, reading, self._words))
        if not found.sheet.has("website"):
            links = list(dict.fromkeys(self._foreign_links(page, element)))
            if len({urlsplit(link).hostname for link in links}) == 1:
                found.sheet.put("website", links[:1], "link")
        is_evident = bool(found.sheet.printed.keys() - {"name", "description"})
        return Found(found.name, found.sheet, is_evident)

    # What both have in common

    def _read(self, root: Tag, reading: Reading, names: tuple[str, ...], one: ProfileList, begins: str = "") -> Found:
        """Read a page's content or an entry.

        Arguments:
            names: what it shows as its name, the likeliest first; without any, a labelled name counts, and then ``begins``.
        """
        language = one.language or self._network.facts.language
        own_text = "description" if language == self._network.facts.language else f"description.{language}"
        sheet = Sheet(self._network.phrasebook, self._words, own_text)
        sheet.note(reading)
        titles = {fold_label(name) for name in (*names, begins)}
        titled: list[Pair] = []
        others: list[Pair] = []
        for pair in reading.pairs:
            # A heading over what is said of it: the name, not a label.
            is_title = pair.how in _UNSURE and fold_label(without_flags(pair.label)) in titles
            (titled if is_title else others).append(pair)
        pairs = self._trusted(others)
        labelled = [pair for pair in pairs if sheet.field_of(pair) == "name"]
        name = _agreed(names, labelled) or begins
        if name:
            sheet.put("name", [name], "heading")
        for pair in labelled:
            if pair.values and name not in map(without_flags, pair.values):  # a person's, in a block that nobody knows?
                sheet.leave(pair.label)
        sheet.take_all([pair for pair in pairs if sheet.field_of(pair) != "name"])
        self._take_fields(root, sheet)
        loose = [line for line in _loose(reading, titled) if fold_label(line.text) not in titles]
        taken = self._take_lines(loose, name, sheet, language)
        self._take_flags(root, sheet, language)
        if not any(field.split(".")[0] == "description" for field in sheet.printed):
            self._take_description(root, reading, [line for line in loose if line.index not in taken], sheet)
        is_evident = any(how in ("field", "line") for field, how in sheet.how.items() if field not in ("name", "description"))
        return Found(name, sheet, is_evident)

    def _trusted(self, pairs: list[Pair]) -> list[Pair]:
        """The pairs read in a way that is trusted; of several for one label's field, those of the most trusted way."""
        ways = self._directory.strategies
        if not ways:
            return pairs
        kept = [pair for pair in pairs if pair.how in ways]
        fields = Sheet(self._network.phrasebook, self._words)
        best: dict[str, int] = {}
        for pair in kept:
            field = fields.field_of(pair) or fold_label(pair.label)
            best[field] = min(best.get(field, len(ways)), ways.index(pair.how))
        return [pair for pair in kept if ways.index(pair.how) == best[fields.field_of(pair) or fold_label(pair.label)]]

    def _take_fields(self, root: Tag, sheet: Sheet) -> None:
        for field, selectors in self._directory.fields.items():
            for selector in selectors:
                values = [value for element in root.select(selector) if (value := _value_of(element, field))]
                if values and not sheet.has(field):
                    sheet.put(field, values, "field")

    def _take_lines(self, loose: list[Loose], name: str, sheet: Sheet, language: str) -> set[int]:
        """Read lines without a label by the patterns of ``lines``; which lines were understood."""
        taken = set()
        for line in loose:
            for pattern in self._directory.lines:
                match = pattern.fullmatch(_beside_name(without_flags(line.text) or line.text, name))
                said = {field: value.strip() for field, value in match.groupdict().items() if value} if match else {}
                if said and all(self._can_be(field, value, language) for field, value in said.items()):
                    taken.add(line.index)
                    for field, value in said.items():
                        if not sheet.has(field):
                            sheet.put(field, [value], "line")
                    break
        return taken

    def _can_be(self, field: str, value: str, language: str) -> bool:
        if field == "country":
            return is_country(value, language)
        return field not in self._known_values or fold_label(value) in self._known_values[field]

    def _take_flags(self, root: Tag, sheet: Sheet, language: str) -> None:
        """The country that an entry or a heading shows by its flag, as a character or as an image with the country's name."""
        if sheet.has("country"):
            return
        places = [root] if root.name not in ("body", "main", "[document]") else root.find_all(["h1", "h2"], limit=1)
        for place in places:
            flags = flags_of(place.get_text(" "))
            texts = [collapse(str(image.get("alt") or image.get("title") or "")) for image in place.find_all("img")]
            found = flags or tuple(text for text in texts if is_country(text, language))
            if found:
                sheet.put("country", dict.fromkeys(found), "flag")

    def _take_description(self, root: Tag, reading: Reading, loose: list[Loose], sheet: Sheet) -> None:
        """Free text without a label: the long lines of the first element of ``description`` that has any."""
        for selector in self._network.facts.selectors.get("description", ()):
            elements = [root] if soupsieve.match(selector, root) else root.select(selector)
            for element in elements:
                first, end = reading.page.span(element)
                texts = [
                    (line.text, line.lang)
                    for line in loose
                    if first <= line.index < end
                    and len(line.text) >= SHORTEST_TEXT
                    and heading_level(reading.page.lines[line.index]) == 9
                ]
                if texts:
                    sheet.put_texts(texts, "text")
                    return

    def _take_own_json_ld(self, soup: BeautifulSoup, found: Found) -> None:
        ways = self._directory.strategies
        if ways and "json-ld" not in ways:
            return
        for pairs in read_json_ld(soup):
            named = (value for pair in pairs if pair.label == "schema.org name" for value in pair.values)
            if fold_label(found.name) in map(fold_label, named):
                found.sheet.fill(pairs)
                found.sheet.has_read_labels = True

    def _foreign_links(self, page: RawPage, element: Tag) -> Iterator[str]:
        """Links to other sites, social networks apart."""
        for anchor in element.find_all("a", href=True):
            link = str(anchor["href"]).strip()
            if link.lower().startswith(("http://", "https://")) and self._site.addresses.own(link, page.final_url) is None:
                host = urlsplit(link).hostname or ""
                if not _SOCIAL.search(host):
                    yield link


def _loose(reading: Reading, titled: list[Pair]) -> list[Loose]:
    """The lines without a label, in page order, asides apart; also those under a heading that is the name and no label."""
    said = [Loose(value, lang, "", pair.index) for pair in titled for value, lang in zip(pair.values, pair.langs, strict=True)]
    lines = sorted([*reading.loose, *said], key=lambda line: line.index)
    return [line for line in lines if reading.page.lines[line.index].nearest(*_ASIDE) is None]


def _beside_name(text: str, name: str) -> str:
    """What stands on a line beside the name: "Alpha (Sweden)", "Alpha, Sweden"."""
    return text[len(name) :].strip(" ,;:()|/·•–—-") if name and text.startswith(name) and text != name else text


def _agreed(names: tuple[str, ...], labelled: list[Pair]) -> str:
    """The likeliest name; a labelled one where it is among them or ends one of them ("Member: NAME"), or where there is none.

    A labelled name that agrees with nothing may be a person's.
    """
    for value in (without_flags(value) for pair in labelled for value in pair.values):
        if not names or any(fold_label(name).endswith(fold_label(value)) for name in names):
            return value
    return names[0] if names else ""


def _value_of(element: Tag, field: str) -> str:
    """What an element says of a field: its text, or where a link to a website or mailbox leads."""
    href = str(element.get("href") or "").strip()
    if field == "website" and href.lower().startswith(("http://", "https://")):
        return href
    if field == "email" and href.lower().startswith("mailto:"):
        return href[len("mailto:") :].partition("?")[0]
    return collapse(str(element.get("content") or "") if element.name == "meta" else element.get_text(" "))
