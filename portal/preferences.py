"""How somebody wants the page to look and to be used; kept in their browser, whether or not they sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

THEMES = ("light", "dark")
"""What may be chosen in place of what the device says."""
THEME, KEYS, SHORTLIST = "theme", "keys", "shortlist"
"""The cookies that remember it."""


@dataclass(frozen=True)
class Preferences:
    """What somebody chose.

    Arguments:
        theme: one of ``THEMES``; empty: as the device says.
        has_keys: whether single keys do something (WCAG 2.1.4: they can be switched off).
        shortlist: number of the one that they last began, opened or added to, which is offered first; 0: none.
    """

    theme: str = ""
    has_keys: bool = True
    shortlist: int = 0

    @classmethod
    def read(cls, cookies: Mapping[str, str]) -> Preferences:
        """What the cookies say; what they cannot say is as if nothing was chosen."""
        theme, shortlist = cookies.get(THEME, ""), cookies.get(SHORTLIST, "")
        is_number = shortlist.isascii() and shortlist.isdecimal() and len(shortlist) <= 18
        return cls(theme if theme in THEMES else "", cookies.get(KEYS) != "off", int(shortlist) if is_number else 0)

    def cookies(self) -> dict[str, str]:
        """Name -> value of the cookies that say so; an empty value: none is needed."""
        return {THEME: self.theme, KEYS: "" if self.has_keys else "off", SHORTLIST: str(self.shortlist or "")}
