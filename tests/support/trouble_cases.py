"""What each trouble that a network can be in leads to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from demo.troubled_site import Trouble
from demo.troubles import trouble
from demo.troubles_answers import wrong_charset
from support.small_network import SmallDirectory, SmallNetwork
from warehouse.rows import Outcome

LARGE = 60
"""So many profiles that one of them may be other than expected."""
COMPLETE, HELD, REFUSED, FAILED = Outcome.COMPLETE, Outcome.HELD, Outcome.REFUSED, Outcome.FAILED
LISTS_AT_MOST = 30
"""So many pages of a listing are read in these tests."""
BY_HAND = "clusterbridge import"


@dataclass(frozen=True)
class Case:
    """A trouble and what it leads to.

    Arguments:
        outcome: of the network's run.
        says: parts of the reason, or of a finding where the network is complete all the same.
        profiles: how many of the network's profiles can be read.
        clusters: how many it has.
        kind: in whose form it is.
    """

    trouble: Trouble
    outcome: Outcome
    says: tuple[str, ...] = ()
    profiles: int = 0
    clusters: int = 10
    kind: type[SmallNetwork] = SmallNetwork


def complete(word: str, *says: str, of: int = 10, unread: int = 0) -> Case:
    return Case(trouble(word), COMPLETE, says, of - unread, of)


def no(word: str, outcome: Outcome, *says: str) -> Case:
    return Case(trouble(word), outcome, says)


def declared(charset: str) -> Case:
    return Case(replace(trouble("wrong-charset"), act=wrong_charset(charset)), COMPLETE, (), 10)


ECCP_CASES = {
    "robots_missing": complete("missing@robots"),
    "robots_forbidden": complete("forbidden@robots"),
    "robots_broken": no("broken@robots", FAILED, "found status 500; without the rules of robots.txt", "try again later"),
    "robots_silent": no("silence@robots", FAILED, "not complete after 8 s; without the rules of robots.txt"),
    "robots_page": no("robots-page", FAILED, "wanted rules as plain text, found text/html"),
    "robots_reset": no("reset@robots", FAILED, "without the rules of robots.txt"),
    "robots_disallow": no("robots-disallow", REFUSED, "robots.txt forbids", BY_HAND),
    "robots_slow": no("robots-slow", REFUSED, "wants 3600 s between two requests", BY_HAND),
    "forbidden": no("forbidden", REFUSED, "answered 403", BY_HAND),
    "unauthorised": no("unauthorised", REFUSED, "answered 401", BY_HAND),
    "challenge_200": no("challenge-200", REFUSED, "answered 200 with a check for humans", BY_HAND),
    "challenge_403": no("challenge-403", REFUSED, "answered 403 with a check for humans", BY_HAND),
    "login_200": no("login-200", REFUSED, "login page", BY_HAND),
    "login_redirect": no("login-redirect", REFUSED, "redirects to", "login page", BY_HAND),
    "too_many_requests": no("too-many-requests", REFUSED, "answered 429 and asked to wait 3600 s", "fewer requests"),
    "too_many_at_first": complete("too-many-at-first"),
    "too_many_for_one": complete("too-many-at-first@profile"),
    "busy": no("busy", FAILED, "answered 503, tried 4 times"),
    "busy_until_later": no("busy-until-later", FAILED, "answered 503 and asked to wait", "tried 1 times"),
    "busy_for_a_while": complete("busy-for-a-while"),
    "busy_robots": complete("busy-for-a-while@robots"),
    "broken": no("broken", FAILED, "found status 500"),
    "resets": no("reset", FAILED, "could not be reached", "tried 4 times"),
    "drips": no("drip", FAILED, "not complete after 8 s"),
    "silent": no("silence", FAILED, "not complete after 8 s"),
    "huge": no("huge-body", FAILED, "too large: wanted 8,388,608 bytes at most"),
    "bombs": no("gzip-bomb", FAILED, "too large: wanted 8,388,608 bytes at most"),
    "inwards": no("redirect-private", FAILED, "redirects to http://169.254.169.254", "where we do not go"),
    "elsewhere": no("redirect-elsewhere@all", FAILED, "redirects to https://elsewhere.example", "where we do not go"),
    "in_circles": no("redirect-loop", FAILED, "redirects in a loop"),
    "dns": no("private-dns", FAILED, "127.1 leads to 127.0.0.1, which is not an address of the open internet"),
    "tls_self_signed": no("tls-self-signed", FAILED, "does not prove who it is: self-signed certificate", "has to be mended"),
    "tls_plain": no("tls-plain", FAILED, "does not speak TLS", "base"),
    "half_a_list": no("truncated@listing", FAILED, "ended in the middle"),
    "half_a_list_whole": no("half-page@listing", HELD, "wanted at least 8 profiles, found 5"),
    "empty_list": no("empty-list", HELD, "wanted cards"),
    "soft_404_list": no("soft-404@listing", HELD, "says that there is no such page"),
    "login_list": no("login-200@listing", REFUSED, "login page"),
    "forbidden_list": no("forbidden@listing", REFUSED, "answered 403", BY_HAND),
    "missing_list": no("missing@listing", HELD, "wanted a list at one of"),
    "endless_pager": no("endless-pager", HELD, f"wanted a listing that ends within {LISTS_AT_MOST} pages"),
    "turning_pager": no("turning-pager", HELD, "wanted a listing with an end"),
    "repeating_pager": no("repeating-pager", HELD, "wanted a listing with an end", "lists what earlier pages of it list"),
    "duplicate_links": complete("duplicate-links"),
    "duplicate_sitemap": complete("duplicate-links@sitemap"),
    "sitemap_default_host": complete("sitemap-default-host"),
    "sitemap_junk": complete("sitemap-junk"),
    "sitemap_entities": no("sitemap-entities", HELD, "wanted addresses in the sitemap", "declares entities of its own"),
    "sitemap_page": no("sitemap-page", HELD, "wanted a sitemap"),
    "sitemap_missing": complete("missing@sitemap", "there is no such page"),
    "relaunched": no("relaunched", HELD, "unlike what was expected, found 10 of 10"),
    "soft_404s": no("soft-404@profiles", HELD, "unlike what was expected, found 10 of 10"),
    "soft_404": complete("soft-404", "says that there is no such page", of=LARGE, unread=1),
    "one_forbidden": complete("forbidden@profile", "answered 403", unread=1),
    "all_forbidden": no("forbidden@profiles", REFUSED, "answered 403", BY_HAND),
    "one_challenge": no("challenge-200@profile", REFUSED, "check for humans"),
    "one_login": no("login-200@profile", REFUSED, "login page"),
    "one_broken": complete("broken@profile", "found status 500", unread=1),
    "one_missing": complete("missing", "answered 404", unread=1),
    "one_gone": complete("gone", "answered 410", unread=1),
    "one_resets": complete("reset@profile", "could not be reached", unread=1),
    "one_drips": complete("drip@profile", "not complete after 8 s", unread=1),
    "one_huge": complete("huge-body@profile", "too large", unread=1),
    "one_bomb": complete("gzip-bomb@profile", "too large", unread=1),
    "one_film": complete("film", "found video/mp4", unread=1),
    "one_elsewhere": complete("redirect-elsewhere", "where we do not go", unread=1),
    "one_in_circles": complete("redirect-loop@profile", "in a loop", unread=1),
    "one_truncated": complete("truncated", "ended in the middle", unread=1),
    "one_half": complete("half-page", "ended in the middle", unread=1),
    "one_abyss": complete("deep-nesting", "wanted tags within tags 256 deep at most", unread=1),
    "one_heap": complete("many-tags", "more than a page", unread=1),
    "one_desert": complete("much-text", "more than a page", unread=1),
    "bad_header": complete("bad-header", "illegal header line", unread=1),
    "wrong_charset": complete("wrong-charset"),
    "wrong_utf_8": no("wrong-utf-8", HELD, "wanted name in at least 100% of profiles, found it in 90.0%"),
    **{f"charset_{word.replace('-', '_')}": declared(word) for word in ("utf-9", "undefined", "idna", "hex", "koi8-r", "utf-16")},
}
DIRECTORY_CASES = {
    "challenge_200": no("challenge-200", REFUSED, "check for humans"),
    "login_200": no("login-200", REFUSED, "login page"),
    "soft_404": complete("soft-404", "says that there is no such page", of=LARGE, unread=1),
    "soft_404s": no("soft-404@profiles", HELD, "unlike what was expected, found 10 of 10"),
    "soft_404_list": no("soft-404@listing", HELD, "says that there is no such page"),
    "relaunched": no("relaunched", HELD, "unlike what was expected, found 10 of 10"),
    "half_a_list": no("half-page@listing", HELD, "wanted at least 8 profiles, found 5"),
    "one_half": complete("half-page", "ended in the middle", unread=1),
    "one_abyss": complete("deep-nesting", "wanted tags within tags 256 deep at most", unread=1),
    "endless_pager": no("endless-pager", HELD, f"wanted a listing that ends within {LISTS_AT_MOST} pages"),
    "turning_pager": no("turning-pager", HELD, "wanted a listing with an end"),
    "repeating_pager": no("repeating-pager", HELD, "wanted a listing with an end", "lists what earlier pages of it list"),
    "duplicate_links": complete("duplicate-links"),
    "duplicate_sitemap": complete("duplicate-links@sitemap"),
    "sitemap_default_host": complete("sitemap-default-host"),
    "sitemap_junk": complete("sitemap-junk"),
    "sitemap_entities": no("sitemap-entities", HELD, "wanted addresses in the sitemap", "declares entities of its own"),
    "wrong_charset": complete("wrong-charset"),
    "wrong_utf_8": no("wrong-utf-8", HELD, "wanted name in at least 100% of profiles, found it in 90.0%"),
}
CASES = ECCP_CASES | {f"directory_{name}": replace(case, kind=SmallDirectory) for name, case in DIRECTORY_CASES.items()}

TRIED = (
    "robots_missing", "robots_broken", "robots_page", "robots_disallow", "robots_slow",
    "forbidden", "challenge_200", "login_redirect", "too_many_requests", "too_many_at_first",
    "busy", "busy_for_a_while", "resets", "drips", "huge", "inwards", "elsewhere", "dns", "tls_self_signed",
    "half_a_list", "half_a_list_whole", "empty_list", "missing_list", "endless_pager", "turning_pager",
    "duplicate_links", "sitemap_junk", "sitemap_entities", "sitemap_missing", "relaunched",
    "one_forbidden", "all_forbidden", "one_login", "one_broken", "one_missing", "one_bomb", "one_half", "one_heap",
    "bad_header", "wrong_utf_8", "charset_undefined", "directory_login_200", "directory_repeating_pager",
)  # fmt: skip
"""One of every sort: what the suite tries. The thorough tests try the others, which are much like these."""
