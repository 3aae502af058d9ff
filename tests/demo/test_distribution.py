from __future__ import annotations

import re
from collections import Counter, defaultdict
from urllib.parse import urlsplit

import pytest
import tldextract

from demo import facts
from demo.distribution import networks_of
from demo.invented import Draw, contact_words
from demo.naming import WEBSITE_FORMS, own_names, website
from demo.pages import Site
from demo.site import NETWORKS, SEED, build
from demo.truth import TruthPage, same_organisation
from warehouse.profile import ClusterProfile

pytestmark = pytest.mark.xdist_group("demo")

OTHERS = tuple(network for network in NETWORKS if network != "eccp")
BY_ID = {organisation.id: organisation for organisation in facts.organisations()}


@pytest.fixture(scope="session")
def truth(all_pages: list[TruthPage]) -> list[TruthPage]:
    return all_pages


def test_every_organisation_stands_on_at_least_one_replica_and_about_half_on_two_or_more(truth: list[TruthPage]) -> None:
    standing: defaultdict[str, set[str]] = defaultdict(set)
    for page in truth:
        standing[page.organisation].add(page.network)
    assert standing.keys() == BY_ID.keys()
    several = sum(len(networks) >= 2 for networks in standing.values()) / len(standing)
    assert 0.40 <= several <= 0.65
    for organisation, networks in standing.items():
        assert networks <= networks_of(BY_ID[organisation], SEED)


def test_an_organisation_that_was_seen_on_a_network_stands_on_its_replica(truth: list[TruthPage]) -> None:
    standing = {(page.network, page.organisation) for page in truth}
    for organisation in facts.organisations():
        for network in {"tci", "eca"} & set(organisation.networks_seen):
            assert (network, organisation.id) in standing, organisation.name


def test_tci_has_agencies_universities_and_authorities_as_well_as_clusters(sites: dict[str, Site]) -> None:
    types = Counter(page.facts["organisation_type"] for page in sites["tci"].truth)
    assert types.keys() == {"cluster", "cluster_association", "science_park", "agency", "government", "research", "other"}
    assert types["agency"] >= 10
    assert types["cluster"] >= 100


def test_the_swedish_list_is_the_swedish_members_and_medicon_valley_alliance(sites: dict[str, Site]) -> None:
    listed = {page.organisation for page in sites["clusters_of_sweden"].truth}
    abroad = [BY_ID[key].name for key in listed if BY_ID[key].country != "SE"]
    assert abroad == ["Medicon Valley Alliance"]
    assert {BY_ID[key].organisation_type for key in listed} == {"cluster", "cluster_association", "science_park"}


def test_every_printed_name_is_the_organisations_own_and_most_that_can_differ_between_networks_do(truth: list[TruthPage]) -> None:
    names: defaultdict[str, set[str]] = defaultdict(set)
    networks: defaultdict[str, set[str]] = defaultdict(set)
    for page in truth:
        assert page.facts["name"] in BY_ID[page.organisation].names, page.path
        names[page.organisation].add(str(page.facts["name"]))
        networks[page.organisation].add(page.network)
    could = [key for key, found in networks.items() if len(found) > 1 and len(BY_ID[key].names) > 1]
    assert len(could) >= 100
    assert sum(len(names[key]) > 1 for key in could) / len(could) >= 0.5


def test_websites_stand_only_where_they_are_known_and_in_several_forms_of_one_domain(truth: list[TruthPage]) -> None:
    forms: defaultdict[str, set[str]] = defaultdict(set)
    domains: defaultdict[str, set[object]] = defaultdict(set)
    suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    for page in truth:
        if page.network != "eccp" and "website" in page.facts:
            known = BY_ID[page.organisation].website
            assert known is not None
            assert page.facts["domain"] == suffixes(known).top_domain_under_public_suffix
            forms[page.organisation].add(str(page.facts["website"]))
            domains[page.organisation].add(page.facts["domain"])
    assert sum(len(found) > 1 for found in forms.values()) >= 20
    assert all(len(found) == 1 for found in domains.values())
    printed = [form for found in forms.values() for form in found]
    assert any(form.startswith("HTTP://") for form in printed)
    assert any(not form.lower().startswith("http") for form in printed)
    assert any(form.endswith("/en") for form in printed)


@pytest.mark.parametrize("form", WEBSITE_FORMS)
def test_a_website_form_keeps_the_host_but_for_www(form: str) -> None:
    for organisation in facts.organisations():
        found = website(organisation, Draw("form"), (form,))
        if found is None:
            continue
        printed = found[0] if "://" in found[0] else f"http://{found[0]}"
        host = (urlsplit(printed).hostname or "").removeprefix("www.")
        assert host == (urlsplit(organisation.website or "").hostname or "").removeprefix("www.")


def test_own_names_leave_out_what_another_organisation_is_called_too() -> None:
    for organisation in facts.organisations():
        others = [name for name in own_names(organisation) if name != organisation.name]
        assert not {name.casefold() for name in others} & facts.names_of_several()


def test_no_two_organisations_share_a_key_within_a_network(truth: list[TruthPage]) -> None:
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for page in truth:
        owners[page.network, page.source_key].add(page.organisation)
    assert [key for key, found in owners.items() if len(found) > 1] == []


def test_sameness_is_known_across_networks(truth: list[TruthPage]) -> None:
    groups = same_organisation(truth)
    assert len(groups) == 573
    assert sum(len({network for network, _ in group}) > 1 for group in groups) >= 230
    (paper,) = [group for group in groups if ("eccp", "paper-province") in group]
    assert {network for network, _ in paper} == {"eccp", "tci", "clusters_of_sweden"}


@pytest.mark.parametrize("network", OTHERS)
def test_the_truth_of_every_network_speaks_the_language_of_the_warehouse(sites: dict[str, Site], network: str) -> None:
    for page in sites[network].truth:
        identity = {"network": page.network, "source_key": page.source_key, "url": f"http://replica{page.path}"}
        stored = ClusterProfile.model_validate({**page.facts, **identity}).model_dump(mode="json")
        assert {field: stored[field] for field in page.facts} == dict(page.facts), page.path
        assert page.generated <= page.facts.keys() == page.printed.keys()
        assert [] not in page.facts.values()


@pytest.mark.parametrize("network", OTHERS)
def test_facts_are_the_organisations_own_on_every_network(sites: dict[str, Site], network: str) -> None:
    for page in sites[network].truth:
        org = BY_ID[page.organisation]
        real = {"country": org.country, "nuts2": org.nuts2, "city": org.city, "native_name": org.native_name,
                "acronym": org.acronym, "sectors": list(org.sectoral_industries), "ecosystems": list(org.ecosystems),
                "technologies": list(org.technologies)}  # fmt: skip
        for field, value in real.items():
            assert page.facts.get(field, value) == value, (page.path, field)
            assert field not in page.generated
        keywords = page.facts.get("keywords", ())
        assert isinstance(keywords, (list, tuple))
        assert list(keywords) == list(org.keywords[: len(keywords)])
        if "founded_on" in page.facts and "founded_on" not in page.generated:
            assert page.facts["founded_on"] == str(org.founded_year)


@pytest.mark.parametrize("network", OTHERS)
def test_every_network_builds_twice_the_same_and_says_that_it_is_a_replica(sites: dict[str, Site], network: str) -> None:
    again = build(network)
    assert again.pages == sites[network].pages
    assert again.truth == sites[network].truth
    assert build(network, seed=1).pages != sites[network].pages
    for path, page in again.pages.items():
        assert b"replica for testing" in page.body, path


@pytest.mark.parametrize("network", NETWORKS)
def test_the_crawl_delay_of_every_robots_is_the_one_asked_for(network: str) -> None:
    assert b"\nCrawl-delay: 7\n" in build(network, crawl_delay=7).find("/robots.txt").body


def test_words_of_contact_persons_stand_in_no_fact_and_no_address_of_a_member(truth: list[TruthPage]) -> None:
    words = re.compile("|".join(map(re.escape, sorted(contact_words()))), re.IGNORECASE)
    assert [page.path for page in truth if words.search(f"{page.path} {page.source_key} {page.facts} {page.printed}")] == []
