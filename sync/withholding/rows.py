"""A member list without the organisations that are kept out: their rows go before the list is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from connectors.network import Network
from sync.member_lists.rows import Members, profiles_of
from sync.member_lists.tables import Row
from sync.normalise.profile import normalise
from sync.withholding.suppression import Suppressions
from sync.withholding.values import without_values


def members_without(members: Members, network: Network, kept_out: Suppressions, today: date) -> Members:
    """The rows of a list without those that are kept out, and without values that are; the very rows where nothing is.

    Arguments:
        today: for normalising, by which an organisation is recognised.
    """
    if not kept_out:
        return members
    kept = [row for row in members.rows if not _is_kept_out(row, members, network, kept_out, today)]
    rows = tuple(Row(row.number, tuple(without_values(cell, kept_out).strip() for cell in row.cells)) for row in kept)
    return replace(members, rows=rows)


def _is_kept_out(row: Row, members: Members, network: Network, kept_out: Suppressions, today: date) -> bool:
    profiles, _ = profiles_of(replace(members, rows=(row,)), network.facts, digest="")
    read = [normalise(parsed, network, today=today).profile for parsed in profiles]
    return any(profile is not None and kept_out.keeps_out(profile) for profile in read)
