"""Delivering a message to an Apprise address; the only module that knows Apprise.

An address may hold a password: nothing of it but its kind leaves this module, whatever Apprise says of it.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from sync.taming import tame

SECONDS = 30.0
"""That one address may take."""
CONNECT_SECONDS = 10.0
"""Of these, until it is connected to; the others are for its answer."""
SHORTEST_SECRET = 3
"""Parts of an address that are shorter than this are too common to be hidden."""

for _name in ("apprise", "urllib3"):  # they name addresses in their warnings, and without a handler warnings go to stderr
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False


class Tone(StrEnum):
    """What a message is about, as services colour it."""

    WARNING = "warning"
    SUCCESS = "success"
    INFO = "info"


@dataclass(frozen=True)
class Message:
    """One message, in plain text.

    Arguments:
        subject: one line.
    """

    subject: str
    body: str
    tone: Tone


def short_name(address: str) -> str:
    """What an address is remembered by: tells it from others and says nothing of it."""
    return sha256(address.encode()).hexdigest()[:12]


def scheme(address: str) -> str:
    """The kind of an address (``mailtos``), which is all of it that may be said."""
    found = re.match(r"([a-z][a-z0-9+.-]*)://", address.strip().lower())
    return found[1] if found else "no scheme"


def is_understood(address: str) -> bool:
    """Whether Apprise can send to such an address; asks nobody."""
    return bool(_apprise().add(address))


def send(address: str, message: Message) -> str:
    """Deliver a message; why it could not be delivered, or nothing where it was."""
    target = _apprise()
    if not target.add(address):
        return "Apprise does not understand the address"
    said: list[str] = []
    result = target.notify(
        title=tame(message.subject),
        body=tame(message.body, keep="\n"),
        notify_type=message.tone.value,
        body_format="text",
        log_callback=lambda entry, _service: said.append(entry.message),
    )
    if result:
        return ""
    return tame(_without_secrets("; ".join(said), address)) or f"Apprise says {result.status.name.lower()}"


def _apprise() -> Any:
    import apprise  # here, because it takes half a second and most runs have nothing to tell

    # It gives up after 4 s otherwise, and a message that a slow service did take would count as not delivered. Kinds of address
    # that have times of their own keep them, and so does an address that says its own (``?cto=5&rto=60``).
    apprise.URLBase.socket_connect_timeout, apprise.URLBase.socket_read_timeout = CONNECT_SECONDS, SECONDS - CONNECT_SECONDS
    asset = apprise.AppriseAsset(
        app_id="clusterbridge",
        app_desc="clusterbridge",
        app_url="",
        storage_mode="memory",
        async_mode=False,
        pgp_autogen=False,
        pem_autogen=False,
        service_timeout=SECONDS,
        language="en",
    )
    return apprise.Apprise(asset=asset)


def _without_secrets(text: str, address: str) -> str:
    """A text of Apprise's without any part of the address: for many services even the host is a token."""
    rest = address.partition("://")[2]
    parts = {part for written in (rest, unquote(rest)) for part in re.split(r"[/:@?&=,+\s]", written)}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= SHORTEST_SECRET:
            text = re.sub(re.escape(part), "…", text, flags=re.IGNORECASE)
    return text
