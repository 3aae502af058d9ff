"""What whoever opens the page decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

LANGUAGES = ("sv", "en")
"""Languages that the page is written in."""


@dataclass(frozen=True)
class Options:
    """How the page is opened.

    Arguments:
        editions: folders of editions; of the first that has one the current edition is read.
        languages: the first is the default.
        now: what time it is, with a time zone; timezone: in which people read it.
        names: host names under which it is reached, without port; empty: any.
        with_model: whether the sentence model may help the search.
        is_demo: whether a path is in the demo's folder, so that the page says so.
    """

    editions: tuple[Path, ...]
    now: Callable[[], datetime]
    timezone: ZoneInfo
    languages: tuple[str, ...] = LANGUAGES
    names: frozenset[str] = frozenset()
    with_model: bool = True
    is_demo: Callable[[Path], bool] = lambda _path: False

    def __post_init__(self) -> None:
        if not self.languages or set(self.languages) - set(LANGUAGES):
            raise ValueError(f"wanted languages among {', '.join(LANGUAGES)}, at least one, found {list(self.languages)}")
