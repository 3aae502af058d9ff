"""The staff page as ``serve`` opens it on this machine, at a moment that stands still."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from portal.options import Options, Place
from portal.safety import LOOPBACK_NAMES
from support.made_up_clusters import NOW
from sync.places import DESK, EDITIONS
from sync.privacy.addresses import is_role_mailbox, redact

KEY = b"a key that only tests know, of 32 bytes and more"


def options(*folders: Path, **more: object) -> Options:
    """Its options on these folders, each with editions and a desk."""
    given = {
        "places": tuple(Place(folder / EDITIONS, folder / DESK) for folder in folders),
        "users": folders[0] / DESK,
        "key": KEY,
        "now": lambda: NOW,
        "timezone": ZoneInfo("Europe/Stockholm"),
        "names": LOOPBACK_NAMES,
        "with_model": False,
        "old_for_seconds": 0.0,
        "is_role_mailbox": is_role_mailbox,
        "without_persons": redact,
    }
    return Options(**{**given, **more})
