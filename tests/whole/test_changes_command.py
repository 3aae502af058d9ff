"""``clusterbridge changes`` and ``demo --night 2``: what became of organisations, for people, programs and feed readers."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.commands import Ended, called
from sync.cli import output, play
from sync.cli.changes import feed
from sync.clock import SystemClock
from sync.lock import one_run_at_a_time
from warehouse.atom import ATOM
from warehouse.changes import Change, Kind
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("whole")

IN = {"a": ATOM}
GOLD = {"level": "gold", "issuer": "ESCA", "awarded": None, "valid_until": None}


Ask = Callable[..., Ended]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Ended]:
    """Runs ``clusterbridge`` over a folder; wide enough that no cell is folded."""
    monkeypatch.setattr(output.results, "width", 250)

    def run(var: Path, *words: str) -> Ended:
        config = tmp_path / "config.toml"
        config.write_text(f"[paths]\nvar = {str(var)!r}\n", encoding="utf-8")
        return called(capsys, "--quiet", "--config", str(config), *words)

    return run


@pytest.fixture
def var(later: Any) -> Path:
    """Where the first night, the second and the third were visited."""
    return later.visit(3).report.edition.parents[1]


@pytest.fixture
def ask(run: Callable[..., Ended], var: Path) -> Ask:
    return lambda *words: run(var, "changes", *words)


def test_json_has_every_change_since_the_last_runs_day_the_newest_run_first(ask: Ask, later: Any) -> None:
    rows = json.loads(ask("--json", "--limit", "10000").out)
    assert list(rows[0]) == ["id", "name", "country", "kind", "field", "old", "new", "run", "changed_on"]
    runs = [row["run"] for row in rows]
    assert runs == sorted(runs, reverse=True)
    assert set(runs) == {1, 3, 4, 5}, "the second run found nothing"
    assert [(row["kind"], row["name"]) for row in rows if row["run"] == 5] == [
        ("returned", "DAC – Distretto Aerospaziale della Campania")
    ]
    changed = next(row for row in rows if row["field"] == "members_total")
    assert isinstance(changed["old"], int)
    assert isinstance(changed["new"], int)
    assert {row["changed_on"] for row in rows} <= {str(day) for day in _days(later)}


def _days(later: Any) -> set[date]:
    return {
        moment.date()
        for _, visit in later.visits
        for one in visit.report.networks
        for moment in (one.run.started_at, one.run.ended_at)
    }


def test_kinds_and_a_limit_are_kept_to(ask: Ask) -> None:
    rows = json.loads(ask("--json", "--kind", "gone", "--kind", "renamed").out)
    assert {row["kind"] for row in rows} == {"gone", "renamed"}
    assert [row["kind"] for row in rows] == sorted(row["kind"] for row in rows)
    shown = ask("--limit", "3")
    assert re.search(r"^\d{3,} changes since \d{4}-\d\d-\d\d, the newest 3 shown$", shown.out, re.MULTILINE)
    assert len(shown.out.splitlines()) == 5
    cut = ask("--json", "--limit", "3")
    assert len(json.loads(cut.out)) == 3
    assert "the newest 3 shown; --limit shows more" in cut.err


def test_people_see_what_changed_from_what_to_what(ask: Ask) -> None:
    shown = ask("--kind", "renamed").out
    assert re.search(r"renamed +DREAM Eau & Milieu +DREAM Eau & Milieux", shown)


def test_a_day_to_come_has_no_changes_and_a_day_that_is_none_is_a_usage_error(ask: Ask) -> None:
    assert "0 changes since 2999-01-01" in ask("--since", "2999-01-01").out
    assert ask("--since", "yesterday").code == 2
    assert ask("--kind", "vanished").code == 2
    assert ask("--json", "--atom").code == 2


def test_changes_can_be_asked_for_while_a_run_goes_on(ask: Ask, var: Path) -> None:
    with one_run_at_a_time(var, SystemClock().now()), State.open(var / "state.duckdb"):
        assert ask("--limit", "1").code == 0


def test_atom_is_a_feed_whose_entries_have_names_for_ever(ask: Ask) -> None:
    first, second = (ElementTree.fromstring(ask("--atom", "--limit", "10000").out) for _ in range(2))  # noqa: S314  our own
    assert first.tag == f"{{{ATOM}}}feed"
    names = [entry.findtext("a:id", namespaces=IN) for entry in first.findall("a:entry", IN)]
    assert names == [entry.findtext("a:id", namespaces=IN) for entry in second.findall("a:entry", IN)]
    assert len(set(names)) == len(names) > 50
    [begun] = [one for one in names if one.endswith("/begun")]
    assert begun.endswith("changes/1/begun"), "hundreds were new on the first night: one entry says so"
    for element in (first, *first.findall("a:entry", IN)):
        name, title, updated = (element.findtext(f"a:{part}", namespaces=IN) for part in ("id", "title", "updated"))
        assert re.fullmatch(r"tag:clustersofsweden\.com,2026:[!-~]+", name or "")
        assert title
        assert datetime.fromisoformat(updated or "").tzinfo is not None
    assert first.findtext("a:author/a:name", namespaces=IN) == "clusterbridge"


WORDS = st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"'\x00\x1b\x7f\x9b\u202e\ufffe\uffff]"), max_size=20)


@given(WORDS, WORDS, st.sampled_from(Kind))
def test_no_name_breaks_a_feed_or_reaches_the_terminal_as_an_order(name: str, value: str, kind: Kind) -> None:
    change = Change(1, 2, name, "SE", kind, "city", value, [value, GOLD], date(2026, 11, 23))
    printed: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(output.typer, "echo", printed.append)
        output.print_xml(feed([change], datetime(2026, 11, 23, 4, tzinfo=UTC)))
    (text,) = printed
    (entry,) = ElementTree.fromstring(text).findall("a:entry", IN)  # noqa: S314  our own
    assert not {unicodedata.category(one) for one in text} & {"Cf", "Cs", "Zl", "Zp"}
    assert not [one for one in text if unicodedata.category(one) == "Cc" and one not in "\n\t"]
    plain = "".join(one for one in name if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    assert (entry.findtext("a:title", namespaces=IN) or "").startswith(re.sub("[\ufffe\uffff]", "", plain))


def test_two_labels_of_one_day_are_two_entries() -> None:
    gained = [
        Change(1, 2, "Alfa", "SE", Kind.LABEL_GAINED, "labels", None, label, date(2026, 11, 23))
        for label in (GOLD, {**GOLD, "level": None})
    ]
    root = feed(gained, datetime(2026, 11, 23, 4, tzinfo=UTC))
    assert len({entry.findtext("id") for entry in root.findall("entry")}) == 2


@pytest.mark.thorough
def test_the_demo_plays_a_second_night_after_the_first_and_says_what_it_changed(
    run: Callable[..., Ended], nights: Any, replicas: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(nights.var, tmp_path / "var" / "demo", symlinks=True)
    monkeypatch.setattr(play, "_served", lambda: nullcontext(replicas))
    ended = run(tmp_path / "var", "demo", "--night", "2")
    assert ended.code == 0
    assert "The first night: all is new" not in ended.out, "it was there already"
    assert "read 0 records anew, missed 0" in ended.out
    assert "nothing changed since the last run: no new claim, no new capture" in ended.out
    assert re.search(r"^ +9  new *$", ended.out, re.MULTILINE)
    assert re.search(r"^ +2  renamed *$", ended.out, re.MULTILINE)
    assert "the first 20 shown" in ended.out
    once_more = run(tmp_path / "var", "demo", "--night", "2")
    assert once_more.code == 0
    assert "has had its second night" in once_more.out
    assert re.search(r"^ +8  gone *$", once_more.out, re.MULTILINE)
