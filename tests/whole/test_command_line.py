"""The command as its users run it: what it prints, and how it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.server import serve
from demo.site import build
from support.commands import Run
from support.own_settings import settings_in
from sync import pipeline
from sync.cli.run import demo_settings
from sync.clock import FrozenClock, SystemClock
from sync.exits import Exit
from sync.journal import journal
from sync.lock import Locked, one_run_at_a_time
from warehouse.profile import ClusterProfile

pytestmark = pytest.mark.xdist_group("whole")

PAGES = Path(__file__).parents[1] / "pages" / "eccp"


def test_status_shows_each_network_with_its_last_good_run(ask: Run) -> None:
    networks = {network["network"]: network for network in ask("status", "--json").json["networks"]}
    assert set(networks) == {"eccp", "tci", "eca", "clusters_of_sweden"}
    assert all(network["last_outcome"] == "complete" and network["age_hours"] < 1 for network in networks.values())
    assert networks["eccp"]["findings"]["unknown word"] > 0
    assert "eccp" in ask("status").out


def test_status_shows_the_most_frequent_findings_with_their_number_and_since_when(ask: Run) -> None:
    frequent = ask("status", "--json").json["most_frequent_findings"]
    assert 0 < len(frequent) <= 10
    assert [finding["times"] for finding in frequent] == sorted((finding["times"] for finding in frequent), reverse=True)
    assert frequent[0]["times"] > 1
    now = datetime.now(UTC)
    assert {finding["first_seen_on"] for finding in frequent} <= {f"{now:%Y-%m-%d}", f"{now - timedelta(hours=1):%Y-%m-%d}"}
    said = ask("status").out
    assert all(word in said for word in ("since", frequent[0]["first_seen_on"], frequent[0]["printed"]))


def test_entries_of_a_phrasebook_that_no_page_prints_are_one_row_a_network_and_come_last(ask: Run) -> None:
    unused = "phrasebook entry not used"
    stand = ask("status", "--json").json
    kinds = {network["network"]: network["findings"] for network in stand["networks"]}
    assert sum(finding["kind"] == unused for finding in stand["findings"]) == sum(of.get(unused, 0) for of in kinds.values())
    rows = [row for row in ask("status").out.partition("times")[2].splitlines()[1:] if row.split()[0].isdecimal()]
    others = [row for row in rows if unused not in row]
    assert rows[len(others) :] == [row for row in rows if unused in row]
    assert [row.split()[0] for row in rows[len(others) :]] == [str(of[unused]) for of in kinds.values() if unused in of]


def test_a_finding_that_concerns_a_page_names_the_first_one(ask: Run) -> None:
    found = next(one for one in ask("status", "--json").json["findings"] if one["printed"] == "Cross-ecosystem")
    assert found["times"] > 1
    assert found["first_page"].endswith("/content/aerocentre")
    assert f"eccp, unknown word 'Cross-ecosystem': {found['first_page']}" in ask("status").out


OTHERS = [("doctor",), ("changes",), ("editions",), ("privacy", "report"), ("search", "paper")]


@pytest.mark.parametrize("words", [("status",), *(pytest.param(words, marks=pytest.mark.thorough) for words in OTHERS)])
def test_where_the_demo_is_read_for_want_of_a_live_run_this_is_said_once(ask: Run, nights: Any, words: tuple[str, ...]) -> None:
    assert ask(*words).err.count(f"(the demo's data in {nights.var}: ") == 1


def test_where_it_is_quiet_nothing_is_said_of_the_demo(ask: Run) -> None:
    assert ask("--quiet", "status").err == ""


@pytest.mark.thorough
def test_replay_of_an_unchanged_parser_shows_no_difference(ask: Run) -> None:
    replays = ask("replay", "--json").json
    assert sum(replayed["pages"] for replayed in replays) > 900
    for replayed in replays:
        assert (replayed["differences"], replayed["no_longer_read"]) == ([], []), replayed["network"]


def test_replay_while_somebody_has_the_state_open_says_so_in_one_line(ask: Run, nights: Any) -> None:
    program = "import duckdb, sys; con = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(nights.var / "state.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        ended = ask("--quiet", "replay")
        holder.communicate("")
    assert ended.code == 6
    assert ended.err.count("\n") == 1


def test_doctor_says_of_each_thing_how_it_is(ask: Run) -> None:
    checks = {check["what"]: check for check in ask("doctor", "--json").json}
    assert checks["edition"]["level"] == "OK"
    assert checks["networks"]["level"] == "WARN"
    assert "README" in checks["networks"]["mend"]


@pytest.mark.parametrize("words", [("search", "paper"), ("show", "Paper Province"), ("partners", "Paper Province")])
def test_without_an_edition_the_command_that_makes_one_is_named(elsewhere: Run, words: tuple[str, ...]) -> None:
    ended = elsewhere(*words)
    assert ended.code == 7
    assert "clusterbridge sync" in ended.err
    assert "demo" in ended.err


def test_sync_without_permission_reads_nothing_and_says_what_to_write(elsewhere: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[operator]\ncontact = "c@example.org"\n[networks.eccp]\nenabled = true\n')
    ended = elsewhere("sync", "eccp")
    assert ended.code == 7
    assert "[networks.eccp.permission]" in ended.err


def test_sync_without_a_contact_reads_nothing(elsewhere: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[networks.eccp]\nenabled = true\n")
    ended = elsewhere("sync", "eccp")
    assert ended.code == 7
    assert "contact" in ended.err


def test_sync_of_a_network_that_is_off_says_how_to_switch_it_on(elsewhere: Run) -> None:
    ended = elsewhere("sync", "eccp")
    assert ended.code == 7
    assert "enabled = true" in ended.err


def test_an_unknown_network_is_a_usage_error_that_names_the_nearest(elsewhere: Run) -> None:
    ended = elsewhere("sync", "ecpp")
    assert ended.code == 2
    assert "eccp" in ended.err


def test_a_broken_configuration_names_the_key_the_line_and_the_nearest(elsewhere: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[networks.eccp]\nenabled = true\npace_secnds = 3\n")
    ended = elsewhere("sync")
    assert ended.code == 3
    assert "line 3" in ended.err
    assert "pace_seconds" in ended.err


def test_doctor_reports_a_broken_configuration_and_ends_with_its_code(elsewhere: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[nets]\n")
    ended = elsewhere("doctor", "--json")
    assert ended.code == 3
    assert {check["what"]: check["level"] for check in ended.json}["configuration"] == "FAIL"


def test_a_second_run_at_the_same_time_ends_at_once_and_names_the_holder(nights: Any, tmp_path: Path, run: Run) -> None:
    with serve([build("eccp")]) as replicas:
        settings = demo_settings(settings_in(tmp_path), replicas, {"eccp": 1})
        var = settings.paths.var
        with one_run_at_a_time(var, SystemClock().now()), journal(var, quiet=True) as log, pytest.raises(Locked, match="process"):
            pipeline.run(settings, ("eccp",), SystemClock(), log)


def night_without_network(var: Path) -> pipeline.RunReport:
    """A run whose only network does not answer; nobody really waits for it."""
    settings = demo_settings(settings_in(var), {"eccp": "http://127.0.0.1:9"}, {"eccp": 1})
    with journal(settings.paths.var, quiet=True) as log:
        return pipeline.run(settings, ("eccp",), FrozenClock(SystemClock().now()), log)


@pytest.mark.thorough
def test_a_network_that_is_down_keeps_its_last_good_data_and_the_run_is_partial(nights: Any, tmp_path: Path) -> None:
    shutil.copytree(nights.var, tmp_path / "demo", symlinks=True)
    report = night_without_network(tmp_path)
    assert (report.exit, report.networks[0].run.outcome.value) == (Exit.PARTIAL, "failed")
    assert report.organisations == nights.second.organisations
    assert report.edition is not None


def test_a_first_night_without_any_network_publishes_nothing_and_is_partial(tmp_path: Path) -> None:
    report = night_without_network(tmp_path)
    assert (report.exit, report.edition, report.edition_held) == (Exit.PARTIAL, None, None)


def test_parse_prints_exactly_the_fields_of_a_cluster_profile(elsewhere: Run) -> None:
    cases = [case for case in sorted(PAGES.iterdir()) if "profiles" in json.loads((case / "expected.json").read_text())]
    parsed = 0
    for case in cases:
        url = json.loads((case / "request.json").read_text())["url"]
        answer = elsewhere("parse", "eccp", str(case / "page.html"), "--url", url, "--json").json
        assert set(answer) == {"printed", "profile", "unread_labels", "findings"}
        if answer["profile"] is not None:
            assert list(answer["profile"]) == list(ClusterProfile.model_fields)
            parsed += 1
    assert parsed >= 4


def test_parse_of_another_page_says_what_was_wanted_and_found(elsewhere: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><head><title>Shop</title></head><body><p>Buy now</p></body></html>")
    ended = elsewhere("parse", "eccp", str(page), "--url", "https://www.clustercollaboration.eu/content/shop", "--json")
    assert ended.code == 5
    assert "wanted" in ended.err
    assert ended.json["profile"] is None
    assert [finding["kind"] for finding in ended.json["findings"]] == ["page changed"]


def test_an_unknown_command_or_option_is_a_usage_error(run: Run) -> None:
    assert run("serch", "paper").code == 2
    assert run("search", "paper", "--nope").code == 2


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").out.startswith("clusterbridge ")
