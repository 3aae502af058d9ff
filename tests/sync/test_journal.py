"""The journal: lines for machines, lines for people, no person's address."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync.clock import FrozenClock
from sync.journal import journal


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 11, 23, 23, 59, 30, tzinfo=UTC))


def lines(var: Path, day: str = "2026-11-23") -> list[dict[str, Any]]:
    text = (var / "logs" / f"clusterbridge-{day}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_every_event_is_a_json_line_of_its_day(tmp_path: Path, clock: FrozenClock) -> None:
    with journal(tmp_path, clock=clock, people=io.StringIO()) as log:
        log.info("run began", run=7, networks=["eccp"], path=tmp_path, none=None, share=0.5)
        clock.advance(60)
        log.debug("asked", url="https://clusters.example/å")
    assert lines(tmp_path) == [
        {
            "timestamp": "2026-11-23T23:59:30.000Z",
            "level": "info",
            "event": "run began",
            "run": 7,
            "networks": ["eccp"],
            "path": str(tmp_path),
            "none": None,
            "share": 0.5,
        }
    ]
    assert [line["url"] for line in lines(tmp_path, "2026-11-24")] == ["https://clusters.example/å"]


def test_a_second_run_appends(tmp_path: Path, clock: FrozenClock) -> None:
    for number in range(2):
        with journal(tmp_path, clock=clock, people=io.StringIO()) as log:
            log.info("run began", run=number)
    assert [line["run"] for line in lines(tmp_path)] == [0, 1]


@pytest.mark.parametrize(
    ("people", "options", "heard"),
    [
        (Terminal, {}, ["info", "warning", "error"]),
        (Terminal, {"quiet": True}, ["error"]),
        (Terminal, {"verbose": True}, ["debug", "info", "warning", "error"]),
        (io.StringIO, {}, ["warning", "error"]),
    ],
)
def test_people_read_what_they_asked_for_and_the_file_has_all(
    tmp_path: Path, clock: FrozenClock, people: type[io.StringIO], options: dict[str, bool], heard: list[str]
) -> None:
    stream = people()
    levels = ["debug", "info", "warning", "error"]
    with journal(tmp_path, clock=clock, people=stream, env={"NO_COLOR": "1"}, **options) as log:
        for level in levels:
            getattr(log, level)(f"something of {level}")
    assert [level for level in levels if f"something of {level}" in stream.getvalue()] == heard
    assert [line["level"] for line in lines(tmp_path)] == levels


@pytest.mark.parametrize(
    ("people", "env", "has_colours"), [(Terminal, {}, True), (Terminal, {"NO_COLOR": "1"}, False), (io.StringIO, {}, False)]
)
def test_colours_are_for_terminals_that_want_them(
    tmp_path: Path, clock: FrozenClock, people: type[io.StringIO], env: dict[str, str], has_colours: bool
) -> None:
    stream = people()
    with journal(tmp_path, clock=clock, people=stream, env=env) as log:
        log.warning("careful")
    assert ("\x1b[" in stream.getvalue()) is has_colours


def test_no_persons_address_reaches_the_file_or_the_terminal(tmp_path: Path, clock: FrozenClock) -> None:
    class Odd:
        def __repr__(self) -> str:
            return "Odd(anna.person@clusters.example)"

    stream = Terminal()
    with journal(tmp_path, clock=clock, people=stream, verbose=True) as log:
        log.info("mail anna.person@clusters.example or info@clusters.example", a="mailto:anna.person%40clusters.example")
        log.info("nested", b={"anna.person@clusters.example": ["anna.person@clusters.example", ("x", Odd())]}, c=Odd())
        try:
            raise ValueError("anna.person@clusters.example is no role")
        except ValueError:
            log.exception("failed")
    written = (tmp_path / "logs" / "clusterbridge-2026-11-23.jsonl").read_text(encoding="utf-8") + stream.getvalue()
    assert "anna" not in written
    assert "info@clusters.example" in written
    assert "[address removed]" in written
    assert "ValueError" in lines(tmp_path)[2]["exception"]


def test_a_journal_that_cannot_be_written_says_so_once_and_stops_nobody(tmp_path: Path, clock: FrozenClock) -> None:
    (tmp_path / "logs").write_text("no folder")
    people = io.StringIO()
    with journal(tmp_path, clock=clock, people=people) as log:
        log.info("run began")
        log.error("edition held")
    heard = people.getvalue().splitlines()
    assert heard[0] == f"the journal cannot be written to {tmp_path / 'logs'}: File exists"
    assert "edition held" in heard[1]
    assert len(heard) == 2


@pytest.mark.parametrize(
    ("wild", "tamed"),
    [
        ("\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"),
        ("a\rb\nc", "a\\rb\\nc"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
    ],
)
def test_what_a_network_sends_commands_no_terminal(tmp_path: Path, clock: FrozenClock, wild: str, tamed: str) -> None:
    stream = Terminal()
    with journal(tmp_path, clock=clock, people=stream, verbose=True, env={"NO_COLOR": "1"}) as log:
        log.warning(f"event {wild}", url=f"https://a.example/{wild}", more=[{wild: wild}])
    assert wild not in stream.getvalue()
    assert tamed in stream.getvalue() or tamed.replace("\\", "\\\\") in stream.getvalue()
    (line,) = lines(tmp_path)
    assert (line["event"], line["url"], line["more"]) == (f"event {tamed}", f"https://a.example/{tamed}", [{tamed: tamed}])


def test_a_traceback_keeps_its_lines_and_letters_of_any_script_stay(tmp_path: Path, clock: FrozenClock) -> None:
    stream = Terminal()
    with journal(tmp_path, clock=clock, people=stream, env={"NO_COLOR": "1"}) as log:
        try:
            raise ValueError("Южен \x1b[2J")
        except ValueError:
            log.exception("failed")
    assert "Traceback" in lines(tmp_path)[0]["exception"].splitlines()[0]
    assert lines(tmp_path)[0]["exception"].endswith("Южен \\x1b[2J")
    assert "\x1b" not in stream.getvalue()
