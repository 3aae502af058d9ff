"""Signing in: passwords, cookies, forms of other sites, patience with whoever guesses, and proxies that are believed or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.app import make
from portal.attempts import MOST_OF_ADDRESS, MOST_OF_ONE, WINDOW, Attempts
from portal.serving import serving
from portal.session import LASTS_SECONDS, Session, Sessions, client_of
from portal.sitemap import PAGES
from support.commands import called
from support.made_up_clusters import NOW, MadeUp
from support.portal_options import KEY, options
from support.staff import shown
from sync.places import DESK
from warehouse import users
from warehouse.desk import Desk

pytestmark = pytest.mark.xdist_group("portal")
PASSWORD = "correct horse battery"


@pytest.fixture
def own(own: MadeUp, cheap_passwords: None, add_user: Callable[[MadeUp, str, str], None]) -> MadeUp:
    add_user(own, "Ada", PASSWORD)
    return own


@contextmanager
def opened(made: MadeUp, **more: Any) -> Iterator[httpx.Client]:
    with serving(make(options(made.var, **more)), "127.0.0.1", 0) as server, httpx.Client(base_url=server.address) as client:
        client.headers["accept-language"] = "en"
        yield client


@pytest.fixture
def visitor(own: MadeUp) -> Iterator[httpx.Client]:
    with opened(own) as client:
        yield client


def token(client: httpx.Client, path: str = "/en/sign-in") -> str:
    found = re.search(r'name="token" value="(\w+)"', client.get(path).text)
    assert found is not None
    return found[1]


def sign_in(client: httpx.Client, name: str = "Ada", password: str = PASSWORD, **more: str) -> httpx.Response:
    return client.post("/en/sign-in", data={"token": token(client), "name": name, "password": password, **more})


def test_as_soon_as_somebody_can_sign_in_everybody_has_to(visitor: httpx.Client) -> None:
    answer = visitor.get("/en/clusters?q=amber&country=SE")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/en/sign-in?next=%2Fen%2Fclusters%3Fq%3Damber%26country%3DSE",
    )
    for path in ("/en/shortlists", "/en/clusters/1", "/en/programmes", "/en/shortlists/1.xlsx"):
        assert visitor.get(path).status_code == 303
    for path in ("/en/clusters.json", "/en/shortlists.json", "/en/clusters/1.json"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.json()["error"]) == (401, "Sign in first")
    partial = visitor.get("/en/clusters?q=a", headers={"hx-request": "true"})
    assert (partial.status_code, partial.headers["hx-refresh"]) == (401, "true")
    page = visitor.get("/en/sign-in").text
    assert "Edition" not in shown(page)
    assert "Shortlists" not in shown(page)


def test_no_page_is_seen_and_no_form_taken_without_signing_in_but_those_that_are_meant_to_be(visitor: httpx.Client) -> None:
    form = {"token": token(visitor)}
    for at in PAGES:
        path = "/en" + at.path.format(number=1, token="x")
        if at.shows and not at.is_open:
            assert visitor.get(path).status_code == 303, path
            assert not at.has_json or visitor.get(f"{path}.json").status_code == 401, path
        if at.takes and not at.is_open:
            assert visitor.post(path, data=form).status_code == 401, path
    feeds = {"/changes.atom", "/searches/feed/{token}.atom"}
    assert {at.path for at in PAGES if at.is_open} == {"/sign-in", "/sign-out", "/display", "/remove", *feeds}
    assert all(visitor.get("/en" + path.format(token="x")).status_code in (401, 404) for path in feeds)
    assert "Sources" not in shown(visitor.get("/en/display").text)


def test_whoever_signs_in_is_led_to_where_they_wanted_and_signs_what_they_write(visitor: httpx.Client, own: MadeUp) -> None:
    answer = sign_in(visitor, next="/sv/clusters?q=amber")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sv/clusters?q=amber")
    assert "Amber Cluster" in visitor.get("/en/clusters?q=amber").text
    begun = visitor.post("/en/shortlists", data={"token": token(visitor, "/en/shortlists"), "name": "A", "by": "Somebody else"})
    assert visitor.get(f"{begun.headers['location']}.json").json()["shortlist"]["created_by"] == "Ada"
    visitor.post("/en/sign-out", data={"token": token(visitor, "/en/clusters")})
    assert visitor.get("/en/clusters").status_code == 303


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example/en/x", "/\\evil.example", "/en/x\r\nSet-Cookie: a=b", "http:/en/"]
)
def test_nobody_is_led_to_another_site_after_signing_in(visitor: httpx.Client, wanted: str) -> None:
    assert sign_in(visitor, next=wanted).headers["location"] == "/en/clusters"
    assert "evil" not in visitor.get("/en/sign-in", params={"next": wanted}).headers.get("location", "")


def test_a_session_that_somebody_was_given_before_is_not_the_one_after_signing_in(visitor: httpx.Client) -> None:
    token(visitor)
    before = visitor.cookies["session"]
    answer = sign_in(visitor)
    after = visitor.cookies["session"]
    assert before != after
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    visitor.cookies.clear()
    visitor.cookies["session"] = before
    assert visitor.get("/en/clusters").status_code == 303


def test_a_cookie_that_was_forged_or_is_old_opens_nothing(visitor: httpx.Client) -> None:
    sign_in(visitor)
    good = visitor.cookies["session"]
    sessions = Sessions(b"x" * 32, is_secure=False)
    forged = [
        good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:],
        "A" + good[1:],
        sessions.written(Session.new(user="Ada", generation=1), NOW),
        Sessions(KEY, is_secure=False).written(Session.new(user="Ada", generation=2), NOW),
        Sessions(KEY, is_secure=False).written(Session.new(user="Bo", generation=1), NOW),
        Sessions(KEY, is_secure=False).written(
            Session.new(user="Ada", generation=1), NOW - timedelta(seconds=LASTS_SECONDS + 90)
        ),
        Sessions(KEY, is_secure=False).written(Session.new(user="Ada", generation=1), NOW + timedelta(days=1)),
        "",
        "null",
        "." * 5000,
    ]
    for cookie in forged:
        visitor.cookies.clear()
        visitor.cookies["session"] = cookie
        assert visitor.get("/en/clusters").status_code == 303, cookie[:60]


def test_a_new_password_and_a_removal_end_what_was_signed_in(visitor: httpx.Client, own: MadeUp) -> None:
    sign_in(visitor)
    assert visitor.get("/en/clusters").status_code == 200
    with Desk.open(own.var / DESK) as desk:
        users.put(desk, "Ada", "another long password", NOW)
    assert visitor.get("/en/clusters").status_code == 303
    sign_in(visitor, password="another long password")
    with Desk.open(own.var / DESK) as desk:
        users.put(desk, "Bo", PASSWORD, NOW)
        users.remove(desk, "Ada")
    assert visitor.get("/en/clusters").status_code == 303


def test_whoever_guesses_waits_and_the_right_password_does_not_help(visitor: httpx.Client) -> None:
    for _ in range(MOST_OF_ONE):
        assert sign_in(visitor, password="wrong wrong wrong").status_code == 401
    answer = sign_in(visitor)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= WINDOW.total_seconds() + 1
    assert "Too many attempts. Try again in 15 minutes." in shown(answer.text)
    assert sign_in(visitor, name="ADA ").status_code == 429
    assert sign_in(visitor, name="Bo").status_code == 401


def test_attempts_are_counted_by_name_and_address_and_forgotten_after_a_while() -> None:
    attempts = Attempts()
    for _ in range(MOST_OF_ONE):
        assert attempts.wait("1.1.1.1", "ada", NOW) == 0
        attempts.failed("1.1.1.1", "ada", NOW)
    assert attempts.wait("1.1.1.1", "Ada", NOW) > 0
    assert attempts.wait("2.2.2.2", "ada", NOW) == 0
    assert attempts.wait("1.1.1.1", "ada", NOW + WINDOW + timedelta(seconds=1)) == 0
    for number in range(MOST_OF_ADDRESS):
        attempts.failed("3.3.3.3", f"name {number}", NOW)
    assert attempts.wait("3.3.3.3", "another", NOW) > 0
    attempts.failed("4.4.4.4", "ada", NOW)
    attempts.succeeded("4.4.4.4", "ada")
    assert attempts.wait("4.4.4.4", "ada", NOW) == 0


def test_many_who_sign_in_rightly_from_one_address_do_not_wait() -> None:
    attempts = Attempts()
    for number in range(MOST_OF_ADDRESS * 3):
        assert attempts.wait("1.1.1.1", f"name {number}", NOW) == 0
        attempts.failed("1.1.1.1", f"name {number}", NOW)
        attempts.succeeded("1.1.1.1", f"name {number}")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_not_taken(visitor: httpx.Client, headers: dict[str, str]) -> None:
    sign_in(visitor)
    data = {"token": token(visitor, "/en/shortlists"), "name": "taken"}
    assert visitor.post("/en/shortlists", data=data, headers=headers).status_code == 403
    assert visitor.get("/en/shortlists.json").json() == []


def test_a_form_without_the_sessions_token_is_not_taken(visitor: httpx.Client, own: MadeUp) -> None:
    with opened(own) as other:
        strange = token(other)
    sign_in(visitor)
    for wrong in ("", strange, "x", "\ud800".encode("utf-8", "replace").decode()):
        answer = visitor.post("/en/shortlists", data={"token": wrong, "name": "taken"})
        assert answer.status_code == 403
        assert "Nothing was changed" in answer.text
    assert visitor.post("/en/sign-out", data={"token": ""}).status_code == 403
    own_origin = {"origin": str(visitor.base_url).rstrip("/")}
    data = {"token": token(visitor, "/en/shortlists"), "name": "mine"}
    assert visitor.post("/en/shortlists", data=data, headers=own_origin).status_code == 303


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_a_form_comes_as_a_form(visitor: httpx.Client, kind: str) -> None:
    answer = visitor.post("/en/sign-in", content=b"name=Ada", headers={"content-type": kind})
    assert answer.status_code in (400, 415)


def test_every_form_of_every_page_that_changes_something_carries_the_token(visitor: httpx.Client) -> None:
    sign_in(visitor)
    visitor.post("/en/shortlists", data={"token": token(visitor, "/en/shortlists"), "name": "A"})
    for path in ("/en/clusters", "/en/clusters/1", "/en/clusters/1/partners", "/en/shortlists", "/en/shortlists/1"):
        forms = re.findall(r'<form[^>]*method="post".*?</form>', visitor.get(path).text, re.DOTALL)
        assert forms
        assert all('name="token"' in form for form in forms), path


def test_where_nobody_can_say_who_may_sign_in_nobody_enters(visitor: httpx.Client, own: MadeUp) -> None:
    sign_in(visitor)
    (own.var / DESK).write_bytes(b"nonsense" * 1000)
    for suffix in ("-wal", "-shm"):
        own.var.joinpath(DESK + suffix).unlink(missing_ok=True)
    answer = visitor.get("/en/clusters")
    assert answer.status_code == 503
    assert "Amber" not in answer.text


def test_a_page_for_others_stays_shut_when_its_users_are_lost(own: MadeUp) -> None:
    with Desk.open(own.var / DESK) as desk:
        users.remove(desk, "Ada")
    with opened(own, must_sign_in=True) as client:
        assert client.get("/en/clusters").status_code == 303
    with opened(own) as client:
        assert client.get("/en/clusters").status_code == 200


def test_over_https_the_cookies_go_over_https_only(own: MadeUp) -> None:
    with opened(own, is_secure=True) as client:
        cookies = client.get("/en/sign-in").headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all("Secure" in cookie for cookie in cookies)
    assert any(cookie.startswith("__Host-session=") for cookie in cookies)


def test_a_proxy_that_is_configured_says_who_somebody_is_and_nobody_else_does(own: MadeUp) -> None:
    believed = {"proxies": (ip_network("127.0.0.0/8"),), "user_header": "Remote-User"}
    with opened(own, **believed) as client:
        assert client.get("/en/clusters").status_code == 403
        assert client.get("/en/clusters", headers={"remote-user": ""}).status_code == 403
        assert client.get("/en/clusters", headers={"remote-user": "Cy"}).status_code == 200
        assert client.get("/en/sign-in").status_code == 404
        client.headers["remote-user"] = "Cy"
        begun = client.post("/en/shortlists", data={"token": token(client, "/en/shortlists"), "name": "A"})
        assert client.get(f"{begun.headers['location']}.json").json()["shortlist"]["created_by"] == "Cy"
    with opened(own, proxies=(ip_network("192.0.2.1/32"),), user_header="Remote-User") as client:
        assert client.get("/en/clusters", headers={"remote-user": "Cy"}).status_code == 403
    with opened(own) as client:
        assert client.get("/en/clusters", headers={"remote-user": "Ada"}).status_code == 303


def test_the_address_that_counts_is_the_last_that_a_proxy_of_ours_did_not_write() -> None:
    ours = (ip_network("10.0.0.0/8"),)
    assert client_of(ours, "203.0.113.9", "1.2.3.4") == "203.0.113.9"
    assert client_of(ours, "10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2") == "203.0.113.9"
    assert client_of(ours, "10.0.0.1", "") == "10.0.0.1"
    assert client_of((), "10.0.0.1", "1.2.3.4") == "10.0.0.1"


@given(st.text(max_size=200))
def test_whatever_stands_in_a_cookie_is_a_session_of_nobody(cookie: str) -> None:
    session, is_new = Sessions(KEY, is_secure=False).read(cookie, NOW)
    assert is_new
    assert session.user == ""


def test_a_session_comes_back_as_it_was_written() -> None:
    sessions = Sessions(KEY, is_secure=False)
    session = Session.new(user="Åsa", generation=3, name="x").saying("said.added", "added-7", name="<b>", shortlist="A")
    read, is_new = sessions.read(sessions.written(session, NOW), NOW + timedelta(minutes=5))
    assert (read, is_new) == (session, False)
    assert sessions.read(sessions.written(session, NOW), NOW + timedelta(hours=1)) == (session, True)
    assert sessions.is_token(session, sessions.token(session))
    assert not sessions.is_token(Session.new(), sessions.token(session))


def test_user_add_list_and_remove(own: MadeUp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from io import StringIO

    config = own.var.parent / "config.toml"
    monkeypatch.setattr("sys.stdin", StringIO(PASSWORD + "\n"))
    assert called(capsys, "--config", config, "user", "add", "Bo").code == 0
    assert [one["name"] for one in called(capsys, "--config", config, "user", "list", "--json").json] == ["Ada", "Bo"]
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))
    ended = called(capsys, "--config", config, "user", "add", "Cy")
    assert (ended.code, "12 to 1000" in ended.err) == (2, True)
    assert called(capsys, "--config", config, "user", "remove", "bo").code == 0
    assert called(capsys, "--config", config, "user", "remove", "bo").code == 2
    assert PASSWORD not in called(capsys, "--config", config, "user", "list").out
