"""The page of a shortlist: what each member is to the consortium, for whom nobody knows whether it may take part, what lapsed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from support.commands import called
from support.made_up_clusters import NOW, SECOND_NIGHT, MadeUp, newcomer
from support.staff import Person, shown
from sync.places import DESK
from warehouse.decided import RecordKey, decide
from warehouse.desk import Desk
from warehouse.editions import EditionReader
from warehouse.rows import Verdict

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]
HORIZON = "horizon-europe-ria-ia"
TEAM = ("Amber Cluster", "Birch Cluster", "Cedar Cluster")


def filled(ada: Person, *organisations: int) -> tuple[str, list[int]]:
    """A shortlist for Horizon Europe: its path and its entries."""
    path = ada.begin("Forest", HORIZON)
    return path, [ada.put(one, path) for one in organisations]


def confirm(ada: Person, path: str) -> None:
    page = ada.get(path).text
    seen = html.unescape(re.findall(r'name="seen" value="([^"]+)"', page)[0])
    [verb] = re.findall(r'value="(confirm:\d+)"', page)
    assert ada.send(path, do=verb, seen=seen, sure="yes").status_code == 303


def check_of(page: str) -> str:
    return shown(page.partition('<section id="check">')[2].partition("</section>")[0])


def sheet(ada: Person, path: str, name: str) -> list[list]:
    return CalamineWorkbook.from_filelike(BytesIO(ada.get(f"{path}.xlsx").content)).get_sheet_by_name(name).to_python()


def test_each_member_says_why_it_fits_the_lead_what_it_adds_and_how_to_reach_it(ada: Person, number_of: Number) -> None:
    names = ("Northwood Alliance", "Cedar Cluster", "Amber Cluster", "Isle Cluster")
    path, entries = filled(ada, *map(number_of, names))
    page = ada.get(path).text
    lead, cedar, amber, isle = (
        page.partition(f'id="entry-{entry}"')[2].partition('<li class="hit entry"')[0].partition('<section id="check"')[0]
        for entry in entries
    )
    best = ada.get(f"/en/clusters/{number_of(names[0])}/partners.json?country=DE&programme={HORIZON}&top=50").json()["partners"]
    [match] = [one for one in best if one["name"] == "Cedar Cluster"]
    assert max(match["reasons"], key=lambda one: one["contribution"])["text"] in shown(cedar)
    assert f"({match['score']:.1f} points, ranked as balanced)" in shown(cedar)
    assert "Adds: Industrial ecosystems: Digital; Sectors: Information Technology" in shown(cedar)
    assert 'href="mailto:info@cedar.example"' in cedar
    part = ada.data(path)["entries"][1]["part"]
    assert (part["points"], part["reach"]["mailbox"]) == (pytest.approx(match["score"]), "info@cedar.example")
    assert "Why:" not in shown(lead)
    assert "Adds:" not in shown(lead)
    assert 'href="tel:+46500123456"' in lead
    assert "it is of the same country as the one that leads" in shown(amber)
    assert "it has been a partner of the one that leads before" in shown(isle)
    rows = sheet(ada, path, "Shortlist")
    why = [row[rows[0].index("Why it fits the one that leads")] for row in rows[1:]]
    assert (why[0], why[2]) == ("", "No points: it is of the same country as the one that leads.")
    assert why[3] == "No points: it has been a partner of the one that leads before."
    assert f"{match['score']:.1f}" == f"{rows[2][rows[0].index('Points')]:.1f}"


def test_the_headline_says_for_whom_nobody_knows_or_somebody_knows_better_whether_they_may_take_part(
    ada: Person, own: MadeUp, number_of: Number, capsys: pytest.CaptureFixture[str]
) -> None:
    strangers = (newcomer("Alpine Cluster", country="CH"), newcomer("Prairie Cluster", country="US"))
    own.play(*strangers, now=SECOND_NIGHT + timedelta(days=1))
    with EditionReader(own.editions) as reader, reader.cursor() as con:
        known = dict(con.execute("SELECT name, organisation_id FROM clusters").fetchall())
    path, _ = filled(ada, *(known[name] for name in (*TEAM, "Alpine Cluster")))
    said = check_of(ada.get(path).text)
    assert "Met, except what you must confirm: At least three of them independent of one another" in said
    assert "It is not confirmed either that Alpine Cluster may take part." in said
    confirm(ada, path)
    assert "Met, if Alpine Cluster may take part: not confirmed" in check_of(ada.get(path).text)
    assert "Uppfyllt, om Alpine Cluster får delta: inte bekräftat" in check_of(ada.get(path.replace("/en/", "/sv/")).text)
    assert sheet(ada, path, "Check")[1][1] == "Met, if Alpine Cluster may take part: not confirmed"
    check = ada.data(path)["check"]
    assert (check["answer"], check["may_take_part_unknown"]) == ("met", [known["Alpine Cluster"]])
    ended = called(capsys, "--config", own.var.parent / "config.toml", "consortium", "check", "--shortlist", "1")
    assert "met, if Alpine Cluster may take part: not confirmed" in " ".join(ended.out.split())
    ada.put(known["Prairie Cluster"], path)
    confirm(ada, path)
    assert "Met, if Alpine Cluster may take part: not confirmed. Prairie Cluster may not take part with funding." in check_of(
        ada.get(path).text
    )
    ended = called(capsys, "--config", own.var.parent / "config.toml", "consortium", "check", "--shortlist", "1")
    assert "Prairie Cluster may not take part with funding" in " ".join(ended.out.split())


def test_what_the_check_comes_to_stands_at_the_top_too(ada: Person, number_of: Number) -> None:
    path, entries = filled(ada, *map(number_of, TEAM))

    def at_top() -> str:
        return shown(ada.get(path).text.partition('<p class="at-top">')[2].partition("</p>")[0])

    assert at_top() == "Would the consortium pass? something is open"
    confirm(ada, path)
    assert at_top() == "Would the consortium pass? Met"
    ada.send(path, do=f"remove:{entries[0]}")
    assert at_top() == "Would the consortium pass? Not met"


def test_a_member_that_its_network_no_longer_lists_is_counted_with_a_caution(ada: Person, number_of: Number) -> None:
    path, _ = filled(ada, *map(number_of, (*TEAM, "Yarrow Cluster")))
    said = "Counted, though a network no longer lists it. Make sure that it still exists: Yarrow Cluster"
    assert said in check_of(ada.get(path).text)
    rows = sheet(ada, path, "Shortlist")
    assert "has not listed it since 24 Nov 2026" in rows[4][rows[0].index("Listed by")]


def test_a_confirmation_that_holds_no_longer_stays_with_who_gave_it_when_and_what_changed(
    ada: Person, number_of: Number, capsys: pytest.CaptureFixture[str], own: MadeUp
) -> None:
    path, entries = filled(ada, *map(number_of, TEAM))
    confirm(ada, path)
    ada.put(number_of("Ember Cluster"), path)
    ada.send(path, do=f"remove:{entries[2]}")
    assert ada.data(path)["check"]["answer"] == "unknown"
    said = (
        "No longer holds: Ada confirmed it on 29 Nov 2026, before this was counted: Ember Cluster; "
        "when this was still counted: Cedar Cluster."
    )
    assert said in check_of(ada.get(path).text)
    assert "Gäller inte längre: Ada bekräftade det 29 nov. 2026" in check_of(ada.get(path.replace("/en/", "/sv/")).text)
    assert said in " ".join(str(cell) for row in sheet(ada, path, "Check") for cell in row)
    [rule] = [one for one in ada.data(path)["check"]["rules"] if one["id"] == "independent"]
    assert (rule["answer"], rule["confirmed"], rule["lapsed"]["by"]) == ("unknown", None, "Ada")
    ended = called(capsys, "--config", own.var.parent / "config.toml", "consortium", "check", "--shortlist", "1", "--json")
    assert [one["lapsed"]["by"] for one in ended.json["rules"] if one["lapsed"]] == ["Ada"]
    ada.put(number_of("Fjord Cluster"), path)
    assert "before these were counted: Ember Cluster, Fjord Cluster;" in check_of(ada.get(path).text)
    assert "innan de här räknades med: Ember Cluster, Fjord Cluster;" in check_of(ada.get(path.replace("/en/", "/sv/")).text)
    confirm(ada, path)
    assert "No longer holds" not in check_of(ada.get(path).text)


@pytest.mark.thorough
def test_where_two_members_were_merged_a_confirmation_says_that_they_are_one_now_and_not_that_one_left(
    ada: Person, number_of: Number, own: MadeUp
) -> None:
    path = ada.begin("Forest", "euroclusters")
    for name in (*TEAM, "Harbour Cluster", "Isle Cluster"):
        ada.put(number_of(name), path)
    seen = html.unescape(re.findall(r'name="seen" value="([^"]+)"', ada.get(path).text)[0])
    [verb, *_] = re.findall(r'value="(confirm:\d+)"', ada.get(path).text)
    assert ada.send(path, do=verb, seen=seen, sure="yes").status_code == 303
    with Desk.open(own.var / DESK) as desk:
        decide(desk, RecordKey("eccp", "birch"), RecordKey("eccp", "harbour"), Verdict.SAME, by="Ada", because="one", at=NOW)
    own.judge_anew(SECOND_NIGHT + timedelta(hours=1))
    merged = "before these turned out to be one organisation: Birch Cluster and Harbour Cluster"
    assert f"No longer holds: Ada confirmed it on 29 Nov 2026, {merged}." in check_of(ada.get(path).text)
    assert "still counted" not in check_of(ada.get(path).text)
    assert "innan det visade sig att de här är en och samma organisation: Birch Cluster och Harbour Cluster." in check_of(
        ada.get(path.replace("/en/", "/sv/")).text
    )
    assert merged in " ".join(str(cell) for row in sheet(ada, path, "Check") for cell in row)
    [isle] = [one["entry"] for one in ada.data(path)["entries"] if one["name"] == "Isle Cluster"]
    ada.send(path, do=f"remove:{isle}")
    assert f"when this was still counted: Isle Cluster; {merged}." in check_of(ada.get(path).text)


def test_what_was_made_sure_of_all_members_still_holds_where_one_has_left(ada: Person, number_of: Number) -> None:
    path, entries = filled(ada, *map(number_of, (*TEAM, "Ember Cluster")))
    confirm(ada, path)

    def told() -> tuple[str, str]:
        [rule] = [one for one in ada.data(path)["check"]["rules"] if one["id"] == "independent"]
        return rule["answer"], (rule["confirmed"] or {}).get("by", "")

    ada.send(path, do=f"remove:{entries[3]}")
    assert told() == ("met", "Ada")
    assert "No longer holds" not in check_of(ada.get(path).text)
    ada.send(path, do=f"back:{entries[3]}")
    ada.send(path, do=f"remove:{entries[0]}")
    assert told() == ("met", "Ada"), "it asks nothing of who leads"
    ada.send(path, do=f"back:{entries[0]}")
    assert told() == ("met", "Ada")
    ada.send(path, do=f"remove:{entries[3]}")
    ada.send(path, do=f"remove:{entries[2]}")
    assert told()[0] == "not met", "two are no three, whatever was confirmed of them"


def test_that_some_are_what_a_rule_wants_does_not_hold_of_fewer(ada: Person, number_of: Number) -> None:
    path = ada.begin("Widening", "horizon-europe-widening")
    for name in (*TEAM, "Ember Cluster"):
        ada.put(number_of(name), path)
    [*_, last] = re.findall(r'id="entry-(\d+)"', ada.get(path).text)
    confirm(ada, path)
    assert "confirmed by Ada" in check_of(ada.get(path).text)
    ada.send(path, do=f"remove:{last}")
    assert "No longer holds: Ada confirmed it on 29 Nov 2026, when this was still counted: Ember Cluster." in check_of(
        ada.get(path).text
    )


@pytest.mark.parametrize(("language", "said"), [("en", "Judged by the country alone"), ("sv", "Bedömt efter landet enbart")])
def test_that_eligibility_is_judged_by_the_country_alone_stands_on_the_list(
    ada: Person, number_of: Number, language: str, said: str
) -> None:
    path, _ = filled(ada, number_of("Amber Cluster"))
    page = re.sub(r'title="[^"]*"', "", ada.get(f"/{language}{path[3:]}").text)
    assert shown(page).count(said) == 1
    other = ada.get(f"/{language}{ada.begin('Any')[3:]}").text
    assert said not in shown(re.sub(r'title="[^"]*"', "", other))


def test_what_asks_nothing_of_who_leads_holds_under_another_lead(ada: Person, number_of: Number) -> None:
    path, entries = filled(ada, *map(number_of, TEAM))
    confirm(ada, path)
    ada.send(path, do=f"lead:{entries[1]}")
    told = check_of(ada.get(path).text)
    assert "confirmed by Ada" in told
    assert "No longer holds" not in told


def test_what_speaks_of_the_others_lapses_under_another_lead_and_can_be_withdrawn(ada: Person, number_of: Number) -> None:
    path = ada.begin("Widening", "horizon-europe-widening")
    entries = [ada.put(number_of(name), path) for name in TEAM]
    confirm(ada, path)
    ada.send(path, do=f"lead:{entries[1]}")
    page = ada.get(path).text
    assert "No longer holds: Ada confirmed it on 29 Nov 2026, when another led." in check_of(page)
    [number] = re.findall(r'value="(unconfirm:\d+)"', page)
    assert ada.send(path, do=number).status_code == 303
    assert "No longer holds" not in check_of(ada.get(path).text)
