"""Every reason to hold a network, through whole runs: its last good data stay, a person accepts it, the next night goes on.

One story for all of them: a good night, a night in which each network gives its own reason, an acceptance, and a night after it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from connectors.eccp.connector import EccpConnector
from connectors.network import Canary, Network
from sync.cli import decide, look, output, run
from sync.cli.app import main
from sync.clock import FrozenClock
from sync.exits import Exit
from warehouse.editions import EditionReader
from warehouse.state import State

pytestmark = pytest.mark.xdist_group("verdicts")

A_DAY = 86_400.0
LISTING = "/search-results?f%5B0%5D=profile_type%3Acluster_profile&page=0"
NEXT_PAGE = LISTING.replace("page=0", "page=1")
SIGNED = ("--by", "Astrid Operator", "--because", "the platform was cleaned up; I counted")
Site = Any
"""A ``SmallNetwork`` of conftest.py."""


@dataclass(frozen=True)
class Case:
    """One reason to hold a network of ten clusters.

    Arguments:
        trouble: what befalls the site before the second night.
        says: a sentence of the reason, with what was wanted and what was found.
        profiles: how many the network lists in the second night.
        expect: lines of its ``[networks.X.expect]``.
        canary: (source key's number, field -> value) of its well-known profile.
        after: what befalls it before the third night.
        holds_again: what accepting it does not mend, though the line of ``config.toml`` that it prints was written.
    """

    trouble: Callable[[Site], None]
    says: str
    profiles: int
    expect: str = "profiles_at_least = 1"
    canary: tuple[int, dict[str, str]] | None = None
    after: Callable[[Site], None] | None = None
    holds_again: str = ""


def shrink(site: Site, to: int) -> None:
    site.clusters = to


def strip_founding(site: Site) -> None:
    """Six of ten profiles no longer print when they were founded."""
    site.revision += 1
    for number in range(6):
        page = re.sub(r"<p>Established[^<]*</p>", "", site.profile(number))
        site.replies[site.path(number)] = site.page_of(page)


def move_a_founding(site: Site) -> None:
    site.revision += 1
    site.replies[site.path(3)] = site.page_of(site.profile(3).replace("4 March 1993", "5 May 1995"))


def redesign_two(site: Site) -> None:
    site.revision += 1
    for number in (4, 5):
        site.replies[site.path(number)] = site.page_of("<html><h1>New, and better</h1></html>")


def forbid_two(site: Site) -> None:
    site.revision += 1
    for number in (4, 7):
        site.replies[site.path(number)] = site.refusal


def announce_a_page(site: Site) -> None:
    more = f"<a rel='next' href='{NEXT_PAGE}'>Next</a></main>".replace("&", "&amp;")
    site.replies[LISTING] = site.page_of(site.listing().replace("</main>", more))


CASES = {
    "floor": Case(partial(shrink, to=9), "wanted at least 10 profiles, found 9", 9, "profiles_at_least = 10"),
    "share": Case(
        partial(shrink, to=8),
        "wanted at least 85% of the 10 profiles of the last good run, found 8",
        8,
        after=partial(shrink, to=7),  # 87.5 % of 8, and only 70 % of 10
    ),
    "fill": Case(
        strip_founding,
        "wanted founded_on in at least 50% of profiles, found it in 40.0%",
        10,
        "profiles_at_least = 1\nfill_at_least = { name = 1.0, founded_on = 0.5 }",
    ),
    "canary_missing": Case(
        partial(shrink, to=9),
        "wanted the well-known profile 'canary-missing-cluster-9', found no such profile",
        9,
        canary=(9, {}),
        holds_again="found no such profile",
    ),
    "canary_changed": Case(
        move_a_founding,
        "wanted founded_on = '1993-03-04' in the well-known profile 'canary-changed-cluster-3', found '1995-05-05'",
        10,
        canary=(3, {"founded_on": "1993-03-04"}),  # its page is as before in the third night, and is not read again
    ),
    "changed_pages": Case(redesign_two, "wanted at most 2% of pages unlike what was expected, found 2 of 10", 10),
    "unread_pages": Case(forbid_two, "wanted at most 5% of profile pages out of reach, found 2 of 10", 10),
    "stops_early": Case(
        announce_a_page,
        "wanted the page of the listing that an earlier one announces, found",
        10,
        holds_again="wanted the page of the listing that an earlier one announces",
    ),
}
FIRST, CEILING, CUT_SHORT = "first_night", "ceiling", "cut_short"


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what the edition says after it.

    Arguments:
        edition: network -> source key -> field -> value as JSON, of records that are not missing.
    """

    code: int
    out: str
    err: str
    edition: Mapping[str, Mapping[str, Mapping[str, Any]]]

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Story:
    """What the commands said, in order; ``nights`` are the runs."""

    var: Path
    nights: list[Ended] = field(default_factory=list)
    status: list[Any] = field(default_factory=list)
    acceptances: list[Ended] = field(default_factory=list)
    refused: dict[str, Ended] = field(default_factory=dict)

    def outcomes(self, night: int) -> dict[str, str]:
        return {one["network"]: one["last_outcome"] for one in self.status[night]["networks"]}

    def held(self, night: int) -> dict[str, Any]:
        return {one["network"]: one for one in self.status[night]["held"]}


def network_of(name: str, case: Case | None, slug: Callable[[int], str]) -> Network:
    """ECCP's facts and words under another name, with the case's canary and no others."""
    eccp = registry.network("eccp")
    wanted = case.canary if case else None
    canaries = () if wanted is None else (Canary(source_key=slug(wanted[0]), expect=wanted[1]),)
    return eccp.model_copy(update={"facts": eccp.facts.model_copy(update={"name": name, "canaries": canaries})})


class Operator:
    """Who writes ``config.toml`` and types commands.

    Arguments:
        expect: network -> the lines below ``[networks.X.expect]``.
    """

    def __init__(self, folder: Path, sites: Mapping[str, Site], expect: dict[str, str]) -> None:
        self.var = folder / "var"
        self.config = folder / "config.toml"
        self.sites = sites
        self.expect = expect

    def write(self) -> None:
        lines = ["[operator]", 'contact = "robot@operator.example"']
        for name, site in self.sites.items():
            lines += [f"[networks.{name}]", "enabled = true", f'base = "{site.base}"', "pace_seconds = 0", "allow_private = true"]
            lines += [f"[networks.{name}.permission]", 'basis = "a test"', "read_on = 2026-01-31", 'by = "the test"']
            lines += [f"[networks.{name}.expect]", self.expect[name]]
        self.config.write_text("\n".join(lines), encoding="utf-8")

    def paste(self, printed: str) -> None:
        """Put the tables that a command printed in place of those in ``config.toml``."""
        for name, table in re.findall(r"^\[networks\.(\w+)\.expect\]\n((?:(?:\w+ = |\[).*\n)+)", printed, re.MULTILINE):
            self.expect[name] = table
        self.write()

    def __call__(self, *words: str) -> Ended:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main(("--config", str(self.config), "--quiet", *words))
        return Ended(int(ended.value.code or 0), out.getvalue(), err.getvalue(), edition_of(self.var))


def edition_of(var: Path) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    if not (var / "editions").exists():
        return found
    with EditionReader(var / "editions") as reader, reader.cursor() as con:
        rows = con.execute(
            """
            SELECT c.network, c.source_key, c.field, c.value
            FROM claims AS c
            JOIN cluster_sources AS s ON s.record_id = c.record_id
            WHERE c.last_run IS NULL AND c.value IS NOT NULL AND s.missing_since IS NULL
            """
        ).fetchall()
    for network, key, name, value in rows:
        found.setdefault(network, {}).setdefault(key, {})[name] = json.loads(value)
    return found


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


def tell(operator: Operator, sites: Mapping[str, Site], clock: FrozenClock) -> Story:
    story = Story(operator.var)

    def night() -> None:
        story.nights.append(operator("sync"))
        story.status.append(operator("status", "--json").json)
        clock.advance(A_DAY)

    night()
    story.acceptances.append(operator("accept", "1", *SIGNED))
    operator.paste(story.acceptances[-1].out)
    for name, case in CASES.items():
        case.trouble(sites[name])
    sites[CUT_SHORT].replies[LISTING] = sites[CUT_SHORT].page_of("<html><main><h1>Nothing</h1></main></html>")
    night()
    story.refused = {
        "no such run": operator("accept", "99", *SIGNED),
        "not held": operator("accept", "3", *SIGNED, "--network", CEILING),
        "cut short": operator("accept", "3", *SIGNED, "--network", CUT_SHORT),
        "superseded": operator("accept", "1", *SIGNED),
        "unsigned": operator("accept", "3", "--by", " ", "--because", "x"),
    }
    story.acceptances.append(operator("accept", "3", *SIGNED))
    story.status.append(operator("status", "--json").json)
    operator.paste(story.acceptances[-1].out)
    for name, case in CASES.items():
        if case.after:
            case.after(sites[name])
    night()
    return story


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
