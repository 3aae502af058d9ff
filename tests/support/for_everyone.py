"""What a page must be for everyone: what axe finds in it, and which targets on it are too small."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EVERYTHING = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
"""All that darkness changes."""

SMALL = """
[...document.querySelectorAll('a, button, summary, input[type=checkbox], select')].filter(it => {
  const label = it.closest('label');
  const box = (label || it).getBoundingClientRect();
  if (!box.width || getComputedStyle(it).visibility === 'hidden' || it.closest('[aria-hidden=true]')) return false;
  const inText = it.tagName === 'A' && getComputedStyle(it).display === 'inline' && it.closest('p, li');
  return !inText && it.className !== 'skip' && (box.height < 24 || box.width < 24);
}).map(it => it.outerHTML.slice(0, 120))
"""
"""Targets below 24 px, those apart that stand in the middle of a text, and those on the map, whose table has the same
(WCAG 2.2, 2.5.8)."""


def violations(page: Page, options: dict) -> list[str]:
    """What axe finds. It is brought onto the page once, which takes longer than asking it."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(Axe().axe_script)
    found = page.evaluate("options => axe.run(document, options).then(found => found.violations)", options)
    return [f"{one['id']}: {one['help']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found]


def opened_all(page: Page) -> None:
    """Everything that can be opened is open, so that all of it is looked at."""
    page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true; })")


def is_for_everyone(page: Page, address: str) -> None:
    """Go there, open all that opens, and see that axe finds nothing, by day and by night.

    The page is to be without motion: a colour that is still on its way from day to night is neither.
    """
    page.emulate_media(color_scheme="light")
    page.goto(address)
    opened_all(page)
    found = violations(page, EVERYTHING)
    assert not found, (address, found)
    page.emulate_media(color_scheme="dark")
    assert not violations(page, COLOURS), address


def fits(page: Page) -> None:
    """See that the page that is open does not scroll sideways, and that whatever is clicked is large enough."""
    wide, there = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= there, page.url
    assert not page.evaluate(SMALL), page.url
