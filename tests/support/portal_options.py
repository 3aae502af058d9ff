"""The staff page as ``serve`` opens it on this machine, at a moment that stands still."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from portal.options import Options
from portal.safety import LOOPBACK_NAMES
from support.made_up_clusters import NOW


def options(*folders: Path, **more: object) -> Options:
    """Its options on these folders of editions."""
    given = {"now": lambda: NOW, "timezone": ZoneInfo("Europe/Stockholm"), "names": LOOPBACK_NAMES, "with_model": False}
    return Options(editions=folders, **{**given, **more})
