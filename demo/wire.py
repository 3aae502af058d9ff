"""A web server on bare sockets: it answers well, or misbehaves on the wire as no framework would let it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from demo.pages import HTML, Page

PATIENCE_SECONDS = 120.0
"""How long a client may take to ask or to listen: longer than it waits itself."""
STOP_SECONDS = 30.0
LARGEST_HEAD = 65_536
CERTIFICATE = Path(__file__).with_name("self_signed.pem")
"""A key and a certificate for 127.0.0.1 that vouches for itself. Everybody has the key: it keeps no secret."""

Play = Callable[[socket.socket], None]
"""Writes whatever it likes to the connection, which is closed afterwards."""


@dataclass(frozen=True)
class Asked:
    """One request. ``target``: path with query, as it was sent; ``headers``: by name in lower case."""

    target: str
    headers: Mapping[str, str]


Answers = Callable[[Asked], bytes | Play]
"""What a server says to a request: a whole response, or what happens on the connection in its place."""


def response(status: int, body: bytes | str = b"", content_type: str = HTML, **headers: str) -> bytes:
    """A whole HTTP response; ``retry_after="7"`` becomes the header Retry-After."""
    plain = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Words", f"Content-Type: {content_type}", f"Content-Length: {len(plain)}"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + plain


def page_response(page: Page, asked: Asked) -> bytes:
    """A page as a well-behaved server answers with it: its validators, and 304 to a client that has it already."""
    if page.status != 200:
        return response(page.status, page.body, page.content_type)
    tag = _entity_tag(page.body)
    if asked.headers.get("if-none-match") == tag:
        return b"HTTP/1.1 304 Same\r\nETag: " + tag.encode() + b"\r\n\r\n"
    modified = format_datetime(page.modified.astimezone(UTC), usegmt=True)
    return response(200, page.body, page.content_type, etag=tag, last_modified=modified)


@lru_cache(maxsize=4096)
def _entity_tag(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:20]}"'


@dataclass
class WireServer:
    """Serves on a socket that is bound already, a thread a connection, until it is stopped.

    Arguments:
        is_tls: speak TLS, with the certificate that vouches for itself.
    """

    listening: socket.socket
    answers: Answers
    is_tls: bool = False
    _open: set[socket.socket] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)

    def serve(self) -> None:
        """Accept connections until ``stop``."""
        context = _context() if self.is_tls else None
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:  # stopped
                return
            thread = threading.Thread(target=self._talk, args=(connection, context), name="wire", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Accept no more, and hang up on whoever is still there. Raises RuntimeError where a connection does not end."""
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(STOP_SECONDS)
            if thread.is_alive():
                raise RuntimeError(f"wanted a connection to end within {STOP_SECONDS:.0f} s, it goes on")

    def _talk(self, connection: socket.socket, context: ssl.SSLContext | None) -> None:
        self._open.add(connection)
        try:
            connection.settimeout(PATIENCE_SECONDS)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection if context is None else context.wrap_socket(connection, server_side=True) as line:
                self._converse(line)
        except OSError:
            return  # the client left in the middle, or does not trust our certificate: what this server is for
        finally:
            self._open.discard(connection)
            connection.close()

    def _converse(self, connection: socket.socket) -> None:
        while (asked := _read_head(connection)) is not None:
            said = self.answers(asked)
            if callable(said):
                said(connection)
                return
            connection.sendall(said)


@contextlib.contextmanager
def serving(listening: socket.socket, answers: Answers, *, is_tls: bool = False) -> Iterator[None]:
    """Serve on a bound socket for the length of a ``with``; the socket is not closed."""
    listening.listen(128)
    server = WireServer(listening, answers, is_tls)
    thread = threading.Thread(target=server.serve, name="wire", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join(STOP_SECONDS)


@lru_cache(maxsize=1)
def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def _read_head(connection: socket.socket) -> Asked | None:
    """The next request; None where the client says no more, or nothing that is HTTP (which is answered with 400)."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(LARGEST_HEAD)
        if not piece:
            return None
        head += piece
        if not head[:1].isalpha() or len(head) > LARGEST_HEAD:
            connection.sendall(response(400, "This is no HTTP request."))
            return None
    first, *lines = head.decode("latin-1").split("\r\n")
    named = (line.partition(":") for line in lines if line)
    return Asked(first.split(" ")[1], {name.lower(): value.strip() for name, _, value in named})
