"""Python's search for garbage is left out for a while and taken up again, however the while ends."""

from __future__ import annotations

import gc
from contextlib import suppress

from matching.garbage import without_collecting


def test_it_is_left_out_within_and_taken_up_after_also_where_the_block_ends_badly() -> None:
    with suppress(KeyError), without_collecting():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_whoever_had_left_it_out_before_keeps_it_so() -> None:
    with without_collecting():
        with without_collecting():
            pass
        assert not gc.isenabled()
