"""What a server says beside its pages names no person in what is loaded."""

from __future__ import annotations

from datetime import UTC, datetime

from sync.privacy.run import impersonal
from warehouse.rows import Finding, NetworkRun, Outcome, PageMemory

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
ADDRESS = "vesela.z@clusters.example"


def test_no_message_address_or_header_of_a_run_holds_a_persons_address() -> None:
    url = f"https://a.example/u/{ADDRESS}"
    finding = Finding(
        "page changed", f"redirects to {url}\x1b[2J", "a", field=f"x {ADDRESS}", printed=f"Mail: {ADDRESS}", url=url
    )
    page = PageMemory("https://a.example/x", "profile", "0" * 64, NOW, None, url, etag=f'"{ADDRESS}"', last_modified=ADDRESS)
    run = NetworkRun("a", Outcome.FAILED, f"{url} answered 500", NOW, NOW, 1, 0, 0, (), (finding,), (page,))
    clean = impersonal(run)
    assert "vesela" not in repr(clean)
    assert clean.because == "https://a.example/u/[address removed] answered 500"
    assert clean.findings[0].because == "redirects to https://a.example/u/[address removed]\\x1b[2J"
    assert (clean.pages[0].final_url, clean.pages[0].etag, clean.pages[0].last_modified) == ("https://a.example/u/", None, None)


def test_a_run_without_persons_stays_as_it_is() -> None:
    finding = Finding("page gone", "https://a.example/å answered 404", "a", printed="info@a.example", url="https://a.example/å")
    page = PageMemory(
        "https://a.example/x", "profile", "0" * 64, NOW, None, "https://a.example/x", etag='"a@2"', carried={"a": "b"}
    )
    run = NetworkRun("a", Outcome.COMPLETE, "", NOW, NOW, 1, 0, 0, (), (finding, Finding("x", "y")), (page,))
    assert impersonal(run) == run
