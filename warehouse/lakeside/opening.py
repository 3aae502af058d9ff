"""The lake, attached to a connection; and changes that are made anew where they met somebody else's."""

from __future__ import annotations

import importlib.util
import os
import random
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

Connection = duckdb.DuckDBPyConnection
Request = dict[str, Any]
Answer = dict[str, Any]

TRIES = 40
"""A push that met another one is made again, after a while that chance chooses: at most so often."""
LONGEST_WAIT_SECONDS = 1.0
META = "__ducklake_metadata_lake"
"""Where DuckLake keeps its own tables (they are specified at ducklake.select)."""
_AWAY = re.compile(r"could not (connect|resolve|establish)|timeout was reached|HTTP code 5\d\d", re.IGNORECASE)
"""How DuckDB says that the store does not answer, or cannot at the moment."""
_REFUSED = re.compile(r"HTTP code 40[13]|NoSuchBucket")
_MEETING = ("conflict", "already exists", "duplicate key", "could not serialize", "deadlock", "tuple concurrently")


class Trouble(Exception):  # noqa: N818  a verdict
    """What stands in the way: a kind that ``lake.py`` knows, and a sentence."""

    def __init__(self, kind: str, because: str) -> None:
        super().__init__(because)
        self.kind = kind


def opened(request: Request, *, is_made: bool = False) -> Connection:
    """The lake, attached as ``lake``.

    Arguments:
        is_made: whether to make it where there is none.
    """
    con = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")  # which goes to stdout after two seconds, where the answer goes
    catalog = request["catalog"].removeprefix("ducklake:")
    is_remote = request["data"].startswith("s3://")
    is_postgres = catalog.startswith(("postgres:", "postgresql:"))
    for extension, is_needed in (("ducklake", True), ("postgres_scanner", is_postgres), ("httpfs", is_remote)):
        if is_needed:
            _load(con, extension)
    if is_remote:
        con.execute(f"CREATE SECRET (TYPE s3, {_credentials()})")
    options = f"DATA_PATH {literal(request['data'])}, DATA_INLINING_ROW_LIMIT 0, CREATE_IF_NOT_EXISTS {is_made}"
    _attach(con, f"ATTACH {literal('ducklake:' + catalog)} AS lake ({options})")
    return con


def _load(con: Connection, extension: str) -> None:
    """From its wheel, else what ``INSTALL`` left on this machine. Never from the network."""
    found = importlib.util.find_spec(f"duckdb_extension_{extension}")
    folder = None if found is None or found.origin is None else Path(found.origin).parent / "extensions"
    file = None if folder is None else folder / f"v{duckdb.__version__}" / f"{extension}.duckdb_extension"
    try:
        con.execute(f"LOAD {literal(str(file))}" if file and file.exists() else f"LOAD {extension}")
    except duckdb.Error as error:
        raise Trouble(
            "extension",
            f"wanted the extension {extension} for DuckDB {duckdb.__version__}, found none that loads in {sys.executable}: "
            f"{str(error).splitlines()[0]}",
        ) from error


def _credentials() -> str:
    """Of the S3-compatible store, from the environment variables that every tool of that kind reads."""
    env = os.environ
    said = {"KEY_ID": env.get("AWS_ACCESS_KEY_ID"), "SECRET": env.get("AWS_SECRET_ACCESS_KEY")}
    said |= {"SESSION_TOKEN": env.get("AWS_SESSION_TOKEN"), "REGION": env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION")}
    parts = [f"{name} {literal(value)}" for name, value in said.items() if value]
    endpoint = env.get("AWS_ENDPOINT_URL_S3") or env.get("AWS_ENDPOINT_URL")
    if endpoint:
        scheme, _, host = endpoint.rpartition("://")
        parts += [f"ENDPOINT {literal(host.rstrip('/'))}", f"USE_SSL {scheme != 'http'}", "URL_STYLE 'path'"]
    lacking = [name for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY") if not env.get(name)]
    if lacking:
        raise Trouble("settings", f"wanted {' and '.join(lacking)} in the environment for s3://, found nothing")
    return ", ".join(parts)


def _attach(con: Connection, sql: str) -> None:
    def once() -> None:
        try:
            con.execute(sql)
        except duckdb.Error as error:
            if is_meeting(error):  # two made the lake at once
                raise
            text = str(error)
            if "does not exist" in text and "creating a new DuckLake is explicitly disabled" in text:
                raise Trouble("nothing", "nothing was ever pushed into this lake") from error
            kind = "unreachable" if "Unable to connect" in text else "settings"
            raise Trouble(kind, f"the lake cannot be opened: {' '.join(text.split())}") from error

    retried(once)


def store_trouble(error: duckdb.Error) -> str | None:
    """Which kind of trouble the store makes that the files are in; None: it is not the store."""
    if not isinstance(error, duckdb.IOException):  # of which HTTP's are some
        return None
    text = str(error)
    return "unreachable" if _AWAY.search(text) else "settings" if _REFUSED.search(text) else None


def is_meeting(error: Exception) -> bool:
    """Whether a statement failed only because somebody else was at it."""
    return isinstance(error, duckdb.Error) and any(word in str(error).lower() for word in _MEETING)


def retried(once: Callable[[], Any]) -> Any:
    """What a function returns; it is called anew where it met somebody else's change."""
    for attempt in range(1, TRIES + 1):
        try:
            return once()
        except duckdb.Error as error:
            if not is_meeting(error):
                raise
            if attempt == TRIES:
                raise Trouble("busy", f"others changed the lake each of {TRIES} times: {str(error).splitlines()[0]}") from error
        time.sleep(random.uniform(0.02, min(LONGEST_WAIT_SECONDS, 0.05 * attempt)))  # noqa: S311  no secret
    raise AssertionError("the last try returns or raises")


def in_transaction(con: Connection, work: Callable[[], Any]) -> Any:
    """One snapshot, or none; made anew where others came between."""

    def once() -> Any:
        con.execute("BEGIN")
        try:
            done = work()
            con.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.TransactionException):  # a COMMIT that failed has ended it
                con.execute("ROLLBACK")
            raise
        return done

    return retried(once)


def rows(con: Connection, sql: str, values: object = None) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    return con.execute(sql, values).fetchall()


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A name as SQL writes it."""
    return '"' + text.replace('"', '""') + '"'
