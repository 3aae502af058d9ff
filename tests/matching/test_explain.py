"""Every part of a score is a sentence a person can check."""

from __future__ import annotations

import json
from datetime import date

import pytest

from matching.partners.ranking import Mode, rank
from warehouse.connection import Connection
from warehouse.rows import MatchReason

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
    found: dict[str, MatchReason] = {}
    for mode in Mode:
        match = next(match for match in rank(con, 1, mode=mode, today=TODAY) if match.partner == 2)
        found |= {reason.feature: reason for reason in match.reasons}
    return found


@pytest.mark.parametrize(
    ("feature", "sentence"),
    [
        ("ecosystems", "Both work in Energy-intensive industries (EII); they add Construction."),
        ("sectors", "Both are in Paper and Packaging."),
        ("related_variety", "They add Wood Products; Wood Products often goes together with Forestry."),
        ("technologies", "Both use Biorefinery."),
        (
            "technology_gap",
            "They bring Timber engineering, which Paper Home does not name: 67 % of what they can do, as far as it fits.",
        ),
        ("s3_priorities", "Both have the smart-specialisation priority Bioeconomy."),
        ("macro_region", "Both are in the Baltic Sea region and the Nordic countries."),
        ("interest", "They name Sweden as a target country; Paper Home names Finland as a target country."),
        ("size", "They have 95 members, Paper Home 120."),
        ("label", "They hold the gold excellence label until 2028-02-29."),
        ("networks", "Both are in Bio Alliance and eccp."),
    ],
)
def test_each_feature_is_told_with_its_evidence(reasons: dict[str, MatchReason], feature: str, sentence: str) -> None:
    assert reasons[feature].text == sentence


def test_the_text_reason_names_the_place_and_the_words_both_use(reasons: dict[str, MatchReason]) -> None:
    assert set(reasons["text"].evidence["words"]) <= {
        "papermaking",
        "biorefinery",
        "bioeconomy",
        "energy",
        "intensive",
        "industries",
    }
    assert len(reasons["text"].evidence["words"]) == 4
    assert reasons["text"].evidence["place"] == 1


def test_distances_say_how_they_were_measured(reasons: dict[str, MatchReason]) -> None:
    assert reasons["geography"].text.startswith("About ")
    assert reasons["geography"].text.endswith(" km apart, measured from the middle of the region.")
    assert 400 < reasons["geography"].evidence["km"] < 800


def test_evidence_can_be_stored_and_says_when_the_partner_was_checked(reasons: dict[str, MatchReason]) -> None:
    for reason in reasons.values():
        assert json.loads(json.dumps(dict(reason.evidence)))["checked_on"] == "2026-11-20"
    assert reasons["label"].evidence["url"] == "https://example.org/label"


def test_what_is_unknown_is_said_with_whose_it_is_and_comes_last(con: Connection, reasons: dict[str, MatchReason]) -> None:
    match = next(match for match in rank(con, 1, today=TODAY) if match.partner == 3)
    told = [reason.text.startswith("Not known: ") for reason in match.reasons]
    assert told == sorted(told)
    ecosystems = next(reason for reason in match.reasons if reason.feature == "ecosystems")
    assert ecosystems.text == "Not known: the industrial ecosystems of Silent."
    assert ecosystems.contribution == 0


def test_a_lapsed_and_an_undated_label_are_told_as_such(con: Connection, reasons: dict[str, MatchReason]) -> None:
    con.execute("INSERT INTO labels VALUES (3, 'bronze', 'ESCA', NULL, '2020-01-31', 'esca', NULL)")

    def told() -> str:
        match = next(match for match in rank(con, 1, today=TODAY) if match.partner == 3)
        return next(reason.text for reason in match.reasons if reason.feature == "label")

    assert told() == "Their bronze excellence label ended on 2020-01-31."
    con.execute("UPDATE labels SET valid_until = NULL WHERE organisation_id = 3")
    assert told() == "Not known: the end of the excellence label of Silent."


def test_what_helps_most_is_told_first(real: Connection) -> None:
    for match in rank(real, 8, top=10, today=TODAY):
        known = [reason.contribution for reason in match.reasons if not reason.text.startswith("Not known")]
        assert known == sorted(known, reverse=True)
        assert all(reason.text.endswith(".") for reason in match.reasons)
