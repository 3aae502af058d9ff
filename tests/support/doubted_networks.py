"""A story of networks that are doubted, each for its own reason: a good night, that night, an acceptance, a night after it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from connectors.network import Canary, Network
from sync.cli.app import main
from sync.clock import FrozenClock
from warehouse.editions import EditionReader

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
