"""An S3-compatible store of the tests' own: moto's server on loopback, in an environment of its own, gone with the tests."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

PYTHON = Path(__file__).parents[2] / ".venv-s3" / "bin" / "python"
_SERVE = """
import logging, sys
logging.getLogger("werkzeug").setLevel(logging.ERROR)
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(*server.get_host_and_port(), flush=True)
sys.stdin.read()  # until whoever started it closes it, or is gone
server.stop()
"""
SECRET = "a+key/that=nobody;may'see"


@dataclass(frozen=True)
class Store:
    """A store that is running.

    Arguments:
        endpoint: its address, ``http://127.0.0.1:PORT``.
    """

    endpoint: str

    @property
    def environment(self) -> dict[str, str]:
        """What tells clients where it is and who they are."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "tester",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "eu-north-1",
        }

    def make_bucket(self, bucket: str) -> None:
        """A new, empty bucket."""
        self._ask("PUT", bucket)

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Write an object beside the lake's own."""
        self._ask("PUT", f"{bucket}/{quote(key)}", body)

    def keys(self, bucket: str) -> list[str]:
        """Of every object, in order."""
        return sorted(re.findall(r"<Key>(.+?)</Key>", self._ask("GET", f"{bucket}?list-type=2").decode()))

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        request = Request(f"{self.endpoint}/{path}", data=body, method=method)  # noqa: S310  our own server
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            return bytes(answer.read())


@contextmanager
def started() -> Iterator[Store]:
    """A new, empty store, as long as the block lasts."""
    server = subprocess.Popen([str(PYTHON), "-c", _SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        for line in server.stdout:  # what it says for people comes before
            if found := re.fullmatch(r"(127\.0\.0\.1) (\d+)\n", line):
                yield Store(f"http://{found[1]}:{found[2]}")
                return
        raise AssertionError(f"wanted a store on loopback, found a server that ended with {server.wait()}")
    finally:
        server.stdin.close()
        server.wait(timeout=30)
        server.stdout.close()
