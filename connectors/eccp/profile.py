"""ECCP's profile pages of both eras: told apart by what they print, never by their address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from connectors.addresses import Addresses
from connectors.contract import PageChanged, ParsedProfile, RawPage
from connectors.eccp.naming import Heading, read_d7_heading, read_d9_heading
from connectors.eccp.sheet import EccpSheet
from connectors.labels import Reading, Words, collapse, fold_label, read_json_ld, read_page
from connectors.network import Network
from connectors.pages import refuse_login, refuse_missing, roots_of, seen

# A byline keeps its frame when the person's name was taken out before the page was stored.
_BYLINE = re.compile(r"\bSubmitted by\b.{0,160}?\bon \d{1,2} [A-Z][a-z]+ \d{4}\b")
_COMPLETED = re.compile(r"^\d{1,3}\s?% completed$")
_GENERAL = fold_label("General Information")
_OTHER_SECTIONS = (fold_label("Sectoral and Industrial Focus"), fold_label("Composition of the cluster"))


class ProfileReader:
    """Reads one network's profile pages.

    Arguments:
        addresses: where the network is read.
    """

    def __init__(self, network: Network, addresses: Addresses) -> None:
        self._network = network
        self._words = Words.from_phrasebook(network.phrasebook)
        self._country = re.compile("|".join(block.after for block in network.facts.personal))
        self._addresses = addresses

    def read(self, page: RawPage, soup: BeautifulSoup) -> list[ParsedProfile]:
        """The profile of a page, or none where it is a news or call page. Raises PageChanged where it is neither."""
        refuse_login(page, soup, wanted="a cluster profile")
        refuse_missing(page, soup, wanted="a cluster profile")
        for root in roots_of(soup, self._network.facts):
            reading = read_page(root, self._words)
            heading, era = self._heading(page, soup, reading)
            if heading is not None:
                return [self._profile(page, soup, reading, heading, era)]
        if _BYLINE.search(collapse(soup.get_text(" "))):
            return []
        raise PageChanged(
            f"wanted a cluster profile at {page.request.url} ('General Information' and its labels, or a line 'Country: Region' "
            f"and a line 'NN% completed'), found {seen(soup)}"
        )

    def _heading(self, page: RawPage, soup: BeautifulSoup, reading: Reading) -> tuple[Heading | None, str]:
        """The heading and the era of a profile; None where the page shows no sign of one."""
        lines = reading.page.lines
        folded = {fold_label(line.text): line.index for line in reversed(lines)}
        if _GENERAL in folded:
            if not any(section in folded for section in _OTHER_SECTIONS):
                raise PageChanged(
                    "wanted the section 'Sectoral and Industrial Focus' or 'Composition of the cluster' beside 'General "
                    f"Information' at {page.request.url}, found neither in {seen(soup)}"
                )
            return read_d7_heading(soup, reading.page, folded[_GENERAL]), "d7"
        country = next((line.index for line in lines if self._country.match(line.text)), None)
        completed = next((line.index for line in lines if _COMPLETED.match(line.text)), None)
        if completed is not None and country is None:
            raise PageChanged(
                f"wanted a line 'Country: Region' with a country that network.toml names above {lines[completed].text!r} at "
                f"{page.request.url}, found {seen(soup)}"
            )
        is_profile = completed is not None or any(self._words.is_prose(text) for text in folded)
        if country is None or not is_profile:
            return None, ""
        start = country if completed is None else max(country, completed)
        return read_d9_heading(soup, reading.page, country, start, self._words), "d9"

    def _profile(self, page: RawPage, soup: BeautifulSoup, reading: Reading, heading: Heading, era: str) -> ParsedProfile:
        sheet = EccpSheet(self._network.phrasebook, self._words)
        sheet.put("name", [heading.name], "heading")
        if heading.native_name:
            sheet.put("native_name", [heading.native_name], "heading")
        if heading.country_region:
            sheet.put("country_region", [heading.country_region], "heading")
        completed = next((line.text for line in reading.page.lines if _COMPLETED.match(line.text)), None)
        if completed is not None:
            sheet.put("completeness", [completed], "line")
        sheet.take(reading, heading, has_region_line=era == "d7")
        if not sheet.has_read_labels:
            raise PageChanged(
                f"wanted the labels of a {era.upper()} profile at {page.request.url}, found none: "
                f"{', '.join(sheet.unread_labels[:5]) or 'no label at all'}"
            )
        names = {fold_label(name) for name in (heading.name, heading.native_name) if name}
        for pairs in read_json_ld(soup):
            if names & {fold_label(value) for pair in pairs if pair.label == "schema.org name" for value in pair.values}:
                sheet.fill(pairs)
        url = self._canonical(page, soup)
        return ParsedProfile(
            source_key=_source_key(url),
            url=url,
            printed=sheet.printed,
            page_digest=page.digest,
            era=era,
            how=sheet.how,
            unread_labels=sheet.unread_labels,
            phrases=sheet.phrases,
        )

    def _canonical(self, page: RawPage, soup: BeautifulSoup) -> str:
        """The page's canonical address; where it names none of the network's pages, the address that it was found at."""
        for link in soup.find_all("link", rel="canonical", href=True):
            url = self._addresses.own(str(link["href"]), page.final_url)
            if url is not None and urlsplit(url).path.strip("/"):
                return url
        return self._addresses.own(page.final_url) or page.final_url


def _source_key(url: str) -> str:
    """The last segment of the address; ``node/<id>`` for an address by number."""
    segments = urlsplit(url).path.strip("/").split("/")
    return "/".join(segments[-2:]) if segments[-2:-1] == ["node"] else segments[-1]
