"""The figures of sameness on labelled pairs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from matching.sameness import blocking, evaluation, naming
from matching.sameness.evaluation import COLUMNS, Figures, LabelledPair, NotLabelledPairs, labelled, measure
from matching.sameness.weights import shipped
from sync.cli.app import app
from sync.settings import ConfigError

SHIPPED = Path(__file__).parents[2] / "matching" / "data" / "sameness.csv"


def row(left: str, right: str, label: int, **cells: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), "left_name": left, "right_name": right, "label": str(label), **cells}


def read(rows: Iterable[dict[str, str]], columns: Sequence[str] = COLUMNS) -> list[LabelledPair]:
    """The pairs of a file of these rows."""
    file = StringIO(newline="")
    writer = csv.DictWriter(file, columns)
    writer.writeheader()
    writer.writerows(rows)
    return labelled(csv.DictReader(StringIO(file.getvalue(), newline="")))


def figures(*rows: dict[str, str]) -> Figures:
    return measure(read(rows))


NAMES = [row("Zephyria AB", "Zephyria", 1), row("Quokka", "Tundra", 0), row("Marzipan Group", "Larkspur", 1)]


def test_pairs_of_names_are_scored_by_the_comparator_of_names_at_its_own_threshold() -> None:
    found = figures(*NAMES)
    assert (found.pairs, found.true, found.threshold) == (3, 2, naming.shipped().threshold)
    assert (found.precision, found.recall) == (1.0, 0.5)
    assert found.f1 == pytest.approx(2 / 3)


def test_pairs_of_which_more_is_known_are_judged_as_records() -> None:
    here = {"left_country": "SE", "right_country": "se"}
    found = figures(row("Packbrygga", "Packbrygga AB", 1, **here), row("ICT Cluster", "ICT Cluster", 0, **here))
    assert found.threshold == shipped().verdict.same_from
    assert (found.precision, found.recall, found.auc) == (1.0, 1.0, 1.0)


def test_a_site_alone_joins_no_pair_whatever_its_probability() -> None:
    site = {"left_website": "https://zephyria.se", "right_website": "http://www.zephyria.se/en"}
    found = figures(row("Zephyria", "", 1, **site), row("Quokka", "Tundra", 0))
    assert found.recall == 0.0


def test_in_a_mixed_file_each_row_counts_at_its_own_threshold() -> None:
    here = {"left_country": "SE", "right_country": "SE"}
    found = figures(*NAMES, row("Packbrygga", "Packbrygga AB", 1, **here))
    assert found.threshold == shipped().verdict.same_from
    assert (found.precision, found.recall) == (1.0, pytest.approx(2 / 3))


def test_what_is_known_of_one_side_only_is_not_compared() -> None:
    found = figures(row("Zephyria AB", "Zephyria", 1, left_country="SE", right_city="Lund"), *NAMES[1:])
    assert found.threshold == naming.shipped().threshold


@pytest.mark.parametrize("here", [{"left_country": "SE", "right_country": "SE"}, {}], ids=["with a country", "names only"])
@pytest.mark.parametrize("website", ["http://[bad", "//[", "http://a\u2100b.se"])
def test_an_address_that_cannot_be_read_counts_as_none(website: str, here: dict[str, str]) -> None:
    rows = [row("Packbrygga", "Packbrygga AB", 1, **here), row("Quokka", "Tundra", 0, **here)]
    sites = {"left_website": website, "right_website": website}
    assert figures(*(one | sites for one in rows)) == figures(*rows)


CELLS = st.fixed_dictionaries(
    {column: st.text() | st.builds("{}{}".format, st.sampled_from(["http://", "//["]), st.text()) for column in COLUMNS[:-1]}
)


@given(CELLS, CELLS)
def test_whatever_stands_in_the_cells_there_are_figures(one: dict[str, str], other: dict[str, str]) -> None:
    found = figures(one | {"label": "1"}, other | {"label": "0"})
    assert (found.pairs, found.true) == (2, 1)
    assert all(0 <= rate <= 1 for rate in (found.precision, found.recall, found.f1, found.auc))


@pytest.mark.parametrize(
    ("rows", "because"),
    [
        ([row("A", "B", 1)], "found 1 of one among 1"),
        ([row("A", "B", 0)], "found 0 of one among 1"),
        ([], "found 0 of one among 0"),
        ([row("A", "B", 1) | {"label": "maybe"}], "wanted 1 or 0 as label in line 2, found 'maybe'"),
        ([row("A\nA", "B", 1), row("A", "B", 1) | {"label": "maybe"}], "in line 4, found 'maybe'"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_the_reason(rows: list[dict[str, str]], because: str) -> None:
    with pytest.raises(NotLabelledPairs, match=because):
        figures(*rows)


def test_a_missing_column_is_named() -> None:
    without_two = [column for column in COLUMNS if column not in ("right_city", "label")]
    with pytest.raises(NotLabelledPairs, match="wanted the columns right_city, label too, found only: left_name, left_country"):
        read([], without_two)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (["name_a", "name_b", "same"], "the file has none of them but: name_a, name_b, same$"),
        (["left_name;right_name;label"], "but: left_name;right_name;label; separate the columns by commas$"),
        (["Left_Name", "label"], "found only: Left_Name, label; write their names in lower case, without spaces around them$"),
        (["left_name", " label"], "; write their names in lower case, without spaces around them$"),
        ([f"c{number}" for number in range(25)], "c18, c19 and 5 more$"),
        (["x" * 500], f": {'x' * 60}…$"),
        ([*COLUMNS, "label"], "wanted each column once, found several that are called label$"),
        ([], "found an empty file$"),
    ],
)
def test_a_file_of_other_columns_is_told_which_it_has(columns: list[str], says: str) -> None:
    with pytest.raises(NotLabelledPairs, match=says):
        read([], columns)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=2, max_size=30))
def test_the_area_is_the_share_of_pairs_in_the_right_order(scored: list[tuple[float, bool]]) -> None:
    true = [score for score, label in scored if label]
    false = [score for score, label in scored if not label]
    if true and false:
        right = sum((one > other) + (one == other) / 2 for one in true for other in false)
        order = sorted(scored, reverse=True)
        scores, labels = np.array([score for score, _ in order]), np.array([label for _, label in order])
        assert evaluation._auc(scores, labels, np.ones(len(scores))) == pytest.approx(right / len(true) / len(false))


@given(
    st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=2, max_size=30).filter(
        lambda scored: any(label for _, label in scored)
    )
)
def test_the_best_threshold_is_the_best_of_all(scored: list[tuple[float, bool]]) -> None:
    order = sorted(scored, reverse=True)
    scores, labels = np.array([score for score, _ in order]), np.array([label for _, label in order])
    best, threshold = evaluation._best(scores, labels)
    every = {one: evaluation._rates(scores >= one, labels, np.ones(len(scores)))[2] for one in {score for score, _ in scored}}
    assert best == pytest.approx(max(every.values()))
    assert every[threshold] == pytest.approx(best)


def test_an_interval_holds_its_figure_and_is_the_same_every_time() -> None:
    rows = [row(f"Zephyria{at}o AB", f"Zephyria{at}o", 1) for at in "abcdefgh"] + [
        row(f"Quokka{at}", f"Tundra{at}", int(at == "a")) for at in "abcd"
    ]
    found = figures(*rows)
    assert found == figures(*rows)
    for name in ("precision", "recall", "f1"):
        low, high = found.intervals[name]
        assert low <= getattr(found, name) <= high


def asked(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["evaluate", "sameness", *arguments])


def test_the_command_prints_the_figures_as_json() -> None:
    said = asked(str(SHIPPED), "--json")
    assert said.exit_code == 0
    document = json.loads(said.stdout)
    assert list(document) == [
        "pairs", "true", "precision", "recall", "f1", "threshold", "auc", "best_f1", "best_threshold", "intervals",
    ]  # fmt: skip


MIXED = (
    *NAMES,
    row("Fog Arena", "Fog Arena", 1, left_country="SE", right_country="SE", left_city="Kil", right_city="Kil"),
)
"""Names alone, and a pair of records that is one organisation with a probability of .994."""


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(MIXED)
    return path


def configured(folder: Path, text: str, *arguments: str) -> Any:
    config = folder / "config.toml"
    config.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["--config", str(config), "evaluate", "sameness", *arguments])


def test_the_command_judges_by_the_thresholds_of_the_configuration(tmp_path: Path, pairs: Path) -> None:
    shipped_ones, ours = (
        json.loads(configured(tmp_path, text, str(pairs), "--json").stdout) for text in ("", "[sameness]\nsame_from = 0.999\n")
    )
    assert (shipped_ones["threshold"], ours["threshold"]) == (shipped().verdict.same_from, 0.999)
    assert (shipped_ones["recall"], ours["recall"]) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
    assert "threshold 0.999;" in configured(tmp_path, "[sameness]\nsame_from = 0.999\n", str(pairs)).stdout


def test_the_command_names_the_line_that_is_no_csv(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(f"{','.join(COLUMNS)}\nA,,,,B,,,,1\n{'x' * 200_000},,,,B,,,,1\n", encoding="utf-8")
    ended = asked(str(path))
    assert (ended.exit_code, f"{path} line 3: wanted CSV, found what is none" in str(ended.exception)) == (1, True)


def test_the_command_knows_countries_by_code_and_by_name(tmp_path: Path) -> None:
    countries = [("SE", "Sverige"), ("swe", "Sweden"), ("gb", "UK"), ("EL", "Ελλάδα"), ("no", "NOR"), ("Atlantis", "ATLANTIS")]
    path = tmp_path / "countries.csv"
    path.write_text(
        f"{','.join(COLUMNS)}\n"
        + "".join(f"Quokka Valley,{one},,,Quokka Valley,{other},,,1\n" for one, other in countries)
        + "Quokka Valley,SE,,,Quokka Valley,Norge,,,0\n",
        encoding="utf-8",
    )
    figures = json.loads(asked(str(path), "--json").stdout)
    assert (figures["pairs"], figures["precision"], figures["recall"]) == (7, 1.0, 1.0)


def test_the_command_refuses_a_configuration_that_is_not_understood(tmp_path: Path, pairs: Path) -> None:
    ended = configured(tmp_path, "[sameness]\nsame_form = 0.5\n", str(pairs))
    assert isinstance(ended.exception, ConfigError)
    assert "did you mean 'same_from'?" in str(ended.exception)


@pytest.mark.parametrize("same_from", [0.5, 0.99, 1.0])
def test_pairs_of_names_only_keep_the_comparators_own_threshold_whatever_joins_records(same_from: float) -> None:
    alone = [row(*words, 1, left_country="SE", right_country="SE") for words in (("Fog Arena", "Tundra"), ("Moss", "Kelp"))]
    found = measure(read([*NAMES, *alone]), shipped().with_thresholds(same_from, 0.2))
    assert (found.threshold, found.recall) == (same_from, 0.25)
    assert measure(read(NAMES), shipped().with_thresholds(same_from, 0.2)).threshold == naming.shipped().threshold


def test_a_pair_of_names_that_just_reaches_the_comparators_threshold_is_found_in_a_mixed_file_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("Clúster Hàbitat Nord", "Habitat Cluster")
    just = naming.shipped().model_copy(update={"threshold": naming.score(*names)})
    monkeypatch.setattr(naming, "shipped", lambda: just)
    alone = row("Fog Arena", "Tundra", 0, left_country="SE", right_country="SE")
    assert measure(read([row(*names, 1), alone]), shipped().with_thresholds(1.0, 0.2)).recall == 1.0


def test_the_shipped_pairs_are_judged_without_a_false_join_and_stand_with_reasons() -> None:
    with SHIPPED.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    assert sum(one["origin"] == "hand" for one in rows) >= 150
    assert all(one["reason"] and one["origin"] in ("hand", "replica") for one in rows)
    found = measure(read(rows, list(rows[0])))
    assert found.precision >= 0.98
    assert found.recall >= 0.75
    assert found.auc >= 0.95


def test_keys_bring_99_of_100_of_the_shipped_pairs_together_and_few_others() -> None:
    with SHIPPED.open(encoding="utf-8", newline="") as source:
        found = blocking.measure_labelled(labelled(csv.DictReader(source)))
    assert found.true > 300
    assert found.completeness >= 0.99
    assert found.per_record <= 40
