"""What a site in trouble does on the wire: bodies without end or by drops, broken connections, broken headers."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from functools import lru_cache

from demo.pages import HTML
from demo.troubled_site import Scene
from demo.wire import Play

HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\n".encode()
TEN_GIGABYTES = 10_000_000_000
PIECE = b"<p>flood " * 100_000
PACKED_BYTES = 100_000_000
DROP_SECONDS = 0.02


def flood(_scene: Scene) -> Play:
    """Ten gigabytes, if anybody listens for so long; made as they are sent."""
    return _flood


def _flood(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"\r\n<html>")
    for _ in range(TEN_GIGABYTES // len(PIECE)):
        connection.sendall(PIECE)


def bomb(_scene: Scene) -> Play:
    """Ten gigabytes, sent as ten megabytes."""
    return _bomb


def _bomb(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n")
    for _ in range(TEN_GIGABYTES // PACKED_BYTES):
        connection.sendall(_packed())


@lru_cache(maxsize=1)
def _packed() -> bytes:
    """A hundred megabytes of nothing as one gzip member, packed by pieces."""
    piece = gzip.compress(bytes(1_000_000), 9, mtime=0)
    return piece * (PACKED_BYTES // 1_000_000)


def drip(_scene: Scene) -> Play:
    """A byte now and then, for ever, so that no read ever times out."""
    return _drip


def _drip(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"\r\n<html>")
    while True:  # until the client hangs up
        connection.sendall(b"x")
        time.sleep(DROP_SECONDS)


def silence(_scene: Scene) -> Play:
    """Not a word, until the client hangs up."""
    return _silence


def _silence(connection: socket.socket) -> None:
    connection.recv(1)


def reset(scene: Scene) -> Play:
    """Half of the page, then the connection is reset."""

    def play(connection: socket.socket) -> None:
        connection.sendall(HEAD + f"Content-Length: {len(scene.page.body) + 999}\r\n\r\n".encode() + _half(scene))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return play


def cut_off(scene: Scene) -> Play:
    """Half of the page, then the end of the connection, as if that were all."""
    return lambda connection: connection.sendall(HEAD + b"\r\n" + _half(scene))


def half_page(scene: Scene) -> bytes:
    """Half of the page as a whole response: what the server itself lost cannot be seen on the wire."""
    half = _half(scene)
    return HEAD + f"Content-Length: {len(half)}\r\n\r\n".encode() + half


def bad_header(scene: Scene) -> bytes:
    """The page under a header with a NUL in it."""
    return HEAD.replace(b"UTF-8", b"utf\0") + f"Content-Length: {len(scene.page.body)}\r\n\r\n".encode() + scene.page.body


def _half(scene: Scene) -> bytes:
    """The page up to the end of the text in which its middle lies."""
    body = scene.page.body
    end = body.find(b"<", len(body) // 2)
    return body[: end if end > 0 else len(body) // 2]
