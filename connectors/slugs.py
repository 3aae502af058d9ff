"""A name as the last part of an address."""

from __future__ import annotations

import re

from anyascii import anyascii

_APOSTROPHES = re.compile("['’‘ʼ`´.]")
_BETWEEN = re.compile(r"[^a-z0-9]+")


def slug(name: str) -> str:
    """The name in lower-case ASCII letters and digits, with hyphens between its words.

    Apostrophes and full stops join what they part, as on the networks' own pages (``e.V.`` is ``ev``). The result is empty where
    the name has neither letters nor digits.
    """
    return _BETWEEN.sub("-", _APOSTROPHES.sub("", anyascii(name).lower())).strip("-")
