"""Pages that answer in place of the one asked for: a challenge to prove that one is human, a login form."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

LOOKED_AT_BYTES = 262_144
SHORT_TEXT = 2_000
"""Characters of visible text that a challenge has at most; a longer page that has its words is an article about them."""

CHALLENGE_TITLES = re.compile(r"\s*(just a moment|attention required!|ddos-guard)", re.IGNORECASE)
CHALLENGE_WORDS = re.compile(
    r"performing security verification|verif(?:y|ying) (?:that )?you are (?:a )?human"
    r"|checking (?:if the site connection is secure|your browser before)|enable javascript and cookies to continue"
    r"|making sure you(?:'|’)re not a bot|incapsula incident id",
    re.IGNORECASE,
)
CHALLENGE_MARKUP = re.compile("_cf_chl_opt|cf-chl-widget")
LOGIN_TITLES = re.compile(r"\s*(?:log ?in|sign ?in|logga in)\s+[|<‹«–—-]\s", re.IGNORECASE)
LOGIN_PATHS = ("/user/login", "/wp-login.php")

_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def is_login_address(url: str) -> bool:
    """Whether an address is that of a login form (Drupal's or WordPress's, also under a language prefix)."""
    path = urlsplit(url).path.rstrip("/")
    return any(path.endswith(login) or f"{login}/" in path for login in LOGIN_PATHS)


def is_login_title(body: bytes, charset: str | None) -> bool:
    """Whether a page's title begins ``Log in |``, or the like: a login form that answers 200 at any address."""
    return bool(LOGIN_TITLES.match(_title(_text(body, charset))))


def challenge(body: bytes, charset: str | None, cf_mitigated: str | None) -> str | None:
    """What shows that a page is a challenge (Cloudflare and its like), in a few words; None: nothing does.

    Arguments:
        body: the page, plain; only its first 256 KiB are looked at.
        cf_mitigated: Cloudflare's header of that name.
    """
    if cf_mitigated and cf_mitigated.strip().lower() == "challenge":
        return "the header cf-mitigated: challenge"
    markup = _text(body, charset)
    title = _title(markup)
    titled = CHALLENGE_TITLES.match(title)
    if titled:
        return f"the title {titled[1]!r}"
    found = CHALLENGE_MARKUP.search(markup)
    if found:
        return f"the markup {found.group()!r}"
    visible = " ".join(unescape(_TAG.sub(" ", _HIDDEN.sub(" ", markup))).split())
    words = CHALLENGE_WORDS.search(visible) if len(visible) <= SHORT_TEXT else None
    return f"the words {words.group()!r}" if words else None


def _text(body: bytes, charset: str | None) -> str:
    try:
        return body[:LOOKED_AT_BYTES].decode(charset or "utf-8", errors="replace")
    except (LookupError, ValueError):  # a charset that does not exist, or that is none ("undefined", "idna", a NUL)
        return body[:LOOKED_AT_BYTES].decode("latin-1")


def _title(markup: str) -> str:
    found = _TITLE.search(markup)
    return unescape(found.group(1)) if found else ""
