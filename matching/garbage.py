"""What becomes of what nobody needs any more: Python's search for garbage, which doubles the time of making millions of small
objects that none refers back to; and memory that was freed.
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for cycles as long as the block lasts."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def settle() -> None:
    """Leave what there is now out of all further searches for cycles: it stays for long, and to go through it takes 150 ms.

    Nothing else would run meanwhile, again and again. What was left out is let go of when nobody refers to it, as always; only
    cycles that become garbage later are not found until ``unsettle``.
    """
    gc.collect()
    gc.freeze()


def unsettle() -> None:
    """Search everything again: libraries complain, when the process ends, of what they could not take apart."""
    gc.unfreeze()


def give_back() -> None:
    """Give the memory that this process has freed back to the system; the C library keeps it for later, thread by thread."""
    # https://man7.org/linux/man-pages/man3/malloc_trim.3.html; of the GNU library only, others give back by themselves
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
