"""Makes the pictures of the staff page in this folder, from the demo: ``make screenshots``, or ``python -m docs.screenshots``.

It needs Chromium and what ``make demo`` left behind; nothing is written there.
"""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

from portal.app import make
from portal.options import Options, Place
from portal.safety import LOOPBACK_NAMES
from portal.serving import serving

CHROMIUM = Path("/usr/bin/chromium")
FOLDER = Path(__file__).parent
NAMES = ("search", "partners", "consortium", "map")
WINDOW = {"width": 1200, "height": 860}
DEMO_HOME, DEMO_WORDS = "Paper Province", "packaging"
PROGRAMME = "horizon-europe-ria-ia"


def main(arguments: Sequence[str]) -> None:
    """Take them of the demo in ``var/demo``, or in the folder that is named."""
    demo = Path(arguments[0]) if arguments else Path("var/demo")
    if not (demo / "editions").exists():
        raise SystemExit(f"wanted the demo's editions in {demo / 'editions'}, found none: make demo")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        try:
            for path in take(browser, demo, FOLDER, DEMO_HOME, DEMO_WORDS):
                print(path)
        finally:
            browser.close()


def take(browser: Browser, demo: Path, into: Path, home: str, words: str) -> list[Path]:
    """The four pictures.

    Arguments:
        demo: a folder with editions; it is copied, because a shortlist is written.
        home: name of a cluster for which partners are sought; words: to search for.
    """
    with tempfile.TemporaryDirectory() as own:
        shutil.copytree(demo / "editions", Path(own) / "editions", symlinks=True)
        options = Options(
            places=(Place(Path(own) / "editions", Path(own) / "desk.sqlite"),),
            users=Path(own) / "desk.sqlite",
            key=secrets.token_bytes(32),
            now=lambda: datetime.now(UTC),
            timezone=ZoneInfo("Europe/Stockholm"),
            names=LOOPBACK_NAMES,
            is_demo=lambda _path: True,
        )
        with serving(make(options), "127.0.0.1", 0) as server:
            context = browser.new_context(base_url=server.address, viewport=WINDOW, color_scheme="light", locale="en-GB")
            try:
                page = context.new_page()
                return [_picture(page, into, name, home, words) for name in NAMES]
            finally:
                context.close()


def _picture(page: Page, into: Path, name: str, home: str, words: str) -> Path:
    {"search": _search, "partners": _partners, "consortium": _consortium, "map": _map}[name](page, home, words)
    path = into / f"{name}.png"
    page.screenshot(path=path)
    return path


def _search(page: Page, _home: str, words: str) -> None:
    page.goto(f"/en/clusters?q={words}")


def _number(page: Page, home: str) -> int:
    page.goto("/en/clusters")
    found = page.evaluate("home => fetch(`/en/clusters.json?q=${encodeURIComponent(home)}`).then(it => it.json())", home)
    return int(next(one["id"] for one in found["results"] if one["name"] == home))


def _partners(page: Page, home: str, _words: str) -> None:
    page.goto(f"/en/clusters/{_number(page, home)}/partners?programme={PROGRAMME}")
    page.locator(".hit summary").first.click()
    page.locator(".list").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.list').scrollIntoView()")


def _consortium(page: Page, home: str, _words: str) -> None:
    """A shortlist of the home and its first two partners, as a person makes it, and what its programme asks for."""
    number = _number(page, home)
    page.goto("/en/shortlists")
    page.get_by_label("Name", exact=True).fill("A consortium for the next call")
    page.get_by_label("Programme").select_option(PROGRAMME)
    page.locator("form.fields button[type=submit]").click()
    page.wait_for_url("**/shortlists/*")
    shortlist = page.url
    for path in (f"/en/clusters/{number}", f"/en/clusters/{number}/partners"):
        page.goto(path)
        page.locator("button.add").first.click()
        page.locator(".added:not(:empty)").wait_for()
    page.goto(shortlist)
    page.evaluate("document.querySelector('#check').scrollIntoView()")


def _map(page: Page, _home: str, _words: str) -> None:
    page.goto("/en/map")
    page.evaluate("document.querySelector('.columns').scrollIntoView()")


if __name__ == "__main__":
    main(sys.argv[1:])
