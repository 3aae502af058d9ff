"""What strangers wrote, made harmless: as in the warehouse, whose exports show it too."""

from __future__ import annotations

from warehouse.hostile import LONGEST_SHOWN, SURROGATE, link, short, visible

__all__ = ["LONGEST_SHOWN", "SURROGATE", "link", "short", "visible"]
