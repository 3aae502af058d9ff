"""Which organisation a number or a name means: of the state, and of the editions where the state has forgotten it.

What is kept out leaves the state at once and the editions only later, so whoever asks what is held is answered from both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sync.withholding.suppression import Suppressions
from warehouse import erasing
from warehouse.connection import Connection
from warehouse.edition_folder import numbered
from warehouse.editions import EditionReader
from warehouse.erasing import KnownRecord
from warehouse.organisations import redirect
from warehouse.profile import ClusterProfile
from warehouse.state import State


@dataclass(frozen=True)
class Named:
    """An organisation of a number, or of exactly a name.

    Arguments:
        edition: the latest edition that has it, where the state has it no longer; None: the state has it.
        published: then its records as that edition has them, each with the days on which it was first and last found.
    """

    number: int
    name: str
    country: str | None
    edition: Path | None = None
    published: tuple[tuple[KnownRecord, date, date], ...] = ()


def named(state: State, editions: Path, kept_out: Suppressions, value: str) -> list[Named]:
    """The organisations that a number or a name means, by number.

    A name that one of the state bears is also that of one of the editions which is kept out: which of them is meant nobody but
    the asker can tell.

    Arguments:
        editions: the folder of the editions.
        value: a number, or an exact name in any case.
    """
    found = [Named(*one) for one in _called(state.con, value)]
    if found and _is_number(value):
        return found
    forgotten = _forgotten(state, editions, value)
    if found:
        forgotten = [one for one in forgotten if _is_kept_out(one, kept_out)]
    return sorted([*found, *forgotten], key=lambda one: one.number)


def _is_number(value: str) -> bool:
    return value.isdecimal() and len(value) < 19


def _called(con: Connection, value: str) -> list[tuple[int, str, str | None]]:
    if _is_number(value):
        return erasing.named(con, number=redirect(con, int(value)) or int(value))
    return erasing.named(con, name=value)


def _forgotten(state: State, editions: Path, value: str) -> list[Named]:
    """Those of the editions that the state has no longer, each as the latest of them has it."""
    found: dict[int, Named] = {}
    for path in reversed(numbered(editions).values()):
        with EditionReader(path) as reader, reader.cursor() as con:
            for number, name, country in _called(con, value):
                if number not in found and not _called(state.con, str(number)):
                    found[number] = Named(number, name, country, path, tuple(erasing.published_records(con, number)))
    return list(found.values())


def _is_kept_out(one: Named, kept_out: Suppressions) -> bool:
    return any(kept_out.keeps_out(profile_of(record)) for record, _, _ in one.published)


def profile_of(record: KnownRecord) -> ClusterProfile:
    """What a record says, of the state or as an edition has it."""
    known = {"network": record.network, "source_key": record.source_key, "url": record.url}
    return ClusterProfile.model_validate({**record.profile, **known})
