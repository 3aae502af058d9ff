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
