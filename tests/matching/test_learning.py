"""The protocol sets whole consortia aside, the figures are the textbook's, and what cannot be learned is not learned."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from matching.partners import learning
from matching.partners.evaluation import evaluate
from matching.partners.features import Feature
from matching.partners.ground import Ground
from matching.partners.learning import Example, cross_validated, examples, fit, mean_auc, offsets, parts, permuted, recall
from matching.partners.partnerships import NotPartnerships, Partner, Partnership, parsed, shipped_partnerships, trace
from matching.partners.protocol import METRICS, Query, Resample, measured, queries
from matching.partners.ranking import read_ground
from matching.partners.recipe import Mode, recipe
from matching.train import half_of_each, points
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("real")

TODAY = date(2026, 11, 23)
PARTNERSHIPS = Path(__file__).parents[2] / "matching" / "data" / "partnerships.json"
FEW = (Feature.TEXT, Feature.SECTORS, Feature.GEOGRAPHY)


@pytest.fixture(scope="module")
def ground(real: Connection) -> Ground:
    return read_ground(real, TODAY)


@pytest.fixture(scope="module")
def asked(real: Connection, ground: Ground) -> list[Query]:
    return queries(ground.population, shipped_partnerships(), trace(real).linked)


def consortium(name: str, *partners: tuple[str, str], fold: str = "F1", year: int = 2018, strong: bool = True) -> Partnership:
    members = tuple(Partner(partner, country, None) for partner, country in partners)
    return Partnership(name, "COSME", name, year, "all_pairs", ("https://example.org/",), fold, members, strong)


@pytest.fixture
def village(con: Connection, add_cluster) -> Connection:
    for number, (name, country) in enumerate(
        [("Alpha", "SE"), ("Beta", "FI"), ("Gamma", "FI"), ("Delta", "NO"), ("Omega", "DK")], 1
    ):
        add_cluster(number, name, country, keywords=[f"field{number % 2}"])
    return con


def asked_of(con: Connection, *consortia: Partnership) -> list[tuple[str, str, set[str], bool]]:
    ground = read_ground(con, TODAY)
    name = [one.name for one in ground.population.organisations]
    return [
        (query.fold, name[query.home], {name[place] for place in query.relevant}, query.is_newcomer)
        for query in queries(ground.population, consortia, trace(con, consortia).linked)
    ]


def test_each_partner_asks_for_its_partners_of_other_countries(village: Connection) -> None:
    found = asked_of(village, consortium("C", ("Alpha", "SE"), ("Beta", "FI"), ("Gamma", "FI")))
    assert found == [
        ("F1", "Alpha", {"Beta", "Gamma"}, True),
        ("F1", "Beta", {"Alpha"}, True),
        ("F1", "Gamma", {"Alpha"}, True),
    ]


def test_a_successor_is_one_with_its_consortium_and_another_fold_makes_no_newcomer(village: Connection) -> None:
    found = asked_of(
        village,
        consortium("C", ("Alpha", "SE"), ("Beta", "FI")),
        consortium("C 2", ("Alpha", "SE"), ("Delta", "NO"), year=2021),
        consortium("D", ("Alpha", "SE"), ("Omega", "DK"), fold="F2"),
    )
    assert ("F1", "Alpha", {"Beta", "Delta"}, False) in found
    assert ("F2", "Alpha", {"Omega"}, False) in found
    assert ("F1", "Beta", {"Alpha"}, True) in found


def test_a_weak_source_and_a_memorandum_ask_nothing(village: Connection) -> None:
    assert asked_of(village, consortium("C", ("Alpha", "SE"), ("Beta", "FI"), strong=False)) == []


def test_the_metrics_are_the_textbooks() -> None:
    score = np.array([0.0, 5, 4, 3, 2, 1])
    candidates = np.array([False, True, True, True, True, True])
    found = measured(score, candidates, {2, 4}, np.zeros(6))
    assert found["recall_at_10"] == 1
    assert found["mrr"] == 1 / 2
    assert found["ndcg_at_10"] == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / (1 + 1 / np.log2(3)))


def test_recall_is_out_of_what_can_be_found_in_so_many_places_and_what_is_no_candidate_counts_as_missed() -> None:
    score = np.arange(30.0)[::-1]
    everyone = np.ones(30, dtype=bool)
    assert measured(score, everyone, set(range(20)), np.zeros(30))["recall_at_10"] == 1
    assert measured(score, everyone, set(range(20)), np.zeros(30))["recall_at_20"] == 1
    everyone[0] = False
    assert measured(score, everyone, {0, 1}, np.zeros(30))["recall_at_10"] == 1 / 2
    assert measured(score, everyone, {0}, np.zeros(30)) == {
        "recall_at_10": 0, "recall_at_20": 0, "mrr": 0, "ndcg_at_10": 0
    }  # fmt: skip


def test_equal_scores_are_broken_by_lot_and_not_by_number() -> None:
    found = measured(np.zeros(4), np.ones(4, dtype=bool), {3}, np.array([3.0, 2, 1, 0]))
    assert found["mrr"] == 1


def test_intervals_are_drawn_over_consortia_and_not_over_queries() -> None:
    one_fold = [Query("F1", home, frozenset({9}), 2018, True) for home in range(8)]
    assert Resample.of(one_fold).interval(np.arange(8.0)) == (3.5, 3.5)
    two = [replace(query, fold=f"F{query.home % 2}") for query in one_fold]
    assert Resample.of(two).interval(np.array([0.0, 1] * 4)) == (0, 1)


def made_up(rng: np.random.Generator, weights: Sequence[float], number: int = 60) -> list[Example]:
    """Queries whose one partner is drawn as the model says, with these weights."""
    found = []
    for place in range(number):
        values = rng.random((len(weights), 50))
        likely = np.exp(np.array(weights) @ values)
        is_relevant = np.zeros(50, dtype=bool)
        is_relevant[rng.choice(50, p=likely / likely.sum())] = True
        query = Query(f"F{place}", place, frozenset(np.flatnonzero(is_relevant).tolist()), 2018, True)
        found.append(Example(query, values, np.arange(50), is_relevant, np.zeros(50, dtype=np.int64)))
    return found


def test_the_fit_finds_the_weights_that_made_the_data_and_never_a_negative_one() -> None:
    found = fit(made_up(np.random.default_rng(1), [6.0, 2.0, 0.0, -4.0], 600), 0.01)
    assert found[:3].tolist() == pytest.approx([6, 2, 0], abs=0.5)
    assert found[3] == 0
    assert (found >= 0).all()


def test_no_small_step_from_the_fit_makes_the_data_likelier() -> None:
    given = made_up(np.random.default_rng(2), [3.0, 1.0, 0.0])
    best = fit(given, 3.0)

    def loss(weights: np.ndarray) -> float:
        spread = np.sqrt(np.mean([(one.values**2).mean(axis=1) for one in given], axis=0))
        likely = [weights @ one.values - np.log(np.exp(weights @ one.values).sum()) for one in given]
        fits = float(np.mean([value[one.is_relevant].mean() for value, one in zip(likely, given, strict=True)]))
        return 3.0 / len(given) * float(((weights * spread) ** 2).sum()) / 2 - fits

    for feature in range(3):
        for step in (-0.05, 0.05):
            trial = best.copy()
            trial[feature] = max(trial[feature] + step, 0)
            assert loss(trial) >= loss(best) - 1e-9


def test_who_is_famous_cannot_be_learned() -> None:
    """Four of five partners are of one kind, and a feature that says nothing but the kind gets no weight."""
    rng = np.random.default_rng(3)
    given = []
    for number, one in enumerate(made_up(rng, [0.0], 200)):
        kind = np.arange(50) % 2
        is_relevant = np.zeros(50, dtype=bool)
        is_relevant[rng.choice(np.flatnonzero(kind == (number % 5 > 0)))] = True
        given.append(replace(one, values=kind[None, :].astype(float), kind=kind, is_relevant=is_relevant))
    assert fit(given, 0.01)[0] < 0.1
    assert fit([replace(one, kind=np.zeros(50, dtype=np.int64)) for one in given], 0.01)[0] > 1, "without the offset it is"
    assert offsets(given)[1] > 0 > offsets(given)[0]


@pytest.mark.thorough
def test_permuted_labels_leave_nothing_to_learn_and_real_ones_do(
    ground: Ground, asked: list[Query], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "PENALTIES", (3.0,))
    chance = [mean_auc(cross_validated(ground, [], asked, FEW, number=2, permuted_with=seed)) for seed in range(3)]
    assert np.mean(chance) == pytest.approx(0.5, abs=0.03)
    held = cross_validated(ground, [], asked, FEW, number=2)
    assert mean_auc(held) > 0.75
    assert float(np.mean([recall(one, part.weights) for part in held for one in part.aside])) > 0.3


def test_what_is_set_aside_is_whole_folds_each_once(ground: Ground, asked: list[Query], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "PENALTIES", (3.0,))
    folds = {query.fold for query in asked[:60]}
    held = cross_validated(ground, [], asked[:60], FEW, number=3)
    assert sorted(fold for part in held for fold in part.folds) == sorted(folds)
    for part in held:
        assert {one.query.fold for one in part.aside} == part.folds
    assert set(parts(folds, 3).values()) == set(range(3))


def test_permuting_keeps_how_many_partners_of_each_country_and_popularity(ground: Ground, asked: list[Query]) -> None:
    given = examples(ground, [], asked[:30], FEW)
    for before, after in zip(given, permuted(given, 1), strict=True):
        assert np.bincount(before.kind[before.is_relevant]).tolist() == np.bincount(after.kind[after.is_relevant]).tolist()
    assert any((before.is_relevant != after.is_relevant).any() for before, after in zip(given, permuted(given, 1), strict=True))


def test_weights_become_points_that_sum_to_100_without_those_that_are_none() -> None:
    weights = np.zeros(len(learning.LEARNED))
    weights[:3] = [3.0, 1.0, 0.001]
    found = points(weights)
    assert sum(found.values()) == pytest.approx(100)
    assert len(found) == 2
    both = half_of_each(found, {Feature.SIZE: 100.0})
    assert both[Feature.SIZE] == 50
    assert sum(both.values()) == pytest.approx(100)
    with pytest.raises(ValueError, match="the consortia say nothing"):
        points(np.zeros(len(learning.LEARNED)))


def test_every_shipped_recipe_sums_to_100_in_every_mode() -> None:
    for file in ("learned", "hand"):
        for mode in Mode:
            assert sum(recipe(mode, file=file).weights.values()) == pytest.approx(100)


def test_an_evaluation_reports_all_sweden_newcomers_baselines_and_who_is_not_found(real: Connection) -> None:
    some = [one for one in shipped_partnerships() if one.id in ("adpack", "ec2i", "bsr_food_pack", "mobigoin")]
    some.append(consortium("Unheard of", ("Nobody Cluster", "SE"), ("Paper Province", "SE"), fold="F999"))
    found = evaluate(real, some, today=TODAY)
    every, sweden, newcomers = (found.groups[name] for name in ("all", "sweden", "newcomers"))
    assert every.queries > sweden.queries > 0
    assert every.pairs > every.queries
    assert newcomers.queries <= every.queries
    assert [one.name for one in found.unmatched] == ["Nobody Cluster"]
    for metric, value in every.ours.items():
        low, high = every.intervals[metric]
        assert 0 <= low <= (value or 0) <= high <= 1
    assert set(every.baselines) == {
        "random", "popularity", "same_ecosystem", "sector_and_distance", "bm25", "embeddings", "hand_set"
    }  # fmt: skip
    assert all(set(figures) == set(METRICS) for figures in every.baselines.values())
    assert every.as_json()["recall_at_10"] == every.ours["recall_at_10"]


def test_an_evaluation_without_a_query_has_no_figures_and_no_zeros(village: Connection) -> None:
    found = evaluate(village, [consortium("C", ("Alpha", "SE"), ("Nobody", "FI"))], today=TODAY)
    assert found.groups["all"].queries == 0
    assert found.groups["all"].ours["recall_at_10"] is None


def test_what_a_consortium_s_own_page_says_of_its_fields_is_never_read() -> None:
    stored = json.loads(PARTNERSHIPS.read_text(encoding="utf-8"))
    said = {"sector_keywords", "note", "completeness", "relation_type"}
    assert said <= {key for one in stored for key in one}
    told_otherwise = [{**one, "sector_keywords": ["lace"], "sectors": ["Lace"], "note": "lace"} for one in stored]
    untold = [{key: value for key, value in one.items() if key not in ("sector_keywords", "note")} for one in stored]
    assert parsed(stored) == parsed(told_otherwise) == parsed(untold)


def test_partnerships_that_cannot_be_read_are_refused_with_the_place() -> None:
    good = json.loads(PARTNERSHIPS.read_text(encoding="utf-8"))[:2]
    assert parsed(good) == shipped_partnerships()[:2]
    assert parsed([{key: value for key, value in good[0].items() if key != "fold"}])[0].fold == good[0]["id"]
    for broken, wanted in (
        ({}, "wanted a list of partnerships, found dict"),
        ([], "wanted a list of partnerships, found none"),
        ([good[0], {}], "partnership 2: wanted 'id'"),
        ([{**good[0], "pair_rule": "some"}], "partnership 1: wanted 'all_pairs'"),
        ([{**good[0], "year": "soon"}], "partnership 1: invalid literal"),
        (["x"], "partnership 1: "),
    ):
        with pytest.raises(NotPartnerships, match=wanted):
            parsed(broken)
