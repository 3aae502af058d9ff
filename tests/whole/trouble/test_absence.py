"""A record that its network no longer lists, through whole runs: missing, gone after two complete runs, back again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sync import pipeline
from sync.clock import FrozenClock
from sync.journal import journal
from sync.settings import load_settings
from warehouse.editions import EditionReader
from warehouse.rows import Outcome

pytestmark = pytest.mark.xdist_group("verdicts")

A_DAY = 86_400.0
LAST = "eccp-cluster-9"
Standing = tuple[date | None, bool]
Night = Callable[[], tuple[Outcome, Standing]]


@pytest.fixture
def night(tmp_path: Path, module_network: Any, helpers: Any) -> Night:
    """Runs a night, a day after the last; how it ended, and whether the last of ten clusters is missing and is gone."""
    module_network.clusters = 10
    module_network.replies.clear()
    settings = load_settings(helpers.write_config(tmp_path, eccp=module_network.base), {})
    clock = FrozenClock(datetime(2026, 11, 23, 4, 15, tzinfo=UTC))

    def run() -> tuple[Outcome, Standing]:
        with journal(settings.paths.var, quiet=True, clock=clock) as log:
            report = pipeline.run(settings, ("eccp",), clock, log)
        clock.advance(A_DAY)
        with EditionReader(settings.paths.var / "editions") as reader, reader.cursor() as con:
            rows = con.execute(
                """
                SELECT s.missing_since, s.is_gone, c.is_gone
                FROM cluster_sources AS s
                JOIN clusters AS c ON c.organisation_id = s.organisation_id
                WHERE s.source_key = ?
                """,
                [LAST],
            ).fetchall()
        missing_since, is_gone, organisation_is_gone = rows[0]
        assert is_gone == organisation_is_gone  # nobody else lists it
        return report.networks[0].run.outcome, (missing_since, is_gone)

    return run


@pytest.mark.thorough
def test_two_complete_runs_make_a_record_gone_and_doubted_or_failed_ones_between_do_not_count(
    night: Night, module_network: Any, helpers: Any
) -> None:
    assert night() == (Outcome.COMPLETE, (None, False))
    module_network.clusters = 9
    assert night() == (Outcome.COMPLETE, (date(2026, 11, 24), False))
    module_network.clusters = 5
    assert night() == (Outcome.HELD, (date(2026, 11, 24), False))
    module_network.replies["*"] = helpers.answer(403, "No.")
    assert night() == (Outcome.REFUSED, (date(2026, 11, 24), False))
    module_network.replies["*"] = helpers.answer(500, "Oh.")
    assert night() == (Outcome.FAILED, (date(2026, 11, 24), False))
    module_network.replies.clear()
    module_network.clusters = 9
    assert night() == (Outcome.COMPLETE, (date(2026, 11, 24), True))
    assert night() == (Outcome.COMPLETE, (date(2026, 11, 24), True))


@pytest.mark.thorough
def test_a_record_that_is_seen_again_is_missing_no_more_whether_it_was_gone_or_not(night: Night, module_network: Any) -> None:
    night()
    for absent_nights, is_gone in ((1, False), (2, True)):
        module_network.clusters = 9
        for _ in range(absent_nights):
            standing = night()[1]
        assert standing[1] is is_gone
        module_network.clusters = 10
        assert night() == (Outcome.COMPLETE, (None, False))
    module_network.clusters = 9
    assert night()[1][1] is False  # the count begins anew
