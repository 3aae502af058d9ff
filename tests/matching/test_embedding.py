"""Texts become vectors once, in a process of their own, and whoever has no model goes without."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from matching.embedding import cache, labour, model, organisations
from matching.embedding.cache import brought_along, digest_of, embedded, keep_only
from matching.embedding.labour import EmbeddingFailed, embed
from matching.embedding.texts import text_of
from support.with_model import WITH_MODEL
from warehouse.connection import Connection
from warehouse.state import State

ZEROS = """
import json, sys
for line in sys.stdin:
    sys.stdout.buffer.write(bytes(768 * len(json.loads(line))))
    sys.stdout.flush()
"""


@pytest.fixture
def state() -> Iterator[Connection]:
    """A state's connection."""
    with State.memory() as opened:
        yield opened.con


class Model:
    """Stands in for the sentence model: a vector that depends on the text alone; remembers what it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        monkeypatch.setattr(cache, "embed", self.embed)
        monkeypatch.setattr(cache, "available", lambda: True)

    def embed(self, texts: Sequence[str], *, most_seconds: float) -> Iterator[np.ndarray]:
        for text in texts:
            self.asked.append(text)
            yield self.vector(text)[np.newaxis]

    @staticmethod
    def vector(text: str) -> np.ndarray:
        drawn = np.random.default_rng(sum(map(ord, text))).normal(size=model.DIMENSIONS)
        return (drawn / np.linalg.norm(drawn)).astype(np.float16).astype(np.float32)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Model:
    return Model(monkeypatch)


def test_a_text_is_embedded_once_however_many_nights_it_stays(state: Connection, fake: Model) -> None:
    first = embedded(state, ["paper", "steel", "paper"], most_seconds=10)
    second = embedded(state, ["steel", "paper", "wood"], most_seconds=10)
    assert fake.asked == ["paper", "steel", "wood"]
    assert (first.computed, second.computed) == (2, 1)
    assert np.array_equal(first.vectors, [fake.vector(text) for text in ("paper", "steel", "paper")])
    assert np.array_equal(second.vectors[0], first.vectors[1])


def test_without_time_or_without_a_model_texts_that_are_known_keep_their_vectors(
    state: Connection, fake: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded(state, ["paper"], most_seconds=10)
    for seconds, has_model in ((0.0, True), (10.0, False)):
        monkeypatch.setattr(cache, "available", lambda has_model=has_model: has_model)
        found = embedded(state, ["paper", "steel", ""], most_seconds=seconds)
        assert (found.computed, found.missing) == (0, 1)
        assert np.array_equal(found.vectors[0], fake.vector("paper"))
        assert not found.vectors[1:].any()


def test_what_no_organisation_says_any_more_is_forgotten(state: Connection, fake: Model) -> None:
    embedded(state, ["paper", "steel"], most_seconds=10)
    assert keep_only(state, ["steel"]) == 1
    assert state.execute("SELECT digest FROM text_vectors").fetchall() == [(digest_of("steel"),)]
    assert keep_only(state, []) == 1


def test_what_was_embedded_before_the_model_failed_is_kept(
    state: Connection, fake: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(texts: Sequence[str], *, most_seconds: float) -> Iterator[np.ndarray]:
        yield fake.vector(texts[0])[np.newaxis]
        raise EmbeddingFailed("wanted 1 vectors, found its end")

    monkeypatch.setattr(cache, "embed", failing)
    with pytest.raises(EmbeddingFailed):
        embedded(state, ["paper", "steel"], most_seconds=10)
    assert embedded(state, ["paper", "steel"], most_seconds=0).missing == 1


def test_vectors_that_are_brought_along_need_no_model(state: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "brought_along", lambda: {digest_of("paper"): Model.vector("paper")})
    monkeypatch.setattr(cache, "available", lambda: False)
    found = embedded(state, ["paper"], most_seconds=10)
    assert found.missing == 0
    assert np.array_equal(found.vectors[0], Model.vector("paper"))


def test_the_vectors_that_ship_are_of_length_one() -> None:
    lengths = [float(np.linalg.norm(vector)) for vector in brought_along().values()]
    assert len(lengths) > 500
    assert max(abs(length - 1) for length in lengths) < 0.001


@WITH_MODEL
def test_swedish_lies_close_to_the_english_that_means_the_same() -> None:
    texts = ["Vätgas och bränsleceller", "Hydrogen and fuel cells", "Textile design and fashion", ""]
    vectors = np.concatenate(list(embed(texts, most_seconds=60)))
    assert vectors.shape == (4, model.DIMENSIONS)
    cosines = vectors[0] @ vectors[1:3].T
    assert cosines[0] > cosines[1] + 0.05
    assert np.allclose(np.linalg.norm(vectors[:3], axis=1), 1, atol=0.001)


def test_more_texts_than_time_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labour, "WORKER", (sys.executable, "-c", ZEROS))
    moments = iter([0.0, 1.0, 99.0])
    monkeypatch.setattr(labour, "monotonic", lambda: next(moments))
    assert sum(len(vectors) for vectors in embed(["wood"] * 20, most_seconds=5)) == labour.BATCH


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("raise SystemExit('no such model')", "no such model"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "nothing was said"),
        ("import sys; sys.stdin.readline(); sys.stdout.buffer.write(b'half')", "nothing was said"),
    ],
)
def test_a_process_that_ends_too_early_is_told(monkeypatch: pytest.MonkeyPatch, program: str, said: str) -> None:
    monkeypatch.setattr(labour, "WORKER", (sys.executable, "-c", program))
    with pytest.raises(EmbeddingFailed, match=said):
        list(embed(["paper"]))


def test_a_process_that_is_stuck_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labour, "WORKER", (sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(labour, "GRACE_SECONDS", 0.1)
    with pytest.raises(EmbeddingFailed):
        list(embed(["paper"], most_seconds=0.1))


def test_no_text_needs_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labour, "WORKER", ("/nowhere/at/all",))
    assert list(embed([])) == []


def test_what_all_have_in_common_is_taken_off_and_an_organisation_without_a_vector_has_none(state: Connection) -> None:
    common = np.zeros(model.DIMENSIONS, dtype=np.float32)
    common[0] = 5.0
    own = np.eye(model.DIMENSIONS, dtype=np.float32)[1:4]
    vectors = np.vstack([organisations.unit(own + common), np.zeros((1, model.DIMENSIONS), dtype=np.float32)])
    organisations.write(state, np.array([3, 5, 7, 9]), vectors)
    space = organisations.read(state)
    assert space is not None
    assert space.ids.tolist() == [3, 5, 7]
    assert np.allclose(space.vectors @ space.vectors.T, [[1, -0.5, -0.5], [-0.5, 1, -0.5], [-0.5, -0.5, 1]], atol=1e-5)
    assert not space.rows_of(np.array([9, 3]))[0].any()
    assert np.array_equal(space.rows_of(np.array([9, 3]))[1], space.vectors[0])
    nearest = """
        SELECT a.organisation_id, b.organisation_id
        FROM search_vectors AS a JOIN search_vectors AS b ON a.organisation_id <> b.organisation_id
        WHERE array_inner_product(a.vector, b.vector) > -0.4
    """
    assert state.execute(nearest).fetchall() == [], "any client of an edition compares them so"


def test_an_edition_without_vectors_or_of_an_earlier_version_has_no_space(state: Connection) -> None:
    assert organisations.read(state) is None
    organisations.write(state, np.array([1]), np.zeros((1, model.DIMENSIONS), dtype=np.float32))
    assert organisations.read(state) is None
    assert state.execute("SELECT count(*) FROM search_vector_space").fetchall() == [(0,)]


def test_an_organisations_text_has_no_place_and_nothing_twice() -> None:
    said = {"name": "Paper Province", "native_name": "Paper Province", "keywords": ["paper", "Bioeconomy."], "city": "Karlstad",
            "technologies": None, "sectors": ["Paper"], "ecosystems": [], "s3_priorities": [], "emerging_industries": [],
            "extracts": ["A cluster of the forest."]}  # fmt: skip
    assert text_of(said) == "Paper Province. paper. Bioeconomy. Paper. A cluster of the forest"
