"""Small networks that misbehave on request, and runs in processes that may be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from warehouse.connection import Connection
from warehouse.editions import EditionReader

Play = Callable[[socket.socket], None]
"""Writes whatever it likes to the connection, which is closed afterwards."""

CANARY = "green-synergy-cluster"
LISTING = "/search-results?f%5B0%5D=profile_type%3Acluster_profile&page=0"
COUNTRIES = ("Sweden: Norra Mellansverige", "Bulgaria: South-Central (Bulgaria)", "Germany: Stuttgart", "Denmark: Hovedstaden")
SECTORS = ("Environmental Services", "Paper and Packaging", "Automotive", "Biopharmaceuticals")


def answer(status: int, body: bytes | str, content_type: str = "text/html; charset=UTF-8", **headers: str) -> bytes:
    """A whole HTTP response; ``retry_after="7"`` becomes a header."""
    plain = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Words", f"Content-Type: {content_type}", f"Content-Length: {len(plain)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + plain


@dataclass
class SmallNetwork:
    """A site in the newer form of ECCP, at an address of its own.

    Arguments:
        label: tells its clusters' names from those of other networks.
        clusters: how many profiles it has, from 1; the first is ECCP's canary.
        revision: part of every text, so that raising it changes every profile.
        troubles: path -> what happens there in place of the page; "*" stands for every path but robots.txt.
        asked: every path that was asked for, in order.
    """

    listener: socket.socket
    label: str = "eccp"
    clusters: int = 10
    revision: int = 1
    troubles: dict[str, bytes | Play] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def slug(self, number: int) -> str:
        return CANARY if number == 0 else f"{self.label}-cluster-{number}"

    def path(self, number: int) -> str:
        return f"/content/{self.slug(number)}"

    def profile(self, number: int) -> str:
        """The page of one cluster."""
        name = "Green Synergy Cluster" if number == 0 else f"{self.label.title()} Cluster Number {number}"
        lines = [
            name,
            COUNTRIES[1 if number == 0 else number % 4],
            "100% completed",
            "About us",
            f"The mission of {name} is clean energy, in its revision {self.revision}.",
            "Established - 13 September 2011" if number == 0 else f"Established - {1 + number % 28} March {1990 + number % 30}",
            "Cluster composition",
            str(30 + number),
            "Cluster Members",
            "Sectoral industries:",
            SECTORS[number % 4],
        ]
        title = f"<title>{name} | European Cluster Collaboration Platform</title>"
        return f"<html lang='en'><head>{title}</head><body><main><p>{'</p><p>'.join(lines)}</p></main></body></html>"

    def listing(self) -> str:
        """The one page of the list."""
        numbers = range(self.clusters)
        cards = "".join(f"<div class='card'><h3><a href='{self.path(n)}'>{self.slug(n)}</a></h3></div>" for n in numbers)
        return f"<html lang='en'><head><title>Search results</title></head><body><main>{cards}</main></body></html>"

    def sitemap(self) -> str:
        """Says of every profile when it changed: a day that the revision numbers."""
        day = f"2026-03-{self.revision:02}T10:00Z"
        rows = "".join(f"<url><loc>{self.base}{self.path(n)}</loc><lastmod>{day}</lastmod></url>" for n in range(self.clusters))
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'

    def page(self, path: str, known: str = "") -> bytes:
        """What a healthy server answers."""
        pages = {self.path(number): number for number in range(self.clusters)}
        if path == "/robots.txt":
            return answer(200, "User-agent: *\nDisallow: /user/\n", "text/plain")
        if path == "/sitemap.xml":
            return answer(200, self.sitemap(), "application/xml")
        if path == LISTING or path in pages:
            body = self.listing() if path == LISTING else self.profile(pages[path])
            tag = f'"{sha256(body.encode()).hexdigest()[:16]}"'
            return b"HTTP/1.1 304 Same\r\n\r\n" if known == tag else answer(200, body, etag=tag)
        return answer(404, "<html>There is no such page.</html>")

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:  # the test is over
                return
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:  # the client may leave in the middle
            connection.settimeout(10)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while head := self._head(connection):
                path = head.split()[1]
                known = next((line.split(": ")[1] for line in head.split("\r\n") if line.lower().startswith("if-none-match")), "")
                self.asked.append(path)
                trouble = self.troubles.get(path, self.troubles.get("*") if path != "/robots.txt" else None)
                if callable(trouble):
                    trouble(connection)
                    return
                connection.sendall(trouble or self.page(path, known))

    @staticmethod
    def _head(connection: socket.socket) -> str:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65_536)
            if not piece:
                return ""
            head += piece
        return head.decode("latin-1")


@contextlib.contextmanager
def serving(label: str) -> Iterator[SmallNetwork]:
    """A small network for the length of a ``with``."""
    listener = socket.create_server(("127.0.0.1", 0))
    network = SmallNetwork(listener, label)
    thread = threading.Thread(target=network.serve, daemon=True)
    thread.start()
    try:
        yield network
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for each in [thread, *network.threads]:
            each.join(timeout=5)


@pytest.fixture(scope="module")
def module_network() -> Iterator[SmallNetwork]:
    """One for all tests of a file, so that what was read once can be copied for each of them."""
    with serving("eccp") as network:
        yield network


# Runs in other processes

ZYGOTE = """
import json, os, sys, traceback
from sync.cli.app import main

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
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLUSTERBRIDGE_")}
    started = Runs(tmp_path_factory.mktemp("runs"), environment)
    yield started
    started.close()


def write_config(folder: Path, **bases: str) -> Path:
    """A ``config.toml`` that reads these networks from this machine, without a pause; its data lie in ``folder/var``."""
    lines = ["[operator]", 'contact = "robot@operator.example"']
    for network, base in bases.items():
        lines += [f"[networks.{network}]", "enabled = true", f'base = "{base}"', "pace_seconds = 0", "allow_private = true"]
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
    return SimpleNamespace(answer=answer, published=published, serving=serving, write_config=write_config)
