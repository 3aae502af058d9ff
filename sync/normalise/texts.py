"""Text as such: tidied for storing, folded for looking up, cut to an extract, relieved of personal data."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

from sync.normalise.readings import Doubt, Kind, Read, shown, unread
from sync.privacy.addresses import without_personal
from warehouse.profile import EXTRACT_LENGTH

PRINTED_LENGTH = 2_000
"""Characters of one printed value that are kept: more is a text that strayed into a field, not a fact."""
NAME_LENGTH = 300

# Layout marks and icon-font glyphs (private use) carry no words; anything else invisible may disguise some.
_HARMLESS = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_NOTHING = frozenset({"n/a", "n.a", "n.a.", "n. a.", "not available", "not applicable", "none"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("’‘ʼ´`", "'"))
_MAYBE_PHONE = re.compile(r"(?:\+|\b0|\(0)[\d\s().\-/]{5,}\d")
# A description is read a little further than it is stored, so that what is taken out of it does not shorten the extract.
_READ_AHEAD = 3 * EXTRACT_LENGTH


def tidy(printed: str) -> Read[str]:
    """``printed`` in NFC with single spaces and without invisible characters; never None, possibly empty."""
    if printed.isascii() and printed.isprintable():
        return Read(" ".join(printed.split()))
    hidden = {char for char in printed if unicodedata.category(char)[0] == "C" and not char.isspace()}
    text = " ".join("".join(char for char in printed if char not in hidden).split())
    loud = sorted(char for char in hidden - _HARMLESS if unicodedata.category(char) != "Co")
    doubts: tuple[Doubt, ...] = ()
    if loud:
        names = ", ".join(f"U+{ord(char):04X}" for char in loud[:5])
        doubts = (Doubt(Kind.INVISIBLE, f"wanted visible text, found and removed {names}"),)
    return Read(unicodedata.normalize("NFC", text), doubts)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """``text`` for look-ups: no case, accents or final colon, one sort of space, dash and apostrophe; ``&`` is *and*."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.translate(_DASHES)) if not unicodedata.combining(char))
    plain = re.sub(r"\s*-\s*", "-", plain.casefold().replace("&", " and "))
    return " ".join(plain.split()).rstrip(" :")


def says_nothing(text: str) -> bool:
    """Whether ``text`` stands for an absent value ("-", "n/a")."""
    return not any(unicodedata.category(char)[0] in "LNS" for char in text) or fold(text) in _NOTHING


def read_text(printed: str) -> Read[str]:
    """Any text, as it stands."""
    return Read(printed)


def read_name(printed: str) -> Read[str]:
    """A name: has a letter or digit, and at most ``NAME_LENGTH`` characters (a longer one is cut, and doubted)."""
    if not any(char.isalnum() for char in printed):
        return unread(Kind.NO_WORDS, f"wanted a name with letters, found {shown(printed)}")
    if len(printed) <= NAME_LENGTH:
        return Read(printed)
    why = f"wanted a name of at most {NAME_LENGTH} characters, found {len(printed)} and kept the beginning"
    return Read(cut(printed, NAME_LENGTH), (Doubt(Kind.TOO_LONG, why),))


def cut(text: str, length: int) -> str:
    """``text`` with at most ``length`` characters; what is too long ends at a word's end with "…"."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    if not text[length - 1].isspace() and " " in head:
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:-–") + "…"


def without_personal_mail(text: str) -> tuple[str, int]:
    """``text`` without the mail addresses that are not role mailboxes, and how many there were."""
    kept, removed = without_personal(text)
    return " ".join(kept.split()), removed


def without_phones(text: str, country: str | None) -> tuple[str, int]:
    """``text`` without telephone numbers (whose they are cannot be told from a text), and how many there were.

    Arguments:
        country: ISO 3166-1 code that national numbers belong to.
    """
    if not _MAYBE_PHONE.search(text):
        return text, 0
    found = phonenumbers.PhoneNumberMatcher(text, country, leniency=phonenumbers.Leniency.POSSIBLE)
    # A possible number that starts otherwise ("2014 2020", "1 200 000") is as likely a span of years or a count.
    phones = [match for match in found if match.raw_string.lstrip("(").startswith(("+", "0"))]
    for match in reversed(phones):
        text = text[: match.start] + text[match.end :]
    return " ".join(text.split()), len(phones)


def extract(paragraphs: tuple[str, ...], country: str | None) -> tuple[str, int]:
    """The beginning of a text, without mail addresses of persons and telephone numbers, and how many of these there were."""
    text, mails = without_personal_mail(cut(" ".join(paragraphs), _READ_AHEAD))
    text, phones = without_phones(text, country)
    return cut(text, EXTRACT_LENGTH), mails + phones
