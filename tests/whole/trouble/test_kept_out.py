"""What a person asked to be kept out, through whole runs: not asked for, not stored, not published, and it cannot come back."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support.commands import Ended, Run, called
from support.sampling import some_of
from support.traces import where
from sync import erasing
from sync.cli import output
from sync.exits import Exit
from sync.withholding import suppression

pytestmark = pytest.mark.xdist_group("kept_out")

SIGNED = ("--by", "Astrid Operator", "--because", "asked by letter")
KEPT_OUT = "Eccp Clúster Number 3"
SLUG = "eccp-cluster-3"
OTHER = "Eccp Clúster Number 4"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, synced: Path) -> Run:
    """Runs ``clusterbridge`` in a folder of its own, where a network of ten clusters was read once."""
    monkeypatch.setattr(output.results, "width", 250)
    config = shutil.copytree(synced, tmp_path / "ours", symlinks=True) / "config.toml"

    def run(*words: str | Path) -> Ended:
        return called(capsys, "--config", str(config), *words)

    return run


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "ours" / "var"


@pytest.fixture
def never_read(run: Run, var: Path) -> None:
    """Before anything was read."""
    shutil.rmtree(var)


def test_an_organisation_that_is_suppressed_is_gone_from_the_next_edition_and_is_not_asked_for(
    run: Run, var: Path, module_network: Any, helpers: Any
) -> None:
    assert KEPT_OUT in helpers.published(var).names
    ended = run("privacy", "suppress", KEPT_OUT, *SIGNED)
    assert (ended.code, KEPT_OUT in ended.out) == (Exit.OK, True)
    module_network.asked.clear()
    module_network.revision = 2
    ended = run("sync")
    assert (ended.code, KEPT_OUT in ended.out + ended.err) == (Exit.OK, False)
    assert module_network.path(3) not in module_network.asked
    now = helpers.published(var)
    assert (len(now.names), KEPT_OUT in now.names, OTHER in now.names) == (9, False, True)


@pytest.mark.thorough
@pytest.mark.usefixtures("never_read")
def test_what_is_suppressed_before_it_was_ever_read_never_reaches_the_disk(
    run: Run, var: Path, module_network: Any, helpers: Any
) -> None:
    suppressed = run("privacy", "suppress", KEPT_OUT, "--country", "DK", *SIGNED)
    assert suppressed.code == Exit.OK
    for _ in range(2):
        ended = run("sync")
        assert (ended.code, KEPT_OUT in ended.out + ended.err) == (Exit.OK, False)
        assert len(helpers.published(var).names) == 9
        assert where(var, KEPT_OUT, SLUG) == {}
        module_network.revision += 1
    assert module_network.asked.count(module_network.path(3)) == 1, "it is known by its address once it was recognised"
    assert run("sync", "--full").code == Exit.OK
    assert where(var, KEPT_OUT, SLUG) == {}


def test_erased_is_erased_from_every_byte_and_the_next_run_does_not_bring_it_back(
    run: Run, var: Path, module_network: Any, helpers: Any
) -> None:
    reason = f"{KEPT_OUT} has a board of its own"
    assert run("judge", "different", f"eccp/{SLUG}", OTHER, "--by", "Astrid", "--because", reason).code == Exit.OK
    module_network.revision = 2
    run("sync")
    found = where(var, KEPT_OUT, SLUG)
    assert any(name.startswith("desk.sqlite") for name in found[KEPT_OUT] + found[SLUG])
    ended = run("privacy", "erase", KEPT_OUT, *SIGNED)
    assert ended.code == Exit.OK, ended.err
    assert where(var, KEPT_OUT, SLUG) == {}
    assert (len(helpers.published(var).names), OTHER in helpers.published(var).names) == (9, True)
    module_network.revision += 1
    ended = run("sync", "--full")
    assert (ended.code, "complete" in ended.out) == (Exit.OK, True)
    assert where(var, KEPT_OUT, SLUG) == {}
    assert len(helpers.published(var).names) == 9


@pytest.mark.thorough
def test_what_moved_to_another_address_is_recognised_and_kept_out_of_its_list_too(
    run: Run, var: Path, module_network: Any, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("privacy", "erase", KEPT_OUT, *SIGNED)
    slug = type(module_network).slug
    monkeypatch.setattr(
        type(module_network), "slug", lambda network, number: "new-address" if number == 3 else slug(network, number)
    )
    module_network.revision = 2
    for _ in range(2):
        ended = run("sync")
        assert (ended.code, len(helpers.published(var).names)) == (Exit.OK, 9), ended.err
        assert where(var, KEPT_OUT, SLUG, "new-address") == {}
        module_network.revision += 1
    assert module_network.asked.count("/content/new-address") == 1


@pytest.mark.thorough
@pytest.mark.usefixtures("never_read")
def test_what_is_kept_out_holds_no_run_whatever_the_floor(run: Run, var: Path, module_network: Any, helpers: Any) -> None:
    module_network.clusters = 8  # the floor
    run("sync")
    names = [module_network.name(number) for number in (0, 2, 3)]
    for name in names:  # the first is the network's canary
        assert run("privacy", "suppress", name, *SIGNED).code == Exit.OK
    module_network.revision = 2
    ended = run("sync")
    assert ended.code == Exit.OK, ended.err
    assert len(helpers.published(var).names) == 5
    assert "Green Synergy" not in ended.err


@pytest.mark.thorough
def test_the_edition_says_how_many_are_left_out_and_not_which(run: Run, var: Path, module_network: Any) -> None:
    run("privacy", "suppress", KEPT_OUT, *SIGNED)
    run("sync", "--full")
    path = next((var / "editions").glob("clusters-000002.duckdb"))
    with duckdb.connect(str(path), read_only=True) as con:
        found = con.execute("SELECT kind, because FROM findings WHERE kind = 'withheld on request'").fetchall()
    assert [because for _, because in found] == [
        "1 organisation or page is kept out on request; see `clusterbridge privacy list`"
    ]


@pytest.mark.thorough
def test_an_erasure_that_is_killed_anywhere_is_ended_by_the_next_one_and_no_run_publishes_it_meanwhile(
    run: Run, var: Path, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:

    def killed(*_args: object) -> int:
        raise KeyboardInterrupt

    for step, words in (("_publish_anew", (KEPT_OUT, *SIGNED)), ("_remove_captures", ())):
        with monkeypatch.context() as patch:
            patch.setattr(erasing, step, killed)
            assert run("privacy", "erase", *words).code != Exit.OK
        assert erasing.is_unfinished(var)
    assert run("sync").code == Exit.OK
    assert KEPT_OUT not in helpers.published(var).names
    assert "interrupted" in run("privacy", "report").out
    ended = run("privacy", "erase")
    assert ended.code == Exit.OK, ended.err
    assert where(var, KEPT_OUT, SLUG) == {}
    assert not erasing.is_unfinished(var)


@pytest.mark.thorough
def test_what_a_killed_writer_left_half_is_erased_too(run: Run, var: Path) -> None:
    for half in (var / "snapshot" / ".1a2b3c.part", var / "editions" / ".draft-000009.duckdb"):
        shutil.copy(var / "state.duckdb", half)
    assert run("privacy", "erase", KEPT_OUT, *SIGNED).code == Exit.OK
    assert where(var, KEPT_OUT, SLUG) == {}
    assert not [*var.rglob("*.part"), *var.rglob(".draft-*")]


@pytest.mark.thorough
def test_an_erasure_that_was_planned_and_not_decided_is_decided_when_it_is_ended(
    run: Run, var: Path, monkeypatch: pytest.MonkeyPatch, helpers: Any
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(suppression, "decide", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert run("privacy", "erase", KEPT_OUT, *SIGNED).code != Exit.OK
    assert run("privacy", "list", "--json").json == []
    assert run("privacy", "erase").code == Exit.OK
    (one,) = run("privacy", "list", "--json").json
    assert (one["decided_by"], one["because"]) == (SIGNED[1], SIGNED[3])
    assert where(var, KEPT_OUT, SLUG) == {}
    assert run("sync", "--full").code == Exit.OK
    assert KEPT_OUT not in helpers.published(var).names


@pytest.mark.thorough
def test_a_report_says_where_it_is_held_and_after_erasing_that_it_is_not(run: Run) -> None:
    found = run("privacy", "report", KEPT_OUT, "--json").json
    assert [(one["network"], one["name"]) for one in found["sources"]] == [("eccp", KEPT_OUT)]
    assert found["tables"]["ledger.records"] == found["tables"]["clusters"] == 1
    assert (found["editions"], found["captures"] >= 2, found["is_kept_out"]) == (["clusters-000001.duckdb"], True, False)
    assert KEPT_OUT in run("privacy", "report", KEPT_OUT).out
    run("privacy", "erase", KEPT_OUT, *SIGNED)
    after = run("privacy", "report", KEPT_OUT, "--country", "DK", "--json").json
    assert (after["sources"], after["tables"], after["editions"], after["captures"]) == ([], {}, [], 0)
    assert after["is_kept_out"]


def number_of(run: Run, name: str) -> str:
    return str(run("show", name, "--json").json["id"])


@pytest.mark.parametrize(
    "by_number", [pytest.param(False, id="name"), pytest.param(True, id="number", marks=pytest.mark.thorough)]
)
@pytest.mark.thorough
def test_what_is_suppressed_is_still_reported_and_erased_by_the_same_words(run: Run, var: Path, *, by_number: bool) -> None:
    words = number_of(run, KEPT_OUT) if by_number else KEPT_OUT
    held = run("privacy", "report", words, "--json").json
    assert run("privacy", "suppress", words, *SIGNED).code == Exit.OK
    after = run("privacy", "report", words, "--json").json
    assert (after["is_kept_out"], after["edition"]) == (True, "clusters-000001.duckdb")
    assert [after[what] for what in ("sources", "editions", "captures", "log_lines")] == [
        held[what] for what in ("sources", "editions", "captures", "log_lines")
    ]
    assert run("sync").code == Exit.OK
    said = run("privacy", "report", words).out
    for what in ("kept out", "state no longer has it", "in 1 edition: clusters-000001.duckdb", SLUG, "copies"):
        assert what in said
    ended = run("privacy", "erase", words, *SIGNED)
    assert ended.code == Exit.OK, ended.err
    assert where(var, KEPT_OUT, SLUG) == {}


@pytest.mark.thorough
def test_where_only_stored_pages_have_it_any_more_its_name_still_finds_it(run: Run, var: Path) -> None:
    number = number_of(run, KEPT_OUT)
    run("privacy", "suppress", KEPT_OUT, *SIGNED)
    run("sync")
    (var / "editions" / "clusters-000001.duckdb").unlink()
    ended = run("privacy", "report", number)
    assert (ended.code, "stored pages may hold it all the same: say its name" in ended.err) == (Exit.USAGE, True)
    found = run("privacy", "report", KEPT_OUT, "--json").json
    assert (found["is_kept_out"], found["editions"], found["captures"] >= 2) == (True, [], True)
    assert "only its name is known any more" in found["said"]
    assert run("privacy", "erase", KEPT_OUT, *SIGNED).code == Exit.OK
    assert where(var, KEPT_OUT) == {}
    after = run("privacy", "report", KEPT_OUT)
    assert (after.code, "kept out; nothing is held" in after.out) == (Exit.OK, True)


@pytest.mark.thorough
def test_words_that_name_no_organisation_are_looked_for_and_a_misspelt_name_is_no_proof_that_nothing_is_held(run: Run) -> None:
    found = run("privacy", "report", KEPT_OUT[:-2], "--json").json
    assert (found["is_kept_out"], found["captures"] >= 10, "no organisation" in found["said"]) == (False, True, True)
    ended = run("privacy", "report", "Eccp Clusster Number 3")
    assert (ended.code, "their spelling" in ended.err) == (Exit.USAGE, True)


@pytest.mark.thorough
def test_a_name_that_another_organisation_bears_too_is_asked_back_and_not_guessed(
    run: Run, module_network: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = number_of(run, KEPT_OUT)
    run("privacy", "suppress", KEPT_OUT, *SIGNED)
    name = type(module_network).name
    monkeypatch.setattr(type(module_network), "name", lambda network, at: KEPT_OUT if at == 4 else name(network, at))
    module_network.revision = 2
    assert run("sync", "--full").code == Exit.OK
    for words in (("report", KEPT_OUT), ("erase", KEPT_OUT, *SIGNED)):
        ended = run("privacy", *words)
        assert (ended.code, "names 2 organisations" in ended.err, number in ended.err) == (Exit.USAGE, True, True)
    assert run("privacy", "report", number, "--json").json["is_kept_out"]


def test_suppressing_says_what_is_gone_now_and_what_is_not(run: Run) -> None:
    said = run("privacy", "suppress", KEPT_OUT, *SIGNED).out
    assert "taken out of the state now" in said
    assert "the published edition still shows it until the next run or `privacy erase`" in said
    assert run("status", "--json").json["networks"][0]["records"] == 9


def test_allowing_says_that_the_next_full_read_brings_it_back_and_what_still_keeps_it_out(run: Run) -> None:
    for because in ("asked by letter", "asked by letter once more"):
        assert run("privacy", "suppress", KEPT_OUT, "--by", "Astrid", "--because", because).code == Exit.OK
    first, last = run("privacy", "allow", "1", *SIGNED).out, run("privacy", "allow", "2", *SIGNED).out
    assert ("suppression 2 still keeps it out" in first, "--full" in first) == (True, False)
    assert "it comes back with the next full read, `clusterbridge sync --full`, and not before" in last


def test_erasing_without_a_value_ends_what_waits_and_else_touches_nothing(run: Run, var: Path) -> None:
    run("privacy", "suppress", KEPT_OUT, *SIGNED)
    before = {path: path.stat().st_mtime_ns for path in var.rglob("*") if path.is_file()}
    ended = run("privacy", "erase")
    assert (ended.code, ended.out.strip()) == (Exit.OK, "no erasure is waiting to be ended; name what is to be erased")
    assert run("privacy", "erase", "--json").json == {"suppression": None, "waiting": False}
    assert {path: path.stat().st_mtime_ns for path in var.rglob("*") if path.is_file()} == before


@pytest.mark.thorough
def test_all_that_is_kept_out_is_erased_when_that_is_said(run: Run, var: Path) -> None:
    run("privacy", "suppress", KEPT_OUT, *SIGNED)
    ended = run("privacy", "erase", "--kept-out")
    assert ended.code == Exit.OK, ended.err
    assert where(var, KEPT_OUT, SLUG) == {}
    assert run("privacy", "erase", OTHER, "--kept-out", *SIGNED).code == Exit.USAGE


@pytest.mark.thorough
def test_a_report_says_in_words_how_many_rows_of_which_table(run: Run) -> None:
    run("sync", "--full")
    said = run("privacy", "report", KEPT_OUT).out
    assert ", 1 row of clusters" in said
    assert "in 2 editions: clusters-000001.duckdb, clusters-000002.duckdb" in said


def test_every_moment_in_json_is_written_in_one_form(run: Run) -> None:
    run("privacy", "suppress", KEPT_OUT, *SIGNED)
    (decision,) = run("privacy", "list", "--json").json
    moments = [
        decision["decided_at"],
        run("privacy", "allow", "1", *SIGNED, "--json").json["withdrawn_at"],
        run("status", "--json").json["networks"][0]["last_good_at"],
        run("editions", "--json").json[0]["published_at"],
        run("expect", "eccp", "--json").json["read_at"],
    ]
    for moment in moments:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00", moment)


def test_a_report_of_nothing_in_particular_says_what_is_held_at_all_and_how_long(run: Run) -> None:
    found = run("privacy", "report", "--json").json
    assert (found["tables"]["ledger.records"], found["captures"] > 10, found["keep"]["capture_bodies_days"]) == (10, True, 90)
    assert "deleted 90 days after" in run("privacy", "report").out


@pytest.mark.thorough
def test_the_list_names_deciders_and_reasons_and_nobody_who_is_protected(run: Run, var: Path) -> None:
    run("privacy", "erase", KEPT_OUT, *SIGNED)
    said = run("privacy", "list").out
    assert ("Astrid Operator" in said, "asked by letter" in said, KEPT_OUT in said) == (True, True, False)


@pytest.mark.thorough
def test_what_is_allowed_again_comes_back_with_the_next_full_run(run: Run, var: Path, helpers: Any) -> None:
    number = run("privacy", "suppress", KEPT_OUT, *SIGNED, "--json").json["suppression"]
    run("sync")
    assert run("privacy", "allow", number, *SIGNED).code == Exit.OK
    assert run("sync", "--full").code == Exit.OK
    assert KEPT_OUT in helpers.published(var).names
    assert run("privacy", "allow", number, *SIGNED).code == Exit.USAGE


def test_a_reason_that_names_whom_it_protects_is_refused(run: Run) -> None:
    ended = run("privacy", "suppress", KEPT_OUT, "--by", "Astrid", "--because", f"{KEPT_OUT} wrote")
    assert (ended.code, "kept in clear" in ended.err) == (Exit.USAGE, True)
    assert "nothing is kept out" in run("privacy", "list").out


@pytest.mark.parametrize("loss", some_of(["lost", "another", "half"], "another"))
def test_without_its_key_no_run_begins(run: Run, var: Path, loss: str, helpers: Any) -> None:
    run("privacy", "suppress", KEPT_OUT, *SIGNED)
    key = var / "privacy.key"
    if loss == "lost":
        key.unlink()
    else:
        key.write_bytes(b"x" * (32 if loss == "another" else 16))
    ended = run("sync")
    assert (ended.code, "bring it back from a backup" in ended.err) == (Exit.CONFIGURATION, True)
    assert helpers.published(var).number == 1


@pytest.mark.parametrize(
    "words", [("suppress", KEPT_OUT), ("erase", KEPT_OUT), ("allow", "1")], ids=["suppress", "erase", "allow"]
)
@pytest.mark.parametrize("signed", [("--by", " ", "--because", "asked"), ("--by", "Astrid", "--because", "")])
def test_a_decision_that_nobody_signs_is_none(run: Run, words: tuple[str, ...], signed: tuple[str, ...]) -> None:
    ended = run("privacy", *words, *signed)
    assert ended.code == Exit.USAGE
    assert "wanted --by NAME and --because TEXT" in ended.err
    assert "Traceback" not in ended.err
