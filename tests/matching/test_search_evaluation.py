"""Search is measured on labelled queries, and says what it could not measure."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import combinations
from math import log2
from typing import Any

import pytest

from matching.search import index
from matching.search.evaluation import Labelled, NotLabelledQueries, evaluate, labelled, ndcg, reciprocal_rank
from matching.search.text import fold
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("real")

TUNED = ("tuning", "tuning-more", "tuning-third")
"""What search was tuned on; the third was set aside once."""


def test_the_best_list_gains_all_and_a_late_hit_less() -> None:
    assert ndcg([1, 2, 3], frozenset({1, 2, 3})) == 1
    assert ndcg([9, 1], frozenset({1})) == pytest.approx(1 / log2(3))
    assert ndcg([1, 2, 3, 4, 5, 6], frozenset(range(1, 9))) == 1, "no list of five holds more than five"
    assert ndcg([], frozenset({1})) == 0
    assert reciprocal_rank([9, 8, 1], frozenset({1})) == pytest.approx(1 / 3)
    assert reciprocal_rank([9], frozenset({1})) == 0


def test_figures_are_by_language_and_names_that_nobody_bears_are_told(con: Connection, add_cluster) -> None:
    add_cluster(1, "Paper Province", "SE", keywords=["pulp"], other_names=["The Paper Province"])
    add_cluster(2, "Steel Valley", "SE", keywords=["steel"])
    index.build(con)
    queries = [
        Labelled("pulp", "en", ("The Paper Province", "Nobody At All")),
        Labelled("stål", "sv", ("Steel Valley",)),
        Labelled("vätgas", "sv", ("Paper Province",)),
        Labelled("wood", "en", ("Nobody At All",)),
    ]
    found = evaluate(con, queries, with_model=False)
    assert found.unmatched == ("Nobody At All",)
    assert found.unmeasured == ("wood",)
    assert found.overall.queries == 3
    assert found.by_language["en"].ndcg_at_5 == 1
    assert (found.by_language["sv"].ndcg_at_5, found.by_language["sv"].mrr) == (0.5, 0.5)
    assert found.by_language["sv"].zero_result_rate == 0.5


def test_a_name_that_two_bear_in_full_stands_for_both_and_a_part_of_two_names_for_none(con: Connection, add_cluster) -> None:
    add_cluster(1, "Finance Cluster", "NO", keywords=["banks"])
    add_cluster(2, "Finance Cluster", "FR", technologies=["banks"])
    add_cluster(3, "Banks of the Danube", "AT", keywords=["banks"])
    index.build(con)
    found = evaluate(con, [Labelled("banks", "en", ("Finance Cluster", "an"))], with_model=False)
    assert found.unmatched == ("an",)
    assert found.by_language["en"].ndcg_at_5 == pytest.approx(ndcg([3, 1, 2], frozenset({1, 2})), abs=1e-4)


@pytest.mark.parametrize(
    "data",
    [{}, [], "x", [1], [{"query": "x", "language": "en"}], [{"query": "", "language": "en", "relevant": ["a"]}],
     [{"query": "x", "language": "en", "relevant": []}], [{"query": "x", "language": "en", "relevant": [1]}],
     [{"query": "x", "language": None, "relevant": ["a"]}]],
)  # fmt: skip
def test_what_is_no_list_of_labelled_queries_is_refused(data: object) -> None:
    with pytest.raises(NotLabelledQueries, match="wanted"):
        labelled(data)


def shipped(part: str) -> list[dict[str, Any]]:
    """A file of queries, as it ships."""
    queries: list[dict[str, Any]] = json.loads(files("matching").joinpath("data", f"queries-{part}.json").read_text("utf-8"))
    return queries


def test_the_shipped_queries_are_labelled_and_half_of_those_held_out_are_swedish() -> None:
    tuned = [query for part in TUNED for query in labelled(shipped(part))]
    held_out = labelled(shipped("held-out"))
    assert len(tuned) + len(held_out) >= 120
    assert len(held_out) >= 60
    of_swedish = sum(query.language == "sv" for query in held_out)
    assert 0.45 <= of_swedish / len(held_out) <= 0.55


def test_no_query_is_in_two_parts_and_nothing_that_is_held_out_was_tuned_on() -> None:
    for one, other in combinations([*TUNED, "held-out"], 2):
        # Numbers alone are asserted on: a failure must not print what is held out.
        shared = len({fold(query["query"]) for query in shipped(one)} & {fold(query["query"]) for query in shipped(other)})
        assert shared == 0, (one, other)
    for one, other in combinations(TUNED, 2):
        assert not {query["topic"] for query in shipped(one)} & {query["topic"] for query in shipped(other)}, (one, other)


def test_whom_the_held_out_queries_name_is_in_the_demo(real: Connection) -> None:
    names = {name for (name,) in real.execute("SELECT name FROM search_names").fetchall()}
    assert not {name for query in labelled(shipped("held-out")) for name in query.relevant} - names


@pytest.mark.thorough
def test_search_keeps_its_quality_on_the_further_queries_without_the_model(real: Connection) -> None:
    some = labelled(shipped("tuning-more"))[::4]
    assert evaluate(real, some, with_model=False).by_language["en"].ndcg_at_5 >= 0.85


@pytest.mark.thorough
def test_search_keeps_its_quality_on_the_tuning_queries_without_the_model(real: Connection) -> None:
    some = labelled(shipped("tuning"))[::8]
    found = evaluate(real, some, with_model=False)
    assert found.by_language["en"].ndcg_at_5 >= 0.88
    assert found.by_language["sv"].ndcg_at_5 >= 0.88
    assert found.overall.zero_result_rate <= 0.02
