"""A folder with a state and an edition of a few records, made without reading any network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from connectors import registry
from sync.clock import FrozenClock
from sync.journal import journal
from sync.places import STATE
from sync.publishing import publish_anew
from sync.settings import load_settings
from warehouse import ledger
from warehouse.load import load
from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput, NetworkRun, Outcome, RecordInput
from warehouse.state import State

NIGHT = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)


def record(network: str, key: str, **said: object) -> RecordInput:
    """A record with a claim for each thing said."""
    profile = ClusterProfile.model_validate(
        {"network": network, "source_key": key, "url": f"https://{network}.example/{key}", **said}
    )
    told = json.loads(profile.model_dump_json(exclude_defaults=True, exclude_none=True))
    claims = [
        ClaimInput(field, json.dumps(value), (str(value),), profile.url, "0" * 64)
        for field, value in told.items()
        if field not in ("network", "source_key", "url")
    ]
    return RecordInput(profile, tuple(claims))


def make(folder: Path, records: Mapping[str, Sequence[RecordInput]], now: datetime = NIGHT) -> Path:
    """The configuration of a folder in which one run has read these records, by network."""
    config = folder / "config.toml"
    config.write_text('[operator]\ncontact = "robot@operator.example"\n', encoding="utf-8")
    settings = load_settings(config, {}, networks=registry.names())
    with State.open(settings.paths.var / STATE) as state:
        run_id = ledger.begin(state, now)
        for network, read in records.items():
            ledger.describe(state, network, title=network, home=f"https://{network}.example", licence="as it says")
            load(state, run_id, NetworkRun(network, Outcome.COMPLETE, "", now, now, len(read), 0, 0, tuple(read), ()), now)
        ledger.end(state, run_id, now)
    with journal(settings.paths.var, quiet=True) as log:
        report = publish_anew(settings, FrozenClock(now), log)
    assert report.edition is not None
    return config
