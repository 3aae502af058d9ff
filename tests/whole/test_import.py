"""``clusterbridge import`` and ``clusterbridge probe`` as operators run them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from demo import member_list
from demo.invented import contact_words
from demo.server import serve
from demo.site import build
from support.commands import Ended, Run, called
from support.sampling import some_of
from sync import importing
from sync.cli import output
from sync.clock import SystemClock
from sync.lock import one_run_at_a_time
from sync.places import STATE
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("import")

NETWORK = "clusters-of-sweden"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs ``clusterbridge`` in a folder of its own; wide enough that no cell is folded."""
    monkeypatch.setattr(output.results, "width", 250)
    config = tmp_path / "config.toml"
    config.touch()

    def run(*words: str | Path) -> Ended:
        return called(capsys, "--config", str(config), *words)

    return run


@pytest.fixture
def csv_list(tmp_path: Path) -> Path:
    path = tmp_path / "medlemmar.csv"
    path.write_bytes(member_list.csv_bytes("semicolon, cp1252"))
    return path


@contextmanager
def replica(config: Path) -> Iterator[str]:
    """The association's site on loopback, with permission to read it written down; its address."""
    with serve([build("clusters_of_sweden")]) as bases:
        base = bases["clusters_of_sweden"]
        config.write_text(
            f"""
            [operator]
            contact = "tests@example.org"
            [networks.clusters_of_sweden]
            enabled = true
            base = "{base}"
            pace_seconds = 0
            allow_private = true
            [networks.clusters_of_sweden.permission]
            basis = "a replica on this machine"
            read_on = 2026-01-31
            by = "tests"
            """
        )
        yield base


def same(wanted: object, found: object) -> bool:
    """Whether a stored value is the true one; the order of a list is nobody's fact."""
    if isinstance(wanted, (list, tuple)) and isinstance(found, list):
        return sorted(map(str, wanted)) == sorted(map(str, found))
    return str(wanted) == str(found)


def lacking(profiles: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """The facts of the list that profiles do not say, or say otherwise: (source key, field)."""
    return [
        (true.source_key, field)
        for true in member_list.truth()
        for field, value in true.facts.items()
        if not same(value, profiles.get(true.source_key, {}).get(field))
    ]


def stored(folder: Path) -> dict[str, dict[str, Any]]:
    """Source key -> what the state holds of it."""
    with State.open(folder / "var" / "state.duckdb", read_only=True) as state:
        rows = state.con.execute("SELECT source_key, profile FROM ledger.records WHERE network = 'clusters_of_sweden'").fetchall()
    return {key: json.loads(profile) for key, profile in rows}


def contents(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file under a folder, as text in lower case, captures unpacked."""
    for path in (path for path in sorted(folder.rglob("*")) if path.is_file()):
        body = path.read_bytes()
        yield path, (gzip.decompress(body) if path.suffix == ".gz" else body).decode("utf-8", "replace").casefold()


@pytest.mark.parametrize("saved_as", some_of([*member_list.VARIANTS, "xlsx"], next(iter(member_list.VARIANTS)), "xlsx"))
def test_every_fact_of_the_list_is_in_its_profile_whatever_it_was_saved_as(saved_as: str) -> None:
    body = member_list.xlsx_bytes() if saved_as == "xlsx" else member_list.csv_bytes(saved_as)
    network = registry.network(NETWORK)
    one = importing.read_list(network, "members", body, chosen={})
    read = importing.preview(network, one, date(2026, 11, 23), most=len(one.members.rows)).profiles
    profiles = {each.profile.source_key: each.profile.model_dump(mode="json") for each in read if each.profile}
    assert lacking(profiles) == []


def test_the_preview_shows_columns_and_first_profiles_and_stores_nothing(run: Run, csv_list: Path, tmp_path: Path) -> None:
    ended = run("import", NETWORK, csv_list, "--preview")
    assert ended.code == 0
    for wanted in (
        "Webbplats",
        "website",
        "phrasebook",
        "Kontaktperson",
        "persons",
        "semicolons, Windows-1252",
        "nothing was stored",
    ):
        assert wanted in ended.out
    assert ended.out.count('source_key "') == 5
    assert not (tmp_path / "var").exists()
    words = set(ended.out.casefold().replace(".", " ").replace("@", " ").replace(",", " ").split())
    assert words.isdisjoint(contact_words())


@pytest.mark.thorough
def test_a_list_is_imported_without_permission_published_and_changes_nothing_the_second_time(
    run: Run, csv_list: Path, tmp_path: Path
) -> None:
    demo = tmp_path / "var" / "demo" / STATE
    demo.parent.mkdir(parents=True)
    demo.touch()
    first = run("import", NETWORK, csv_list)
    assert first.code == 0
    assert "published" in first.out
    assert "this begins the live data" in " ".join(first.err.split())
    assert lacking(stored(tmp_path)) == []
    again = run("import", NETWORK, csv_list)
    assert "nothing changed since the last run" in again.out
    assert "this begins" not in again.err
    workbook = tmp_path / "medlemmar.xlsx"
    workbook.write_bytes(member_list.xlsx_bytes())
    assert "nothing changed since the last run" in run("import", NETWORK, workbook).out
    sources = run("show", member_list.truth()[0].facts["name"], "--json").json["values"]["name"]["sources"]
    assert [(source["network"], source["url"]) for source in sources] == [("clusters_of_sweden", "https://clustersofsweden.com")]
    (replayed,) = run("replay", "--json").json
    assert (replayed["pages"], replayed["differences"], replayed["no_longer_read"]) == (1, [], [])


@pytest.mark.thorough
def test_what_an_import_that_was_killed_left_half_is_removed_by_the_next_one(run: Run, csv_list: Path, tmp_path: Path) -> None:
    half = tmp_path / "var" / "captures" / "ab" / ".1a2b3c.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half a list")
    assert run("import", NETWORK, csv_list).code == 0
    assert not half.exists()


@pytest.mark.thorough
def test_no_contact_person_reaches_the_disk(run: Run, csv_list: Path, tmp_path: Path) -> None:
    people = {word for word in contact_words() if word in csv_list.read_bytes().decode("cp1252").casefold()}
    assert len(people) > 20
    run("import", NETWORK, csv_list)
    searched = list(contents(tmp_path / "var"))
    assert len(searched) > 3
    assert [(path.name, word) for path, text in searched for word in people if word in text] == []
    assert not any("people.example" in text for _, text in searched)


@pytest.mark.thorough
def test_the_list_and_the_site_stand_side_by_side(run: Run, csv_list: Path, tmp_path: Path) -> None:
    with replica(tmp_path / "config.toml"):
        crawled = run("sync", "clusters_of_sweden")
        assert crawled.code == 0
        before = stored(tmp_path)
        assert run("import", NETWORK, csv_list).code == 0
        both = stored(tmp_path)
        night = run("sync", "clusters_of_sweden")
    assert both.keys() == before.keys()
    true = next(true for true in member_list.truth() if "founded_on" in true.facts)
    assert same(true.facts["founded_on"], both[true.source_key]["founded_on"])
    assert set(before[true.source_key]) <= set(both[true.source_key])
    assert both[true.source_key]["url"] == before[true.source_key]["url"]
    assert "nothing changed since the last run" in night.out
    assert stored(tmp_path) == both
    (replayed,) = run("replay", "--json").json
    assert (replayed["differences"], replayed["no_longer_read"]) == ([], [])


@pytest.mark.thorough
def test_a_list_that_lost_rows_is_held_and_the_last_good_one_stays(run: Run, csv_list: Path, tmp_path: Path) -> None:
    run("import", NETWORK, csv_list)
    held = stored(tmp_path)
    short = tmp_path / "short.csv"
    short.write_text(
        "Namn;Ort\n" + "".join(f"{profile['name']};Lund\n" for profile in list(held.values())[:30]), encoding="utf-8"
    )
    ended = run("import", NETWORK, short)
    assert ended.code == 5
    assert "85%" in ended.err
    assert stored(tmp_path) == held
    added = run("import", NETWORK, short, "--additional", "--json")
    assert (added.code, added.json["outcome"], added.json["records_new"], added.json["records_missing"]) == (0, "complete", 0, 0)


def test_columns_that_nobody_knows_can_be_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Vad de heter;Var\nAlfa;Lund\n", encoding="utf-8")
    lost = run("import", NETWORK, path)
    assert lost.code == 2
    assert "'Vad de heter', 'Var'" in lost.err
    assert "--column" in lost.err
    named = ("--column", "Vad de heter=name", "--column", "Var=city")
    (shown,) = run("import", NETWORK, path, *named, "--preview", "--json").json
    assert (shown["profiles"][0]["name"], shown["profiles"][0]["city"]) == ("Alfa", "Lund")
    assert {column["how"] for column in shown["columns"]} == {"--column"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--column", "Namn"), "HEADING=FIELD"),
        (("--column", "Nam=name"), "did you mean 'Namn'"),
        (("--column", "Ort=citty"), "did you mean 'city'"),
        (("--sheet", "Members"), "no sheets"),
    ],
)
def test_a_misunderstanding_is_a_usage_error_that_says_what_to_write(
    run: Run, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    path = tmp_path / "m.csv"
    path.write_text("Namn;Ort\nAlfa;Lund\n", encoding="utf-8")
    ended = run("import", NETWORK, path, *words)
    assert ended.code == 2
    assert says in ended.err
    assert not (tmp_path / "var").exists()


def test_a_file_that_is_no_list_and_one_that_is_not_there_are_usage_errors(run: Run, tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("%PDF-1.7 \x00\x01", encoding="utf-8")
    ended = run("import", NETWORK, notes)
    assert (ended.code, "notes.txt" in ended.err) == (2, True)
    assert run("import", NETWORK, tmp_path / "none.csv").code == 2


def test_an_import_waits_for_no_other_run(run: Run, csv_list: Path, tmp_path: Path) -> None:
    with one_run_at_a_time(tmp_path / "var", SystemClock().now()):
        ended = run("import", NETWORK, csv_list)
    assert ended.code == 6
    assert "another run" in ended.err


def test_a_probe_shows_one_list_and_one_profile_and_stores_nothing(run: Run, tmp_path: Path) -> None:
    with replica(tmp_path / "config.toml") as base:
        seen = run("probe", NETWORK, "--json").json
        ended = run("probe", NETWORK)
    kinds = [(step["kind"], step["answer"]) for step in seen["steps"]]
    assert ("listing", "read") in kinds
    assert kinds[-1] == ("profile", "read")
    assert len([kind for kind, _ in kinds if kind == "profile"]) == 1
    (profile,) = seen["profiles"]
    assert profile["url"].startswith(base)
    assert profile["profile"]["name"]
    assert set(profile["empty"]) == {field for field, value in profile["profile"].items() if value in (None, [], {})}
    assert ended.code == 0
    for wanted in ("next page", "the first that does", "read as", "empty:", "unread labels:"):
        assert wanted in ended.out
    assert [path.name for path in (tmp_path / "var").rglob("*") if path.is_file()] in ([], ["run.lock"])


def test_a_probe_needs_the_same_permission_as_a_run(run: Run) -> None:
    ended = run("probe", NETWORK)
    assert ended.code == 7
    assert "enabled = true" in ended.err
