"""Heavy pages one at a time: networks are read side by side, and together their largest pages would take too much memory."""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from matching.garbage import give_back

T = TypeVar("T")

HEAVY_BYTES = 256 * 1024
"""A page from this size on is heavy: pages that people write are smaller, and a parsed one takes up to 35 times its bytes."""


def in_turn(body: bytes, work: Callable[[], T]) -> T:
    """What ``work`` makes of a page; where the page is heavy, when no other heavy one is being worked on.

    Raises what ``work`` raises. On one thread for all networks, because memory that a thread gave back is used again by that
    thread first: each network's own would keep room for the largest page that it met.
    """
    return work() if len(body) < HEAVY_BYTES else _worker().submit(_cleanly, work).result()


@cache
def _worker() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="heavy")


def _cleanly(work: Callable[[], T]) -> T:
    try:
        return work()
    except Exception as error:
        traceback.clear_frames(error.__traceback__)  # they hold the parsed page
        raise
    finally:
        gc.collect()  # a parsed page refers to itself, and Python's own turn to collect it may come several pages later
        give_back()
