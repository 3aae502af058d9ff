"""Sheets of one page to print: a cluster, and five partners for a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matching.partners.phrases import MOST_NAMED
from matching.partners.ranking import Mode
from portal.answers import Answer, Page, Redirect, not_found
from portal.hostile import short
from portal.pages import labels
from portal.pages.eligible import Badge, as_data, badges, oldest_check
from portal.pages.naming import Naming
from portal.pages.partners import programme_of, ranked_for
from portal.pages.purpose import mode_of
from portal.pages.reasons import told, weighs
from portal.query import Query
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.facets import Card
from warehouse.organisations import redirect
from warehouse.rows import MatchReason, PartnerMatch

PARTNERS = 5
REASONS = 3
LONGEST_REASON = 175
LONGEST_TEXT = 420
MOST_WORDS = 8
MOST_PARTNERS = 6
"""What fits on A4 whatever stands in it; the longer page is a link away."""


@dataclass(frozen=True)
class Suggested:
    """A partner on the sheet.

    Arguments:
        reasons: those that speak for it most, with their points.
        badges: of all programmes.
    """

    match: PartnerMatch
    card: Card
    reasons: tuple[tuple[float, str], ...]
    badges: tuple[Badge, ...]

    @property
    def open_to(self) -> list[str]:
        """Programmes whose rules hold today and that, read at the source, its country may take part in."""
        return self._marked("met")

    @property
    def probably_open_to(self) -> list[str]:
        """Those of which that is remembered or concluded only."""
        return self._marked("likely")

    def _marked(self, key: str) -> list[str]:
        return [badge.programme.id for badge in self.badges if badge.key == key and badge.is_valid]


def cluster(visit: Visit) -> Answer:
    """One cluster on one page."""
    number = visit.number("number")
    if number is None:
        raise not_found()
    with visit.edition() as edition:
        whole = edition.dossier(number)
        if whole is None:
            return _elsewhere(visit, redirect(edition.con, number), "sheet")
        card = edition.cards([number])[number]
        partners = edition.known_partners(number)
        naming = Naming(visit.tongue, edition.imprint)
    t = visit.tongue
    marks = badges(card.country, t, visit.today)
    words = {field: found for field in ("ecosystems", "sectors", "technologies") if (found := _words(t, whole, field))}
    names = list(dict.fromkeys((one.id, one.name, one.country) for one in partners))
    values = {
        "card": card,
        "texts": [(code, short(text, LONGEST_TEXT)) for code, text in _own_words(whole, t)],
        "words": words,
        "labels": labels.labels(t, whole, visit.today)[:3],
        "badges": marks,
        "oldest_check": oldest_check(),
        "partners": names[:MOST_PARTNERS],
        "more_partners": max(len(names) - MOST_PARTNERS, 0),
        "naming": naming,
    }
    data = {"id": number, "name": card.name, "words": words, "eligible": [as_data(one) for one in marks]}
    return Page("sheet.html", values, data, f"/clusters/{number}/sheet")


def _elsewhere(visit: Visit, number: int | None, page: str) -> Redirect:
    if number is None:
        raise not_found()
    return Redirect(visit.asked.to(f"/clusters/{number}/{page}"), is_for_good=True)


def _own_words(whole: dict[str, Any], t: Tongue) -> list[tuple[str, str]]:
    """Its description in the reader's language; else in any."""
    extracts = (whole["values"].get("extracts") or {"value": None})["value"] or {}
    wanted = [code for code in (t.code, "en", *extracts) if code in extracts][:1]
    return [(code, extracts[code]) for code in wanted]


def _words(t: Tongue, whole: dict[str, Any], field: str) -> list[str]:
    kind = {"ecosystems": "ecosystem", "sectors": "sector", "technologies": "technology"}[field]
    values = (whole["values"].get(field) or {"value": None})["value"] or []
    return [short(t.word(kind, value), 60) for value in values[:MOST_WORDS]]


def partners(visit: Visit) -> Answer:
    """Five partners for a cluster, why, and which programmes are open to them. It reads ``mode`` and ``programme``."""
    number = visit.number("number")
    if number is None:
        raise not_found()
    mode, programme = mode_of(visit), programme_of(visit)
    with visit.edition() as edition:
        home = edition.cards([number]).get(number)
        if home is None:
            return _elsewhere(visit, redirect(edition.con, number), "partners/sheet")
        matches = ranked_for(edition, number, mode, programme, (), PARTNERS)
        shown = edition.cards([match.partner for match in matches])
        naming = Naming(visit.tongue, edition.imprint)
    found = [_suggested(visit, naming, home, match, shown[match.partner]) for match in matches]
    pairs: list[tuple[str, str]] = [] if mode is Mode.BALANCED else [("mode", mode.value)]
    pairs += [("programme", programme.id)] if programme else []
    values = {
        "home": home,
        "mode": mode,
        "programme": programme,
        "partners": found,
        "oldest_check": oldest_check(),
        "naming": naming,
        "list": visit.address(Query(tuple(pairs)).to(f"/clusters/{number}/partners")),
    }
    data = {
        "organisation": {"id": home.id, "name": home.name},
        "mode": mode.value,
        "programme": programme and programme.id,
        "partners": [
            {
                "id": one.card.id,
                "name": one.card.name,
                "country": one.card.country,
                "score": one.match.score,
                "reasons": [{"points": points, "text": text} for points, text in one.reasons],
                "open_to": one.open_to,
                "probably_open_to": one.probably_open_to,
            }
            for one in found
        ],
    }
    return Page("partners_sheet.html", values, data, Query(tuple(pairs)).to(f"/clusters/{number}/partners/sheet"))


def _suggested(visit: Visit, naming: Naming, home: Card, match: PartnerMatch, card: Card) -> Suggested:
    known = [reason for reason in match.reasons if weighs(reason) and reason.contribution > 0]
    best = sorted(known, key=lambda reason: -reason.contribution)[:REASONS]
    # Names as long as a page would leave no room for reasons.
    names = short(home.name, 60), short(card.name, 60)
    reasons = tuple((one.contribution, _short(naming, one, *names)) for one in best)
    return Suggested(match, card, reasons, badges(card.country, visit.tongue, visit.today))


def _short(naming: Naming, reason: MatchReason, home: str, partner: str) -> str:
    """A reason in a whole sentence that leaves room for the others: where it is long it names fewer things and counts the rest,
    then it leaves out what comes after its first clause."""
    ways = [told(naming, reason, home, partner, most) for most in range(MOST_NAMED, 0, -1)]
    ways.append(f"{ways[-1].partition('; ')[0].removesuffix('.')}.")
    return next((text for text in ways if len(text) <= LONGEST_REASON), _cut(ways[-1], LONGEST_REASON))


def _cut(text: str, most: int) -> str:
    """A sentence of at most so many characters, cut between words: the last resort, where one thing alone is named at length."""
    if len(text) <= most:
        return text
    words = text[:most].rpartition(" ")[0] or text[: most - 1]
    return f"{words.rstrip(',;:')} …"
