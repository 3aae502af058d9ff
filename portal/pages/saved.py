"""Saved searches: each tells who is found by it for the first time, on its page and in a feed of its own."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from matching.search.browse import FACETS, everyone
from portal.answers import Answer, File, Page, Redirect, Refusal, not_found
from portal.hostile import short, visible
from portal.opened import Opened
from portal.pages.naming import Naming
from portal.pages.search import LONGEST_QUESTION, asked
from portal.pages.shortlists import own_path
from portal.query import Query, query
from portal.visit import Visit, reading, writing
from warehouse import atom
from warehouse import searches as desk_searches
from warehouse.decided import RecordKey
from warehouse.desk import Desk, DeskBusy, DeskUnwritable
from warehouse.facets import Card, Imprint, cards, named_records, organisations_of
from warehouse.searches import Found, New, NoSearch, Saved, TooMany

SHOWN = 200
FED = 100
TAG = f"{atom.AUTHORITY}/searches"


@dataclass(frozen=True)
class Told:
    """Somebody who was found for the first time, and the organisation that it is now; None: nobody lists it any more."""

    new: New
    card: Card | None

    @property
    def name(self) -> str:
        """What it is called now, or was."""
        return self.card.name if self.card else self.new.name

    @property
    def country(self) -> str | None:
        """Where it is now, or was."""
        return self.card.country if self.card else self.new.country


def searches(visit: Visit) -> Page:
    """Those of whoever looks, each with how many are new."""
    owner = visit.entered.user or ""
    with visit.edition() as edition:
        with reading(edition.desk) as desk:
            found = desk_searches.of(desk, owner) if desk else []
        found = [_noticed(visit, edition, one) for one in found]
        naming = Naming(visit.tongue, edition.imprint)
    values = {"searches": found, "said_of": {one.number: _words(naming, one.query) for one in found}, "owner": owner}
    return Page("searches.html", values, [_data(visit, one) for one in found], "/searches")


def search(visit: Visit) -> Page:
    """One search: who is new, and where its feed is."""
    with visit.edition() as edition:
        one = _noticed(visit, edition, _own(visit, edition))
        told = _told(edition, one.number, SHOWN, unseen_only=True)
        naming = Naming(visit.tongue, edition.imprint)
    values = {
        "search": one,
        "told": told,
        "last": max((each.new.number for each in told), default=0),
        "words": _words(naming, one.query),
        "all": visit.address(query(parse_qsl(one.query)).to("/clusters")),
        "feed": f"/searches/feed/{one.token}.atom",
        "naming": naming,
        "longest_name": desk_searches.LONGEST_NAME,
    }
    data = {**_data(visit, one), "new": [_new_data(each) for each in told]}
    return Page("search.html", values, data, f"/searches/{one.number}")


def keep(visit: Visit) -> Answer:
    """Keep the search whose page the form stood on (``back``)."""
    back = own_path(visit, visit.form.one("back"))
    parts = urlsplit(back or "")
    if back is None or not parts.path.endswith("/clusters"):
        raise Refusal(400, "unfit")
    text, chosen = _read(parts.query)
    wanted = asked(text, chosen)
    with visit.edition() as edition, writing(edition.desk) as desk:
        naming = Naming(visit.tongue, edition.imprint)
        name = short(_words(naming, wanted.to("")[1:]), desk_searches.LONGEST_NAME)
        try:
            number = desk_searches.keep(
                desk,
                visit.entered.user or "",
                name,
                wanted.to("")[1:],
                _found(visit, edition, text, chosen),
                noticed=_edition_mark(edition.imprint),
                at=visit.now,
            )
        except TooMany as many:
            raise Refusal(409, "many_searches") from many
        except ValueError as error:
            raise Refusal(400, "unfit") from error
    return Redirect(f"/searches/{number}", session=visit.session.saying("said.kept"))


def change(visit: Visit) -> Answer:
    """Do what a form of the page asks: ``do`` is ``seen``, ``rename``, ``renew`` or ``delete``."""
    number = visit.number("number")
    if number is None:
        raise not_found()
    owner, do = visit.entered.user or "", visit.form.one("do")
    with visit.edition() as edition, writing(edition.desk) as desk:
        try:
            match do:
                case "seen":
                    seen = desk_searches.see(desk, owner, number, visit.form.number("last", 0, 0, 999_999_999), visit.now)
                    session = visit.session.saying("said.seen", number=visit.tongue.number(seen))
                case "rename":
                    desk_searches.rename(desk, owner, number, visit.form.one("name"))
                    session = visit.session.saying("said.changed")
                case "renew":
                    desk_searches.renew_token(desk, owner, number)
                    session = visit.session.saying("said.feed_renewed")
                case "delete":
                    name = desk_searches.one(desk, owner, number).name
                    desk_searches.delete(desk, owner, number)
                    return Redirect("/searches", session=visit.session.saying("said.deleted_search", name=short(name, 80)))
                case _:
                    raise Refusal(400, "unfit")
        except NoSearch as nothing:
            raise Refusal(404, "no_search") from nothing
        except ValueError as error:
            raise Refusal(400, "unfit") from error
    return Redirect(f"/searches/{number}", session=session)


def feed(visit: Visit) -> File:
    """Who was found for the first time, for whoever knows the token; it ends with the sign-in of the search's owner."""
    token = visit.names["token"]
    with visit.edition() as edition:
        with reading(edition.desk) as desk:
            try:
                one = desk_searches.by_token(desk, token) if desk and token.isascii() else None
            except NoSearch:
                one = None
        if one is None or not _may_still_read(visit, one.owner):
            raise Refusal(404, "no_search")
        one = _noticed(visit, edition, one)
        told = _told(edition, one.number, FED)
        published_at = edition.imprint.published_at
    root = atom.feed(
        f"{TAG}/{one.number}/{one.created_at.isoformat()}",
        visible(one.name),
        published_at,
        [_entry(visit, one, each) for each in told],
        own=visit.whole_address(f"/searches/feed/{one.token}.atom"),
        page=visit.whole_address(f"/searches/{one.number}"),
        language=visit.tongue.code,
    )
    return File(atom.as_bytes(root), atom.MEDIA_TYPE, "search.atom", is_inline=True)


def _may_still_read(visit: Visit, owner: str) -> bool:
    """Whether the owner may still sign in, or nobody need to."""
    if visit.options.user_header:
        return bool(owner)
    known = visit.house.register.known()
    return owner.casefold() in known if known or visit.options.must_sign_in else True


def _entry(visit: Visit, search: Saved, one: Told) -> atom.Entry:
    t = visit.tongue
    where = t.country(one.country) if one.country else ""
    return atom.Entry(
        # Without the record's own words: a network may print anything as its key.
        id=f"{TAG}/{search.number}/{search.created_at.isoformat()}/{sha256(str(one.new.record).encode()).hexdigest()[:24]}",
        title=visible(short(one.name, 160)),
        updated=one.new.found_at,
        content=visible(f"{t('saved.new_in', name=short(search.name, 160)).unescape()} {where}".strip()),
        link=visit.whole_address(f"/clusters/{one.card.id}") if one.card else None,
    )


def _own(visit: Visit, edition: Opened) -> Saved:
    number = visit.number("number")
    with reading(edition.desk) as desk:
        try:
            if desk is not None and number is not None:
                return desk_searches.one(desk, visit.entered.user or "", number)
        except NoSearch:
            pass
    raise Refusal(404, "no_search")


def _noticed(visit: Visit, edition: Opened, one: Saved) -> Saved:
    """The search after this edition was looked through for it, which is done once an edition.

    Where the desk cannot be written now, it is as it was: the next who looks writes it down.
    """
    mark = _edition_mark(edition.imprint)
    if one.noticed == mark:
        return one
    text, chosen = _read(one.query)
    found = _found(visit, edition, text, chosen)
    try:
        with writing(edition.desk) as desk:
            desk_searches.notice(desk, one.number, found, noticed=mark, at=edition.imprint.published_at)
            return desk_searches.one(desk, one.owner, one.number)
    except (DeskBusy, DeskUnwritable):
        return one
    except NoSearch as nothing:
        raise Refusal(404, "no_search") from nothing


def _edition_mark(imprint: Imprint) -> str:
    return f"{imprint.number} {imprint.published_at.isoformat()}"


def _found(visit: Visit, edition: Opened, text: str, chosen: dict[str, list[str]]) -> list[Found]:
    ids = everyone(edition.con, edition.shelf, text, chosen, with_model=visit.options.with_model)
    return [
        Found(number, name, country, tuple(RecordKey(*record) for record in records))
        for number, name, country, records in named_records(edition.con, ids)
    ]


def _read(written: str) -> tuple[str, dict[str, list[str]]]:
    """Text and chosen values, as the search page reads them from its address."""
    said: Query = query(parse_qsl(written))
    return said.one("q").strip()[:LONGEST_QUESTION], {facet: list(said.all(facet)) for facet in FACETS}


def _words(naming: Naming, written: str) -> str:
    """What a search asks for, in words."""
    text, chosen = _read(written)
    parts = [naming.tongue.quoted(text)] if text else []
    parts += [", ".join(naming.name(facet, value) for value in values) for facet, values in chosen.items() if values]
    return " · ".join(parts) or str(naming.tongue("saved.everyone"))


def _told(edition: Opened, number: int, limit: int, *, unseen_only: bool = False) -> list[Told]:
    """Who was found for the first time, the latest first; two who are one organisation now are told of once."""
    found = _news(edition, number, limit, unseen_only=unseen_only)
    now = organisations_of(edition.con, [(*one.record, one.organisation_id) for one in found])
    known = cards(edition.con, [each for each in now.values() if each], edition.today)
    told: dict[object, Told] = {}
    for one in found:
        card = known.get(now.get(one.record) or 0)
        told.setdefault(card.id if card else one.record, Told(one, card))
    return list(told.values())


def _news(edition: Opened, number: int, limit: int, *, unseen_only: bool) -> list[New]:
    with reading(edition.desk) as desk:
        opened: Desk | None = desk
        return desk_searches.news(opened, number, limit=limit, unseen_only=unseen_only) if opened else []


def _data(visit: Visit, one: Saved) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": one.name,
        "query": one.query,
        "unseen": one.unseen,
        "created_at": one.created_at,
        "feed": visit.address(f"/searches/feed/{one.token}.atom"),
    }


def _new_data(one: Told) -> dict[str, Any]:
    return {
        "id": one.card.id if one.card else None,
        "record": str(one.new.record),
        "name": one.name,
        "country": one.country,
        "found_at": one.new.found_at,
    }
