"""What all tests share: a hypothesis profile that fits a two-core machine, ``--no-skips`` for CI, and groups of one worker."""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadGroupScheduling

from support.examples import PROFILE, examples
from support.rewriting import rewrite_share
from warehouse import state, users
from warehouse.connection import Connection, Statement
from warehouse.migrate import Migration, applied_number
from warehouse.named_sql import transaction

settings.register_profile(PROFILE, deadline=None, max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(PROFILE)
# Embedding the texts of every small network that a test makes up would take minutes; tests of it switch it on.
os.environ["CLUSTERBRIDGE_EMBEDDINGS__SECONDS_A_NIGHT"] = "0"
# Where a proxy leads out, nothing that a test serves is behind it.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost,::1"


def _on_one_thread(connect: Callable[..., Any]) -> Callable[..., Any]:
    """The tests share the cores already: DuckDB's own threads, for tables as small as theirs, would only wake and sleep.

    Nor is it tried which of a dozen ways packs a column of ten values best, which takes a quarter of the time of an edition; nor
    does each such column get a block of 256 KB, which is cleared and written, a fifth of the time of a run over ten pages.
    Runs in processes of their own do all of it as ever.
    """
    cheap = {"threads": 1, "force_compression": "uncompressed", "default_block_size": 16 * 1024}

    @functools.wraps(connect)
    def connected(*given: Any, config: Mapping[str, Any] | None = None, **named: Any) -> Any:
        return connect(*given, config={**cheap, **(config or {})}, **named)

    return connected


duckdb.connect = _on_one_thread(duckdb.connect)


def _in_one_step(migrated: Callable[..., None]) -> Callable[..., None]:
    """A new state gets its tables as the migrations leave them, not by going through them all: half of what opening it takes.

    The first one of a session, from which they are taken, goes through them; so do the tests of migrations.
    """

    @cache
    def left_by(steps: tuple[Migration, ...]) -> list[tuple[Statement, list[object]]]:
        with contextlib.closing(duckdb.connect()) as con:
            migrated(con, steps, is_read_only=False)
            schemas = "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal AND schema_name <> 'main'"
            tables = con.execute("SELECT sql, schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
            made: list[tuple[str, list[object]]] = [(f"CREATE SCHEMA {name}", []) for (name,) in con.execute(schemas).fetchall()]
            made += [(sql, []) for sql, _ in tables]
            for _, table in tables:
                if rows := con.execute(f"SELECT * FROM {table}").fetchall():  # noqa: S608  a name of ours
                    places = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
                    made.append((f"INSERT INTO {table} VALUES {places}", [value for row in rows for value in row]))  # noqa: S608
            return [(con.extract_statements(sql)[0], values) for sql, values in made]

    @functools.wraps(migrated)
    def migrate(con: Connection, steps: Sequence[Migration], *, is_read_only: bool) -> None:
        if is_read_only or applied_number(con):
            migrated(con, steps, is_read_only=is_read_only)
            return
        with transaction(con):
            for statement, values in left_by(tuple(steps)):
                con.execute(statement, values)

    return migrate


state.migrate = _in_one_step(state.migrate)
# A page that is visited for the first time may take long on a busy machine. It is one object that all defaults refer to.
vars(httpx._config.DEFAULT_TIMEOUT_CONFIG).update(httpx.Timeout(60).as_dict())
# Every client reads a hundred and fifty authorities, also for addresses on loopback: 25 ms each time.
httpx._transports.default.create_ssl_context = cache(httpx._transports.default.create_ssl_context)


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scrypt that takes no time; what it costs in earnest is tested where users are."""
    monkeypatch.setattr(users, "COST", 2)
    monkeypatch.setattr(users, "PARALLEL", 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="fail when a test is skipped: CI has all that the tests need")
    parser.addoption("--kills", type=int, default=200, help="how many runs `make soak` kills")
    parser.addoption("--seed", type=int, default=20261123, help="which moments `make soak` chooses")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """In a fresh clone the workers share what each did for all."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1 and not sys.dont_write_bytecode:
        rewrite_share(session.config, int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")), workers)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: Python need not look through them for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """What is frozen is not let go of when Python ends, and DuckDB would speak of leaks."""
    gc.unfreeze()


class SkipsAreFailures:
    """Counts skipped tests and fails the session for them."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.skipped.append(report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for nodeid in self.skipped:
            terminalreporter.write_line(f"skipped, but nothing may be skipped here: {nodeid}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--no-skips") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipsAreFailures())


class ModulesInGroups(LoadGroupScheduling):
    """Gives all tests of the modules whose ``pytestmark`` names the same ``xdist_group`` to one worker.

    pytest 9.2 drops what xdist 3.8 adds to a test's id to say so (pytest-xdist, issue 1386): every worker then makes the
    session's fixtures for itself, and nothing fails.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group_of(self.config.rootpath / nodeid.partition("::")[0]) or super()._split_scope(nodeid)


@cache
def group_of(module: Path) -> str | None:
    found = re.search(r'^pytestmark = pytest\.mark\.xdist_group\("(\w+)"\)$', module.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a fifth of the time a test waits for a browser, another process or the disk."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadGroupScheduling | None:
    return ModulesInGroups(config, log) if config.getvalue("dist") == "loadgroup" else None
