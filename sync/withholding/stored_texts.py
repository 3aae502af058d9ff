"""Whether a text stands in what is stored, however it was written there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import unescape
from urllib.parse import unquote

from connectors.markup import decoded
from sync.capture import CaptureDamaged, CaptureMissing, Captures
from sync.withholding.suppression import Suppressions
from sync.withholding.values import holds_values


def in_capture(captures: Captures, digest: str, texts: Sequence[str], values: Suppressions) -> bool:
    """Whether one of the texts, or of the values, stands in a stored page.

    A page that cannot be read any more counts as having it: it is of no use.
    """
    try:
        body = captures.get(digest)
    except CaptureMissing:
        return False
    except CaptureDamaged:
        return True
    return in_text(decoded(body, None)[0], texts, values)


def in_text(text: str, texts: Sequence[str], values: Suppressions) -> bool:
    """Whether one of the texts stands there: in any case, with entities, with JSON's escapes, or quoted as in addresses.

    Arguments:
        values: mail addresses, domains and telephone numbers that are looked for by their marks, however they are printed.
    """
    forms = {text, unescape(text), unquote(text), _unescaped(text)}
    plain = {_folded(form) for form in forms}
    wanted = [_folded(one) for one in texts]
    return any(one in form for form in plain for one in wanted) or any(holds_values(form, values) for form in forms)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _unescaped(text: str) -> str:
    """The text with JSON's escapes resolved, where it has any."""
    if "\\u" not in text:
        return text
    parts = text.split("\\u")
    return parts[0] + "".join(_character(part[:4]) + part[4:] for part in parts[1:])


def _character(digits: str) -> str:
    try:
        return json.loads(f'"\\u{digits}"')  # type: ignore[no-any-return]
    except ValueError:
        return digits
