"""What the fetcher checks, as functions that touch no network: addresses, hosts, waiting times, sizes."""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
DEFAULT_PORTS = {"http": 80, "https": 443}
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
CLOUD_SERVICES = frozenset({ipaddress.IPv4Address("168.63.129.16")})
"""Metadata services of cloud machines at addresses that look public (Azure); the others' are link-local or private."""


class TooLarge(Exception):  # noqa: N818  it says what is the case
    """A body is larger than its cap."""


class Undecodable(Exception):  # noqa: N818
    """A body is not what its Content-Encoding says."""


def is_loopback(url: str) -> bool:
    """Whether an http(s) address names this machine: ``localhost`` or a loopback IP address; not a name that leads to one."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(text: str) -> bool:
    """Whether an IP address is one of the open internet, looking through the IPv6 forms that wrap an IPv4 address."""
    address = _unwrapped(ipaddress.ip_address(text))
    if address in CLOUD_SERVICES:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_private or address.is_link_local)


def is_loopback_address(text: str) -> bool:
    """Whether an IP address is this machine's, looking through the IPv6 forms that wrap an IPv4 address."""
    return _unwrapped(ipaddress.ip_address(text)).is_loopback


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo_client = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo_client or address


@dataclass(frozen=True)
class Bounds:
    """The hosts of one network, beyond which nothing is asked for.

    Arguments:
        authorities: (host, port) pairs.
        only_https: whether plain http is beyond them, because the network's base is https.
    """

    authorities: frozenset[tuple[str, int]]
    only_https: bool

    @classmethod
    def of(cls, base: str, hosts: Iterable[str]) -> Bounds:
        """The bounds of a network with a base address and host names.

        A base on a host of its own (a replica on loopback, a mirror) stands in for the network: then its hosts are beyond
        the bounds, so that nothing on the replica can lead to the live site.
        """
        parts = urlsplit(base)
        port = _port(parts)
        if parts.hostname is None or port is None:
            raise ValueError(f"wanted a base address such as 'https://www.example.org', found {base!r}")
        own = {parts.hostname} | _with_and_without_www(parts.hostname)
        names = {host.lower() for host in hosts}
        authorities = {(parts.hostname, port)}
        if names & own:
            ports = {DEFAULT_PORTS["https"], DEFAULT_PORTS[parts.scheme]}
            authorities |= {(host, at) for host in names | own for at in ports}
        return cls(frozenset(authorities), only_https=parts.scheme == "https")

    def why_not(self, url: str) -> str | None:
        """What is wrong with asking for an address; None: nothing."""
        try:
            parts = urlsplit(url)
            port = _port(parts)
        except ValueError as error:
            return f"it is no address ({error})"
        if port is None or not parts.hostname:
            return "it is no http or https address"
        if parts.username is not None or parts.password is not None:
            return "it carries a name or password"
        if self.only_https and parts.scheme != "https":
            return "it is not encrypted, and the network's base is https"
        if (parts.hostname, port) not in self.authorities:
            known = ", ".join(sorted(f"{host}:{port}" for host, port in self.authorities))
            return f"{parts.hostname}:{port} is not one of the network's hosts ({known})"
        return None


def _port(parts: SplitResult) -> int | None:
    return parts.port or DEFAULT_PORTS.get(parts.scheme)


def _with_and_without_www(host: str) -> set[str]:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return {host.removeprefix("www."), f"www.{host.removeprefix('www.')}"}
    return set()


def origin(url: str) -> str:
    """``scheme://host:port`` of an address, the port always written: what one robots.txt speaks for."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{_port(parts)}"


def redirected(url: str, location: str) -> str:
    """Where a Location header leads from an address, without a fragment; the header itself where it is no address."""
    try:
        return urldefrag(urljoin(url, location.strip())).url
    except ValueError:
        return location


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (RFC 9110, 10.2.3: a number or a date); None: nothing readable."""
    if header is None:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # the latter for a year beyond all years
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (moment - now).total_seconds())


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def decoded(chunks: Iterable[bytes], encoding: str, cap: int) -> Iterator[bytes]:
    """The plain bytes of a body, never more than ``cap`` of them, however small the compressed form.

    Arguments:
        chunks: the body as it comes over the wire.
        encoding: its Content-Encoding: empty, ``identity``, ``gzip``, ``x-gzip`` or ``deflate``.
        cap: how many bytes are allowed, on the wire and plain.

    Raises:
        TooLarge: when there are more; by then ``cap`` plain bytes have been given out.
        Undecodable: for another encoding, or bytes that are not what it says, or that stop in the middle.
    """
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise Undecodable(f"wanted gzip or no Content-Encoding, found {encoding!r}")
    counted = _capped(chunks, cap)
    yield from counted if encoding in ("", "identity") else _capped(_inflated(counted, cap), cap)


def _capped(chunks: Iterable[bytes], cap: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        if size + len(chunk) > cap:
            yield chunk[: cap - size]
            raise TooLarge(f"wanted {cap:,} bytes at most, found more")
        size += len(chunk)
        yield chunk


def _inflated(chunks: Iterable[bytes], cap: int) -> Iterator[bytes]:
    """Plain bytes in pieces of 64 KiB at most; several gzip members in a row are one body (RFC 1952, 2.2)."""
    step = min(cap + 1, 65_536)
    decoder: _Decoder | None = None
    for chunk in chunks:
        data = chunk
        while data:
            decoder = decoder or zlib.decompressobj(47)  # 32 + 15: gzip or zlib, whichever it is
            try:
                yield decoder.decompress(data, step)
            except zlib.error as error:
                raise Undecodable(f"wanted a gzip or deflate body, found {error}") from error
            data = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            if decoder.eof:
                decoder = None
    yield from _rest(decoder, step)


def _rest(decoder: _Decoder | None, step: int) -> Iterator[bytes]:
    """What the decoder still holds back after the last byte of input."""
    while decoder is not None:
        piece = decoder.decompress(b"", step)
        yield piece
        if decoder.eof:
            return
        if not piece:
            raise Undecodable("wanted the whole compressed body, found that it stops in the middle")
