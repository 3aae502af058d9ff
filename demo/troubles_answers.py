"""What a site in trouble answers: proper HTTP that says no, says something else, or says it wrongly."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from urllib.parse import urljoin

from demo.pages import HTML, TEXT, Page
from demo.troubled_site import Act, Pager, Scene
from demo.wire import response

ELSEWHERE = "https://elsewhere.example/"
INWARDS = "http://169.254.169.254/latest/meta-data/"
"""Where machines in a cloud find their own secrets."""
IN_2100 = "Fri, 01 Jan 2100 00:00:00 GMT"
NO_SUCH_PAGE = "/there-is-no-such-page"
_CHALLENGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta name="robots" content="noindex">\
</head><body><h1>{host}</h1><p>Verify you are human by completing the action below.</p>\
<p>{host} needs to review the security of your connection before proceeding.</p>\
<script>window._cf_chl_opt={{cType:'managed'}}</script></body></html>"""
_LOGIN = """<!DOCTYPE html><html lang="en"><head><title>Log in | {host}</title></head><body><main><h1>Log in</h1>\
<form action="/user/login" method="post"><label>Username</label><input name="name"><label>Password</label>\
<input type="password" name="pass"><button>Log in</button></form></main></body></html>"""
_CONTACT = """<footer><h3>Contact us</h3><p>Country: Belgium</p><p>Address: Rue du Trône 1, Brussels</p><p>Phone: +32 2 555 00 00\
</p><p>Website: https://www.example.org</p><p>Year of foundation: 2016</p></footer>"""
"""What stands at the foot of many sites' every page, and looks like what is said of a cluster."""


def status(code: int, body: str = "", **headers: str) -> Act:
    """A status and nothing more."""
    whole = response(code, body or f"<html><title>{code}</title></html>", **headers)
    return lambda _scene: whole


def at_first(times: int, code: int, **headers: str) -> Act:
    """A status to the first so many requests; then the site is well."""
    ill = status(code, **headers)
    return lambda scene: ill(scene) if scene.before < times else scene.page


def rules(*lines: str) -> Act:
    """A robots.txt of these lines for everybody."""
    whole = response(200, "\n".join(("User-agent: *", *lines)), TEXT)
    return lambda _scene: whole


def challenge(code: int) -> Act:
    """The page by which a shield wants to see that one is human."""
    return lambda scene: response(code, _CHALLENGE.format(host=scene.asked.headers.get("host", "")), server="cloudflare")


def login(scene: Scene) -> bytes:
    """A login form, as if it were the page."""
    return response(200, _LOGIN.format(host=scene.asked.headers.get("host", "")))


def redirect(location: str, code: int = 302) -> Act:
    """A redirect to an address, absolute or on the site itself."""
    return lambda scene: response(code, location=urljoin(scene.base, location))


def redirect_loop(scene: Scene) -> bytes:
    """A redirect to the very same address."""
    return response(302, location=scene.base + scene.asked.target)


def soft_404(scene: Scene) -> Page:
    """The site's own word that there is no such page, with its address at the foot, and status 200."""
    missing = scene.find(NO_SUCH_PAGE)
    return replace(missing, status=200, content=_before_end(missing.body, _CONTACT))


def relaunched(scene: Scene) -> Page:
    """A page of a new site, which has nothing of the old one."""
    return replace(
        scene.page, content=b"<html><head><title>New, and better</title></head><body><h1>New, and better</h1></body></html>"
    )


def empty_list(scene: Scene) -> Page:
    """A list in which nothing is listed."""
    return replace(
        scene.page, content=b"<html><head><title>Members</title></head><body><main><h1>Nothing</h1></main></body></html>"
    )


def of_type(content_type: str) -> Act:
    """The page under another media type."""
    return lambda scene: response(200, scene.page.body, content_type)


def wrong_charset(declared: str, real: str = "utf-8") -> Act:
    """The page in one charset, declared to be in another. Characters that the real one lacks are written as references."""

    def answer(scene: Scene) -> bytes:
        text = scene.page.body.decode("utf-8")
        return response(200, text.encode(real, errors="xmlcharrefreplace"), f"{HTML.partition(';')[0]}; charset={declared}")

    return answer


def stuffed(markup: str) -> Act:
    """The page with some markup at the head of its body."""

    def answer(scene: Scene) -> Page:
        return replace(
            scene.page, content=re.sub(rb"<body[^>]*>", lambda tag: tag[0] + markup.encode(), scene.page.body, count=1)
        )

    return answer


# Lists


def endless_pager(scene: Scene) -> Page:
    """A list's page with entries that stand on no other, and a next page, whatever its number."""
    page, number = turning_pager(scene), _number(scene)
    body = page.body
    for profile in scene.places.profiles if number is not None else ():
        for quote in "\"'":
            other = f"{profile.rstrip('/')}-{number}"
            body = body.replace(f"{quote}{profile}{quote}".encode(), f"{quote}{other}{quote}".encode())
    return replace(page, content=body)


def turning_pager(scene: Scene) -> Page:
    """The first page of the list, whichever was asked for, with a link to the page after that."""
    for pager in scene.places.lists:
        number = pager.number(scene.asked.target)
        if number is not None:
            return _as_page(scene, pager, number)
    return scene.page


def repeating_pager(scene: Scene) -> Page:
    """The first page of the list byte for byte, whichever was asked for."""
    for pager in scene.places.lists:
        if pager.number(scene.asked.target) is not None:
            return _as_page(scene, pager, pager.start)
    return scene.page


def _number(scene: Scene) -> int | None:
    numbers = (pager.number(scene.asked.target) for pager in scene.places.lists)
    return next((number for number in numbers if number is not None), None)


def _as_page(scene: Scene, pager: Pager, number: int) -> Page:
    first = scene.find(pager.first)
    return replace(first, content=_with_next(first.body, pager, number))


def _with_next(body: bytes, pager: Pager, number: int) -> bytes:
    """A list's first page as if it were another: its links to the second page lead to the one after that."""
    second, following = escape(pager.target(pager.start + 1)).encode(), escape(pager.target(number + 1)).encode()
    if second in body:
        return re.sub(re.escape(second) + rb"(?!\d)", lambda _: following, body)
    return _before_end(body, f'<nav class="pager"><a rel="next" href="{following.decode()}">Next</a></nav>')


def doubled(scene: Scene) -> Page:
    """A list or sitemap that names everything twice: the second time with a fragment, and by the whole address."""
    if "xml" in scene.page.content_type:
        return replace(
            scene.page, content=re.sub(rb"(?s)(<(urlset|sitemapindex)\b[^>]*>)(.*)(</\2>)", rb"\1\3\3\4", scene.page.body)
        )
    again = {f'"{profile}"': f'"{scene.base}{profile}#again"' for profile in scene.places.profiles}
    again |= {f"'{profile}'": f"'{scene.base}{profile}#again'" for profile in scene.places.profiles}

    def twice(content: re.Match[bytes]) -> bytes:
        copy = content[2]
        for once, whole in again.items():
            copy = copy.replace(once.encode(), whole.encode())
        return content[1] + content[2] + copy + content[3]

    return replace(
        scene.page, content=re.sub(rb'(?s)(<main[^>]*>|<div id="content">)(.*)(</main>|</div>)', twice, scene.page.body)
    )


# Sitemaps


def default_host(scene: Scene) -> Page:
    """The sitemap as Drupal writes it where it does not know its own host."""
    return replace(scene.page, content=re.sub(rb"<loc>(?:https?://[^/<]+)?/", b"<loc>http://default/", scene.page.body))


def junk_first(scene: Scene) -> Page:
    """The sitemap after a comment, which makes it malformed."""
    return replace(
        scene.page, content=b"\n<!-- THEME DEBUG -->\n<!-- BEGIN OUTPUT from 'sitemap.html.twig' -->\n" + scene.page.body
    )


def entities(scene: Scene) -> Page:
    """The sitemap with entities that would grow to three gigabytes, and one that would read a file of this machine."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE urlset [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY l0 "ha">{laughs}]>'
    head, _, rest = scene.page.body.partition(b"?>")
    rows = "<url><loc>&l9;</loc></url><url><loc>/content/&file;</loc></url>"
    rest = re.sub(rb"(<(?:urlset|sitemapindex)\b[^>]*>)", lambda tag: tag[0] + rows.encode(), rest, count=1)
    return replace(scene.page, content=head + b"?>" + doctype.encode() + rest)


def _before_end(body: bytes, markup: str) -> bytes:
    """A page with some markup at its end."""
    head, end, tail = body.rpartition(b"</body>")
    return head + markup.encode() + end + tail if end else body + markup.encode()
