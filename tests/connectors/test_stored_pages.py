"""Golden cases: what each network's connector makes of stored pages, one folder a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from connectors.contract import PageChanged, PageKind, PageRequest, ParsedProfile, RawPage

CASES = sorted(path.parent for path in (Path(__file__).parents[1] / "pages").glob("*/*/page.html"))


def _page(case: Path, asked: Mapping[str, Any]) -> RawPage:
    body = (case / "page.html").read_bytes()
    return RawPage(
        request=PageRequest(asked["url"], PageKind(asked["kind"])),
        body=body,
        digest=sha256(body).hexdigest(),
        fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
        charset=asked.get("charset"),
        final_url=asked.get("final_url", asked["url"]),
    )


def _told_profile(profile: ParsedProfile) -> dict[str, Any]:
    return {
        "source_key": profile.source_key,
        "url": profile.url,
        "era": profile.era,
        "printed": {field: list(values) for field, values in profile.printed.items()},
        "unread_labels": list(profile.unread_labels),
    }


def _told_request(request: PageRequest) -> dict[str, Any]:
    told: dict[str, Any] = {"url": request.url, "kind": request.kind.value}
    if request.changed_at is not None:
        told["changed_at"] = request.changed_at.isoformat()
    if not request.discovers:
        told["discovers"] = False
    if request.carried:
        told["carried"] = dict(request.carried)
    return told


@pytest.mark.parametrize("case", CASES, ids=[f"{case.parent.name}-{case.name}" for case in CASES])
def test_a_stored_page_is_read_as_its_case_says(case: Path) -> None:
    asked = json.loads((case / "request.json").read_text(encoding="utf-8"))
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    connector = registry.connector(case.parent.name, asked["base"])
    page = _page(case, asked)
    if "error" in expected:
        with pytest.raises(PageChanged) as raised:
            list(connector.parse(page) if asked["kind"] == "profile" else connector.follow(page))
        message = str(raised.value)
        assert expected["contains"] in message
        assert "wanted" in message and "found" in message
    elif "requests" in expected:
        assert [_told_request(request) for request in connector.follow(page)] == expected["requests"]
    else:
        profiles = list(connector.parse(page))
        assert [_told_profile(profile) for profile in profiles] == expected["profiles"]
        assert all(set(profile.how) == set(profile.printed) for profile in profiles)
        assert all(profile.page_digest == page.digest for profile in profiles)


@pytest.mark.parametrize(
    ("network", "wanted"),
    [
        ("eccp", {f"{era}_{what}" for era in ("d7", "d9") for what in ("full_fields", "sparse_fields", "changed_fields")}),
        (
            "eccp",
            {f"listing_{era}{what}" for era in ("d7", "d9") for what in ("", "_last", "_after_the_last", "_empty_first")},
        ),
        ("eccp", {"sitemap", "sitemap_index", "news_d9", "news_d7", "login_profile"}),
        ("tci", {"listing", "listing_last", "listing_empty_first", "full_table", "sparse", "changed_empty", "news", "sitemap"}),
        ("eca", {"listing", "cards", "table", "changed", "listing_changed"}),
        (
            "clusters_of_sweden",
            {"listing_en", "listing_sv_last", "full_en", "full_sv", "sparse_sv", "changed_sv", "sitemap_index", "sitemap"},
        ),
    ],
)
def test_every_kind_of_page_has_a_case(network: str, wanted: set[str]) -> None:
    assert wanted <= {case.name for case in CASES if case.parent.name == network}


@pytest.mark.parametrize("network", registry.names())
def test_every_network_has_stored_cases(network: str) -> None:
    assert any(case.parent.name == network for case in CASES)
