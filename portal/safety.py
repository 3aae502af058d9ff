"""What holds for every request and every answer: who may be asked, how much, and what a browser may do with it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
MOST_BYTES = 1_100_000
"""Of a request's body: a member list of a megabyte, and what a form puts around it."""
MOST_PASSED_OVER = 32_000_000
"""Bytes of a body that is too long, which are read and forgotten: a browser shows an answer only once it has sent all."""
PATIENCE_SECONDS = 20.0
_LOG = logging.getLogger("portal")
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Goes around the whole application.

    A page on loopback is asked by names of loopback only: else a stranger's page, whose name was made to lead here (DNS
    rebinding), could read it.

    Arguments:
        names: host names under which the page may be asked; empty: any.
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse in plain words."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _guarded(send)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if self._names and host_name(headers.get("host", "")) not in self._names:
            await _refuse(guarded, 421, "This page is not reached under that name.")
            return
        declared = headers.get("content-length", "0")
        if not declared.isdecimal() or len(declared) > 15 or int(declared) > MOST_BYTES:
            if declared.isdecimal() and len(declared) <= 15 and int(declared) <= MOST_PASSED_OVER:
                await _pass_over(receive)
            await _refuse(guarded, 413, f"A request may bring {MOST_BYTES} bytes. Nothing was kept.")
            return
        answered = _Answered(guarded)
        try:
            await self._app(scope, _Counted(receive).receive, answered.send)
        except Exception:
            if not answered.is_begun:
                raise
            # The reader has a page that says so; the server would only cut the connection that others' requests wait on.
            _LOG.exception("a fault while answering %r", scope["path"])


class _Answered:
    """Whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.is_begun = False

    async def send(self, message: Message) -> None:
        self.is_begun = True
        await self._send(message)


class _Counted:
    """A body that ends where it becomes too much, whatever its length was said to be."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > MOST_BYTES:
            raise HTTPException(413)
        return message


async def _pass_over(receive: Receive) -> None:
    """Read a body and forget it, up to its end, or as long as we have patience for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
                pass


def _guarded(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("cache-control", "private, no-cache")
        await send(message)

    return with_headers


async def _refuse(send: Send, status: int, because: str) -> None:
    body = because.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),  # else the server would wait for the rest of the body
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def host_name(host: str) -> str:
    """The name in a Host header, without its port: ``[::1]:8000`` is ``::1``."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rpartition(":")[0].lower() if host.count(":") == 1 else host.lower()
