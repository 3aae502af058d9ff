"""How much memory a run takes that meets every page that was made to take it."""

from __future__ import annotations

import gzip
import socket
from pathlib import Path
from typing import Any

from sync.exits import Exit

MOST_BYTES = 300_000_000
TEN_GIGABYTES = 10_000_000_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n"
PIECE = b"<p>flood " * 100_000
PACKED = gzip.compress(bytes(100_000_000), 9, mtime=0)


def flood(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"\r\n<html>")
    for _ in range(TEN_GIGABYTES // len(PIECE)):
        connection.sendall(PIECE)


def bomb(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n")
    for _ in range(TEN_GIGABYTES // 100_000_000):
        connection.sendall(PACKED)


def html(content: str) -> str:
    return f"<html><head><title>Large</title></head><body><h1>Large</h1>{content}</body></html>"


HUGE = (
    html("\N{PINE DECORATION} " * 620_000),
    html("<p " + " ".join(f"a{number}=1" for number in range(99_000)) + ">x</p>"),
)
"""Just below the caps on one page; of these, the two that take the most memory."""


def test_a_run_over_pages_made_to_exhaust_it_stays_under_300_megabytes(runs: Any, helpers: Any, tmp_path: Path) -> None:
    with helpers.serving("eccp") as network:
        network.clusters = 20
        config = helpers.write_config(tmp_path, eccp=network.base)
        plays = [flood, bomb, *(helpers.answer(200, page) for page in HUGE)]
        network.troubles = {network.path(5 + number): play for number, play in enumerate(plays)}
        ended = runs("--config", str(config), "sync")
    assert ended.code == Exit.HELD, ended.err
    assert "found 2 of 20" in ended.err  # the huge pages were read, and are no profiles
    assert ended.most_memory_bytes < MOST_BYTES
