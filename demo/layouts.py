"""Other layouts of ECCP's profile pages, as a relaunch would bring them: the same facts, and readers that knew the old pages.

The sitemap says nothing of it: a page's date is that of its last edit, whatever it is printed with.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from demo.eccp_plan import Placement
from demo.sheet import Sheet


class Layout(StrEnum):
    """How profile pages are printed."""

    USUAL = "usual"
    RENAMED = "renamed"
    """The usual markup with other words for some labels (``NEW_LABELS``)."""
    REDESIGNED = "redesigned"
    """Tabs with cards: most labels are tooltips and read aloud only, and a value stands before what is left of its label."""


NEW_LABELS = {
    "Established": "Founded in",
    "The date when the cluster organisation was established": "Founded in",
    "Technologies": "Key technologies",
    "Technology fields": "Key technologies",
    "Sectoral industries": "Lines of business",
    "Sectoral Industries": "Lines of business",
    "Cluster Members": "Member organisations",
    "Total number of members": "Member organisations",
    "Languages spoken": "Working languages",
}
"""Label of the usual pages -> what renamed pages call it; other labels stay."""


def laid_out(placement: Placement, layout: Layout) -> Placement:
    """The page in the layout's markup."""
    return replace(placement, markup="cards") if layout is Layout.REDESIGNED else placement


def relabel(sheet: Sheet, layout: Layout) -> None:
    """Give the sheet's rows the labels of the layout."""
    if layout is Layout.RENAMED:
        for section, rows in sheet.sections.items():
            sheet.sections[section] = [replace(row, label=NEW_LABELS.get(row.label, row.label)) for row in rows]
