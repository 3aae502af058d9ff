"""The status for machines: ``status.json`` and the Prometheus text file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sync.exits import Exit
from sync.files import write_whole
from sync.pipeline import NetworkReport, RunReport
from sync.telling.metrics import metrics
from sync.telling.reporting import NetworkState, Status, read_status, status_of_run, status_of_trouble
from warehouse import ledger
from warehouse.load import load
from warehouse.rows import Finding, NetworkRun, Outcome
from warehouse.standing import standing
from warehouse.state import State

NOW = datetime(2026, 11, 25, 4, 15, tzinfo=UTC)
RUN = NetworkRun("eccp", Outcome.COMPLETE, "", NOW, NOW + timedelta(minutes=50), 10, 0, 0, (), ())


def night(state: State, number: int, **changed: object) -> RunReport:
    """A run over one network, an hour long, as the pipeline reports it."""
    began = NOW + timedelta(days=number)
    run = replace(RUN, started_at=began, ended_at=began + timedelta(minutes=50), **changed)  # type: ignore[arg-type]
    run_id = ledger.begin(state, began)
    loaded = load(state, run_id, run, began)
    ledger.end(state, run_id, began + timedelta(minutes=50))
    report = NetworkReport(run, 0, 0, loaded)
    return RunReport(run_id, (report,), {}, 5, 2, None, None, standing=standing(state, run_id))


def status_after(var: Path, report: RunReport, number: int = 0) -> Status:
    """Written as after that night, an hour after it began."""
    began = NOW + timedelta(days=number)
    status = status_of_run(var, report, began, began + timedelta(hours=1))
    write_whole(var / "status.json", status.model_dump_json().encode())
    return status


@pytest.fixture
def state() -> State:
    return State.memory()


def test_after_a_good_run_each_network_has_its_last_good_its_age_and_its_counts(state: State, tmp_path: Path) -> None:
    status = status_after(tmp_path, night(state, 0))
    assert (status.run.number, status.run.exit_code, status.run.exit, status.run.duration_seconds) == (1, 0, "ok", 3600)
    eccp = status.networks["eccp"]
    assert (eccp.outcome, eccp.last_good_at, eccp.age_seconds) == (Outcome.COMPLETE, RUN.ended_at, 600)
    assert (status.organisations, status.organisations_swedish, status.edition) == (5, 2, None)
    assert read_status(tmp_path) == status


def test_a_held_run_keeps_the_last_good_moment_and_says_why_it_is_held(state: State, tmp_path: Path) -> None:
    night(state, 0)
    status = status_after(tmp_path, night(state, 1, outcome=Outcome.HELD, because="too few"), 1)
    eccp = status.networks["eccp"]
    assert (eccp.outcome, eccp.because, eccp.last_good_at) == (Outcome.HELD, "too few", RUN.ended_at)
    assert (status.run.exit_code, status.run.exit) == (Exit.HELD, "held")


def test_findings_are_new_that_the_last_good_run_did_not_have(state: State, tmp_path: Path) -> None:
    old = Finding("unknown word", "one", network="eccp", field="sector", printed="Blue growth", source_key="a")
    assert night(state, 0, findings=(old,)).standing.findings_new == {}  # type: ignore[union-attr]
    new = replace(old, printed="Green growth")
    again = replace(old, because="said in other words")
    night(state, 1, outcome=Outcome.HELD, findings=())
    status = status_after(tmp_path, night(state, 2, findings=(again, new, new)), 2)
    assert status.networks["eccp"].findings_new == {"unknown word": 1}


def test_a_run_that_breaks_off_leaves_what_is_known_of_the_networks(state: State, tmp_path: Path) -> None:
    status_after(tmp_path, night(state, 0))
    later = NOW + timedelta(days=1)
    status = status_of_trouble(tmp_path, Exit.TRY_AGAIN, "the disk is full", later, later)
    assert (status.run.number, status.run.exit, status.run.because) == (None, "try_again", "the disk is full")
    assert status.networks["eccp"].outcome is Outcome.COMPLETE
    assert status.networks["eccp"].age_seconds == 24 * 3600 - 50 * 60
    assert status.organisations == 5


def test_a_run_that_might_read_nothing_says_so_and_keeps_what_is_known(state: State, tmp_path: Path) -> None:
    status_after(tmp_path, night(state, 0))
    status = status_after(tmp_path, RunReport(0, (), {"eccp": "the permission ended"}, 0, 0, None, None), 1)
    assert (status.run.number, status.run.exit) == (None, "nothing_ran")
    assert status.networks["eccp"].barred_because == "the permission ended"
    assert status.networks["eccp"].outcome is Outcome.COMPLETE
    assert status.organisations == 5
    assert status_after(tmp_path, night(state, 2), 2).networks["eccp"].barred_because == ""


def test_a_run_that_was_told_to_stop_says_so(state: State, tmp_path: Path) -> None:
    report = replace(night(state, 0), stopped=("tci",))
    status = status_after(tmp_path, report)
    assert (status.run.exit, status.run.because) == ("try_again", "told to stop before tci was read to the end")


@pytest.mark.parametrize("damaged", [b"", b"{}", b"\xff", b'{"format": 2}'])
def test_a_status_that_cannot_be_read_counts_as_none(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "status.json").write_bytes(damaged)
    assert read_status(tmp_path) is None


def samples(status: Status) -> dict[tuple[str, ...], float]:
    """Every line of the metrics file, read by Prometheus's own parser."""
    found = {}
    for family in text_string_to_metric_families(metrics(status).decode()):
        assert family.type == "gauge"
        assert family.documentation.endswith(".") or ";" in family.documentation
        for sample in family.samples:
            found[(sample.name, *sample.labels.values())] = sample.value
    return found


def test_the_metrics_say_what_the_status_says(state: State, tmp_path: Path) -> None:
    night(state, 0)
    status = status_after(tmp_path, night(state, 1, outcome=Outcome.HELD, because="too few"), 1)
    found = samples(status)
    assert found[("clusterbridge_network_last_good_timestamp_seconds", "eccp")] == RUN.ended_at.timestamp()
    assert found[("clusterbridge_network_last_try_timestamp_seconds", "eccp")] == RUN.ended_at.timestamp() + 86_400
    assert found[("clusterbridge_network_age_seconds", "eccp")] == 86_400 + 600
    assert found[("clusterbridge_network_outcome", "eccp", "held")] == 1
    assert found[("clusterbridge_network_outcome", "eccp", "complete")] == 0
    assert found[("clusterbridge_run_exit_code",)] == 5
    assert found[("clusterbridge_run_duration_seconds",)] == 3600
    assert found[("clusterbridge_organisations_swedish",)] == 2


def test_what_never_was_has_no_line(state: State, tmp_path: Path) -> None:
    names = {name for name, *_ in samples(status_after(tmp_path, night(state, 0, outcome=Outcome.FAILED, because="down")))}
    assert "clusterbridge_network_last_try_timestamp_seconds" in names
    assert "clusterbridge_network_last_good_timestamp_seconds" not in names
    assert "clusterbridge_edition_number" not in names


def test_a_name_cannot_break_out_of_its_label(state: State, tmp_path: Path) -> None:
    wild = 'a"} 1\nother{x="'
    status = status_after(tmp_path, night(state, 0)).model_copy(update={"networks": {wild: NetworkState(records=7)}})
    assert samples(status)[("clusterbridge_network_records", wild)] == 7


def test_a_file_is_there_whole_or_as_before_and_others_may_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "metrics" / "file.prom"
    write_whole(path, b"first")
    assert path.stat().st_mode & 0o777 == 0o644

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"second")
    assert [each.name for each in path.parent.iterdir()] == ["file.prom"]
    assert path.read_bytes() == b"first"
