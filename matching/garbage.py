"""Python's search for garbage, which doubles the time of making millions of small objects that none refers back to."""

from __future__ import annotations

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
