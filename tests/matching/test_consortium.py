"""A completed team is close to the best there is, covers what is missing, keeps its balance, and meets the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.partners.checks import Member
from matching.partners.consortium import Pick, Problem, Team, _first, suggest
from matching.partners.coverage import Coverage, NothingToCover, coverage
from matching.partners.eligibility import shortfall
from matching.partners.programmes import named, programmes
from matching.partners.ranking import read_ground
from matching.partners.sets import Sets
from matching.partners.teams import checked, completed
from support.examples import examples
from warehouse.connection import Connection

TODAY = date(2026, 11, 29)
HORIZON = named("horizon-europe-ria-ia")


def problem(
    members: Sequence[tuple[str | None, float, str]],
    size: int,
    *,
    programme: str | None = None,
    allowed: Sequence[int] = (),
    types: Sequence[str] = (),
) -> Problem:
    """Members as (country, fit, letters of what they cover); the first is the start and covers nothing that is wanted.

    Arguments:
        types: of the organisations, where they are not all clusters.
    """
    sets = Sets.of([set(letters) for _, _, letters in members])
    types = types or ["cluster"] * len(members)
    weight = np.ones(len(sets.names))
    may = np.array([place != 0 and (not allowed or place in allowed) for place in range(len(members))])
    return Problem(
        members=tuple(Member(place, f"Cluster {place}", country, types[place]) for place, (country, _, _) in enumerate(members)),
        start=(0,),
        allowed=may,
        fit=np.array([fit for _, fit, _ in members]),
        coverage=Coverage(sets, weight, float(max(len(sets.names), 1))),
        programme=None if programme is None else named(programme),
        size=size,
    )


def places(team: Team) -> list[int]:
    return [pick.place for pick in team.picks]


def worth(of: Problem, team: Sequence[int]) -> float:
    """The worth as the module's docstring has it, computed plainly."""
    covered = {value for place in team for value in of.coverage.sets.rows([place])[0].nonzero()[0].tolist()}
    share = min(len(covered) / of.coverage.full, 1)
    countries = {of.members[place].country for place in (*of.start, *team)}
    return 0.5 * sum(of.fit[list(team)]) / (of.size - len(of.start)) + 0.3 * share + 0.2 * len(countries) / of.size


def shortfalls(of: Problem, team: Sequence[int]) -> list[int]:
    """What each rule that is not mere advice wants of a team."""
    members = [of.members[place] for place in (*of.start, *team)]
    return [shortfall(rule, members) for rule in of.programme.rules if not rule.is_advice] if of.programme else []


def by_brute_force(of: Problem, found: Sequence[int]) -> tuple[tuple[tuple[int, int, int], float], tuple[int, int, int]]:
    """The best of all full teams that keep the balance: what the rules want of it (see ``Standing``) and its worth.

    And what they want of the team that was found.
    """
    teams = []
    for team in combinations(np.flatnonzero(of.allowed).tolist(), of.size - len(of.start)):
        countries = Counter(of.members[place].country for place in (*of.start, *team))
        if max(countries.values()) <= of.most_of_one_country:
            teams.append(team)
    least = [min(wanting) for wanting in zip(*(shortfalls(of, team) for team in teams), strict=True)]

    def standing(team: Sequence[int]) -> tuple[int, int, int]:
        wanting = list(zip(shortfalls(of, team), least, strict=True))
        can = [short for short, fewest in wanting if fewest == 0]
        return max(can, default=0), sum(can), sum(short - fewest for short, fewest in wanting)

    return min(((standing(team), worth(of, team)) for team in teams), key=lambda one: (one[0], -one[1])), standing(found)


_members = st.tuples(
    st.sampled_from(["SE", "FI", "NO", "DE", "US", "PL"]),
    st.floats(0, 1).map(lambda fit: round(fit, 3)),
    st.text("abcdef", max_size=4),
)


@settings(max_examples=examples(120))
@given(
    st.lists(st.tuples(_members, st.sampled_from(["cluster", "government", "company"])), min_size=5, max_size=9),
    st.sampled_from(["SE", "NO", "CH"]),
    st.integers(2, 5),
    st.sampled_from([None, *programmes()]),
)
def test_the_team_is_within_5_per_cent_of_the_best_that_brute_force_finds(
    others: list[tuple[tuple[str, float, str], str]], home: str, size: int, programme: str | None
) -> None:
    members, types = zip(*others, strict=True)
    of = problem([(home, 0.0, ""), *members], size, programme=programme, types=["cluster", *types])
    found = suggest(of)
    if len(found.picks) < size - 1:
        return  # the balance leaves no full team within reach, and brute force compares full teams only
    (best_standing, most_worth), standing = by_brute_force(of, places(found))
    assert found.worth == pytest.approx(worth(of, places(found)))
    assert found.wanting == max(shortfalls(of, places(found)), default=0)
    assert standing == best_standing
    assert found.worth >= 0.95 * most_worth


def test_a_rule_that_two_cannot_meet_hides_none_that_they_can() -> None:
    # Three countries are beyond any two; one member state is not, though the one from Iceland fits better.
    of = problem([("NO", 0.0, ""), ("IS", 1.0, "abc"), ("SE", 0.01, "")], 2, programme="horizon-europe-ria-ia")
    found = suggest(of)
    assert places(found) == [2]
    assert found.wanting == 1
    assert found.picks[0].meets == ("three-countries", "one-member-state", "independent")


def test_a_rule_that_can_be_met_comes_before_a_step_towards_one_that_cannot() -> None:
    # A public body has to lead. Three countries are beyond any two, and of the ministry's it is not known whether it is one.
    members = [("NO", 0.0, ""), (None, 0.0, ""), ("FI", 1.0, "abc")]
    of = problem(members, 2, programme="interreg-europe", types=["cluster", "government", "cluster"])
    assert places(suggest(of)) == [1]


def test_the_greedy_start_alone_would_be_caught_by_a_trap_and_the_exchange_finds_out() -> None:
    # The best single one covers a, b and c half; two others cover everything together.
    of = problem([("SE", 0, ""), ("FI", 0.1, "abcd"), ("NO", 0, "abce"), ("DE", 0, "df"), ("DK", 0, "ef")], 3)
    found = suggest(of)
    assert found.worth == pytest.approx(by_brute_force(of, places(found))[0][1])


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=1, max_size=30), st.integers(1, 8))
def test_the_first_by_several_keys_are_those_of_a_whole_sort(rows: list[list[int]], number: int) -> None:
    keys = [np.array(key) for key in zip(*rows, strict=True)]
    assert _first(number, keys).tolist() == sorted(range(len(rows)), key=lambda row: (rows[row], row))[:number]


def test_the_same_problem_has_the_same_answer_and_equals_are_taken_in_order() -> None:
    of = problem([("SE", 0, "")] + [(country, 0.5, "a") for country in ("FI", "NO", "DE", "DK", "PL")], 4)
    assert suggest(of) == suggest(of)
    assert sorted(places(suggest(of))) == [1, 2, 3]


def test_no_more_than_a_third_comes_from_one_country_also_where_it_has_the_best() -> None:
    of = problem([("SE", 0, "")] + [("FR", 1.0, "")] * 6 + [("FI", 0.1, ""), ("NO", 0.1, ""), ("DE", 0.1, "")], 6)
    team = [of.members[place].country for place in places(suggest(of))]
    assert Counter(team)["FR"] == 2
    assert len(team) == 5


def test_the_rules_come_before_worth() -> None:
    members = [("NO", 0.0, ""), ("GB", 1.0, "abc"), ("IS", 1.0, "def"), ("SE", 0.01, ""), ("US", 1.0, "abcdef")]
    assert 3 in places(suggest(problem(members, 3, programme="horizon-europe-ria-ia")))
    assert 3 not in places(suggest(problem(members, 3)))


def test_each_pick_says_what_it_adds_to_those_before_it() -> None:
    members = [("SE", 0.0, ""), ("FI", 0.9, "ab"), ("NO", 0.5, "bc"), ("FI", 0.4, "a")]
    first, second, third = suggest(problem(members, 4, programme="horizon-europe-ria-ia")).picks
    assert (first.place, first.covers, first.is_new_country) == (1, ("a", "b"), True)
    assert first.meets == ("three-countries", "independent")
    assert second == Pick(2, 0.5, ("c",), True, ("three-countries", "independent"))
    assert (third.covers, third.is_new_country, third.meets) == ((), False, ())


def test_where_nobody_may_be_chosen_the_team_stays_as_it_is_and_says_what_is_wanting() -> None:
    of = problem([("SE", 0.0, ""), ("SE", 0.5, "")], 4, programme="horizon-europe-ria-ia", allowed=[99])
    assert suggest(of) == Team((), pytest.approx(0.2 / 4), 2)


def test_a_size_below_the_members_is_refused() -> None:
    with pytest.raises(ValueError, match="wanted a size of at least 1, found 0"):
        suggest(problem([("SE", 0.0, "")], 0))


PAPER = {"ecosystems": ["Energy-intensive industries (EII)"], "sectors": ["Paper and Packaging"], "keywords": ["paper"]}


@pytest.fixture
def village(con: Connection, add_cluster) -> Connection:
    """A paper cluster, others of its field with technologies that it lacks, and a few of other fields."""
    add_cluster(1, "Home", "SE", technologies=["Lignin"], domain="home.example", **PAPER)
    for number, country, technologies in (
        (2, "FI", ["Lignin", "Nanocellulose"]),
        (3, "NO", ["Nanocellulose", "Green hydrogen"]),
        (4, "DE", ["Green hydrogen"]),
        (5, "US", ["Nanocellulose", "Green hydrogen"]),
        (6, "FI", ["Lignin"]),
    ):
        add_cluster(number, f"Paper {number}", country, technologies=technologies, **PAPER)
    add_cluster(7, "Photonics", "PL", ecosystems=["Electronics"], technologies=["Photonics", "Lasers"], keywords=["light"])
    add_cluster(8, "Brewers", "DK", ecosystems=["Agri-food"], technologies=["Brewing"], keywords=["beer"])
    return con


def test_a_team_is_completed_with_those_who_may_join_and_checked(village: Connection) -> None:
    found = completed(read_ground(village, TODAY), HORIZON, [1], 4, TODAY)
    names = [one.member.name for one in found.chosen]
    assert "Paper 5" not in names, "the programme is closed to the USA"
    assert len(names) == 3
    assert {one.rule.id for one in found.check.verdicts if one.answer.value == "met"} == {"three-countries", "one-member-state"}
    assert found.check.members[0].name == "Home"
    for one in found.chosen:
        assert 0 <= one.fit <= 1
        assert one.reasons
    assert {"Nanocellulose", "Green hydrogen"} <= {value for one in found.chosen for value in one.covers}


def test_what_is_asked_for_is_covered_though_it_is_not_of_the_field(village: Connection) -> None:
    ground = read_ground(village, TODAY)
    found = completed(ground, HORIZON, [1], 3, TODAY, cover=["photonics"])
    assert [one.member.name for one in found.chosen if "Photonics" in one.covers] == ["Photonics"]
    with pytest.raises(NothingToCover, match="found none called 'alchemy'"):
        completed(ground, HORIZON, [1], 3, TODAY, cover=["alchemy"])


def test_what_is_asked_for_goes_before_fit_and_each_name_counts_once(village: Connection, add_cluster) -> None:
    add_cluster(9, "More lasers", "NL", ecosystems=["Electronics"], technologies=["Laser optics", "Lasers"], keywords=["light"])
    ground = read_ground(village, TODAY)
    found = completed(ground, HORIZON, [1], 3, TODAY, cover=["laser", "brewing"])
    assert {one.covers for one in found.chosen} == {("laser",), ("Brewing",)}
    assert not found.without
    few = completed(ground, HORIZON, [1], 2, TODAY, cover=["laser", "brewing", "lignin"])
    assert len(few.without) == 1, "the home has lignin itself, and there is a place for one of the others"


def test_no_reason_for_a_pick_speaks_against_it_or_for_nobody(village: Connection) -> None:
    village.execute("INSERT INTO labels VALUES (7, 'gold', 'ESCA', '2026-01-01', '2028-01-01', 'esca', NULL)")
    found = completed(read_ground(village, TODAY), HORIZON, [1], 6, TODAY, cover=["brewing", "photonics"])
    reasons = [(one.member.name, reason) for one in found.chosen for reason in one.reasons]
    assert all(reason.contribution > 0 for _, reason in reasons)
    assert not [name for name, reason in reasons if reason.text.startswith(("No ", "Not known", "They have no", "They name no"))]
    assert [one.is_asked_for for one in found.chosen] == [bool(one.covers) for one in found.chosen]


def test_the_order_in_which_an_edition_was_filled_changes_no_suggestion(village: Connection) -> None:
    found = completed(read_ground(village, TODAY), HORIZON, [1], 5, TODAY)
    village.execute("CREATE TABLE backwards AS SELECT * FROM clusters ORDER BY organisation_id DESC")
    village.execute("DELETE FROM clusters")
    village.execute("INSERT INTO clusters SELECT * FROM backwards")
    assert completed(read_ground(village, TODAY), HORIZON, [1], 5, TODAY) == found
    assert len(found.chosen) == 4


def test_countries_narrow_the_choice(village: Connection) -> None:
    found = completed(read_ground(village, TODAY), HORIZON, [1], 4, TODAY, countries=["DE", "DK"])
    assert {one.member.country for one in found.chosen} == {"DE", "DK"}


def test_a_check_names_the_fittest_who_would_mend(village: Connection) -> None:
    found = checked(read_ground(village, TODAY), HORIZON, [1, 2], TODAY)
    three = next(one for one in found.verdicts if one.rule.id == "three-countries")
    assert three.answer.value == "not met"
    added = [fix.member for fix in three.fixes]
    assert added[0].name in ("Paper 3", "Paper 4")
    assert {one.country for one in added}.isdisjoint({"SE", "FI", "US"})


def test_an_organisation_that_does_not_exist_is_an_error(village: Connection) -> None:
    with pytest.raises(LookupError, match="wanted organisation 99"):
        completed(read_ground(village, TODAY), HORIZON, [99], 4, TODAY)


def test_what_the_first_members_have_is_not_missing(village: Connection) -> None:
    ground = read_ground(village, TODAY)
    lacking = coverage(ground, [0], 3)
    named_missing = {name for name, weight in zip(lacking.sets.names, lacking.weight, strict=True) if weight > 0}
    assert named_missing == {"Nanocellulose", "Green hydrogen"}
    both = coverage(ground, [0, 2], 3)
    assert not both.weight.any()
    assert both.share([1]) == 0
    assert both.gains([]).tolist() == [0.0] * ground.size
