"""The members of Clusters of Sweden as saved pages, a site that answers with them, and what the state holds of them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from connectors import registry
from demo.pages import Site
from support.saving import listing, page, saved_from
from warehouse.state import State

NETWORK = "clusters_of_sweden"
HOME = registry.network(NETWORK).facts.home


def save(folder: Path, pages: dict[str, str], saved_at: datetime | None = None) -> Path:
    """Save pages into a folder as a browser does: address -> markup."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (url, html) in enumerate(pages.items()):
        path = folder / f"{number}.html"
        path.write_text(saved_from(url, html), encoding="utf-8")
        moment = (saved_at or datetime.now(UTC)).timestamp()
        os.utime(path, (moment, moment))
    return folder


def mirrored(site: Site, base: str = HOME) -> dict[str, str]:
    """The site's HTML pages, by address."""
    return {
        base + path: page.body.decode() for path, page in site.pages.items() if page.status == 200 and "html" in page.content_type
    }


def few(*slugs: str, town: str = "Lund") -> dict[str, str]:
    return {f"{HOME}/members/{slug}/": page(slug.capitalize(), town) for slug in slugs}


def all_members(*slugs: str) -> dict[str, str]:
    """A whole little network: both lists, on one page each, and a page for each member."""
    lists = {f"{HOME}/members/": listing(*slugs), f"{HOME}/sv/medlemmar/": listing(*slugs, folder="sv/medlemmar")}
    swedish = {f"{HOME}/sv/medlemmar/{slug}/": page(slug.capitalize(), lang="sv") for slug in slugs}
    return lists | few(*slugs) | swedish


def stored(folder: Path) -> dict[str, dict[str, Any]]:
    """Source key -> what the state holds of it, without its address."""
    with State.open(folder / "var" / "state.duckdb", read_only=True) as state:
        rows = state.con.execute("SELECT source_key, profile FROM ledger.records").fetchall()
    return {key: {name: value for name, value in json.loads(said).items() if name != "url"} for key, said in rows}


def missing(folder: Path) -> dict[str, int]:
    """Source key -> complete runs without it."""
    with State.open(folder / "var" / "state.duckdb", read_only=True) as state:
        return dict(state.con.execute("SELECT source_key, missing_runs FROM ledger.records WHERE missing_runs > 0").fetchall())


def checked(folder: Path) -> dict[str, int]:
    """Source key -> the last run that checked it."""
    with State.open(folder / "var" / "state.duckdb", read_only=True) as state:
        return dict(state.con.execute("SELECT source_key, checked_run FROM ledger.records").fetchall())


def kinds(folder: Path) -> dict[str, str]:
    """Address -> as what it is remembered."""
    with State.open(folder / "var" / "state.duckdb", read_only=True) as state:
        return dict(state.con.execute("SELECT url, kind FROM ledger.pages").fetchall())


def permit(config: Path, network: str, base: str) -> None:
    """Write down that the network may be read there."""
    config.write_text(
        f"""
        [operator]
        contact = "tests@example.org"
        [networks.{network}]
        enabled = true
        base = "{base}"
        pace_seconds = 0
        allow_private = true
        [networks.{network}.permission]
        basis = "a replica on this machine"
        read_on = 2026-01-31
        by = "tests"
        """
    )


@contextmanager
def live(answers: Mapping[str, str], *, robots: str = "", status: int = 200) -> Iterator[str]:
    """A server on loopback; its address.

    Arguments:
        answers: path -> page. ``*`` stands for every other path; without it they are not found.
        status: of every page.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_robots = self.path == "/robots.txt"
            body = robots if is_robots else answers.get(self.path, answers.get("*"))
            self.send_response(404 if body is None else 200 if is_robots else status)
            self.send_header("Content-Type", "text/plain" if is_robots else "text/html; charset=utf-8")
            encoded = (body or "").encode()
            self.send_header("Content-Length", str(len(encoded)))
            self.end_headers()
            self.wfile.write(encoded)

        def log_message(self, *_: object) -> None:
            """Nothing: stderr is what the tests look at."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


# The whole network
