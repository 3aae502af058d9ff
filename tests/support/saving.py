"""Saved pages as browsers and crawlers leave them: files with a comment, MHTML, zip archives, web archives."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

HOME = "https://clustersofsweden.com"
HTML_TYPE = {"Content-Type": "text/html"}
SAVED_AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def page(name: str, town: str = "Lund", lang: str = "en", head: str = "") -> str:
    """A member's page, as Clusters of Sweden might print it."""
    labels = ("City", "Country") if lang == "en" else ("Ort", "Land")
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{name} - Clusters of Sweden</title>{head}</head>'
        f"<body><main><h1>{name}</h1><dl><dt>{labels[0]}</dt><dd>{town}</dd><dt>{labels[1]}</dt><dd>Sweden</dd></dl></main>"
        "</body></html>"
    )


def listing(*slugs: str, folder: str = "members", following: str = "") -> str:
    """A list of members; ``following``: the address of its next page."""
    links = "".join(f'<article class="member"><h2><a href="/{folder}/{slug}/">{slug}</a></h2></article>' for slug in slugs)
    pager = f'<a rel="next" href="{following}">Next</a>' if following else ""
    return f"<!doctype html><html><head><title>Members</title></head><body><main>{links}{pager}</main></body></html>"


def saved_from(url: str, html: str) -> str:
    """A page as Chrome saves it, with its address in a comment."""
    return html.replace("<html", f"<!-- saved from url=({len(url):04}){url} -->\n<html", 1)


def mhtml(url: str, html: str) -> bytes:
    """A page as Chrome saves it in one file, with a picture."""
    lines = (
        "From: <Saved by Blink>",
        f"Snapshot-Content-Location: {url}",
        "Subject: A page",
        "Date: Fri, 20 Nov 2026 12:00:00 -0000",
        "MIME-Version: 1.0",
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B"',
        "\r\n\r\n------B",
        "Content-Type: text/html",
        "Content-Transfer-Encoding: 8bit",
        f"Content-Location: {url}",
        f"\r\n{html}",
        "------B",
        "Content-Type: image/png",
        "Content-Transfer-Encoding: base64",
        f"Content-Location: {url}logo.png",
        "\r\niVBORw0KGgo=\r\n\r\n------B--\r\n",
    )
    return "\r\n".join(lines).encode()


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 12, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


class Archive:
    """A web archive, record by record, as ISO 28500 has them."""

    def __init__(self, path: Path, *, is_packed: bool = True) -> None:
        self.path = path
        self._is_packed = is_packed
        self._records: list[bytes] = []

    def add(
        self,
        url: str,
        body: str | bytes,
        *,
        kind: str = "response",
        status: str = "200 OK",
        headers: Mapping[str, str] | None = None,
        saved_at: datetime = SAVED_AT,
        warc_headers: Mapping[str, str] | None = None,
    ) -> Archive:
        """Add a record."""
        block = body.encode() if isinstance(body, str) else body
        if kind in ("response", "revisit"):
            lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in (headers or HTML_TYPE).items())]
            block = "\r\n".join([*lines, "", ""]).encode() + block
        about = {
            "WARC-Type": kind,
            "WARC-Target-URI": url,
            "WARC-Date": f"{saved_at:%Y-%m-%dT%H:%M:%SZ}",
            "Content-Length": str(len(block)),
        }
        lines = ["WARC/1.0", *(f"{name}: {value}" for name, value in {**about, **(warc_headers or {})}.items())]
        record = "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"
        self._records.append(gzip.compress(record, mtime=0) if self._is_packed else record)
        return self

    def close(self) -> Path:
        """Write the file; where it is."""
        self.path.write_bytes(b"".join(self._records))
        return self.path
