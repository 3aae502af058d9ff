"""Display and keyboard: light or dark, and whether single keys do something."""

from __future__ import annotations

from dataclasses import replace

from portal.answers import Page, Redirect, Refusal
from portal.preferences import THEMES
from portal.visit import Visit

SHORTCUTS = ("search", "next", "previous", "help")
"""What keys do; the catalogue names them, ``portal.js`` does it."""


def display(visit: Visit) -> Page:
    """The page."""
    values = {"themes": ("", *THEMES)}
    data = {"theme": visit.preferences.theme or None, "keys": visit.preferences.has_keys}
    return Page("display.html", values, data, "/display")


def choose(visit: Visit) -> Redirect:
    """Remember what the form says."""
    theme = visit.form.one("theme")
    if theme and theme not in THEMES:
        raise Refusal(400, "unfit")
    chosen = replace(visit.preferences, theme=theme, has_keys=visit.form.one("keys") == "on")
    return Redirect("/display", session=visit.session.saying("said.display"), preferences=chosen)
