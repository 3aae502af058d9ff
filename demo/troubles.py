"""The troubles that a replica can be played in: hostile networks and sick ones, each by its name."""

from __future__ import annotations

from dataclasses import replace

from demo import troubles_answers as answers
from demo import troubles_wire as wire
from demo.pages import Site
from demo.troubled_site import Trouble, TroubledSite, Where, places_of

NAME_OF_LOOPBACK = "127.1"
"""The system's resolver takes it as a name that leads to 127.0.0.1; so a name with a private address needs no DNS."""

TROUBLES = (
    Trouble("robots-disallow", "robots.txt forbids everything to everybody", answers.rules("Disallow: /"), Where.ROBOTS),
    Trouble("robots-slow", "robots.txt wants an hour between two requests", answers.rules("Crawl-delay: 3600"), Where.ROBOTS),
    Trouble("robots-page", "a web page stands in place of robots.txt", answers.status(200, "<html>Welcome</html>"), Where.ROBOTS),
    Trouble("forbidden", "every page answers 403", answers.status(403)),
    Trouble("unauthorised", "every page answers 401 and wants a password", answers.status(401, www_authenticate="Basic")),
    Trouble("missing", "the page answers 404", answers.status(404), Where.PROFILE),
    Trouble("gone", "the page answers 410: it is gone for good", answers.status(410), Where.PROFILE),
    Trouble("broken", "every page answers 500", answers.status(500)),
    Trouble("too-many-requests", "every page answers 429 and says to wait an hour", answers.status(429, retry_after="3600")),
    Trouble("too-many-at-first", "two requests are answered 429, then all is well", answers.at_first(2, 429, retry_after="1")),
    Trouble("busy", "every page answers 503", answers.status(503)),
    Trouble("busy-until-later", "every page answers 503 until the year 2100", answers.status(503, retry_after=answers.IN_2100)),
    Trouble("busy-for-a-while", "three requests are answered 503, then all is well", answers.at_first(3, 503)),
    Trouble("challenge-200", "a check for humans stands in place of every page", answers.challenge(200)),
    Trouble("challenge-403", "a check for humans in place of every page, with status 403", answers.challenge(403)),
    Trouble("login-200", "a login form stands in place of every page", answers.login),
    Trouble("login-redirect", "every page redirects to a login form", answers.redirect("/user/login?destination=/")),
    Trouble("soft-404", "a page says 'Page not found' and answers 200 all the same", answers.soft_404, Where.PROFILE),
    Trouble("relaunched", "every profile became a page of another site", answers.relaunched, Where.PROFILES),
    Trouble("empty-list", "the lists list nothing", answers.empty_list, Where.LISTING),
    Trouble("film", "a film stands in place of a page", answers.of_type("video/mp4"), Where.PROFILE),
    Trouble("redirect-elsewhere", "a page redirects to somebody else's host", answers.redirect(answers.ELSEWHERE), Where.PROFILE),
    Trouble("redirect-private", "every page redirects to an address within one's own network", answers.redirect(answers.INWARDS)),
    Trouble("redirect-loop", "every page redirects to itself", answers.redirect_loop),
    Trouble("private-dns", "the host's name leads to an address that is not of the open internet", answers.relaunched,
            host=NAME_OF_LOOPBACK),
    Trouble("huge-body", "every page is ten gigabytes long", wire.flood),
    Trouble("gzip-bomb", "every page is ten gigabytes long, packed into ten megabytes", wire.bomb),
    Trouble("drip", "every page comes a byte at a time, for ever", wire.drip),
    Trouble("silence", "no request is ever answered", wire.silence),
    Trouble("reset", "the connection is reset in the middle of every page", wire.reset),
    Trouble("truncated", "a page ends with its connection, in the middle", wire.cut_off, Where.PROFILE),
    Trouble("half-page", "half a page comes as if it were whole", wire.half_page, Where.PROFILE),
    Trouble("bad-header", "a header has a NUL in it", wire.bad_header, Where.PROFILE),
    Trouble("wrong-charset", "pages in UTF-8 are said to be in Latin-1", answers.wrong_charset("iso-8859-1"), Where.PROFILES),
    Trouble("wrong-utf-8", "a page in Latin-1 is said to be in UTF-8", answers.wrong_charset("utf-8", "latin-1"), Where.PROFILE),
    Trouble("deep-nesting", "a page has 3,000 elements within one another", answers.stuffed("<div>" * 3_000), Where.PROFILE),
    Trouble("many-tags", "a page has 90,000 elements side by side", answers.stuffed("<hr>" * 90_000), Where.PROFILE),
    Trouble("much-text", "a page has four megabytes of text", answers.stuffed("sand " * 900_000), Where.PROFILE),
    Trouble("endless-pager", "the lists have ever more pages, each with other entries", answers.endless_pager, Where.LISTING),
    Trouble("turning-pager", "the lists have ever more pages, each with the same entries", answers.turning_pager, Where.LISTING),
    Trouble("repeating-pager", "the lists answer every page with the first one", answers.repeating_pager, Where.LISTING),
    Trouble("duplicate-links", "the lists name every entry twice", answers.doubled, Where.LISTING),
    Trouble("sitemap-default-host", "the sitemap names addresses at the host 'default'", answers.default_host, Where.SITEMAP),
    Trouble("sitemap-junk", "comments stand before the sitemap's <?xml", answers.junk_first, Where.SITEMAP),
    Trouble("sitemap-entities", "the sitemap has entities that would grow and read files", answers.entities, Where.SITEMAP),
    Trouble("sitemap-page", "a web page stands in place of the sitemap", answers.relaunched, Where.SITEMAP),
    Trouble("tls-self-signed", "the server's certificate vouches for itself", answers.relaunched, scheme="https", is_tls=True),
    Trouble("tls-plain", "an https address that speaks plain HTTP", answers.relaunched, scheme="https"),
)  # fmt: skip
BY_NAME = {trouble.name: trouble for trouble in TROUBLES}


class UnknownTrouble(Exception):  # noqa: N818  it says what is the case
    """There is no such trouble, or not on that network."""


def trouble(word: str) -> Trouble:
    """The trouble that a word names: ``drip``, or ``drip@profile`` to have it elsewhere. Raises UnknownTrouble."""
    name, _, where = word.partition("@")
    if name not in BY_NAME:
        raise UnknownTrouble(f"wanted one of {', '.join(BY_NAME)}, found {name!r}")
    if not where:
        return BY_NAME[name]
    try:
        return replace(BY_NAME[name], where=Where(where))
    except ValueError as unknown:
        raise UnknownTrouble(f"wanted {' or '.join(Where)} after {name}@, found {where!r}") from unknown


def in_trouble(site: Site, one: Trouble) -> TroubledSite:
    """A replica with a trouble laid over it. Raises UnknownTrouble where the site has no place for it."""
    places = places_of(site)
    if not places.has(one.where):
        raise UnknownTrouble(f"wanted a network with a place for {one.name} ({one.where}), found that {site.network} has none")
    return TroubledSite(site.find, lambda: places, (one,))
