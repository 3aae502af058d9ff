"""The replicas of TCI Network, the European Clusters Alliance and Clusters of Sweden, as their visitors see them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from demo import facts
from demo.clusters_of_sweden_profile import words
from demo.eca import flag
from demo.invented import contact_words
from demo.pages import Site
from demo.truth import TruthPage, records
from warehouse import vocabulary

pytestmark = pytest.mark.xdist_group("demo")

NETWORKS = ("tci", "eca", "clusters_of_sweden")
PERSONS = re.compile("|".join(map(re.escape, sorted(contact_words()))), re.IGNORECASE)
BY_ID = {organisation.id: organisation for organisation in facts.organisations()}


def tree(site: Site, path: str) -> html.HtmlElement:
    page = site.find(path)
    assert page.status == 200, path
    return html.document_fromstring(page.body)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def shown(site: Site, page: TruthPage) -> str:
    """What a visitor of a page is told: its text, and where its links lead."""
    body = tree(site, page.path).body
    return squeezed("".join((*(text for text in body.itertext() if isinstance(text, str)), *body.xpath("//a/@href"))))


@pytest.mark.parametrize("network", NETWORKS)
def test_every_printed_word_of_the_truth_stands_on_its_page(sites: dict[str, Site], network: str) -> None:
    for page in sites[network].truth:
        text = shown(sites[network], page)
        for field, printed in page.printed.items():
            assert printed or field == "organisation_type"
            for word in printed:
                assert squeezed(word) in text, (page.path, field, word)


@pytest.mark.parametrize("network", NETWORKS)
def test_persons_stand_only_under_the_heading_of_contacts_and_in_structured_data_of_employees(
    sites: dict[str, Site], network: str
) -> None:
    site = sites[network]
    named = 0
    for path in {page.path for page in site.truth}:
        body = site.find(path).body.decode()
        start = body.find('<script type="application/ld+json">')
        script = body[start : body.index("</script>", start)] if start >= 0 else ""
        assert not PERSONS.search(script.partition('"employee"')[0])
        visible = body.replace(script, "")
        heading = re.search(r">(Contact persons?|Kontaktperson)<", visible)
        for found in PERSONS.finditer(visible):
            assert heading, path
            end = visible.index("<h", heading.end())  # the next heading: whoever cuts from heading to heading finds them all
            assert heading.end() < found.start() < end, path
        named += heading is not None
    assert named >= {"tci": 100, "eca": 0, "clusters_of_sweden": 40}[network]


@pytest.mark.parametrize("network", ["tci", "clusters_of_sweden"])
def test_every_markup_is_on_many_pages(sites: dict[str, Site], network: str) -> None:
    pages = Counter((page.era, page.markup) for page in sites[network].truth)
    eras = {page.era for page in sites[network].truth}
    assert len(pages) == 3 * len(eras)
    assert min(pages.values()) >= 15


# TCI Network


def directory(site: Site, start: str, entry: str, following: str) -> Iterator[str]:
    """The links that a list and its further pages lead to."""
    target: str | None = start
    while target is not None:
        page = tree(site, target)
        yield from page.xpath(entry)
        target = next(iter(page.xpath(following)), None)


def test_the_directory_of_tci_reaches_every_member_through_its_pager(sites: dict[str, Site]) -> None:
    found = list(directory(sites["tci"], "/members", "//div[@class='organization']/h3/a/@href", "//a[@class='next']/@href"))
    assert sorted(found) == sorted(page.path for page in sites["tci"].truth)
    assert sites["tci"].find("/community").status == 404


def test_members_of_tci_have_an_address_by_name_or_by_number(sites: dict[str, Site]) -> None:
    for page in sites["tci"].truth:
        assert re.fullmatch(r"/organization/\d+|/[a-z0-9_]+", page.path)
        assert page.path.endswith(f"/{page.source_key}")
    assert sum(page.path.startswith("/organization/") for page in sites["tci"].truth) >= 40


def test_the_sitemap_of_tci_names_members_news_and_plain_pages_alike(sites: dict[str, Site]) -> None:
    site = sites["tci"]
    listed = locations(site.find("/sitemap.xml").body)
    paths = {urlsplit(address).path for address in listed}
    assert {page.path for page in site.truth} <= paths
    assert "/about_us" in paths
    assert any(path.startswith("/news/") for path in paths)
    assert all(site.find(path).status == 200 for path in paths)
    for page in site.truth:
        assert listed[f"http://www.tci-network.org{page.path}"] == f"{site.find(page.path).modified:%Y-%m-%d}"


def test_structured_data_of_tci_repeat_what_the_page_prints(sites: dict[str, Site]) -> None:
    scripts = 0
    for page in sites["tci"].truth:
        for script in tree(sites["tci"], page.path).xpath("//script[@type='application/ld+json']/text()"):
            data = json.loads(script)
            scripts += 1
            assert data["name"] == page.facts["name"]
            assert data["address"]["addressCountry"] in page.printed["country"]
            assert data["address"].get("addressLocality") == page.facts.get("city")
            assert data.get("url") == page.facts.get("website")
    assert scripts >= 60


# European Clusters Alliance


def test_the_alliance_lists_all_members_on_one_page_and_has_no_page_of_any(sites: dict[str, Site]) -> None:
    site = sites["eca"]
    assert {page.path for page in site.truth} == {"/about-us/members"}
    cards = tree(site, "/about-us/members").xpath("//article[@class='member-card']")
    assert [card.xpath("string(.//h3)") for card in cards] == [page.facts["name"] for page in site.truth]
    assert site.find("/members").status == 404
    assert site.find("/sitemap.xml").status == 404


def test_each_card_of_the_alliance_states_its_own_country_and_website(sites: dict[str, Site]) -> None:
    site = sites["eca"]
    cards = tree(site, "/about-us/members").xpath("//article[@class='member-card']")
    ways: Counter[str] = Counter()
    for card, page in zip(cards, site.truth, strict=True):
        country = card.xpath("string(p[@class='country'])")
        code = page.facts["country"]
        ways["flag" if country == flag(str(code)) else "name"] += 1
        assert country in (flag(str(code)), facts.country_name(str(code)))
        links = card.xpath(".//a/@href")
        assert len(links) == ("website" in page.facts)
        for link in links:
            assert link.removeprefix("https://") == str(page.facts["website"]).removeprefix("https://")
    assert min(ways["flag"], ways["name"]) >= 8


def test_a_flag_is_two_letters_of_the_regional_indicators() -> None:
    assert flag("SE") == "🇸🇪"
    assert flag("BG") == "\N{REGIONAL INDICATOR SYMBOL LETTER B}\N{REGIONAL INDICATOR SYMBOL LETTER G}"


def test_news_of_the_alliance_stand_in_categories_and_name_members_without_being_profiles(sites: dict[str, Site]) -> None:
    site = sites["eca"]
    news = [path for path in site.pages if re.fullmatch(r"/news/[a-z]+/[a-z0-9-]+", path)]
    assert len(news) == 8
    names = [str(page.facts["name"]) for page in site.truth]
    for path in news:
        text = tree(site, path).text_content()
        assert any(name in text for name in names)
        assert PERSONS.search(text)


# Clusters of Sweden


@pytest.mark.parametrize(("era", "start"), [("en", "/members/"), ("sv", "/sv/medlemmar/")])
def test_both_lists_reach_every_member_page_of_their_language(sites: dict[str, Site], era: str, start: str) -> None:
    site = sites["clusters_of_sweden"]
    found = list(directory(site, start, "//ul[@class='members']/li/a/@href", "//a[contains(@class, 'next')]/@href"))
    assert sorted(found) == sorted(page.path for page in site.truth if page.era == era)
    assert tree(site, start).xpath("//ul[@class='members']/li/span[1]/text()")[0] == "9"


def test_the_two_pages_of_a_member_name_each_other_and_a_page_alone_names_none(sites: dict[str, Site]) -> None:
    site = sites["clusters_of_sweden"]
    alone = 0
    for record in records(site.truth, "clusters_of_sweden").values():
        for page in record.pages:
            links = tree(site, page.path).xpath("//link[@rel='alternate']/@href")
            both = [f"https://clustersofsweden.com{other.path}" for other in record.pages]
            assert sorted(links) == (sorted(both) if len(both) == 2 else [])
        alone += len(record.pages) == 1
    assert alone >= 5


def test_swedish_pages_have_swedish_labels_and_words_and_english_pages_english_ones(sites: dict[str, Site]) -> None:
    site = sites["clusters_of_sweden"]
    swedish, labels = words()["ecosystems"], words()["labels"]
    only_swedish = [label["sv"] for label in labels.values() if label["sv"] not in [one["en"] for one in labels.values()]]
    translated = 0
    for page in site.truth:
        texts = {text.strip().rstrip(":") for text in tree(site, page.path).body.itertext() if isinstance(text, str)}
        assert bool(texts & set(only_swedish)) == (page.era == "sv"), page.path
        translated += page.era == "sv" and bool(texts & set(swedish.values()))
    assert translated >= 30


def test_every_swedish_word_belongs_to_a_value_of_the_vocabulary() -> None:
    assert words()["ecosystems"].keys() <= set(vocabulary.ecosystems())
    assert words()["sectors"].keys() <= set(vocabulary.sectors())


def test_english_text_stands_on_english_pages_and_swedish_text_on_swedish_ones(sites: dict[str, Site]) -> None:
    for page in sites["clusters_of_sweden"].truth:
        extracts = page.facts.get("extracts", {})
        assert isinstance(extracts, dict)
        assert extracts.keys() <= {page.era}
        assert extracts or BY_ID[page.organisation].name == "Medicon Valley Alliance"


def test_the_record_of_both_languages_keeps_both_texts_and_the_english_name(sites: dict[str, Site]) -> None:
    site = sites["clusters_of_sweden"]
    record = records(site.truth, "clusters_of_sweden")["interior-cluster-sweden"]
    assert record.facts["name"] == "Interior Cluster Sweden"
    assert [page.facts["name"] for page in record.pages] == ["Det Svenska Möbelklustret", "Interior Cluster Sweden"]
    extracts = record.facts["extracts"]
    assert isinstance(extracts, dict)
    assert extracts.keys() == {"en", "sv"}


def test_medicon_valley_alliance_stands_on_the_swedish_list_with_denmark(sites: dict[str, Site]) -> None:
    pages = [page for page in sites["clusters_of_sweden"].truth if page.source_key == "medicon-valley-alliance"]
    assert [page.printed["country"][-1] for page in pages] == ["Denmark", "Danmark"]


def test_the_country_is_printed_or_follows_from_the_printed_region(sites: dict[str, Site]) -> None:
    pages = sites["clusters_of_sweden"].truth
    assert all("country" in page.facts for page in pages)
    from_region = [page for page in pages if page.printed["country"] == page.printed.get("region_printed")]
    assert len(from_region) >= 40


def test_the_sitemap_of_wordpress_leads_to_all_pages_and_to_authors_whom_nobody_should_read(sites: dict[str, Site]) -> None:
    site = sites["clusters_of_sweden"]
    home = "https://clustersofsweden.com"
    files = [address.removeprefix(home) for address in locations(site.find("/wp-sitemap.xml").body)]
    assert files == ["/wp-sitemap-posts-post-1.xml", "/wp-sitemap-posts-page-1.xml", "/wp-sitemap-users-1.xml"]
    pages = locations(site.find("/wp-sitemap-posts-page-1.xml").body)
    assert {home + page.path for page in site.truth} <= pages.keys()
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", changed) for changed in pages.values())
    assert not any(PERSONS.search(address) for address in pages)
    assert all(PERSONS.search(address) for address in locations(site.find("/wp-sitemap-users-1.xml").body))


def test_structured_data_of_wordpress_name_the_owner_of_the_site_and_not_the_member(sites: dict[str, Site]) -> None:
    bodies = [sites["clusters_of_sweden"].find(page.path).body for page in sites["clusters_of_sweden"].truth]
    assert sum(b'"@type": "Organization", "name": "Clusters of Sweden"' in body for body in bodies) >= 50


def locations(body: bytes) -> dict[str, str]:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return {entry.findtext("s:loc", "", space): entry.findtext("s:lastmod", "", space) for entry in etree.fromstring(body)
            if isinstance(entry.tag, str)}  # fmt: skip
