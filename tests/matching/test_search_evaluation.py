"""Search is measured on labelled queries, and says what it could not measure."""

from __future__ import annotations

import json
from importlib.resources import files
from math import log2

import pytest

from matching.search import index
from matching.search.evaluation import Labelled, NotLabelledQueries, evaluate, labelled, ndcg, reciprocal_rank
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("real")


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


@pytest.mark.parametrize(
    "data",
    [{}, [], "x", [1], [{"query": "x", "language": "en"}], [{"query": "", "language": "en", "relevant": ["a"]}],
     [{"query": "x", "language": "en", "relevant": []}], [{"query": "x", "language": "en", "relevant": [1]}],
     [{"query": "x", "language": None, "relevant": ["a"]}]],
)  # fmt: skip
def test_what_is_no_list_of_labelled_queries_is_refused(data: object) -> None:
    with pytest.raises(NotLabelledQueries, match="wanted"):
        labelled(data)


def test_the_shipped_queries_are_labelled_and_no_topic_is_in_both_parts() -> None:
    parts = [
        json.loads(files("matching").joinpath("data", f"queries-{part}.json").read_text("utf-8")) for part in ("tuning", "test")
    ]
    tuning, test = parts
    assert len(labelled(tuning)) + len(labelled(test)) >= 120
    assert not {query["topic"] for query in tuning} & {query["topic"] for query in test}
    assert len(test) * 2 > len(tuning) * 0.9
    for part in parts:
        assert sum(query["language"] == "sv" for query in part) >= len(part) / 2


def test_the_further_queries_are_labelled_and_none_of_them_is_in_another_part() -> None:
    parts = {
        part: json.loads(files("matching").joinpath("data", f"queries-{part}.json").read_text("utf-8"))
        for part in ("tuning", "tuning-more", "test")
    }
    more = parts.pop("tuning-more")
    assert len(labelled(more)) >= 40
    assert {query["language"] for query in more} == {"en"}
    for part in parts.values():
        # Numbers alone are asserted on: a failure must not print what is set aside.
        shared = len({query["query"].lower() for query in part} & {query["query"].lower() for query in more})
        assert shared == 0
        of_topics = len({query["topic"] for query in part} & {query["topic"] for query in more})
        assert of_topics == 0


def test_search_keeps_its_quality_on_the_further_queries_without_the_model(real: Connection) -> None:
    some = labelled(json.loads(files("matching").joinpath("data", "queries-tuning-more.json").read_text("utf-8")))[::4]
    assert evaluate(real, some, with_model=False).by_language["en"].ndcg_at_5 >= 0.85


def test_search_keeps_its_quality_on_the_tuning_queries_without_the_model(real: Connection) -> None:
    some = labelled(json.loads(files("matching").joinpath("data", "queries-tuning.json").read_text("utf-8")))[::8]
    found = evaluate(real, some, with_model=False)
    assert found.by_language["en"].ndcg_at_5 >= 0.88
    assert found.by_language["sv"].ndcg_at_5 >= 0.88
    assert found.overall.zero_result_rate <= 0.02
