"""Member lists: uploaded, looked at before anything is kept, and laid where the next run takes them in."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from portal.answers import Answer, Page, Redirect, Refusal
from portal.hostile import short, visible
from portal.members import MOST_BYTES, Draft, Members, Preview, Unfit, Waiting
from portal.pages.naming import VOCABULARIES
from portal.pages.shortlists import named, signature
from portal.tongue import Tongue
from portal.visit import Visit
from warehouse.editions import EditionMissing, EditionOlder

OPENING = "clusterbridge import clusters_of_sweden LIST.csv"
"""How a first list comes in where there is only the demonstration; from then on there is an edition of one's own."""
SET_ASIDE = "-"
MOST_COLUMNS = 200
PROBLEMS = 50
COLUMNS = "column-"
"""How the fields of the form begin that say what a column is; behind it stands its place."""


def lists(visit: Visit) -> Page:
    """The form, and the lists that wait."""
    return _page(visit)


def _page(visit: Visit, wrong: tuple[str, str] | None = None) -> Page:
    members = visit.options.members
    waiting = members.waiting() if members else ()
    networks = members.networks() if members else ()
    values = {
        "networks": networks,
        "titles": dict(networks),
        "waiting": waiting,
        "wrong": wrong,
        "most": MOST_BYTES,
        "is_open": members is not None,
        "is_trial": _is_trial(visit),
        "command": _command(),
    }
    data = {"networks": [name for name, _ in networks], "waiting": [_waiting_data(one) for one in waiting]}
    return Page("members.html", values, data, "/members", status=400 if wrong else 200)


def upload(visit: Visit) -> Answer:
    """Take a file, read it, and show what it would be taken for; nothing of it is written anywhere yet."""
    members, file, network = _members(visit), visit.upload, visit.form.one("network")
    if network not in dict(members.networks()):
        raise Refusal(400, "unfit")
    if file is None or not file.body:
        return _page(visit, ("members.no_file", ""))
    if len(file.body) > MOST_BYTES:
        return _page(visit, ("members.too_large", ""))
    try:
        members.columns(network, file.name, file.body)
    except Unfit as unfit:
        return _page(visit, ("members.unreadable", members.said(str(unfit), visit.tongue.code)))
    draft = visit.house.drafts.put(visit.session.id, network, file.name, file.body, visit.now)
    return Redirect(f"/members/{draft.token}")


def preview(visit: Visit) -> Page:
    """What an uploaded list would be taken for, column by column."""
    return _preview(visit, _draft(visit))


def _preview(visit: Visit, draft: Draft, wrong: str | None = None) -> Page:
    members = _members(visit)
    try:
        found = members.preview(draft.network, draft.name, draft.body, draft.chosen, visit.today)
    except Unfit as unfit:  # columns that were chosen so that no name is left
        found = members.preview(draft.network, draft.name, draft.body, {}, visit.today)
        wrong = members.said(str(unfit), visit.tongue.code)
    t = visit.tongue
    columns = found.columns[:MOST_COLUMNS]
    values = {
        "draft": draft,
        "found": found,
        "columns": [(place, one, _said(t, one.field)) for place, one in enumerate(columns)],
        "chosen": draft.chosen,
        "fields": t.in_order([(_said(t, name), name) for name in members.fields()], lambda one: one[0]),
        "profiles": [
            [(_said(t, name), _written(t, name, value)) for name, value in profile.items() if name != "network"]
            for profile in found.profiles
        ],
        "problems": found.problems[:PROBLEMS],
        "more_problems": max(len(found.problems) - PROBLEMS, 0),
        "title": dict(members.networks())[draft.network],
        "waiting": [one for one in members.waiting() if one.network == draft.network],
        "wrong": wrong,
        "reader": lambda words: members.said(words, t.code),
        "set_aside": SET_ASIDE,
        "prefix": COLUMNS,
        "is_trial": _is_trial(visit),
        "command": _command(),
    }
    return Page("members_preview.html", values, _data(draft, found), f"/members/{draft.token}", status=409 if wrong else 200)


def decide(visit: Visit) -> Answer:
    """Look again with other columns (``do=look``), lay the list in the inbox (``do=lay``), or forget it (``do=drop``)."""
    members, draft, do = _members(visit), _draft(visit), visit.form.one("do")
    if do == "drop":
        visit.house.drafts.drop(draft)
        return Redirect("/members", session=visit.session.saying("said.dropped"))
    if do not in ("look", "lay"):
        raise Refusal(400, "unfit")
    chosen = _chosen(visit, members, draft)
    has_changed = chosen != dict(draft.chosen)
    draft = visit.house.drafts.choose(draft, chosen)
    if do == "look":
        return Redirect(f"/members/{draft.token}")
    if _is_trial(visit):  # the demonstration has no next run that would take it in
        return _preview(visit, draft, str(visit.tongue("members.trial").unescape()))
    if has_changed:  # nobody has seen yet what these columns make of it
        return _preview(visit, draft, str(visit.tongue("members.look_first").unescape()))
    session = named(visit)
    is_whole = visit.form.one("whole") == "yes"
    by = visible(signature(visit, session))
    try:
        members.lay(draft.network, draft.name, draft.body, draft.chosen, is_whole=is_whole, by=by, at=visit.now)
    except Unfit as unfit:
        return _preview(visit, draft, members.said(str(unfit), visit.tongue.code))
    visit.house.drafts.drop(draft)
    return Redirect("/members", session=session.saying("said.laid", name=short(draft.name, 80)))


def _chosen(visit: Visit, members: Members, draft: Draft) -> dict[str, str]:
    """Heading -> field of the columns whose meaning was chosen; the others stay as the reader takes them."""
    try:
        columns = members.columns(draft.network, draft.name, draft.body)[:MOST_COLUMNS]
    except Unfit as unfit:
        raise Refusal(400, "unfit") from unfit
    allowed = {SET_ASIDE, *members.fields()}
    said = {one.heading: visit.form.one(f"{COLUMNS}{place}").strip() for place, one in enumerate(columns) if one.heading}
    if not allowed.issuperset(value for value in said.values() if value):
        raise Refusal(400, "unfit")
    return {heading: value for heading, value in said.items() if value}


def _is_trial(visit: Visit) -> bool:
    """Whether lists are looked at here, and none is taken in: what is shown is the demonstration."""
    try:
        with visit.edition():
            return visit.is_demo
    except (EditionMissing, EditionOlder):  # a first list comes in before there is an edition to show
        return False


def _command() -> Markup:
    return Markup("<code>{}</code>").format(OPENING)


def _members(visit: Visit) -> Members:
    if visit.options.members is None:
        raise Refusal(404, "no_lists")
    return visit.options.members


def _draft(visit: Visit) -> Draft:
    found = visit.house.drafts.get(visit.names["token"], visit.session.id, visit.now)
    if found is None:
        raise Refusal(404, "no_draft")
    return found


def _said(t: Tongue, name: str | None) -> str:
    """What a field is called."""
    for key in (f"printed.{name}", f"field.{name}"):
        if name and t.has(key):
            return str(t(key).unescape())
    return name or ""


def _written(t: Tongue, field: str, value: object) -> str:
    """A value as other pages write it: countries and words by their names in the reader's language."""
    if isinstance(value, list):
        return "; ".join(_written(t, field, one) for one in value)
    if isinstance(value, dict):
        named = t.language if field == "extracts" else str
        return ", ".join(f"{named(key)}: {part}" for key, part in value.items() if part is not None)
    if field in ("country", "target_countries"):
        return t.country(str(value))
    if field == "languages":
        return t.language(str(value))
    return t.word(VOCABULARIES[field], str(value)) if field in VOCABULARIES else str(value)


def _waiting_data(one: Waiting) -> dict[str, Any]:
    return {"network": one.network, "name": one.name, "is_whole": one.is_whole, "by": one.by, "at": one.at}


def _data(draft: Draft, found: Preview) -> dict[str, Any]:
    return {"network": draft.network, "name": draft.name, "chosen": dict(draft.chosen), "preview": found}
