from __future__ import annotations

from collections.abc import Callable

import pytest

from sync.normalise import Normalised
from sync.normalise.labels import Level, read_level
from warehouse.profile import Label
from warehouse.vocabulary import LabelLevel


@pytest.mark.parametrize(
    ("printed", "level", "issuer"),
    [
        ("Gold Label", "gold", None),
        ("GOLD", "gold", None),
        ("Silver", "silver", None),
        ("Bronze Label of the European Cluster Excellence Initiative", "bronze", None),
        ("ESCA Bronze", "bronze", "ESCA"),
        ("Cluster Management Excellence Label GOLD (EUCLES)", "gold", "EUCLES"),
    ],
)
def test_a_level_is_read_with_the_words_that_usually_stand_around_it(printed: str, level: str, issuer: str | None) -> None:
    assert read_level(printed).value == Level(LabelLevel(level), issuer)


@pytest.mark.parametrize(
    "printed", ["Platinum Label", "Former Gold Label", "Striving for Gold", "Gold and Silver", "Label", "Golden"]
)
def test_words_that_may_change_the_level_make_it_unknown(printed: str) -> None:
    assert read_level(printed).value is None
    assert [doubt.kind for doubt in read_level(printed).doubts] == ["unknown word"]


def test_a_year_beside_a_level_is_doubted_and_not_made_a_day() -> None:
    read = read_level("Gold (2020, renewed)")
    assert read.value == Level(LabelLevel.GOLD)
    assert [doubt.kind for doubt in read.doubts] == ["imprecise date"]


def test_a_label_has_the_dates_that_stand_beside_it(read: Callable[..., Normalised]) -> None:
    result = read(excellence_label="Bronze Label", label_awarded="28 August 2014", label_valid_until="2016/08/28")
    assert result.profile is not None
    assert result.profile.model_dump(mode="json")["labels"] == [
        {"level": "bronze", "issuer": None, "awarded": "2014-08-28", "valid_until": "2016-08-28"}
    ]
    assert not result.findings


def test_dates_that_do_not_come_one_a_label_belong_to_none(read: Callable[..., Normalised]) -> None:
    result = read(excellence_label=("Bronze Label", "Gold Label"), label_valid_until="2016/08/28")
    assert result.profile is not None
    assert result.profile.labels == (Label(level=LabelLevel.BRONZE), Label(level=LabelLevel.GOLD))
    assert [(finding.kind, finding.printed) for finding in result.findings] == [("contradiction", "2016/08/28")]


def test_a_label_that_ends_before_it_begins_is_doubted(read: Callable[..., Normalised]) -> None:
    result = read(excellence_label="Gold", label_awarded="2016-01-01", label_valid_until="2015-01-01")
    assert [finding.kind for finding in result.findings] == ["contradiction"]


def test_another_label_keeps_its_own_words(read: Callable[..., Normalised]) -> None:
    result = read(excellence_label="Gold Label", other_label="World-Class Cluster")
    assert result.profile is not None
    assert result.profile.labels == (Label(level=LabelLevel.GOLD), Label(issuer="World-Class Cluster"))
    assert [claim.printed for claim in result.claims if claim.field == "labels"] == [("Gold Label", "World-Class Cluster")]
