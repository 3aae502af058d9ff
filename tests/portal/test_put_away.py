"""What is taken off a shortlist, or deleted, is offered back; and whoever leads since then is named."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from portal.pages.shortlists import MOST_DELETED
from support.staff import Person, shown

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]


def names(ada: Person, path: str) -> list[str]:
    return [one["name"] for one in ada.data(path)["entries"]]


def test_whoever_is_taken_off_is_offered_back_and_leads_again(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest")
    amber, birch = (ada.put(number_of(name), path) for name in ("Amber Cluster", "Birch Cluster"))
    answer = ada.send(path, do=f"remove:{amber}")
    assert answer.headers["location"] == f"{path}#removed-{path.rpartition('/')[2]}"
    page = ada.get(path).text
    assert "Amber Cluster was removed from the shortlist. Its notes are kept. Birch Cluster leads now." in shown(page)
    assert re.findall(r'value="(back:\d+)"', page) == [f"back:{amber}"]
    assert "Bring back" not in shown(ada.get(path).text)
    assert ada.send(path, do=f"back:{amber}").headers["location"] == f"{path}#entry-{amber}"
    assert "Amber Cluster is back on the shortlist and leads again." in shown(ada.get(path).text)
    assert names(ada, path) == ["Amber Cluster", "Birch Cluster"]
    ada.send(path, do=f"remove:{birch}")
    page = shown(ada.get(path).text)
    assert "Birch Cluster was removed from the shortlist. Its notes are kept. Bring back" in page
    assert "leads now" not in page


def test_the_offer_to_bring_back_waits_for_its_own_list_whatever_is_opened_before(ada: Person, number_of: Number) -> None:
    path, other = ada.begin("Forest"), ada.begin("Sea")
    amber = ada.put(number_of("Amber Cluster"), path)
    ada.put(number_of("Birch Cluster"), other)
    assert "Bring back" not in shown(ada.get(other).text)
    ada.send(path, do=f"remove:{amber}")
    for elsewhere in (other, "/en/shortlists", "/en/clusters?q=amber", f"{path}.json", "/en/nowhere"):
        assert "was removed" not in shown(ada.get(elsewhere).text), elsewhere
    page = ada.get(path).text
    assert "Amber Cluster was removed from the shortlist. Its notes are kept. Bring back" in shown(page)
    assert re.findall(r'value="(back:\d+)"', page) == [f"back:{amber}"]
    assert "was removed" not in shown(ada.get(path).text), "it is said once"


def test_what_was_never_on_the_list_does_not_come_back_and_what_stands_stays(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest")
    amber = ada.put(number_of("Amber Cluster"), path)
    assert ada.send(path, do="back:99").status_code == 404
    assert ada.send(path, do=f"back:{amber}").status_code == 303
    assert names(ada, path) == ["Amber Cluster"]


def test_whoever_says_no_and_led_passes_the_lead_on_and_the_page_says_to_whom(ada: Person, number_of: Number) -> None:
    path = ada.begin("Forest")
    amber, _ = (ada.put(number_of(name), path) for name in ("Amber Cluster", "Birch Cluster"))
    ada.send(path, do=f"status:{amber}", status="no", revision=1)
    assert "Saved. Birch Cluster leads now." in shown(ada.get(path).text)
    ada.send(path, do=f"status:{amber}", status="yes", revision=2)
    assert "Saved. Amber Cluster leads now." in shown(ada.get(path).text)


def test_deleted_lists_stand_below_the_others_with_who_deleted_them_and_come_back(ada: Person, number_of: Number) -> None:
    path = ada.begin("Passing")
    ada.put(number_of("Amber Cluster"), path)
    assert "Recently deleted" not in shown(ada.get("/en/shortlists").text)
    ada.send(path, do="delete:0")
    page = ada.get("/en/shortlists").text
    assert "later below, under “Recently deleted”" in shown(page)
    assert "No shortlist at the moment" in shown(page)
    gone = page.partition('id="recently-deleted"')[2].partition("</section>")[0]
    assert "Recently deleted Passing 1 organisation · deleted by Ada, 29 Nov 2026" in shown(gone).lstrip("> ")
    assert f'action="{path}"' in gone
    assert "Nyligen borttagna" in shown(ada.get("/sv/shortlists").text)
    assert ada.data("/en/shortlists") == []
    assert ada.send(path, do="restore:0").status_code == 303
    assert "Recently deleted" not in shown(ada.get("/en/shortlists").text)
    assert names(ada, path) == ["Amber Cluster"]


def test_of_many_deleted_lists_the_latest_are_offered(ada: Person) -> None:
    paths = [ada.begin(f"List {number}") for number in range(MOST_DELETED + 1)]
    for path in paths:
        ada.send(path, do="delete:0")
    page = ada.get("/en/shortlists").text
    assert [path for path in paths if f'action="{path}"' in page.partition('id="recently-deleted"')[2]] == paths[1:]
