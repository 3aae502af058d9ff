"""``clusterbridge duplicates``, ``judge`` and ``show`` as people type them: what they say holds, is dated, and can be undone."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from matching.sameness.weights import shipped
from support.commands import Ended, Run, called
from support.small_state import NIGHT, make, record
from sync.cli import consequences, output
from sync.exits import Exit
from sync.lock import one_run_at_a_time
from sync.pipeline import RunReport
from sync.places import DESK, EDITIONS
from sync.publishing import publish_anew
from warehouse import edition_draft
from warehouse.decided import RecordKey
from warehouse.desk import Desk
from warehouse.edition_folder import point
from warehouse.editions import current
from warehouse.seated import Moved

pytestmark = pytest.mark.xdist_group("judged")

SIGNED = ("--by", "Astrid Registrar", "--because", "rang their office")
IN_SWEDEN = {"country": "SE", "nuts2": "SE31"}
RECORDS = {
    "eccp": [
        record("eccp", "fog", name="Fog Arena", city="Kil", phone="+46541111111", organisation_type="cluster", **IN_SWEDEN),
        record("eccp", "kelp", name="Kelp Valley Cluster", **IN_SWEDEN),
        record("eccp", "moss", name="Moss Lab", country="FI", organisation_type="cluster"),
        record("eccp", "node/7", name="Habitat Cluster", **IN_SWEDEN),
    ],
    "tci": [
        record("tci", "fog_1", name="Fog Arena", city="Kil", phone="+46542222222", **IN_SWEDEN),
        record("tci", "habitat_2", name="Habitat Sverige", city="Arvika", website="https://habitat.example", **IN_SWEDEN),
        record("tci", "moss_3", name="Moss Laboratory of Peat", country="FI"),
    ],
}
"""The machine joins the two of fog, is unsure of those of habitat, and does not think of those of moss."""
HABITAT = ("eccp/node/7", "tci/habitat_2")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one run took place; tests work in copies."""
    folder = tmp_path_factory.mktemp("judged")
    make(folder, RECORDS)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "ours", symlinks=True)


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``clusterbridge`` there; wide enough that no cell is folded."""
    monkeypatch.setattr(output.results, "width", 250)

    def run(*words: str) -> Ended:
        return called(capsys, "--config", str(folder / "config.toml"), *words)

    return run


def organisations(folder: Path) -> dict[str, int]:
    """Record -> organisation, in the current edition."""
    path = current(folder / "var" / EDITIONS)
    assert path is not None
    with duckdb.connect(str(path), read_only=True) as con:
        rows = con.execute("SELECT network || '/' || source_key, organisation_id FROM cluster_sources").fetchall()
    return dict(rows)


def test_duplicates_shows_both_sides_with_the_evidence_and_its_weight_and_what_to_type(run: Run) -> None:
    found = run("duplicates", "--json").json
    assert (found["total"], found["waiting_for_the_next_run"]) == (1, 0)
    (pair,) = found["pairs"]
    assert (pair["verdict"], 0.35 <= pair["probability"] < 0.95, pair["kept_apart_by"]) == ("unsure", True, None)
    left, right = pair["left"], pair["right"]
    assert (left["record"], left["name"], left["country"], left["networks"]) == ("eccp/node/7", "Habitat Cluster", "SE", ["eccp"])
    assert (right["record"], right["city"], right["website"]) == ("tci/habitat_2", "Arvika", "https://habitat.example")
    assert left["id"] != right["id"]
    assert {"name", "country", "place"} == {reason["kind"] for reason in pair["for"]}
    assert all(reason["weight"] > 0 and reason["text"] for reason in pair["for"])
    assert all(reason["weight"] < 0 for reason in pair["against"])
    log_odds = pair["prior"] + sum(reason["weight"] for reason in [*pair["for"], *pair["against"]])
    assert 1 / (1 + math.exp(-log_odds)) == pytest.approx(pair["probability"], abs=1e-3)
    assert pair["prior"] == pytest.approx(shipped().verdict.prior, abs=1e-3)
    said = run("duplicates").out
    assert said.rstrip().endswith("1 pair in doubt")
    assert "-4.0  any two records, before they are compared" in said
    assert pair["for"][0]["text"] in said
    assert f"{pair['for'][0]['weight']:+.1f}" in said
    for verdict in ("same", "different"):
        typed = f"clusterbridge judge {verdict} eccp/node/7 tci/habitat_2 --by NAME --because TEXT"
        assert pair["decide"][verdict] == typed
        assert typed in said


def test_what_duplicates_says_to_type_settles_the_pair(run: Run, folder: Path) -> None:
    typed = run("duplicates", "--json").json["pairs"][0]["decide"]["different"].split()[1:5]
    ended = run(*typed, *SIGNED)
    assert (ended.code, "the next run carries it out" in ended.out) == (Exit.OK, True)
    found = run("duplicates", "--json").json
    assert (found["total"], found["waiting_for_the_next_run"]) == (0, 1)
    assert "nothing is in doubt" in run("duplicates").out
    assert run("judge", "list", "--json").json[0]["outcome"] == "waits for the next run"


def test_a_persons_same_joins_at_once_where_it_is_wanted_and_withdrawn_the_pair_is_the_machines_again(
    run: Run, folder: Path
) -> None:
    before = organisations(folder)
    moss, peat = before["eccp/moss"], before["tci/moss_3"]
    ended = run("judge", "same", "Moss Lab", str(peat), *SIGNED, "--publish", "--json")
    assert ended.code == Exit.OK, ended.err
    assert ended.json["judgement"]["by"] == "Astrid Registrar"
    assert ended.json["published"]["edition"].endswith("clusters-000002.duckdb")
    after = organisations(folder)
    assert (after["tci/moss_3"], len(set(after.values()))) == (moss, len(set(before.values())) - 1)
    said = run("show", str(peat))
    assert said.out.startswith(f"{peat} is now {moss} since {ended.json['judgement']['decided_at'][:10]}\n")
    assert run("show", str(peat), "--json").json["redirected_from"]["id"] == peat
    assert run("judge", "list", "--json").json[0]["outcome"] == "carried out"
    # The edition says that a person judged, and neither who nor in which words.
    path = current(folder / "var" / EDITIONS)
    with duckdb.connect(str(path), read_only=True) as con:
        sql = "SELECT decided_by, because, probability FROM judgements WHERE left_key = 'moss'"
        assert con.execute(sql).fetchall() == [("person", None, None)]
        everything = repr([con.execute(f'FROM "{name}"').fetchall() for (name,) in con.execute("SHOW TABLES").fetchall()])
    assert "Astrid" not in everything
    assert "rang their office" not in everything
    # Both names mean one organisation now, and the judgement is found all the same.
    ended = run("judge", "withdraw", "Moss Lab", str(peat), "--by", "Bo", "--because", "two boards", "--publish")
    assert ended.code == Exit.OK, ended.err
    assert organisations(folder) == before
    assert run("show", str(peat), "--json").json["redirected_from"] is None
    (one,) = run("judge", "list", "--json").json
    assert (one["outcome"], one["withdrawn"]["by"], one["withdrawn"]["because"]) == ("withdrawn", "Bo", "two boards")
    with Desk.open(folder / "var" / DESK) as desk:
        assert desk.rows("SELECT count(*) FROM judgements") == [(1,)]


@pytest.mark.thorough
def test_one_organisation_is_parted_by_two_of_its_records_and_the_machine_does_not_join_them_again(
    run: Run, folder: Path
) -> None:
    ended = run("judge", "different", "Fog Arena", "fog arena", *SIGNED)
    assert ended.code == Exit.USAGE
    assert "to part it, name two of its records" in ended.err
    assert "tci/fog_1" in ended.err
    before = organisations(folder)
    assert run("judge", "different", "tci/fog_1", "eccp/fog", *SIGNED, "--publish").code == Exit.OK
    after = organisations(folder)
    assert before["eccp/fog"] == before["tci/fog_1"] == after["eccp/fog"] != after["tci/fog_1"]
    assert run("judge", "list", "--json").json[0]["outcome"] == "carried out"


def outcomes(run: Run) -> list[str]:
    """What came of the judgements, the latest first, in a word or two."""
    return [one["outcome"].partition(":")[0] for one in run("judge", "list", "--json").json]


@pytest.mark.thorough
def test_a_later_same_that_contradicts_what_stands_is_refused_as_it_says_and_undoes_nothing(run: Run, folder: Path) -> None:
    assert run("judge", "same", "eccp/kelp", "eccp/moss", *SIGNED, "--publish").code == Exit.OK
    assert run("judge", "different", "tci/moss_3", "eccp/kelp", "--by", "Bo", "--because", "two boards").code == Exit.OK
    joined = organisations(folder)
    ended = run("judge", "same", "tci/moss_3", "eccp/moss", "--by", "Cleo", "--because", "one name", "--publish")
    assert ended.code == Exit.OK, ended.err
    assert "refused: it joins nothing as long as these stand" in ended.err
    for said, judge in (
        (("eccp/kelp", "tci/moss_3", "two organisations"), "Bo"),
        (("eccp/kelp", "eccp/moss", "one organisation"), "Astrid"),
    ):
        assert f"{said[0]} and {said[1]} are {said[2]}, judged by {judge}" in ended.err
        assert f"clusterbridge judge withdraw {said[0]} {said[1]} --by NAME --because TEXT" in ended.err
    assert "judged, and refused: tci/moss_3 (Moss Laboratory of Peat) and eccp/moss (Kelp Valley Cluster)" in ended.out
    assert organisations(folder) == joined
    assert joined["eccp/kelp"] == joined["eccp/moss"] != joined["tci/moss_3"]
    assert outcomes(run) == ["refused", "carried out", "carried out"]
    (pair,) = [one for one in run("duplicates", "--json").json["pairs"] if one["is_refused"]]
    assert (pair["probability"], pair["kept_apart_by"]["by"]) == (None, "person")
    assert pair["decide"] == {
        "same": "clusterbridge judge withdraw eccp/kelp tci/moss_3 --by NAME --because TEXT",
        "different": "clusterbridge judge withdraw eccp/moss tci/moss_3 --by NAME --because TEXT",
    }
    said = run("duplicates").out
    assert "kept apart by a person" in said
    assert f"to make them one organisation, withdraw that eccp/kelp and tci/moss_3 are two: {pair['decide']['same']}" in said
    assert f"to leave them two, withdraw that eccp/moss and tci/moss_3 are one: {pair['decide']['different']}" in said
    assert "refused join" in run("status").out
    ended = run("judge", "withdraw", "tci/moss_3", "eccp/kelp", *SIGNED, "--publish")
    assert "this lets be carried out that eccp/moss and tci/moss_3 are one organisation, judged by Cleo" in ended.err
    assert outcomes(run) == ["carried out", "withdrawn", "carried out"]


def test_a_refused_same_stands_as_refused_before_a_run_and_waits_once_nothing_forbids_it(run: Run) -> None:
    run("judge", "same", "eccp/kelp", "eccp/moss", *SIGNED)
    run("judge", "different", "eccp/kelp", "tci/moss_3", *SIGNED)
    assert run("judge", "same", "eccp/moss", "tci/moss_3", *SIGNED).out.startswith("judged, and refused:")
    assert outcomes(run) == ["refused", "waits for the next run", "waits for the next run"]
    run("judge", "withdraw", "eccp/kelp", "tci/moss_3", *SIGNED)
    assert outcomes(run) == ["waits for the next run", "withdrawn", "waits for the next run"]


def test_a_same_that_a_run_refused_waits_once_nothing_forbids_it(run: Run) -> None:
    run("judge", "same", "eccp/kelp", "eccp/moss", *SIGNED)
    run("judge", "different", "eccp/kelp", "tci/moss_3", *SIGNED)
    run("judge", "same", "eccp/moss", "tci/moss_3", *SIGNED, "--publish")
    assert outcomes(run) == ["refused", "carried out", "carried out"]
    run("judge", "withdraw", "eccp/kelp", "tci/moss_3", *SIGNED)
    assert outcomes(run) == ["waits for the next run", "withdrawn", "carried out"]


def test_a_different_that_people_contradict_through_others_is_not_written(run: Run) -> None:
    run("judge", "same", "eccp/kelp", "eccp/moss", *SIGNED)
    run("judge", "same", "eccp/moss", "tci/moss_3", "--by", "Bo", "--because", "one board")
    ended = run("judge", "different", "tci/moss_3", "eccp/kelp", "--by", "Cleo", "--because", "two boards")
    assert ended.code == Exit.USAGE
    assert "people made tci/moss_3 and eccp/kelp one organisation, so nothing is written" in ended.err
    assert "clusterbridge judge withdraw eccp/kelp eccp/moss --by" in ended.err
    assert "clusterbridge judge withdraw eccp/moss tci/moss_3 --by" in ended.err
    assert len(run("judge", "list", "--json").json) == 2
    run("judge", "withdraw", "eccp/kelp", "eccp/moss", *SIGNED)
    assert run("judge", "different", "tci/moss_3", "eccp/kelp", "--by", "Cleo", "--because", "two boards").code == Exit.OK


@pytest.mark.thorough
def test_a_same_that_takes_a_record_out_of_its_organisation_says_so_and_why(run: Run, folder: Path) -> None:
    number = organisations(folder)["tci/fog_1"]
    run("judge", "different", "eccp/fog", "eccp/moss", "--by", "Bo", "--because", "two boards")
    ended = run("judge", "same", "eccp/moss", "tci/fog_1", *SIGNED, "--json")
    assert ended.code == Exit.OK, ended.err
    said = (
        f"tci/fog_1 leaves number {number}, Fog Arena, where eccp/fog stays, because eccp/fog and eccp/moss are two organisations"
    )
    assert said in ended.err.replace("\n", " ")
    (parting,) = ended.json["partings"]
    assert (parting["record"], parting["id"], parting["name"], parting["others"]) == (
        "tci/fog_1",
        number,
        "Fog Arena",
        ["eccp/fog"],
    )
    assert (parting["number_stays_with"], parting["because"]["by"]) == ("others", "Bo")
    assert parting["because"]["withdraw"] == "clusterbridge judge withdraw eccp/fog eccp/moss --by NAME --because TEXT"
    assert run("judge", "same", *HABITAT, *SIGNED, "--publish", "--json").json["partings"] == []
    after = organisations(folder)
    assert after["eccp/fog"] == number
    assert after["tci/fog_1"] == after["eccp/moss"] != number


@pytest.mark.thorough
def test_a_same_that_takes_the_oldest_record_away_takes_the_number_with_it(run: Run, folder: Path) -> None:
    number = organisations(folder)["eccp/fog"]
    run("judge", "different", "tci/fog_1", "eccp/moss", "--by", "Bo", "--because", "two boards")
    ended = run("judge", "same", "eccp/fog", "eccp/moss", *SIGNED, "--publish")
    assert f"eccp/fog takes number {number}, Fog Arena, with it, and tci/fog_1 leaves it, because eccp/moss and" in ended.err
    after = organisations(folder)
    assert after["eccp/fog"] == after["eccp/moss"] == number != after["tci/fog_1"]


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


def test_what_was_judged_is_told_in_the_order_typed_with_both_organisations(run: Run) -> None:
    typed = ("tci/moss_3", "eccp/kelp")
    both = "tci/moss_3 (Moss Laboratory of Peat) and eccp/kelp (Kelp Valley Cluster) are two organisations"
    assert run("judge", "different", *typed, *SIGNED).out.startswith(f"judged: {both}\n  tci/moss_3")
    assert "already, on 20" in run("judge", "different", *typed, *SIGNED).out
    assert run("judge", "withdraw", *typed, *SIGNED).out.startswith(f"withdrawn: that {both}, judged by Astrid")


def test_a_run_under_way_does_not_keep_anybody_from_judging_but_from_publishing(run: Run, folder: Path) -> None:
    with one_run_at_a_time(folder / "var", NIGHT):
        ended = run("judge", "different", *HABITAT, *SIGNED, "--publish")
    assert ended.code == Exit.LOCKED
    assert "what was judged is on the desk" in ended.err
    (one,) = run("judge", "list", "--json").json
    assert (one["verdict"], one["outcome"]) == ("different", "waits for the next run")


def test_the_opposite_of_what_stands_is_refused_with_what_to_type_first(run: Run) -> None:
    run("judge", "same", *HABITAT, *SIGNED)
    ended = run("judge", "different", *HABITAT, "--by", "Bo", "--because", "two boards")
    assert ended.code == Exit.USAGE
    assert "Astrid Registrar judged them same" in ended.err
    assert "clusterbridge judge withdraw eccp/node/7 tci/habitat_2 --by NAME --because TEXT" in ended.err
    again = run("judge", "same", *HABITAT, "--by", "Bo", "--because", "so do I")
    assert (again.code, "Astrid Registrar judged so already" in again.out) == (Exit.OK, True)
    assert len(run("judge", "list", "--json").json) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("same", "eccp/fog", "eccp/fog", *SIGNED), "found eccp/fog twice"),
        (("same", "eccp/fog", "tci/habitat_9", *SIGNED), "no record tci/habitat_9 is known; did you mean tci/habitat_2"),
        (("same", "eccp/fog", "Nobody's Own", *SIGNED), "no organisation is called"),
        (("same", "eccp/fog", "habitat", *SIGNED), "'habitat' names 2 organisations; say which, by number"),
        (("same", "Fog Arena", "tci/fog_1", "--by", " ", "--because", "x"), "a judgement is signed"),
        (("same", "Fog Arena", "tci/fog_1", "--by", "machine", "--because", "x"), "wanted the name of a person"),
        (("same", *HABITAT, "--by", "Bo", "--because", "x" * 501), "wanted a reason of at most 500 characters, found 501; say"),
        (("withdraw", *HABITAT, *SIGNED), "no judgement by a person stands on"),
        (("different", "Moss Lab", "eccp/moss", *SIGNED), "it has no other record"),
    ],
)
def test_what_cannot_be_judged_ends_with_what_to_do(run: Run, words: tuple[str, ...], says: str) -> None:
    ended = run("judge", *words)
    assert ended.code == Exit.USAGE
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert run("judge", "list", "--json").json == []


@pytest.mark.thorough
def test_where_several_judgements_stand_between_two_organisations_withdrawing_asks_which(run: Run) -> None:
    run("judge", "different", "eccp/fog", "eccp/moss", *SIGNED)
    run("judge", "different", "tci/fog_1", "eccp/moss", *SIGNED)
    ended = run("judge", "withdraw", "Fog Arena", "Moss Lab", *SIGNED)
    assert ended.code == Exit.USAGE
    assert "clusterbridge judge withdraw eccp/moss tci/fog_1" in ended.err
    assert run("judge", "withdraw", "tci/fog_1", "eccp/moss", *SIGNED).code == Exit.OK
    assert run("judge", "withdraw", "Fog Arena", "Moss Lab", *SIGNED).code == Exit.OK


def test_a_longer_reason_of_before_can_be_withdrawn_is_whole_in_json_and_cut_in_the_table(run: Run, folder: Path) -> None:
    assert run("judge", "same", *HABITAT, "--by", "Bo", "--because", "x" * 500).code == Exit.OK
    with Desk.open(folder / "var" / DESK) as desk:
        desk.write("UPDATE judgements SET because = ?", ["y" * 100_000])
    assert run("judge", "withdraw", *HABITAT, *SIGNED).code == Exit.OK
    with Desk.open(folder / "var" / DESK) as desk:
        desk.write("UPDATE judgements SET withdrawn_because = ?", ["z" * 100_000])
    (one,) = run("judge", "list", "--json").json
    assert (len(one["because"]), len(one["withdrawn"]["because"])) == (100_000, 100_000)
    said = run("judge", "list").out
    assert 400 < said.count("y") < 600
    assert 400 < said.count("z") < 600


def test_where_nobody_has_judged_the_list_says_where_to_begin(run: Run) -> None:
    assert "clusterbridge duplicates" in run("judge", "list").out


def test_show_and_partners_know_an_organisation_by_a_record_of_it_too(run: Run, folder: Path) -> None:
    numbers = organisations(folder)
    assert run("show", "tci/fog_1", "--json").json["id"] == numbers["eccp/fog"]
    assert run("show", "ECCP/node/7", "--json").json["id"] == numbers["eccp/node/7"]
    assert run("partners", "tci/fog_1", "--json").json["organisation"]["id"] == numbers["eccp/fog"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("tci/habitat_9", "'tci/habitat_9', and no record tci/habitat_9 is known; did you mean tci/habitat_2?"),
        ("Nobody's Own", "say its number, its name, a part of that, or a record of it as NETWORK/KEY"),
        ("nowhere/fog", "say its number, its name, a part of that, or a record of it as NETWORK/KEY"),
    ],
)
def test_what_names_no_organisation_is_told_in_which_forms_it_can_be_named(run: Run, words: str, says: str) -> None:
    ended = run("show", words)
    assert (ended.code, says in ended.err.replace("\n", " ")) == (Exit.USAGE, True)


def test_show_tells_why_a_value_is_shown_and_what_others_say_instead(run: Run) -> None:
    entry = run("show", "Fog Arena", "--json").json["values"]["phone"]
    assert (entry["value"], entry["because"], entry["conflict"]) == ("+46541111111", "eccp comes before tci", True)
    assert [(one["network"], one["is_shown"], one["because"]) for one in entry["sources"]] == [
        ("eccp", True, "eccp comes before tci"),
        ("tci", False, "eccp is shown"),
    ]
    said = run("show", "Fog Arena").out
    assert "eccp comes before tci" in said
    assert "sources differ on: phone" in said


@pytest.mark.thorough
def test_what_is_kept_out_leaves_the_desk_and_no_judgement_brings_it_back(run: Run, folder: Path) -> None:
    run("judge", "same", "tci/moss_3", "eccp/moss", "--by", "Astrid", "--because", "Moss Laboratory of Peat said so")
    run("judge", "different", "eccp/fog", "eccp/moss", "--by", "Bo", "--because", "not Moss Laboratory of Peat either")
    assert run("privacy", "report", "Moss Laboratory of Peat", "--json").json["judgements"] == 2
    assert run("privacy", "suppress", "Moss Laboratory of Peat", "--by", "Bo", "--because", "asked by letter").code == Exit.OK
    (one,) = run("judge", "list", "--json").json
    assert (one["right"], "Peat" in one["because"]) == ("eccp/moss", False)
    desk = b"".join(path.read_bytes() for path in (folder / "var").glob("desk.sqlite*"))
    assert (b"Peat" in desk, b"moss_3" in desk, b"Bo" in desk) == (False, False, True)
    ended = run("judge", "same", "tci/moss_3", "eccp/moss", *SIGNED)  # the edition still has it
    assert (ended.code, "kept out on request" in ended.err) == (Exit.USAGE, True)


@pytest.mark.thorough
def test_the_order_of_networks_in_the_configuration_is_the_order_in_the_next_edition(run: Run, folder: Path) -> None:
    with (folder / "config.toml").open("a", encoding="utf-8") as file:
        file.write('[merge]\ndefault = ["eccp"]\nfields = { phone = ["tci"] }\n')
    assert run("judge", "same", "eccp/fog", "tci/fog_1", *SIGNED, "--publish").code == Exit.OK
    values = run("show", "Fog Arena", "--json").json["values"]
    assert (values["phone"]["value"], values["phone"]["because"]) == ("+46542222222", "tci comes before eccp for the phone")


def test_an_edition_of_an_earlier_version_is_said_to_tell_of_no_judgements(run: Run, folder: Path) -> None:
    path = current(folder / "var" / EDITIONS)
    with duckdb.connect(str(path)) as con:
        con.execute("DROP TABLE judgement_reasons")
    for words in (("duplicates",), ("judge", "list"), ("judge", "same", *HABITAT, *SIGNED)):
        ended = run(*words)
        assert (ended.code, "made by an earlier version" in ended.err) == (Exit.TRY_AGAIN, True)
