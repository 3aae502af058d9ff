"""Remove us: where an organisation asks not to be listed, or to be listed otherwise. Anybody may; the operator decides."""

from __future__ import annotations

from pathlib import Path

from portal.answers import Answer, Page, Redirect, Refusal
from portal.hostile import visible
from portal.visit import Visit, writing
from warehouse import removals
from warehouse.editions import EditionDamaged, EditionMissing, EditionOlder
from warehouse.removals import LONGEST, Flooded, Wish


def form(_visit: Visit) -> Page:
    """The form. It says nothing of what is listed: whoever asks need not sign in."""
    return _page()


def ask(visit: Visit) -> Answer:
    """Write down what is asked, without anything of a person."""
    said = {name: " ".join(visit.form.one(name).split()) for name in ("organisation", "website", "reply_to")}
    wish = visit.form.one("wish")
    if wish not in set(Wish) or max(map(len, said.values())) > LONGEST:
        raise Refusal(400, "unfit")
    cleaned = {name: visible(visit.options.without_persons(said[name])) for name in ("organisation", "website")}
    if not said["organisation"]:
        return _page(wish, cleaned, wrong="remove.no_name")
    if said["reply_to"] and not visit.options.is_role_mailbox(said["reply_to"]):
        return _page(wish, cleaned, wrong="remove.no_role")
    seconds = visit.house.wishes.take(visit.client, visit.now)
    if seconds:
        return _page(wish, cleaned, wrong="remove.wait", status=429, headers={"retry-after": str(seconds)})
    with writing(_desk(visit)) as desk:
        try:
            removals.ask(desk, Wish(wish), **cleaned, reply_to=visible(said["reply_to"].lower()), at=visit.now)
        except Flooded as flooded:
            raise Refusal(503, "flooded") from flooded
        except ValueError as error:
            raise Refusal(400, "unfit") from error
    return Redirect("/remove", session=visit.session.saying("said.asked"))


def _desk(visit: Visit) -> Path:
    """The desk that the operator of what is shown looks at; the live one where nothing is shown."""
    try:
        with visit.edition() as edition:
            return edition.desk
    except (EditionMissing, EditionOlder, EditionDamaged):
        return visit.options.users


def _page(
    wish: str = Wish.REMOVE.value,
    said: dict[str, str] | None = None,
    *,
    wrong: str | None = None,
    status: int = 400,
    headers: dict[str, str] | None = None,
) -> Page:
    values = {
        "wishes": list(Wish),
        "wish": wish,
        "asked": {"organisation": "", "website": "", **(said or {})},
        "wrong": wrong,
        "longest": LONGEST,
    }
    return Page("remove.html", values, None, "/remove", status=status if wrong else 200, headers=headers or {})
