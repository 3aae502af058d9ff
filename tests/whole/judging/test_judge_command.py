"""``clusterbridge judge`` as people type it: what they say holds, is dated, and can be undone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from support.commands import Run
from support.judged_records import HABITAT, SIGNED, organisations, outcomes
from support.small_state import NIGHT
from sync.exits import Exit
from sync.lock import one_run_at_a_time
from sync.places import DESK, EDITIONS
from warehouse.desk import Desk
from warehouse.editions import current

pytestmark = pytest.mark.xdist_group("judged")


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
        (("same", *HABITAT, "--by", "B" * 81, "--because", "x"), "wanted a name of at most 80 characters, as"),
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


def test_what_is_kept_out_is_told_record_by_record_with_how_much_of_what_people_judged_goes_too(run: Run) -> None:
    run("judge", "different", "eccp/fog", "tci/fog_1", *SIGNED)
    run("judge", "different", "eccp/fog", "eccp/kelp", *SIGNED)
    run("judge", "different", "eccp/moss", "eccp/kelp", *SIGNED)
    said = run("privacy", "suppress", "Fog Arena", "--by", "Bo", "--because", "asked by letter").out
    assert "its records: eccp/fog, tci/fog_1" in said
    assert "what people judged or wrote of it is deleted for good, or has lost its words of it: 2 in all" in said
    kept_out = run("privacy", "suppress", "Kelp Valley Cluster", "--by", "Bo", "--because", "asked by letter", "--json")
    assert (kept_out.json["record_keys"], kept_out.json["written"]) == (["eccp/kelp"], 1)
    erased = run("privacy", "erase", "Moss Laboratory of Peat", "--by", "Bo", "--because", "asked by letter").out
    assert "its records: tci/moss_3" in erased
    assert "what people judged" not in erased


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
