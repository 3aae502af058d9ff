"""How many examples hypothesis makes up: the suite, that one waits for, tries a quarter of those of the thorough tests."""

from __future__ import annotations

import os

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "suite")
"""``suite``, or ``thorough``: `make thorough` runs every test that hypothesis feeds once more, with all its examples."""
SHARE = 1 if PROFILE == "thorough" else 4


def examples(most: int) -> int:
    """How many examples to try of a test.

    Arguments:
        most: how many the thorough tests try.
    """
    return max(3, most // SHARE)
