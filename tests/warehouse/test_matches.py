"""What partner matching computes is replaced whole, or stays as it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import duckdb
import pytest

from warehouse import matches
from warehouse.rows import MatchReason, PartnerMatch


@dataclass(frozen=True)
class Partnership:
    organisation_id: int
    partner_id: int
    programme: str | None
    partnership: str
    year: int | None
    source_urls: tuple[str, ...]
    fold: str | None


def match(partner: int, rank: int, *reasons: MatchReason) -> PartnerMatch:
    return PartnerMatch(1, partner, sum(reason.contribution for reason in reasons), rank, "hand-balanced 1", reasons)


SECTORS = MatchReason(
    "sectors", 0.5, "Both work on paper.", {"shared": ["Paper and Packaging"], "checked_on": date(2026, 11, 23)}
)
DISTANCE = MatchReason("geography", -0.1, "They are 900 km apart.", {"km": 900})


def test_matches_and_their_reasons_are_written_in_order(nights) -> None:
    matches.write(nights.state, [match(7, 1, SECTORS, DISTANCE), match(8, 2, SECTORS)])
    assert nights.rows("SELECT partner_id, rank, score FROM partner_matches ORDER BY rank") == [(7, 1, 0.4), (8, 2, 0.5)]
    reasons = nights.rows("SELECT partner_id, position, feature, evidence FROM match_reasons ORDER BY partner_id, position")
    assert [row[:3] for row in reasons] == [(7, 1, "sectors"), (7, 2, "geography"), (8, 1, "sectors")]
    assert json.loads(reasons[0][3]) == {"shared": ["Paper and Packaging"], "checked_on": "2026-11-23"}


def test_writing_again_replaces_all_that_stood(nights) -> None:
    matches.write(nights.state, [match(7, 1, SECTORS), match(8, 2, SECTORS)])
    matches.write(nights.state, [match(9, 1, DISTANCE)])
    assert nights.rows("SELECT partner_id FROM partner_matches") == [(9,)]
    assert nights.rows("SELECT partner_id, feature FROM match_reasons") == [(9, "geography")]
    matches.write(nights.state, [])
    assert nights.rows("SELECT count(*) FROM partner_matches") == [(0,)]


def test_a_failure_half_way_leaves_the_former_matches(nights) -> None:
    matches.write(nights.state, [match(7, 1, SECTORS)])
    nights.state.con.execute("ALTER TABLE match_reasons RENAME COLUMN text TO sentence")
    with pytest.raises(duckdb.Error):
        matches.write(nights.state, [match(9, 1, DISTANCE)])
    assert nights.rows("SELECT partner_id FROM partner_matches") == [(7,)]


def test_known_partnerships_are_written_and_replaced(nights) -> None:
    known = Partnership(1, 7, "Interreg", "Paper Alliance", 2021, ("https://a.example", "https://b.example"), "f1")
    matches.write_partnerships(nights.state, [known, Partnership(1, 8, None, "Fibre Club", None, (), None)])
    matches.write_partnerships(nights.state, [known])
    assert nights.rows("SELECT * FROM known_partnerships") == [
        (1, 7, "Interreg", "Paper Alliance", 2021, ["https://a.example", "https://b.example"], "f1")
    ]
