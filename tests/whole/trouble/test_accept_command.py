"""``clusterbridge accept`` and ``clusterbridge expect`` as an operator types them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from support.commands import Ended, Run, called
from sync.cli import output
from sync.exits import Exit
from sync.lock import one_run_at_a_time
from sync.settings import load_settings
from warehouse import edition_draft

pytestmark = pytest.mark.xdist_group("verdicts")

SIGNED = ("--by", "Astrid Operator", "--because", "I counted")
NETWORK = "clusters-of-sweden"


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module_network: Any, helpers: Any
) -> Run:
    """Runs ``clusterbridge`` in a folder of its own, where a network of ten clusters is switched on."""
    monkeypatch.setattr(output.results, "width", 250)
    module_network.clusters, module_network.revision = 10, 1
    module_network.replies.clear()
    config = helpers.write_config(tmp_path / "ours", eccp=module_network.base)

    def run(*words: str | Path) -> Ended:
        return called(capsys, "--config", str(config), *words)

    return run


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "ours" / "var"


def lose(module_network: Any) -> None:
    """What the next night finds is too little for the share that it must keep, and not for its floor."""
    module_network.clusters = 8


@pytest.mark.thorough
def test_a_night_that_failed_after_the_held_one_takes_nothing_of_it_away(
    run: Run, var: Path, module_network: Any, helpers: Any
) -> None:
    run("sync")
    lose(module_network)
    assert run("sync").code == Exit.HELD
    module_network.replies["*"] = helpers.answer(403, "No.")
    assert run("sync").code == Exit.NOTHING_RAN
    shown = run("status").out
    assert "clusterbridge accept 2 --network eccp --by NAME --because TEXT" in shown
    assert "eccp is held since" in shown
    assert "its data of" in shown
    module_network.asked.clear()
    accepted = run("accept", "2", *SIGNED, "--json")
    assert accepted.code == Exit.OK
    assert module_network.asked == []
    (one,) = accepted.json["networks"]
    assert (accepted.json["run"], one["outcome"], one["profiles"], one["expect"]) == (4, "complete", 8, {})
    assert one["reasons"] == ["wanted at least 85% of the 10 profiles of the last good run, found 8"]
    assert len(helpers.published(var).names) == 10  # two are missing, and not gone after one complete run
    shown = run("status").out
    assert "Astrid Operator" in shown
    assert "run 2, held, accepted by Astrid Operator: I counted" in shown
    assert "is held since" not in shown


@pytest.mark.thorough
def test_it_waits_for_no_other_run(run: Run, var: Path, module_network: Any) -> None:
    run("sync")
    lose(module_network)
    run("sync")
    with one_run_at_a_time(var, datetime(2026, 11, 23, 4, 15, tzinfo=UTC)):
        ended = run("accept", "2", *SIGNED)
    assert ended.code == Exit.LOCKED
    assert "another run holds" in ended.err


@pytest.mark.thorough
def test_captures_that_are_gone_end_in_one_sentence(run: Run, var: Path, module_network: Any) -> None:
    run("sync")
    module_network.revision += 1
    lose(module_network)
    run("sync")
    shutil.rmtree(var / "captures")
    ended = run("accept", "2", *SIGNED)
    assert ended.code == Exit.NOTHING_RAN
    assert "clusterbridge sync eccp --full" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "words", [("accept", "1", "--by", "Astrid"), ("accept", "1", "--because", "x"), ("accept", "one", *SIGNED)]
)
def test_an_unsigned_acceptance_and_one_without_a_number_are_usage_errors(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).code == Exit.USAGE


@pytest.mark.thorough
def test_a_held_edition_is_a_fault_and_not_a_matter_of_judgement(
    run: Run, var: Path, module_network: Any, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("sync")
    before = helpers.published(var)
    module_network.revision += 1
    with monkeypatch.context() as patch:
        patch.setattr(edition_draft, "checks", lambda: {"names_are_short": "-- Each name is short.\nSELECT 'a long name'"})
        assert run("sync").code == Exit.HELD
    assert helpers.published(var) == before
    ended = run("accept", "2", *SIGNED)
    assert ended.code == Exit.USAGE
    for wanted in ("its edition is", "Each name is short.", "warehouse/checks/names_are_short.sql", "a long name", "fault"):
        assert wanted in ended.err
    assert "names_are_short" in run("status", "--json").json["edition_held"]
    assert "edition is held back" in run("status").out
    assert run("sync").code == Exit.OK
    assert run("status", "--json").json["edition_held"] is None


@pytest.mark.thorough
def test_an_import_that_was_held_can_be_accepted_and_the_next_is_measured_against_it(run: Run, tmp_path: Path) -> None:
    def members(count: int) -> Path:
        path = tmp_path / f"members-{count}.csv"
        rows = "".join(f"Kluster {number};Lund;{1990 + number}\n" for number in range(count))
        path.write_text(f"Namn;Ort;Grundat\n{rows}", encoding="utf-8")
        return path

    assert run("import", NETWORK, members(40)).code == Exit.OK
    assert run("import", NETWORK, members(20)).code == Exit.HELD
    accepted = run("accept", "2", *SIGNED, "--network", NETWORK, "--json")
    assert accepted.code == Exit.OK
    (one,) = accepted.json["networks"]
    assert (one["profiles"], one["canaries"], one["holds_again"]) == (20, [], [])
    shown = run("show", "Kluster 3", "--json").json
    assert shown["values"]["city"]["value"] == "Lund"
    assert run("import", NETWORK, members(18)).code == Exit.OK
    (replayed,) = run("replay", "--json").json
    assert (replayed["pages"], replayed["records"], replayed["differences"]) == (1, 18, [])


@pytest.mark.thorough
def test_the_floors_that_expect_prints_can_be_pasted_and_the_next_night_meets_them(run: Run, tmp_path: Path) -> None:
    never = run("expect", "eccp")
    assert never.code == Exit.NOTHING_RAN
    assert "wanted a complete run of eccp to take floors from, found none: it was never read" in never.err
    run("sync")
    said = run("expect", "eccp", "--json").json
    assert (said["run"], said["profiles"]) == (1, 10)
    assert (said["expect"]["profiles_at_least"], said["expect"]["profiles_at_most"]) == (8, 20)
    printed = run("expect", "ECCP").out
    assert printed.startswith("# From run 1, read on ")
    config = tmp_path / "ours" / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text[: text.index("[networks.eccp.expect]")] + printed, encoding="utf-8")
    pasted = load_settings(config, {}).networks["eccp"].expect
    assert pasted is not None
    assert pasted.model_dump(include=set(said["expect"])) == said["expect"]
    assert run("sync", "--full").code == Exit.OK


def test_expect_after_a_held_first_run_says_what_stands_in_the_way(run: Run, module_network: Any) -> None:
    module_network.clusters = 5
    run("sync")
    ended = run("expect", "eccp")
    assert ended.code == Exit.NOTHING_RAN
    assert "run 1 was held (wanted at least 8 profiles, found 5)" in ended.err
