"""What is kept out leaves the state before a run reads anything: so whatever was loaded earlier cannot be published again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from sync.merging import merge_anew
from sync.settings_shape import Merge
from sync.suppression import MarkKind, Suppressions
from sync.withheld_values import VALUES, without_values
from warehouse import erasing
from warehouse.erasing import KnownPage, KnownRecord
from warehouse.profile import ClusterProfile
from warehouse.state import State

SHORTEST_NAME = 5
"""Characters: what is shorter stands in too many other words to tell an organisation by."""


def forget_kept_out(state: State, kept_out: Suppressions, order: Merge) -> list[KnownRecord]:
    """Take out of the state all that is kept out; the records that went. A second time changes nothing.

    Arguments:
        order: whose word is shown of what is left.
    """
    if not kept_out:
        return []
    erased = [one for one in erasing.records(state) if kept_out.keeps_out(ClusterProfile.model_validate(one.profile))]
    own_pages = [page for page in erasing.pages(state) if is_own_page(page, erased) or _is_marked(page, kept_out)]
    is_changed = bool(erased)
    if erased or own_pages:
        erasing.forget(state, erased, own_pages, telling(erased))
    if not kept_out.kinds.isdisjoint(VALUES):
        is_changed |= erasing.rewrite(state, partial(without_values, kept_out=kept_out)) > 0
    if is_changed:  # now, and not when the run ends: what changes then is told, with the values that were there before
        merge_anew(state, order)
    return erased


def is_own_page(page: KnownPage, records: Iterable[KnownRecord]) -> bool:
    """Whether nothing but these records stands on a page."""
    keys = {one.source_key for one in records if one.network == page.network}
    return bool(page.source_keys) and keys.issuperset(page.source_keys)


def telling(records: Iterable[KnownRecord]) -> list[str]:
    """What names these records and hardly anything else."""
    texts: Sequence[str] = [text for one in records for text in erasing.strings_of(one)]
    return sorted({text for text in texts if len(text) >= SHORTEST_NAME})


def _is_marked(page: KnownPage, kept_out: Suppressions) -> bool:
    return MarkKind.ADDRESS in kept_out.kinds and kept_out.has_page(page.network, page.url)
