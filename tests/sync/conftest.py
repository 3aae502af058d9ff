"""A server on loopback that misbehaves on request, and a clock that does not wait."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from demo.wire import CERTIFICATE
from sync.fetch import Fetcher

Play = Callable[[socket.socket], None]
"""Writes whatever it likes to the connection, which is closed afterwards."""


def answer(status: int = 200, body: bytes | str = b"", /, **headers: str) -> bytes:
    """A whole HTTP response; ``content_type="text/html"`` becomes a header, and so on."""
    plain = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Words", f"Content-Length: {len(plain)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + plain


def page(body: bytes | str = "<html><title>A page</title><p>Words</p></html>", /, **headers: str) -> bytes:
    """An ordinary HTML page."""
    return answer(200, body, **{"content_type": "text/html; charset=UTF-8", **headers})


@dataclass
class Server:
    """Plays what ``routes`` has for a path: bytes, a function, or a list of those, one a request, the last for ever.

    ``asked`` has every request: its path and its headers, names in lower case.
    """

    socket: socket.socket
    tls: ssl.SSLContext | None = None
    routes: dict[str, bytes | Play | list[bytes | Play]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    answer = staticmethod(answer)
    page = staticmethod(page)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    @property
    def base(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:  # the test is over
                return
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _talk(self, plain: socket.socket) -> None:
        connection = plain
        with contextlib.suppress(OSError):  # the client may leave in the middle
            plain.settimeout(60)
            if self.tls:
                connection = self.tls.wrap_socket(plain, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65_536)
                if not piece:
                    break
                head += piece
            if b"\r\n\r\n" in head:
                self._play(connection, head.decode("latin-1"))
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):  # closing with unread bytes would reset the connection
                    pass
        connection.close()
        plain.close()

    def _play(self, connection: socket.socket, head: str) -> None:
        first, *lines = head.split("\r\n")
        path = first.split()[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        self.asked.append((path, headers))
        play = self.routes.get(path, answer(404, "none"))
        if isinstance(play, list):
            play = play.pop(0) if len(play) > 1 else play[0]
        if isinstance(play, bytes):
            connection.sendall(play)
        else:
            play(connection)


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server for the length of a ``with``."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener, tls)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for each in [thread, *server.threads]:
            each.join(timeout=5)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def other_server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def tls_server() -> Iterator[Server]:
    """One whose certificate nobody vouches for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with serving(context) as one:
        yield one


class LeapingClock:
    """Time passes as it does, but a nap is over at once: for tests against a real server."""

    def __init__(self) -> None:
        self.naps: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 4, tzinfo=UTC) + timedelta(seconds=sum(self.naps))

    def monotonic(self) -> float:
        return time.monotonic() + sum(self.naps)

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.naps.append(seconds)


class StillClock(LeapingClock):
    """Time passes by naps alone, so that they are as long as they should be to the last digit."""

    def monotonic(self) -> float:
        return sum(self.naps)


@pytest.fixture
def clock() -> LeapingClock:
    return LeapingClock()


@pytest.fixture
def still_clock() -> StillClock:
    return StillClock()


@pytest.fixture
def fetcher(server: Any, clock: Any) -> Any:
    """Makes a fetcher for the server; by default without a pace, so that naps in a test are about something else."""
    made: list[Fetcher] = []

    def make(**others: Any) -> Fetcher:
        given = {"base": server.base, "hosts": ("replica.example",), "contact": "", "clock": clock, "pace_seconds": 0.0}
        given |= {"allow_private": True, "jitter": lambda: 0.0} | others
        made.append(Fetcher(**given))
        return made[-1]

    yield make
    for one in made:
        one.close()
