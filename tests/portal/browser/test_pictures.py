"""The pictures of the README can be taken anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from docs.screenshots import NAMES, take
from support.made_up_clusters import MadeUp

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.thorough]


def test_four_pictures_are_taken_and_nothing_is_written_where_the_editions_are(
    chromium: Browser, own: MadeUp, tmp_path: Path
) -> None:
    before = sorted(path for path in own.var.rglob("*") if path.is_file())
    found = take(chromium, own.var, tmp_path, "Northwood Alliance", "cluster")
    assert [path.name for path in found] == [f"{name}.png" for name in NAMES]
    assert len({path.read_bytes() for path in found}) == 4
    assert sorted(path for path in own.var.rglob("*") if path.is_file()) == before
