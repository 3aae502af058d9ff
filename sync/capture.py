"""Captures: stored pages, each under the digest of its bytes, so that a run can be replayed and a page is stored once."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from sync.files import PART, written_wholly

_DIGEST = re.compile(r"[0-9a-f]{64}")


class CaptureMissing(Exception):  # noqa: N818  it says what is the case
    """There is no capture of that digest."""


class CaptureDamaged(Exception):  # noqa: N818
    """A capture's bytes are not those that were stored."""


class CannotStore(Exception):  # noqa: N818
    """A page could not be written: the machine's trouble, not the network's."""


class Captures:
    """A folder of stored pages: ``<folder>/<first two digits>/<digest>.gz``.

    Arguments:
        folder: made when the first page is stored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, body: bytes) -> tuple[str, bool]:
        """Store a page's bytes, plain; personal data must be out of them by now (``sync.privacy.strip``).

        Returns the SHA-256 of ``body`` in hexadecimal digits, and whether it was not stored before, or no longer as it was. A
        process that dies on the way leaves no half capture: the name appears only when every byte is on the disk.

        Raises:
            CannotStore: the disk is full, or the folder may not be written.
        """
        digest = hashlib.sha256(body).hexdigest()
        path = self._path(digest)
        if self.has(digest):
            return digest, False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # No time of writing in the file: the same page is the same file, on every machine.
            with written_wholly(path) as file:
                file.write(gzip.compress(body, compresslevel=6, mtime=0))
        except OSError as error:
            raise CannotStore(f"wanted to store a page in {path}, found: {error.strerror}") from error
        return digest, True

    def has(self, digest: str) -> bool:
        """Whether the page is stored under the digest, as it was. A damaged one is as good as none: it can be fetched again."""
        try:
            self.get(digest)
        except (CaptureMissing, CaptureDamaged):
            return False
        return True

    def sweep(self) -> int:
        """Remove what writers that were killed left behind, and say how much that was. Only while nobody else writes."""
        leftovers = list(self._folder.glob(f"*/.*{PART}"))
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
        return len(leftovers)

    def get(self, digest: str) -> bytes:
        """The stored bytes, checked against their digest.

        Raises:
            CaptureMissing: nothing is stored under it.
            CaptureDamaged: what is stored is something else.
        """
        path = self._path(digest)
        try:
            body = gzip.decompress(path.read_bytes())
        except FileNotFoundError as error:
            raise CaptureMissing(
                f"wanted the page {digest}, found no file {path}; it may have been tidied away (keep.capture_bodies_days); "
                "fetch it again with clusterbridge sync --full"
            ) from error
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise self._damaged(path, str(error)) from error
        found = hashlib.sha256(body).hexdigest()
        if found != digest:
            raise self._damaged(path, f"its bytes have the digest {found}")
        return body

    def remove(self, digest: str) -> None:
        """Delete a page's bytes, where they are there."""
        self._path(digest).unlink(missing_ok=True)

    def stored(self) -> Iterator[tuple[str, Path]]:
        """The digest and the file of every stored page."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/*.gz"):
            if _DIGEST.fullmatch(path.stem):
                yield path.stem, path

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"wanted 64 hexadecimal digits, found {digest!r}")
        return self._folder / digest[:2] / f"{digest}.gz"

    def _damaged(self, path: Path, found: str) -> CaptureDamaged:
        return CaptureDamaged(
            f"wanted the page stored in {path}, found damage: {found}; fetch it again with clusterbridge sync --full"
        )
