"""The page that says why there is none, and what helps."""

from __future__ import annotations

from portal.answers import Page, Refusal
from portal.visit import Visit


def page(visit: Visit, refusal: Refusal) -> Page:
    """The page of a refusal."""
    details = {name: value for name, value in refusal.details.items() if value is not None}
    title = visit.tongue.filled(f"refused.{refusal.why}.title", details)
    text = visit.tongue.filled(f"refused.{refusal.why}.text", details)
    return Page(
        "refused.html",
        {"title": title, "text": text, "restorable": refusal.why == "shortlist_deleted"},
        {"error": str(title), "because": str(text)},
        visit.path,
        status=refusal.status,
        headers={"retry-after": "60"} if refusal.status == 503 else {},
    )
