"""Names as the state keeps them are what they were."""

from __future__ import annotations

import duckdb
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.setwise.described import NAME
from matching.sameness.setwise.packed import COLUMNS, packed, unpacked, words_of

texts = st.text(max_size=4)
bits = st.integers(0, 2**64 - 1)
names = st.fixed_dictionaries(
    {
        "kind": st.integers(0, 4), "printed": texts, "spelt": texts, "words": st.lists(texts, max_size=3),
        "is_single": st.booleans(), "begins": bits, "holds": bits,
    }
)  # fmt: skip
records = st.lists(st.lists(names, max_size=3), max_size=5)


@given(records, st.data())
def test_what_is_unpacked_is_what_was_packed(lists: list[list[dict[str, object]]], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(lists)))
    said = pa.array(lists, pa.list_(NAME)).slice(first)
    table = pa.table(packed(said))
    assert table.column_names == list(COLUMNS)
    assert unpacked(table).to_pylist() == lists[first:]
    assert words_of(table).to_pylist() == [word for some in lists[first:] for one in some for word in one["words"]]  # type: ignore[attr-defined]


@given(records, st.data())
def test_the_names_of_some_records_are_unpacked_as_the_database_selects_them(
    lists: list[list[dict[str, object]]], data: st.DataObject
) -> None:
    wanted = sorted(data.draw(st.sets(st.integers(0, len(lists)))))
    said_arrow = pa.table(packed(pa.array(lists, pa.list_(NAME))) | {"number": pa.array(range(len(lists)), pa.int64())})
    wanted_arrow = pa.table({"number": pa.array(wanted, pa.int64())})
    assert len(said_arrow) == len(lists)
    assert len(wanted_arrow) == len(wanted)
    with duckdb.connect(":memory:") as con:
        con.execute("CREATE TABLE kept AS SELECT * FROM said_arrow")
        found = con.sql("SELECT * FROM kept SEMI JOIN wanted_arrow USING (number) ORDER BY number").to_arrow_table()
    assert unpacked(found).to_pylist() == [lists[at] for at in wanted if at < len(lists)]
