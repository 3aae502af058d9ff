"""Where nothing is found: what was probably meant, and which choices stand in the way, each with how many one would find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.search.browse import Browsed, Shelf, browse
from warehouse.connection import Connection

Chosen = Mapping[str, Sequence[str]]
"""Facet -> values."""


@dataclass(frozen=True)
class Meant:
    """What was probably meant.

    Arguments:
        total: how many that finds; keeps_choices: under the same choices, else without any.
    """

    text: str
    total: int
    keeps_choices: bool


@dataclass(frozen=True)
class WaysOut:
    """What would help.

    Arguments:
        without: facet of which a value is chosen -> how many one finds without that choice; those that find nobody are left out.
        without_choices: how many one finds without any.
    """

    meant: Meant | None
    without: Mapping[str, int]
    without_choices: int


def meant(con: Connection, shelf: Shelf, found: Browsed, chosen: Chosen, *, with_model: bool = True) -> Meant | None:
    """What was probably meant by what found these; None: nothing else, or nothing that finds anybody.

    Arguments as of ``browse``.
    """
    if not found.did_you_mean:
        return None
    other = browse(con, shelf, found.did_you_mean, chosen, limit=0, with_model=with_model)
    # Where that would be nobody either, it is offered without the choices: a way out has to lead somewhere.
    total = other.total or other.found
    return Meant(found.did_you_mean, total, keeps_choices=bool(other.total)) if total else None


def ways_out(con: Connection, shelf: Shelf, text: str, chosen: Chosen, *, with_model: bool = True) -> WaysOut:
    """What would help somebody whose search finds nobody. Arguments and errors as of ``browse``."""
    found = browse(con, shelf, text, chosen, limit=0, with_model=with_model)
    return WaysOut(
        meant(con, shelf, found, chosen, with_model=with_model),
        {facet: total for facet, total in found.without.items() if total},
        found.found if any(chosen.values()) else 0,
    )
