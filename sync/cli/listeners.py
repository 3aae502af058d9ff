"""Who reads what the command prints may stop listening (``| head -1``): that is no trouble, and a run goes on without them."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Unminding(io.FileIO):
    """A file descriptor that swallows what nobody reads any more."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())  # the descriptor itself, so that whoever else holds it does not complain either
            os.close(nowhere)
            return super().write(data)


@contextmanager
def may_leave() -> Iterator[None]:
    """Let those who read stdout and stderr leave: the command goes on to its own end, and to its own exit code."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _unminding(before[0]), _unminding(before[1])
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


def _unminding(stream: TextIO) -> TextIO:
    """The stream, minding no reader who leaves; as it is where it leads to no descriptor, or is closed."""
    try:
        descriptor = stream.fileno()
    except (AttributeError, OSError, ValueError):
        return stream
    stream.flush()
    raw = _Unminding(descriptor, "w", closefd=False)
    is_unbuffered = getattr(stream, "write_through", False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        stream.encoding,
        stream.errors,
        line_buffering=getattr(stream, "line_buffering", False),
        write_through=is_unbuffered,
    )
