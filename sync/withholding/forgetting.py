"""What is kept out leaves the state before a run reads anything: so whatever was loaded earlier cannot be published again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sync.merging import merge_anew
from sync.settings_shape import Merge
from sync.withholding.stored_texts import in_text
from sync.withholding.suppression import MarkKind, Suppressions
from sync.withholding.values import VALUES, without_values
from warehouse import erasing, opinions, removals, searches, shortlists_withheld
from warehouse.decided import BLANKED, RecordKey, forget
from warehouse.desk import Desk
from warehouse.erasing import KnownPage, KnownRecord
from warehouse.profile import ClusterProfile
from warehouse.state import State

SHORTEST_NAME = 5
"""Characters: what is shorter stands in too many other words to tell an organisation by."""


@dataclass(frozen=True)
class Forgotten:
    """What went.

    Arguments:
        records: of the state.
        written: how many judgements, entries, notes, opinions and other things that people wrote went or lost words.
    """

    records: tuple[KnownRecord, ...] = ()
    written: int = 0


def forget_kept_out(state: State, kept_out: Suppressions, order: Merge, desk: Path) -> Forgotten:
    """Take out of the state all that is kept out, and what people wrote of it. A second time changes nothing.

    Arguments:
        order: whose word is shown of what is left.
        desk: where people's judgements, shortlists and opinions stand. It says in clear which records they are of: these go too.
    """
    if not kept_out:
        return Forgotten()
    erased = [one for one in erasing.records(state) if kept_out.keeps_out(ClusterProfile.model_validate(one.profile))]
    own_pages = [page for page in erasing.pages(state) if is_own_page(page, erased) or _is_marked(page, kept_out)]
    written = _forget_on_the_desk(desk, erased, kept_out)  # first: what the state has forgotten nobody recognises there any more
    is_changed = bool(erased)
    if erased or own_pages:
        erasing.forget(state, erased, own_pages, telling(erased))
    if not kept_out.kinds.isdisjoint(VALUES):
        is_changed |= erasing.rewrite(state, partial(without_values, kept_out=kept_out)) > 0
    if is_changed:  # now, and not when the run ends: what changes then is told, with the values that were there before
        merge_anew(state, order)
    return Forgotten(tuple(erased), written)


def _forget_on_the_desk(desk: Path, erased: Sequence[KnownRecord], kept_out: Suppressions) -> int:
    keys = {(one.network, one.source_key) for one in erased}
    texts = telling(erased)

    def is_gone(key: RecordKey) -> bool:
        return key in keys or kept_out.has_record(*key)

    def clean(text: str) -> str:
        return BLANKED if in_text(text, texts, kept_out) else text

    with Desk.open(desk) as open_desk:
        return sum(
            (
                forget(open_desk, is_gone, clean),
                shortlists_withheld.forget(open_desk, is_gone, clean),
                opinions.forget(open_desk, is_gone, clean),
                searches.forget(open_desk, is_gone, clean),
                removals.forget(open_desk, clean),
            )
        )


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
