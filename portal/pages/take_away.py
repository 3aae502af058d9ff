"""A shortlist to take away: an Excel workbook with its sources, and CSV."""

from __future__ import annotations

import re

from matching.partners.eligibility import Check
from matching.partners.programmes import Programme, programmes
from portal.answers import File, not_found
from portal.current import Opened
from portal.hostile import link
from portal.pages.eligible import FOLDER
from portal.pages.listed import Listed, listed
from portal.pages.search import VOCABULARIES, Naming
from portal.pages.shortlist import badges_of, check_of, confirmed_by, contents_of, headline
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.dossier import dossier
from warehouse.sheets import Cell, Sheet, csv_text
from warehouse.sheets import excel as workbook
from warehouse.shortlist_shapes import Contents

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "place", "number", "name", "native_name", "country", "city", "region", "type", "status", "status_by", "status_at", "notes",
    "eligible", "ecosystems", "labels", "members", "website", "email", "networks", "checked_on", "page",
)  # fmt: skip
WIDTHS = (6, 8, 34, 28, 14, 16, 26, 20, 12, 16, 16, 44, 30, 34, 20, 10, 30, 28, 30, 12, 40)


def excel(visit: Visit) -> File:
    """The workbook: the shortlist, what it is, the check, and who says each value."""
    contents, entries, found, programme, sources, naming = _read(visit)
    t = visit.tongue
    sheets = [
        Sheet(str(t("sheet.shortlist")), _head(t), _rows(visit, entries, programme, naming), WIDTHS),
        *([_check_sheet(t, found)] if found else []),
        _readme(visit, contents, programme, naming),
        Sheet(
            str(t("sheet.sources")),
            [str(t(f"column.{name}")) for name in ("number", "name", "field", "value", "network", "page", "since", "checked_on")],
            sources,
            (8, 30, 24, 44, 26, 50, 12, 12),
        ),
    ]
    return File(workbook(sheets, visit.now), EXCEL, _file_name(contents, "xlsx"))


def csv(visit: Visit) -> File:
    """The shortlist alone. In Swedish between semicolons, as a Swedish Excel expects it."""
    contents, entries, _, programme, _, naming = _read(visit)
    delimiter = ";" if visit.tongue.code == "sv" else ","
    rows = _rows(visit, entries, programme, naming)
    return File(csv_text(_head(visit.tongue), rows, delimiter), "text/csv; charset=utf-8", _file_name(contents, "csv"))


def _read(
    visit: Visit,
) -> tuple[Contents, list[Listed], Check | None, Programme | None, list[list[Cell]], Naming]:
    number = visit.number("number")
    if number is None:
        raise not_found()
    with visit.edition() as edition:
        contents = contents_of(edition, number)
        entries = listed(edition, contents)
        programme = programmes().get(contents.shortlist.programme or "")
        naming = Naming(visit.tongue, edition.imprint)
        found = check_of(visit, edition, programme, entries, number)
        return contents, entries, found, programme, _sources(visit, edition, entries, naming), naming


def _head(t: Tongue) -> list[str]:
    return [str(t(f"column.{name}")) for name in COLUMNS]


def _rows(visit: Visit, entries: list[Listed], programme: Programme | None, naming: Naming) -> list[list[Cell]]:
    t, shown = visit.tongue, badges_of(visit, programme, entries)
    rows: list[list[Cell]] = []
    for place, one in enumerate(entries, start=1):
        card, status = one.card, one.entry.status
        mark = shown.get(one.entry.number)
        notes = "\n".join(f"{note.text} ({note.by or t('nobody')}, {t.moment(note.at)})" for note in one.entry.notes)
        rows.append(
            [
                place,
                card.id if card else one.entry.organisation_id,
                one.name,
                card.native_name if card else None,
                t.country(one.country),
                card.city if card else None,
                naming.region(card.region) if card and card.region else None,
                t.word("organisation_type", card.type) if card and card.type else None,
                str(t(f"status.{status.status}")),
                status.by or str(t("nobody")),
                t.moment(status.at),
                notes or None,
                f"{t(f'eligible.{mark.key}')}: {mark.because.unescape()}" if mark else None,
                ", ".join(t.word("ecosystem", value) for value in card.ecosystems) if card else None,
                ", ".join(t.word("label", value) for value in card.labels) if card else None,
                card.members if card else None,
                link(card.website) if card else None,
                card.role_email if card else None,
                ", ".join(naming.network(name) for name in card.networks) if card else None,
                card.checked_on if card else None,
                visit.address(f"/clusters/{card.id}") if card else None,
            ]
        )
    return rows


def _check_sheet(t: Tongue, found: Check) -> Sheet:
    rows: list[list[Cell]] = [
        [
            verdict.rule.text[t.code],
            str(t(f"answer.{verdict.answer.name.lower()}")),
            verdict.because[t.code] + confirmed_by(t, verdict),
            "; ".join(f"{t(f'fix.{fix.how}')}: {fix.member.name}" for fix in verdict.fixes) or None,
            str(t(f"trust.{verdict.rule.status}")),
            verdict.rule.source,
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
    if programme:
        rows += [
            [str(t("readme.programme")), programme.name[t.code]],
            [
                str(t("readme.rules")),
                str(t("programme.checked", day=t.day(programme.checked_on), file=f"{FOLDER}/{programme.id}.toml")),
            ],
            [str(t("readme.trust")), str(t(f"trust.{programme.status}"))],
            [str(t("readme.note")), programme.note[t.code]],
        ]
    rows += [[str(t("readme.notes")), f"{note.text} ({note.by or t('nobody')}, {t.moment(note.at)})"] for note in contents.notes]
    rows += [[network.title, f"{network.home} – {network.licence}"] for network in naming.imprint.networks.values()]
    rows.append([str(t("readme.rights")), str(t("readme.rights_text"))])
    return Sheet(str(t("sheet.readme")), [str(t("column.what")), str(t("column.value"))], rows, (30, 110))


def _sources(visit: Visit, edition: Opened, entries: list[Listed], naming: Naming) -> list[list[Cell]]:
    """One row for each value that is shown of each organisation: who says it, where, since when, and when that was checked."""
    t = visit.tongue
    rows: list[list[Cell]] = []
    for card in {one.card.id: one.card for one in entries if one.card}.values():
        whole = dossier(edition.con, card.id)
        for field, entry in (whole["values"] if whole else {}).items():
            rows += [
                [
                    card.id,
                    card.name,
                    str(t(f"field.{field}")),
                    _written(naming, field, said["value"]),
                    naming.network(said["network"]),
                    link(said["url"]),
                    said["first_seen_on"],
                    said["checked_on"],
                ]
                for said in entry["sources"]
                if said["is_shown"]
            ]
    return rows


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


def _file_name(contents: Contents, ending: str) -> str:
    """Letters and digits of the name only: it stands in a header."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", contents.shortlist.name).strip("-")[:60]
    return f"{plain or 'shortlist'}-{contents.shortlist.number}.{ending}"
