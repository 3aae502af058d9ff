"""The figures on sameness: what they say of groups and probabilities of which all is known, and of the shipped weights."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.grouped import quality
from benchmarks.sameness_quality import Pairs, believable, by_hand, of_replicas, splits, trained


def test_pairs_and_b_cubed_are_what_one_counts_by_hand() -> None:
    found = quality([(1, 2), (3, 4, 5), (6,)], {1: "a", 2: "a", 3: "a", 4: "b", 5: "b", 6: "b"})
    # Of a: 1-2 of three pairs; of b: 4-5 of three. Found are 1-2, 3-4, 3-5, 4-5.
    assert (found.true, found.found, found.over_merged) == (6, 4, 1)
    assert (found.precision, found.recall, found.f1) == (2 / 4, 2 / 6, 2 * 2 / 10)
    assert found.b_cubed_precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3 + 1) / 6)
    assert found.b_cubed_recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 2 / 3 + 2 / 3 + 1 / 3) / 6)


def test_everything_right_is_one_and_nothing_found_is_no_error() -> None:
    owners = {1: "a", 2: "a", 3: "b"}
    assert quality([(1, 2), (3,)], owners).f1 == quality([(1, 2), (3,)], owners).b_cubed_recall == 1.0
    nothing = quality([(1,), (2,), (3,)], owners)
    assert (nothing.precision, nothing.recall, nothing.b_cubed_precision, nothing.over_merged) == (1.0, 0.0, 1.0, 0)


def test_probabilities_are_held_against_what_is_the_case_band_by_band() -> None:
    found = believable(np.array([0.0, 0.0, 0.2, 0.2, 0.95, 1.0]), np.array([False, False, True, False, True, True]))
    assert [(one.least, one.pairs, one.mean, one.true) for one in found.bands] == [
        (0.0, 2, 0.0, 0.0),
        (0.15, 2, 0.2, 0.5),
        (0.95, 2, 0.975, 1.0),
    ]
    assert found.brier == pytest.approx((0.8**2 + 0.2**2 + 0.05**2) / 6)
    assert found.brier_of_the_mean == pytest.approx(0.25)
    assert found.calibration_error == pytest.approx((2 * 0.3 + 2 * 0.025) / 6)


@pytest.fixture(scope="module")
def known() -> dict[str, Pairs]:
    replicas, judged = of_replicas()[0], by_hand()
    return {"replicas": replicas, "by hand": judged, "both": Pairs.of([replicas, judged])}


def test_the_shipped_probabilities_are_to_be_believed_and_no_pair_is_joined_wrongly(known: dict[str, Pairs]) -> None:
    pairs = known["both"]
    found = believable(pairs.probabilities(), pairs.labels)
    assert found.calibration_error <= 0.02
    assert found.brier <= found.brier_of_the_mean / 8
    assert all(abs(band.mean - band.true) <= 0.1 for band in found.bands)
    assert found.bands[-1].true == 1.0


@pytest.mark.parametrize("which", ["replicas", "by hand", "both"])
def test_every_pair_is_scored_once_by_a_model_that_saw_neither_of_its_organisations(known: dict[str, Pairs], which: str) -> None:
    pairs = known[which]
    left, right = pairs.organisations()
    times = np.zeros(len(left), int)
    for seen, scored in splits(pairs):
        assert {*left[seen], *right[seen]}.isdisjoint({*left[scored], *right[scored]})
        assert 0 < pairs.labels[seen].sum() < seen.sum()
        times += scored
    assert (times == 1).all()


def test_who_is_called_the_same_in_two_sets_counts_as_one_organisation(known: dict[str, Pairs]) -> None:
    left, right = known["both"].organisations()
    of_hand = len(known["by hand"].labels)
    shared = {*left[:-of_hand], *right[:-of_hand]} & {*left[-of_hand:], *right[-of_hand:]}
    assert len(shared) > 100
    assert (left[known["both"].labels] == right[known["both"].labels]).all()


def test_training_tells_the_hard_pairs_apart(known: dict[str, Pairs]) -> None:
    pairs = known["by hand"]
    assert np.mean((trained(pairs) - pairs.labels) ** 2) < 0.12
