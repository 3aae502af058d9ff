"""Settings of a test's own folder."""

from __future__ import annotations

from pathlib import Path

from sync.settings import Settings, load_settings


def settings_in(var: Path) -> Settings:
    """All defaults, but in this folder, and without embedding texts: that takes seconds, and the demo's have their vectors."""
    return load_settings(None, {}, flags={"paths.var": str(var), "embeddings.seconds_a_night": 0})
