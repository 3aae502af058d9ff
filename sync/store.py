"""The only way a page reaches the disk: without what names persons."""

from __future__ import annotations

from connectors.contract import PageKind
from connectors.network import PersonalBlock
from sync.capture import Captures
from sync.heavy import in_turn
from sync.privacy.strip import strip_personal


class PrivateStore:
    """Captures of one network; what ``sync.privacy.strip`` calls personal is taken out before a byte is written.

    Arguments:
        rules: the blocks of text that name persons on this network's pages.
    """

    def __init__(self, captures: Captures, rules: tuple[PersonalBlock, ...]) -> None:
        self._captures = captures
        self._rules = rules
        self.doubts: list[str] = []
        """Where a rule began to apply and did not find its end, as sentences."""

    def keep(self, body: bytes, charset: str | None, kind: PageKind) -> tuple[str, bool]:
        """Store a page without its personal data; its digest, and whether it is new.

        Raises PageChanged for a page from which persons cannot be taken out for certain.
        """
        stripped = in_turn(body, lambda: strip_personal(body, charset, self._rules, kind))
        self.doubts.extend(stripped.doubts)
        return self._captures.put(stripped.body)

    def has(self, digest: str) -> bool:
        """Whether the bytes are (still) stored, undamaged."""
        return self._captures.has(digest)

    def get(self, digest: str) -> bytes:
        """The stored bytes."""
        return self._captures.get(digest)

    def remove(self, digest: str) -> None:
        """Delete a page's bytes, where they are there."""
        self._captures.remove(digest)
