"""The ranking: who may be ranked, in which order, and that it adds up."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from matching.partners.explain import LEAST_AGAINST
from matching.partners.features import Feature
from matching.partners.ground import Ground
from matching.partners.programmes import named
from matching.partners.ranking import Mode, known, rank, rank_all, rank_on, read_ground
from matching.partners.recipe import checked, recipe
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("real")

TODAY = date(2026, 11, 23)
PAPER = {
    "ecosystems": ["Energy-intensive industries (EII)"],
    "sectors": ["Paper and Packaging", "Forestry"],
    "technologies": ["Biorefinery", "Lignin"],
    "keywords": ["pulp and paper"],
}
FOOD = {
    "ecosystems": ["Agri-food"],
    "sectors": ["Food Processing and Manufacturing"],
    "technologies": ["Brewing"],
    "keywords": ["beer"],
}


@pytest.fixture(scope="module")
def ground(real: Connection) -> Ground:
    """The real organisations as the features see them."""
    return read_ground(real, TODAY)


@pytest.fixture
def village(con: Connection, add_cluster) -> Connection:
    """One Swedish paper cluster, and a neighbour of each kind."""
    add_cluster(1, "Home", "SE", **PAPER)
    add_cluster(2, "Like us", "FI", **PAPER)
    add_cluster(3, "Brewers", "FI", **FOOD)
    add_cluster(4, "Countrymen", "SE", **PAPER)
    add_cluster(5, "University", "FI", **PAPER, organisation_type="research")
    add_cluster(6, "Closed", "FI", **PAPER, is_gone=True)
    add_cluster(7, "Old friends", "NO", **PAPER)
    add_cluster(8, "In two countries", "DK", **PAPER, is_swedish=True)
    add_cluster(9, "Nameless land", "FI", **PAPER)
    con.execute("UPDATE clusters SET country = NULL WHERE organisation_id = 9")
    con.execute(
        "INSERT INTO known_partnerships VALUES (7, 1, 'COSME', 'Paper Without Borders', 2018, ['https://example.org/'], 'f1')"
    )
    return con


def ranked(con: Connection, home: int = 1, **wanted) -> list[int]:
    return [match.partner for match in rank(con, home, today=TODAY, **wanted)]


def test_only_foreign_living_organisations_that_can_join_and_are_no_partners_yet_are_ranked(village: Connection) -> None:
    assert ranked(village) == [2, 3]


def test_known_partners_are_listed_apart_from_both_sides(village: Connection) -> None:
    (friend,) = known(village, 1)
    assert (friend.id, friend.name, friend.partnership, friend.year) == (7, "Old friends", "Paper Without Borders", 2018)
    assert friend.source_urls == ("https://example.org/",)
    assert [partner.id for partner in known(village, 7)] == [1]
    assert known(village, 2) == []


def test_an_organisation_that_does_not_exist_is_an_error_that_says_so(village: Connection) -> None:
    with pytest.raises(LookupError, match="wanted organisation 99"):
        rank(village, 99, today=TODAY)


def test_a_country_filter_keeps_those_countries_only(village: Connection) -> None:
    assert ranked(village, countries=["fi"]) == [2, 3]
    assert ranked(village, countries=["FR"]) == []


@pytest.mark.parametrize("mode", list(Mode))
def test_the_contributions_sum_to_the_score(ground: Ground, mode: Mode) -> None:
    matches = rank_on(ground, 7, frozenset(), mode=mode, top=50)
    assert len(matches) == 50
    for match in matches:
        assert sum(reason.contribution for reason in match.reasons) == pytest.approx(match.score, abs=1e-9)
        assert {reason.feature for reason in match.reasons} == set(recipe(mode).weights)
        assert match.recipe == {"similar": "learned-similar-1", "complement": "hand-complement-1"}.get(
            mode, "half-learned-balanced-1"
        )


def test_scores_are_points_around_the_mean_candidate(ground: Ground) -> None:
    matches = rank_on(ground, 7, frozenset(), top=1000, is_diverse=False)
    assert sum(match.score for match in matches) / len(matches) == pytest.approx(0, abs=1e-9)
    assert all(-100 <= match.score <= 100 for match in matches)
    assert [match.score for match in matches] == sorted((match.score for match in matches), reverse=True)


def test_paper_province_meets_paper_wood_and_bioeconomy_clusters_first(real: Connection) -> None:
    names = dict(real.execute("SELECT organisation_id, name FROM clusters").fetchall())
    found = {names[match.partner] for match in rank(real, 8, mode=Mode.SIMILAR, top=10, today=TODAY)}
    assert names[8] == "Paper Province"
    assert {"Xylofutur", "BioEconomy Cluster", "BioVale", "Arctic Industry and Circular Economy cluster"} <= found


def test_the_modes_change_the_ranking(ground: Ground) -> None:
    firsts = {mode: [match.partner for match in rank_on(ground, 7, frozenset(), mode=mode)] for mode in Mode}
    assert len({tuple(first) for first in firsts.values()}) == 3
    assert len(set(firsts[Mode.SIMILAR]) & set(firsts[Mode.COMPLEMENT])) < 7


def test_a_twin_comes_first_where_likes_are_sought_and_last_where_completion_is(con: Connection, add_cluster) -> None:
    paper, plastics, food = "Paper and Packaging", "Plastics", "Food Processing and Manufacturing"
    ecosystems = ["Agri-food"]
    add_cluster(1, "Home", "SE", sectors=[paper], technologies=["Lignin"], ecosystems=ecosystems, keywords=["paper"])
    add_cluster(2, "Twin", "FI", sectors=[paper], technologies=["Lignin"], ecosystems=ecosystems, keywords=["paper"])
    add_cluster(3, "Complement", "NO", sectors=[food], technologies=["Brewing"], ecosystems=ecosystems, keywords=["beer"])
    # The population joins paper with food half as often as with plastics.
    for number, sectors in enumerate([[paper, food], [paper, plastics], [paper, plastics], [food], [food], [plastics]], start=4):
        add_cluster(number, f"Other {number}", "SE", sectors=sectors, ecosystems=["Retail"], keywords=[f"topic{number}"])
    assert ranked(con, mode=Mode.SIMILAR) == [2, 3]
    assert ranked(con, mode=Mode.COMPLEMENT) == [3, 2]


def test_what_is_not_known_costs_nothing(con: Connection, add_cluster) -> None:
    add_cluster(1, "Home", "SE", members_total=100, **PAPER)
    add_cluster(2, "Silent on size", "FI", **PAPER)
    add_cluster(3, "Very different size", "FI", members_total=9000, **PAPER)
    add_cluster(4, "Same size", "FI", members_total=100, **FOOD)
    silent, different = (next(match for match in rank(con, 1, today=TODAY) if match.partner == number) for number in (2, 3))
    size = {match.partner: reason for match in (silent, different) for reason in match.reasons if reason.feature == "size"}
    assert size[2].contribution == 0
    assert "Not known" in size[2].text
    assert size[3].contribution < 0
    assert silent.score > different.score


def test_at_most_three_of_ten_come_from_one_country_as_long_as_there_are_others(con: Connection, add_cluster) -> None:
    add_cluster(1, "Home", "SE", **PAPER)
    for number in range(2, 42):
        add_cluster(number, f"French {number}", "FR", **PAPER)
    for number, country in enumerate(["FI", "NO", "DK", "PL", "LT", "LV", "EE"], start=50):
        add_cluster(number, f"Other {number}", country, **FOOD)
    countries = dict(con.execute("SELECT organisation_id, country FROM clusters").fetchall())
    ten = Counter(countries[partner] for partner in ranked(con))
    assert ten["FR"] == 3
    assert sum(ten.values()) == 10
    assert Counter(countries[partner] for partner in ranked(con, countries=["FR"]))["FR"] == 10
    assert {countries[partner] for partner in ranked(con, is_diverse=False)} == {"FR"}
    assert len(ranked(con, top=40)) == 40, "when the others are used up the cap gives way"


def test_equal_organisations_are_ranked_by_number_whatever_the_order_of_the_rows(con: Connection, add_cluster) -> None:
    add_cluster(1, "Home", "SE", **PAPER)
    for number in (9, 3, 7, 5):
        add_cluster(number, "Equal", "FI", **PAPER)
    add_cluster(20, "Else", "NO", **FOOD)
    assert ranked(con, is_diverse=False) == [3, 5, 7, 9, 20]


def test_ranks_count_from_one_and_a_run_repeats_itself(real: Connection) -> None:
    first, second = (rank(real, 8, top=20, today=TODAY) for _ in range(2))
    assert first == second
    assert [match.rank for match in first] == list(range(1, 21))


@pytest.mark.parametrize("mode", list(Mode))
def test_the_first_ten_are_the_same_however_many_are_wanted(ground: Ground, mode: Mode) -> None:
    def first(top: int) -> list[int]:
        return [match.partner for match in rank_on(ground, 7, frozenset(), top=top, mode=mode)]

    everyone = first(350)
    assert len(everyone) == 350
    for top in (1, 10, 50):
        assert first(top) == everyone[:top]


def test_ranking_all_gives_every_swedish_cluster_what_ranking_one_gives(real: Connection) -> None:
    everyone = rank_all(real, top=10, today=TODAY)
    swedish = {number for (number,) in real.execute("SELECT organisation_id FROM clusters WHERE is_swedish").fetchall()}
    assert {match.swedish for match in everyone} == swedish
    alone = rank(real, 8, top=10, today=TODAY)
    together = [match for match in everyone if match.swedish == 8]
    assert [match.partner for match in together] == [match.partner for match in alone]
    assert [match.score for match in together] == pytest.approx([match.score for match in alone])


def test_of_all_the_fifty_best_are_kept(con: Connection, add_cluster) -> None:
    add_cluster(1, "Home", "SE", **PAPER)
    for number in range(2, 57):
        add_cluster(number, f"Finnish {number}", "FI", **PAPER)
    assert [match.rank for match in rank_all(con, today=TODAY)] == list(range(1, 51))


def test_a_population_without_anyone_else_ranks_nobody(con: Connection, add_cluster) -> None:
    assert rank_all(con, today=TODAY) == []
    add_cluster(1, "Alone", "SE")
    assert rank_all(con, today=TODAY) == []
    add_cluster(2, "Silent", "FI")
    assert [(match.partner, match.score) for match in rank_all(con, today=TODAY)] == [(2, 0.0)]


@pytest.mark.parametrize("weights", [{"text": 50.0}, {"text": 120.0, "size": -20.0}, {"text": 50.0, "fame": 50.0}])
def test_weights_that_are_not_sound_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="weights broken: wanted"):
        checked("broken", weights)


def test_the_modes_ask_for_visibly_different_things() -> None:
    similar, complement, balanced = (recipe(mode).weights for mode in (Mode.SIMILAR, Mode.COMPLEMENT, Mode.BALANCED))
    assert max(similar, key=lambda feature: similar[feature]) in ("meaning", "field", "text")
    assert max(complement, key=lambda feature: complement[feature]) == "related_variety"
    for feature in {*similar, *complement}:
        both = sorted((similar.get(feature, 0), complement.get(feature, 0)))
        assert both[0] - 0.2 <= balanced.get(feature, 0) <= both[1] + 0.2, feature


def test_a_mode_changes_the_weights_and_nothing_else_but_what_takes_too_little_to_be_told(ground: Ground) -> None:
    home = ground.population.index(8)
    told = {
        mode: {
            (match.partner, reason.feature): (reason.contribution / recipe(mode).weights[Feature(reason.feature)], reason)
            for match in rank_on(ground, home, frozenset(), mode=mode, top=ground.size, is_diverse=False)
            for reason in match.reasons
        }
        for mode in Mode
    }
    shared = told[Mode.SIMILAR].keys() & told[Mode.COMPLEMENT].keys() & told[Mode.BALANCED].keys()
    assert len({feature for _, feature in shared}) >= 3
    for key in shared:
        measured = [told[mode][key][0] for mode in Mode]
        assert measured == pytest.approx([measured[0]] * 3, abs=1e-9)
        reasons = [told[mode][key][1] for mode in Mode]
        sides = {(one.contribution <= -LEAST_AGAINST, one.text) for one in reasons}
        assert len(sides) == len({is_against for is_against, _ in sides})


def test_a_programme_leaves_out_whom_it_is_closed_to_and_keeps_whom_it_may_be_open_to(village: Connection, add_cluster) -> None:
    add_cluster(10, "Overseas", "US", **PAPER)
    add_cluster(11, "Perhaps", "CH", **PAPER)
    assert set(ranked(village)) == {2, 3, 10, 11}
    assert set(ranked(village, programme=named("horizon-europe-ria-ia"))) == {2, 3, 11}
