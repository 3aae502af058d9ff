"""Makers of rows for the warehouse's tests: short to write, and only what a test names differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matching.sameness import numbering
from warehouse import changes, ledger, merge, organisations
from warehouse.load import load
from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput, Finding, Loaded, NetworkRun, Outcome, PageMemory, RecordInput
from warehouse.state import State

NIGHT = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
NOT_CLAIMED = {"network", "source_key", "url"}


@dataclass
class Nights:
    """A state, and the nights that go by over it; each ``load`` is a night of its own unless told otherwise."""

    state: State
    now: datetime = NIGHT
    run_id: int = 0

    def profile(self, key: str = "paper", network: str = "eccp", **said: object) -> ClusterProfile:
        facts = {"name": f"Cluster {key}", "url": f"https://{network}.example/{key}", **said}
        return ClusterProfile.model_validate({"network": network, "source_key": key, **facts})

    def record(
        self,
        key: str = "paper",
        network: str = "eccp",
        era: str = "d9",
        older: Mapping[str, object] | None = None,
        **said: object,
    ) -> RecordInput:
        """A record with a claim for each thing said; ``older``: what the page of the older era d7 says besides."""
        profile = self.profile(key, network, **said)
        claims = [
            self.claim(field, value, era)
            for field, value in json.loads(profile.model_dump_json(exclude_defaults=True, exclude_none=True)).items()
        ]
        claims += [self.claim(field, value, "d7") for field, value in (older or {}).items()]
        return RecordInput(profile, tuple(claim for claim in claims if claim.field not in NOT_CLAIMED))

    def claim(self, field: str, value: object, era: str = "d9", printed: Sequence[str] | None = None) -> ClaimInput:
        text = None if value is None else json.dumps(value, ensure_ascii=False)
        return ClaimInput(field, text, tuple(printed or (str(value),)), "https://eccp.example/page", "0" * 64, era)

    def run(
        self,
        *records: RecordInput,
        network: str = "eccp",
        outcome: Outcome = Outcome.COMPLETE,
        because: str = "",
        findings: Sequence[Finding] = (),
        pages: Sequence[PageMemory] = (),
        unchanged: Sequence[str] = (),
        unread: Sequence[str] = (),
    ) -> NetworkRun:
        return NetworkRun(
            network, outcome, because, self.now, self.now + timedelta(minutes=5), len(records), len(unchanged), 0,
            records, tuple(findings), tuple(pages), frozenset(unchanged), frozenset(unread),
        )  # fmt: skip

    def night(self) -> int:
        """Begin the next night's run."""
        if self.run_id:
            ledger.end(self.state, self.run_id, self.now)
            self.now += timedelta(days=1)
        self.run_id = ledger.begin(self.state, self.now)
        return self.run_id

    def load(self, *records: RecordInput, same_night: bool = False, gone_after: int = 2, **more: object) -> Loaded:
        if not same_night:
            self.night()
        return load(self.state, self.run_id, self.run(*records, **more), self.now, gone_after=gone_after)

    def number(self, key: str, network: str = "eccp") -> int:
        rows = self.rows("SELECT record_id FROM ledger.records WHERE network = ? AND source_key = ?", network, key)
        return rows[0][0]

    def tell(self, *groups: Sequence[tuple[str, str]]) -> list[tuple]:
        """Group, compute, and tell what changed, as a run does; the rows of the run: organisation, kind, field, old, new."""
        with changes.told(self.state, self.run_id, self.now):
            self.group(*groups)
            self.rebuild()
        sql = "SELECT organisation_id, kind, field, old, new FROM changes WHERE run_id = ? ORDER BY ALL"
        return self.rows(sql, self.run_id)

    def group(self, *groups: Sequence[tuple[str, str]]) -> None:
        """Seat the records named as (network, key) together; every other record stands alone. Then compute the clusters."""
        together = [sorted(self.number(key, network) for network, key in group) for group in groups]
        seated = {number for group in together for number in group}
        alone = [[number] for (number,) in self.rows("SELECT record_id FROM ledger.records") if number not in seated]
        wanted = numbering.number([*together, *alone], organisations.previous(self.state.con))
        organisations.write(self.state, wanted, self.now)

    def rebuild(self, *precedence: str, **more: object) -> int:
        return merge.rebuild(self.state, precedence=precedence or ("eccp", "tci"), eras={"eccp": ("d7", "d9")}, **more)

    def rows(self, sql: str, *values: object) -> list[tuple]:
        return self.state.con.execute(sql, list(values)).fetchall()

    def cluster(self, organisation_id: int) -> dict[str, object]:
        cursor = self.state.con.execute("SELECT * FROM clusters WHERE organisation_id = ?", [organisation_id])
        names = [column[0] for column in cursor.description]
        (row,) = cursor.fetchall()
        return dict(zip(names, row, strict=True))


@pytest.fixture
def nights() -> Iterator[Nights]:
    with State.memory() as state:
        yield Nights(state)


@pytest.fixture(scope="session")
def nights_on() -> type[Nights]:
    """For tests that bring a state of their own."""
    return Nights


@pytest.fixture
def editions_folder(tmp_path: Path) -> Path:
    return tmp_path / "editions"
