"""``clusterbridge duplicates`` and ``show``: what people look at before they judge, and how they name what they mean."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb
import pytest

from matching.sameness.weights import shipped
from support.commands import Run, called
from support.judged_records import HABITAT, SIGNED, organisations
from sync.exits import Exit
from sync.places import EDITIONS, STATE
from warehouse.editions import current
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("judged")


def test_duplicates_shows_both_sides_with_the_evidence_and_its_weight_and_what_to_type(run: Run) -> None:
    found = run("duplicates", "--json").json
    assert (found["total"], found["waiting_for_the_next_run"]) == (1, 0)
    (pair,) = found["pairs"]
    assert (pair["verdict"], 0.35 <= pair["probability"] < 0.95, pair["kept_apart_by"]) == ("unsure", True, None)
    left, right = pair["left"], pair["right"]
    assert (left["record"], left["name"], left["country"], left["networks"]) == ("eccp/node/7", "Habitat Cluster", "SE", ["eccp"])
    assert (right["record"], right["city"], right["website"]) == ("tci/habitat_2", "Arvika", "https://habitat.example")
    assert left["id"] != right["id"]
    assert {"name", "country", "place"} == {reason["kind"] for reason in pair["for"]}
    assert all(reason["weight"] > 0 and reason["text"] for reason in pair["for"])
    assert all(reason["weight"] < 0 for reason in pair["against"])
    log_odds = pair["prior"] + sum(reason["weight"] for reason in [*pair["for"], *pair["against"]])
    assert 1 / (1 + math.exp(-log_odds)) == pytest.approx(pair["probability"], abs=1e-3)
    assert pair["prior"] == pytest.approx(shipped().verdict.prior, abs=1e-3)
    said = run("duplicates").out
    assert said.rstrip().endswith("1 pair in doubt")
    assert "-4.0  any two records, before they are compared" in said
    assert pair["for"][0]["text"] in said
    assert f"{pair['for'][0]['weight']:+.1f}" in said
    for verdict in ("same", "different"):
        typed = f"clusterbridge judge {verdict} eccp/node/7 tci/habitat_2 --by NAME --because TEXT"
        assert pair["decide"][verdict] == typed
        assert typed in said


def test_show_and_partners_know_an_organisation_by_a_record_of_it_too(run: Run, folder: Path) -> None:
    numbers = organisations(folder)
    assert run("show", "tci/fog_1", "--json").json["id"] == numbers["eccp/fog"]
    assert run("show", "ECCP/node/7", "--json").json["id"] == numbers["eccp/node/7"]
    assert run("partners", "tci/fog_1", "--json").json["organisation"]["id"] == numbers["eccp/fog"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("tci/habitat_9", "'tci/habitat_9', and no record tci/habitat_9 is known; did you mean tci/habitat_2?"),
        ("Nobody's Own", "say its number, its name, a part of that, or a record of it as NETWORK/KEY"),
        ("nowhere/fog", "say its number, its name, a part of that, or a record of it as NETWORK/KEY"),
    ],
)
def test_what_names_no_organisation_is_told_in_which_forms_it_can_be_named(run: Run, words: str, says: str) -> None:
    ended = run("show", words)
    assert (ended.code, says in ended.err.replace("\n", " ")) == (Exit.USAGE, True)


def test_show_tells_why_a_value_is_shown_and_what_others_say_instead(run: Run) -> None:
    entry = run("show", "Fog Arena", "--json").json["values"]["phone"]
    assert (entry["value"], entry["because"], entry["conflict"]) == ("+46541111111", "eccp comes before tci", True)
    assert [(one["network"], one["is_shown"], one["because"]) for one in entry["sources"]] == [
        ("eccp", True, "eccp comes before tci"),
        ("tci", False, "eccp is shown"),
    ]
    said = run("show", "Fog Arena").out
    assert "eccp comes before tci" in said
    assert "sources differ on: phone" in said


def test_what_nobody_lists_any_more_is_said_to_be_gone_to_whoever_looks_and_to_whoever_judges(run: Run, folder: Path) -> None:
    with State.open(folder / "var" / STATE) as state:
        state.con.execute(
            "UPDATE ledger.records SET is_gone = TRUE, missing_since = DATE '2026-11-20' "
            "WHERE source_key IN ('habitat_2', 'fog_1')"
        )
    assert run("judge", "different", "eccp/moss", "eccp/kelp", *SIGNED, "--publish").code == Exit.OK
    said = run("show", "Habitat Sverige").out
    assert "gone: no network lists it any more, the last one since 2026-11-20" in said
    one_is_listed = run("show", "Fog Arena").out
    assert "gone:" not in one_is_listed
    for key, shown in (("habitat_2", said), ("fog_1", one_is_listed)):
        [line] = [line for line in shown.splitlines() if line.startswith(f"tci  {key}")]
        assert line.endswith("missing since 2026-11-20")
    [line] = [line for line in run("judge", "same", *HABITAT, *SIGNED).out.splitlines() if "(no longer listed)" in line]
    assert line.startswith("  tci/habitat_2 (no longer listed)  number ")


def test_what_is_not_known_of_an_organisation_is_left_out_of_its_heading(run: Run, folder: Path) -> None:
    number = organisations(folder)["eccp/kelp"]
    assert run("show", "eccp/kelp").out.splitlines()[0] == f"Kelp Valley Cluster  (number {number}, SE)"


def test_who_looks_for_judgements_where_there_is_nothing_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")
    ended = called(capsys, "--config", str(config), "judge", "list")
    assert "nobody has judged anything yet" in ended.out
    assert "demo" not in ended.err
    assert list(tmp_path.iterdir()) == [config]


def test_where_there_is_neither_a_state_nor_a_demo_what_is_wanted_is_a_state_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text("", encoding="utf-8")
    ended = called(capsys, "--config", str(config), "replay")
    assert (ended.code, f"wanted a state in {tmp_path / 'var'}, found none" in ended.err.replace("\n", "")) == (
        Exit.NOTHING_RAN,
        True,
    )


def test_an_edition_of_an_earlier_version_is_said_to_tell_of_no_judgements(run: Run, folder: Path) -> None:
    path = current(folder / "var" / EDITIONS)
    with duckdb.connect(str(path)) as con:
        con.execute("DROP TABLE judgement_reasons")
    for words in (("duplicates",), ("judge", "list"), ("judge", "same", *HABITAT, *SIGNED)):
        ended = run(*words)
        assert (ended.code, "made by an earlier version" in ended.err) == (Exit.TRY_AGAIN, True)
