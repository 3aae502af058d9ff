"""Values of the closed vocabularies are called something in Swedish."""

from __future__ import annotations

import pytest

from warehouse import vocabulary
from warehouse.vocabulary import SCHEMES, label


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_value_has_a_swedish_name_of_its_own(scheme: str) -> None:
    values = getattr(vocabulary, scheme)()
    named = [label(scheme, value, "sv") for value in values]
    assert all(named)
    assert len(set(named)) == len(values) >= 10


def test_a_value_is_called_by_its_name_in_the_language_and_else_stays_as_it_is() -> None:
    assert label("sectors", "Paper and Packaging", "sv") == "Papper och förpackningar"
    assert label("sectors", "Paper and Packaging", "en") == "Paper and Packaging"
    assert label("sectors", "17", "sv") == "17"


def test_a_vocabulary_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"wanted a vocabulary among ecosystems, .*, found 'colours'"):
        label("colours", "red", "sv")
