"""What changed: the last night or since a day, narrowed by kind, country and network; as a page and as a feed."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from portal.answers import File, Page, Refusal
from portal.hostile import short, visible
from portal.opened import Opened
from portal.pages.cluster import Showing
from portal.pages.naming import Naming
from portal.pages.paging import Paging
from portal.query import Query
from portal.rendering import bdi
from portal.visit import Visit
from warehouse import atom
from warehouse.changes import (
    TAG,
    Beginning,
    Change,
    Kind,
    Narrowing,
    as_data,
    beginnings,
    count,
    day_of_last_run,
    read,
    tag,
    tag_of_beginning,
)  # fmt: skip
from warehouse.organisations import redirect
from warehouse.users import User

PER_PAGE = 50
FED = 500
SPANS = (7, 30)
"""Days back that one may choose with a link; a night is the third choice, a date the fourth."""
LONGEST_VALUE = 300


@dataclass(frozen=True)
class Asked:
    """What is asked for.

    Arguments:
        since: the first day; None: the edition holds no run.
        days: how many days back that is; 0: it was said otherwise.
        is_date: whether a date was said; else, without ``days``, the day of the last run counts.
    """

    since: date | None
    days: int
    is_date: bool
    kinds: tuple[Kind, ...]
    countries: tuple[str, ...]
    networks: tuple[str, ...]

    @classmethod
    def of(cls, visit: Visit, edition: Opened) -> Asked:
        """What the address says; what it says wrongly is not said."""
        asked = visit.asked
        kinds = tuple(kind for kind in Kind if kind.value in asked.all("kind"))
        countries = tuple(code.upper() for code in asked.all("country"))
        said = _day(asked.one("since").strip())
        days = 0 if said else asked.number("days", 0, 0, 366)
        since = said or (visit.today - timedelta(days=days) if days else day_of_last_run(edition.con))
        return cls(since, days, said is not None, kinds, countries, asked.all("network"))

    @property
    def narrowing(self) -> Narrowing:
        """As ``warehouse.changes`` takes it."""
        return {"since": self.since, "kinds": self.kinds, "countries": self.countries, "networks": self.networks}

    @property
    def query(self) -> Query:
        """As an address has it."""
        pairs = [("since", str(self.since))] if self.is_date else [("days", str(self.days))] if self.days else []
        pairs += [("kind", kind.value) for kind in self.kinds]
        pairs += [("country", code) for code in self.countries]
        return Query((*pairs, *(("network", name) for name in self.networks)))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-29") else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Told:
    """A change, ready to show.

    Arguments:
        number: of the organisation that it is of today; None: it is not known any more.
        what: what happened, as a clause; old, new: from what to what, or empty.
    """

    change: Change
    number: int | None
    name: str
    country: str | None
    what: Markup
    old: Markup
    new: Markup

    @property
    def content(self) -> str:
        """From what to what, as a text."""
        parts = [short(part.striptags(), LONGEST_VALUE) for part in (self.old, self.new) if part]
        return " → ".join(parts)

    @property
    def line(self) -> str:
        """All of it but the name, as a text."""
        return f"{self.what.striptags()}: {self.content}" if self.content else self.what.striptags()


@dataclass(frozen=True)
class Begun:
    """That networks are read since a run, and how many are new for that alone, in a sentence.

    Arguments:
        address: the page that names them all.
    """

    one: Beginning
    text: Markup
    address: str


def begun_of(visit: Visit, asked: Asked, naming: Naming, found: Iterable[Beginning]) -> tuple[Begun, ...]:
    """Beginnings, ready to show."""
    t = visit.tongue

    def told(one: Beginning) -> Begun:
        many, names = len(one.organisations), visible(naming.networks(one.networks))
        narrowed = asked.query.leaving("days").setting("since", str(one.changed_on)).setting("kind", Kind.NEW.value)
        if one.is_first:
            text = t("changes.begun_first", count=many, networks=names)
        else:
            text = t("changes.begun", count=many, networks=names)
        return Begun(one, text, narrowed.to("/changes"))

    return tuple(map(told, found))


def changes(visit: Visit) -> Page:
    """The page. It reads ``since`` or ``days``, ``kind``, ``country``, ``network`` and ``page`` from the address."""
    with visit.edition() as edition:
        asked = Asked.of(visit, edition)
        counts = count(edition.con, **asked.narrowing)
        paging = Paging.of(visit.asked.number("page", 1, 1, 1_000_000), PER_PAGE, sum(counts.values()))
        found = told_of(visit, edition, asked, PER_PAGE, first=paging.before)
        everywhere = edition.shelf.facets["country"].names
        imprint = edition.imprint
        naming = Naming(visit.tongue, imprint)
        begun = begun_of(visit, asked, naming, beginnings(edition.con, **asked.narrowing)) if paging.number == 1 else ()
    tongue = visit.tongue
    values = {
        "asked": asked,
        "told": found,
        "counts": counts,
        "total": paging.total,
        "kinds": list(Kind),
        "countries": tongue.in_order(
            [(tongue.country(code), code) for code in {*everywhere, *asked.countries}], lambda one: one[0]
        ),
        "networks": tongue.in_order([(name, one.title) for name, one in imprint.networks.items()], lambda one: one[1]),
        "spans": [(days, visit.address(with_span(asked, days).to("/changes"))) for days in SPANS],
        "night": visit.address(asked.query.leaving("days").leaving("since").to("/changes")),
        "feed": feed_address(visit, asked.query),
        "has_key": _feeding(visit) is not None,
        "digest": visit.address(asked.query.to("/changes/digest")),
        "naming": naming,
        "begun": begun,
        **paging.links(visit, asked.query, "/changes"),
    }
    data = {
        "since": asked.since,
        "total": paging.total,
        "page": paging.number,
        "pages": paging.last,
        "counts": {kind.value: n for kind, n in counts.items()},
        "changes": [as_data(one.change) for one in found],
    }
    return Page("changes.html", values, data, paging.permalink(asked.query).to("/changes"))


def with_span(asked: Asked, days: int) -> Query:
    """The same of so many days."""
    return Query((("days", str(days)), *asked.query.leaving("days").leaving("since").pairs))


def feed(visit: Visit) -> File:
    """The same as an Atom feed, for whoever is signed in or shows the key of a user."""
    _check_reader(visit)
    with visit.edition() as edition:
        asked = Asked.of(visit, edition)
        summed = beginnings(edition.con, **asked.narrowing)
        begun = begun_of(visit, asked, Naming(visit.tongue, edition.imprint), summed)
        found = told_of(visit, edition, asked, FED, without=summed)
        published_at = edition.imprint.published_at
    root = atom.feed(
        Query(asked.query.pairs).to(f"{TAG}/{visit.tongue.code}"),
        str(visit.tongue("changes.title")),
        published_at,
        [*(_begun_entry(visit, one) for one in begun), *(_entry(visit, one) for one in found)],
        own=f"{visit.origin}{feed_address(visit, asked.query)}",
        page=visit.whole_address(asked.query.to("/changes")),
        language=visit.tongue.code,
    )
    return File(atom.as_bytes(root), atom.MEDIA_TYPE, "changes.atom", is_inline=True)


def _entry(visit: Visit, one: Told) -> atom.Entry:
    return atom.Entry(
        id=tag(one.change),
        title=visible(f"{short(one.name, 160)}: {one.what.striptags()}"),
        updated=atom.on_day(one.change.changed_on),
        content=visible(one.line),
        category=one.change.kind.value,
        link=visit.whole_address(f"/clusters/{one.number}") if one.number else None,
    )


def _begun_entry(visit: Visit, begun: Begun) -> atom.Entry:
    text = visible(begun.text.striptags())
    return atom.Entry(
        id=tag_of_beginning(begun.one),
        title=text,
        updated=atom.on_day(begun.one.changed_on),
        content=text,
        category=Kind.NEW.value,
        link=visit.whole_address(begun.address),
    )


def feed_address(visit: Visit, query: Query) -> str:
    """Where a feed reader finds the changes: with a key of whoever is signed in here, because it cannot sign in itself."""
    user = _feeding(visit)
    if user:
        query = query.setting("for", user.name).setting("key", visit.house.sessions.feed_key(user))
    return visit.address(query.to("/changes.atom"))


def _feeding(visit: Visit) -> User | None:
    """Whose key the feed has: that of whoever is signed in here with a password."""
    if visit.entered.is_by_proxy or not visit.entered.user:
        return None
    return visit.house.register.known().get(visit.entered.user.casefold())


def _check_reader(visit: Visit) -> None:
    if visit.entered.may_enter:
        return
    user = None if visit.entered.is_by_proxy else visit.house.register.known().get(visit.asked.one("for").casefold())
    key = visit.asked.one("key").encode(errors="replace")
    if user is None or not hmac.compare_digest(visit.house.sessions.feed_key(user).encode(), key):
        raise Refusal(401, "sign_in")


def told_of(
    visit: Visit, edition: Opened, asked: Asked, limit: int, *, first: int = 0, without: Sequence[Beginning] = ()
) -> list[Told]:
    """The changes that are asked for, ready to show.

    Arguments:
        limit, first, without: as ``warehouse.changes.read`` takes them.
    """
    showing = Showing(visit, Naming(visit.tongue, edition.imprint))
    found = read(edition.con, limit=limit, first=first, language=visit.tongue.code, **asked.narrowing, without=without)
    leads = {one.organisation_id: redirect(edition.con, one.organisation_id) for one in found}
    return [_ready(showing, one, leads[one.organisation_id]) for one in found]


def _ready(showing: Showing, one: Change, leads_to: int | None) -> Told:
    t = showing.visit.tongue
    field = _field(t, one.field)
    old, new = Markup(""), Markup("")
    match one.kind:
        case Kind.NEW:
            new = _labels(showing, one.new)
        case Kind.SPLIT:
            old, new = t("change.part_of", number=str(one.old)), _labels(showing, one.new)
        case Kind.MERGED:
            old, new = t("change.took_in", number=str(one.old)), bdi(one.new) if one.new else Markup("")
        case Kind.RENAMED:
            old, new = bdi(one.old or ""), bdi(one.new or "")
        case Kind.LABEL_GAINED | Kind.LABEL_LOST:
            old, new = showing.value("labels", one.old), showing.value("labels", one.new)
        case Kind.CHANGED:
            old, new = (showing.value(one.field or "", value) or t("change.nothing") for value in (one.old, one.new))
        case Kind.GONE | Kind.RETURNED:
            pass
    what = t("change.changed", field=field) if one.kind is Kind.CHANGED else t(f"change.{one.kind.value}")
    number = leads_to or one.organisation_id
    name = one.name or str(t("change.unknown", number=one.organisation_id).unescape())
    return Told(one, number if one.name else None, name, one.country, what, old, new)


def _field(tongue: Any, field: str | None) -> str:
    key = f"field.{field}"
    return str(tongue(key).unescape()) if tongue.has(key) else (field or "").replace("_", " ")


def _labels(showing: Showing, new: object) -> Markup:
    labels: Iterable[Any] = new.get("labels") or [] if isinstance(new, dict) else []
    return showing.value("labels", list(labels))
