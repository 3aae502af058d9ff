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
        fragment="refused_part.html",
        status=refusal.status,
        headers=_headers(visit, refusal),
    )


def _headers(visit: Visit, refusal: Refusal) -> dict[str, str]:
    if refusal.status == 503:
        return {"retry-after": "60"}
    # Whoever was signed out while typing sees the door, and not a list that no longer answers.
    return {"hx-refresh": "true"} if refusal.status == 401 and visit.is_partial else {}
