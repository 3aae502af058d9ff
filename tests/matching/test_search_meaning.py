"""The sentence model is asked where no word is understood, and nothing else depends on it."""

from __future__ import annotations

import numpy as np
import pytest

from matching.embedding import model, organisations
from matching.search import index as search_index
from matching.search import meaning
from matching.search.query_mean import query_mean
from matching.search.search import search
from support.searching import names
from warehouse.connection import Connection


class Meaning:
    """Stands in for the sentence model: everything typed means the same."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, means: int) -> None:
        self.asked: list[str] = []
        self._vector = np.eye(model.DIMENSIONS, dtype=np.float32)[means]
        meaning._vector.cache_clear()
        monkeypatch.setattr(model, "available", lambda: True)
        monkeypatch.setattr(model, "query", self.query)
        monkeypatch.setattr(meaning, "query_mean", lambda: np.zeros(model.DIMENSIONS, dtype=np.float32))

    def query(self, text: str) -> np.ndarray:
        self.asked.append(text)
        return self._vector


@pytest.fixture
def dinosaurs(con: Connection, add_cluster) -> Connection:
    """Three organisations, of which the second means what the first axis of the model's space means."""
    for number, name in enumerate(("Wood", "Fossil Beds", "Steel"), start=1):
        add_cluster(number, name, "SE", keywords=[name.lower()])
    search_index.build(con)
    organisations.write(con, np.array([1, 2, 3]), np.eye(model.DIMENSIONS, dtype=np.float32)[[5, 0, 7]])
    return con


def test_the_sentence_model_finds_what_no_word_says(dinosaurs: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Meaning(monkeypatch, means=0).asked
    hits = search(dinosaurs, "Dinosaurier").results
    assert [(hit.name, hit.matched) for hit in hits] == [("Fossil Beds", ("like in meaning",))]
    assert asked == ["Dinosaurier"]
    assert search(dinosaurs, "Dinosaurier", with_model=False).total == 0


def test_the_sentence_model_is_not_asked_where_every_word_is_understood(
    dinosaurs: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Meaning(monkeypatch, means=0).asked
    assert names(dinosaurs, "steel") == ["Steel"]
    assert asked == []


def test_where_no_word_is_understood_likeness_of_meaning_counts_more_than_a_guess(
    dinosaurs: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    Meaning(monkeypatch, means=5)
    assert names(dinosaurs, "Steelark") == ["Wood", "Steel"]
    monkeypatch.setattr(model, "available", lambda: False)
    assert names(dinosaurs, "Steelark") == ["Steel"]


def test_an_edition_without_vectors_is_searched_by_words(con: Connection, add_cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Meaning(monkeypatch, means=0).asked
    add_cluster(1, "Wood", "SE")
    search_index.build(con)
    assert search(con, "Dinosaurier").total == 0
    assert asked == []


def test_the_mean_of_queries_that_ships_is_of_the_model_in_use() -> None:
    assert 0.5 < float(np.linalg.norm(query_mean())) < 1


def test_the_nearest_in_meaning_are_the_same_whether_vectors_are_kept_or_not(
    con: Connection, add_cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    Meaning(monkeypatch, means=0)
    drawn = np.random.default_rng(5).standard_normal((70, model.DIMENSIONS)).astype(np.float32)
    for number in range(1, 71):
        add_cluster(number, f"Cluster {number}", "SE")
    search_index.build(con)
    for vectors in (drawn, drawn[::-1]):  # the second is another night
        organisations.write(con, np.arange(1, 71), organisations.unit(vectors))
        kept = meaning.near_in_meaning(con, "Dinosaurier", 1.0)
        with monkeypatch.context() as patched:
            patched.setattr(meaning, "MOST_KEPT", 0)
            asked = meaning.near_in_meaning(con, "Dinosaurier", 1.0)
        assert kept.ids == asked.ids
        assert kept.scores == pytest.approx(asked.scores, abs=1e-5)
