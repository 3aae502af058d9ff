"""What ``clusterbridge judge … --publish`` tells of the numbers that changed by it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.commands import Run
from support.judged_records import HABITAT, SIGNED, organisations
from sync.cli import consequences
from sync.exits import Exit
from sync.pipeline import RunReport
from sync.places import EDITIONS
from sync.publishing import publish_anew
from warehouse import edition_draft
from warehouse.decided import RecordKey
from warehouse.edition_folder import point
from warehouse.editions import current
from warehouse.seated import Moved

pytestmark = pytest.mark.xdist_group("judged")


def test_published_every_number_that_changed_is_told_with_its_records(run: Run, folder: Path) -> None:
    numbers = organisations(folder)
    fog, moss = (f"number {numbers['eccp/fog']}, Fog Arena", f"number {numbers['eccp/moss']}, Moss Lab")
    ended = run("judge", "same", "tci/fog_1", "eccp/moss", *SIGNED, "--publish")
    assert f"{fog}, is eccp/fog, eccp/moss, tci/fog_1; before it was eccp/fog, tci/fog_1\n" in ended.out
    assert f"{moss}, is merged into number {numbers['eccp/fog']}\n" in ended.out
    ended = run("judge", "different", "eccp/fog", "tci/fog_1", *SIGNED, "--publish", "--json")
    assert [one["text"] for one in ended.json["published"]["moved"]] == [
        f"{fog}, is eccp/fog; before it was eccp/fog, eccp/moss, tci/fog_1",
        f"{moss}, is back, parted from number {numbers['eccp/fog']}: eccp/moss, tci/fog_1",
    ]
    ended = run("judge", "withdraw", "eccp/fog", "tci/fog_1", *SIGNED, "--publish")
    assert f"{moss}, is merged into number {numbers['eccp/fog']}\n" in ended.out
    ended = run("judge", "different", "eccp/fog", "eccp/kelp", *SIGNED, "--publish")
    assert "since the last edition no record changed its organisation" in ended.out
    assert "the next run carries it out" in run("judge", "withdraw", "eccp/fog", "eccp/kelp", *SIGNED).out


def test_where_no_edition_was_before_nothing_is_told_of_numbers(run: Run, folder: Path) -> None:
    for told in ((), ("--json",)):
        run("judge", "different", *HABITAT, *SIGNED)
        shutil.rmtree(folder / "var" / EDITIONS)
        ended = run("judge", "withdraw", *HABITAT, *SIGNED, "--publish", *told)
        assert (ended.code, "since the last edition" in ended.out, ended.err) == (Exit.OK, False, "")
        assert "clusters-00000" in ended.out
    assert ended.json["published"]["moved"] is None


def test_an_edition_that_is_held_has_no_numbers_to_tell_of(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition_draft, "checks", lambda: {"names_are_short": "-- Each name is short.\nSELECT 'a long name'"})
    ended = run("judge", "same", "eccp/moss", "tci/moss_3", *SIGNED, "--publish")
    assert (ended.code, "the last good one stays" in ended.err) == (Exit.HELD, True)
    assert "since the last edition" not in ended.out
    ended = run("judge", "same", "eccp/fog", "tci/moss_3", *SIGNED, "--publish", "--json")
    assert (ended.code, ended.json["published"]["edition"], ended.json["published"]["moved"]) == (Exit.HELD, None, None)


def after_it(monkeypatch: pytest.MonkeyPatch, what: Callable[[Path], object]) -> None:
    """Something happens to the edition that a judgement published, before anybody reads it."""

    def publish(*words: Any) -> RunReport:
        report = publish_anew(*words)
        assert report.edition is not None
        what(report.edition)
        return report

    monkeypatch.setattr("sync.cli.judge.publish_anew", publish)


def test_the_numbers_told_are_those_of_the_edition_that_was_published_whichever_is_current(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers, first = organisations(folder), current(folder / "var" / EDITIONS)
    assert first is not None
    after_it(monkeypatch, lambda edition: point(edition.parent, first.name))
    ended = run("judge", "same", "eccp/moss", "tci/moss_3", *SIGNED, "--publish", "--json")
    assert [one["id"] for one in ended.json["published"]["moved"]] == [numbers["eccp/moss"], numbers["tci/moss_3"]]


@pytest.mark.parametrize("what", [Path.unlink, lambda edition: edition.write_bytes(b"no edition")])
def test_an_edition_that_cannot_be_read_again_is_published_all_the_same(
    run: Run, monkeypatch: pytest.MonkeyPatch, what: Callable[[Path], object]
) -> None:
    after_it(monkeypatch, what)
    ended = run("judge", "same", "eccp/moss", "tci/moss_3", *SIGNED, "--publish", "--json")
    assert (ended.code, ended.json["published"]["moved"]) == (Exit.OK, None)
    assert ended.json["published"]["edition"].endswith("clusters-000002.duckdb")
    assert "which numbers changed cannot be told: clusters-000002.duckdb cannot be read" in ended.err


@pytest.mark.parametrize(
    ("others", "says"),
    [((1,), "number 2, Peat, is merged into number 1"), ((1, 3), "number 2, Peat: its records are now of 1, 3")],
)
def test_a_number_whose_records_went_to_several_is_not_merged_into_them(others: tuple[int, ...], says: str) -> None:
    were = (RecordKey("eccp", "peat"), RecordKey("tci", "peat_4"))
    assert consequences.moved(Moved(2, "Peat", were, (), others, is_back=False)) == says
