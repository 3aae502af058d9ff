"""Each feature says what it means, between 0 and 1, and says when it does not know."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.partners.features import MEASURES, Feature, cosine, jaccard, measure
from matching.partners.graph import Graph, KnownRow
from matching.partners.ground import Ground, Valued, co_occurrence
from matching.partners.population import Label, Organisation, Population, read_population
from matching.partners.sets import Sets
from matching.partners.written import Written
from matching.search.text import words
from support.examples import examples
from warehouse.connection import Connection

TODAY = date(2026, 11, 23)
BLANK = Organisation(
    id=0, name="", country=None, type="cluster", is_swedish=False, is_gone=False, nuts2=None, members_total=None,
    ecosystems=frozenset(), sectors=frozenset(), nace_divisions=frozenset(), technologies={}, s3_priorities={}, networks={},
    target_countries=frozenset(), label=None, checked_on=None, place=None, place_of="", subjects=(), texts=(),
)  # fmt: skip


def organisation(number: int, **values: object) -> Organisation:
    return replace(BLANK, id=number, name=f"Cluster {number}", **values)  # type: ignore[arg-type]


def measured(feature: Feature, *organisations: Organisation, home: int = 0) -> tuple[list[float], list[bool]]:
    """Values and masks of one feature for one home."""
    found = measure(Ground.of(Population(organisations, TODAY)), feature, [home])
    return found.value[0].tolist(), found.known[0].tolist()


_words = st.sampled_from(["Paper", "Wood", "Energy", "Food", "Health"])
_sets = st.frozensets(_words, max_size=4)
_folded = _sets.map(lambda found: {word.lower(): word for word in found})
_organisations = st.builds(
    organisation,
    st.just(1),
    country=st.sampled_from(["SE", "FI", "FR", "US", None]),
    members_total=st.one_of(st.none(), st.integers(0, 100_000)),
    is_gone=st.booleans(),
    ecosystems=_sets,
    sectors=_sets,
    nace_divisions=_sets,
    technologies=_folded,
    s3_priorities=_folded,
    networks=_folded,
    target_countries=st.frozensets(st.sampled_from(["SE", "FI", "FR"])),
    label=st.sampled_from([None, Label("gold", TODAY, True, None, None), Label("gold", None, None, None, None)]),
    place=st.one_of(st.none(), st.tuples(st.floats(-90, 90), st.floats(-180, 180))),
    nuts2=st.sampled_from([None, "SE33", "NO07", "FR10"]),
    texts=_sets.map(lambda found: tuple(sorted(found))),
    own=_sets.map(lambda found: tuple(sorted(found))),
)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_organisations, min_size=1, max_size=5), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6))
def test_every_feature_of_any_population_lies_between_0_and_1_and_is_0_where_unknown(
    found: list[Organisation], joined: list[tuple[int, int]]
) -> None:
    population = Population(tuple(replace(one, id=number) for number, one in enumerate(found)), TODAY)
    graph = Graph.of(population, [KnownRow(one, other, "Consortium", 2018, "F1") for one, other in joined if one != other])
    ground = Ground.of(population, graph, np.eye(len(found), 384, dtype=np.float32))
    for feature in Feature:
        measured = measure(ground, feature, range(len(found)))
        assert measured.value.shape == measured.known.shape == (len(found), len(found)), feature
        assert np.isfinite(measured.value).all(), feature
        assert (measured.value >= 0).all(), feature
        assert (measured.value <= 1).all(), feature
        assert (measured.value[~measured.known] == 0).all(), feature


@pytest.mark.parametrize("feature", list(Feature))
def test_every_feature_says_when_it_is_unknown_and_where_it_comes_from(feature: Feature) -> None:
    said = MEASURES[feature].__doc__ or ""
    assert "nknown" in said
    assert "Source: " in said or "Idea: " in said


def test_a_rare_shared_ecosystem_counts_more_than_a_common_one() -> None:
    home = organisation(0, ecosystems=frozenset({"Digital", "Textiles"}))
    common = organisation(1, ecosystems=frozenset({"Digital"}))
    rare = organisation(2, ecosystems=frozenset({"Textiles"}))
    others = [organisation(number, ecosystems=frozenset({"Digital", "Health"})) for number in range(3, 7)]
    value, known = measured(Feature.ECOSYSTEMS, home, common, rare, *others)
    assert value[0] == pytest.approx(1)
    assert value[2] > value[1] > 0
    assert all(known)


def test_an_organisation_without_ecosystems_is_unknown_not_different() -> None:
    home = organisation(0, ecosystems=frozenset({"Digital"}))
    _, known = measured(Feature.ECOSYSTEMS, home, organisation(1), organisation(2, ecosystems=frozenset({"Health"})))
    assert known == [True, False, True]


def test_what_everyone_has_says_nothing() -> None:
    everyone = [organisation(number, networks={"eccp": "eccp"}) for number in range(4)]
    _, known = measured(Feature.NETWORKS, *everyone)
    assert not any(known)


def test_sectors_and_nace_divisions_are_averaged_where_both_are_known() -> None:
    home = organisation(0, sectors=frozenset({"Forestry"}), nace_divisions=frozenset({"02"}))
    both = organisation(1, sectors=frozenset({"Forestry"}), nace_divisions=frozenset({"62"}))
    only_sector = organisation(2, sectors=frozenset({"Forestry"}))
    value, _ = measured(Feature.SECTORS, home, both, only_sector, organisation(3, sectors=frozenset({"Plastics"})))
    assert value[1] == pytest.approx(0.5)
    assert value[2] == pytest.approx(1)


def test_jaccard_and_cosine_are_the_textbook_values_for_equal_weights() -> None:
    valued = Valued(Sets.of([["a", "b"], ["a", "c"], []]), np.ones(3))
    homes = np.array([0])
    assert jaccard(valued, homes).value[0].tolist() == pytest.approx([1, 1 / 3, 0])
    assert cosine(valued, homes).value[0].tolist() == pytest.approx([1, 1 / 2, 0])


def test_proximity_is_the_smaller_conditional_probability() -> None:
    # The first sector occurs four times, the second twice, together once: P(a|b) = 1/2, P(b|a) = 1/4.
    matrix = np.array([[1.0, 1], [1, 0], [1, 0], [1, 0], [0, 1]])
    assert co_occurrence(matrix).tolist() == [[0, 0.25], [0.25, 0]]


def test_related_variety_is_highest_half_way_between_the_same_and_the_unrelated() -> None:
    proximity = np.array([[0.0, 0.4, 0.2, 0.0], [0.4, 0, 0, 0], [0.2, 0, 0, 0], [0, 0, 0, 0]])
    everyone = [organisation(number, sectors=frozenset({sector})) for number, sector in enumerate("abcda")]
    ground = replace(Ground.of(Population(tuple(everyone), TODAY)), proximity=proximity)
    near, middle, far, same = measure(ground, Feature.RELATED_VARIETY, [0]).value[0, 1:]
    assert middle == pytest.approx(1, abs=0.01)
    assert far == same == 0
    assert near < middle


def test_the_gap_is_filled_by_technologies_of_our_field_that_we_lack() -> None:
    food = frozenset({"Agri-food"})
    home = organisation(0, ecosystems=food, technologies={"brewing": "Brewing"})
    same = organisation(1, ecosystems=food, technologies={"brewing": "Brewing"})
    filling = organisation(2, ecosystems=food, technologies={"enzymes": "Enzymes"})
    alien = organisation(3, ecosystems=frozenset({"Textiles"}), technologies={"weaving": "Weaving"})
    value, _ = measured(Feature.TECHNOLOGY_GAP, home, same, filling, alien)
    assert value[1:] == pytest.approx([0, 1, 0])


def test_who_writes_of_the_same_is_near_and_who_writes_of_nothing_is_unknown() -> None:
    home = organisation(0, own=("pulp paper lignin",))
    near = organisation(1, own=("lignin and pulp for paper",))
    middle = organisation(2, own=("paper boats on the river",))
    far = organisation(3, own=("cosmetics and perfume",))
    silent = organisation(4)
    others = [organisation(number, own=(f"topic{number} boats river perfume cosmetics",)) for number in range(5, 8)]
    strangers = [organisation(number, own=(f"steel{number // 2} forging{number // 2}",)) for number in range(8, 20)]
    value, known = measured(Feature.TEXT, home, near, middle, far, silent, *others, *strangers)
    assert value[1] > 0.8 > value[2] > 0.1 > value[3]
    assert known[:4] == [True] * 4
    assert not known[4]


def test_the_field_joins_what_goes_together_though_no_word_is_shared() -> None:
    between = [organisation(number, own=("pulp biorefinery",)) for number in range(2, 6)]
    strangers = [organisation(number, own=(f"steel{number % 30} forging{number % 30}",)) for number in range(6, 66)]
    home, other = organisation(0, own=("pulp papermaking",)), organisation(1, own=("biorefinery enzymes",))
    more = [organisation(66, own=("papermaking",)), organisation(67, own=("enzymes",))]
    everyone = [home, other, *between, *strangers, *more]
    value, _ = measured(Feature.FIELD, *everyone)
    assert value[1] > 0.9
    assert max(value[6:66]) == pytest.approx(0, abs=1e-6)
    assert measured(Feature.TEXT, *everyone)[0][1] == pytest.approx(0, abs=1e-6), "the finer space tells them apart"


def test_the_meaning_is_the_cosine_of_the_vectors_and_unknown_without_one() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [-1, 0], [0, 0]], dtype=np.float32)
    ground = Ground.of(Population(tuple(organisation(number) for number in range(4)), TODAY), meaning=vectors)
    found = measure(ground, Feature.MEANING, [0])
    assert found.value[0].tolist() == pytest.approx([1, 0.6, 0, 0])
    assert found.known[0].tolist() == [True, True, True, False]
    assert not measured(Feature.MEANING, organisation(0), organisation(1))[1][1], "without a model nothing is known of it"


def test_regions_within_150_km_across_the_border_are_neighbours() -> None:
    home = organisation(0, nuts2="SE33")
    value, known = measured(
        Feature.NEIGHBOURS, home, organisation(1, nuts2="FI1D"), organisation(2, nuts2="FR10"), organisation(3)
    )
    assert value[1:3] == [1, 0]
    assert known == [True, True, True, False]


def test_a_common_partner_ties_more_the_fewer_partners_it_has() -> None:
    population = Population(tuple(organisation(number) for number in range(8)), TODAY)

    def known(*pairs: tuple[int, int], year: int = 2018, fold: str = "F1") -> list[KnownRow]:
        return [KnownRow(one, other, "Consortium", year, fold) for one, other in pairs]

    rows = known((0, 2), (1, 2), (0, 4), (3, 4), (4, 5), (4, 6))
    found = measure(Ground.of(population, Graph.of(population, rows)), Feature.TIES, [0, 7])
    assert found.value[0, 1] > found.value[0, 3] > 0, "2 has two partners, 4 has four"
    assert found.value[0, 7] == 0
    assert found.known[0, 7], "nothing is recorded of a newcomer, and that is known"
    assert not found.known[1].any(), "who never had a partner has no partner's partners"


def test_ties_are_as_of_a_year_and_without_what_is_set_aside() -> None:
    population = Population(tuple(organisation(number) for number in range(3)), TODAY)
    rows = [KnownRow(0, 1, "Old", 2012, "F1"), KnownRow(0, 2, "New", 2020, "F2"), KnownRow(1, 2, "Undated", None, "F3")]
    assert Graph.of(population, rows, before=2020).partners == {0: {1}, 1: {0}}
    assert Graph.of(population, rows, without={"F1", "F3"}).partners == {0: {2}, 2: {0}}
    assert Graph.of(population, rows).counts.tolist() == [2, 2, 2]


def test_geography_falls_to_a_third_at_700_km() -> None:
    degrees = 700 / 111.195  # a degree of latitude in km
    value, known = measured(
        Feature.GEOGRAPHY, organisation(0, place=(50.0, 10.0)), organisation(1, place=(50.0 + degrees, 10.0)), organisation(2)
    )
    assert value[:2] == pytest.approx([1, np.exp(-1)], abs=1e-3)
    assert known == [True, True, False]


def test_finland_shares_a_macro_region_with_sweden_and_portugal_does_not() -> None:
    value, _ = measured(
        Feature.MACRO_REGION, organisation(0, country="SE"), organisation(1, country="FI"), organisation(2, country="PT")
    )
    assert value[1:] == [1, 0]


def test_interest_is_the_mean_of_what_both_sides_say() -> None:
    home = organisation(0, country="SE", target_countries=frozenset({"FI"}))
    mutual = organisation(1, country="FI", target_countries=frozenset({"SE"}))
    one_sided = organisation(2, country="FI", target_countries=frozenset({"US"}))
    silent = organisation(3, country="FR")
    value, _ = measured(Feature.INTEREST, home, mutual, one_sided, silent)
    assert value[1:] == [1, 0.5, 0]
    _, known = measured(Feature.INTEREST, organisation(0, country="SE"), organisation(1, country="FI"))
    assert not any(known)


def test_equal_sizes_have_1_and_a_hundredfold_difference_0() -> None:
    sizes = [organisation(number, members_total=members) for number, members in enumerate([50, 50, 5000, 5, None, 0])]
    value, known = measured(Feature.SIZE, *sizes)
    assert value[:4] == pytest.approx([1, 1, 0, 0.5])
    assert known == [True, True, True, True, False, False]


def test_only_a_label_that_is_valid_on_the_day_counts(con: Connection, add_cluster) -> None:
    for number, name in enumerate(["Home", "Valid", "Ended", "Undated", "None"], start=1):
        add_cluster(number, name, "SE" if number == 1 else "FI")
    con.execute(
        "INSERT INTO labels (organisation_id, level, valid_until)"
        " VALUES (2, 'gold', '2026-11-23'), (3, 'gold', '2026-11-22'), (4, 'gold', NULL)"
    )
    population = read_population(con, TODAY)
    value, known = measured(Feature.LABEL, *population.organisations)
    assert value[1:] == [1, 0, 0, 0]
    assert known == [True, True, True, False, True]


def test_a_place_is_taken_from_the_address_else_the_region_else_the_country(con: Connection, add_cluster) -> None:
    add_cluster(1, "Address", "SE", latitude=59.4, longitude=13.5, nuts2="SE31")
    add_cluster(2, "Region", "SE", nuts2="SE31")
    add_cluster(3, "Country", "GR")
    add_cluster(4, "Overseas", "MX")
    found = read_population(con, TODAY).organisations
    assert [one.place_of for one in found] == ["address", "region", "country", ""]
    assert found[0].place == (59.4, 13.5)
    assert found[2].place is not None, "NUTS writes Greece EL"
    assert found[3].place is None


_TEXTS = st.lists(st.sampled_from(["Paper and pulp", "pulp", "Massa & papper", "Средногорие", "a " * 40, ""]), max_size=5)


@given(st.lists(_TEXTS, max_size=6))
def test_words_are_counted_document_by_document_however_often_a_text_stands(documents: list[list[str]]) -> None:
    written = Written.of(documents)
    for place, texts in enumerate(documents):
        here = slice(written.starts[place], written.starts[place + 1])
        counted = {written.names[word]: times for word, times in zip(written.words[here], written.times[here], strict=True)}
        assert counted == Counter(word for text in texts for word in words(text))


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=5), max_size=6))
def test_sets_know_who_has_what_once_and_as_words_beside_others(found: list[list[str]]) -> None:
    sets = Sets.of(found)
    held = [[sets.names[value] for value in sets.values[sets.starts[n] : sets.starts[n + 1]]] for n in range(len(found))]
    assert held == [sorted(set(one)) for one in found]
    listed = Written.listed({"one": sets, "two": sets})
    for n, one in enumerate(held):
        names = [listed.names[word] for word in listed.words[listed.starts[n] : listed.starts[n + 1]]]
        assert names == [f"{what}: {value}" for what in ("one", "two") for value in one]
