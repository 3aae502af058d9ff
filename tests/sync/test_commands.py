"""The command line itself: what it lists, what it loads, and how it answers to words that it does not know."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer

from sync.cli.app import app, main
from sync.cli.commands import COMMANDS, Command
from sync.exits import Exit
from sync.keeping.backup import back_up
from sync.withholding.suppression import Kind, desk_of, suppress
from sync.workplace import at_work

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)

HEAVY = ("connectors", "demo", "duckdb", "matching", "pydantic", "starlette", "warehouse")
LOADED = """
import sys
from importlib import import_module
for name in sys.argv[1:]:
    import_module(name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_by(*modules: str) -> set[str]:
    """The packages that a fresh Python holds that has imported these modules."""
    ended = subprocess.run([sys.executable, "-c", LOADED, *modules], capture_output=True, text=True, check=True, timeout=60)
    return set(ended.stdout.split())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_help_says_of_a_command_what_the_command_says_of_itself(command: Command) -> None:
    found = command.loaded()
    said = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found)
    assert said is not None
    assert command.help == " ".join(said.partition("\n\n")[0].split())


def leaves(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command that takes options at or below one, and the words that name it."""
    if not hasattr(command, "commands"):
        yield words, command
        return
    for name, one in command.commands.items():
        yield from leaves((*words, name), one)


def without_spaces(text: str) -> str:
    return "".join(text.replace("│", "").split())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_help_of_a_command_shows_every_word_that_is_said_of_an_option(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 300)
    group: Any = typer.main.get_group(app)
    _, loaded, _ = group.resolve_command(typer.Context(group), [command.name])
    for words, one in leaves((command.name,), loaded):
        shown = without_spaces(answered(capsys, *words, "--help"))
        for option in one.params:
            # What stands in brackets is markup to the library that lays the help out, unless a backslash stands before it.
            assert without_spaces(option.help or "").replace("\\[", "[") in shown


def test_no_command_is_named_twice() -> None:
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


def test_the_list_of_commands_loads_none_of_them() -> None:
    assert loaded_by("sync.cli.app").isdisjoint(HEAVY)


@pytest.mark.thorough
def test_a_run_does_not_hold_what_only_the_demo_needs() -> None:
    assert loaded_by("sync.cli.app", "sync.cli.run").isdisjoint({"demo", "jinja2", "starlette", "uvicorn"})


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command line says to words that it cannot carry out."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (Exit.USAGE, "")
    return said.err.rstrip("\n")


@pytest.mark.parametrize(
    ("words", "write"),
    [
        (("status", "--config", "x"), " --config PATH status"),
        (("privacy", "list", "--config=x"), " --config PATH privacy list"),
        (("search", "paper", "--quiet"), " --quiet search"),
        (("sync", "-q"), " -q sync"),
    ],
)
def test_an_option_that_belongs_before_the_command_is_told_so(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], write: str
) -> None:
    option = next(word.partition("=")[0] for word in words if word.startswith("-"))
    said = refused(capsys, *words)
    assert said.startswith(f"wanted {option} before the command, found it after; write: ")
    assert said.endswith(write)


def test_an_option_that_no_command_has_is_still_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert "No such option: --nope" in refused(capsys, "status", "--nope")


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (("letter", "tci", "--lang", "fr"), "wanted --lang with sv or en, found 'fr'"),
        (("changes", "--since", "yesterday"), "wanted --since with a date such as 2026-11-29, found 'yesterday'"),
        (("changes", "--since", "2026-02-30"), "wanted --since with a date such as 2026-11-29, found '2026-02-30'"),
        (("search", "x", "--limit", "many"), "wanted --limit with a whole number from 1 to 1000, found 'many'"),
        (("partners", "x", "--top", "0"), "wanted --top with a whole number from 1 to 500, found '0'"),
        (("editions", "restore", "last"), "wanted N with a whole number from 1, found 'last'"),
        (("privacy", "allow", "one", "--by", "x", "--because", "y"), "wanted NUMBER with a whole number, found 'one'"),
        (("partners", "x", "--mode", "best"), "wanted --mode with similar, complement or balanced, found 'best'"),
    ],
)
def test_a_value_that_does_not_fit_is_answered_with_what_was_wanted_and_what_was_found(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], because: str
) -> None:
    assert refused(capsys, *words) == because


@pytest.fixture
def nobody() -> Iterator[int]:
    """A pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.mark.parametrize(
    ("words", "code"), [(("--help",), Exit.OK), pytest.param(("demo", "--trouble", "list"), Exit.OK, marks=pytest.mark.thorough)]
)
def test_a_reader_who_has_had_enough_is_no_trouble(nobody: int, words: tuple[str, ...], code: Exit) -> None:
    command = [sys.executable, "-m", "sync.cli", *words]
    ended = subprocess.run(command, stdout=nobody, stderr=subprocess.PIPE, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (code, b"")


@pytest.mark.thorough
def test_a_command_ends_as_ever_when_nobody_reads_its_errors(nobody: int) -> None:
    command = [sys.executable, "-m", "sync.cli", "--config", "nowhere.toml", "status"]
    ended = subprocess.run(command, stdout=nobody, stderr=nobody, timeout=60, check=False)
    assert ended.returncode == Exit.CONFIGURATION


# What to do next is what can be done


def answered(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """What a command says on stdout that ends well."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(list(map(str, words)))
    said = capsys.readouterr()
    assert ended.value.code == Exit.OK, said.err
    return " ".join(said.out.split())


def suppressed(var: Path) -> None:
    """A folder with a state, and with one suppression, of number 1."""
    with at_work(var, NOW), desk_of(var) as desk:
        suppress(desk, Kind.DOMAIN, [], by="Astrid", because="asked by mail", at=NOW)


@pytest.mark.parametrize(("folder", "command"), [("var/demo", "demo"), ("var", "sync")])
def test_what_is_allowed_again_comes_back_with_a_run_of_where_it_was_kept_out(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, folder: str, command: str
) -> None:
    (tmp_path / "config.toml").touch()
    (tmp_path / folder).mkdir(parents=True)
    suppressed(tmp_path / folder)
    words = ("--config", tmp_path / "config.toml", "privacy")
    said = answered(capsys, *words, "allow", "1", "--by", "Bo", "--because", "asked again")
    assert f"`clusterbridge {command} --full`" in said
    (one,) = json.loads(answered(capsys, *words, "list", "--json"))
    assert (one["decided_by"], one["withdrawn_by"], one["withdrawn_because"]) == ("Astrid", "Bo", "asked again")
    assert "asked again" in answered(capsys, *words, "list")


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("", "`clusterbridge sync` reads nothing before a network is switched on"),
        ("[networks.tci]\nenabled = true\n", "then `clusterbridge sync`, which publishes"),
    ],
)
def test_after_a_backup_came_back_a_run_is_advised_where_one_can_be_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, config: str, says: str
) -> None:
    (tmp_path / "config.toml").write_text(config)
    (tmp_path / "var").mkdir()
    suppressed(tmp_path / "var")
    made = back_up(tmp_path / "var", None, tmp_path / "backups", NOW)
    assert says in answered(capsys, "--config", tmp_path / "config.toml", "restore", made.folder)
