"""What happens to the replicas from night to night, and the truth about it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from demo import eccp_plan, facts
from demo.night_truth import Change, between
from demo.nights import FIRST_NIGHT, SECOND_NIGHT, THIRD_NIGHT, Fate, fates
from demo.pages import Page, Site
from demo.site import NETWORKS, SEED, build
from demo.truth import TruthPage, records

pytestmark = pytest.mark.xdist_group("demo")

Nights = dict[str, tuple[Site, Site, Site]]


@pytest.fixture(scope="module")
def nights(sites: dict[str, Site], later_sites: dict[str, Site], second_night: Site) -> Nights:
    """Network -> its replica on each night."""
    second = {"eccp": second_night, **later_sites}
    return {network: (sites[network], second[network], build(network, night=3)) for network in NETWORKS}


def test_on_eccp_three_in_a_hundred_are_edited_one_new_one_gone_two_renamed_and_one_moves(nights: Nights) -> None:
    first, second, _ = nights["eccp"]
    before, after = (records(site.truth) for site in (first, second))
    truth = between([first], [second])
    edited = {change.organisation for change in truth.changes if change.field == "members_total"}
    kinds = Counter(change.kind for change in truth.changes if change.kind != "changed")
    assert 0.025 <= len(edited) / len(before) <= 0.035
    assert kinds == {"new": 5, "renamed": 2}
    assert [change.kind for change in truth.absent] == ["gone"] * 5
    (moved,) = [change for change in truth.changes if change.field == "url"]
    assert first.find(str(moved.old)).status == second.find(str(moved.new)).status == 200
    assert second.find(str(moved.old)).status == first.find(str(moved.new)).status == 404
    assert len(before) == len(after)


@pytest.mark.parametrize("network", NETWORKS)
def test_on_every_network_some_are_edited_new_or_gone_and_their_pages_are_younger(nights: Nights, network: str) -> None:
    first, second, _ = nights[network]
    truth = between([first], [second])
    assert {change.kind for change in truth.changes} >= {"new", "changed"}
    assert "gone" in {change.kind for change in truth.absent}
    standing = {page.path for page in first.truth} & {page.path for page in second.truth}
    younger = {path for path in standing if first.find(path).modified < second.find(path).modified}
    assert {path for path in standing if first.find(path).body != second.find(path).body} == younger
    assert younger == standing & truth.fetched[network]
    assert {second.find(path).modified for path in truth.fetched[network]} == {SECOND_NIGHT}


@pytest.mark.parametrize("network", NETWORKS)
def test_no_page_of_any_sort_changes_without_a_younger_date(nights: Nights, network: str) -> None:
    for earlier, later in (nights[network][:2], nights[network][1:]):
        standing = earlier.pages.keys() & later.pages.keys()
        assert len(standing) > 10
        for path in standing:
            was, now = earlier.pages[path], later.pages[path]
            assert was.body == now.body or was.modified < now.modified, path


def test_on_the_third_night_one_of_those_that_left_is_back_and_nothing_else_happens(nights: Nights) -> None:
    gone = frozenset(change.organisation for change in between(*zip(*(n[:2] for n in nights.values()), strict=True)).absent)
    truth = between(*zip(*(n[1:] for n in nights.values()), strict=True), gone=gone)
    assert [change.kind for change in truth.changes] == ["returned"]
    assert truth.absent == ()
    assert sum(map(len, truth.fetched.values())) == 1
    ((path,),) = [paths for paths in truth.fetched.values() if paths]
    assert nights["eccp"][2].find(path).modified == THIRD_NIGHT
    assert nights["eccp"][2].find(path).body == nights["eccp"][0].find(path).body


def test_nothing_happens_to_an_organisation_whose_address_was_seen_or_that_stands_on_several_pages() -> None:
    placed = eccp_plan.placements(facts.clusters(), SEED)
    pages = Counter(page.organisation.id for page in placed)
    touched = [page.organisation.id for page in placed if page.fate]
    assert touched
    assert all(pages[organisation] == 1 for organisation in touched)
    assert not eccp_plan.PINNED.keys() & set(touched)


def test_nobody_meets_two_fates_and_too_few_are_an_error() -> None:
    drawn = fates("x", 1, [f"org-{n}" for n in range(6)], {Fate.EDITED: 2, Fate.LEAVES: 3})
    assert Counter(drawn.values()) == {Fate.EDITED: 2, Fate.LEAVES: 3}
    with pytest.raises(ValueError, match=r"wanted 5 organisations of x .*, found 4"):
        fates("x", 1, [f"org-{n}" for n in range(4)], {Fate.EDITED: 2, Fate.LEAVES: 3})


def _site(*pages: TruthPage, network: str = "eccp") -> Site:
    found = Page(b"", "text/html", FIRST_NIGHT)
    return Site(network, {page.path: found for page in pages}, replace(found, status=404), pages)


def _page(key: str, organisation: str = "org-1", network: str = "eccp", **said: object) -> TruthPage:
    return TruthPage(network, f"/{key}", key, "d9", "dl", organisation, {"name": "A", **said}, {}, frozenset())


def test_the_truth_tells_each_field_that_changed() -> None:
    truth = between([_site(_page("a", city="Lund"))], [_site(_page("a", name="B", phone="+46541234"))])
    assert truth.changes == (
        Change("org-1", "changed", "city", "Lund", None),
        Change("org-1", "renamed", "name", "A", "B"),
        Change("org-1", "changed", "phone", None, "+46541234"),
    )


def test_whoever_leaves_the_swedish_list_is_no_swedish_cluster_any_more() -> None:
    network = "clusters_of_sweden"
    here = _site(replace(_page("a", network=network), era="en"), network=network)
    truth = between([here], [_site(network=network)])
    assert truth.absent == (Change("org-1", "gone"), Change("org-1", "changed", "is_swedish", True, False))


def test_there_is_no_truth_about_an_organisation_of_several_records() -> None:
    with pytest.raises(ValueError, match="of one record only, found org-1"):
        between([_site(_page("a"), _page("b"))], [_site(_page("a"), _page("b", name="B"))])
