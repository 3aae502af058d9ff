"""A reason that takes points says why it does, and never reads as one that helps."""

from __future__ import annotations

import pytest

from matching.partners.explain import sentence
from matching.partners.phrases import joined
from warehouse.rows import MatchReason

ONE = {"shared": ["Paper and Packaging"], "only_home": [], "only_partner": []}
GAP = {"brings": ["Biorefinery", "Lignin"], "fit_percent": 13, "partners": 0, "new_to_partners": []}
VARIETY = {"adds": ["Wood Products"], "nearest": {"partner": "Wood Products", "home": "Forestry", "proximity": 0.2}}
GOLD = {"level": "bronze", "is_valid": True, "valid_until": "2028-02-29", "network": "esca", "url": None}
TIE = {"through": [{"id": 5, "name": "Old Friend", "partnership": "Wood Alliance", "year": 2018}]}

AGAINST = {
    "ecosystems": (
        {"shared": ["Textiles"], "only_home": [], "only_partner": ["Construction"]},
        "Less in common than on average: both work in Textiles; they add Construction.",
        "Mindre gemensamt än i genomsnitt: båda arbetar inom textil; de tillför bygg och anläggning.",
    ),
    "sectors": (
        ONE,
        "Less in common than on average: both are in Paper and Packaging.",
        "Mindre gemensamt än i genomsnitt: båda finns inom papper och förpackningar.",
    ),
    "related_variety": (
        VARIETY,
        "They add Wood Products; it completes the sectors of Ours less than what others add on average.",
        "De tillför träprodukter; det kompletterar branscherna i Ours mindre än vad andra tillför i genomsnitt.",
    ),
    "technologies": (
        {"shared": ["Biorefinery"]},
        "Less in common than on average: both use Biorefinery.",
        "Mindre gemensamt än i genomsnitt: båda använder bioraffinaderi.",
    ),
    "technology_gap": (
        GAP,
        "Less of their technology than on average is new and fits the field of Ours (13%): "
        "they would add Biorefinery and Lignin.",
        "Mindre av deras teknik än i genomsnitt är ny och passar Ours (13 %): de skulle tillföra bioraffinaderi och lignin.",
    ),
    "text": (
        {"place": 2, "of": 40, "words": ["lignin"]},
        "Of 40 possible partners, 1 uses words more like those of Ours, though both write about “lignin”.",
        "Av 40 tänkbara partner är det 1 som väljer ord som mer liknar dem hos Ours, fast båda skriver om ”lignin”.",
    ),
    "s3_priorities": (
        {"shared": ["Bioeconomy"]},
        "Less in common than on average: both have the smart-specialisation priority Bioeconomy.",
        "Mindre gemensamt än i genomsnitt: båda prioriterar ”Bioeconomy” i smart specialisering.",
    ),
    "size": (
        {"partner_members": 9, "home_members": 900},
        "Less alike in size than on average: they have 9 members, Ours 900.",
        "Mindre lika stora än i genomsnitt: de har 9 medlemmar, Ours 900.",
    ),
    "label": (
        GOLD,
        "A lower label than on average: they hold the bronze excellence label until 29 Feb 2028.",
        "Lägre märkning än i genomsnitt: de har kvalitetsmärkningen i brons till 29 feb. 2028.",
    ),
    "networks": (
        {"shared": ["Bio Alliance"]},
        "Less in common than on average: both are in Bio Alliance.",
        "Mindre gemensamt än i genomsnitt: båda är med i Bio Alliance.",
    ),
    "ties": (
        TIE,
        "Fewer or weaker ties than on average: both have been partners of Old Friend (Wood Alliance, 2018).",
        "Färre eller svagare band än i genomsnitt: båda har varit partner till Old Friend (Wood Alliance, 2018).",
    ),
}


@pytest.mark.parametrize("feature", AGAINST)
def test_what_takes_points_is_told_as_less_than_on_average(feature: str) -> None:
    said, english, swedish = AGAINST[feature]
    assert sentence(MatchReason(feature, -2.0, "", said), "Ours", "Theirs", "en") == english
    assert sentence(MatchReason(feature, -2.0, "", said), "Ours", "Theirs", "sv") == swedish


@pytest.mark.parametrize("feature", AGAINST)
def test_what_is_told_as_no_points_is_neither_for_nor_against(feature: str) -> None:
    said, *_ = AGAINST[feature]

    def told(points: float) -> str:
        return sentence(MatchReason(feature, points, "", said), "Ours", "Theirs", "en")

    assert told(-0.04) == told(0.0) == told(2.0) != told(-0.05)


def test_one_name_and_a_number_of_others_need_no_comma_for_what_is_not_named() -> None:
    values = ["Biobased chemistry", "Pulp and paper", "Lignin", "Catalysis"]

    def told(values: list[str], most: int) -> str:
        return joined(values, conjunction="and", more="more", nothing="nothing", most=most)

    assert told(values, 1) == "Biobased chemistry and 3 more"
    assert told(values, 2) == "Biobased chemistry, Pulp and paper, and 2 more"
    assert told(values, 3) == "Biobased chemistry, Pulp and paper, Lignin and 1 more"
