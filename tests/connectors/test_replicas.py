"""The networks that are read by TOML alone, each against its replica: every fact that it prints, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

import pytest
import structlog

from connectors import registry
from connectors.contract import PageKind
from demo import truth
from demo.invented import contact_words
from demo.pages import Site
from demo.site import build
from support.sampling import some_of
from sync.crawl import Reading
from sync.fetch import Fetched, NotModified, PageGone, Validators
from sync.privacy.strip import strip_personal
from sync.reading import normalise_all

BASE = "http://127.0.0.1:8801"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
IDENTITY = ("network", "source_key", "url")


@dataclass
class Replica:
    """A replica's pages for the crawl, without a server, and the store of what is left of them without persons."""

    site: Site
    bodies: dict[str, bytes] = field(default_factory=dict)

    def fetch(self, url: str, validators: Validators | None) -> Fetched | NotModified:
        page = self.site.find(url.removeprefix(BASE))
        if page.status == 404:
            raise PageGone(f"{url} answered 404")
        return Fetched(
            url=url,
            final_url=url,
            status=page.status,
            body=page.body,
            charset="utf-8",
            content_type=page.content_type,
            etag=None,
            last_modified=None,
        )

    def keep(self, body: bytes, charset: str | None, kind: PageKind) -> tuple[str, bool]:
        stripped = strip_personal(body, charset, registry.network(self.site.network).facts.personal, kind)
        assert stripped.doubts == ()
        digest = sha256(stripped.body).hexdigest()
        is_new = digest not in self.bodies
        self.bodies[digest] = stripped.body
        return digest, is_new

    def has(self, digest: str) -> bool:
        return digest in self.bodies

    def get(self, digest: str) -> bytes:
        return self.bodies[digest]


def _plain(fact: str, value: object) -> object:
    """Texts without what may be read differently: bullets, spaces, where they were cut."""
    if fact != "extracts" or not isinstance(value, Mapping):
        return value
    return {language: re.sub(r"\W+", " ", text)[:250] for language, text in value.items()}


@pytest.mark.parametrize("network", some_of(("tci", "eca", "clusters_of_sweden"), "eca"))
def test_a_replica_is_read_whole_and_nothing_is_invented(network: str) -> None:
    replica = Replica(build(network, seed=7))
    crawl = Reading(registry.connector(network, BASE), replica, replica, {}, lambda: NOW, structlog.get_logger()).run()
    assert [finding.because for finding in crawl.findings] == []
    records, findings, _ = normalise_all(registry.network(network), crawl.profiles, NOW.date())
    assert [(finding.kind, finding.printed) for finding in findings] == []
    read = {record.profile.source_key: record.profile.model_dump(mode="json") for record in records}
    wanted = truth.records(replica.site.truth, network)
    assert read.keys() == wanted.keys()
    for key, record in wanted.items():
        facts = {fact: value for fact, value in read[key].items() if fact not in IDENTITY and value not in (None, [], {})}
        assert {fact: _plain(fact, value) for fact, value in facts.items()} == {
            fact: _plain(fact, value) for fact, value in record.facts.items()
        }
    text = b"\n".join(replica.bodies.values()).decode().casefold()
    assert [word for word in contact_words() if word in text] == []
