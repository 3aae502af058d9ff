"""Addresses of one network: links as a page prints them, turned into addresses at the place where the network is read."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

DRUPAL_PLACEHOLDER = "default"
"""The host that Drupal prints where it does not know its own (``http://default/content/x``)."""


@dataclass(frozen=True)
class Addresses:
    """Where a network is read: its live home, or a replica.

    Arguments:
        base: scheme and host (``https://www.example.org``), without a path.
        hosts: the network's own hosts; links to any of them lead to ``base``.
    """

    base: str
    hosts: tuple[str, ...]

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if (
            parts.scheme not in ("http", "https")
            or not parts.netloc
            or parts.path not in ("", "/")
            or parts.query
            or parts.fragment
        ):
            raise ValueError(f"wanted an address like https://www.example.org (scheme and host, no path), found {self.base!r}")

    def at(self, path: str) -> str:
        """The address of a path of the network."""
        return urljoin(self.base, path)

    def own(self, link: str, page: str | None = None) -> str | None:
        """The link as an address at ``base``, without its fragment; None where it leads elsewhere or is no web address.

        Arguments:
            link: as printed, absolute or relative.
            page: the address of the page that prints it; None: the network's home.
        """
        try:
            parts = urlsplit(urljoin(page or self.base, link.strip()))
            is_own = parts.scheme in ("http", "https") and self._is_own(parts)
        except ValueError:  # "http://[::1" and the like: not an address
            return None
        if not is_own:
            return None
        base = urlsplit(self.base)
        return urlunsplit((base.scheme, base.netloc, parts.path or "/", parts.query, ""))

    def _is_own(self, parts: SplitResult) -> bool:
        host = (parts.hostname or "").lower()
        return parts.netloc == urlsplit(self.base).netloc or host == DRUPAL_PLACEHOLDER or host in self.hosts
