"""Adding to a shortlist from any page: which one is offered, how a new one begins, and where it is said what was done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from portal.app import make
from portal.serving import serving
from portal.session import Sessions
from support.made_up_clusters import FORMER, NOW, MadeUp
from support.portal_options import options
from support.staff import Person, shown
from warehouse.desk import DeskBusy

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]
HORIZON = "horizon-europe-ria-ia"
SEARCH = "/en/clusters?q=amber"


@pytest.fixture
def people(own: MadeUp) -> Iterator[Callable[[str], Person]]:
    """Browsers at one page."""
    with serving(make(options(own.var)), "127.0.0.1", 0) as server, ExitStack() as opened:
        yield lambda name: Person(opened.enter_context(httpx.Client(base_url=server.address, trust_env=False, timeout=20)), name)


@pytest.fixture
def ada(people: Callable[[str], Person]) -> Person:
    return people("Ada")


def offered(person: Person, path: str = SEARCH) -> tuple[str, list[str]]:
    """What the page offers to add to: the value that is chosen, and all names."""
    [select] = re.findall(r'<select id="onto".*?</select>', person.get(path).text, re.DOTALL)
    [chosen] = re.findall(r'value="(\w+)" selected', select)
    return chosen, [shown(option) for option in re.findall(r"<option.*?</option>", select)]


def begun(person: Person, organisation: int, **fields: object) -> str:
    """A shortlist that Add begins; its path."""
    answer = person.send("/en/shortlists/add", organisation=organisation, shortlist="new", **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("#")[0]


def test_a_list_has_a_number_behind_its_name_only_where_another_has_that_very_name(ada: Person, number_of: Number) -> None:
    home, birch = number_of("Northwood Alliance"), number_of("Birch Cluster")
    first = ada.data(begun(ada, birch, home=home, programme=HORIZON))["shortlist"]["name"]
    second, third = (
        ada.data(answer.headers["location"].partition("#")[0])["shortlist"]["name"]
        for answer in (
            ada.send("/sv/shortlists/add", organisation=birch, shortlist="new", home=home, programme=HORIZON) for _ in range(2)
        )
    )
    assert first == "Northwood Alliance – Horizon Europe: RIA, IA"
    assert second == "Northwood Alliance – Horisont Europa: RIA, IA"
    assert third == "Northwood Alliance – Horisont Europa: RIA, IA – 2"


def test_who_is_on_the_list_that_is_offered_is_marked_wherever_one_can_add_and_for_its_reader_alone(
    people: Callable[[str], Person], number_of: Number
) -> None:
    ada, bo = people("Ada"), people("Bo")
    home, birch = number_of("Northwood Alliance"), number_of("Birch Cluster")
    pages = ("/en/clusters?q=birch", f"/en/clusters/{home}/partners?country=FI&top=50", f"/en/clusters/{birch}")
    path = ada.begin("Forest")
    assert not [page for page in pages if "Is on the shortlist" in ada.get(page).text]
    ada.put(birch, path)
    ada.get(pages[1])
    for page in pages:
        place = ada.get(page).text.partition(f'id="added-{birch}"')[2].partition("</p>")[0]
        assert shown(place).endswith("Is on the shortlist Forest ."), page
        assert f'href="{path}"' in place
        assert "Is on the shortlist" not in bo.get(page).text
    assert ada.get(pages[0]).text.count("Is on the shortlist") == 1
    other = ada.begin("Other")
    assert "Is on the shortlist" not in ada.get(pages[0]).text
    ada.get(path)
    assert "Is on the shortlist" in ada.get(pages[0]).text
    ada.send(path, do="delete:0")
    assert "Is on the shortlist" not in ada.get(pages[0]).text
    assert ada.get(other).status_code == 200


def test_a_list_begun_on_a_partner_page_begins_with_the_home_as_its_lead_and_with_the_programme(
    ada: Person, number_of: Number
) -> None:
    home, birch = number_of("Northwood Alliance"), number_of("Birch Cluster")
    page = ada.get(f"/en/clusters/{home}/partners?programme={HORIZON}").text
    assert f'name="home" value="{home}"' in page
    assert f'name="programme" value="{HORIZON}"' in page
    path = begun(ada, birch, home=home, programme=HORIZON)
    data = ada.data(path)
    assert [one["name"] for one in data["entries"]] == ["Northwood Alliance", "Birch Cluster"]
    assert data["shortlist"]["programme"] == HORIZON
    assert data["shortlist"]["name"] == "Northwood Alliance – Horizon Europe: RIA, IA"
    said = shown(ada.get(path).text)
    assert "Birch Cluster is now on the new shortlist Northwood Alliance – Horizon Europe: RIA, IA" in said
    assert "Northwood Alliance leads it." in said


def test_without_a_programme_the_name_tells_the_home_and_in_swedish_it_is_swedish(ada: Person, number_of: Number) -> None:
    home, birch = number_of("Northwood Alliance"), number_of("Birch Cluster")
    assert ada.data(begun(ada, birch, home=home))["shortlist"]["name"] == "Partners for Northwood Alliance"
    answer = ada.send("/sv/shortlists/add", organisation=birch, shortlist="new", home=home, programme=HORIZON)
    page = shown(ada.get(answer.headers["location"]).text)
    assert "Birch Cluster finns nu på den nya listan Northwood Alliance – Horisont Europa: RIA, IA" in page
    assert "Northwood Alliance leder den." in page


def test_adding_to_a_list_that_there_is_changes_neither_its_lead_nor_its_programme(ada: Person, number_of: Number) -> None:
    path = ada.begin("A")
    ada.put(number_of("Cedar Cluster"), path)
    fields = {"home": number_of("Northwood Alliance"), "programme": HORIZON, "shortlist": path.rsplit("/", 1)[1]}
    assert ada.send("/en/shortlists/add", organisation=number_of("Birch Cluster"), **fields).status_code == 303
    data = ada.data(path)
    assert [one["name"] for one in data["entries"]] == ["Cedar Cluster", "Birch Cluster"]
    assert (data["shortlist"]["programme"], data["shortlist"]["name"]) == (None, "A")


@pytest.mark.parametrize(
    "fields", [{"home": 999_999}, {"home": "x"}, {"programme": "none"}, {"shortlist": 0}, {"shortlist": "x"}, {"shortlist": 9}]
)
def test_a_home_or_programme_that_is_none_begins_nothing(ada: Person, number_of: Number, fields: dict[str, object]) -> None:
    answer = ada.send("/en/shortlists/add", **{"organisation": number_of("Birch Cluster"), "shortlist": "new", **fields})
    assert answer.status_code == 404
    assert ada.data("/en/shortlists") == []


def test_a_home_is_on_the_list_once_also_by_a_former_number(ada: Person, number_of: Number) -> None:
    northwood = number_of("Northwood Alliance")
    data = ada.data(begun(ada, northwood, home=FORMER))
    assert [one["id"] for one in data["entries"]] == [northwood]


def test_a_name_that_nobody_chose_repeats_no_other_not_even_a_deleted_one(ada: Person, number_of: Number) -> None:
    birch = number_of("Birch Cluster")
    first = begun(ada, birch)
    ada.send(first, do="delete:1")
    begun(ada, birch)
    ada.begin("")
    ada.send(first, do="restore:0")
    names = [one["name"] for one in ada.data("/en/shortlists")]
    assert names == ["Shortlist of 29 Nov 2026 – 3", "Shortlist of 29 Nov 2026 – 2", "Shortlist of 29 Nov 2026"]


def test_each_is_offered_the_list_that_they_last_began_opened_or_added_to(
    people: Callable[[str], Person], number_of: Number
) -> None:
    ada, bo = people("Ada"), people("Bo")
    assert offered(ada)[0] == "new"
    ada.begin("Ada's first")
    ada.begin("Ada's second")
    assert (offered(ada)[0], offered(bo)[0]) == ("2", "new")
    bo.begin("Bo's")
    assert (offered(ada)[0], offered(bo)[0]) == ("2", "3")
    ada.get("/en/shortlists/1")
    assert offered(ada)[0] == "1"
    ada.send("/en/shortlists/add", organisation=number_of("Birch Cluster"), shortlist=3)
    assert offered(ada)[0] == "3"
    ada.send("/en/shortlists/3", do="delete:3")
    assert offered(ada)[0] == "new"


def test_the_list_is_remembered_as_other_preferences_are_and_beside_them(ada: Person) -> None:
    ada.send("/en/display", theme="dark", keys="on")
    answer = ada.send("/en/shortlists", name="A")
    [cookie] = [one for one in answer.headers.get_list("set-cookie") if one.startswith("shortlist=")]
    assert {"HttpOnly", "SameSite=lax", "Max-Age=31536000"} <= {part.strip() for part in cookie.split(";")}
    ada.send("/en/display", theme="light", keys="on")
    assert offered(ada)[0] == "1"
    assert 'data-theme="light"' in ada.get(SEARCH).text
    assert "set-cookie" not in ada.get("/en/shortlists/1").headers
    ada.client.cookies.set("shortlist", "9" * 30)
    assert ada.client.get(SEARCH).status_code == 200


def test_a_session_of_an_earlier_version_stays_signed_in() -> None:
    sessions = Sessions(b"k" * 32, is_secure=False)
    former = {
        "id": "i", "user": "Ada", "generation": 2, "name": "", "shortlist": 7, "said": ["said.added", {"name": "x"}],
        "at": int(NOW.timestamp()),
    }  # fmt: skip
    session, is_new = sessions.read(str(sessions._signer.dumps(former)), NOW + timedelta(minutes=1))
    assert (session.user, is_new) == ("Ada", False)


def test_lists_of_one_name_are_told_apart_by_their_numbers_and_others_need_none(ada: Person) -> None:
    for name in ("Forest", "Forest", "Other", "x" * 70 + "1", "x" * 70 + "2"):
        ada.begin(name)
    names = offered(ada)[1]
    assert names[2:] == ["Other (0)", "Forest, list 2 (0)", "Forest, list 1 (0)", "a new shortlist"]
    assert names[0] != names[1]
    page = shown(ada.get("/en/shortlists").text)
    assert "Forest list 2" in page
    assert "Other list" not in page


@pytest.mark.parametrize("path", ["/en/clusters?q=birch", "/en/clusters/{home}/partners", "/en/clusters/{birch}"])
def test_without_javascript_it_is_said_beside_the_button_which_has_the_focus(ada: Person, number_of: Number, path: str) -> None:
    birch, home = number_of("Birch Cluster"), number_of("Northwood Alliance")
    back = path.format(home=home, birch=birch)
    answer = ada.send("/en/shortlists/add", organisation=birch, shortlist="new", back=back)
    assert answer.headers["location"] == back
    page = ada.get(back).text
    [note] = re.findall(rf'<p class="added" id="added-{birch}" aria-live="polite">(.*?)</p>', page)
    assert shown(note).startswith("Birch Cluster is now on the new shortlist")
    assert '<a href="/en/shortlists/1">' in note
    assert len(re.findall("is now on the new shortlist", page)) == 1
    assert re.findall(r'<button[^>]* value="(\d+)"[^>]* autofocus', page) == [str(birch)]
    assert "is now on" not in ada.get(back).text


def test_where_the_page_has_it_no_longer_it_is_said_above_everything(ada: Person, number_of: Number) -> None:
    ada.send("/en/shortlists/add", organisation=number_of("Birch Cluster"), shortlist="new", back=SEARCH)
    assert 'role="status"><span class="inside">Birch Cluster is now on' in ada.get(SEARCH).text


def test_what_one_reader_added_is_not_said_to_another_who_searches_the_same(
    people: Callable[[str], Person], number_of: Number
) -> None:
    ada, bo = people("Ada"), people("Bo")
    ada.send("/en/shortlists/add", organisation=number_of("Amber Cluster"), shortlist="new", back=SEARCH)
    assert "is now on the new shortlist" in ada.get(SEARCH).text
    assert "is now on the new shortlist" not in bo.get(SEARCH).text
    assert "autofocus" not in bo.get(SEARCH).text


def test_htmx_is_answered_with_what_is_said_and_with_the_lists_of_which_one_is_new(ada: Person, number_of: Number) -> None:
    fields = {"token": ada.token(), "organisation": number_of("Birch Cluster"), "shortlist": "new"}
    answer = ada.client.post("/en/shortlists/add", data=fields, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert '<a href="/en/shortlists/1">Shortlist of 29 Nov 2026</a>' in answer.text
    assert re.search(r'<select id="onto"[^>]* hx-swap-oob="true">\s*<option value="1" selected>', answer.text)
    assert "is now on" not in ada.get(SEARCH).text
    ada.send("/en/shortlists/1", do="delete:1")
    refused = ada.client.post("/en/shortlists/add", data={**fields, "shortlist": "1"}, headers={"hx-request": "true"})
    assert refused.status_code == 410
    assert "<html" not in refused.text
    assert "This shortlist was deleted" in refused.text


def test_what_was_added_is_said_also_where_the_lists_cannot_be_read_just_then(
    ada: Person, number_of: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_desk: Path) -> NoReturn:
        raise DeskBusy("busy")

    fields = {"token": ada.token(), "organisation": number_of("Birch Cluster"), "shortlist": "new"}
    monkeypatch.setattr("portal.pages.adding.reading", busy)
    answer = ada.client.post("/en/shortlists/add", data=fields, headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "Birch Cluster is now on the new shortlist" in shown(answer.text)
    assert "<select" not in answer.text


def test_what_was_done_on_a_shortlist_is_said_where_it_was_done(ada: Person, number_of: Number) -> None:
    path = ada.begin("A", HORIZON)
    entry = ada.put(number_of("Amber Cluster"), path)
    ada.get(path)
    for fields, place in (
        ({"do": f"status:{entry}", "status": "yes", "revision": 1}, f"entry-{entry}"),
        ({"do": f"add:{number_of('Birch Cluster')}"}, "check"),
        ({"do": "note:0", "text": "x"}, "notes"),
    ):
        answer = ada.send(path, **fields)
        assert answer.headers["location"] == f"{path}#{place}"
        page = ada.get(path).text
        assert page.count('role="status"') == 1
        assert page.index(f'id="{place}"') < page.index('role="status"')


def test_a_deleted_shortlist_comes_back_by_the_button_beside_the_notice(ada: Person) -> None:
    path = ada.begin("Passing")
    ada.send(path, do="delete:1")
    page = ada.get("/en/shortlists").text
    assert "The shortlist Passing was deleted." in shown(page)
    assert re.search(rf'action="{path}"><input[^>]*><button[^>]* name="do" value="restore:0">Bring it back', page)
    assert page.count("Bring it back") == 2, "in the notice, and below for whoever comes later"
    assert "was deleted" not in ada.get("/en/shortlists").text
    assert ada.send(path, do="restore:0").status_code == 303
    assert "The shortlist is back." in shown(ada.get(path).text)
