"""A shortlist to take away: an Excel workbook with its sources, and CSV."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from matching.partners.checks import Check, Verdict
from matching.partners.programmes import Answer
from portal.answers import File
from portal.pages.checking import confirmed_by, headline, lapsed
from portal.pages.sources import terms
from portal.pages.taken import Taken, as_link, cells, plain, read, written
from portal.pages.trust import checked_in_words, of_programme, of_rule
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.sheets import Cell, Sheet, csv_text
from warehouse.sheets import excel as workbook
from warehouse.shortlist_shapes import Contents

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    "place", "leads", "number", "name", "native_name", "country", "city", "region", "type", "status", "status_by", "status_at",
    "notes", "eligible", "fit", "why", "adds", "ecosystems", "sectors", "technologies", "labels", "members", "website", "email",
    "phone", "networks", "profile", "checked_on", "page", "description",
)  # fmt: skip
"""Of CSV, for programs: new ones come last."""
PRINTED = {
    "name": 22, "country": 10, "leads": 6, "description": 30, "fit": 7, "why": 38, "adds": 24, "contact": 24, "eligible": 29,
    "status": 10, "checked_on": 11,
}  # fmt: skip
"""The first columns of the workbook, which are those on paper, with their widths: as many as can be read on a page of A4."""
WIDTHS = {
    **PRINTED,
    "email": 28, "phone": 18, "website": 30, "notes": 60,
    "type": 20, "city": 16, "region": 26, "ecosystems": 34, "sectors": 34, "technologies": 34, "labels": 20, "members": 10,
    "networks": 30, "profile": 40, "native_name": 28, "page": 40, "place": 8, "number": 14, "status_by": 16,
    "status_at": 18,
}  # fmt: skip
"""The workbook's columns, for people: who it is and why first, what is ours last."""


def excel(visit: Visit) -> File:
    """The workbook: what the list comes to, the list, the check, what one should know of it, and who says each value."""
    taken = read(visit)
    t = visit.tongue
    sheets = [
        _summary(visit, taken),
        _list_sheet(visit, taken),
        *([_check_sheet(t, taken.check, taken.names)] if taken.check else []),
        _readme(visit, taken),
        Sheet(
            str(t("sheet.sources")),
            [str(t(f"column.{name}")) for name in ("name", "field", "value", "network", "page", "since", "checked_on", "number")],
            _sources(visit, taken),
            (30, 24, 44, 26, 40, 12, 12, 14),
            is_filtered=True,
            repeats=1,
        ),
    ]
    return File(workbook(sheets, visit.now), EXCEL, _file_name(visit, taken.contents, "xlsx"))


def csv(visit: Visit) -> File:
    """The shortlist alone. In Swedish between semicolons and with decimal commas, as a Swedish Excel expects it."""
    taken = read(visit)
    t = visit.tongue
    delimiter, decimal = (";", ",") if t.code == "sv" else (",", ".")
    head, rows = _table(t, COLUMNS, cells(visit, taken))
    return File(
        csv_text(head, rows, delimiter, decimal=decimal), "text/csv; charset=utf-8", _file_name(visit, taken.contents, "csv")
    )


def _table(t: Tongue, columns: Sequence[str], rows: list[dict[str, Cell]]) -> tuple[list[str], list[list[Cell]]]:
    return [str(t(f"column.{name}")) for name in columns], [[row.get(name) for name in columns] for row in rows]


def _list_sheet(visit: Visit, taken: Taken) -> Sheet:
    """Those on the list; columns in which nobody has anything come last, and not on paper.

    Where the page is read on its own machine there is no address of it that others could open, and no column for it.
    """
    rows = cells(visit, taken)
    empty = {name for name in WIDTHS if rows and all(row.get(name) in (None, "") for row in rows)}
    columns = sorted(WIDTHS.keys() - ({"page"} & empty), key=lambda name: (name in empty, list(WIDTHS).index(name)))
    head, table = _table(visit.tongue, columns, rows)
    return Sheet(
        str(visit.tongue("sheet.shortlist")),
        head,
        table,
        [WIDTHS[name] for name in columns],
        is_filtered=True,
        repeats=1,
        printed=len(PRINTED.keys() - empty),
        is_rounded=True,
    )


def _summary(visit: Visit, taken: Taken) -> Sheet:
    """What one wants to know first: who leads, for what, whether it would pass, of when it is, and whether it is made up."""
    t, kept, imprint = visit.tongue, taken.contents.shortlist, taken.naming.imprint
    counted = list({one.card.id: one for one in taken.entries if one.card and one.counts}.values())
    countries = t.in_order({t.country(one.country) for one in counted}, str)
    rows: list[list[Cell]] = []
    if visit.is_demo:
        rows.append([str(t("readme.demo")), str(t("demo.note"))])
    if taken.lead:
        rows.append([str(t("summary.lead")), _named(t, taken.lead.name, taken.lead.country)])
    if taken.programme:
        rows.append([str(t("readme.programme")), taken.programme.name[t.code]])
    rows += [
        [str(t("check.heading")), _verdict(t, taken)],
        [str(t("summary.counted")), f"{len(counted)} ({', '.join(countries)})" if counted else "0"],
        [str(t("readme.made")), ", ".join(filter(None, [t.moment(visit.now), visit.by]))],
        [str(t("readme.edition")), f"{imprint.number}, {t.moment(imprint.published_at)}"],
    ]
    for note in taken.contents.notes:
        rows.append([str(t("readme.notes")), f"{note.text} ({note.by or t('nobody')}, {t.moment(note.at)})"])
    return Sheet(str(t("sheet.summary")), [str(t("readme.list")), kept.name], rows, (30, 90), is_labelled=True)


def _verdict(t: Tongue, taken: Taken) -> str:
    """What the check comes to, with the rules that are not met and those that rest on somebody's word; else why there is none."""
    if taken.check:
        broken = [one.rule.text[t.code] for one in taken.check.verdicts if one.answer is Answer.NOT_MET]
        found = ": ".join(filter(None, [headline(t, taken.check), " ".join(broken)]))
        said = [f"{one.rule.text[t.code]} ({confirmed_by(t, one, '')})" for one in taken.check.verdicts if one.confirmed]
        return "\n".join([found, plain(t("summary.vouched", rules=" ".join(said)))] if said else [found])
    return plain(t("check.nobody") if taken.programme else t("summary.no_programme"))


def _named(t: Tongue, name: str, country: str | None) -> str:
    return f"{name} ({t.country(country)})"


def _lapsed(t: Tongue, verdict: Verdict, names: Mapping[int, str]) -> str:
    said = lapsed(t, verdict, names)
    return f"; {plain(said)}" if said else ""


def _check_sheet(t: Tongue, found: Check, names: Mapping[int, str]) -> Sheet:
    rows: list[list[Cell]] = [
        [
            verdict.rule.text[t.code],
            str(t(f"answer.{verdict.answer.name.lower()}")),
            verdict.because[t.code] + confirmed_by(t, verdict) + _lapsed(t, verdict, names),
            "\n".join(f"{t(f'fix.{fix.how}')}: {_named(t, fix.member.name, fix.member.country)}" for fix in verdict.fixes)
            or None,
            plain(of_rule(t, verdict.rule)),
            as_link(verdict.rule.source) or verdict.rule.source,
        ]
        for verdict in found.verdicts
    ]
    rows.insert(0, [found.programme.name[t.code], headline(t, found), None, None, None, None])
    head = [str(t(f"column.{name}")) for name in ("rule", "answer", "because", "fixes", "trust", "source")]
    return Sheet(str(t("sheet.check")), head, rows, (40, 26, 44, 36, 24, 30))


def _readme(visit: Visit, taken: Taken) -> Sheet:
    t, programme, imprint = visit.tongue, taken.programme, taken.naming.imprint
    rows: list[list[Cell]] = []
    if programme:
        rows += [
            [str(t("readme.programme")), programme.name[t.code]],
            [str(t("readme.rules")), checked_in_words(t, programme)],
            [str(t("readme.trust")), plain(of_programme(t, programme))],
            [str(t("readme.note")), programme.note[t.code]],
        ]
    rows += [
        [network.title, f"{network.home} – {terms(t, network.network, network.licence)}"] for network in imprint.networks.values()
    ]
    rows.append([str(t("readme.rights")), str(t("readme.rights_text"))])
    return Sheet(
        str(t("sheet.readme")), [str(t("sheet.readme")), taken.contents.shortlist.name], rows, (30, 90), is_labelled=True
    )


def _sources(visit: Visit, taken: Taken) -> list[list[Cell]]:
    """One row for each value that is shown of each organisation: who says it, where, since when, and when that was checked."""
    t, naming = visit.tongue, taken.naming
    names = {one.card.id: one.card.name for one in taken.entries if one.card}
    return [
        [
            names[number],
            str(t(f"field.{field}")),
            written(naming, field, said["value"]),
            naming.network(said["network"]),
            as_link(said["url"]),
            said["first_seen_on"],
            said["checked_on"],
            number,
        ]
        for number, whole in taken.wholes.items()
        for field, entry in whole["values"].items()
        for said in entry["sources"]
        if said["is_shown"]
    ]


def _file_name(visit: Visit, contents: Contents, ending: str) -> str:
    """Letters and digits of the name only, å as a, for it stands in a header; and the day, which tells later ones apart.

    Made-up contacts are not to pass for real ones.
    """
    bare = unicodedata.normalize("NFKD", contents.shortlist.name).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", bare).strip("-")[:60]
    return f"{'demonstration-' if visit.is_demo else ''}{name or 'shortlist'}-{visit.today.isoformat()}.{ending}"
