"""Which of many cases the suite tries; `make thorough` tries the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def some_of(cases: Iterable[str], *tried: str) -> list[Any]:
    """All cases as parameters, those that the suite leaves out marked ``thorough``. Raises ValueError for one that is none."""
    every = list(cases)
    if unknown := set(tried) - set(every):
        raise ValueError(f"wanted cases among {every}, found {sorted(unknown)}")
    return [case if case in tried else pytest.param(case, marks=pytest.mark.thorough) for case in every]
