"""Every reason to hold a network, through whole runs: its last good data stay, a person accepts it, the next night goes on.

One story for all of them: a good night, a night in which each network gives its own reason, an acceptance, and a night after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from connectors import registry
from connectors.eccp.connector import EccpConnector
from support.doubted_networks import (
    CASES,
    CEILING,
    CUT_SHORT,
    FIRST,
    Operator,
    Story,
    network_of,
    tell,
)
from sync.cli import decide, look, output, run
from sync.clock import FrozenClock
from sync.exits import Exit
from warehouse.editions import EditionReader
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("verdicts")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Iterator[Story]:
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        names = (*CASES, FIRST, CEILING, CUT_SHORT)
        sites = {name: stack.enter_context(helpers.serving(name.replace("_", "-"))) for name in names}
        for site in sites.values():
            site.page_of = partial(helpers.answer, 200)
            site.refusal = helpers.answer(403, "No.")
        networks = {name: network_of(name, CASES.get(name), site.slug) for name, site in sites.items()}
        patch.setattr(registry, "names", lambda: tuple(names))
        patch.setattr(registry, "network", networks.__getitem__)
        patch.setattr(registry, "folder_name", lambda name: name)
        patch.setattr(registry, "connector", lambda name, base: EccpConnector(networks[name], base))
        patch.setattr(output.results, "width", 250)
        clock = FrozenClock(datetime(2026, 11, 23, 4, 15, tzinfo=UTC))
        for module in (run, look, decide):
            patch.setattr(module, "SystemClock", lambda: clock)
        patch.setattr(run, "StoppableClock", lambda _stopping: clock)
        expect = {name: case.expect for name, case in CASES.items()}
        expect |= {
            FIRST: "profiles_at_least = 12",
            CEILING: "profiles_at_least = 1\nprofiles_at_most = 9",
            CUT_SHORT: "profiles_at_least = 1",
        }
        operator = Operator(tmp_path_factory.mktemp("verdicts"), sites, expect)
        operator.write()
        yield tell(operator, sites, clock)


FIRST_NIGHT, SECOND_NIGHT, THIRD_NIGHT = 0, 1, 3
"""Where ``Story.status`` has them; between the last two stands the status after the acceptance."""


@pytest.mark.parametrize("name", CASES)
def test_a_doubted_network_is_held_and_says_what_was_wanted_and_found(story: Story, name: str) -> None:
    assert story.outcomes(FIRST_NIGHT)[name] == "complete"
    assert story.outcomes(SECOND_NIGHT)[name] == "held"
    assert story.nights[1].code == Exit.HELD
    assert CASES[name].says in story.held(SECOND_NIGHT)[name]["because"]
    assert CASES[name].says in story.nights[1].err


@pytest.mark.parametrize("name", CASES)
def test_a_held_network_keeps_its_last_good_data_in_the_new_edition(story: Story, name: str) -> None:
    assert len(story.nights[0].edition[name]) == 10
    assert story.nights[1].edition[name] == story.nights[0].edition[name]


@pytest.mark.parametrize("name", CASES)
def test_accepting_it_loads_what_it_had_read(story: Story, name: str) -> None:
    before, after = story.nights[0].edition[name], story.acceptances[1].edition[name]
    assert len(after) == CASES[name].profiles
    changed = {key for key in after if after[key] != before[key]}
    wanted = {"fill": 10, "canary_changed": 10, "changed_pages": 8, "unread_pages": 8}
    assert len(changed) == wanted.get(name, 0)
    assert all("revision 2" in after[key]["extracts"]["en"] for key in changed)


def test_what_could_not_be_read_keeps_its_last_good_values_when_the_rest_is_accepted(story: Story) -> None:
    edition = story.acceptances[1].edition
    for name, keys in (("changed_pages", (4, 5)), ("unread_pages", (4, 7))):
        for number in keys:
            key = f"{name.replace('_', '-')}-cluster-{number}"
            assert edition[name][key] == story.nights[0].edition[name][key]


def test_the_edition_is_right_in_its_details(story: Story) -> None:
    edition = story.acceptances[1].edition
    assert edition["canary_changed"]["canary-changed-cluster-3"]["founded_on"] == "1995-05-05"
    assert sum("founded_on" in said for said in edition["fill"].values()) == 4


@pytest.mark.parametrize("name", CASES)
def test_status_tells_who_accepted_which_run_and_why(story: Story, name: str) -> None:
    told = {one["network"]: one for one in story.status[2]["acceptances"]}
    assert (told[name]["accepted_run"], told[name]["run"], told[name]["by"]) == (3, 4, "Astrid Operator")
    assert told[name]["because"] == "the platform was cleaned up; I counted"
    assert any(CASES[name].says in reason for reason in told[name]["reasons"])
    assert story.outcomes(2)[name] == "complete"
    assert name not in story.held(2)


@pytest.mark.parametrize("name", CASES)
def test_the_night_after_is_measured_against_what_was_accepted(story: Story, name: str) -> None:
    again = CASES[name].holds_again
    assert story.outcomes(THIRD_NIGHT)[name] == ("held" if again else "complete"), story.nights[2].err
    if again:
        assert again in story.held(THIRD_NIGHT)[name]["because"]
        assert story.nights[2].edition[name] == story.acceptances[1].edition[name]


def test_accepting_says_what_it_does_not_mend(story: Story) -> None:
    said = story.acceptances[1].out
    for lines in (
        "[networks.floor.expect]\nprofiles_at_least = 7\n",
        "[networks.fill.expect]\nprofiles_at_least = 1\n[networks.fill.expect.fill_at_least]\nname = 1.0\nfounded_on = 0.34\n",
        "[networks.changed_pages.expect]\nprofiles_at_least = 1\npages_changed_at_most = 0.21\n",
        "[networks.unread_pages.expect]\nprofiles_at_least = 1\npages_unread_at_most = 0.21\n",
        "mend [[canaries]] in connectors/canary_missing/network.toml",
        "mend [[canaries]] in connectors/canary_changed/network.toml",
        "holds stops_early again, and no line of config.toml allows it: wanted the page of the listing",
    ):
        assert lines in said
    assert "networks.share.expect" not in said


def test_a_held_network_is_told_with_its_day_and_what_to_do(story: Story) -> None:
    floor = story.held(SECOND_NIGHT)["floor"]
    assert floor["held_since"].startswith("2026-11-24T04:15")
    assert floor["accept"] == "clusterbridge accept 3 --network floor --by NAME --because TEXT"
    assert story.held(THIRD_NIGHT)["stops_early"]["held_since"].startswith("2026-11-25")
    assert floor["accept"] in story.nights[1].err


def test_a_first_run_below_its_floor_waits_for_a_person(story: Story) -> None:
    assert story.nights[0].code == Exit.HELD
    assert story.outcomes(FIRST_NIGHT)[FIRST] == "held"
    assert "wanted at least 12 profiles, found 10" in story.held(FIRST_NIGHT)[FIRST]["because"]
    assert FIRST not in story.nights[0].edition
    accepted = story.acceptances[0]
    assert accepted.code == Exit.OK
    assert len(accepted.edition[FIRST]) == 10
    assert "[networks.first_night.expect]\nprofiles_at_least = 8\n" in accepted.out
    assert story.outcomes(SECOND_NIGHT)[FIRST] == "complete"


def test_more_profiles_than_expected_are_told_and_not_held(story: Story) -> None:
    assert story.outcomes(FIRST_NIGHT)[CEILING] == "complete"
    (one,) = [one for one in story.status[FIRST_NIGHT]["networks"] if one["network"] == CEILING]
    assert one["findings"]["more profiles than expected"] == 1
    assert len(story.nights[0].edition[CEILING]) == 10


def test_a_reading_that_was_cut_short_cannot_be_accepted(story: Story) -> None:
    held = story.held(SECOND_NIGHT)[CUT_SHORT]
    assert (held["held_run"], held["accept"]) == (None, None)
    assert "wanted cards" in held["because"]
    ended = story.refused["cut short"]
    assert ended.code == Exit.USAGE
    assert "run 3 was cut short (wanted cards" in ended.err
    assert f"clusterbridge sync {CUT_SHORT}" in ended.err
    assert story.acceptances[1].code == Exit.HELD  # the others were accepted, and this one is held still
    assert "held still: cut_short: run 3 was cut short" in story.acceptances[1].out
    assert story.acceptances[1].edition[CUT_SHORT] == story.nights[0].edition[CUT_SHORT]


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("no such run", "found none with number 99"),
        ("not held", "wanted a held run of ceiling, found run 3: "),
        ("superseded", "first_night: run 1 was accepted already, as run 2, by Astrid Operator"),
        ("unsigned", "--by NAME"),
    ],
)
def test_what_cannot_be_accepted_is_a_usage_error_that_says_why(story: Story, what: str, says: str) -> None:
    assert story.refused[what].code == Exit.USAGE
    assert says in story.refused[what].err
    assert story.refused[what].edition == story.nights[1].edition


def test_analysts_see_the_acceptance_and_the_days_on_which_it_was_read(story: Story) -> None:
    with EditionReader(story.var / "editions") as reader, reader.cursor() as con:
        runs = con.execute("SELECT outcome, because, pages_fetched, ended_at FROM runs WHERE run_id = 4 AND network = 'share'")
        (outcome, because, fetched, ended_at) = runs.fetchall()[0]
        signed = con.execute("SELECT run_id, accepted_run, accepted_by FROM acceptances WHERE network = 'share'").fetchall()
        days = con.execute(
            """
            SELECT DISTINCT CAST(checked_on AS VARCHAR), CAST(missing_since AS VARCHAR)
            FROM cluster_sources
            WHERE network = 'floor'
            ORDER BY ALL
            """
        ).fetchall()
    assert (outcome, fetched) == ("complete", 0)
    assert because == "run 3, held, accepted by Astrid Operator: the platform was cleaned up; I counted"
    assert ended_at == datetime(2026, 11, 24, 4, 15)  # noqa: DTZ001  as the edition keeps it
    assert signed == [(4, 3, "Astrid Operator")]
    assert days == [("2026-11-23", "2026-11-24"), ("2026-11-25", None)]


def test_what_a_held_run_read_is_forgotten_once_a_run_is_complete(story: Story) -> None:
    with State.open(story.var / "state.duckdb", read_only=True) as state:
        waiting = state.con.execute("SELECT network FROM ledger.held_runs ORDER BY network").fetchall()
        pages = state.con.execute("SELECT DISTINCT network FROM ledger.held_pages ORDER BY network").fetchall()
    assert waiting == pages == [("canary_missing",), ("stops_early",)]
