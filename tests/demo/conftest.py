from __future__ import annotations

import pytest
from lxml import html

from demo.pages import Site
from demo.site import NETWORKS, build
from demo.truth import TruthPage


@pytest.fixture(scope="session")
def site() -> Site:
    return build()


@pytest.fixture(scope="session")
def second_night() -> Site:
    return build(night=2)


@pytest.fixture(scope="session")
def sites(site: Site) -> dict[str, Site]:
    """All replicas, by network."""
    return {network: site if network == "eccp" else build(network) for network in NETWORKS}


@pytest.fixture(scope="session")
def later_sites() -> dict[str, Site]:
    """The replicas but ECCP's on the second night."""
    return {network: build(network, night=2) for network in NETWORKS if network != "eccp"}


@pytest.fixture(scope="session")
def all_pages(sites: dict[str, Site], later_sites: dict[str, Site], second_night: Site) -> list[TruthPage]:
    """The pages of the first night, and those that are there from the second on only."""
    first = [page for site in sites.values() for page in site.truth]
    known = {(page.network, page.path, page.source_key) for page in first}
    second = [page for site in (second_night, *later_sites.values()) for page in site.truth]
    return first + [page for page in second if (page.network, page.path, page.source_key) not in known]


@pytest.fixture(scope="session")
def texts(site: Site) -> dict[str, str]:
    """Path of a profile page -> its visible text, with every run of white space made one space."""
    return {page.path: visible(site, page) for page in site.truth}


def visible(site: Site, page: TruthPage) -> str:
    body = html.document_fromstring(site.find(page.path).body).body
    return " ".join(" ".join(words for words in body.itertext() if isinstance(words, str)).split())
