"""The letter to a network: complete in both languages, and what it says to write into config.toml can be written there."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from connectors import registry
from sync.letter import Language, letter
from sync.permission import why_not
from sync.settings import NetworkSettings, Operator, Permission, Settings

TODAY = date(2026, 11, 25)
US = Settings(operator=Operator(contact="clusters@example.org"))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", registry.names())
def test_a_letter_names_the_network_the_sender_what_is_read_and_how(name: str, language: Language) -> None:
    facts = registry.network(name).facts
    ours = NetworkSettings(pace_seconds=7.5, cron="15 4 * * *", page_budget=321)
    text = letter(facts, US.model_copy(update={"networks": {name: ours}}), language, TODAY)
    starts = [*facts.paths.values()] + [one.paths for one in facts.directory.lists] if facts.directory else facts.paths.values()
    for wanted in (
        facts.title,
        facts.home,
        "clusters@example.org",
        f"clusterbridge/{version('clusterbridge')} (+clusters@example.org)",
        "robots.txt",
        "7.5",
        "04:15 (Europe/Stockholm)",
        "321",
        "300",
        *(path for paths in starts for path in paths),
    ):
        assert wanted in text
    assert "$" not in text


@pytest.mark.parametrize("language", Language)
def test_the_lines_for_config_toml_are_all_that_is_missing_but_for_who_decided_and_when(language: Language) -> None:
    facts = registry.network("tci").facts
    text = letter(facts, US, language, TODAY)
    block = re.search(r"^\[operator\].*?^# until", text, re.MULTILINE | re.DOTALL)
    assert block is not None
    written = Settings(**tomllib.loads(block.group()))
    assert written.operator.contact == "clusters@example.org"
    assert written.networks["tci"].permission.missing(TODAY) == ["read_on", "by"]
    filled = written.networks["tci"].permission.model_copy(update={"read_on": TODAY, "by": "the board"})
    settings = written.model_copy(update={"networks": {"tci": written.networks["tci"].model_copy(update={"permission": filled})}})
    assert why_not(settings, facts, TODAY) is None


@pytest.mark.parametrize(
    ("cron", "says"), [("", "Once a night at most."), ("0 3 * * 1", "0 3 * * 1 (Europe/Stockholm)"), ("5 1 * * *", "01:05")]
)
def test_the_hours_are_those_of_the_timetable(cron: str, says: str) -> None:
    settings = US.model_copy(update={"networks": {"tci": NetworkSettings(cron=cron)}})
    assert says in letter(registry.network("tci").facts, settings, Language.EN, TODAY)


def test_a_letter_without_a_contact_says_where_to_fill_it_in() -> None:
    assert "(fill in: a mail address or web page that is read)" in letter(
        registry.network("tci").facts, Settings(), Language.EN, TODAY
    )


def test_a_permission_of_a_day_to_come_is_none_yet() -> None:
    facts = registry.network("tci").facts

    def reason(read_on: date) -> str | None:
        permission = Permission(basis="a letter", read_on=read_on, by="the board")
        ours = NetworkSettings(enabled=True, permission=permission)
        return why_not(US.model_copy(update={"networks": {"tci": ours}}), facts, TODAY)

    assert "a day to come" in (reason(date(2026, 12, 25)) or "")
    assert reason(date(2026, 11, 26)) is None  # in Tokyo it is the 26th already


@pytest.mark.parametrize("language", Language)
def test_what_is_written_by_hand_fits_into_a_mail(language: Language) -> None:
    lines = (Path(letter.__code__.co_filename).parent / "letters" / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 78 and "$" not in line] == []
