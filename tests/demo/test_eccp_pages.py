from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import etree, html

from demo import eccp_d7, eccp_d9, facts
from demo.eccp_plan import PINNED, Placement, placements
from demo.invented import Invented, contact_words
from demo.pages import Site
from demo.site import SEED, build
from demo.truth import TruthPage

pytestmark = pytest.mark.xdist_group("demo")

PLACED = placements(facts.clusters(), SEED)
BY_PATH = {placement.path: placement for placement in PLACED}
BY_ID = {organisation.id: organisation for organisation in facts.clusters()}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_every_cluster_stands_on_the_site_and_about_one_in_eight_in_both_eras() -> None:
    standing = {placement.organisation.id for placement in PLACED}
    later = {placement.organisation.id for placement in placements(facts.clusters(), SEED, night=2)}
    assert standing | later == BY_ID.keys() and len(BY_ID) == 484
    assert len(later - standing) == 5  # they join
    one_key_in_both = [key for key, count in Counter(placement.source_key for placement in PLACED).items() if count == 2]
    assert 0.10 <= len(one_key_in_both) / len(standing) <= 0.15


def test_each_era_is_written_in_at_least_three_markups_each_on_many_pages() -> None:
    pages = Counter((placement.era, placement.markup) for placement in PLACED)
    assert len([pair for pair in pages if pair[0] == "d7"]) >= 3
    assert len([pair for pair in pages if pair[0] == "d9"]) >= 3
    assert min(pages.values()) >= 40


def test_no_two_organisations_share_an_address_or_a_key() -> None:
    assert len(BY_PATH) == len(PLACED)
    owners: dict[str, set[str]] = {}
    for placement in PLACED:
        owners.setdefault(placement.source_key, set()).add(placement.organisation.id)
        owners.setdefault(placement.canonical or placement.path, set()).add(placement.organisation.id)
    assert [key for key, found in owners.items() if len(found) > 1] == []


def test_addresses_that_were_seen_are_kept() -> None:
    assert BY_PATH["/node/595"].name == "The Paper Province ekonomisk förening"
    assert {"/content/green-synergy-cluster", "/cluster-organisations/green-synergy-cluster"} <= BY_PATH.keys()
    assert {"/content/textilscat", "/cluster-organisations/cyberforum-ev"} <= BY_PATH.keys()
    assert BY_PATH["/cluster-organisations/ict-cluster-plovdiv"].organisation.id in PINNED


def test_a_page_prints_a_name_of_its_own_organisation_and_some_print_another_than_the_usual() -> None:
    assert all(placement.name in placement.organisation.names for placement in PLACED)
    assert 50 <= sum(placement.name != placement.organisation.name for placement in PLACED) <= 200


def test_the_country_of_a_page_can_be_told_except_where_two_countries_share_the_region_name(site: Site) -> None:
    without = [page for page in site.truth if "country" not in page.facts]
    assert [page.facts["region_printed"] for page in without] == ["Nord-Est"]


def test_older_pages_name_no_country(site: Site, texts: dict[str, str]) -> None:
    for page in site.truth:
        if page.era == "d7":
            country = facts.country_name(BY_ID[page.organisation].country)
            assert f"{country}:" not in texts[page.path]


def test_every_page_says_that_it_is_a_replica(site: Site) -> None:
    for path, page in site.pages.items():
        assert b"replica for testing" in page.body, path


def test_every_printed_word_of_the_truth_is_visible_on_its_page(site: Site, texts: dict[str, str]) -> None:
    for page in site.truth:
        text = squeezed(texts[page.path])
        for field, words in page.printed.items():
            for word in words:
                assert squeezed(word) in text, (page.path, field, word)


def test_every_label_stands_with_its_values_and_nothing_between(texts: dict[str, str]) -> None:
    for placement in PLACED:
        text = squeezed(texts[placement.path])
        for expected in _expected(placement):
            assert squeezed(expected) in text, (placement.path, placement.markup, expected)


def _expected(placement: Placement) -> list[str]:
    invented = Invented(placement.organisation, SEED)
    if placement.era == "d7":
        sheet = eccp_d7.fill(placement, invented)[0]
        rows = [row for section in sheet.sections.values() for row in section]
        unlabelled = placement.markup in ("flat", "fields")
        return [
            "".join(row.values) if row.kind == "region" and unlabelled else f"{row.label}:{''.join(row.values)}" for row in rows
        ]
    sheet = eccp_d9.fill(placement, invented)[0]
    lines = [f"{row.values[0]}{row.label}" for row in sheet.sections[eccp_d9.TILES]]
    for section, with_dash in ((eccp_d9.FACTS, placement.markup != "fields"), (eccp_d9.MORE, placement.markup == "lines")):
        lines += [f"{row.label}{'-' if with_dash else ''}{''.join(row.values)}" for row in sheet.sections.get(section, [])]
    return lines


def test_every_row_that_a_page_prints_about_the_cluster_is_in_the_truth() -> None:
    silent = {"Cluster Management Team", "Cluster Excellence Label", "Other Label", "Excellence label", "Other label"}
    for placement in PLACED:
        module = eccp_d7 if placement.era == "d7" else eccp_d9
        sheet = module.fill(placement, Invented(placement.organisation, SEED))[0]
        said = {word for words in sheet.printed.values() for word in words}
        for row in (row for rows in sheet.sections.values() for row in rows if row.label not in silent):
            assert {" ".join(value.split()) for value in row.values} <= said, (placement.path, row.label)


def test_facts_are_the_organisations_own(site: Site) -> None:
    for page in site.truth:
        org = BY_ID[page.organisation]
        real = {"country": org.country, "nuts2": org.nuts2, "city": org.city, "native_name": org.native_name,
                "sectors": list(org.sectoral_industries), "ecosystems": list(org.ecosystems),
                "technologies": list(org.technologies), "keywords": list(org.keywords)}  # fmt: skip
        for field, value in real.items():
            assert page.facts.get(field, value) == value, (page.path, field)
            assert field not in page.generated
        if org.founded_year and "founded_on" in page.facts:
            assert str(page.facts["founded_on"]).startswith(str(org.founded_year)), page.path


def test_a_founding_date_is_marked_as_generated_unless_all_that_is_printed_is_known(site: Site) -> None:
    for page in site.truth:
        known = facts.seen(BY_ID[page.organisation]).founded is not None
        only_year = page.facts.get("founded_precision") == "year" and BY_ID[page.organisation].founded_year is not None
        if "founded_on" in page.facts:
            assert ("founded_on" in page.generated) == (not known and not only_year), page.path


def test_green_synergy_prints_what_was_seen_of_it(texts: dict[str, str]) -> None:
    newer, older = texts["/content/green-synergy-cluster"], texts["/cluster-organisations/green-synergy-cluster"]
    for line in ("13 September 2011", "1-5", "36 Cluster Members", "31 SMEs", "100% completed"):
        assert squeezed(line) in squeezed(newer)
    assert "Tuesday, 13 September, 2011" in older.replace("\N{NO-BREAK SPACE}", " ")
    assert "Южен централен (Yuzhen tsentralen)" in older.replace("\N{NO-BREAK SPACE}", " ")


def test_real_misprints_are_printed_and_a_malformed_address_has_no_domain(site: Site) -> None:
    compare = [page for page in site.truth if page.facts.get("website") == "wwwcompare.se"]
    assert compare and all("domain" not in page.facts for page in compare)
    assert any(page.facts.get("domain") == "ttckarslkoga.se" for page in site.truth)


def test_the_dirt_of_real_pages_is_there(site: Site) -> None:
    bodies = {page.path: site.find(page.path).body.decode() for page in site.truth}

    def share(pattern: str, era: str) -> float:
        found = [re.search(pattern, bodies[page.path]) is not None for page in site.truth if page.era == era]
        return sum(found) / len(found)

    assert share("THEME DEBUG", "d7") > 0.1 < share("THEME DEBUG", "d9")
    assert share("\N{NO-BREAK SPACE}", "d7") > 0.1 < share("\N{NO-BREAK SPACE}", "d9")
    assert share(r"\w :", "d7") == 1  # two labels always have the space before the colon
    assert share(r"Printer-friendly version</span></a><span>Printer-friendly version", "d7") == 1
    assert share(r">\d+\.\d{3}<", "d7") > 0 < share(r">\d+ \d{3}<", "d7")
    assert share("Cross-ecosystem", "d9") > 0.01
    assert share("Mobility, Transport, Automotive", "d9") > 0 < share("Mobility-Transport-Automotive", "d9")
    assert share(r"Mission:\S", "d7") > 0.02


def test_invented_persons_stand_only_where_the_newer_page_prints_a_contact(site: Site) -> None:
    words = re.compile("|".join(map(re.escape, sorted(contact_words()))))
    named = 0
    for page in site.truth:
        body = site.find(page.path).body.decode().casefold()
        for found in words.finditer(body):
            assert page.era == "d9"
            assert body.index('class="location"') < found.start() < body.index("% completed"), page.path
        named += words.search(body) is not None
    assert named > 150


def test_the_sitemap_names_every_profile_at_the_host_default(site: Site) -> None:
    index = site.find("/sitemap.xml").body
    assert index.startswith(b"<!--")
    listed: dict[str, str] = {}
    for file in _locations(index):
        assert file.startswith("http://default/sitemap.xml?page=")
        body = site.find(file.removeprefix("http://default")).body
        for location, modified in _locations(body).items():
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", modified)
            listed[location.removeprefix("http://default")] = modified
    assert {page.path for page in site.truth} <= listed.keys()
    assert all(site.find(path).status == 200 for path in listed)
    for page in site.truth:
        assert listed[page.path] == f"{site.find(page.path).modified:%Y-%m-%dT%H:%MZ}"


def _locations(body: bytes) -> dict[str, str]:
    tree = etree.fromstring(body[body.index(b"<?xml") :])
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    return {entry.findtext("s:loc", "", space): entry.findtext("s:lastmod", "", space) for entry in tree}


def test_the_newer_listing_reaches_every_newer_profile_twelve_a_page_and_ends_with_an_empty_page(site: Site) -> None:
    found: list[str] = []
    sizes: list[int] = []
    target: str | None = "/search-results?f[0]=profile_type:cluster_profile"
    while target is not None:
        tree = html.document_fromstring(site.find(target).body)
        cards = tree.xpath("//*[contains(@class, 'search-result-item')]/h3/a/@href")
        sizes.append(len(cards))
        found += cards
        target = next(iter(tree.xpath("//nav[contains(@class, 'pager')]//a[@rel='next']/@href")), None)
    newer = {page.path for page in site.truth if page.era == "d9"}
    assert newer <= set(found) and len(found) == len(newer) + 2  # two news nodes among them
    assert set(sizes[:-2]) == {12} and sizes[-1] == 0


def test_the_older_listing_reaches_every_older_profile_through_the_second_of_its_two_pagers(site: Site) -> None:
    found: list[str] = []
    target: str | None = "/cluster-organisations?page=0%2C0"
    while target is not None:
        tree = html.document_fromstring(site.find(target).body)
        assert len(tree.xpath("//ul[@class='pager']")) == 2
        found += tree.xpath("//div[@class='views-row']//a/@href")
        target = next(iter(tree.xpath("(//ul[@class='pager'])[2]//a[@rel='next']/@href")), None)
    assert sorted(found) == sorted(page.path for page in site.truth if page.era == "d7")


def test_news_nodes_have_a_byline_and_stand_among_the_profiles(site: Site) -> None:
    profiles = {page.path for page in site.truth}
    news = [page for path, page in site.pages.items() if path.startswith("/content/") and path not in profiles]
    assert len(news) == 12
    for page in news:
        text = " ".join(html.document_fromstring(page.body).text_content().split())
        assert re.search(r"Submitted by \S+ \S+ on \d\d [A-Z][a-z]+ \d{4}", text)


def test_two_builds_are_equal_byte_for_byte_and_another_seed_is_not(site: Site) -> None:
    again = build()
    assert again.pages == site.pages and again.truth == site.truth
    assert build(seed=1).pages != site.pages


def test_the_crawl_delay_of_robots_is_the_one_asked_for(site: Site) -> None:
    assert b"Crawl-delay: 0\n" in site.find("/robots.txt").body
    assert b"Crawl-delay: 7\n" in build(crawl_delay=7).find("/robots.txt").body


def test_truth_pages_name_their_markup(site: Site) -> None:
    page: TruthPage
    for page in site.truth:
        assert BY_PATH[page.path].markup == page.markup
