"""What stays for long is left out of the search for garbage, and is let go of all the same."""

from __future__ import annotations

import gc
import weakref

from matching.garbage import settle, without_collecting


class Thing:
    """Something that can be watched, and refer to itself."""

    def __init__(self) -> None:
        self.other: Thing | None = None


def test_what_is_there_is_not_searched_again_and_goes_when_nobody_refers_to_it() -> None:
    kept = Thing()
    watched = weakref.ref(kept)
    before = gc.get_freeze_count()
    try:
        settle()
        assert gc.get_freeze_count() > before
        assert not any(one is kept for one in gc.get_objects())
        del kept
        assert watched() is None
    finally:
        gc.unfreeze()


def test_cycles_made_later_are_found() -> None:
    try:
        settle()
        thing = Thing()
        thing.other = thing
        watched = weakref.ref(thing)
        del thing
        gc.collect()
        assert watched() is None
    finally:
        gc.unfreeze()


def test_no_search_as_long_as_the_block_lasts() -> None:
    with without_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()
