"""How tables look on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from sync.cli import output

ROWS = [
    (4, "Advancity", "changed members_total", "2543", "2552"),
    (302, "Clúster de Materials Avançats de Catalunya", "renamed", "MAV – Advanced Materials Cluster of Catalonia", ""),
]
COLUMNS = ("id", "name", "what", "from", "to")
WORD = st.text("abcdefgh", min_size=1, max_size=30)


def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int) -> list[str]:
    monkeypatch.setattr(output, "results", Console(width=width))
    output.print_table(COLUMNS, ROWS)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_a_table_that_is_too_wide_breaks_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(monkeypatch, capsys, 60)
    assert max(map(len, lines)) <= 60
    words = {word for row in ROWS for cell in row for word in str(cell).split()}
    assert words <= {word for line in lines for word in line.split()}


def test_a_table_that_fits_is_left_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(printed(monkeypatch, capsys, 200)) == 3


@pytest.mark.parametrize("width", [40, 60, 80])
def test_where_words_would_break_cells_stand_below_one_another(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    monkeypatch.setattr(output, "results", Console(width=width))
    value, network = "Energy-intensive industries; Energy-renewables", "clusters_of_sweden (sv)"
    rows = [("ecosystems", value, network, "joined with the other sources"), ("", "Digital", network, "")]
    output.print_table(("field", "value", "said by", "why"), rows, stacks=True)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert max(map(len, lines)) <= width
    words = {word for row in rows for cell in row for word in cell.split()}
    assert words <= {word for line in lines for word in line.split()}
    if width == 40:
        assert lines[0] == "ecosystems"
        assert "  value    Digital" in lines
        assert "  said by  clusters_of_sweden (sv)" in lines


def test_a_table_that_could_stack_stays_a_table_where_no_word_breaks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "results", Console(width=80))
    output.print_table(COLUMNS, ROWS, stacks=True)
    assert capsys.readouterr().out.splitlines()[0].split() == list(COLUMNS)


def tables(columns: int) -> st.SearchStrategy[list[list[str]]]:
    cell = st.lists(WORD, max_size=4).map(" ".join)
    return st.lists(st.lists(cell, min_size=columns, max_size=columns), min_size=1)


@given(st.integers(1, 4).flatmap(tables), st.integers(10, 120))
def test_the_columns_fill_the_terminal_and_the_first_stands_on_one_line(rows: list[list[str]], width: int) -> None:
    found = output._widths(rows, width)
    between = 2 * (len(rows[0]) - 1)
    whole = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    if found is None:
        assert sum(whole) + between <= width
        return
    assert found[0] == whole[0]
    assert sum(found) + between <= max(width, whole[0] + len(rows[0]) - 1 + between)
