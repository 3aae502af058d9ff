"""The wire under the fetcher: an httpx transport that checks every address it connects to and keeps to a deadline."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from sync.clock import Clock
from sync.fetching.guards import is_loopback_address, is_public
from sync.stopping import FINISH_SECONDS, Stopped

Resolve = Callable[[str, int], list[str]]
LOOK_UP_SECONDS = 1.0
"""How long one read waits until it looks up whether the run was told to stop."""


class ForbiddenAddress(Exception):  # noqa: N818  it says what is the case
    """A host's name leads to an address that is not of the open internet."""


class Deadline:
    """The moment by which the present response has to be complete, checked at every read and write.

    Arguments:
        is_stopping: whether the run was told to stop; then a response has FINISH_SECONDS more.
    """

    def __init__(self, clock: Clock, is_stopping: Callable[[], bool] = lambda: False) -> None:
        self._clock = clock
        self._is_stopping = is_stopping
        self._stopping_since: float | None = None
        self._at = 0.0

    def start(self, seconds: float) -> None:
        """Begin anew."""
        self._at = self._clock.monotonic() + seconds

    @property
    def has_passed(self) -> bool:
        """Whether it is over."""
        return self._clock.monotonic() >= self._at

    def clamp(self, timeout: float | None) -> float:
        """The seconds that one operation may take: its own time-out, or what is left. Raises TimeoutError when nothing is."""
        left = self._at - self._clock.monotonic()
        if left <= 0:
            raise TimeoutError
        return left if timeout is None else min(timeout, left)

    def heed_stop(self) -> None:
        """Raises Stopped where the run was told to stop and has waited long enough for the response under way."""
        if not self._is_stopping():
            return
        now = self._clock.monotonic()
        self._stopping_since = now if self._stopping_since is None else self._stopping_since
        if now - self._stopping_since >= FINISH_SECONDS:
            raise Stopped(f"told to stop, the run waited {FINISH_SECONDS:g} s for the rest of a response that did not come")


def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the order in which to try them. Raises socket.gaierror."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Stream(httpcore.NetworkStream):
    """A connection on which no read or write outlasts the deadline: a server cannot hold us by sending a byte at a time."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        wait = timeout
        while True:
            self._deadline.heed_stop()
            left = _left(self._deadline, wait, httpcore.ReadTimeout)
            try:
                return self._inner.read(max_bytes, min(left, LOOK_UP_SECONDS))
            except httpcore.ReadTimeout:
                if left <= LOOK_UP_SECONDS:
                    raise
                wait = left - LOOK_UP_SECONDS

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._deadline, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(deadline: Deadline, timeout: float | None, error: type[Exception]) -> float:
    try:
        return deadline.clamp(timeout)
    except TimeoutError:
        raise error("the deadline of the whole response has passed") from None


class _Backend(httpcore.NetworkBackend):
    """Resolves a name once, checks every address that it leads to, and connects to one of those.

    Checked here and not before, because between a check and a connection that resolves again the name may change (DNS rebinding).
    """

    def __init__(self, deadline: Deadline, resolve: Resolve, may_be_loopback: bool) -> None:
        self._deadline = deadline
        self._resolve = resolve
        self._may_be_loopback = may_be_loopback
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        trouble: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._checked(host, port):
            left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
            try:
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:  # the next address may answer
                trouble = error
            else:
                return _Stream(stream, self._deadline)
        raise trouble

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} could not be resolved: {error}") from error
        for address in addresses:
            if not is_public(address) and not (self._may_be_loopback and is_loopback_address(address)):
                raise ForbiddenAddress(f"{host} leads to {address}, which is not an address of the open internet")
        return addresses


@cache
def _trust() -> ssl.SSLContext:
    """The authorities whose certificates count: some hundred and fifty, read once a process and not for every network."""
    return httpx.create_ssl_context(verify=True, trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """HTTP/1.1 over one connection at a time, TLS verified, no proxy and nothing else from the environment.

    Arguments:
        deadline: started by the caller before every request.
        resolve: a host's addresses.
        may_be_loopback: whether this machine's own addresses are allowed (replicas); other private ones never are.
    """

    def __init__(self, deadline: Deadline, resolve: Resolve, *, may_be_loopback: bool) -> None:
        context = _trust()
        super().__init__(verify=context, trust_env=False, http1=True, http2=False)
        if not isinstance(self._pool, httpcore.ConnectionPool):
            raise TypeError("wanted httpx.HTTPTransport to keep its connections in _pool; this release of httpx does not")
        # httpx has no argument for a network backend; without ours no address would be checked.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=1,
            keepalive_expiry=30.0,
            http1=True,
            http2=False,
            retries=0,
            network_backend=_Backend(deadline, resolve, may_be_loopback),
        )
