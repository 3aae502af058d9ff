"""Who shares partners with whom, and for whom partners are looked for."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.named_sql import Script


@dataclass(frozen=True)
class Shared:
    """An organisation that has had the same partners.

    Arguments:
        through: numbers and names of those partners.
    """

    id: int
    name: str
    country: str | None
    is_swedish: bool
    through: tuple[tuple[int, str], ...]


def shared_partners(con: Connection, organisation_id: int, most: int, language: str) -> list[Shared]:
    """Who has had partners in common with an organisation and was never its partner: who could introduce the two exists.

    Those across the Swedish border come first, then those with the most partners in common.

    Arguments:
        language: in whose order those stand that are alike in this.
    """
    rows = Script(con, "partnerships").rows("shared", organisation_id=organisation_id, most=most, language=language)
    return [
        Shared(number, name, country, is_swedish, tuple((one["id"], one["name"]) for one in through))
        for number, name, country, is_swedish, through in rows
    ]


def members(con: Connection) -> list[tuple[int, str]]:
    """Numbers and names of the Swedish clusters, by name."""
    return Script(con, "partnerships").rows("members")
