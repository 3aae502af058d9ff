"""Where regions are, and where members have no partner yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.connection import Connection
from warehouse.named_sql import Script


def points(con: Connection) -> dict[str, tuple[float, float]]:
    """Code of a region of level 2 -> latitude and longitude, in degrees, of a place inside it; where that is published."""
    return {code: (latitude, longitude) for code, latitude, longitude in Script(con, "geography").rows("points")}


@dataclass(frozen=True)
class Field:
    """One ecosystem in one country.

    Arguments:
        organisations: how many foreign organisations work there; partners: how many of them have been a member's partner.
    """

    country: str
    ecosystem: str
    organisations: int
    partners: int


@dataclass(frozen=True)
class GapGround:
    """What is known of members' partnerships abroad.

    Arguments:
        partnerships: how many; members: of how many members, of ``all_members``.
        first_year, last_year: in which they began; None: none is known.
        without_ecosystem: foreign organisations that say no ecosystem and so are in no field.
    """

    partnerships: int
    members: int
    first_year: int | None
    last_year: int | None
    all_members: int
    without_ecosystem: int


def fields(con: Connection) -> list[Field]:
    """All fields in which anybody works, by country and ecosystem."""
    return [Field(*row) for row in Script(con, "geography").rows("gaps")]


def members_by_ecosystem(con: Connection) -> Mapping[str, int]:
    """Ecosystem -> how many members work in it."""
    return dict(Script(con, "geography").rows("gap_members"))


def gap_ground(con: Connection) -> GapGround:
    """What the fields rest on."""
    [row] = Script(con, "geography").rows("gap_ground")
    return GapGround(*row)
