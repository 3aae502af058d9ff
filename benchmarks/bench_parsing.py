"""A step of ``make bench``: how fast a profile page is parsed (all that is read, and what is left unread) and normalised."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

from benchmarks.bench_loading import NIGHT
from benchmarks.measuring import Taken, peak_mb, timed
from connectors import registry
from connectors.contract import PageKind, PageRequest, RawPage
from sync.normalise.profile import normalise
from sync.privacy.strip import strip_personal


def main(page: Path, times: int) -> dict[str, object]:
    url = json.loads((page.parent / "request.json").read_text())["url"]
    network = registry.network("eccp")
    connector = registry.connector("eccp", network.facts.home)
    taken: dict[str, Taken] = {}
    body = page.read_bytes()
    with timed() as taken["strip"]:
        for _ in range(times):
            stripped = strip_personal(body, None, network.facts.personal).body
    raw = RawPage(PageRequest(url, PageKind.PROFILE), stripped, sha256(stripped).hexdigest(), NIGHT, None, url)
    with timed() as taken["parse"]:
        for _ in range(times):
            (parsed,) = connector.parse(raw)
    with timed() as taken["normalise"]:
        for _ in range(times):
            result = normalise(parsed, network, today=NIGHT.date())
    assert result.profile is not None  # noqa: S101
    values = sorted(value for those in parsed.printed.values() for value in those)
    return {**{name: one.told() for name, one in taken.items()}, "values": values, "bytes": len(body), "peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
