"""What staff think of partners, on the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warehouse import opinions
from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.opinions import Ranked

AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
HOME, ALPHA, BETA = RecordKey("eccp", "home"), RecordKey("tci", "alpha"), RecordKey("tci", "beta")
RANKED = Ranked("learned-balanced-1", 3, 12.5, 7)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk.open(tmp_path / "desk.sqlite") as opened:
        yield opened


def give(desk: Desk, partner: RecordKey, is_useful: bool, by: str, because: str = "") -> None:
    opinions.give(desk, HOME, partner, is_useful=is_useful, because=because, ranked=RANKED, by=by, at=AT)


def test_the_last_word_of_everybody_on_every_two_stands(desk: Desk) -> None:
    give(desk, ALPHA, True, "Ada", "rang back")
    give(desk, ALPHA, False, "Bo")
    give(desk, ALPHA, False, "ADA", "never rang again")
    give(desk, BETA, True, "Ada")
    found = opinions.standing(desk, [HOME])
    assert [(one.partner, one.is_useful, one.by, one.because) for one in found] == [
        (BETA, True, "Ada", ""),
        (ALPHA, False, "ADA", "never rang again"),
        (ALPHA, False, "Bo", ""),
    ]
    assert found[0].ranked == RANKED
    assert opinions.standing(desk) == found
    assert opinions.standing(desk, [ALPHA]) == []


def test_a_reason_has_its_length(desk: Desk) -> None:
    with pytest.raises(ValueError, match="500"):
        give(desk, ALPHA, True, "Ada", "x" * 501)


def test_what_is_kept_out_leaves_no_opinion_behind(desk: Desk) -> None:
    give(desk, ALPHA, True, "Ada")
    give(desk, BETA, True, "Ada", "like Alpha")
    assert opinions.mentions(desk, ALPHA.__eq__, lambda text: "Alpha" in text) == 2
    assert opinions.forget(desk, ALPHA.__eq__, lambda text: text.replace("Alpha", "–")) == 2
    assert [(one.partner, one.because) for one in opinions.standing(desk)] == [(BETA, "like –")]
