"""Heavy pages are worked on one at a time, whoever sends them."""

from __future__ import annotations

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread

import pytest

from sync.heavy import HEAVY_BYTES, in_turn

HEAVY = bytes(HEAVY_BYTES)


def test_heavy_pages_wait_for_one_another_and_light_ones_for_nobody() -> None:
    began, may_end = Event(), Event()
    order: list[str] = []

    def first() -> None:
        began.set()
        assert may_end.wait(60)
        order.append("first")

    with ThreadPoolExecutor(3) as networks:
        one = networks.submit(in_turn, HEAVY, first)
        assert began.wait(60)
        other = networks.submit(in_turn, HEAVY, lambda: order.append("second"))
        networks.submit(in_turn, HEAVY[1:], lambda: order.append("light")).result(60)
        may_end.set()
        one.result(60)
        other.result(60)
    assert order == ["light", "first", "second"]


@pytest.mark.thorough
def test_all_heavy_work_is_done_by_one_thread() -> None:
    with ThreadPoolExecutor(3) as networks:
        threads = {found.result(60) for found in [networks.submit(in_turn, HEAVY, current_thread) for _ in range(6)]}
    assert len(threads) == 1
    assert in_turn(b"", current_thread) is current_thread()


class Tree:
    """Refers to itself, as a parsed page does."""

    def __init__(self) -> None:
        self.root = self


@pytest.mark.parametrize("raises", [False, True])
def test_nothing_of_a_heavy_page_outlives_the_work_on_it(raises: bool) -> None:
    kept: list[weakref.ref[Tree]] = []

    def work() -> str:
        tree = Tree()
        kept.append(weakref.ref(tree))
        if raises:
            raise ValueError("wanted a page, found none")
        return "read"

    gc.disable()
    try:
        if raises:
            with pytest.raises(ValueError, match="wanted a page"):
                in_turn(HEAVY, work)
        else:
            assert in_turn(HEAVY, work) == "read"
        assert kept[0]() is None
    finally:
        gc.enable()
