"""Whole runs that are not right, and what the operator and the machines hear of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from support.webhook import Hook, hooked
from sync.cli.app import main
from sync.exits import Exit

pytestmark = pytest.mark.xdist_group("told")


@dataclass
class Told:
    """A configuration with a webhook that really is there, and what came to it."""

    config: Path
    hook: Hook

    @property
    def bodies(self) -> list[dict[str, str]]:
        return self.hook.bodies

    @property
    def var(self) -> Path:
        return self.config.parent / "var"

    @property
    def status(self) -> Any:
        return json.loads((self.var / "status.json").read_text())

    def run(self, *words: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(self.config), "--quiet", *words])
        return int(ended.value.code or 0)

    def titles(self) -> list[str]:
        """The subjects that arrived since this was asked last."""
        found = [body["title"] for body in self.bodies]
        self.bodies.clear()
        return found


@pytest.fixture
def network(helpers: Any) -> Iterator[Any]:
    with helpers.serving("eccp") as one:
        yield one


@pytest.fixture
def told(helpers: Any, network: Any, tmp_path: Path) -> Iterator[Told]:
    with hooked() as hook:
        config = helpers.write_config(tmp_path / "operator", eccp=network.base)
        config.write_text(config.read_text() + f'[notify]\nurls = ["{hook.address}"]\n')
        yield Told(config, hook)


def test_a_night_that_is_held_is_told_the_next_good_one_too_and_then_there_is_silence(told: Told, network: Any) -> None:
    assert told.run("sync") == Exit.OK
    assert told.titles() == []
    network.clusters = 5
    assert told.run("sync") == Exit.HELD
    assert told.titles() == ["clusterbridge: eccp held"]
    assert told.status["networks"]["eccp"]["outcome"] == "held"
    assert told.status["run"]["exit_code"] == Exit.HELD
    network.clusters = 10
    assert told.run("sync") == Exit.OK
    assert told.titles() == ["clusterbridge: eccp well again"]
    assert told.run("sync") == Exit.OK
    assert told.titles() == []
    assert told.status["run"]["exit_code"] == Exit.OK
    assert told.status["edition"]["number"] == 4


@pytest.mark.thorough
def test_a_receiver_that_is_down_changes_neither_the_exit_code_nor_what_is_told_later(told: Told, network: Any) -> None:
    assert told.run("sync") == Exit.OK
    network.clusters = 5
    told.hook.is_down = True
    assert told.run("sync") == Exit.HELD
    network.clusters = 10
    assert told.run("sync") == Exit.OK
    told.hook.is_down = False
    assert told.run("sync") == Exit.OK
    assert told.titles() == ["clusterbridge: eccp well again"]
    journal = "".join(path.read_text() for path in (told.var / "logs").iterdir())
    assert '"event":"not told"' in journal
    assert "s3cret-word" not in journal


def test_a_permission_that_ended_is_told(told: Told) -> None:
    told.config.write_text(told.config.read_text().replace('by = "the test"', 'by = "the test"\nuntil = 2026-02-01'))
    assert told.run("sync") == Exit.NOTHING_RAN
    assert told.titles() == ["clusterbridge: eccp barred"]
    assert "ended on 2026-02-01" in told.status["networks"]["eccp"]["barred_because"]


@pytest.mark.thorough
def test_a_run_that_breaks_off_is_told_without_the_words_of_the_fault(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told.run("sync") == Exit.OK

    def broken(*_given: Any, **_named: Any) -> None:
        raise ValueError("Anna Andersson")

    monkeypatch.setattr("sync.pipeline.editions.publish", broken)
    with pytest.raises(ValueError, match="Anna"):
        main(["--config", str(told.config), "--quiet", "sync"])
    body = told.bodies[0]["message"]
    assert told.titles() == ["clusterbridge: run broken off"]
    assert "a fault of ours (ValueError)" in body
    assert "Anna" not in body + json.dumps(told.status)
    assert told.status["run"]["exit"] == "unexpected"
    assert told.status["networks"]["eccp"]["outcome"] == "complete"
    monkeypatch.undo()
    assert told.run("sync") == Exit.OK
    assert told.titles() == ["clusterbridge: run well again"]


@pytest.mark.thorough
def test_a_disk_that_is_full_is_told_with_what_to_do(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: Any, **_named: Any) -> None:
        raise OSError(28, "No space left on device", str(told.var))

    monkeypatch.setattr("sync.pipeline.editions.publish", full)
    assert told.run("sync") == Exit.TRY_AGAIN
    assert "make room" in told.bodies[0]["message"]
    assert told.titles() == ["clusterbridge: run broken off"]


def test_another_run_under_way_and_a_network_that_there_is_not_are_told_to_nobody(told: Told) -> None:
    assert told.run("sync", "ecpp") == Exit.USAGE
    assert told.titles() == []
    assert not (told.var / "status.json").exists()


@pytest.mark.thorough
def test_a_status_that_cannot_be_written_fails_no_run(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    (told.var / "status.json").mkdir(parents=True)
    assert told.run("sync") == Exit.OK
    assert "status not written" in capsys.readouterr().err


@pytest.mark.thorough
def test_an_import_gives_account_too(told: Told, tmp_path: Path) -> None:
    members = tmp_path / "members.csv"
    rows = "".join(f"Kluster {number},https://kluster{number}.example\n" for number in range(90))
    members.write_text("Name,Website\n" + rows)
    told.run("import", "clusters-of-sweden", str(members))
    assert told.status["networks"]["clusters_of_sweden"]["records"] == 90


def test_the_metrics_are_there_after_a_run_for_whoever_reads_them(told: Told) -> None:
    assert told.run("sync") == Exit.OK
    path = told.var / "metrics" / "clusterbridge.prom"
    assert 'clusterbridge_network_outcome{network="eccp",outcome="complete"} 1.0' in path.read_text()
    assert path.stat().st_mode & 0o004
    assert sorted(each.name for each in path.parent.iterdir()) == ["clusterbridge.prom"]


def test_the_schedule_shows_when_each_network_is_due(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    assert told.run("schedule", "--show") == Exit.OK
    assert "15 4 * * *" in capsys.readouterr().out
    assert told.run("schedule", "--show", "--json") == Exit.OK
    said = json.loads(capsys.readouterr().out)
    due = {one["network"]: one for one in said["networks"]}
    assert due["eccp"]["cron"] == "15 4 * * *"
    next_due = datetime.fromisoformat(due["eccp"]["next_due_at"])
    assert (next_due.utcoffset(), f"{next_due.astimezone(ZoneInfo(said['timezone'])):%H:%M}") == (timedelta(0), "04:15")
    assert all(one["because"] for one in said["not_scheduled"])
    assert told.run("schedule", "--json") == Exit.USAGE


def test_the_doctor_tries_the_addresses_out(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    told.run("doctor", "--tell", "--json")
    checks = {check["what"]: check for check in json.loads(capsys.readouterr().out)}
    assert checks["message to 1 (json)"]["level"] == "OK"
    assert told.titles() == ["clusterbridge: a message to try out"]
