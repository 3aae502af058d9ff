"""What strangers wrote, made harmless: as in the warehouse, whose exports show it too."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from warehouse.hostile import LONGEST_SHOWN, SURROGATE, link, short, visible

__all__ = ["LONGEST_SHOWN", "SURROGATE", "is_loopback", "is_replica", "link", "outside", "short", "visible"]


def outside(address: str | None) -> str | None:
    """The address where it is one that may be followed and leads out of this machine; else None."""
    return None if is_replica(address) else link(address)


def is_replica(address: str | None) -> bool:
    """Whether it is a page of a network that was played on this machine for the demonstration, and leads nowhere any more."""
    safe = link(address)
    return safe is not None and is_loopback(_host(safe))


@lru_cache(maxsize=4_000)
def _host(safe: str) -> str:
    return urlsplit(safe).hostname or ""


@lru_cache(maxsize=1_000)
def is_loopback(host: str) -> bool:
    """Whether a host is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
