"""The examples for operators: what they name is there, and what they promise the program keeps."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from sync.cli.app import app
from sync.exits import Exit
from sync.schedule_run import STOP_WITHIN_SECONDS
from sync.settings import Settings

CONTRIB = Path(__file__).parents[2] / "contrib"
UNITS = sorted((CONTRIB / "systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
PROGRAM = "/opt/clusterbridge/.venv/bin/clusterbridge"


class Unit(configparser.RawConfigParser):
    """A unit file; a key may stand several times, and then its values stand one a line."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",), interpolation=None, dict_type=_Many)
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read_string(path.read_text(encoding="utf-8"))


class _Many(dict):  # type: ignore[type-arg]
    def __setitem__(self, key: object, value: object) -> None:
        if isinstance(value, list) and key in self:
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def by_name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", SERVICES, ids=by_name)
def test_a_service_starts_a_command_that_there_is(path: Path) -> None:
    program, command, *rest = Unit(path)["Service"]["ExecStart"].split()
    assert program == PROGRAM
    assert command in COMMANDS
    assert rest == []


@pytest.mark.parametrize("path", SERVICES, ids=by_name)
def test_a_service_may_write_where_its_data_lie_and_nowhere_else(path: Path) -> None:
    service = Unit(path)["Service"]
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
    assert (service["NoNewPrivileges"], service["PrivateTmp"]) == ("yes", "yes")
    assert service["User"] != "root"


@pytest.mark.parametrize("path", SERVICES, ids=by_name)
def test_a_service_waits_longer_for_the_stop_than_the_program_takes(path: Path) -> None:
    assert float(Unit(path)["Service"]["TimeoutStopSec"]) > STOP_WITHIN_SECONDS


def test_only_what_the_program_tells_itself_counts_as_success() -> None:
    service = Unit(CONTRIB / "systemd" / "clusterbridge.service")["Service"]
    assert {int(code) for code in service["SuccessExitStatus"].split()} == {Exit.PARTIAL, Exit.HELD}
    not_again = {int(code) for code in service["RestartPreventExitStatus"].split() if code.isdigit()}
    assert service["Restart"] == "on-failure"
    assert set(Exit) - {Exit.OK, Exit.PARTIAL, Exit.HELD} - not_again == {Exit.LOCKED, Exit.TRY_AGAIN}


def test_all_services_have_the_same_rights() -> None:
    told = []
    for path in SERVICES:
        text = path.read_text(encoding="utf-8")
        told.append(text[text.index("# Where it may write") :].partition("\n[Install]")[0].strip())
    assert len(set(told)) == 1


def test_the_timer_speaks_of_stockholm_and_stays_out_of_the_hour_that_summer_time_moves() -> None:
    timer = Unit(CONTRIB / "systemd" / "clusterbridge.timer")["Timer"]
    found = re.fullmatch(r"\*-\*-\* (\d\d):\d\d:00 (\S+)", timer["OnCalendar"])
    assert found is not None
    assert found[2] == Settings().operator.timezone
    assert found[1] != "02"
    assert timer["Persistent"] == "true"


def test_systemd_itself_understands_the_units(tmp_path: Path) -> None:
    """Where the machine has systemd; the program stands where this one does."""
    analyse = shutil.which("systemd-analyze")
    for path in UNITS:
        unit = Unit(path)
        assert "Description" in unit["Unit"]
        text = path.read_text(encoding="utf-8").replace(PROGRAM, str(Path(sys.executable).with_name("clusterbridge")))
        (tmp_path / path.name).write_text(text.replace("file:///opt/clusterbridge/README.md", "man:systemd(1)"), encoding="utf-8")
    if analyse:
        files = [str(tmp_path / path.name) for path in UNITS]
        ended = subprocess.run([analyse, "verify", "--man=no", *files], capture_output=True, text=True, check=False)
        ours = [line for line in ended.stderr.splitlines() if "clusterbridge" in line]
        assert (ours, ended.returncode) == ([], 0)


def test_the_proxy_leads_to_where_the_page_listens() -> None:
    portal = Settings().portal
    assert f"reverse_proxy {portal.host}:{portal.port}" in (CONTRIB / "reverse-proxy" / "Caddyfile").read_text(encoding="utf-8")


def test_every_file_and_command_that_the_guide_names_is_there() -> None:
    guide = (CONTRIB / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"contrib/([\w./-]+)", guide) + re.findall(r"^\| `([\w./-]+)`", guide, re.MULTILINE):
        assert (CONTRIB / name).exists(), name
    for command in re.findall(r"config\.toml ([a-z]+) --", guide):
        assert command in COMMANDS
