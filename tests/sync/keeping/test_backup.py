"""Backups: whole or not there, and what comes back is what was put away."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from sync.doctor.doctor import Level
from sync.doctor.keeping import examine
from sync.keeping import restore as restoring
from sync.keeping.backup import MANIFEST, Backup, NothingToBackUp, back_up, newest
from sync.keeping.restore import BackupUnusable, restore, resume
from sync.lock import Locked, one_run_at_a_time
from sync.places import DESK, KEY, SNAPSHOT, STATE
from sync.withholding.key import KeyLost
from sync.withholding.suppression import Kind, suppress, suppressions, withdraw
from sync.workplace import at_work
from warehouse import decided, editions, ledger, merge, organisations
from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.load import load
from warehouse.migrate import SchemaNewer, known_migrations
from warehouse.profile import ClusterProfile
from warehouse.rows import ClaimInput, NetworkRun, Organisation, Outcome, RecordInput, Verdict
from warehouse.state import State, as_of

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def work(var: Path, now: datetime) -> int:
    """One run that only ends; its number."""
    with at_work(var, now) as state:
        run_id = ledger.begin(state, now)
        ledger.end(state, run_id, now)
    return run_id


def runs_of(var: Path) -> int:
    return as_of(var / STATE).run_id


def publish(state: State, var: Path) -> None:
    """A run that ends with an edition of one organisation."""
    profile = ClusterProfile.model_validate(
        {"network": "eccp", "source_key": "paper", "url": "https://eccp.example/paper", "name": "Paper", "country": "SE"}
    )
    claims = (ClaimInput("name", '"Paper"', ("Paper",), profile.url, "0" * 64),)
    read = NetworkRun("eccp", Outcome.COMPLETE, "", NOW, NOW, 1, 0, 0, (RecordInput(profile, claims),), ())
    ledger.describe(state, "eccp", title="ECCP", home="https://eccp.example", licence="as it says")
    run_id = ledger.begin(state, NOW)
    load(state, run_id, read, NOW)
    ledger.end(state, run_id, NOW)
    organisations.write(state, [Organisation(1, (1,))], NOW)
    merge.rebuild(state, precedence=["eccp"])
    editions.publish(state, var / "editions", NOW)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that a backup takes, for tests that copy it."""
    var = tmp_path_factory.mktemp("made") / "var"
    var.mkdir()
    with pytest.MonkeyPatch.context() as chance:
        chance.setattr("secrets.token_bytes", lambda count: b"k" * count)
        with at_work(var, NOW) as state:
            publish(state, var)
    capture = var / "captures" / "ab" / ("ab" * 32 + ".gz")
    capture.parent.mkdir(parents=True)
    capture.write_bytes(b"a page")
    return var


@pytest.fixture
def var(made_once: Path, tmp_path: Path) -> Path:
    """A folder of one's own with all that a backup takes."""
    shutil.copytree(made_once, tmp_path / "var", symlinks=True)
    return tmp_path / "var"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[notify]\nurls = ["mailto://me:hidden@example.org"]\n', encoding="utf-8")
    return path


@pytest.fixture
def backup(var: Path, config: Path, tmp_path: Path) -> Backup:
    return back_up(var, config, tmp_path / "backups", NOW)


def test_a_backup_holds_what_cannot_be_had_again_and_no_secret(backup: Backup) -> None:
    names = {path.relative_to(backup.folder).as_posix() for path in backup.folder.rglob("*") if path.is_file()}
    assert names == {STATE, DESK, KEY, "config.toml", "editions/clusters-000001.duckdb", MANIFEST}
    assert backup.left_out == ("notify.urls",)
    assert "hidden" not in (backup.folder / "config.toml").read_text(encoding="utf-8")
    assert backup.state.run_id == 1
    assert stat.S_IMODE((backup.folder / KEY).stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.folder.stat().st_mode) == 0o700


@pytest.mark.thorough
def test_captures_come_along_when_they_are_asked_for(var: Path, tmp_path: Path) -> None:
    made = back_up(var, None, tmp_path / "backups", NOW, with_captures=True)
    assert [path.read_bytes() for path in (made.folder / "captures").rglob("*.gz")] == [b"a page"]


def test_the_list_of_a_backup_says_of_every_file_what_it_was(backup: Backup) -> None:
    said = json.loads((backup.folder / MANIFEST).read_text(encoding="utf-8"))
    assert said["state"] == {"schema": as_of(backup.folder / STATE).schema, "run": 1, "ended_at": NOW.isoformat()}
    assert {entry["path"] for entry in said["files"]} == {entry.path for entry in backup.entries}
    assert all(len(entry["sha256"]) == 64 for entry in said["files"])


def test_while_a_run_has_the_state_a_backup_holds_what_the_run_before_left(var: Path, tmp_path: Path) -> None:
    with at_work(var, LATER) as state:
        ledger.end(state, ledger.begin(state, LATER), LATER)
        made = back_up(var, None, tmp_path / "backups", LATER)
    assert (made.state.run_id, made.state.ended_at) == (1, NOW)
    assert back_up(var, None, tmp_path / "backups", LATER + timedelta(1)).state.run_id == 2


def test_while_the_first_run_goes_on_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with at_work(tmp_path / "var", NOW), pytest.raises(NothingToBackUp, match=r"another run holds .* it is the first one here"):
        back_up(tmp_path / "var", None, tmp_path / "backups", NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_without_a_state_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(NothingToBackUp, match="`clusterbridge sync` makes it"):
        back_up(tmp_path / "var", None, tmp_path / "backups", NOW)


@pytest.mark.thorough
def test_a_backup_that_fails_half_way_leaves_nothing(var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sync.keeping.backup._copy_edition", full)
    with pytest.raises(OSError, match="No space left"):
        back_up(var, None, tmp_path / "backups", NOW)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_comes_back_into_an_empty_folder(backup: Backup, tmp_path: Path) -> None:
    empty = tmp_path / "new"
    done = restore(backup.folder, empty, LATER)
    assert (runs_of(empty), (empty / KEY).read_bytes()) == (1, b"k" * 32)
    assert done.set_aside is None
    assert editions.open_edition(editions.current(empty / "editions") or empty).number == 1
    with Desk.open(empty / DESK, read_only=True) as desk:
        assert desk.rows("SELECT count(*) FROM key_check") == [(1,)]
    assert work(empty, LATER) == 2


def test_what_was_there_is_set_aside_and_can_be_brought_back_by_hand(backup: Backup, var: Path) -> None:
    work(var, LATER)
    (var / f"{STATE}.wal").write_bytes(b"of the state that is set aside")
    done = restore(backup.folder, var, LATER)
    assert runs_of(var) == 1
    assert done.set_aside is not None
    assert runs_of(done.set_aside) == 2 or (done.set_aside / f"{STATE}.wal").exists()
    assert not (var / f"{STATE}.wal").exists()
    assert not (var / SNAPSHOT).exists()
    assert (var / "editions" / "clusters-000001.duckdb").exists()


def test_the_configuration_is_never_overwritten(backup: Backup, var: Path, config: Path) -> None:
    before = config.read_text(encoding="utf-8")
    assert restore(backup.folder, var, LATER).config == backup.folder / "config.toml"
    assert config.read_text(encoding="utf-8") == before


@pytest.mark.parametrize("damage", ["a byte", "shorter", "gone"])
def test_a_backup_that_is_not_as_it_was_is_refused_and_nothing_changes(backup: Backup, var: Path, damage: str) -> None:
    state = backup.folder / STATE
    if damage == "gone":
        state.unlink()
    else:
        body = bytearray(state.read_bytes())
        body[5_000] ^= 1
        state.write_bytes(body if damage == "a byte" else body[:-1])
    with pytest.raises(BackupUnusable, match="missing or another"):
        restore(backup.folder, var, LATER)
    assert runs_of(var) == 1
    assert not list(var.glob("before-restore-*"))


def test_a_folder_that_is_no_backup_is_refused_with_the_nearest_one(backup: Backup, var: Path) -> None:
    with pytest.raises(BackupUnusable, match=f"did you mean {backup.folder}"):
        restore(backup.folder.parent, var, LATER)
    assert newest(backup.folder.parent) == backup.folder


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", ""])
def test_a_list_that_leads_out_of_the_backup_is_refused(backup: Backup, var: Path, path: str) -> None:
    said = json.loads((backup.folder / MANIFEST).read_text(encoding="utf-8"))
    said["files"].append({"path": path, "bytes": 1, "sha256": "0" * 64})
    (backup.folder / MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(BackupUnusable, match="wanted files within"):
        restore(backup.folder, var, LATER)


@pytest.mark.parametrize("text", ["", "[]", '{"form": 1}', '{"form": 1, "made_at": "today", "files": []}'])
def test_a_list_that_says_nothing_is_refused(backup: Backup, var: Path, text: str) -> None:
    (backup.folder / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(BackupUnusable, match="wanted the list of a backup"):
        restore(backup.folder, var, LATER)


def test_a_state_of_a_newer_program_is_refused(backup: Backup, var: Path) -> None:
    with State.open(backup.folder / STATE) as state:
        state.con.execute("INSERT INTO schema_migrations (number, name) VALUES (999, 'of tomorrow')")
    body = (backup.folder / STATE).read_bytes()
    said = json.loads((backup.folder / MANIFEST).read_text(encoding="utf-8"))
    for entry in said["files"]:
        if entry["path"] == STATE:
            entry |= {"bytes": len(body), "sha256": sha256(body).hexdigest()}
    (backup.folder / MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(SchemaNewer, match="install the newer"):
        restore(backup.folder, var, LATER)
    assert runs_of(var) == 1


def test_nothing_is_brought_back_under_a_run(backup: Backup, var: Path) -> None:
    with one_run_at_a_time(var, LATER), pytest.raises(Locked):
        restore(backup.folder, var, LATER)


def decide(var: Path, name: str) -> None:
    marks = [suppressions(var).marker.name(name, "SE")]
    with Desk.open(var / DESK) as desk:
        suppress(desk, Kind.ORGANISATION, marks, by="Astrid", because=f"asked {len(name)} times", at=NOW)


def test_what_was_kept_out_since_a_backup_was_made_stays_kept_out_when_it_comes_back(var: Path, tmp_path: Path) -> None:
    decide(var, "Early")
    made = back_up(var, None, tmp_path / "backups", NOW)
    decide(var, "Later on")
    before = suppressions(var).marks
    done = restore(made.folder, var, LATER)
    assert (done.suppressions.carried, done.suppressions.lost) == (1, 0)
    assert (suppressions(var).marks, len(before)) == (before, 2)


def test_what_was_withdrawn_since_a_backup_was_made_stays_withdrawn(var: Path, tmp_path: Path) -> None:
    decide(var, "Early")
    made = back_up(var, None, tmp_path / "backups", NOW)
    with Desk.open(var / DESK) as desk:
        assert withdraw(desk, 1, by="Bo", because="asked again", at=LATER)
    restore(made.folder, var, LATER)
    assert not suppressions(var)


def test_suppressions_of_another_key_are_counted_as_lost_and_not_passed_over(backup: Backup, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    decide(elsewhere, "Other")
    done = restore(backup.folder, elsewhere, LATER)
    assert (done.suppressions.carried, done.suppressions.lost) == (0, 1)


def test_a_backup_of_an_earlier_version_comes_back_with_its_desk_brought_up_to_date(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("warehouse.desk.known_migrations", lambda of: known_migrations(of)[:1])
        (var / DESK).unlink()
        (var / KEY).unlink()  # as on the first day
        decide(var, "Early")
        made = back_up(var, None, tmp_path / "backups", NOW)
    restore(made.folder, tmp_path / "new", LATER)
    assert len(suppressions(tmp_path / "new").marks) == 1
    with Desk.open(tmp_path / "new" / DESK) as desk:
        assert decided.decisions(desk) == []


def test_a_backup_brings_back_what_people_had_judged(var: Path, tmp_path: Path) -> None:
    pair = (RecordKey("eccp", "paper"), RecordKey("tci", "pulp"))
    with Desk.open(var / DESK) as desk:
        made, _ = decided.decide(desk, *pair, Verdict.DIFFERENT, by="Astrid", because="two boards", at=NOW)
    folder = back_up(var, None, tmp_path / "backups", NOW).folder
    restore(folder, tmp_path / "new", LATER)
    with Desk.open(tmp_path / "new" / DESK) as desk:
        assert decided.standing(desk) == [made]


def test_what_people_judged_and_withdrew_since_a_backup_was_made_is_not_lost_with_it(var: Path, tmp_path: Path) -> None:
    paper, pulp, kelp = RecordKey("eccp", "paper"), RecordKey("tci", "pulp"), RecordKey("tci", "kelp")
    with Desk.open(var / DESK) as desk:
        decided.decide(desk, paper, pulp, Verdict.DIFFERENT, by="Astrid", because="two boards", at=NOW)
        folder = back_up(var, None, tmp_path / "backups", NOW).folder
        decided.withdraw(desk, 1, by="Bo", because="asked again", at=LATER)
        decided.decide(desk, paper, pulp, Verdict.SAME, by="Bo", because="one board", at=LATER)
        decided.decide(desk, paper, kelp, Verdict.DIFFERENT, by="Bo", because="two boards", at=LATER)
        before = decided.decisions(desk)
    assert restore(folder, var, LATER).suppressions.judgements == 2
    with Desk.open(var / DESK) as desk:
        assert decided.decisions(desk) == before
    assert restore(folder, var, LATER + timedelta(hours=1)).suppressions.judgements == 2


def test_a_desk_that_cannot_be_read_does_not_stop_its_own_restoration(backup: Backup, var: Path) -> None:
    (var / DESK).write_bytes(b"no database" * 1000)
    assert restore(backup.folder, var, LATER).suppressions.carried == 0
    assert not suppressions(var)


def test_doctor_knows_when_the_last_backup_was_made_and_who_can_read_the_key(var: Path, tmp_path: Path) -> None:
    def found(now: datetime) -> dict[str, Level]:
        return {check.what: check.level for check in examine(var, now)}

    assert found(NOW) == {"backup": Level.WARN, "privacy": Level.OK}
    back_up(var, None, tmp_path / "backups", NOW)
    assert found(LATER)["backup"] is Level.OK
    assert found(NOW + timedelta(days=8))["backup"] is Level.WARN
    (var / KEY).chmod(0o644)
    assert found(LATER)["privacy"] is Level.FAIL
    (var / KEY).chmod(0o600)
    (var / KEY).rename(var / "elsewhere")
    assert found(LATER)["privacy"] is Level.FAIL
    (var / "elsewhere").rename(var / KEY)
    (var / DESK).unlink()
    assert found(LATER)["privacy"] is Level.FAIL


def test_a_desk_that_is_lost_comes_back_from_a_backup(backup: Backup, var: Path) -> None:
    (var / DESK).unlink()
    with pytest.raises(KeyLost):
        work(var, LATER)
    restore(backup.folder, var, LATER)
    assert not suppressions(var)


@pytest.mark.thorough
def test_a_restoration_that_is_interrupted_at_any_step_is_ended_by_the_next_run_or_was_never_begun(
    backup: Backup, var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(var, LATER)
    (var / KEY).write_bytes(b"n" * 32)
    came_back = []
    for steps in range(100):
        here = tmp_path / f"after {steps} steps"
        shutil.copytree(var, here, symlinks=True)
        is_whole = restored_in(steps, backup.folder, here, monkeypatch)
        is_planned = (here / restoring.READY / restoring.PLAN).exists()
        with one_run_at_a_time(here, LATER):
            resume(here)
        came_back.append(is_whole or is_planned)
        wanted = (b"k" * 32, 1) if came_back[-1] else (b"n" * 32, 2)
        assert ((here / KEY).read_bytes(), runs_of(here)) == wanted
        if is_whole:
            break
    assert came_back == sorted(came_back)
    assert came_back.count(False) > 3
    assert came_back.count(True) > 3


def restored_in(steps: int, folder: Path, var: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Restore, but end after so many renamings and removals; whether that was the whole of it."""
    left = iter(range(steps))
    replace, rmtree = Path.replace, shutil.rmtree

    def counted(step: Callable[..., object]) -> Callable[..., object]:
        def take(*args: object, **how: object) -> object:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return step(*args, **how)

        return take

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", counted(replace))
        patch.setattr(shutil, "rmtree", counted(rmtree))
        try:
            restore(folder, var, LATER)
        except KeyboardInterrupt:
            return False
    return True
