"""What is taken away of a shortlist: all that its sheets tell of each organisation, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from matching.partners.checks import Check
from matching.partners.programmes import Programme, programmes
from portal.answers import not_found
from portal.hostile import is_loopback, is_replica, link
from portal.pages.checking import check_of, names_of
from portal.pages.eligible import Badge
from portal.pages.naming import VOCABULARIES, Naming
from portal.pages.reach import own_words
from portal.pages.reasons import told, weighs
from portal.pages.shortlist import badges_of, contents_of
from portal.pages.team import added, apart, fits
from portal.pages.trust import of_entry
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.facets import SUBJECTS, Card, Profile
from warehouse.listed import Listed, listed
from warehouse.rows import PartnerMatch
from warehouse.sheets import Cell, Link
from warehouse.shortlist_shapes import Contents

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


def read(visit: Visit) -> Taken:
    """A shortlist, read of the edition and the desk. Raises ``not_found``."""
    number = visit.number("number")
    if number is None:
        raise not_found()
    with visit.edition() as edition:
        contents = contents_of(edition, number)
        entries = listed(edition.con, edition.cards, contents)
        programme = programmes().get(contents.shortlist.programme or "")
        found = check_of(visit, edition, programme, entries, number)
        numbers = list(dict.fromkeys(one.card.id for one in entries if one.card))
        wholes = {number: whole for number in numbers if (whole := edition.dossier(number))}
        naming, looks = Naming(visit.tongue, edition.imprint), fits(edition, entries, programme)
        names = names_of(edition, contents.shortlist.number, entries, found)
        lead = next((one for one in entries if one.counts), None)
        keys = {one.entry.number: apart(edition, lead, one, programme, looks) for one in entries}
        unranked = {entry: str(visit.tongue(f"team.{key}").unescape()) for entry, key in keys.items() if key}
        pages = edition.profiles(numbers)
        return Taken(contents, entries, found, programme, naming, wholes, looks, names, pages, unranked)


def cells(visit: Visit, taken: Taken) -> list[dict[str, Cell]]:
    """For each entry, in the list's order, column -> what stands there."""
    shown = badges_of(visit, taken.programme, taken.entries)
    had: set[tuple[str, str]] = set()
    rows = []
    for place, one in enumerate(taken.entries, start=1):
        whole = taken.wholes.get(one.card.id) if one.card else None
        new = added({field: _value(whole, field) or [] for field in SUBJECTS}, had) if one.counts else {}
        mark = shown.get(one.entry.number)
        rows.append(
            {
                "place": place,
                "number": one.card.id if one.card else one.entry.organisation_id,
                "name": one.name,
                "country": visit.tongue.country(one.country),
                "eligible": _eligible(visit.tongue, mark) if mark else None,
                **_kept(visit, one),
                **_in_team(taken, one, new),
                **(_known(visit, taken, one.card) if one.card else {}),
            }
        )
    return rows


def _kept(visit: Visit, one: Listed) -> dict[str, Cell]:
    """What staff keep of it: how far one has come, and notes."""
    t, status = visit.tongue, one.entry.status
    return {
        "status": str(t(f"status.{status.status}")),
        "status_by": status.by or None,
        "status_at": status.at.astimezone(visit.options.timezone).replace(tzinfo=None, microsecond=0),
        "notes": "\n".join(f"{note.text} ({note.by or t('nobody')}, {t.moment(note.at)})" for note in one.entry.notes) or None,
    }


def _in_team(taken: Taken, one: Listed, new: dict[str, list[str]]) -> dict[str, Cell]:
    """What it is to the one that leads, and adds to those above."""
    t, lead = taken.naming.tongue, taken.lead
    match = taken.fits.get(one.card.id) if one.card else None
    return {
        "leads": str(t("take.leads")) if lead is one else None,
        "fit": round(match.score, 1) if match else None,
        "why": _why(taken.naming, match, lead, one) if match and lead else taken.apart.get(one.entry.number),
        "adds": _adds(taken.naming, new) if new and lead is not one else None,
    }


def _known(visit: Visit, taken: Taken, card: Card) -> dict[str, Cell]:
    """What the edition says of it."""
    t, naming, whole = visit.tongue, taken.naming, taken.wholes.get(card.id)
    said = own_words(_value(whole, "extracts") or {}, t.code)
    profile = as_link(taken.profiles[card.id][0].url) if card.id in taken.profiles else None
    website, phone = as_link(card.website), _value(whole, "phone")
    ways = [card.role_email, phone, website.shown if website else None]
    return {
        "description": said[1] if said else None,
        "native_name": card.native_name,
        "city": card.city,
        "region": naming.region(card.region) if card.region else None,
        "type": t.word("organisation_type", card.type) if card.type else None,
        **{field: written(naming, field, _value(whole, field)) or None for field in SUBJECTS},
        "labels": ", ".join(t.word("label", value) for value in card.labels),
        "members": card.members,
        "website": website,
        "email": Link(f"mailto:{card.role_email}", card.role_email) if card.role_email else None,
        "phone": phone,
        "contact": "\n".join(filter(None, ways)) or (profile.shown if profile and profile.address else None),
        "networks": _networks(naming, card),
        "profile": profile,
        "checked_on": card.checked_on,
        "page": None if is_loopback(urlsplit(visit.origin).hostname or "") else Link(visit.whole_address(f"/clusters/{card.id}")),
    }


def _eligible(t: Tongue, mark: Badge) -> str:
    return f"{t(f'eligible.{mark.key}')}: {mark.because.unescape()} ({plain(of_entry(t, mark.programme))})"


def _networks(naming: Naming, card: Card) -> str:
    """Who lists it, and who does no longer."""
    t, absent = naming.tongue, {one.network for one in card.absent}
    listing = [naming.network(name) for name in card.networks if name not in absent]
    gone = [plain(t("fresh.absent", network=naming.network(one.network), day=t.day(one.since))) for one in card.absent]
    return "; ".join(filter(None, [", ".join(listing), *gone]))


def plain(text: Markup) -> str:
    """A text as it is read, not as HTML writes it."""
    return str(text.unescape())


def as_link(address: str | None) -> Link | None:
    """An address of the web as a cell; None: it is none. What was played on this machine alone leads nowhere and is text."""
    safe = link(address)
    return Link("" if is_replica(safe) else safe, safe) if safe else None


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
    return "\n".join(f"{naming.tongue(f'field.{field}')}: {written(naming, field, values)}" for field, values in new.items())


def written(naming: Naming, field: str, value: object) -> str:
    """A value in the reader's language, as text."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(written(naming, field, one) for one in value)
    if isinstance(value, dict):
        return _of_parts(naming.tongue, field, value)
    match field:
        case "country" | "target_countries":
            return naming.tongue.country(str(value))
        case "languages":
            return naming.tongue.language(str(value))
        case "nuts2":
            return naming.region(str(value))
        case "completeness":
            return naming.tongue.percent(float(str(value)) / 100)
        case "founded_precision":
            return naming.tongue.word("precision", str(value))
    if field in VOCABULARIES:
        return naming.tongue.word(VOCABULARIES[field], str(value))
    return str(value)


def _of_parts(t: Tongue, field: str, value: dict[str, Any]) -> str:
    """A label by its name, and until when it is valid; a text with its language."""
    if field != "labels":
        return "\n".join(f"{t.language(key)}: {part}" for key, part in value.items() if part is not None)
    name = t.word("label", value["level"]) if value.get("level") else value.get("issuer") or ""
    until = value.get("valid_until")
    return f"{name} ({plain(t('label.until', day=t.day(until)))})" if until else name
