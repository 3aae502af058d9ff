"""A small network, and runs in processes that may be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from demo.wire import response
from support.small_network import SmallNetwork, serving
from sync.cli.app import main
from sync.exits import Exit
from sync.fetching.guards import is_loopback
from warehouse.connection import Connection
from warehouse.editions import EditionReader


@pytest.fixture(scope="module")
def module_network() -> Iterator[SmallNetwork]:
    """One for all tests of a file, so that what was read once can be copied for each of them."""
    with serving("eccp") as network:
        yield network


@pytest.fixture(scope="module")
def read_once(tmp_path_factory: pytest.TempPathFactory, module_network: SmallNetwork) -> Path:
    """A folder in which the network's ten clusters were read once, for tests that copy it."""
    module_network.clusters, module_network.revision = 10, 1
    config = write_config(tmp_path_factory.mktemp("nights") / "read", eccp=module_network.base)
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(config), "--quiet", "sync"])
    assert ended.value.code == Exit.OK
    return config.parent


@pytest.fixture
def synced(module_network: SmallNetwork, read_once: Path) -> Path:
    """``read_once``; its network as it was then."""
    module_network.clusters, module_network.revision = 10, 1
    module_network.replies.clear()
    module_network.asked.clear()
    return read_once


# Runs in other processes

ZYGOTE = """
import json, os, sys, traceback
from sync.cli import endings
from sync.cli.app import main
from sync.cli.commands import COMMANDS

for command in COMMANDS:
    if command.name != "demo":  # no run holds what only the demo needs
        command.loaded()

def read(end):
    with open(end, encoding="utf-8") as stream:
        return stream.read()

for line in sys.stdin:
    order = json.loads(line)
    (out, out_of_child), (err, err_of_child) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        for number, end in enumerate((os.open(os.devnull, os.O_RDONLY), out_of_child, err_of_child)):
            os.dup2(end, number)
        try:
            exec(order["prelude"])
            main(order["words"])
        except SystemExit as ended:
            code = int(ended.code or 0)
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(code)
    os.close(out_of_child), os.close(err_of_child)
    print(child, flush=True)
    said = read(out), read(err)
    _, status, used = os.wait4(child, 0)
    print(json.dumps([os.waitstatus_to_exitcode(status), *said, used.ru_maxrss * 1024]), flush=True)
"""
"""Imports the program once and forks it for every run, which saves a second each time. Pipes, because no limit on files holds
for them. ``os._exit``, because on its way out of a fork DuckDB would wait for threads that only the parent has."""


@dataclass(frozen=True)
class Ended:
    """How a run in another process ended.

    Arguments:
        code: the exit code; negative: the signal that killed it.
        most_memory_bytes: the most that it held at any time.
    """

    code: int
    out: str
    err: str
    most_memory_bytes: int


class Runs:
    """Runs ``clusterbridge`` with some words, each time in a process of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._zygote = subprocess.Popen(
            [sys.executable, "-c", ZYGOTE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=environment,
        )

    def __call__(self, *words: str, prelude: str = "", kill_after_seconds: float | None = None) -> Ended:
        """Run to the end, or until it is killed.

        Arguments:
            prelude: Python that the process executes first.
        """
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.write(json.dumps({"words": words, "prelude": prelude}) + "\n")
        self._zygote.stdin.flush()
        child = int(self._zygote.stdout.readline())
        timer = threading.Timer(kill_after_seconds or 0, os.kill, (child, signal.SIGKILL))
        if kill_after_seconds is not None:
            timer.start()
        ended = Ended(*json.loads(self._zygote.stdout.readline()))
        timer.cancel()
        return ended

    def close(self) -> None:
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.close()
        self._zygote.wait(timeout=30)
        self._zygote.stdout.close()


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    yield from started_runs(tmp_path_factory)


@pytest.fixture
def second_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Runs beside one that is under way."""
    yield from started_runs(tmp_path_factory)


def started_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLUSTERBRIDGE_")}
    started = Runs(tmp_path_factory.mktemp("runs"), environment)
    yield started
    started.close()


def write_config(folder: Path, **bases: str) -> Path:
    """A ``config.toml`` that reads these networks from this machine, without a pause; its data lie in ``folder/var``."""
    lines = ["[operator]", 'contact = "robot@operator.example"', "[embeddings]", "seconds_a_night = 0"]
    for network, base in bases.items():
        lines += [f"[networks.{network}]", "enabled = true", f'base = "{base}"']
        lines += ["pace_seconds = 0", "allow_private = true"] if is_loopback(base) else []
        lines += [f"[networks.{network}.permission]", 'basis = "a test"', "read_on = 2026-01-31", 'by = "the test"']
        lines += [f"[networks.{network}.expect]", "profiles_at_least = 8", "fill_at_least = { name = 1.0, country = 0.9 }"]
    folder.mkdir(exist_ok=True)
    path = folder / "config.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@dataclass(frozen=True)
class Published:
    """What the current edition says: who is in it, and every value that holds, with the record that says it."""

    number: int
    names: frozenset[str]
    claims: frozenset[tuple[object, ...]]


def published(var: Path) -> Published:
    """The current edition, read in full as its readers do. Raises EditionMissing."""

    def rows(con: Connection, sql: str) -> list[tuple[object, ...]]:
        return con.execute(sql).fetchall()

    with EditionReader(var / "editions") as reader, reader.cursor() as con:
        number = rows(con, "SELECT number FROM edition")[0][0]
        assert isinstance(number, int)
        names = rows(con, "SELECT name FROM clusters WHERE NOT is_gone")
        held = rows(con, "SELECT network, source_key, field, value FROM claims WHERE last_run IS NULL AND value IS NOT NULL")
        for (table,) in rows(con, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'edition'"):
            rows(con, f'FROM "{table}"')
    return Published(number, frozenset(str(name) for (name,) in names), frozenset(held))


@pytest.fixture(scope="session")
def helpers() -> Any:
    """The functions of this file, for tests."""
    return SimpleNamespace(
        answer=response,
        published=published,
        serving=serving,
        write_config=write_config,
    )
