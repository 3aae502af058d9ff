"""A shortlist to take away: an Excel workbook with its sources, and CSV."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from matching.partners.checks import Check, Verdict
from matching.partners.programmes import Programme, programmes
from portal.answers import File, not_found
from portal.hostile import link
from portal.pages.checking import check_of, confirmed_by, headline, lapsed, names_of
from portal.pages.reasons import told, weighs
from portal.pages.search import VOCABULARIES, Naming
from portal.pages.shortlist import badges_of, contents_of
from portal.pages.sources import terms
from portal.pages.team import added, apart, fits
from portal.pages.trust import checked_in_words, of_entry, of_programme, of_rule
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.dossier import dossier
from warehouse.facets import SUBJECTS, Card, Profile, profiles
from warehouse.listed import Listed, listed
from warehouse.rows import PartnerMatch
from warehouse.sheets import Cell, Link, Sheet, csv_text
from warehouse.sheets import excel as workbook
from warehouse.shortlist_shapes import Contents

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "place", "leads", "number", "name", "native_name", "country", "city", "region", "type", "status", "status_by", "status_at",
    "notes", "eligible", "fit", "why", "adds", "ecosystems", "sectors", "technologies", "labels", "members", "website", "email",
    "phone", "networks", "profile", "checked_on", "page",
)  # fmt: skip
WIDTHS = (6, 8, 8, 34, 28, 14, 16, 26, 20, 12, 16, 18, 44, 30, 8, 60, 40, 34, 34, 34, 20, 10, 30, 28, 18, 30, 40, 12, 40)
MOST_REASONS = 4


@dataclass(frozen=True)
class Taken:
    """A shortlist with all that its sheets tell.

    Arguments:
        wholes: number of an organisation -> all its values; fits: how it looks to the one that leads; profiles: its pages at
            networks.
        apart: entry -> why it has no points; names: of entries, where confirmations that lapsed speak of them.
    """

    contents: Contents
    entries: list[Listed]
    check: Check | None
    programme: Programme | None
    naming: Naming
    wholes: dict[int, dict[str, Any]]
    fits: dict[int, PartnerMatch]
    names: Mapping[int, str]
    profiles: Mapping[int, tuple[Profile, ...]]
    apart: Mapping[int, str]

    @property
    def lead(self) -> Listed | None:
        """Who leads: the first that is counted."""
        return next((one for one in self.entries if one.counts), None)


def excel(visit: Visit) -> File:
    """The workbook: the shortlist, what it is, the check, and who says each value."""
    taken = _read(visit)
    t = visit.tongue
    sheets = [
        Sheet(str(t("sheet.shortlist")), _head(t), _rows(visit, taken), WIDTHS, is_filtered=True),
        *([_check_sheet(t, taken.check, taken.names)] if taken.check else []),
        _readme(visit, taken.contents, taken.programme, taken.naming),
        Sheet(
            str(t("sheet.sources")),
            [str(t(f"column.{name}")) for name in ("number", "name", "field", "value", "network", "page", "since", "checked_on")],
            _sources(visit, taken),
            (8, 30, 24, 44, 26, 50, 12, 12),
            is_filtered=True,
        ),
    ]
    return File(workbook(sheets, visit.now), EXCEL, _file_name(visit, taken.contents, "xlsx"))


def csv(visit: Visit) -> File:
    """The shortlist alone. In Swedish between semicolons and with decimal commas, as a Swedish Excel expects it."""
    taken = _read(visit)
    delimiter, decimal = (";", ",") if visit.tongue.code == "sv" else (",", ".")
    text = csv_text(_head(visit.tongue), _rows(visit, taken), delimiter, decimal=decimal)
    return File(text, "text/csv; charset=utf-8", _file_name(visit, taken.contents, "csv"))


def _read(visit: Visit) -> Taken:
    number = visit.number("number")
    if number is None:
        raise not_found()
    with visit.edition() as edition:
        contents = contents_of(edition, number)
        entries = listed(edition.con, edition.cards, contents)
        programme = programmes().get(contents.shortlist.programme or "")
        found = check_of(visit, edition, programme, entries, number)
        numbers = list(dict.fromkeys(one.card.id for one in entries if one.card))
        wholes = {number: whole for number in numbers if (whole := dossier(edition.con, number))}
        naming, looks = Naming(visit.tongue, edition.imprint), fits(edition, entries, programme)
        names = names_of(edition, contents.shortlist.number, entries, found)
        lead = next((one for one in entries if one.counts), None)
        keys = {one.entry.number: apart(edition, lead, one, programme, looks) for one in entries}
        unranked = {entry: str(visit.tongue(f"team.{key}").unescape()) for entry, key in keys.items() if key}
        pages = profiles(edition.con, numbers)
        return Taken(contents, entries, found, programme, naming, wholes, looks, names, pages, unranked)


def _head(t: Tongue) -> list[str]:
    return [str(t(f"column.{name}")) for name in COLUMNS]


def _rows(visit: Visit, taken: Taken) -> list[list[Cell]]:
    t, naming, lead = visit.tongue, taken.naming, taken.lead
    shown = badges_of(visit, taken.programme, taken.entries)
    had: set[tuple[str, str]] = set()
    rows: list[list[Cell]] = []
    for place, one in enumerate(taken.entries, start=1):
        card, status = one.card, one.entry.status
        mark = shown.get(one.entry.number)
        notes = "\n".join(f"{note.text} ({note.by or t('nobody')}, {t.moment(note.at)})" for note in one.entry.notes)
        whole = taken.wholes.get(card.id) if card else None
        match = taken.fits.get(card.id) if card else None
        new = added({field: _value(whole, field) or [] for field in SUBJECTS}, had) if one.counts else {}
        rows.append(
            [
                place,
                str(t("take.leads")) if lead is one else None,
                card.id if card else one.entry.organisation_id,
                one.name,
                card.native_name if card else None,
                t.country(one.country),
                card.city if card else None,
                naming.region(card.region) if card and card.region else None,
                t.word("organisation_type", card.type) if card and card.type else None,
                str(t(f"status.{status.status}")),
                status.by or str(t("nobody")),
                status.at.astimezone(visit.options.timezone).replace(tzinfo=None, microsecond=0),
                notes or None,
                f"{t(f'eligible.{mark.key}')}: {mark.because.unescape()} ({_plain(of_entry(t, mark.programme))})"
                if mark
                else None,
                round(match.score, 1) if match else None,
                _why(naming, match, lead, one) if match and lead else taken.apart.get(one.entry.number),
                _adds(naming, new) if new and lead is not one else None,
                *(_written(naming, field, _value(whole, field)) or None for field in SUBJECTS),
                ", ".join(t.word("label", value) for value in card.labels) if card else None,
                card.members if card else None,
                _link(card.website) if card else None,
                Link(f"mailto:{card.role_email}", card.role_email) if card and card.role_email else None,
                _value(whole, "phone"),
                _networks(naming, card) if card else None,
                _link(taken.profiles[card.id][0].url) if card and card.id in taken.profiles else None,
                card.checked_on if card else None,
                Link(visit.whole_address(f"/clusters/{card.id}")) if card else None,
            ]
        )
    return rows


def _networks(naming: Naming, card: Card) -> str:
    """Who lists it, and who does no longer."""
    t, absent = naming.tongue, {one.network for one in card.absent}
    listing = [naming.network(name) for name in card.networks if name not in absent]
    gone = [_plain(t("fresh.absent", network=naming.network(one.network), day=t.day(one.since))) for one in card.absent]
    return "; ".join(filter(None, [", ".join(listing), *gone]))


def _plain(text: Markup) -> str:
    """A text as it is read, not as HTML writes it."""
    return str(text.unescape())


def _link(address: str | None) -> Link | None:
    safe = link(address)
    return Link(safe) if safe else None


def _value(whole: dict[str, Any] | None, field: str) -> Any:
    return ((whole["values"].get(field) if whole else None) or {"value": None})["value"]


def _why(naming: Naming, match: PartnerMatch, lead: Listed, one: Listed) -> str:
    """What speaks most for one as the lead sees it, in sentences with their points."""
    known = [reason for reason in match.reasons if weighs(reason) and reason.contribution > 0]
    best = sorted(known, key=lambda reason: -reason.contribution)[:MOST_REASONS]
    return "\n".join(
        f"{told(naming, reason, lead.name, one.name)} ({naming.tongue.signed(reason.contribution)})" for reason in best
    )


def _adds(naming: Naming, new: dict[str, list[str]]) -> str:
    """Ecosystems, sectors and technologies that nobody above has."""
    return "\n".join(f"{naming.tongue(f'field.{field}')}: {_written(naming, field, values)}" for field, values in new.items())


def _lapsed(t: Tongue, verdict: Verdict, names: Mapping[int, str]) -> str:
    said = lapsed(t, verdict, names)
    return f"; {_plain(said)}" if said else ""


def _check_sheet(t: Tongue, found: Check, names: Mapping[int, str]) -> Sheet:
    rows: list[list[Cell]] = [
        [
            verdict.rule.text[t.code],
            str(t(f"answer.{verdict.answer.name.lower()}")),
            verdict.because[t.code] + confirmed_by(t, verdict) + _lapsed(t, verdict, names),
            "; ".join(f"{t(f'fix.{fix.how}')}: {fix.member.name}" for fix in verdict.fixes) or None,
            _plain(of_rule(t, verdict.rule)),
            _link(verdict.rule.source) or verdict.rule.source,
        ]
        for verdict in found.verdicts
    ]
    rows.insert(0, [found.programme.name[t.code], headline(t, found), None, None, None, None])
    head = [str(t(f"column.{name}")) for name in ("rule", "answer", "because", "fixes", "trust", "source")]
    return Sheet(str(t("sheet.check")), head, rows, (50, 14, 50, 50, 20, 50))


def _readme(visit: Visit, contents: Contents, programme: Programme | None, naming: Naming) -> Sheet:
    t, kept = visit.tongue, contents.shortlist
    rows: list[list[Cell]] = [
        [str(t("readme.list")), kept.name],
        [str(t("readme.made")), f"{t.moment(visit.now)} {visit.by}".strip()],
        [str(t("readme.edition")), f"{naming.imprint.number}, {t.moment(naming.imprint.published_at)}"],
    ]
    if visit.is_demo:
        rows.insert(0, [str(t("readme.demo")), str(t("demo.note"))])
    if programme:
        rows += [
            [str(t("readme.programme")), programme.name[t.code]],
            [str(t("readme.rules")), checked_in_words(t, programme)],
            [str(t("readme.trust")), _plain(of_programme(t, programme))],
            [str(t("readme.note")), programme.note[t.code]],
        ]
    rows += [[str(t("readme.notes")), f"{note.text} ({note.by or t('nobody')}, {t.moment(note.at)})"] for note in contents.notes]
    rows += [
        [network.title, f"{network.home} – {terms(t, network.network, network.licence)}"]
        for network in naming.imprint.networks.values()
    ]
    rows.append([str(t("readme.rights")), str(t("readme.rights_text"))])
    return Sheet(str(t("sheet.readme")), [str(t("column.what")), str(t("column.value"))], rows, (30, 110))


def _sources(visit: Visit, taken: Taken) -> list[list[Cell]]:
    """One row for each value that is shown of each organisation: who says it, where, since when, and when that was checked."""
    t, naming = visit.tongue, taken.naming
    names = {one.card.id: one.card.name for one in taken.entries if one.card}
    return [
        [
            number,
            names[number],
            str(t(f"field.{field}")),
            _written(naming, field, said["value"]),
            naming.network(said["network"]),
            _link(said["url"]),
            said["first_seen_on"],
            said["checked_on"],
        ]
        for number, whole in taken.wholes.items()
        for field, entry in whole["values"].items()
        for said in entry["sources"]
        if said["is_shown"]
    ]


def _written(naming: Naming, field: str, value: object) -> str:
    """A value in the reader's language, as text."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_written(naming, field, one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {part}" for key, part in value.items() if part is not None)
    match field:
        case "country" | "target_countries":
            return naming.tongue.country(str(value))
        case "languages":
            return naming.tongue.language(str(value))
        case "nuts2":
            return naming.region(str(value))
    if field in VOCABULARIES:
        return naming.tongue.word(VOCABULARIES[field], str(value))
    return str(value)


def _file_name(visit: Visit, contents: Contents, ending: str) -> str:
    """Letters and digits of the name only, å as a: it stands in a header. Made-up contacts are not to pass for real ones."""
    bare = unicodedata.normalize("NFKD", contents.shortlist.name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9]+", "-", bare).strip("-")[:60]
    return f"{'demonstration-' if visit.is_demo else ''}{plain or 'shortlist'}-{contents.shortlist.number}.{ending}"
