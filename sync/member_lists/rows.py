"""The rows of a member list: without persons, as bytes to store, and as what the list prints of each organisation."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote, urlsplit

from connectors.contract import ParsedProfile
from connectors.network import NetworkFacts, entry
from connectors.slugs import slug
from sync.member_lists.columns import PROFILE_URL, SOURCE_KEY, WORDS, Column, Use
from sync.member_lists.tables import Row, Table, one_line
from sync.normalise.eras import IMPORTED
from sync.normalise.readings import Kind
from sync.normalise.texts import fold, says_nothing
from sync.privacy.addresses import addresses, is_role_mailbox, without_personal
from warehouse.rows import Finding

Told = tuple[str, str]
"""A finding's kind and its sentence."""

_SEVERAL = frozenset(
    {
        "other_names", "ecosystems", "sectors", "nace", "technologies", "s3_priorities", "emerging_industries", "keywords",
        "languages", "memberships", "partnerships", "target_countries", "other_label",
    }
)  # fmt: skip
"""Fields of which a cell may hold several: parted by line breaks, semicolons or bars, never by commas."""
_PARTS = re.compile(r"\s*[\n;|]\s*")
_LINES = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Members:
    """The rows of a list that are organisations, without what may name persons.

    Arguments:
        columns: of the list, all of them.
        rows: cells of columns that are read; the others are empty.
        findings: what was left out, and why.
        rows_doubted: rows that could not be read as an organisation though they should be one.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()
    rows_doubted: int = 0


def members_of(table: Table, columns: tuple[Column, ...], network: str) -> Members:
    """Take the organisations out of a table, and the persons out of them.

    Only cells of columns that are read are kept: what nobody understands may name a person. Of mail addresses only role
    mailboxes are kept, of other texts all but persons' addresses.
    """
    findings = _findings(network, [("remark on the file", note) for note in table.notes])
    for column in columns:
        if column.use is Use.UNREAD:
            which = repr(column.heading) if column.heading else f"number {column.place + 1}"
            why = f"the column {which} is not read: {column.how}"
            findings.append(Finding("unread column", why, network=network, printed=column.heading or None))
    width = len(table.headings)
    shifted = [f"wanted {width} cells in row {row}, found more; a delimiter without quotation marks?" for row in table.misaligned]
    findings += _findings(network, [("row not aligned", why) for why in shifted])
    kept, nameless, left_out = _organisations(table, columns)
    removed = _Removed()
    rows = tuple(Row(row.number, tuple(_without_persons(row.cells, columns, removed))) for row in kept)
    findings += _findings(network, [*left_out, *removed.told()])
    return Members(columns, rows, tuple(findings), len(table.misaligned) + nameless)


def _findings(network: str, told: Iterable[Told]) -> list[Finding]:
    return [Finding(kind, because, network=network) for kind, because in told]


def _organisations(table: Table, columns: tuple[Column, ...]) -> tuple[list[Row], int, list[Told]]:
    """The rows that are organisations, how many others should be, and what was left out."""
    name = next(column.place for column in columns if column.field == "name")
    others = [column.place for column in columns if column.use is Use.READ and column.place != name]
    kept: list[Row] = []
    told: list[Told] = []
    nameless, is_below = 0, False
    for row in table.rows:
        is_bare = not any(row.cells[place] for place in others)
        is_below = is_bare and (is_below or row.number in table.after_gap)
        says = one_line(row.cells[name])
        if not any(char.isalnum() for char in says):
            nameless += not is_bare
            told.append(("row without a name", f"wanted a name in row {row.number}, found {says!r}; the row is left out"))
        elif others and is_below:
            # Without its words: below a list stands whom to ask.
            told.append(("remark below the list", f"row {row.number} follows an empty one and has one cell only; it is left out"))
        elif fold(says).rstrip(":0123456789 ") in _totals():
            told.append(("total row", f"row {row.number} says {says!r}, which is no name; it is left out"))
        else:
            kept.append(row)
    return kept, nameless, told


@dataclass
class _Removed:
    """How much was taken out of cells.

    Arguments:
        addresses: persons' mail addresses.
        words: cells of mail addresses without one.
        errors: cells in which a formula had failed.
    """

    addresses: int = 0
    words: int = 0
    errors: int = 0

    def told(self) -> list[Told]:
        mails = f"wanted mail addresses, found {self.words} cells with other words; not stored, as they may name persons"
        every = (
            (self.addresses, Kind.PERSONAL, f"wanted no mail addresses of persons, found and removed {self.addresses}"),
            (self.words, Kind.NOT_AN_ADDRESS, mails),
            (self.errors, "formula error", f"wanted values, found {self.errors} cells in which a formula had failed"),
        )
        return [(str(kind), why) for count, kind, why in every if count]


def _without_persons(cells: tuple[str, ...], columns: tuple[Column, ...], removed: _Removed) -> Iterable[str]:
    for column, cell in zip(columns, cells, strict=True):
        if column.use is not Use.READ or not cell:
            yield ""
        elif cell.upper() in _errors():
            removed.errors += 1
            yield ""
        elif column.field == "email":
            found = [each.address for each in addresses(cell)]
            roles = [address for address in found if is_role_mailbox(address)]
            removed.addresses += len(found) - len(roles)
            removed.words += not found and not says_nothing(cell)
            yield "; ".join(roles)
        else:
            text, addresses_removed = without_personal(cell)
            removed.addresses += addresses_removed
            yield text.strip()


@cache
def _totals() -> frozenset[str]:
    return frozenset(map(fold, WORDS["rows"]["totals"]))


@cache
def _errors() -> frozenset[str]:
    return frozenset(map(str.upper, WORDS["rows"]["errors"]))


def written(members: Members) -> bytes:
    """The list as bytes to store: CSV, UTF-8, with all headings, and cells only of columns that are read.

    The same list is the same bytes, whether it came as CSV or XLSX, in whichever encoding.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([column.heading for column in members.columns])
    writer.writerows(row.cells for row in members.rows)
    return text.getvalue().encode("utf-8")


def stored_table(body: bytes) -> Table:
    """The table that ``written`` has written; rows are numbered as in the stored file."""
    (headings, *rows) = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
    return Table(
        heading_row=1,
        headings=tuple(headings),
        groups=("",) * len(headings),
        rows=tuple(Row(number, tuple(cells)) for number, cells in enumerate(rows, start=2)),
        how="as stored",
    )


def profiles_of(members: Members, facts: NetworkFacts, digest: str) -> tuple[list[ParsedProfile], list[Finding]]:
    """What the list prints of each organisation. A row that repeats an earlier one's key is left out, and that is found.

    The key is the cell under ``source_key``, else the last segment of the profile's address, else the slug of the name: the same
    as of the network's own pages, where these are named after their organisation.

    Arguments:
        digest: of the stored list.
    """
    profiles: dict[str, ParsedProfile] = {}
    lines: dict[str, int] = {}
    findings = []
    for row in members.rows:
        profile = _profile(row, members.columns, facts, digest)
        if profile is None:
            why = f"wanted a name of letters or digits in row {row.number}, found none that makes a key; left out"
            findings.append(Finding("row without a name", why, network=facts.name))
            continue
        key = profile.source_key
        first = profiles.setdefault(key, profile)
        if first.printed != profile.printed:
            why = f"rows {lines[key]} and {row.number} both have the key {key!r} and say different things; the first is kept"
            findings.append(Finding("row repeats a key", why, network=facts.name, source_key=key))
        elif key in lines:
            why = f"rows {lines[key]} and {row.number} both have the key {key!r} and say the same; they count once"
            findings.append(Finding("row repeated", why, network=facts.name, source_key=key))
        lines.setdefault(key, row.number)
    return list(profiles.values()), findings


def _profile(row: Row, columns: tuple[Column, ...], facts: NetworkFacts, digest: str) -> ParsedProfile | None:
    printed: dict[str, list[str]] = {}
    how: dict[str, str] = {}
    for column in columns:
        if column.field is not None and column.use is Use.READ:
            values = printed.setdefault(column.field, [])
            new = [value for value in values_of(column.field, row.cells[column.place]) if value not in values]
            values.extend(new)
            if new or column.field not in how:
                how[column.field] = f"column {column.heading!r}"
    keys, urls = printed.pop(SOURCE_KEY, []), printed.pop(PROFILE_URL, [])
    url = next((url for url in urls if (urlsplit(url).hostname or "").lower() in facts.hosts), None)
    key = next((one_line(key) for key in keys), "") or _last_segment(url) or slug(" ".join(printed["name"][:1]))
    if not key or not printed["name"]:
        return None
    return ParsedProfile(
        source_key=key,
        url=url or facts.home,
        printed={field: tuple(values) for field, values in printed.items()},
        page_digest=digest,
        era=IMPORTED,
        how={field: words for field, words in how.items() if field in printed},
        phrases=tuple(entry("labels", form) for column in columns if column.use is Use.READ for form in column.forms),
    )


def values_of(field: str, cell: str) -> list[str]:
    """A cell's values, whole and in order; none where it says nothing ("-", "n/a")."""
    if field in _SEVERAL:
        parts = _PARTS.split(cell)
    elif field.startswith("description"):
        parts = _LINES.split(cell)
    else:
        # An address stands on several lines of one cell, and on one line elsewhere.
        parts = [_LINES.sub(", ", cell)]
    return [text for part in parts if (text := one_line(part)) and not says_nothing(text)]


def _last_segment(url: str | None) -> str:
    return unquote(urlsplit(url).path.strip("/").rpartition("/")[2]) if url else ""
