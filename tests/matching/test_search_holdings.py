"""Search is answered from the index's tables or from memory, and nobody can tell which."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.search import everyone as kept
from matching.search import index
from matching.search.everyone import everyone
from matching.search.holdings import SPARSE, Memory, Rows, Tables
from matching.search.search import search
from support.searching import names
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("real")


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_kept", kept.OrderedDict())


def test_an_edition_that_is_asked_again_and_again_is_answered_from_memory(con: Connection, add_cluster) -> None:
    add_cluster(1, "Wood", "SE", keywords=["timber"])
    index.build(con)
    holdings = [everyone(con).holdings(con) for _ in range(kept.ASKED_BEFORE + 2)]
    assert [isinstance(one, Tables) for one in holdings] == [True] * kept.ASKED_BEFORE + [False] * 2
    assert holdings[-1] is holdings[-2], "it is read once"


def test_an_edition_of_very_many_stays_on_its_tables(con: Connection, add_cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    add_cluster(1, "Wood", "SE")
    add_cluster(2, "Stone", "SE")
    index.build(con)
    monkeypatch.setattr(kept, "MOST_IN_MEMORY", 1)
    for _ in range(kept.ASKED_BEFORE + 2):
        assert names(con, "wood") == ["Wood"]
    assert isinstance(everyone(con).holdings(con), Tables)


def test_memory_answers_just_as_the_tables_do(real: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = json.loads(files("matching").joinpath("data", "queries-tuning.json").read_text("utf-8"))[::9]
    typed = [*(query["query"] for query in queries), "TTC", "ai", "", "xyzzyqqq", "Packbrige", "Aerospace Cluster Swedn"]
    monkeypatch.setattr(kept, "MOST_IN_MEMORY", 0)
    by_tables = [search(real, words, with_model=False) for words in typed]
    monkeypatch.undo()
    monkeypatch.setattr(kept, "_kept", kept.OrderedDict())
    monkeypatch.setattr(kept, "ASKED_BEFORE", 0)
    by_memory = [search(real, words, with_model=False) for words in typed]
    assert isinstance(everyone(real).holdings(real), Memory)
    for words, tables, memory in zip(typed, by_tables, by_memory, strict=True):
        assert memory == tables, words


def test_who_is_gone_is_in_neither(con: Connection, add_cluster) -> None:
    add_cluster(1, "Wood", "SE", keywords=["timber"])
    add_cluster(2, "Old Wood", "SE", keywords=["timber"], is_gone=True)
    index.build(con)
    for _ in range(kept.ASKED_BEFORE + 2):
        assert names(con, "timber") == ["Wood"]
        assert names(con, "old wood") == ["Wood"]


def test_an_empty_edition_is_read_into_memory(con: Connection) -> None:
    index.build(con)
    memory = Memory.read(con, Rows(np.empty(0, dtype=np.int64)))
    assert not memory.having(["wood"])
    assert not memory.bearers("wood")
    for _ in range(kept.ASKED_BEFORE + 2):
        assert names(con, "wood") == []


@pytest.mark.parametrize(
    "changed",
    [{"keywords": ["timber"], "extracts": {"en": "We saw much oak."}}, {"keywords": ["timber"], "other_names": ["Oak"]},
     {"technologies": ["timber"], "extracts": {"en": "We saw oak."}},
     {"keywords": ["Timber"], "extracts": {"en": "We saw oak."}}],
)  # fmt: skip
def test_an_index_whose_texts_alone_changed_is_not_answered_from_memory_of_the_old_one(
    con: Connection, add_cluster, changed: dict[str, object]
) -> None:
    add_cluster(1, "Wood", "SE", keywords=["timber"], extracts={"en": "We saw oak."})
    index.build(con)
    for _ in range(kept.ASKED_BEFORE + 2):
        search(con, "timber")
    before = everyone(con)
    assert before.memory is not None
    con.execute("DELETE FROM clusters")
    add_cluster(1, "Wood", "SE", **changed)
    index.build(con)
    assert everyone(con).memory is None, "it is another index"
    told = {text.partition(": ")[0] for text in search(con, "timber oak").results[0].matched}
    assert told >= set(changed) - {"extracts"}


@example([], [0, 1])
@example([0, 1], [-1, 0, 1, 2])
@example([1, 2, 4], [-5, 0, 1, 3, 4, 5, 10**12])
@example([3, 2 * SPARSE + 1], [2, 3, 4, 2 * SPARSE + 1, 2 * SPARSE + 2])
@given(st.lists(st.integers(0, 60), unique=True), st.lists(st.integers(-3, 70)))
def test_each_number_has_its_row_and_others_have_none_however_close_they_lie(numbers: list[int], asked: list[int]) -> None:
    row_of = {number: row for row, number in enumerate(sorted(numbers))}
    rows = Rows(np.array(sorted(numbers), dtype=np.int64))
    assert rows.of(asked).tolist() == [row_of.get(number, -1) for number in asked]
