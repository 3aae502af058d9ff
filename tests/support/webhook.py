"""A webhook on this machine, and what came to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Hook(ThreadingHTTPServer):
    """Takes JSON at any path.

    Arguments:
        path: where Apprise is to send it; as with many services the path is the secret.
    """

    daemon_threads = True

    def __init__(self, path: str = "/hook/s3cret-word") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.path = path
        self.bodies: list[dict[str, str]] = []
        self.is_down = False
        """Whether it answers 503 and forgets what came."""

    @property
    def address(self) -> str:
        """As Apprise writes it."""
        return f"json://127.0.0.1:{self.server_address[1]}{self.path}"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.server.is_down:
            self.server.bodies.append(body)
        self.send_response(503 if self.server.is_down else 200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Nobody reads along."""


@contextmanager
def hooked() -> Iterator[Hook]:
    """A webhook for the length of a ``with``."""
    with Hook() as hook:
        thread = threading.Thread(target=hook.serve_forever)
        thread.start()
        try:
            yield hook
        finally:
            hook.shutdown()
            thread.join()
