"""Two to four clusters side by side: what is the same, what differs, and what is not known of all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from matching.partners.programmes import Status
from matching.search.browse import browse
from matching.search.search import Hit
from portal.answers import Answer, Page, Redirect
from portal.opened import Opened
from portal.pages.adding import choice
from portal.pages.cluster import Showing
from portal.pages.eligible import Badge, badges
from portal.pages.naming import Naming
from portal.pages.purpose import Purpose, purpose
from portal.pages.search import LONGEST_QUESTION
from portal.pages.shortlists import own_path
from portal.pages.trust import of_entry
from portal.query import Query
from portal.rendering import bdi
from portal.visit import Visit, whole_number
from warehouse.facets import Card
from warehouse.organisations import redirect

LEAST, MOST = 2, 4
MOST_OFFERED = 6
FIELDS = (
    "country", "nuts2", "city", "organisation_type", "ecosystems", "sectors", "technologies", "s3_priorities",
    "emerging_industries", "members_total", "founded_on", "labels", "languages", "target_countries", "memberships",
)  # fmt: skip
"""What is compared, besides partners and programmes."""


@dataclass(frozen=True)
class Column:
    """One cluster, with the addresses of its page and of the comparison without it."""

    card: Card
    page: str
    without: str


@dataclass(frozen=True)
class Line:
    """One field.

    Arguments:
        key: of its name in the catalogue.
        mark: ``same``, ``differs``, ``partly`` (two at least share some values) or ``unknown`` (not known of all).
        shared: values that all have; cells: the other values of each; in a field of one value ``shared`` is empty.
        empty: the key of what is said where one has no value.
    """

    key: str
    mark: str
    shared: Markup
    cells: tuple[Markup, ...]
    empty: str = "compare.unknown"


def compare(visit: Visit) -> Answer:
    """The page. It reads ``id`` from the address, two to four times, ``q``: a name of one more to choose, ``back``, and for whom
    partners are sought (``portal.pages.purpose``)."""
    asked = [number for number in map(whole_number, visit.asked.all("id")) if number is not None]
    text, back = visit.asked.one("q").strip()[:LONGEST_QUESTION], _back(visit)
    with visit.edition() as edition:
        now = [redirect(edition.con, number) or number for number in asked[: 2 * MOST]]
        numbers = list(dict.fromkeys(now))
        shown = edition.cards(numbers)
        chosen = [number for number in numbers if number in shown][:MOST]
        aim = purpose(visit, edition)
        if now != asked[: 2 * MOST]:
            return Redirect(_address(numbers, back, aim), is_for_good=True)
        naming = Naming(visit.tongue, edition.imprint)
        lines = _lines(visit, edition, naming, [shown[number] for number in chosen]) if len(chosen) >= LEAST else []
        offered = _offered(visit, edition, text, chosen) if text and len(chosen) < MOST else []
        adding = choice(visit, edition, aim)
    values = {
        "columns": [
            Column(
                shown[number],
                visit.address(aim.seen_by(number).to(f"/clusters/{number}")),
                visit.address(_address([one for one in chosen if one != number], back, aim)),
            )
            for number in chosen
        ],
        "lines": lines,
        "text": text,
        "offered": [(hit, visit.address(_address([*chosen, hit.id], back, aim))) for hit in offered],
        "is_full": len(chosen) == MOST,
        "is_enough": len(chosen) >= LEAST,
        "is_too_many": len(numbers) > MOST,
        "missing": len(set(numbers) - shown.keys()),
        "naming": naming,
        "adding": adding,
        "places": adding.places(chosen),
        "back": back,
        "purpose": aim,
    }
    return Page("compare.html", values, _data(values), _address(chosen, back, aim))


def _address(numbers: list[int], back: str, aim: Purpose) -> str:
    asked = Query((*(("id", str(number)) for number in numbers), *aim.asked.pairs))
    return (asked.setting("back", back) if back else asked).to("/compare")


def _back(visit: Visit) -> str:
    """The page on which they were ticked, without its language; empty: the address names none of ours."""
    asked = visit.asked.one("back")
    known = asked.partition("?")[0] == "/clusters" or asked.startswith("/shortlists/")
    return asked if known and own_path(visit, visit.address(asked)) else ""


def _offered(visit: Visit, edition: Opened, text: str, chosen: list[int]) -> list[Hit]:
    """Who could be meant by a name."""
    found = browse(edition.con, edition.shelf, text, {}, limit=MOST_OFFERED + MOST, with_model=visit.options.with_model)
    return [hit for hit in found.hits if hit.id not in chosen][:MOST_OFFERED]


def _lines(visit: Visit, edition: Opened, naming: Naming, compared: list[Card]) -> list[Line]:
    showing = Showing(visit, naming)
    wholes = [edition.dossier(card.id) or {"values": {}} for card in compared]
    lines = []
    for field in FIELDS:
        values = [(whole["values"].get(field) or {"value": None})["value"] for whole in wholes]
        lines.append(_line(f"field.{field}", values, lambda value, field=field: showing.value(field, value)))
    partners = [{one.id: one.name for one in edition.known_partners(card.id)} for card in compared]
    names = {number: name for those in partners for number, name in those.items()}
    lines.append(_line("compare.partners", [list(those) for those in partners], lambda found: _links(visit, names, found)))
    marks = [badges(card.country, visit.tongue, visit.today) for card in compared]
    lines += [
        _programmes(visit, marks, "compare.programmes", "met"),
        _programmes(visit, marks, "compare.programmes_likely", "likely"),
    ]
    lines.append(_line("facet.network", [list(card.networks) for card in compared], lambda found: _networks(naming, found)))
    return [line for line in lines if line is not None]


def _links(visit: Visit, names: dict[int, str], found: list[int]) -> Markup:
    link = Markup('<a href="{}">{}</a>')
    # Each on a line of its own: a link is a box, after which a line may break, and a comma would begin the next.
    between = Markup('<span class="aside">, </span><br>')
    return between.join(link.format(visit.address(f"/clusters/{number}"), bdi(names[number], 80)) for number in found)


def _programmes(visit: Visit, marks: Sequence[Sequence[Badge]], key: str, wanted: str) -> Line | None:
    """The programmes of today that are marked so; a country that has none is not one of which nothing is known."""
    found = [[one.programme.id for one in those if one.key == wanted and one.is_valid] for those in marks]
    told = {one.programme.id: _trusted(visit, one) for one in marks[0]}
    # The names of programmes have commas of their own.
    line = _line(key, found, lambda ids: Markup("; ").join(told[one] for one in ids))
    return line and replace(line, mark=mark(found, is_all_known=True), empty="compare.no_programme")


def _trusted(visit: Visit, one: Badge) -> Markup:
    """The programme's name, and how far to trust it where not all of it was read at the source."""
    name = bdi(one.programme.name[visit.tongue.code])
    if one.programme.trust is Status.SEEN:
        return name
    return Markup('{} <span class="trust">{}</span>').format(name, of_entry(visit.tongue, one.programme))


def _networks(naming: Naming, found: list[str]) -> Markup:
    return Markup(", ").join(bdi(naming.network(one)) for one in found)


def _line(key: str, values: list[Any], write: Any) -> Line | None:
    """One field of all clusters; None: nobody says anything of it."""
    filled = [value for value in values if value not in (None, [], {})]
    if not filled:
        return None
    if not isinstance(filled[0], list):
        return Line(key, mark(values), Markup(""), tuple(write(value) if value is not None else Markup("") for value in values))
    shared = _shared(values)
    rest = [[one for one in value or [] if _same(one) not in shared] for value in values]
    in_all = [one for one in values[0] or [] if _same(one) in shared]
    return Line(
        key, mark(values), write(in_all) if in_all else Markup(""), tuple(write(one) if one else Markup("") for one in rest)
    )


def mark(values: list[Any], *, is_all_known: bool = False) -> str:
    """How values of one field stand to one another; None and an empty list are not known, unless all is known."""
    if not is_all_known and any(value in (None, [], {}) for value in values):
        return "unknown"
    if not isinstance(values[0], list):
        return "same" if len({_same(value) for value in values}) == 1 else "differs"
    sets = {frozenset(map(_same, value)) for value in values}
    return "same" if len(sets) == 1 else "partly" if _is_shared_by_some(values) else "differs"


def _is_shared_by_some(values: list[Any]) -> bool:
    """Whether two lists at least have a value in common."""
    times = Counter(one for value in values for one in {_same(each) for each in value})
    return any(count > 1 for count in times.values())


def _shared(values: list[Any]) -> frozenset[str]:
    """What all lists have."""
    return frozenset.intersection(*(frozenset(map(_same, value or [])) for value in values))


def _same(value: Any) -> str:
    """Values that differ in capitals only are the same."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False).casefold()


def _data(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "clusters": [{"id": one.card.id, "name": one.card.name, "country": one.card.country} for one in values["columns"]],
        "fields": [
            {
                "field": line.key.rpartition(".")[2],
                "mark": line.mark,
                "shared": line.shared.striptags() or None,
                "others": [cell.striptags() or None for cell in line.cells],
            }
            for line in values["lines"]
        ],
    }
