from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from anyascii import anyascii
from hypothesis import given
from hypothesis import strategies as st

from sync.normalise.regions import Region, is_region, read_region
from warehouse import vocabulary

LEVEL_2 = [row for row in vocabulary.data_rows("nuts2024_codes") if row["level"] == "2" and not row["code"].endswith("ZZ")]


def iso(nuts: str) -> str:
    return {"EL": "GR"}.get(nuts[:2], nuts[:2])


@pytest.mark.parametrize(
    ("printed", "country", "nuts2"),
    [
        ("Norra Mellansverige", "SE", "SE31"),
        ("norra  mellansverige", "SE", "SE31"),
        ("Южен централен (Yuzhen tsentralen)", "BG", "BG42"),
        ("Южен централен", "BG", "BG42"),
        ("Yuzhen tsentralen", "BG", "BG42"),
        ("South-Central (Bulgaria)", "BG", "BG42"),
        ("Αττική", "GR", "EL30"),
        ("Attiki", "GR", "EL30"),
        ("Bruxelles-Capitale", "BE", "BE10"),
        ("Région de Bruxelles-Capitale/Brussels Hoofdstedelijk Gewest", "BE", "BE10"),
        ("Brussels Hoofdstedelijk Gewest", "BE", "BE10"),
        ("Catalonia", "ES", "ES51"),
        ("Île-de-France", "FR", "FR10"),
        ("Provence-Alpes-Côte d'Azur", "FR", "FRL0"),
        ("Limburg (NL)", "NL", "NL42"),
        ("Limburg (Belgium)", "BE", "BE22"),
        ("Limburg (NL) (Netherlands)", "NL", "NL42"),
        ("Freiburg", "DE", "DE13"),
        ("SE31", "SE", "SE31"),
        ("Berlin", "DE", "DE30"),
        ("İstanbul", "TR", "TR10"),
    ],
)
def test_a_region_is_known_in_any_script_and_by_either_part(printed: str, country: str, nuts2: str) -> None:
    assert read_region(printed).value == Region(country, nuts2)


def test_a_level_3_name_gives_the_level_2_region_that_it_lies_in() -> None:
    assert read_region("Värmlands län").value == Region("SE", "SE31")


@pytest.mark.parametrize(
    ("printed", "country"), [("Bayern", "DE"), ("Bavaria", "DE"), ("Hauts-de-France", "FR"), ("Slovenija", "SI")]
)
def test_a_level_1_name_gives_the_country_only(printed: str, country: str) -> None:
    assert read_region(printed).value == Region(country, None)


@pytest.mark.parametrize(("printed", "country"), [("South Western Scotland", "GB"), ("Mazowieckie", "PL"), ("Lisboa", "PT")])
def test_a_region_of_an_earlier_nuts_gives_the_country_only(printed: str, country: str) -> None:
    assert read_region(printed).value == Region(country, None)


@pytest.mark.parametrize("printed", ["Nord-Est", "Centro", "South-West", "Limburg"])
def test_a_homonym_without_a_country_is_doubted_and_never_guessed(printed: str) -> None:
    read = read_region(printed)
    assert read.value is None
    assert [doubt.kind for doubt in read.doubts] == ["ambiguous region"]


@pytest.mark.parametrize(
    ("printed", "country", "nuts2"),
    [
        ("Nord-Est", "RO", "RO21"),
        ("Nord-Est", "IT", None),
        ("Centro", "PT", "PT19"),
        ("South-West", "BG", "BG41"),
        ("Freiburg", "CH", "CH02"),
    ],
)
def test_a_country_on_the_page_tells_homonyms_apart(printed: str, country: str, nuts2: str | None) -> None:
    assert read_region(printed, country).value == Region(country, nuts2)


def test_a_region_in_another_country_than_the_page_says_is_a_contradiction() -> None:
    for read in (read_region("Bretagne", "SE"), read_region("South-Central (Bulgaria)", "SE"), read_region("Limburg (NL)", "BE")):
        assert read.value is None
        assert [doubt.kind for doubt in read.doubts] == ["contradiction"]


def test_outside_nuts_a_region_is_taken_as_it_stands() -> None:
    assert read_region("Ontario", "CA").value == Region("CA", None)
    assert not read_region("Ontario", "CA").doubts


@pytest.mark.parametrize("printed", ["Atlantis", "Extra-Regio NUTS 2", "36", "()", "Cluster Manager", "."])
def test_what_is_no_region_is_unknown(printed: str) -> None:
    read = read_region(printed)
    assert read.value is None
    assert [doubt.kind for doubt in read.doubts] == ["unknown region"]
    assert not is_region(printed)


def test_every_level_2_label_leads_to_its_own_code_once_the_country_is_known() -> None:
    for row in LEVEL_2:
        both = row["label"] if row["label"] == row["label_latin"] else f"{row['label']} ({row['label_latin']})"
        for printed in (row["label"], row["label_latin"], anyascii(row["label"]), row["label"].upper(), both):
            read = read_region(printed, iso(row["code"]))
            assert read.value == Region(iso(row["code"]), row["code"]), (printed, read)


def test_without_a_country_a_level_2_label_leads_to_its_own_code_or_to_a_doubt() -> None:
    doubted = {row["label"] for row in LEVEL_2 if read_region(row["label"]).value != Region(iso(row["code"]), row["code"])}
    assert doubted == {"Nord-Est"}


def test_our_own_names_of_regions_stand_for_codes_that_exist() -> None:
    ours = tomllib.loads(files("sync.normalise").joinpath("regions.toml").read_text(encoding="utf-8"))
    codes = {row["code"] for row in vocabulary.data_rows("nuts2024_codes")}
    assert set(ours["names"]) <= codes
    for code, names in ours["names"].items():
        for name in names:
            read = read_region(name, iso(code)).value
            assert read == Region(iso(code), code if len(code) == 4 else None), name


@given(st.text(), st.sampled_from([None, "SE", "CA"]))
def test_no_text_is_too_odd_for_a_region(printed: str, country: str | None) -> None:
    read = read_region(printed, country)
    assert (read.value is None) == bool(read.doubts)
