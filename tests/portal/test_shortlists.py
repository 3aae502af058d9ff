"""Shortlists: kept whatever happens to numbers, changed by two at once without a loss, checked against a programme's rules."""

from __future__ import annotations

import html
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from portal.app import AT_ONCE
from support.made_up_clusters import FORMER, NOW, SECOND_NIGHT, MadeUp
from support.staff import Person, shown
from sync.places import DESK
from warehouse.decided import RecordKey, decide, withdraw
from warehouse.desk import Desk
from warehouse.rows import Verdict

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]
HORIZON = "horizon-europe-ria-ia"


@pytest.fixture
def bo(ada: Person) -> Iterator[Person]:
    """Somebody else at the same page."""
    with httpx.Client(base_url=ada.client.base_url, trust_env=False, timeout=20) as client:
        yield Person(client, "Bo")


def test_a_shortlist_is_begun_filled_noted_upon_and_read_again(ada: Person, number_of: Number) -> None:
    path = ada.begin("Packaging 2027")
    entry = ada.put(number_of("Northwood Alliance"), path)
    assert ada.send(path, do=f"status:{entry}", status="contacted", revision=1).status_code == 303
    assert ada.send(path, do=f"note:{entry}", text="Rang them.\r\nThey <b>like</b> it.").status_code == 303
    page = ada.get(path).text
    assert "Packaging 2027" in shown(page)
    assert "Rang them. They <b>like</b> it." in shown(page)
    assert "<b>like" not in page
    [found] = ada.data(path)["entries"]
    assert (found["name"], found["status"], found["status_by"]) == ("Northwood Alliance", "contacted", "Ada")
    assert found["notes"][0]["text"] == "Rang them.\nThey <b>like</b> it."
    assert [one["name"] for one in ada.data("/en/shortlists")] == ["Packaging 2027"]


def test_adding_leads_back_to_where_one_was_and_says_so_once(ada: Person, number_of: Number) -> None:
    path = ada.begin("A")
    number = path.rsplit("/", 1)[1]
    back = "/en/clusters?q=amber&country=SE"
    answer = ada.send("/en/shortlists/add", organisation=number_of("Amber Cluster"), shortlist=number, back=back)
    assert answer.headers["location"] == back
    assert "Amber Cluster is now on the shortlist A ." in shown(ada.get(back).text)
    assert "is now on the shortlist" not in shown(ada.get(back).text)
    ada.send("/en/shortlists/add", organisation=number_of("Amber Cluster"), shortlist=number, back=back)
    assert "was on the shortlist A already" in shown(ada.get(back).text)
    assert len(ada.data(path)["entries"]) == 1


def test_without_a_shortlist_adding_begins_one(ada: Person, number_of: Number) -> None:
    answer = ada.send("/en/shortlists/add", organisation=number_of("Amber Cluster"), shortlist="new")
    assert "Shortlist of 29 Nov 2026" in shown(ada.get(answer.headers["location"]).text)


@pytest.mark.parametrize(
    "back",
    ["https://evil.example", "//evil.example/en/", "/\\evil.example", "/en/..//evil", "javascript:alert(1)", "/de/x", "/en/\n"],
)
def test_nobody_is_led_to_another_site(ada: Person, number_of: Number, back: str) -> None:
    answer = ada.send("/en/shortlists/add", organisation=number_of("Amber Cluster"), shortlist="new", back=back)
    assert answer.headers["location"].startswith("/en/shortlists/")


def test_of_two_who_change_one_status_the_second_sees_both_and_nothing_is_lost(
    ada: Person, bo: Person, number_of: Number
) -> None:
    path = ada.begin("A")
    entry = ada.put(number_of("Amber Cluster"), path)
    assert ada.send(path, do=f"status:{entry}", status="yes", revision=1).status_code == 303
    answer = bo.send(path, do=f"status:{entry}", status="no", revision=1)
    assert answer.status_code == 409
    assert "Meanwhile Ada set this to “Yes”" in shown(answer.text)
    assert "You wanted “No”, which was not saved." in shown(answer.text)
    assert ada.data(path)["entries"][0]["status"] == "yes"
    assert bo.send(path, do=f"status:{entry}", status="no", revision=2).status_code == 303


def test_of_two_who_rename_the_list_the_second_sees_both(ada: Person, bo: Person) -> None:
    path = ada.begin("A")
    assert ada.send(path, do="change:1", name="B", revision=1).status_code == 303
    answer = bo.send(path, do="change:1", name="C", revision=1)
    assert answer.status_code == 409
    assert "it is called “B” now. Your “C” was not saved." in shown(answer.text)


def test_notes_that_two_write_at_once_are_both_kept(ada: Person, bo: Person, number_of: Number) -> None:
    path = ada.begin("A")
    entry = ada.put(number_of("Amber Cluster"), path)

    def write(person: Person) -> None:
        for count in range(5):
            assert person.send(path, do=f"note:{entry}", text=f"{person.name} {count}").status_code == 303

    writers = [threading.Thread(target=write, args=(person,)) for person in (ada, bo)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    notes = ada.data(path)["entries"][0]["notes"]
    assert {note["text"] for note in notes} == {f"{name} {count}" for name in ("Ada", "Bo") for count in range(5)}
    assert {note["by"] for note in notes} == {"Ada", "Bo"}


def test_a_deleted_list_says_so_and_comes_back_with_all_that_was_on_it(ada: Person, bo: Person, number_of: Number) -> None:
    path = ada.begin("A")
    entry = ada.put(number_of("Amber Cluster"), path)
    ada.send(path, do=f"note:{entry}", text="kept")
    assert ada.send(path, do="delete:1").headers["location"] == "/en/shortlists"
    for answer in (
        bo.get(path),
        bo.send(path, do=f"note:{entry}", text="too late"),
        bo.get(f"{path}.xlsx"),
        bo.get(f"{path}.json"),
    ):
        assert answer.status_code == 410
    assert "This shortlist was deleted" in bo.get(path).text
    assert bo.send(path, do="restore:0").status_code == 303
    assert bo.data(path)["entries"][0]["notes"][0]["text"] == "kept"


@pytest.mark.parametrize(
    "path", ["/en/shortlists/99", "/en/shortlists/0", "/en/shortlists/x", "/en/shortlists/99.xlsx", "/en/shortlists/99.csv"]
)
def test_a_shortlist_that_never_was_is_not_found(ada: Person, path: str) -> None:
    assert ada.get(path).status_code == 404
    ada.begin("A")
    assert ada.get(path).status_code == 404


UNFIT: tuple[dict[str, Any], ...] = (
    {"do": "status:1", "status": "perhaps", "revision": 1},
    {"do": "status:99", "status": "yes", "revision": 1},
    {"do": "status:x", "status": "yes"},
    {"do": "explode:1"},
    {"do": ""},
    {},
    {"do": "note:1", "text": "x" * 5000},
    {"do": "note:99", "text": "x"},
    {"do": "unnote:99"},
    {"do": "lead:99"},
    {"do": "unconfirm:99"},
    {"do": "remove:99"},
    {"do": "add:99999"},
    {"do": "add:' OR 1=1"},
    {"do": "change:1", "name": " ", "revision": 1},
    {"do": "change:1", "name": "x" * 500, "revision": 1},
    {"do": "change:1", "name": "B", "programme": "../../etc/passwd", "revision": 1},
    {"do": "status:1' OR 1=1 --", "status": "yes", "revision": 1},
)


def test_a_form_that_does_not_fit_is_refused_and_changes_nothing(ada: Person, number_of: Number) -> None:
    path = ada.begin("A")
    ada.put(number_of("Amber Cluster"), path)
    before = ada.data(path)
    for fields in UNFIT:
        assert ada.send(path, **fields).status_code in (400, 404), fields
        assert ada.data(path) == before, fields


def test_entries_stay_what_they_were_through_merges_splits_and_nights(ada: Person, own: MadeUp, number_of: Number) -> None:
    path = ada.begin("A")
    amber, birch = number_of("Amber Cluster"), number_of("Birch Cluster")
    entry = ada.put(birch, path)
    ada.put(amber, path)
    ada.send(path, do=f"note:{entry}", text="ours")
    one, other = RecordKey("eccp", "amber"), RecordKey("eccp", "birch")
    with Desk.open(own.var / DESK) as desk:
        judgement, _ = decide(desk, one, other, Verdict.SAME, by="Ada", because="one board", at=NOW)
    own.judge_anew(SECOND_NIGHT + timedelta(hours=1))
    merged = {one["entry"]: one for one in ada.data(path)["entries"]}
    assert (merged[entry]["id"], merged[entry]["name"], merged[entry]["is_twice"]) == (amber, "Amber Cluster", True)
    assert merged[entry]["notes"][0]["text"] == "ours"
    page = shown(ada.get(path).text)
    assert f"Added as number {birch}; now number {amber}." in page
    assert "it counts once" in page
    with Desk.open(own.var / DESK) as desk:
        assert withdraw(desk, judgement.number, by="Ada", because="two boards", at=NOW)
    own.judge_anew(SECOND_NIGHT + timedelta(hours=2))
    split = {one["entry"]: one for one in ada.data(path)["entries"]}
    assert (split[entry]["id"], split[entry]["name"], split[entry]["is_twice"]) == (birch, "Birch Cluster", False)
    assert split[entry]["notes"][0]["text"] == "ours"


def test_a_former_number_is_added_as_what_it_is_now(ada: Person, number_of: Number) -> None:
    path = ada.begin("A")
    ada.put(FORMER, path)
    [entry] = ada.data(path)["entries"]
    assert (entry["id"], entry["record"]) == (number_of("Northwood Alliance"), "eccp/northwood")


def test_the_consortium_is_checked_rule_by_rule_and_who_would_mend_it_can_be_added(ada: Person, number_of: Number) -> None:
    path = ada.begin("A", HORIZON)
    for name in ("Amber Cluster", "Birch Cluster"):
        ada.put(number_of(name), path)
    check = ada.data(path)["check"]
    assert check["answer"] == "not met"
    rule = next(one for one in check["rules"] if one["id"] == "three-countries")
    assert rule["answer"] == "not met"
    fix = rule["fixes"][0]
    page = ada.get(path).text
    assert "Would help" in shown(page)
    assert f'value="add:{fix["id"]}"' in page
    assert ada.send(path, do=f"add:{fix['id']}").headers["location"] == f"{path}#check"
    mended = next(one for one in ada.data(path)["check"]["rules"] if one["id"] == "three-countries")
    assert mended["answer"] == "met"
    assert "Rules last gone through on 30 Nov 2026 ( eur-lex.europa.eu ); some" in shown(ada.get(path).text)


def test_what_only_people_know_is_confirmed_by_name_withdrawn_and_falls_away_with_the_members(
    ada: Person, bo: Person, number_of: Number
) -> None:
    path = ada.begin("A", HORIZON)
    for name in ("Amber Cluster", "Birch Cluster", "Cedar Cluster"):
        entry = ada.put(number_of(name), path)
    rules = [one["id"] for one in ada.data(path)["check"]["rules"]]
    place = rules.index("independent") + 1
    seen = html.unescape(re.findall(r'name="seen" value="([^"]+)"', ada.get(path).text)[0])
    assert ada.data(path)["check"]["to_confirm"] == ["independent"]
    assert "Met, except what you must confirm: At least three of them independent" in shown(ada.get(path).text)
    form = {"do": f"confirm:{place}", "seen": seen}
    assert ada.send(path, **form).status_code == 400
    assert ada.send(path, **form, sure="yes").status_code == 303
    assert bo.send(path, **form, sure="yes").status_code == 303  # both say the same
    check = bo.data(path)["check"]
    assert (check["answer"], check["rules"][place - 1]["confirmed"]["by"]) == ("met", "Ada")
    assert "confirmed by Ada on 29 Nov 2026" in shown(bo.get(path).text)
    rows = CalamineWorkbook.from_filelike(BytesIO(ada.get(f"{path}.xlsx").content)).get_sheet_by_name("Check").to_python()
    assert (rows[1][1], rows[1 + place][2].rpartition("; ")[2]) == ("Met", "confirmed by Ada on 29 Nov 2026")
    ada.send(path, do=f"status:{entry}", status="no", revision=1)
    assert ada.data(path)["check"]["rules"][place - 1]["confirmed"] is None
    late = bo.send(path, **form, sure="yes")
    assert late.status_code == 409
    assert "Meanwhile the members or the programme changed." in shown(late.text)
    bo.send(path, do=f"status:{entry}", status="yes", revision=2)
    number = re.findall(r'value="(unconfirm:\d+)"', bo.get(path).text)[0]
    assert [one.send(path, do=number).status_code for one in (bo, ada)] == [303, 303]
    assert ada.data(path)["check"]["answer"] == "unknown"


def test_whoever_said_no_is_not_counted(ada: Person, number_of: Number) -> None:
    path = ada.begin("A", HORIZON)
    entries = [ada.put(number_of(name), path) for name in ("Amber Cluster", "Birch Cluster", "Cedar Cluster")]
    assert next(one for one in ada.data(path)["check"]["rules"] if one["id"] == "three-countries")["answer"] == "met"
    ada.send(path, do=f"status:{entries[2]}", status="no", revision=1)
    assert next(one for one in ada.data(path)["check"]["rules"] if one["id"] == "three-countries")["answer"] == "not met"
    assert "2 counted in the consortium" in shown(ada.get(path).text)


def test_the_first_leads_and_another_can(ada: Person, number_of: Number) -> None:
    path = ada.begin("A", HORIZON)
    ada.put(number_of("Amber Cluster"), path)
    birch = ada.put(number_of("Birch Cluster"), path)
    assert ada.send(path, do=f"lead:{birch}").status_code == 303
    assert [one["name"] for one in ada.data(path)["entries"]] == ["Birch Cluster", "Amber Cluster"]


def test_a_desk_that_somebody_holds_is_a_plain_message_and_searching_goes_on(
    ada: Person, own: MadeUp, number_of: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.desks.PATIENCE_SECONDS", 0.2)
    path = ada.begin("A")
    token = ada.token()
    holder = sqlite3.connect(own.var / DESK, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        answer = ada.client.post(path, data={"token": token, "do": "note:0", "text": "lost?"})
        assert answer.status_code == 503
        assert "Your change was not saved" in answer.text
        assert ada.get("/en/clusters?q=amber").status_code == 200
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert ada.send(path, do="note:0", text="again").status_code == 303


def test_forms_that_wait_for_the_desk_keep_nobody_from_reading(ada: Person, own: MadeUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.desks.PATIENCE_SECONDS", 15)
    path = ada.begin("A")
    fields = {"token": ada.token(), "do": "note:0", "text": "late"}
    cookies = dict(ada.client.cookies)
    answers: list[int] = []

    def write() -> None:
        answers.append(httpx.post(f"{ada.client.base_url}{path}", data=fields, cookies=cookies, timeout=30).status_code)

    holder = sqlite3.connect(own.var / DESK, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    writers = [threading.Thread(target=write) for _ in range(AT_ONCE + 4)]
    try:
        for writer in writers:
            writer.start()
        time.sleep(0.2)
        for read in ("/en/clusters?q=amber", path):
            assert ada.get(read).status_code == 200
        assert not answers
    finally:
        holder.execute("ROLLBACK")
        holder.close()
        for writer in writers:
            writer.join()
    assert answers == [303] * len(writers)
    assert len(ada.data(path)["notes"]) == len(writers)


def test_a_desk_that_is_none_is_a_plain_message_and_searching_goes_on(ada: Person, own: MadeUp, number_of: Number) -> None:
    (own.var / DESK).write_bytes(b"nonsense" * 1000)
    for path in ("/en/shortlists", "/en/shortlists/1"):
        answer = ada.get(path)
        assert answer.status_code == 503
        assert "clusterbridge doctor" in answer.text


def test_reading_makes_no_desk(ada: Person, own: MadeUp) -> None:
    (own.var / DESK).unlink()
    for path in ("/en/clusters", "/en/shortlists", "/en/clusters/1", "/en/clusters/1/partners"):
        assert ada.get(path).status_code == 200
    assert not (own.var / DESK).exists()
