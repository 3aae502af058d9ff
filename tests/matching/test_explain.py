"""Every part of a score is a sentence a person can check."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.partners.evidence import empty_words
from matching.partners.explain import LANGUAGES, explain, sentence
from matching.partners.features import Feature
from matching.partners.gate import candidates
from matching.partners.ground import Space
from matching.partners.ranking import rank, read_ground
from matching.partners.recipe import checked
from matching.partners.scoring import score
from matching.search.text import fold
from support.examples import examples
from warehouse.connection import Connection
from warehouse.rows import MatchReason

pytestmark = pytest.mark.xdist_group("real")

TODAY = date(2026, 11, 23)


@pytest.fixture
def reasons(con: Connection, add_cluster) -> dict[str, MatchReason]:
    """The reasons for one partner that has something to say on every feature."""
    add_cluster(
        1, "Paper Home", "SE", nuts2="SE31", members_total=120, ecosystems=["Energy-intensive industries (EII)", "Textiles"],
        sectors=["Paper and Packaging", "Forestry"], technologies=["Biorefinery", "Lignin"], s3_priorities=["Bioeconomy"],
        memberships=["Bio Alliance"], target_countries=["FI"], keywords=["lignin for papermaking"],
    )  # fmt: skip
    add_cluster(
        2, "Wood Friends", "FI", nuts2="FI1C", members_total=95, ecosystems=["Energy-intensive industries (EII)", "Construction"],
        sectors=["Paper and Packaging", "Wood Products"], technologies=["biorefinery", "Timber engineering"],
        s3_priorities=["bioeconomy"], memberships=["Bio Alliance"], target_countries=["SE", "US"], keywords=["papermaking"],
    )  # fmt: skip
    add_cluster(3, "Silent", "NO")
    add_cluster(4, "Sawmills", "SE", sectors=["Forestry", "Wood Products"], ecosystems=["Construction"], keywords=["saw"])
    con.execute("INSERT INTO labels VALUES (2, 'gold', 'ESCA', '2025-03-01', '2028-02-29', 'esca', 'https://example.org/label')")
    add_cluster(5, "Old Friend", "DK", ecosystems=["Energy-intensive industries (EII)"], technologies=["Timber engineering"])
    for other in (1, 2):
        con.execute(
            "INSERT INTO known_partnerships VALUES ($other, 5, 'COSME', 'Wood Alliance', 2018, ['https://example.org/'], 'f1')",
            {"other": other},
        )
    return told(con, 2)


def told(con: Connection, partner: int) -> dict[str, MatchReason]:
    """What is said of home 1 and a partner on every feature there is."""
    ground = read_ground(con, TODAY)
    home, place = ground.population.index(1), ground.population.index(partner)
    ground = replace(ground, meaning=Space(np.eye(ground.size, 384, dtype=np.float32) + 1))
    everything = checked("everything", {feature.value: 100 / len(Feature) for feature in Feature})
    scores = score(ground, [home], candidates(ground.population, [home]), everything)
    reasons = explain(scores, 0, place, {feature: float(part[0, place]) for feature, part in scores.contributions.items()})
    return {reason.feature: reason for reason in reasons}


@pytest.mark.parametrize(
    ("feature", "wanted"),
    [
        ("ecosystems", "Both work in Energy-intensive industries; they add Construction."),
        ("sectors", "Both are in Paper and Packaging."),
        ("related_variety", "They add Wood Products; clusters in Forestry are often in Wood Products too."),
        ("technologies", "Both use Biorefinery."),
        (
            "technology_gap",
            "They add Timber engineering, which Paper Home does not name; "
            "50% of their technology is new and fits the field of Paper Home.",
        ),
        ("meaning", "Of 3 possible partners, their text is the closest in meaning to that of Paper Home."),
        ("neighbours", "Their regions do not come within 150 km of one another."),
        ("ties", "Both have been partners of Old Friend (Wood Alliance, 2018)."),
        ("s3_priorities", "Both have the smart-specialisation priority Bioeconomy."),
        ("macro_region", "Both are in the Baltic Sea region and the Nordic countries."),
        ("interest", "They name Sweden as a target country; Paper Home names Finland as a target country."),
        ("size", "They have 95 members, Paper Home 120."),
        ("label", "They hold the gold excellence label until 29 Feb 2028."),
        ("networks", "Both are in Bio Alliance and eccp."),
    ],
)
def test_each_feature_that_helps_is_told_with_its_evidence(reasons: dict[str, MatchReason], feature: str, wanted: str) -> None:
    assert sentence(replace(reasons[feature], contribution=1.0), "Paper Home", "Wood Friends", "en") == wanted


def test_what_takes_points_is_told_so_where_it_is_ranked(reasons: dict[str, MatchReason]) -> None:
    against = reasons["ecosystems"]
    assert against.contribution < 0
    assert against.text.startswith("Less in common than on average: both work in Energy-intensive industries")


def test_the_text_reason_names_the_place_and_the_words_both_use(reasons: dict[str, MatchReason]) -> None:
    assert reasons["text"].evidence["words"] == ["biorefinery", "papermaking"]
    assert reasons["text"].evidence["place"] == 1


STANDING = {
    "field": (
        "their field of work is the closest to that of Paper Home, judged by which subjects go together in profiles.",
        "only 1 has a field of work closer to that of Paper Home, judged by which subjects go together in profiles.",
        "ligger deras verksamhetsområde närmast Paper Home, sett till vilka ämnen som hör ihop i profilerna.",
        "är det bara 1 som har ett verksamhetsområde närmare Paper Home, sett till vilka ämnen som hör ihop i profilerna.",
    ),
    "meaning": (
        "their text is the closest in meaning to that of Paper Home.",
        "only 1 has a text closer in meaning to that of Paper Home.",
        "har de den text som till innehållet ligger närmast Paper Home.",
        "är det bara 1 som har en text närmare Paper Home till innehållet.",
    ),
    "text": (
        "they use the words most like those of Paper Home; both write about “förpackningar” and “lignin”.",
        "only 1 uses words more like those of Paper Home; both write about “förpackningar” and “lignin”.",
        "väljer de ord som mest liknar dem hos Paper Home; båda skriver om ”förpackningar” och ”lignin”.",
        "är det bara 1 som väljer ord som mer liknar dem hos Paper Home; båda skriver om ”förpackningar” och ”lignin”.",
    ),
}


@pytest.mark.parametrize("feature", STANDING)
def test_how_near_another_is_reads_as_how_many_are_nearer(feature: str) -> None:
    def told(place: int, language: str) -> str:
        said = {"place": place, "of": 1443, "words": ["förpackningar", "lignin"]}
        return sentence(MatchReason(feature, 1.0, "", said), "Paper Home", "Wood Friends", language)

    nearest, second, nearest_sv, second_sv = STANDING[feature]
    assert told(1, "en") == f"Of 1,443 possible partners, {nearest}"
    assert told(2, "en") == f"Of 1,443 possible partners, {second}"
    assert told(1, "sv") == f"Av 1\N{NO-BREAK SPACE}443 tänkbara partner {nearest_sv}"
    assert told(2, "sv") == f"Av 1\N{NO-BREAK SPACE}443 tänkbara partner {second_sv}"
    assert "partners, 200 " in told(201, "en"), "not only, where many are nearer"
    assert "är det 200 som" in told(201, "sv")


def test_the_only_one_there_is_is_told_in_the_singular() -> None:
    reason = MatchReason("meaning", 1.0, "", {"place": 1, "of": 1})
    assert sentence(reason, "Ours", "Theirs", "en").startswith("Of 1 possible partner, ")
    assert sentence(reason, "Ours", "Theirs", "sv").startswith("Av 1 tänkbar partner ")


def test_values_that_have_an_and_within_are_told_apart() -> None:
    said = {"shared": ["Paper and Packaging", "Wood Products"], "only_home": [], "only_partner": []}
    reason = MatchReason("sectors", 1.0, "", said)
    assert sentence(reason, "Ours", "Theirs", "en") == "Both are in Paper and Packaging, and Wood Products."
    assert sentence(reason, "Ours", "Theirs", "sv") == "Båda finns inom papper och förpackningar samt träprodukter."


def test_regions_and_divisions_of_industry_are_told_by_name() -> None:
    near = {"are_near": True, "home_region": "SE31", "partner_region": "NO02"}
    told = sentence(MatchReason("neighbours", 1.0, "", near), "Ours", "Theirs", "en")
    assert told == "Their regions, Norra Mellansverige and Innlandet, come within 150 km of one another across the border."
    said = {"shared": ["17"], "only_home": [], "only_partner": []}
    told = sentence(MatchReason("sectors", 1.0, "", said), "Ours", "Theirs", "en")
    assert told == "Both are in Manufacture of paper and paper products."


def test_words_that_both_write_are_spelt_as_they_are_written(con: Connection, add_cluster) -> None:
    add_cluster(1, "Ours", "SE", keywords=["förpackningar", "grona byar"])
    add_cluster(2, "Theirs", "FI", keywords=["FÖRPACKNINGAR av trä", "Gröna byar", "GRONA"])
    add_cluster(3, "Others", "NO", keywords=["fish"])
    assert sorted(shared_words(con)) == ["byar", "förpackningar", "gröna"]


def shared_words(con: Connection) -> list[str]:
    """What organisations 1 and 2 are said to write about both."""
    words = told(con, 2)["text"].evidence["words"]
    assert isinstance(words, list)
    return words


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        ("forest-based materials for smart cities", "bio-based chemistry, a smart region", []),
        ("small and medium enterprises of high quality", "small high towers", []),
        ("livsmedel baserade på svenska råvaror för hållbar tillväxt", "baserade på hållbar tillväxt i svenska hamnar", []),
        ("samverkan för olika branscher och företag", "olika företag i samverkan", []),
        ("membranes based on cellulose", "cellulose-based packaging", ["cellulose"]),
    ],
)
def test_empty_words_in_either_language_are_no_evidence(
    con: Connection, add_cluster, ours: str, theirs: str, words: list[str]
) -> None:
    add_cluster(1, "Ours", "SE", keywords=[ours])
    add_cluster(2, "Theirs", "FI", keywords=[theirs])
    add_cluster(3, "Others", "NO", keywords=["fish"])
    assert shared_words(con) == words


TELLING = ("cellulose", "lasers", "hydrogen", "skogsbruk", "tomatoes", "welding", "granite")
_telling = st.sets(st.sampled_from(TELLING))
_empty = st.sets(st.sampled_from(sorted(word for word in empty_words() if len(word) > 3)), max_size=8)


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_telling, _telling, _empty)
def test_whatever_two_write_their_evidence_is_telling_words_of_both(
    con: Connection, add_cluster, ours: set[str], theirs: set[str], empty: set[str]
) -> None:
    con.execute("DELETE FROM clusters")
    for number, (country, own) in enumerate((("SE", ours), ("FI", theirs), ("NO", {"fish"})), start=1):
        add_cluster(number, f"Cluster {number}", country, keywords=[" ".join([*sorted(own), *sorted(empty)])])
    evidence = told(con, 2)["text"].evidence
    if evidence.get("unknown"):
        assert not ours & theirs
        return
    words = evidence["words"]
    assert isinstance(words, list)
    assert set(words) <= ours & theirs
    assert len(words) == min(len(ours & theirs), 4)


def test_no_technology_and_no_sector_is_an_empty_word() -> None:
    organisations = [
        json.loads(line)
        for line in (Path(__file__).parents[2] / "demo" / "organisations.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    named = {fold(value) for one in organisations for field in ("technologies", "sectors") for value in one.get(field) or ()}
    assert len(named) > 500
    assert not named & empty_words()


def test_distances_say_how_they_were_measured(reasons: dict[str, MatchReason]) -> None:
    assert reasons["geography"].text.startswith("About ")
    assert reasons["geography"].text.endswith(" km apart, measured from the middle of the region.")
    assert 400 < reasons["geography"].evidence["km"] < 800


def test_evidence_can_be_stored_and_says_when_the_partner_was_checked(reasons: dict[str, MatchReason]) -> None:
    for reason in reasons.values():
        assert json.loads(json.dumps(dict(reason.evidence)))["checked_on"] == "2026-11-20"
    assert reasons["label"].evidence["url"] == "https://example.org/label"


def test_what_is_unknown_is_said_with_whose_it_is_and_comes_last(con: Connection, reasons: dict[str, MatchReason]) -> None:
    found = told(con, 3)
    is_unknown = [reason.text.startswith("Not known: ") for reason in found.values()]
    assert is_unknown == sorted(is_unknown)
    assert sum(is_unknown) > 5
    ecosystems = found["ecosystems"]
    assert ecosystems.text == "Not known: the industrial ecosystems of Silent."
    assert ecosystems.contribution == 0


def test_a_lapsed_and_an_undated_label_are_told_as_such(con: Connection, reasons: dict[str, MatchReason]) -> None:
    con.execute("INSERT INTO labels VALUES (3, 'bronze', 'ESCA', NULL, '2020-01-31', 'esca', NULL)")

    assert told(con, 3)["label"].text == "Their bronze excellence label ended on 31 Jan 2020."
    con.execute("UPDATE labels SET valid_until = NULL WHERE organisation_id = 3")
    assert told(con, 3)["label"].text == "Not known: the end of the excellence label of Silent."


def test_what_helps_most_is_told_first(real: Connection) -> None:
    for match in rank(real, 8, top=10, today=TODAY):
        known = [reason.contribution for reason in match.reasons if not reason.text.startswith("Not known")]
        assert known == sorted(known, reverse=True)
        assert all(reason.text.endswith(".") for reason in match.reasons)


SWEDISH = {
    "ecosystems": "Båda arbetar inom energiintensiv industri; de tillför bygg och anläggning.",
    "sectors": "Båda finns inom papper och förpackningar.",
    "related_variety": "De tillför träprodukter; kluster inom skogsbruk finns ofta även inom träprodukter.",
    "technologies": "Båda använder bioraffinaderi.",
    "technology_gap": (
        "De har ”Timber engineering”, som Paper Home inte nämner; 50 % av deras teknik är ny och passar Paper Home."
    ),
    "meaning": "Av 3 tänkbara partner har de den text som till innehållet ligger närmast Paper Home.",
    "s3_priorities": "Båda prioriterar ”Bioeconomy” i smart specialisering.",
    "macro_region": "Båda ligger i Östersjöregionen och Norden.",
    "neighbours": "Deras regioner ligger inte inom 150 km från varandra.",
    "interest": "De nämner Sverige som målland; Paper Home nämner Finland som målland.",
    "size": "De har 95 medlemmar, Paper Home 120.",
    "label": "De har kvalitetsmärkningen i guld till 29 feb. 2028.",
    "networks": "Båda är med i Bio Alliance och eccp.",
    "ties": "Båda har varit partner till Old Friend (Wood Alliance, 2018).",
}


@pytest.mark.parametrize("feature", list(Feature))
def test_every_reason_is_told_in_swedish_from_its_evidence_as_an_edition_keeps_it(
    reasons: dict[str, MatchReason], feature: Feature
) -> None:
    kept = json.loads(json.dumps(dict(reasons[feature].evidence)))
    said = {
        language: sentence(replace(reasons[feature], evidence=kept), "Paper Home", "Wood Friends", language)
        for language in LANGUAGES
    }
    assert said["en"] == reasons[feature].text
    assert said["sv"] != said["en"]
    assert said["sv"].endswith(".")
    helps = sentence(replace(reasons[feature], evidence=kept, contribution=1.0), "Paper Home", "Wood Friends", "sv")
    assert helps == SWEDISH.get(feature, helps)


def test_what_is_unknown_is_said_in_swedish_too(con: Connection, reasons: dict[str, MatchReason]) -> None:
    found = told(con, 3)
    said = {feature: sentence(reason, "Paper Home", "Silent", "sv") for feature, reason in found.items()}
    assert said["ecosystems"] == "Okänt: industriella ekosystem för Silent."
    unknown = {feature for feature, reason in found.items() if reason.evidence.get("unknown")}
    assert {feature for feature, text in said.items() if text.startswith("Okänt: ")} == unknown


def test_a_language_that_nobody_taught_is_refused(reasons: dict[str, MatchReason]) -> None:
    with pytest.raises(ValueError, match="wanted a language among en, sv, found 'fi'"):
        sentence(reasons["size"], "Paper Home", "Wood Friends", "fi")


def test_what_none_of_the_known_partners_has_is_said(con: Connection, reasons: dict[str, MatchReason]) -> None:
    con.execute("UPDATE clusters SET technologies = ['Lignin'] WHERE organisation_id = 5")
    assert told(con, 2)["technology_gap"].text.startswith(
        "They add Timber engineering, which neither Paper Home nor any of its known partners names; "
    )
