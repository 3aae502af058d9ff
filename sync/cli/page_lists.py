"""What the staff page asks of the reader of member lists: previews, and the inbox in which lists wait for the next run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from connectors import registry
from connectors.registry import UnknownNetwork
from portal.members import ListColumn, Preview, Problem, Unfit, Waiting
from sync import importing, inbox
from sync.cli.brought import FIRST_PROFILES, filled_fields, oddities
from sync.cli.swedish import in_language
from sync.importing import ColumnUnknown, MemberList, TableUnreadable
from sync.member_lists.columns import PROFILE_URL, SOURCE_KEY
from sync.member_lists.tables_shape import UPLOADED
from sync.normalise.profile import PRINTED_FIELDS
from sync.withholding.key import KeyLost
from warehouse.desk import DeskUnwritable

LONGEST_SAMPLE = 60
OURS = "clusters_of_sweden"
"""Whose list staff bring, nearly always."""
DESCRIPTIONS = ("description.sv", "description.en")


@dataclass(frozen=True)
class PageLists:
    """Reads lists for the page of one installation (``portal.members.Members``)."""

    var: Path

    def networks(self) -> tuple[tuple[str, str], ...]:
        """Names and titles of the networks, the association's own first."""
        names = sorted(registry.names(), key=lambda name: (name != OURS, name))
        return tuple((name, registry.network(name).facts.title) for name in names)

    def fields(self) -> tuple[str, ...]:
        """What a column may be read as."""
        return (*sorted(PRINTED_FIELDS), *DESCRIPTIONS, SOURCE_KEY, PROFILE_URL)

    def columns(self, network: str, name: str, body: bytes) -> tuple[ListColumn, ...]:
        """What the columns of a list would be taken for. Raises Unfit."""
        return _columns(self._read(network, name, body, {}))

    def preview(self, network: str, name: str, body: bytes, chosen: Mapping[str, str], today: date) -> Preview:
        """What a list would be taken for, as ``import --preview`` says it. Raises Unfit."""
        one = self._read(network, name, body, chosen)
        looked = importing.preview(registry.network(network), one, today, FIRST_PROFILES)
        return Preview(
            how=one.table.how,
            heading_row=one.table.heading_row,
            organisations=looked.organisations,
            rows=looked.rows,
            columns=_columns(one),
            profiles=tuple(filled_fields(each.profile) for each in looked.profiles if each.profile is not None),
            problems=tuple(Problem(*told) for told in oddities(looked.findings)),
        )

    def said(self, words: str, language: str) -> str:
        """A sentence of the reader in the page's language."""
        return in_language(words, language)

    def lay(
        self, network: str, name: str, body: bytes, chosen: Mapping[str, str], *, is_whole: bool, by: str, at: datetime
    ) -> None:
        """Lay a list in the inbox. Raises Unfit; DeskUnwritable where nobody can tell what is kept out on request."""
        one = self._read(network, name, body, chosen)
        try:
            inbox.lay(self.var, network, one, is_whole=is_whole, by=by, at=at)
        except KeyLost as lost:
            raise DeskUnwritable(str(lost)) from lost

    def waiting(self) -> tuple[Waiting, ...]:
        """Lists that no run has taken in yet."""
        return tuple(Waiting(one.network, one.name, one.is_whole, one.by, one.at) for one in inbox.waiting(self.var))

    def _read(self, network: str, name: str, body: bytes, chosen: Mapping[str, str]) -> MemberList:
        try:
            return importing.read_list(registry.network(network), name, body, chosen=chosen, limits=UPLOADED)
        except (TableUnreadable, ColumnUnknown, UnknownNetwork) as trouble:
            raise Unfit(str(trouble)) from trouble


def _columns(one: MemberList) -> tuple[ListColumn, ...]:
    return tuple(
        ListColumn(
            column.heading,
            column.use.value,
            column.field,
            column.how,
            tuple(value[:LONGEST_SAMPLE] for value in one.first_values(column)),
        )
        for column in one.columns
    )
