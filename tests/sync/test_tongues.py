"""What the terminal says in one language it says in the other, with the same values in it."""

from __future__ import annotations

from string import Formatter

import pytest

from matching.partners.programmes import Answer, Status
from matching.partners.recipe import Mode, Origin
from sync.cli.output import Stop
from sync.cli.tongues import TEXTS, decimals, spoken, value_names


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_with_the_same_values() -> None:
    english, swedish = TEXTS["en"], TEXTS["sv"]
    assert english.keys() == swedish.keys()
    for key, text in english.items():
        assert placeholders(text) == placeholders(swedish[key]), key
    assert {key for key, text in english.items() if swedish[key] == text} == set()


@pytest.mark.parametrize("key", [*Answer, *Status, *Mode, *Origin, "add", "lead", "replace"])
def test_every_answer_trust_mode_and_origin_has_words(key: str) -> None:
    assert TEXTS["sv"][key]


def test_ecosystems_and_technologies_are_named_in_the_language_and_what_has_no_name_as_printed() -> None:
    assert value_names(("Tourism", "Green chemistry", "Lignin foams"), "sv") == "Turism, Grön kemi, Lignin foams"
    assert value_names(("Energy-renewables", "Lignin foams"), "en") == "Renewable energy, Lignin foams"


def test_numbers_have_the_decimal_mark_of_the_language() -> None:
    assert (decimals(4.25, ".1f", "en"), decimals(-4.25, "+6.1f", "sv")) == ("4.2", "  -4,2")


def test_a_language_that_nobody_speaks_here_is_refused() -> None:
    with pytest.raises(Stop, match="wanted --lang with en or sv, found 'fi'"):
        spoken("fi")
