"""Serving the application to browsers, in a thread of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

START_SECONDS = 30.0
END_SECONDS = 5.0
"""How long visits under way may take to end once the server is told to."""


class CannotServe(Exception):  # noqa: N818  says what is the matter
    """The page cannot be opened as asked: the port is taken, the address is not this machine's, nobody may sign in."""


@dataclass(frozen=True)
class Serving:
    """A server that answers.

    Arguments:
        address: where: ``http://127.0.0.1:8000``.
    """

    address: str
    _thread: threading.Thread

    @property
    def is_alive(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive()


@contextmanager
def serving(app: ASGIApp, host: str, port: int) -> Iterator[Serving]:
    """A server at an address: it answers when the block begins, and is gone when it ends.

    Arguments:
        port: 0: any that is free.

    Raises CannotServe.
    """
    with _listening(host, port) as listening:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            ws="none",
            http="h11",
            loop="asyncio",
            lifespan="on",
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=int(END_SECONDS),
            limit_concurrency=500,
            h11_max_incomplete_event_size=64 * 1024,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="portal", daemon=True)
        thread.start()
        try:
            _wait(server, thread)
            yield Serving(f"http://{_written(host)}:{listening.getsockname()[1]}", thread)
        finally:
            server.should_exit = True
            thread.join(END_SECONDS + START_SECONDS)


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise CannotServe(f"wanted an address of this machine in [portal] host, found {host!r}: {error}") from error
    # With the protocol named asyncio switches Nagle's algorithm off; without it every answer waits 40 ms for an acknowledgement.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(place)
        except OSError as error:
            raise CannotServe(
                f"wanted to listen at {_written(host)}:{port}, found: {error.strerror}; say another --port or --host"
            ) from error
        yield listening


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise CannotServe(f"wanted the server to start within {START_SECONDS:.0f} s, it did not")
        time.sleep(0.005)
