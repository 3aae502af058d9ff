"""A live network is read only with permission: what the command line says of each thing that is missing, and the letter."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sync.cli.app import main

CONTACT = '[operator]\ncontact = "clusters@example.org"\n'
ON = "[networks.tci]\nenabled = true\n"
BASIS, READ_ON, BY = 'basis = "a letter"\n', "read_on = 2026-01-31\n", 'by = "the board"\n'
TABLE = "[networks.tci.permission]\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs ``clusterbridge`` with a configuration; its exit code, and what it says on stdout and stderr."""

    def run(config: str, *words: str) -> tuple[int, str, str]:
        path = tmp_path / "config.toml"
        path.write_text(config, encoding="utf-8")
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(("--config", str(path), *words))
        said: Any = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("", "[networks.tci]\nenabled = true\n"),
        (ON, '[operator]\ncontact = "a mail address or web page'),
        (CONTACT + ON, "missing: basis, read_on, by"),
        (CONTACT + ON + TABLE + READ_ON + BY, "missing: basis)"),
        (CONTACT + ON + TABLE + BASIS + BY, "missing: read_on)"),
        (CONTACT + ON + TABLE + BASIS + READ_ON, "missing: by)"),
        (CONTACT + ON + TABLE + BASIS + BY + "read_on = 2999-01-01\n", "a day to come"),
        (CONTACT + ON + TABLE + BASIS + READ_ON + BY + "until = 2026-02-01\n", "ended on 2026-02-01"),
        (ON + TABLE + BASIS + READ_ON + BY, '[operator]\ncontact = "a mail address or web page'),
    ],
)
def test_without_permission_nothing_is_read_and_the_text_to_write_is_printed(
    run: Run, tmp_path: Path, config: str, says: str
) -> None:
    code, out, err = run(config, "sync", "tci")
    assert code == 7
    assert says in err
    assert out == ""
    if "missing" in says:
        assert "[networks.tci.permission]" in err
        assert "clusterbridge letter tci" in err
    assert not (tmp_path / "var" / "state.duckdb").exists()


def test_all_that_is_missing_is_named_at_once_with_the_text_to_write(run: Run) -> None:
    _, _, err = run("", "sync", "tci")
    assert all(reason in err for reason in ("it is off", "nobody is named", "missing: basis, read_on, by"))
    wanted = {
        "operator": {"contact": "a mail address or web page that is read"},
        "networks": {
            "tci": {
                "enabled": True,
                "permission": {"basis": "why we may", "read_on": date(2026, 1, 31), "by": "who decided"},
            }
        },
    }
    assert tomllib.loads(err.partition("config.toml:")[2].partition("no network was read")[0]) == wanted
    assert run("", "probe", "tci")[2].partition("config.toml:")[2].strip() in err


def test_a_run_says_as_json_what_came_of_it(run: Run) -> None:
    code, out, err = run(CONTACT, "sync", "tci", "--json")
    told = json.loads(out)
    assert (code, told["exit"], told["networks"], told["edition"], err) == (7, 7, [], None, "")
    assert "it is off" in told["not_permitted"]["tci"]


def test_what_is_there_is_not_asked_for_again(run: Run) -> None:
    _, _, err = run(ON + TABLE + BASIS + BY, "sync", "tci")
    assert tomllib.loads(err.partition("config.toml:")[2].partition("no network was read")[0]) == {
        "operator": {"contact": "a mail address or web page that is read"},
        "networks": {"tci": {"permission": {"read_on": date(2026, 1, 31)}}},
    }


def test_a_contact_that_reaches_nobody_is_a_broken_configuration(run: Run) -> None:
    code, _, err = run('[operator]\ncontact = "the office"\n' + ON, "sync", "tci")
    assert code == 3
    assert "operator.contact: wanted a mail address such as 'clusters@example.org'" in err


@pytest.mark.parametrize(("language", "says"), [("sv", "Med vänliga hälsningar"), ("en", "With kind regards")])
def test_the_letter_is_printed_in_the_language_that_was_asked_for(run: Run, language: str, says: str) -> None:
    code, out, err = run(CONTACT, "letter", "tci", "--lang", language)
    assert (code, err) == (0, "")
    assert says in out
    assert "clusterbridge import tci" in out


def test_the_letter_is_there_for_programs_too(run: Run) -> None:
    code, out, _ = run(CONTACT, "letter", "tci", "--lang", "sv", "--json")
    _, text, _ = run(CONTACT, "letter", "tci", "--lang", "sv")
    said = json.loads(out)
    assert (code, said["network"], said["language"], said["letter"]) == (0, "tci", "sv", text.rstrip("\n"))
    assert said["sender"] in CONTACT
    code, out, err = run("", "letter", "tci", "--json")
    assert (json.loads(out)["sender"], "[operator] contact" in err) == (None, True)


def test_a_letter_without_a_sender_says_so_beside_it(run: Run) -> None:
    code, out, err = run("", "letter", "clusters-of-sweden")
    assert code == 0
    assert "(fill in:" in out
    assert "[operator] contact" in err
