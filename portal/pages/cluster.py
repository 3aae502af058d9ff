"""One organisation: what is known, who says so, where and when, and where sources differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from matching.partners.ranking import KnownPartner
from portal.answers import Answer, Page, Redirect, not_found
from portal.because import because
from portal.hostile import link
from portal.pages import labels
from portal.pages.adding import choice
from portal.pages.eligible import Badge, as_data, badge_list, badges
from portal.pages.fit import fit, fit_data
from portal.pages.naming import VOCABULARIES, Naming
from portal.pages.purpose import NAMES, purpose
from portal.pages.reach import reach
from portal.rendering import bdi
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.facets import nights_missed
from warehouse.organisations import redirect, redirected_since
from warehouse.partnerships import Shared
from warehouse.vocabulary import has_label

GROUPS: dict[str, tuple[str, ...]] = {
    "names": ("name", "native_name", "acronym", "other_names", "organisation_type"),
    "place": ("country", "region_printed", "nuts2", "city", "postcode", "latitude", "longitude"),
    "reach": ("website", "domain", "role_email", "phone"),
    "field": (
        "ecosystems", "sectors", "nace", "technologies", "s3_priorities", "emerging_industries", "keywords", "extracts",
    ),
    "size": (
        "founded_on", "founded_precision", "staff_min", "staff_max", "members_total", "members_sme", "members_startup",
        "members_large", "members_research", "members_other",
    ),
    "ties": ("labels", "memberships", "partnerships", "target_countries", "languages"),
    "profile": ("completeness", "profile_updated_on"),
}  # fmt: skip
"""Which fields stand together, in this order."""
ADDRESSED = {"ecosystems": "ecosystem", "sectors": "sector", "technologies": "technology"}
"""Fields whose values lead to a search."""
LONGEST_VALUE = 1_500
MOST_SHARED = 8


@dataclass(frozen=True)
class Said:
    """What one page says of a field, ready to be shown."""

    value: Markup
    printed: str | None
    network: str
    era: str
    url: str | None
    first_seen_on: str
    checked_on: str
    is_shown: bool
    because: str


@dataclass(frozen=True)
class Row:
    """One field: the value shown, and all that is said."""

    field: str
    value: Markup
    conflict: bool
    sources: tuple[Said, ...]


def cluster(visit: Visit) -> Answer:
    """The page of an organisation; an old number leads to the new one, for good."""
    number = visit.number("number")
    if number is None:
        raise not_found()
    with visit.edition() as edition:
        whole = edition.remembered(("dossier", number), lambda: edition.dossier(number))
        if whole is None:
            now = redirect(edition.con, number)
            if now is None:
                raise not_found()
            kept = visit.asked.only(NAMES).setting("from", str(number))
            return Redirect(kept.to(f"/clusters/{now}"), is_for_good=True)
        card = edition.cards([number])[number]
        missed = nights_missed(edition.con, number) if any(record["missing_since"] for record in whole["records"]) else {}
        partners = edition.known_partners(number)
        shared = edition.shared_partners(number, MOST_SHARED, visit.tongue.code) if partners else []
        former = visit.asked.number("from", 0, 0, 999_999_999)
        leads_here = former > 0 and redirect(edition.con, former) == number
        since = redirected_since(edition.con, former) if leads_here else None
        naming = Naming(visit.tongue, edition.imprint)
        aim = purpose(visit, edition, number)
        looks = fit(visit, edition, aim, card)
        adding = choice(visit, edition, aim)
        ways = reach(edition, [card])[number]
    showing = Showing(visit, naming)
    rows = {field: showing.row(field, entry) for field, entry in whole["values"].items()}
    marks = badges(card.country, visit.tongue, visit.today)
    held = labels.labels(visit.tongue, whole, visit.today)
    values = {
        "whole": whole,
        "card": card,
        "groups": {group: [rows[field] for field in fields if field in rows] for group, fields in GROUPS.items()},
        "conflicts": [field for fields in GROUPS.values() for field in fields if field in rows and rows[field].conflict],
        "records": [_record(record, missed, naming) for record in whole["records"]],
        "extracts": _extracts(whole, visit.tongue.code),
        "tags": showing.tags(whole),
        "partners": partners,
        "shared": shared,
        "labels": held,
        "former": {"number": former, "since": since} if leads_here else None,
        "naming": naming,
        "adding": adding,
        "purpose": aim,
        "fit": looks,
        "places": adding.places([number]),
        "badge_list": badge_list(card.country, visit.tongue, visit.today),
        "reach": ways,
    }
    why = partial(fit_data, naming, looks, aim, whole["name"]) if looks else None
    data = partial(_data, whole, partners, missed, marks, shared, held, why)
    return Page("cluster.html", values, data, aim.to(f"/clusters/{number}"))


@dataclass(frozen=True)
class Showing:
    """How values are written on the page."""

    visit: Visit
    naming: Naming

    def row(self, field: str, entry: dict[str, Any]) -> Row:
        """A field with its sources."""
        return Row(
            field,
            self.value(field, entry["value"]),
            entry["conflict"],
            tuple(self._said(field, source, is_empty=entry["value"] in (None, [], {})) for source in entry["sources"]),
        )

    def _said(self, field: str, source: dict[str, Any], *, is_empty: bool) -> Said:
        printed = "; ".join(source["printed"] or ())
        value = self.value(field, source["value"])
        is_same = printed.strip() == _plain(source["value"])
        return Said(
            value=value,
            printed=None if is_same or not printed else printed,
            network=source["network"],
            era=source["era"] or "",
            url=link(source["url"]),
            first_seen_on=source["first_seen_on"],
            checked_on=source["checked_on"],
            is_shown=source["is_shown"],
            because=because(self.visit.tongue, source["because"], self.naming.network, is_empty=is_empty),
        )

    def value(self, field: str, value: Any) -> Markup:
        """A value in the reader's language."""
        if value is None or value in ([], {}):
            return Markup("")
        if isinstance(value, dict) and field == "extracts":
            parts = [Markup('<span lang="{}">{}</span>').format(code, bdi(text, LONGEST_VALUE)) for code, text in value.items()]
            return Markup("<br>").join(parts)
        if isinstance(value, dict):
            return self._label(value)
        if isinstance(value, list):
            return Markup(", ").join(self._label(one) if isinstance(one, dict) else self._word(field, one) for one in value)
        return self._word(field, value)

    def _word(self, field: str, value: Any) -> Markup:
        tongue = self.visit.tongue
        if field == "keywords" or (field in VOCABULARIES and not has_label(VOCABULARIES[field], str(value))):
            return _of_any_language(value)
        if field in VOCABULARIES:
            return bdi(tongue.word(VOCABULARIES[field], str(value)), LONGEST_VALUE)
        match field:
            case "country" | "target_countries":
                return bdi(tongue.country(str(value)))
            case "languages":
                return bdi(tongue.language(str(value)))
            case "nuts2":
                return bdi(self.naming.region(str(value)))
            case "nace":
                return bdi(_activity(tongue, str(value)))
            case "founded_precision":
                return bdi(tongue.word("precision", str(value)))
            case "completeness":
                return bdi(tongue.percent(float(value) / 100))
            case "founded_on" | "profile_updated_on":
                return bdi(tongue.day(str(value)))
            case "website":
                address = link(str(value))
                return _outside(address, str(value)) if address else bdi(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return bdi(value if field in ("latitude", "longitude") else tongue.number(value))
        return bdi(value, LONGEST_VALUE)

    def _label(self, label: dict[str, Any]) -> Markup:
        tongue = self.visit.tongue
        name = bdi(tongue.word("label", label["level"]) if label.get("level") else label.get("issuer") or "")
        until = label.get("valid_until")
        return Markup("{} ({})").format(name, tongue("label.until", day=tongue.day(until))) if until else name

    def tags(self, whole: dict[str, Any]) -> dict[str, list[tuple[Markup, str]]]:
        """Ecosystems, sectors and technologies, each with the search that it leads to."""
        found = {}
        for field, facet in ADDRESSED.items():
            values = (whole["values"].get(field) or {"value": None})["value"] or []
            found[field] = [
                (self._word(field, value), self.visit.address(self.visit.asked.only(()).adding(facet, value).to("/clusters")))
                for value in values
            ]
        return found


def _activity(tongue: Tongue, code: str) -> str:
    """A NACE code with what its division or section is called: ``17.12 Manufacture of paper and paper products``."""
    division = code.partition(".")[0]
    name = tongue.word("nace", division)
    return code if name == division else f"{code} {name}"


def _outside(address: str, text: str) -> Markup:
    return Markup('<a class="out" href="{}" rel="noopener noreferrer nofollow">{}</a>').format(address, bdi(text))


def _of_any_language(value: Any) -> Markup:
    """A word as a profile has it: nobody says in which language, so none is claimed for who has the page read aloud."""
    return Markup('<span lang="">{}</span>').format(bdi(value, LONGEST_VALUE))


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(map(str, value.values()))
    return str(value)


def _extracts(whole: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """What it says of itself, with the language of each text; the reader's language first."""
    extracts = (whole["values"].get("extracts") or {"value": None})["value"] or {}
    return sorted(extracts.items(), key=lambda one: one[0] != language)


def _record(record: dict[str, Any], missed: dict[tuple[str, str], int], naming: Naming) -> dict[str, Any]:
    key = record["network"], record["source_key"]
    return {
        **record,
        "title": naming.network(record["network"]),
        "url": link(record["url"]),
        "nights_missed": missed.get(key, 0) if record["missing_since"] else None,
    }


def _data(
    whole: dict[str, Any],
    partners: list[KnownPartner],
    missed: dict[tuple[str, str], int],
    marks: Sequence[Badge],
    shared: list[Shared],
    held: list[labels.Label],
    why: Callable[[], dict[str, Any]] | None,
) -> dict[str, Any]:
    records = [
        {**record, "nights_missed": missed.get((record["network"], record["source_key"]), 0) if record["missing_since"] else None}
        for record in whole["records"]
    ]
    return {
        **whole,
        "records": records,
        "known_partners": partners,
        "shared_partners": shared,
        "labels": [labels.as_data(one) for one in held],
        "eligible": [as_data(one) for one in marks],
        **({"fit": why()} if why else {}),
    }
