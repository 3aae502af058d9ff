"""The digest of what changed: a page to be copied into an e-mail, or a file for a program that sends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.answers import File, Page
from portal.hostile import short, visible
from portal.pages.changes import Asked, Begun, Told, begun_of, told_of, with_span
from portal.pages.naming import Naming
from portal.rendering import templates
from portal.visit import Visit
from warehouse.changes import Kind, beginnings, count

SENT = 200
"""Changes that a digest names."""


@dataclass(frozen=True)
class Digest:
    """What changed, to be sent: by kind, each with those whom it befell.

    Arguments:
        begun: what is told in a sentence each, because hundreds are new who are no news.
        summary: how many changes are told; empty: none, because all is told in sentences.
    """

    title: str
    begun: tuple[Begun, ...]
    summary: str
    parts: tuple[tuple[str, tuple[Told, ...]], ...]
    is_cut: bool
    most: int = SENT


def digest(visit: Visit) -> Page:
    """The digest as a page, to be copied into an e-mail as it is or as plain text."""
    asked, made, data = _digest(visit)
    values = {
        "asked": asked,
        "digest": made,
        "text": _plain(visit, made),
        "page": visit.whole_address(asked.query.to("/changes")),
        "as_text": visit.address(asked.query.to("/changes/digest.txt")),
        "as_html": visit.address(asked.query.to("/changes/digest.html")),
        "night": visit.address(asked.query.leaving("days").leaving("since").to("/changes/digest")),
        "week": visit.address(with_span(asked, 7).to("/changes/digest")),
    }
    return Page("changes_digest.html", values, data, asked.query.to("/changes/digest"))


def digest_text(visit: Visit) -> File:
    """The digest as a text file."""
    _, made, _ = _digest(visit)
    return File(_plain(visit, made).encode(), "text/plain; charset=utf-8", "digest.txt")


def digest_html(visit: Visit) -> File:
    """The digest as a page of its own, without styles: for programs that send mail."""
    asked, made, _ = _digest(visit)
    page = visit.whole_address(asked.query.to("/changes"))
    made_html = templates(visit.tongue.code).get_template("changes_mail.html")
    text = made_html.render(**visit.tongue.texts(), digest=made, page=page, whole=visit.whole_address)
    return File(text.encode(), "text/html; charset=utf-8", "digest.html")


def _digest(visit: Visit) -> tuple[Asked, Digest, dict[str, Any]]:
    with visit.edition() as edition:
        asked = Asked.of(visit, edition)
        summed = beginnings(edition.con, **asked.narrowing)
        begun = begun_of(visit, asked, Naming(visit.tongue, edition.imprint), summed)
        found = told_of(visit, edition, asked, SENT, without=summed)
        counts = count(edition.con, **asked.narrowing, without=summed)
    t = visit.tongue
    by_kind = tuple(
        (f"{t(f'kind.{kind.value}')} ({t.number(counts[kind])})", tuple(one for one in found if one.change.kind is kind))
        for kind in Kind
        if kind in counts
    )
    since = t("changes.since", day=t.day(asked.since)).striptags() if asked.since else ""
    total = sum(counts.values())
    title = f"{t('digest.title').striptags()} {t.day(visit.today)}"
    summary = f"{t('changes.count', count=total).striptags()} {since}".strip() if total or not begun else ""
    made = Digest(title, begun, summary, by_kind, total > len(found))
    data = {"title": title, "summary": summary, "text": _plain(visit, made)}
    return asked, made, data


def _plain(visit: Visit, made: Digest) -> str:
    """The digest as plain text, for an e-mail."""
    t = visit.tongue
    lines = [made.title, *([f"{made.summary}."] if made.summary else []), ""]
    for one in made.begun:
        lines += [f"{one.text.striptags()} {t('digest.begun').striptags()} {visit.whole_address(one.address)}", ""]
    for title, rows in made.parts:
        lines += [title, *(_bullet(visit, row) for row in rows), ""]
    if made.is_cut:
        lines += [t("digest.cut", count=SENT).striptags(), ""]
    lines.append(f"{t('digest.more').striptags()} {visit.whole_address('/changes')}")
    return visible("\n".join(lines)) + "\n"


def _bullet(visit: Visit, one: Told) -> str:
    where = f" ({visit.tongue.country(one.country)})" if one.country else ""
    told = f": {one.content}" if one.content else ""
    label = f", {one.what.striptags()}" if one.change.kind is Kind.CHANGED else ""
    return " ".join(f"- {short(one.name, 160)}{where}{label}{told}".split())
