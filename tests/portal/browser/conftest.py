"""A real Chromium, one a session, that looks at the page as people do and notices what they would not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from portal.app import make
from portal.serving import serving
from support.looking import Looking
from support.made_up_clusters import MadeUp
from support.portal_options import options

CHROMIUM = next(filter(Path.exists, map(Path, ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium"))), None)
"""The one without windows where there is one: the same pages by the same engine, and half the work."""
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--renderer-process-limit=1", "--in-process-gpu",  # a process for each window takes longer to start than the window is open
)  # fmt: skip
PATIENCE_MILLISECONDS = 60_000
"""Only what goes wrong takes as long, however slow the machine is."""
expect.set_options(timeout=PATIENCE_MILLISECONDS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium in /usr/bin: apt-get install chromium-headless-shell, or chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Noticed:
    """What went wrong while a page was looked at, and where it asked.

    Arguments:
        expected: parts of messages that a test provokes.
    """

    troubles: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    expected: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        return [one for one in self.troubles if not any(part in one for part in self.expected)]


@pytest.fixture
def looking(chromium: Browser, site: str) -> Looking:
    """Opens a window: no policy of the page is bypassed, and at its end nothing may have gone wrong in it."""

    @contextmanager
    def look(*, expected: tuple[str, ...] = (), **how: Any) -> Iterator[Page]:
        noticed = Noticed(expected=list(expected))
        context = chromium.new_context(**{"base_url": site, "locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **how})
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        page = context.new_page()
        page.on("console", lambda said: noticed.troubles.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: noticed.troubles.append(str(error)))
        page.on("request", lambda asked: noticed.hosts.add(urlsplit(asked.url).netloc))
        page.on("dialog", lambda dialog: noticed.troubles.append(f"a dialog: {dialog.message}"))
        try:
            yield page
            own = urlsplit(str(how.get("base_url", site))).netloc
            assert noticed.hosts <= {own}, "the page asked other hosts"
            assert not noticed.unexpected()
        finally:
            context.close()

    return look


@pytest.fixture
def page(looking: Looking) -> Iterator[Page]:
    """A window with JavaScript."""
    with looking() as opened:
        yield opened


@pytest.fixture
def plain_page(looking: Looking) -> Iterator[Page]:
    """A window without JavaScript."""
    with looking(java_script_enabled=False) as opened:
        yield opened


@pytest.fixture
def own_site(own: MadeUp) -> Iterator[str]:
    """A page whose desk is this test's alone."""
    with serving(make(options(own.var)), "127.0.0.1", 0) as server:
        yield server.address
