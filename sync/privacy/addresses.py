"""Mail addresses in running text, plain or disguised, and which of them are a role's and not a person's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

_WORDS = tomllib.loads(Path(__file__).with_name("role_mailboxes.toml").read_text(encoding="utf-8"))
ROLES: frozenset[str] = frozenset(word for group in _WORDS.values() for word in group)
"""Local parts that belong to an office; role_mailboxes.toml says which and why."""

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LOCAL = re.compile(rf"\w[\w.+%{_INVISIBLE}-]{{0,63}}\Z")
_AT = re.compile(
    r"\s?(?:@|＠)\s?|%40|\\u0040|&#0{0,4}64;|&#[xX]0{0,4}40;|&commat;"
    r"|\s?[\[({]\s?(?:at|@|snabel-?a|arroba)\s?[\])}]\s?",
    re.IGNORECASE,
)
_DOT = rf"(?:\.|\s?[\[({{]\s?(?:dot|punkt|\.)\s?[\])}}]\s?)[{_INVISIBLE}]?"
_DOMAIN = re.compile(rf"((?:[\w{_INVISIBLE}-]{{1,63}}{_DOT}){{1,8}}(?:xn--[\w-]{{2,59}}|[^\W\d_]{{2,24}}))", re.IGNORECASE)
_SPOKEN = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s{1,3}at\s{1,3}(?:[\w-]{1,63}\s{1,3}dot\s{1,3}){1,4}[^\W\d_]{2,24}(?!\w)", re.IGNORECASE
)
_FILES = ("png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "ico", "css", "js", "mjs")
"""What follows the last dot of ``logo@2x.png``, which is no address."""
ROUNDS = 8
"""So often a text is looked through once more for addresses that the removal of others has made."""
_ESCAPE = re.compile(r"u[0-9a-fA-F]{4}|[nrtbf]")


@dataclass(frozen=True)
class Found:
    """An address in a text: where it stands, and what it says without its disguise."""

    start: int
    end: int
    address: str


def is_role_mailbox(address: str) -> bool:
    """Whether a mail address is a role's (``info@``, ``kontakt@``, ``office-se@``) and may be stored; else it is a person's.

    Arguments:
        address: one bare address; case and surrounding space do not matter.
    """
    local, at, domain = address.strip().lower().partition("@")
    if not at or not domain or "@" in domain:
        return False
    words = [word for word in re.split(r"[._+-]", unquote(local)) if word]
    if not words:
        return False
    # A second word may say which office: info.se@, office-2@. A longer one may be a name.
    return "".join(words) in ROLES or (
        words[0] in ROLES and all(word in ROLES or len(word) == 2 or word.isdigit() for word in words[1:])
    )


def addresses(text: str) -> Iterator[Found]:
    """Every address in a text, in order; linear in its length."""
    ended = 0
    for at in _AT.finditer(text):
        begins = max(ended, at.start() - 64)
        local = _LOCAL.search(text, begins, at.start())
        domain = _DOMAIN.match(text, at.end())
        if local is None or domain is None:
            continue
        start = local.start() + _escape(text, local.start())
        plain = _undisguised(domain.group(1))
        if start == at.start() or plain.rpartition(".")[2].lower() in _FILES:
            continue
        ended = domain.end()
        # "info@a.exampleanna@…": where another address follows without a gap, nobody can tell whose the first one is.
        follows = "@" if _AT.match(text, ended) else ""
        yield Found(start, ended, f"{_undisguised(text[start : at.start()])}@{plain}{follows}")


def personal_spans(text: str) -> list[tuple[int, int]]:
    """Where the addresses stand that are not a role's."""
    spans = [(found.start, found.end) for found in addresses(text) if not is_role_mailbox(found.address)]
    for spoken in _SPOKEN.finditer(text):
        words = re.sub(r"\s+dot\s+", ".", re.sub(r"\s+at\s+", "@", spoken.group(), flags=re.IGNORECASE), flags=re.IGNORECASE)
        if not is_role_mailbox(words):
            spans.append(spoken.span())
    return _apart(sorted(spans))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted spans, those that overlap made one."""
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def without_personal(text: str, instead: str = "") -> tuple[str, int]:
    """A text without persons' addresses, and how many they were. A second time changes nothing."""
    count = 0
    spans = personal_spans(text)
    for round_ in range(2 * ROUNDS):  # what is left on both sides of an address may make another one
        if not spans:
            return text, count
        # Addresses within addresses within addresses are no one's: then all from the first to the last of them goes.
        spans = spans if round_ < ROUNDS else [(spans[0][0], spans[-1][1])]
        count += len(spans)
        starts, ends = [start for start, _ in spans] + [len(text)], [0] + [end for _, end in spans]
        text = instead.join(text[end:start] for end, start in zip(ends, starts, strict=True))
        spans = personal_spans(text)
    return ("", count) if spans else (text, count)


def redact(text: str) -> str:
    """A text for the journal or the screen: persons' addresses are replaced by a remark."""
    return without_personal(text, "[address removed]")[0]


def _escape(text: str, start: int) -> int:
    """The length of what looks like a local part's beginning and is the end of a JSON escape (``\\n`` in ``\\nanna@…``)."""
    if start == 0 or text[start - 1] != "\\":
        return 0
    found = _ESCAPE.match(text, start)
    return len(found.group()) if found else 0


def _undisguised(part: str) -> str:
    plain = re.sub(_DOT, ".", part, flags=re.IGNORECASE)
    return "".join(character for character in plain if character not in _INVISIBLE).strip("._- ")
