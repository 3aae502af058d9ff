"""The door: signing in and out."""

from __future__ import annotations

from portal.answers import Answer, Page, Redirect, Refusal
from portal.pages.shortlists import own_path
from portal.session import Session
from portal.visit import Visit, reading
from warehouse import users


def door(visit: Visit) -> Answer:
    """The form to sign in; whoever is in already is led on."""
    if visit.entered.is_by_proxy:
        raise Refusal(404, "not_found")
    wanted = own_path(visit, visit.asked.one("next"))
    if visit.entered.user:
        return Redirect(wanted or visit.address("/clusters"), is_whole=True)
    return _page(wanted)


def sign_in(visit: Visit) -> Answer:
    """Let somebody in whose name and password fit; whoever has failed too often waits."""
    if visit.entered.is_by_proxy:
        raise Refusal(404, "not_found")
    name, password = visit.form.one("name"), visit.form.one("password")
    wanted = own_path(visit, visit.form.one("next"))
    attempts = visit.house.attempts
    seconds = attempts.wait(visit.client, name, visit.now)
    if seconds:
        return _page(wanted, name=name, wait=seconds, status=429)
    # Counted before it is tried: whoever sends many at once has tried many times.
    attempts.failed(visit.client, name, visit.now)
    with reading(visit.options.users) as desk:
        user = users.signed_in(desk, name, password) if desk else None
    if user is None:
        return _page(wanted, name=name, is_wrong=True, status=401)
    attempts.succeeded(visit.client, name)
    session = Session.new(user=user.name, generation=user.generation)
    return Redirect(wanted or visit.address("/clusters"), session=session, is_whole=True)


def sign_out(_visit: Visit) -> Answer:
    """Forget who it was."""
    return Redirect("/sign-in", session=Session.new().saying("said.signed_out"))


def _page(wanted: str | None, *, name: str = "", wait: int = 0, is_wrong: bool = False, status: int = 200) -> Page:
    values = {
        "next": wanted or "",
        "name": name[: users.LONGEST_NAME],
        "minutes": -(-wait // 60),
        "is_wrong": is_wrong,
        "longest_name": users.LONGEST_NAME,
        "longest_password": users.LONGEST_PASSWORD,
    }
    headers = {"retry-after": str(wait)} if wait else {}
    return Page("sign_in.html", values, None, "/sign-in", status=status, headers=headers)
