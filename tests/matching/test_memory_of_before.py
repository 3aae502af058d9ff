"""What an earlier version of the program remembered is forgotten, and everything is compared anew."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb

from matching.sameness.resolution import resolve
from support.records import know
from warehouse.migrate import known_migrations, migrate
from warehouse.rows import Verdict
from warehouse.state import State

NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
RECORDS = [
    {"record_id": 1, "network": "eccp", "name": "Sawmill Valley", "country": "SE", "domain": "sawmill.se"},
    {"record_id": 2, "network": "tci", "name": "Sawmill Valley", "country": "SE", "domain": "sawmill.se"},
    {"record_id": 3, "network": "tci", "name": "Kelp Hub", "country": "NO", "domain": "kelp.no"},
]


def test_a_state_of_before_one_row_a_record_remembers_nothing_of_what_it_thought() -> None:
    con = duckdb.connect(":memory:")
    migrate(con, known_migrations()[:11], is_read_only=False)
    con.execute("INSERT INTO sameness_stamp VALUES ('of before')")
    con.execute("INSERT INTO sameness_opinions VALUES (1, 3, 'same', 9.9, 'of before')")
    con.execute("INSERT INTO sameness_shared VALUES ('domain', 'sawmill.se')")
    with State(con) as old, State.memory() as new:
        outcomes = []
        for state in (old, new):
            know(state.con, RECORDS)
            outcomes.append(resolve(state.con, now=NOW, previous=()))
        assert outcomes[0] == outcomes[1]
        assert [(one.left, one.right) for one in outcomes[0].judgements if one.verdict is Verdict.SAME] == [(1, 2)]
