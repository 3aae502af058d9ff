from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from sync.normalise.dates import EARLIEST, PrintedDate, read_date, read_day, read_past_date
from sync.normalise.languages import EU_LANGUAGES
from warehouse.vocabulary import FoundedPrecision

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(EARLIEST, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    "printed",
    [
        "Tuesday, 13 September, 2011",
        "Tue 13 Sep 2011",
        "13 September 2011",
        "September 13, 2011",
        "13th of September 2011",
        "2011-09-13",
        "2011/09/13",
        "2011.09.13",
        "13/09/2011",
        "13.9.2011",
        "13. 9. 2011",
        "13-09-2011",
        "13/09/2011 - 10:24",
        "2011-09-13T08:00:00Z",
        "2011-09-13 08:00:00.123 +02:00",
        "13 september 2011",
        "tisdag den 13 september 2011",
        "13. September 2011",
        "mar. 13 sept. 2011",
        "13 de septiembre de 2011",
        "13 Σεπτεμβρίου 2011",
        "13 септември 2011",
    ],
)
def test_a_day_is_read_in_figures_and_in_words(printed: str) -> None:
    assert read_date(printed).value == PrintedDate(date(2011, 9, 13), FoundedPrecision.DAY)


@pytest.mark.parametrize(
    ("printed", "on", "precision"),
    [
        ("September 2011", date(2011, 9, 1), "month"),
        ("2011-09", date(2011, 9, 1), "month"),
        ("09/2011", date(2011, 9, 1), "month"),
        ("März 2011", date(2011, 3, 1), "month"),
        ("août 2011", date(2011, 8, 1), "month"),
        ("2011", date(2011, 1, 1), "year"),
    ],
)
def test_a_date_is_no_more_precise_than_it_is_printed(printed: str, on: date, precision: str) -> None:
    assert read_date(printed).value == PrintedDate(on, FoundedPrecision(precision))


def test_an_ambiguous_date_in_figures_has_its_day_first() -> None:
    read = read_date("03/04/2011").value
    assert read is not None
    assert read.on == date(2011, 4, 3)


def test_a_weekday_that_contradicts_the_date_is_doubted_and_the_date_kept() -> None:
    read = read_date("Sunday, 13 September, 2011")
    assert read.value == PrintedDate(date(2011, 9, 13), FoundedPrecision.DAY)
    assert [doubt.kind for doubt in read.doubts] == ["contradiction"]


@pytest.mark.parametrize("printed", ["31 February 2011", "2011-02-30", "09/13/2011", "2011-00-10", "0000", "1399", "0 May 2011"])
def test_a_date_that_never_was_is_impossible(printed: str) -> None:
    assert read_date(printed).value is None
    assert [doubt.kind for doubt in read_date(printed).doubts] == ["impossible date"]


@pytest.mark.parametrize(
    "printed",
    [
        "soon",
        "13/09/11",
        "May",
        "13 May",
        "1999-2003",
        "March 5 7 2011",
        "May June 2011",
        "about 2011",
        "2011?",
        "listopad 2011",
        "٢٠١١",
    ],
)
def test_what_leaves_room_for_doubt_is_not_a_date(printed: str) -> None:
    assert read_date(printed).value is None
    assert [doubt.kind for doubt in read_date(printed).doubts] == ["not a date"]


@pytest.mark.parametrize("printed", ["24 November 2026", "December 2026", "2027"])
def test_nothing_has_been_founded_in_the_future(printed: str) -> None:
    assert read_past_date(printed, TODAY).value is None
    assert [doubt.kind for doubt in read_past_date(printed, TODAY).doubts] == ["impossible date"]


@pytest.mark.parametrize("printed", ["23 November 2026", "November 2026", "2026"])
def test_today_this_month_and_this_year_are_not_the_future(printed: str) -> None:
    assert read_past_date(printed, TODAY).value is not None


def test_a_month_is_no_day() -> None:
    assert read_day("September 2011").value is None
    assert [doubt.kind for doubt in read_day("September 2011").doubts] == ["imprecise date"]


def test_a_label_may_be_valid_until_a_day_in_the_future() -> None:
    assert read_day("2027/01/31").value == date(2027, 1, 31)
    assert read_day("2027/01/31", TODAY).value is None


@given(DAYS, st.sampled_from(EU_LANGUAGES), st.sampled_from(["full", "long"]))
def test_a_long_date_of_a_european_language_is_read_right_or_not_at_all(on: date, language: str, form: str) -> None:
    read = read_date(format_date(on, form, language)).value
    assert read is None or read == PrintedDate(on, FoundedPrecision.DAY)


@pytest.mark.parametrize("language", ["en", "sv", "de", "fr", "da", "nb", "fi", "nl", "it", "es", "pt"])
@given(on=DAYS)
def test_a_long_date_of_a_large_or_neighbouring_language_is_always_read(language: str, on: date) -> None:
    read = read_date(format_date(on, "d MMMM y", language))
    assert read.value == PrintedDate(on, FoundedPrecision.DAY)
    assert not read.doubts


@given(st.text())
def test_no_text_is_too_odd_for_a_date(printed: str) -> None:
    read = read_date(printed)
    assert read.value is not None or read.doubts
