"""Serves replica sites on loopback, as a well-behaved web server would: validators, 304, gzip, HEAD."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from demo.pages import Page, Site
from demo.troubled_site import Trouble
from demo.troubles import in_trouble
from demo.wire import serving

HOST = "127.0.0.1"
DEMO_PORT = 8801
"""Where the first replica of ``clusterbridge demo`` stands, so that its addresses are the same every time."""

PATIENCE_SECONDS = 30.0
HEALTHY: Mapping[str, Trouble] = MappingProxyType({})


@dataclass
class Replica:
    """One site being served. ``requests``: path with query, and status, of every request so far, in order; none in trouble."""

    site: Site
    url: str
    requests: list[tuple[str, int]] = field(default_factory=list)


class Replicas(Mapping[str, str]):
    """Network -> base address, without a final slash; ``replica`` tells what was asked of it."""

    def __init__(self, replicas: Sequence[Replica]) -> None:
        self._replicas = {replica.site.network: replica for replica in replicas}

    def __getitem__(self, network: str) -> str:
        return self._replicas[network].url

    def __iter__(self) -> Iterator[str]:
        return iter(self._replicas)

    def __len__(self) -> int:
        return len(self._replicas)

    def replica(self, network: str) -> Replica:
        """The replica of a network. Raises KeyError when it is not served."""
        return self._replicas[network]


@contextmanager
def serve(sites: Sequence[Site], port: int = 0, troubles: Mapping[str, Trouble] = HEALTHY) -> Iterator[Replicas]:
    """Serve the sites until the block ends, each at its own port of 127.0.0.1.

    Arguments:
        port: 0: any free ports; otherwise the first site's, the others follow it. A port that is taken is replaced by a free one.
        troubles: network -> the trouble that its site is in.

    Raises:
        UnknownTrouble: for a trouble for which the site has no place.
    """
    with ExitStack() as stack:
        running = []
        for position, site in enumerate(sites):
            listening = stack.enter_context(_listen(port + position if port else 0))
            bound = int(listening.getsockname()[1])
            trouble = troubles.get(site.network)
            if trouble is None:
                replica = Replica(site, f"http://{HOST}:{bound}")
                stack.enter_context(_running(application(replica), listening))
            else:
                replica = Replica(site, trouble.base(bound))
                stack.enter_context(serving(listening, in_trouble(site, trouble), is_tls=trouble.is_tls))
            running.append(replica)
        yield Replicas(running)


def application(replica: Replica) -> Starlette:
    """The ASGI application of one replica; it writes down what is asked."""

    async def answer(request: Request) -> Response:
        query = request.url.query
        target = request.url.path + (f"?{query}" if query else "")
        response = respond(replica.site.find(target), request)
        replica.requests.append((target, response.status_code))
        return response

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "HEAD"])])


def respond(page: Page, request: Request) -> Response:
    """The answer to one request: the page, compressed where that is accepted, or 304 where the client has it already."""
    zipped = _accepts_gzip(request.headers.get("accept-encoding", ""))
    tag = _entity_tag(page.body, zipped)
    headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-cache"}
    if page.status == 200:
        headers |= {"ETag": tag, "Last-Modified": format_datetime(page.modified.astimezone(UTC), usegmt=True)}
        if _is_known(page, request):
            return Response(status_code=304, headers=headers)
    headers["Content-Type"] = page.content_type
    if not zipped:
        return Response(page.body, page.status, headers)
    return Response(_zipped(page.body), page.status, headers | {"Content-Encoding": "gzip"})


def _is_known(page: Page, request: Request) -> bool:
    """RFC 9110, section 13.2.2: If-None-Match decides alone where it is sent; otherwise If-Modified-Since."""
    wanted = request.headers.get("if-none-match")
    if wanted is not None:
        tags = {tag.strip().removeprefix("W/") for tag in wanted.split(",")}
        return "*" in tags or bool(tags & {_entity_tag(page.body, False), _entity_tag(page.body, True)})
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return page.modified <= parsedate_to_datetime(since).astimezone(UTC)
    except ValueError:
        return False  # RFC 9110, section 13.1.3: a date that is none is ignored


@lru_cache(maxsize=4096)
def _entity_tag(body: bytes, zipped: bool) -> str:
    # A strong tag names the bytes that are sent, so that the compressed form has its own.
    return f'"{sha256(body).hexdigest()[:20]}{"-gzip" if zipped else ""}"'


@lru_cache(maxsize=4096)
def _zipped(body: bytes) -> bytes:
    return gzip.compress(body, 5, mtime=0)


def _accepts_gzip(header: str) -> bool:
    for part in header.split(","):
        coding, _, parameters = part.replace(" ", "").partition(";")
        if coding.lower() in ("gzip", "*"):
            return parameters not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@contextmanager
def _listen(port: int) -> Iterator[socket.socket]:
    # With the protocol named asyncio switches Nagle's algorithm off; without it every answer waits 40 ms for an acknowledgement.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError:
            if port == 0:
                raise
            listening.bind((HOST, 0))
        yield listening


@contextmanager
def _running(app: Starlette, listening: socket.socket) -> Iterator[None]:
    """A server in a thread of its own, accepting when the block begins, gone when it ends."""
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none", http="h11", loop="asyncio",
                            server_header=False, timeout_graceful_shutdown=1)  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="replica", daemon=True)
    thread.start()
    try:
        _wait_for_start(server, thread)
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
        if thread.is_alive():
            raise RuntimeError(f"wanted the replica's server to stop within {PATIENCE_SECONDS:.0f} s, it still runs")


def _wait_for_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError(f"wanted the replica's server to start within {PATIENCE_SECONDS:.0f} s, it did not")
        time.sleep(0.002)
