"""Partners on the staff page: who fits, why, in three modes, and who may take part in which programme."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from matching.partners import ranking
from portal.pages.fit import MOST_REASONS
from portal.rendering import quoting
from support.commands import Ended, called
from support.made_up_clusters import FORMER, NOW, MadeUp
from support.staff import shown
from sync.cli.ask import names_of, network_titles, print_partners
from warehouse.connection import Connection

pytestmark = pytest.mark.xdist_group("portal")
Number = Callable[[str], int]


def data(visitor: httpx.Client, number: int, asked: str = "") -> dict:
    answer = visitor.get(f"/en/clusters/{number}/partners.json?{asked}")
    assert answer.status_code == 200
    return answer.json()


def test_reasons_are_told_in_words_and_their_points_sum_to_the_score(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    partners = data(visitor, number)["partners"]
    assert len(partners) == 10
    for one in partners:
        assert one["country"] != "SE"
        assert sum(reason["contribution"] for reason in one["reasons"]) == pytest.approx(one["score"])
    page = visitor.get(f"/en/clusters/{number}/partners").text
    text = shown(page)
    first = partners[0]
    weightiest = max(first["reasons"], key=lambda reason: abs(reason["contribution"]))
    assert weightiest["text"] in text
    assert f"{first['score']:.1f}" in text
    unknown = [reason for one in partners for reason in one["reasons"] if reason["evidence"].get("unknown")]
    assert unknown
    assert "Not known, and so neither for nor against" in text
    assert all(reason["contribution"] == 0 for reason in unknown)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Båda skriver om ”wood <b>”.", 'Båda skriver om ”<span lang="">wood &lt;b&gt;</span>”.'),
        (
            "Both write about “papper” and “trä”.",
            'Both write about “<span lang="">papper</span>” and “<span lang="">trä</span>”.',
        ),
        ("Nothing is quoted, 5” or so.", "Nothing is quoted, 5” or so."),
    ],
)
def test_what_a_reason_quotes_is_marked_as_of_no_language_that_is_known(sentence: str, told: str) -> None:
    assert quoting(sentence) == told


def test_the_swedish_page_tells_them_in_swedish(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    first = data(visitor, number)["partners"][0]
    text = shown(visitor.get(f"/sv/clusters/{number}/partners").text)
    assert max(first["reasons"], key=lambda reason: abs(reason["contribution"]))["text_sv"] in text
    assert "Partner för Northwood Alliance" in text


def test_networks_have_their_names_in_reasons_at_the_terminal_and_for_programs_too(
    visitor: httpx.Client, made_up: MadeUp, con: Connection, number_of: Number, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(*words: str) -> Ended:
        return called(capsys, "--config", made_up.var.parent / "config.toml", *words)

    shared = {"en": "both are in european cluster", "sv": "båda är med i european cluster"}
    rows = data(visitor, number_of("Northwood Alliance"))["partners"]
    for told in (rows, ask("partners", "Northwood Alliance", "--json").json["partners"]):
        reasons = [reason for one in told for reason in one["reasons"] if reason["feature"] == "networks"]
        known = [reason for reason in reasons if "eccp" in reason["evidence"].get("shared", ())]
        assert known, "what programs join by stays"
        assert all(shared["en"] in reason["text"].casefold() for reason in known)
        assert all(shared["sv"] in reason["text_sv"].casefold() for reason in known)
    matches = ranking.rank(con, home := number_of("Northwood Alliance"), today=NOW.date())
    names = names_of(con, [home, *(match.partner for match in matches)])
    for language in ("en", "sv"):
        print_partners(names[home], matches, names, network_titles(con), most_reasons=99, language=language)
        out = " ".join(capsys.readouterr().out.casefold().split())
        assert shared[language] in out
        assert "eccp" not in out


def test_the_three_modes_ask_different_things(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    orders = {
        mode: [one["id"] for one in data(visitor, number, f"mode={mode}")["partners"]]
        for mode in ("similar", "complement", "balanced")
    }
    assert orders["similar"] != orders["complement"]
    assert orders["balanced"] == [one["id"] for one in data(visitor, number)["partners"]]
    assert orders["balanced"] == [one["id"] for one in data(visitor, number, "mode=nonsense")["partners"]]
    page = visitor.get(f"/en/clusters/{number}/partners?mode=similar").text
    assert re.search(r'value="similar" checked', page)


def test_eligibility_says_why_when_it_was_checked_and_how_far_to_trust_it(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    text = shown(visitor.get(f"/en/clusters/{number}/partners?programme=euroclusters").text)
    assert "Rules last gone through on 29 Nov 2026 ( eismea.ec.europa.eu ); some of them are conclusions" in text
    assert "inferred, not read at the source" in text
    assert "Probably eligible Finland belongs to: EU member states and countries that take part in the programme." in text
    assert "Not confirmed Whether Norway belongs is not confirmed" in text
    eligible = {one["country"]: one["eligible"] for one in data(visitor, number, "top=25")["partners"]}
    norway = {one["programme"]: one["answer"] for one in eligible["NO"]}
    assert norway["horizon-europe-ria-ia"] == "met"
    assert norway["euroclusters"] == "unknown"


def test_whom_a_programme_is_closed_to_is_left_out(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    widening = data(visitor, number, "programme=horizon-europe-widening&top=50")
    assert widening["programme"] == "horizon-europe-widening"
    answers = {
        each["answer"]
        for one in widening["partners"]
        for each in one["eligible"]
        if each["programme"] == "horizon-europe-widening"
    }
    assert "not_met" not in answers
    assert visitor.get(f"/en/clusters/{number}/partners?programme=nonsense").status_code == 404


def test_partners_of_chosen_countries_only(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    found = data(visitor, number, "country=FI&country=DE&top=50")["partners"]
    assert {one["country"] for one in found} == {"FI", "DE"}
    page = visitor.get(f"/en/clusters/{number}/partners?country=ZZ").text
    assert "No partner fits" in shown(page)


def test_more_partners_are_a_link_away(visitor: httpx.Client, number_of: Number) -> None:
    number = number_of("Northwood Alliance")
    assert (
        f'href="/en/clusters/{number}/partners?mode=similar&amp;top=25"'
        in visitor.get(f"/en/clusters/{number}/partners?mode=similar").text
    )
    assert len(data(visitor, number, "top=25")["partners"]) == 25
    assert len(data(visitor, number, "top=9999")["partners"]) <= 50


def test_a_former_number_leads_to_the_partners_of_the_new_one(visitor: httpx.Client, number_of: Number) -> None:
    answer = visitor.get(f"/en/clusters/{FORMER}/partners?mode=similar")
    assert (answer.status_code, answer.headers["location"]) == (
        301,
        f"/en/clusters/{number_of('Northwood Alliance')}/partners?mode=similar",
    )
    for number in ("0", "999999", "x"):
        assert visitor.get(f"/en/clusters/{number}/partners").status_code == 404


def test_every_programme_is_told_with_its_rules_their_sources_and_how_far_to_trust_them(visitor: httpx.Client) -> None:
    found = visitor.get("/en/programmes.json").json()
    page = visitor.get("/en/programmes").text
    text = shown(page)
    for one in found:
        assert one["name"]["en"] in text
        assert f'<a class="out" href="{one["source"]}"' in page
        assert all(rule["text"]["en"] in text for rule in one["rules"])
    assert "inferred, not read at the source: look it up in the call" in text
    assert "Program och deras regler" in shown(visitor.get("/sv/programmes").text)


def row_of(page: str, number: int) -> str:
    return page.partition(f'id="partner-{number}"')[2].partition('<li class="hit"')[0]


def test_a_row_says_how_to_reach_a_partner_and_what_it_says_of_itself(visitor: httpx.Client, number_of: Number) -> None:
    birch = number_of("Birch Cluster")
    row = row_of(visitor.get(f"/en/clusters/{number_of('Northwood Alliance')}/partners?country=FI&top=50").text, birch)
    assert 'href="mailto:info@birch.example"' in row
    assert 'href="https://birch.example" rel="noopener noreferrer nofollow"' in row
    assert '<p class="own-words" lang="en"><bdi>Works on fermentation around Betala.</bdi></p>' in row
    assert "No website" not in row


def test_where_no_contact_is_known_the_row_and_the_letter_say_so_and_lead_to_the_profile(
    visitor: httpx.Client, number_of: Number
) -> None:
    home = number_of("Northwood Alliance")
    path = f"/en/clusters/{home}/partners?country=PT"
    for one in visitor.get(path.replace("?", ".json?")).json()["partners"]:
        row = row_of(visitor.get(path).text, one["id"])
        write = visitor.get(f"/en/clusters/{one['id']}/write?home={home}").text
        cluster = visitor.get(f"/en/clusters/{one['id']}").text
        for page in (row, write, cluster):
            assert "No website and no e-mail address known: see its profile at TCI Network ." in shown(page)
            assert re.search(r'href="https://tci\.example/[^"]+" rel="noopener noreferrer nofollow"><bdi>TCI Network', page)
        assert "look on their website" not in write
    assert "Varken webbplats eller e-postadress är känd" in shown(visitor.get(path.replace("/en/", "/sv/")).text)


def test_a_partner_that_its_network_no_longer_lists_is_shown_with_a_caution(visitor: httpx.Client, number_of: Number) -> None:
    yarrow = number_of("Yarrow Cluster")
    said = "European Cluster Collaboration Platform has not listed it since 24 Nov 2026. Make sure that it still exists."
    partners = f"/en/clusters/{number_of('Northwood Alliance')}/partners?country=ES&top=50"
    row = row_of(visitor.get(partners).text, yarrow)
    for page in (row, visitor.get("/en/clusters?q=Yarrow").text, visitor.get(f"/en/clusters/{yarrow}").text):
        assert said in shown(page)
    assert shown(visitor.get(partners).text).count("has not listed it since") == 1


def test_only_reasons_that_weigh_stand_in_a_row_and_those_that_open_are_counted_without_what_is_not_known(
    visitor: httpx.Client, number_of: Number
) -> None:
    home = number_of("Northwood Alliance")
    page = visitor.get(f"/en/clusters/{home}/partners").text
    told = {
        one["id"]: [part for part in one["reasons"] if not part["evidence"].get("unknown")]
        for one in data(visitor, home)["partners"]
    }
    assert any(abs(part["contribution"]) < 0.05 for reasons in told.values() for part in reasons), "the test would say nothing"
    for number, reasons in told.items():
        row = row_of(page, number)
        points = re.findall(r'<li><span class="points num">([^<]+)</span>', row)
        weighing = [one for one in reasons if abs(one["contribution"]) >= 0.05]
        assert len(points) == len(weighing)
        assert not {"+0.0", "−0.0"} & set(points)
        if len(weighing) > MOST_REASONS:
            assert f"{len(weighing) - MOST_REASONS} more reason" in shown(row)


def test_networks_stand_in_reasons_by_their_names(visitor: httpx.Client, number_of: Number) -> None:
    text = shown(visitor.get(f"/en/clusters/{number_of('Northwood Alliance')}/partners").text)
    assert "Less in common than on average: both are in European Cluster Collaboration Platform" in text
    assert "eccp" not in text


def test_whoever_was_moved_up_for_variety_says_so_and_nobody_else(visitor: httpx.Client, number_of: Number) -> None:
    home = number_of("Northwood Alliance")
    page = visitor.get(f"/en/clusters/{home}/partners").text
    partners = data(visitor, home)["partners"]
    scores = [round(one["score"], 1) for one in partners]
    moved = [max(scores[place:]) > score for place, score in enumerate(scores)]
    assert True in moved, "the test would say nothing"
    assert [one["is_varied"] for one in partners] == moved
    assert ["moved up for variety" in row_of(page, one["id"]) for one in partners] == moved
    assert "Best first" not in shown(page)


def test_without_a_programme_each_row_says_in_which_its_organisation_may_take_part(
    visitor: httpx.Client, number_of: Number
) -> None:
    home, birch = number_of("Northwood Alliance"), number_of("Birch Cluster")
    path = f"/en/clusters/{home}/partners?country=FI&top=50"
    row = row_of(visitor.get(path).text, birch)
    eligible = shown(row.partition('<p class="eligible')[2].partition("</p>")[0])
    assert "Eligible Horizon Europe: RIA, IA" in eligible
    assert re.search("Probably eligible .*Euroclusters", eligible)
    assert "No programme is chosen: all are ranked" in shown(visitor.get(path).text)
    chosen = visitor.get(f"{path}&programme=euroclusters").text
    assert "No programme is chosen" not in shown(chosen)
