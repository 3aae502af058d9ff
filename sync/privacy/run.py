"""One network's part of a run without persons' addresses, whatever answered: addresses of pages, messages, headers."""

from __future__ import annotations

from dataclasses import replace

from sync.privacy.addresses import personal_spans, redact, without_personal
from sync.taming import tame
from warehouse.rows import Doubted, Finding, NetworkRun, PageMemory


def impersonal(run: NetworkRun) -> NetworkRun:
    """The run as it may be loaded: from here it reaches the state, the edition, the journal and the screen.

    Values come from stored pages, which have no persons left; what a server said beside its pages passes here.
    """
    return replace(
        run,
        because=_said(run.because),
        findings=tuple(_finding(finding) for finding in run.findings),
        pages=tuple(_page(page) for page in run.pages),
        doubted=None if run.doubted is None else _doubted(run.doubted),
    )


def _doubted(doubted: Doubted) -> Doubted:
    return replace(
        doubted,
        reasons=tuple(map(_said, doubted.reasons)),
        unfinished=tuple(map(_said, doubted.unfinished)),
        set_aside=tuple(map(_page, doubted.set_aside)),
    )


def _finding(finding: Finding) -> Finding:
    return replace(
        finding,
        because=_said(finding.because),
        field=None if finding.field is None else _said(finding.field),
        printed=None if finding.printed is None else redact(finding.printed),
        url=None if finding.url is None else _said(finding.url),
    )


def _said(text: str) -> str:
    return tame(redact(text))


def _page(page: PageMemory) -> PageMemory:
    """A page's memory; its own address leads from a stored page and holds nobody's, the one that answered may."""
    return replace(
        page,
        final_url=without_personal(page.final_url)[0],
        etag=_validator(page.etag),
        last_modified=_validator(page.last_modified),
    )


def _validator(text: str | None) -> str | None:
    return None if text is None or personal_spans(text) else text
