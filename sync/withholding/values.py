"""Mail addresses, domains and telephone numbers that are kept out, wherever they stand in a text or in markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from sync.normalise.web import domain_of
from sync.privacy.addresses import addresses
from sync.withholding.suppression import MarkKind, Suppressions

VALUES = frozenset({MarkKind.MAIL, MarkKind.DOMAIN, MarkKind.PHONE})
"""What can stand in any text. Records, addresses of pages and names are recognised elsewhere."""

_WEB = re.compile(r"(?:https?:)?(?://)?((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_][\w-]{1,61})(?::\d+)?(?:/[^\s\"'<>\\]*)?")
_PHONE = re.compile(r"(?<![\w.])(?:\+|\(\+?)?\d[\d \u00a0().\-/]{4,22}\d(?!\w)")
_FEWEST_DIGITS = 6


def without_values(text: str, kept_out: Suppressions) -> str:
    """A text without the values that are kept out; the very text where there are none. A second time changes nothing."""
    if kept_out.kinds.isdisjoint(VALUES):
        return text
    spans = sorted(_spans(text, kept_out))
    parts, ended = [], 0
    for start, end in spans:
        parts.append(text[ended:start])
        ended = max(ended, end)
    return text if not spans else "".join((*parts, text[ended:]))


def holds_values(text: str, kept_out: Suppressions) -> bool:
    """Whether a value that is kept out stands in a text."""
    return not kept_out.kinds.isdisjoint(VALUES) and next(_spans(text, kept_out), None) is not None


def _spans(text: str, kept_out: Suppressions) -> Iterator[tuple[int, int]]:
    if not kept_out.kinds.isdisjoint((MarkKind.MAIL, MarkKind.DOMAIN)):
        for found in addresses(text):
            mail = found.address.lower()
            host = mail.rpartition("@")[2]
            if kept_out.has_value(MarkKind.MAIL, mail) or _is_kept_out(host, kept_out):
                yield found.start, found.end
    if MarkKind.DOMAIN in kept_out.kinds:
        for site in _WEB.finditer(text):
            if _is_kept_out(site[1], kept_out):
                yield site.span()
    if MarkKind.PHONE in kept_out.kinds:
        for phone in _PHONE.finditer(text):
            if any(kept_out.has_value(MarkKind.PHONE, digits) for digits in national_digits(phone.group())):
                yield phone.span()


def _is_kept_out(host: str, kept_out: Suppressions) -> bool:
    if MarkKind.DOMAIN not in kept_out.kinds:
        return False
    domain = domain_of(host)
    return domain is not None and kept_out.has_value(MarkKind.DOMAIN, domain)


def national_digits(printed: str) -> tuple[str, ...]:
    """The digits within its country that a printed telephone number can have; none where it is no number.

    With its country (``+46 8 123 45 67``, ``0046 …``) there is one reading; without, the digits after the leading zeros.
    """
    digits = re.sub(r"\D", "", printed)
    if len(digits) < _FEWEST_DIGITS:
        return ()
    plain = printed.lstrip(" (")
    abroad = f"+{digits.removeprefix('00')}" if plain.startswith(("+", "00")) else ""
    if not abroad:
        return (digits.lstrip("0"),)
    try:  # the "(0)" of "+46 (0)8" is known to the library, so it has the words and not the digits
        number = phonenumbers.parse(plain if plain.startswith("+") else f"+{plain.removeprefix('00')}", None)
    except phonenumbers.NumberParseException:
        return (digits.lstrip("0"),)
    return (str(number.national_number),)
