"""The macros of an edition, a sentence on each, and the making of those that tell how things stood on an earlier day."""

from __future__ import annotations

from typing import NamedTuple

from warehouse.connection import Connection
from warehouse.dictionary import quoted
from warehouse.named_sql import statements

_DAYS = "changes, which every run adds to; before the first edition that has them nothing is known."


class Macro(NamedTuple):
    """What can be asked of an edition in one call, as a table.

    Arguments:
        form: how it is called.
        origin: where what it tells comes from, as a sentence.
    """

    form: str
    about: str
    origin: str

    @property
    def name(self) -> str:
        """Its name alone."""
        return self.form.partition("(")[0]


HISTORY = (
    Macro(
        "clusters_as_of(day)",
        "The rows of clusters as they stood at the end of a day, also of numbers that were merged since; without first_seen_on, "
        "changed_on, checked_on and profile_updated_on, which tell when somebody looked.",
        f"The tables clusters, former_clusters and {_DAYS}",
    ),
    Macro("clusters_as_of_run(run_number)", "The same as they stood after a run.", f"As clusters_as_of: {_DAYS}"),
    Macro(
        "changes_between(earlier, later)",
        "What changes tells of the days after the earlier one, up to and with the later one, with what each organisation is "
        "called today: what leads from clusters_as_of(earlier) to clusters_as_of(later).",
        "The tables changes, redirects and clusters.",
    ),
    Macro(
        "labels_as_of(day)",
        "The labels that were valid on a day: where no day of award was said, from the day on which a source first told of it.",
        "The view label_history.",
    ),
    Macro(
        "memberships_as_of(day)",
        "Which records the networks listed on a day, with the organisations to which they belong now.",
        "The table network_memberships.",
    ),
)
SEARCH = (
    Macro(
        "search_clusters(typed)",
        "The organisations that words find, misspelt or not, in Swedish or English, with a score; the higher, the better.",
        "The tables search_…, which clusterbridge computes from clusters.",
    ),
)


def make_history(con: Connection) -> None:
    """Make the macros of ``HISTORY`` where the connection is, and the view that one reads. Their tables must be there."""
    con.execute(statements("history")["make_label_history"]).fetchall()
    for macro in sorted(HISTORY, key=lambda one: one.name != "clusters_as_of_run"):  # others call it
        con.execute(statements("history")[f"make_{macro.name}"]).fetchall()
        con.execute(f"COMMENT ON MACRO TABLE {macro.name} IS {quoted(macro.about)}").fetchall()
