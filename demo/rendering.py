"""From templates to a site: what the replicas of all networks have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from demo.nights import FIRST_NIGHT
from demo.pages import HTML, TEXT, Page, Site, address
from demo.truth import TruthPage

NOTICE = (
    "This is a replica for testing, not a page of the real platform. "
    "Its organisations are real, but neither complete nor current; "
    "most of its numbers and dates, and all of its persons, are generated."
)


@dataclass(frozen=True)
class Rendered:
    """Pages by address, and for the sitemap: which of them it names."""

    pages: dict[str, Page] = field(default_factory=dict)
    in_sitemap: list[tuple[str, datetime]] = field(default_factory=list)

    def add(self, path: str, html: str | Callable[[], str], modified: datetime, *, in_sitemap: bool = True) -> None:
        """Add one HTML page.

        Arguments:
            html: the page, or what renders it when it is first asked for.
        """
        self.pages[path] = Page(html.encode() if isinstance(html, str) else html, HTML, modified)
        if in_sitemap:
            self.in_sitemap.append((path, modified))

    def add_robots(self, crawl_delay: int, disallowed: Sequence[str]) -> None:
        """Add robots.txt, which asks crawlers to wait ``crawl_delay`` seconds."""
        lines = (f"# {NOTICE}", "User-agent: *", f"Crawl-delay: {crawl_delay}", *(f"Disallow: {path}" for path in disallowed))
        self.pages["/robots.txt"] = Page(("\n".join(lines) + "\n").encode(), TEXT, FIRST_NIGHT)

    def site(self, network: str, not_found: str, newest: datetime, truth: tuple[TruthPage, ...]) -> Site:
        """The site of these pages; ``not_found`` is the HTML that is answered elsewhere."""
        pages = {address(path): page for path, page in self.pages.items()}
        return Site(network, pages, Page(not_found.encode(), HTML, newest, 404), truth)


@cache
def _environment() -> Environment:
    # Our own templates only; a name that no page passes is a mistake in them.
    return Environment(loader=PackageLoader("demo"), autoescape=select_autoescape(("html", "xml")), undefined=StrictUndefined,
                       trim_blocks=True)  # fmt: skip


def render(template: str, **context: object) -> str:
    """A page from a template of ``demo/templates``; every template may print ``notice``."""
    return _environment().get_template(template).render(notice=NOTICE, **context)
