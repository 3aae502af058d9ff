"""What records are called where people read of them: by their names and networks, never by keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from portal.hostile import outside
from portal.pages.naming import Naming
from portal.rendering import bdi
from warehouse import doubts
from warehouse.connection import Connection
from warehouse.decided import RecordKey
from warehouse.doubts import Side

LONGEST_NAME = 80


@dataclass(frozen=True)
class Records:
    """Records that a page speaks of.

    Arguments:
        sides: those that the edition has.
    """

    naming: Naming
    sides: Mapping[RecordKey, Side]

    @classmethod
    def read(cls, con: Connection, naming: Naming, keys: Iterable[RecordKey]) -> Records:
        """Look these up in an edition."""
        found = {key: doubts.record(con, key) for key in set(keys)}
        return cls(naming, {key: side for key, side in found.items() if side is not None})

    def name(self, key: RecordKey) -> str:
        """What the record calls its organisation; of one that the edition does not have, just that and its key."""
        side = self.sides.get(key)
        if side is None:
            return str(self.naming.tongue("record.unknown", key=key.source_key).unescape())
        return side.record_name or side.name

    def told(self, key: RecordKey) -> str:
        """``Cedar Cluster (TCI Network)``."""
        return f"{self.name(key)} ({self.naming.network(key.network)})"

    def linked(self, key: RecordKey) -> Markup:
        """The same, with a link to the record's page at its network."""
        return Markup("{} ({})").format(bdi(self.name(key), LONGEST_NAME), self.network(key))

    def network(self, key: RecordKey) -> Markup:
        """What the record's network calls itself, with a link to the record's page there."""
        name = bdi(self.naming.network(key.network), LONGEST_NAME)
        address = outside(self.sides[key].url) if key in self.sides else None
        if not address:
            return name
        return Markup('<a class="out" href="{}" rel="noopener noreferrer nofollow">{}</a>').format(address, name)
