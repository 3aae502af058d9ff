"""Saved searches: they tell who is new, once, through nights and merges, on the page and in a feed that only its key opens."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import httpx
import pytest

from support.made_up_clusters import ATTACKS, NOW, SECOND_NIGHT, MadeUp, newcomer
from support.staff import Person, shown
from sync.places import DESK
from warehouse import users
from warehouse.atom import ATOM
from warehouse.decided import RecordKey, decide
from warehouse.desk import Desk
from warehouse.rows import Verdict

pytestmark = pytest.mark.xdist_group("portal")
IN = {"a": ATOM}
ENERGY = "/en/clusters?country=SE&ecosystem=Energy-renewables"


def kept(person: Person, back: str = ENERGY) -> str:
    answer = person.send("/en/searches", back=back)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def entries(answer: httpx.Response) -> list[str | None]:
    assert answer.status_code == 200, answer.text
    return [one.text for one in ElementTree.fromstring(answer.content).findall("a:entry/a:title", IN)]  # noqa: S314  our own


def test_who_comes_with_a_night_is_new_until_seen_and_never_again(ada: Person, own: MadeUp) -> None:
    path = kept(ada)
    assert "The search is saved." in shown(ada.get(path).text)
    assert ada.data(path)["name"] == "Sweden · Renewable energy"
    assert ada.data(path)["new"] == []
    own.play(newcomer("Zinc Cluster"), newcomer("Finnish Zinc", country="FI"), now=SECOND_NIGHT + timedelta(days=1))
    [new] = ada.data(path)["new"]
    assert (new["name"], new["found_at"][:10]) == ("Zinc Cluster", "2026-11-25")
    assert [one["unseen"] for one in ada.data("/en/searches")] == [1]
    page = ada.get(path).text
    assert "1 new organisation since you last looked" in shown(page)
    last = re.search(r'name="last" value="(\d+)"', page)
    assert last is not None
    own.play(newcomer("Zinc Cluster"), newcomer("Tin Cluster"), now=SECOND_NIGHT + timedelta(days=2))
    assert {one["name"] for one in ada.data(path)["new"]} == {"Zinc Cluster", "Tin Cluster"}
    assert ada.send(path, do="seen", last=last[1]).status_code == 303
    assert [one["name"] for one in ada.data(path)["new"]] == ["Tin Cluster"], "who came meanwhile was not seen"
    assert "Sedda: 1" in shown(ada.get(path.replace("/en/", "/sv/")).text)
    feed = ada.get(ada.data(path)["feed"])
    assert entries(feed) == ["Tin Cluster", "Zinc Cluster"], "a feed keeps what it told"


def test_what_a_search_asks_for_stands_in_the_quotation_marks_of_the_readers_language(ada: Person) -> None:
    path = kept(ada, back="/en/clusters?q=packaging+paper")
    assert "Asks for: “packaging paper”" in shown(ada.get(path).text)
    assert "Söker efter: ”packaging paper”" in shown(ada.get(path.replace("/en/", "/sv/")).text)


@pytest.mark.thorough
def test_who_is_lost_for_a_night_is_not_told_again(ada: Person, own: MadeUp) -> None:
    path = kept(ada)
    own.play(newcomer("Zinc Cluster"), now=SECOND_NIGHT + timedelta(days=1))
    assert [one["name"] for one in ada.data(path)["new"]] == ["Zinc Cluster"]
    assert ada.send(path, do="seen", last=999_999).status_code == 303
    own.play(now=SECOND_NIGHT + timedelta(days=2))
    assert ada.data(path)["new"] == []
    own.play(newcomer("Zinc Cluster"), now=SECOND_NIGHT + timedelta(days=3))
    assert ada.data(path)["new"] == []
    assert entries(ada.get(ada.data(path)["feed"])) == ["Zinc Cluster"]


@pytest.mark.thorough
def test_two_who_become_one_are_told_of_once(ada: Person, own: MadeUp) -> None:
    path = kept(ada)
    own.play(newcomer("Zinc Cluster"), newcomer("Tin Cluster"), now=SECOND_NIGHT + timedelta(days=1))
    assert len(ada.data(path)["new"]) == 2
    with Desk.open(own.var / DESK) as desk:
        one, other = RecordKey("eccp", "zinc-cluster"), RecordKey("eccp", "tin-cluster")
        decide(desk, one, other, Verdict.SAME, by="Ada", because="one board", at=NOW)
    own.judge_anew(SECOND_NIGHT + timedelta(days=1, hours=1))
    assert len(ada.data(path)["new"]) == 1
    assert "1 new organisation" in shown(ada.get(path).text)


def test_a_search_is_named_renewed_and_deleted_by_whoever_keeps_it(ada: Person) -> None:
    path = kept(ada, "/en/clusters?q=<b>amber&country=SE&page=3")
    assert kept(ada, "/sv/clusters?country=SE&q=<b>amber") == path, "the same search is kept once"
    assert ada.data(path)["query"] == "q=%3Cb%3Eamber&country=SE"
    assert "“<b>amber” · Sweden" in shown(ada.get("/en/searches").text)
    assert ada.send(path, do="rename", name="Gold <i>").status_code == 303
    feed = ada.data(path)["feed"]
    assert "<i>" not in ada.get(feed).text
    assert entries(ada.get(feed)) == []
    assert ada.send(path, do="renew").status_code == 303
    assert ada.get(feed).status_code == 404
    assert ada.get(ada.data(path)["feed"]).status_code == 200
    for wrong in ({"do": "rename", "name": " "}, {"do": "rename", "name": "x" * 201}, {"do": "explode"}, {}):
        assert ada.send(path, **wrong).status_code == 400
    assert ada.send(path, do="delete").headers["location"] == "/en/searches"
    assert "was deleted" in shown(ada.get("/en/searches").text)
    for answer in (ada.get(path), ada.send(path, do="seen", last=9), ada.get(f"{path}.json")):
        assert answer.status_code == 404


@pytest.mark.parametrize("back", ["", "https://evil.example/en/clusters", "/en/shortlists", "//evil/en/clusters", "/de/clusters"])
def test_only_a_search_of_ours_is_kept(ada: Person, back: str) -> None:
    assert ada.send("/en/searches", back=back).status_code == 400
    assert ada.data("/en/searches") == []


@pytest.mark.thorough
def test_strangers_names_are_text_in_a_searchs_feed(ada: Person, own: MadeUp) -> None:
    path = kept(ada, "/en/clusters?country=MT")
    hostile = [newcomer(name[:60], country="MT") for name in ATTACKS.values()]
    own.play(*hostile, now=SECOND_NIGHT + timedelta(days=1))
    assert len(ada.data(path)["new"]) == len(ATTACKS)
    answer = ada.get(ada.data(path)["feed"])
    assert len(entries(answer)) == len(ATTACKS)
    for page in (answer.text, ada.get(path).text):
        assert "<script>document" not in page
        assert "<img" not in page.replace('<img src="/static/', "")
        assert not re.search("[\u200b\u202a-\u202e]", page)


def test_a_search_and_its_feed_are_their_owners_and_end_with_them(
    ada: Person, own: MadeUp, cheap_passwords: None, add_user: Callable[[MadeUp, str, str], None]
) -> None:
    everybodys = kept(ada)
    shared_feed = ada.data(everybodys)["feed"]
    for name in ("Ada", "Bo"):
        add_user(own, name, "correct horse battery")
    with httpx.Client(base_url=ada.client.base_url) as hers, httpx.Client(base_url=ada.client.base_url) as his:
        people = []
        for client, name in ((hers, "Ada"), (his, "Bo")):
            token = re.search(r'name="token" value="(\w+)"', client.get("/en/sign-in").text)
            assert token is not None
            client.post("/en/sign-in", data={"token": token[1], "name": name, "password": "correct horse battery"})
            people.append(Person(client))
        ada_in, bo_in = people
        path = kept(ada_in)
        assert [one["number"] for one in ada_in.data("/en/searches")] == [int(path.rsplit("/", 1)[1])]
        assert bo_in.data("/en/searches") == []
        assert bo_in.get(path).status_code == bo_in.send(path, do="delete").status_code == 404
        feed = ada_in.data(path)["feed"]
        with httpx.Client(base_url=ada.client.base_url) as reader:
            assert reader.get(feed).status_code == 200
            assert reader.get(shared_feed).status_code == 404, "now one has to sign in, and nobody keeps that one"
            assert reader.get(path).status_code == 303
            assert reader.get(f"{feed[:-6]}x.atom").status_code == 404
            with Desk.open(own.var / DESK) as desk:
                users.remove(desk, "Ada")
            assert reader.get(feed).status_code == 404
