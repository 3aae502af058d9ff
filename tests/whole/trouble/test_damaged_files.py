"""Editions and a state that are damaged on the disk: doctor finds it, readers say the same mend, and the mend works."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import time_machine

from support.commands import Ended
from support.privileges import without_privileges
from support.sampling import some_of
from sync.cli import output
from sync.cli.app import main
from sync.exits import Exit
from warehouse.editions import POINTER

pytestmark = pytest.mark.xdist_group("damaged")

HEADERS_BYTES, BLOCK_BYTES = 12_288, 262_144


Ask = Callable[..., Ended]


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory, module_network: Any, helpers: Any) -> Path:
    """A folder with two editions of a network that did not change."""
    config = helpers.write_config(tmp_path_factory.mktemp("nights") / "two", eccp=module_network.base)
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(config), "--quiet", "sync"])
        assert ended.value.code == Exit.OK
    return Path(config.parent)


@pytest.fixture
def folder(two_nights: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(two_nights, tmp_path / "night", symlinks=True))


@pytest.fixture
def ask(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setattr(output.results, "width", 400)

    def ask(*words: str) -> Ended:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(folder / "config.toml"), "--quiet", *words])
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, " ".join(said.err.split()))

    return ask


def edition(folder: Path, number: int) -> Path:
    return folder / "var" / "editions" / f"clusters-{number:06d}.duckdb"


def checks(ended: Ended) -> dict[str, dict[str, str]]:
    return {check["what"]: check for check in ended.json}


def name_in(content: bytes) -> int:
    """Where a cluster's name stands in a file: there, for certain, is something that readers want."""
    return content.index(b"Green Synergy")


def zeroed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    block = HEADERS_BYTES + (name_in(content) - HEADERS_BYTES) // BLOCK_BYTES * BLOCK_BYTES
    content[block : block + BLOCK_BYTES] = bytes(len(content[block : block + BLOCK_BYTES]))
    path.write_bytes(content)


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[name_in(content)] ^= 0x10
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "truncated": lambda path: os.truncate(path, path.stat().st_size // 2),
    "empty": lambda path: path.write_bytes(b""),
    "a zeroed block": zeroed,
    "zeroes after the headers": lambda path: path.write_bytes(path.read_bytes()[:12_288] + bytes(path.stat().st_size - 12_288)),
    "one bit": flipped,
    "wrong bytes": lambda path: path.write_bytes(b"no database at all " * 50_000),
    "missing": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "another edition under its name": lambda path: shutil.copy(path.with_name("clusters-000001.duckdb"), path),
    "pointer to nowhere": lambda path: (path.with_name(POINTER).unlink(), path.with_name(POINTER).symlink_to("nowhere")),
    "no pointer": lambda path: path.with_name(POINTER).unlink(),
}


@pytest.mark.parametrize("how", some_of(DAMAGES, "truncated"))
def test_doctor_finds_a_damaged_edition_and_names_the_command_that_mends_it(ask: Ask, folder: Path, how: str) -> None:
    DAMAGES[how](edition(folder, 2))
    number = 2 if "pointer" in how else 1
    found = ask("doctor", "--json")
    assert found.code == Exit.NOTHING_RAN
    assert (checks(found)["edition"]["level"], checks(found)["state"]["level"]) == ("FAIL", "OK")
    assert f"`clusterbridge editions restore {number}`" in checks(found)["edition"]["mend"]
    assert ask("editions", "restore", str(number)).code == Exit.OK
    assert checks(ask("doctor", "--json"))["edition"]["level"] == "OK"
    assert ask("search", "green").code == Exit.OK
    assert ask("sync").code == Exit.OK
    listed = ask("editions", "--json").json
    assert [(one["number"], one["state"]) for one in listed if one["is_current"]] == [(3, "ok")]


@pytest.mark.thorough
@pytest.mark.parametrize("how", some_of(("truncated", "wrong bytes", "missing", "pointer to nowhere"), "truncated"))
def test_readers_that_meet_a_damaged_edition_say_the_same_mend(ask: Ask, folder: Path, how: str) -> None:
    DAMAGES[how](edition(folder, 2))
    mend = checks(ask("doctor", "--json"))["edition"]["mend"]
    for words in (["search", "green"], ["show", "Green Synergy Cluster"], ["partners", "Green Synergy Cluster"]):
        ended = ask(*words)
        assert ended.code == Exit.NOTHING_RAN
        assert mend in ended.err
        assert "Traceback" not in ended.err


@pytest.mark.thorough
def test_a_reader_that_comes_upon_the_damage_only_in_its_answer_says_so_too(ask: Ask, folder: Path) -> None:
    whole = edition(folder, 2).read_bytes()
    codes = set()
    for start in range(12_288, len(whole), 262_144):
        edition(folder, 2).write_bytes(whole[: start + 9000] + b"\xff" * 50 + whole[start + 9050 :])
        ended = ask("show", "Green Synergy Cluster", "--json")
        codes.add(ended.code)
        assert ended.code == Exit.OK or "`clusterbridge editions restore 1`" in ended.err, start
    assert Exit.NOTHING_RAN in codes
    assert codes <= {Exit.OK, Exit.NOTHING_RAN}


@pytest.mark.thorough
def test_an_edition_that_may_not_be_read_is_found(runs: Any, folder: Path) -> None:
    edition(folder, 2).chmod(0)
    for words in (["doctor"], ["search", "green"]):
        ended = runs("--config", str(folder / "config.toml"), *words, prelude=without_privileges())
        assert ended.code == Exit.NOTHING_RAN
        assert "restore" in ended.out + ended.err
        assert "Permission denied" in " ".join((ended.out + ended.err).split())


def test_a_state_that_may_not_be_read_is_found(runs: Any, folder: Path) -> None:
    (folder / "var" / "state.duckdb").chmod(0)
    ended = runs("--config", str(folder / "config.toml"), "doctor", "--json", prelude=without_privileges())
    state = checks(Ended(ended.code, ended.out, ended.err))["state"]
    assert (ended.code, state["level"]) == (Exit.CONFIGURATION, "FAIL")
    assert "make it writable for this user" in state["mend"]


@pytest.mark.thorough
def test_where_every_edition_is_damaged_a_run_publishes_anew_also_where_nothing_changed(ask: Ask, folder: Path) -> None:
    for number in (1, 2):
        DAMAGES["truncated"](edition(folder, number))
    mend = checks(ask("doctor", "--json"))["edition"]["mend"]
    assert "`clusterbridge sync`" in mend
    assert mend in ask("search", "green").err
    run = ask("sync")
    assert run.code == Exit.OK
    assert "nothing changed since the last run" in run.out
    assert ask("search", "green").code == Exit.OK
    found = checks(ask("doctor", "--json"))
    assert found["edition"]["level"] == "OK"
    assert "clusters-000003" in found["edition"]["found"]


@pytest.mark.thorough
def test_damaged_older_editions_and_a_draft_that_is_left_over_are_warnings(ask: Ask, folder: Path) -> None:
    flipped(edition(folder, 1))
    (folder / "var" / "editions" / ".draft-000003.duckdb").write_bytes(b"half a draft")
    found = ask("doctor", "--json")
    assert found.code == Exit.OK
    assert checks(found)["edition"]["level"] == "OK"
    assert checks(found)["edition 1"]["level"] == checks(found)["draft"]["level"] == "WARN"
    assert "Corrupt database file" in checks(found)["edition 1"]["found"]
    assert ask("sync").code == Exit.OK
    assert "draft" not in checks(ask("doctor", "--json"))


def test_editions_are_listed_with_their_state(ask: Ask, folder: Path) -> None:
    flipped(edition(folder, 1))
    first, second = ask("editions", "--json").json
    assert (first["number"], first["state"], first["is_current"]) == (1, "damaged", False)
    assert "Corrupt database file" in first["because"]
    assert (second["number"], second["run"], second["organisations"], second["is_current"]) == (2, 2, 10, True)
    assert (second["state"], second["because"], second["size_bytes"]) == ("ok", "", edition(folder, 2).stat().st_size)
    table = ask("editions")
    assert table.code == Exit.OK
    said = " ".join(table.out.split())  # DuckDB's words differ from version to version, and so does where they wrap
    assert re.search(r"damaged: .*Corrupt database file", said)
    assert "current" in said


@pytest.mark.thorough
def test_after_a_restoration_the_next_run_publishes_under_a_higher_number(ask: Ask, folder: Path) -> None:
    assert ask("editions", "restore", "1").code == Exit.OK
    assert ask("sync").code == Exit.OK
    assert [(one["number"], one["is_current"]) for one in ask("editions", "--json").json] == [(1, False), (2, False), (3, True)]


@pytest.fixture
def upgraded(folder: Path) -> None:
    """As after an upgrade, before the next run: the state and the editions lack what this version asks for."""
    with duckdb.connect(str(folder / "var" / "state.duckdb")) as con:
        con.execute("DELETE FROM schema_migrations WHERE number = (SELECT max(number) FROM schema_migrations)")
    for number in (1, 2):
        with duckdb.connect(str(edition(folder, number))) as con:
            con.execute("UPDATE edition SET schema_number = schema_number - 1")
            for (name,) in con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
                con.execute(f"DROP VIEW {name}")
            names = con.execute(
                "SELECT table_name FROM duckdb_tables() WHERE table_name NOT IN ('clusters', 'edition')"
            ).fetchall()
            for (name,) in names:
                con.execute(f"DROP TABLE {name}")


@pytest.mark.usefixtures("upgraded")
@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        *(
            pytest.param(words, marks=pytest.mark.thorough)
            for words in (("changes",), ("search", "green"), ("show", "1"), ("partners", "1"))
        ),
    ],
)
def test_an_edition_of_an_older_version_that_lacks_what_is_asked_is_to_be_looked_at_again(
    ask: Ask, words: tuple[str, ...]
) -> None:
    ended = ask(*words)
    assert (ended.code, ended.out) == (Exit.TRY_AGAIN, "")
    assert "was made by an older version and lacks what is asked of it; look again after the next run" in ended.err


@pytest.mark.usefixtures("upgraded")
def test_doctor_says_that_the_edition_is_of_an_older_version(ask: Ask) -> None:
    ended = ask("doctor", "--json")
    assert ended.code == Exit.OK
    assert checks(ended)["edition"]["level"] == "WARN"
    assert "made by an older version" in checks(ended)["edition"]["found"]


def test_an_edition_of_an_older_version_that_has_what_is_asked_is_read(ask: Ask, folder: Path) -> None:
    with duckdb.connect(str(edition(folder, 2))) as con:
        con.execute("UPDATE edition SET schema_number = schema_number - 1")
    for words in (("search", "green"), ("changes",), ("show", "1")):
        assert ask(*words).code == Exit.OK


@pytest.mark.thorough
def test_what_cannot_be_restored_is_said_with_its_exit_code(ask: Ask, folder: Path) -> None:
    flipped(edition(folder, 1))
    for number, code, says in (("9", Exit.USAGE, "found 1, 2"), ("2", Exit.USAGE, "already"), ("1", Exit.NOTHING_RAN, "found:")):
        ended = ask("editions", "restore", number)
        assert (ended.code, says in ended.err) == (code, True), ended.err
    flipped(edition(folder, 2))
    ended = ask("editions", "restore", "2")
    assert ended.code == Exit.NOTHING_RAN
    assert "`clusterbridge sync`" in ended.err


@pytest.mark.thorough
@pytest.mark.parametrize("how", some_of(("truncated", "empty", "wrong bytes", "zeroes after the headers"), "truncated"))
def test_a_damaged_state_leaves_the_editions_readable_and_says_what_to_do(ask: Ask, folder: Path, how: str) -> None:
    DAMAGES[how](folder / "var" / "state.duckdb")
    found = ask("doctor", "--json")
    assert checks(found)["edition"]["level"] == "OK"
    assert checks(found)["state"]["level"] == "FAIL"
    assert "backup" in checks(found)["state"]["mend"]
    assert "`clusterbridge sync --full`" in checks(found)["state"]["mend"]
    assert found.code == Exit.UNEXPECTED
    assert ask("search", "green").code == Exit.OK
    run = ask("sync")
    assert run.code == Exit.UNEXPECTED
    assert "the published editions stay readable" in run.err
    assert "Traceback" not in run.err
    (folder / "var" / "state.duckdb").rename(folder / "var" / "state.damaged")
    assert ask("sync", "--full").code == Exit.OK
    assert [one["number"] for one in ask("editions", "--json").json if one["is_current"]] == [3]


@pytest.mark.parametrize(
    ("leap", "what", "says"),
    [
        (-timedelta(hours=30), "clock", "hours before the last run's"),
        pytest.param(-timedelta(hours=30), "edition", "hours from now", marks=pytest.mark.thorough),
        pytest.param(timedelta(days=900), "clock", "days after the last run's", marks=pytest.mark.thorough),
    ],
)
def test_doctor_says_that_the_clock_is_wrong(ask: Ask, leap: timedelta, what: str, says: str) -> None:
    assert checks(ask("doctor", "--json"))["clock"]["level"] == "OK"
    with time_machine.travel(datetime.now(UTC) + leap, tick=False):
        found = checks(ask("doctor", "--json"))
    assert found[what]["level"] == "WARN"
    assert says in found[what]["found"]
    assert found[what]["mend"]


@pytest.mark.thorough
def test_a_run_by_a_clock_that_stands_back_says_so_once_and_asks_for_what_it_remembers_from_the_future(
    ask: Ask, folder: Path, module_network: Any
) -> None:
    module_network.asked.clear()
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=30), tick=True):
        run = ask("sync")
        status = ask("status", "--json").json
    assert run.code == Exit.OK
    assert len(module_network.asked) > module_network.clusters  # every profile, though the sitemap calls it unchanged
    assert [one["kind"] for one in status["most_frequent_findings"] if one["kind"] == "clock"] == ["clock"]
    published = [one["published_at"] for one in ask("editions", "--json").json]
    assert published == sorted(published)
