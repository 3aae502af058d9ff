"""What an address alone tells of a page: for pages that somebody saved and that no list leads to."""

from __future__ import annotations

import pytest

from connectors import registry
from connectors.contract import PageKind
from demo.site import build


@pytest.mark.parametrize(
    ("network", "path", "kind"),
    [
        ("eccp", "/sitemap.xml?page=1", PageKind.SITEMAP),
        ("eccp", "/search-results?f%5B0%5D=x&page=7", PageKind.LISTING),
        ("eccp", "/cluster-organisations?page=0%2C3", PageKind.LISTING),
        ("eccp", "/cluster-organisations/", PageKind.LISTING),
        ("eccp", "/cluster-organisations/paper-province", PageKind.PROFILE),
        ("eccp", "/content/paper-province", PageKind.PROFILE),
        ("eccp", "/node/12", PageKind.PROFILE),
        ("eccp", "/legal-notice", None),
        ("clusters_of_sweden", "/wp-sitemap-posts-members-1.xml", PageKind.SITEMAP),
        ("clusters_of_sweden", "/wp-sitemap-users-1.xml", None),
        ("clusters_of_sweden", "/sv/medlemmar/", PageKind.LISTING),
        ("clusters_of_sweden", "/sv/medlemmar/packbridge/", PageKind.PROFILE),
        ("clusters_of_sweden", "/news/packbridge/", None),
        ("tci", "/members?page=2", PageKind.LISTING),
        ("tci", "/organization/7", PageKind.PROFILE),
        ("tci", "/about_us", None),
        ("eca", "/members", PageKind.LISTING),
        ("eca", "/news/members", None),
    ],
)
def test_an_address_tells_what_stands_there(network: str, path: str, kind: PageKind | None) -> None:
    assert registry.connector(network).kind_of(registry.network(network).facts.home + path) is kind


@pytest.mark.parametrize("network", registry.names())
def test_where_a_crawl_begins_the_address_tells_the_same(network: str) -> None:
    connector = registry.connector(network)
    for request in connector.start():
        assert {connector.kind_of(url) for url in (request.url, *request.alternatives)} == {request.kind}


@pytest.mark.parametrize("network", registry.names())
def test_every_profile_of_the_replicas_stands_at_a_profiles_address(network: str) -> None:
    connector, home = registry.connector(network), registry.network(network).facts.home
    wanted = PageKind.LISTING if network == "eca" else PageKind.PROFILE  # its only list holds the profiles themselves
    paths = {page.path for page in build(network).truth}
    assert paths
    assert {path for path in paths if connector.kind_of(home + path) is not wanted} == set()
