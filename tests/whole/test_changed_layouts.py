"""A relaunch of the site: noticed on the first night, whatever was read of it, and no value that was known is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors import registry
from connectors.labels import fold_label
from connectors.network import Network
from demo.layouts import NEW_LABELS, Layout
from demo.pages import Page, Site
from demo.server import Replicas, serve
from demo.site import build
from demo.truth import records
from support.own_settings import settings_in
from sync import pipeline
from sync.cli.run import demo_settings
from sync.clock import FrozenClock
from sync.exits import Exit
from sync.journal import journal
from sync.settings import Settings
from warehouse.editions import EditionReader
from warehouse.rows import Outcome

pytestmark = pytest.mark.xdist_group("layouts")

SMALL, LARGE = 30, 200
"""Organisations of a replica; by three in a hundred of the large one a second night differs."""
DRIFT = {"page lost values", "label may be renamed", "words no longer understood", "page changed"}


@dataclass
class Nights:
    """ECCP's replica, night after night; a night without an edition leaves the last one."""

    replicas: Replicas
    settings: Settings
    now: datetime = datetime(2026, 11, 23, 3, tzinfo=UTC)
    reports: list[pipeline.RunReport] = field(default_factory=list)

    def night(self, site: Site, *, is_full: bool = False, **expect: object) -> pipeline.NetworkReport:
        """One run a day after the last, over the site as it is now."""
        self.replicas.replica("eccp").site = site
        self.now += timedelta(days=1)
        ours = self.settings.networks["eccp"]
        assert ours.expect is not None
        wanted = ours.expect.model_copy(update=expect)
        wanted.model_fields_set.update(expect)
        networks = {"eccp": ours.model_copy(update={"expect": wanted})}
        settings = self.settings.model_copy(update={"networks": networks})
        with journal(settings.paths.var, quiet=True) as log:
            report = pipeline.run(settings, ("eccp",), FrozenClock(self.now), log, is_full=is_full)
        self.reports.append(report)
        return report.networks[0]

    def claims(self) -> frozenset[tuple[object, ...]]:
        """Every value that stands in the current edition, with the page's generation that says it."""
        return frozenset(
            self.rows("SELECT source_key, era, field, value FROM claims WHERE last_run IS NULL AND value IS NOT NULL")
        )

    def shown(self) -> list[tuple[object, ...]]:
        """What the current edition shows of each cluster."""
        return self.rows("SELECT * EXCLUDE (checked_on) FROM clusters ORDER BY organisation_id")

    def open_kinds(self) -> set[str]:
        """The kinds of findings that stand."""
        return {str(kind) for (kind,) in self.rows("SELECT DISTINCT kind FROM finding_history WHERE is_open")}

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with EditionReader(self.settings.paths.var / "editions") as reader, reader.cursor() as con:
            return con.execute(sql).fetchall()


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Nights]:
    with nights_of(tmp_path, build("eccp", most=SMALL)) as running:
        yield running


class nights_of:  # noqa: N801  a context manager
    def __init__(self, folder: Path, site: Site) -> None:
        self._serving = serve([site])
        self._folder, self._floor = folder, int(0.9 * len(records(site.truth, "eccp")))

    def __enter__(self) -> Nights:
        replicas = self._serving.__enter__()
        ours = settings_in(self._folder)
        settings = demo_settings(ours, replicas, {"eccp": self._floor})
        old = settings.networks["eccp"].permission.model_copy(update={"read_on": datetime(2026, 1, 31, tzinfo=UTC).date()})
        networks = {"eccp": settings.networks["eccp"].model_copy(update={"permission": old})}
        return Nights(replicas, settings.model_copy(update={"networks": networks}))

    def __exit__(self, *error: object) -> None:
        self._serving.__exit__(*error)  # type: ignore[arg-type]


def undated(site: Site, other: Site | None = None, paths: tuple[str, ...] = ()) -> Site:
    """The site without its sitemap, with some of its pages as the other site prints them."""
    pages: Mapping[str, Page] = {path: page for path, page in site.pages.items() if not path.startswith("/sitemap")}
    return replace(site, pages={**pages, **{path: other.pages[path] for path in paths if other}})


def paths_of(site: Site, era: str, most: int) -> tuple[str, ...]:
    """Profiles of one generation that have a page of their own, the canary's apart."""
    single = [page for page in site.truth if sum(page.source_key == other.source_key for other in site.truth) == 1]
    return tuple(page.path for page in single if page.era == era and page.source_key != "green-synergy-cluster")[:most]


@pytest.mark.thorough
@pytest.mark.parametrize("layout", [pytest.param(Layout.RENAMED, marks=pytest.mark.thorough), Layout.REDESIGNED])
def test_a_first_night_on_a_layout_that_nobody_knows_is_held_and_says_why(nights: Nights, layout: Layout) -> None:
    found = nights.night(build("eccp", most=SMALL, layout=layout))
    assert found.run.outcome is Outcome.HELD
    assert "wanted founded_on in at least 60% of profiles, found it in 0.0%" in found.run.because
    assert "in the well-known profile 'green-synergy-cluster'" in found.run.because
    assert (nights.reports[-1].exit, nights.reports[-1].edition) == (Exit.HELD, None)
    named = {finding.printed for finding in found.run.findings if finding.kind == "unread label"}
    assert named == (set(NEW_LABELS.values()) if layout is Layout.RENAMED else set())


@pytest.mark.parametrize("layout", [pytest.param(Layout.RENAMED, marks=pytest.mark.thorough), Layout.REDESIGNED])
def test_a_layout_that_changes_overnight_holds_the_network_and_takes_nothing_away(nights: Nights, layout: Layout) -> None:
    usual = build("eccp", most=SMALL)
    nights.night(usual)
    claims, shown = nights.claims(), nights.shown()
    found = nights.night(build("eccp", most=SMALL, layout=layout), is_full=True)
    assert (found.run.outcome, nights.reports[-1].exit) == (Outcome.HELD, Exit.HELD)
    assert "wanted technologies still in most of the" in found.run.because
    named = {finding.source_key or finding.url for finding in found.run.findings if finding.kind in DRIFT}
    assert len(named) >= found.profiles
    assert (nights.claims(), nights.shown()) == (claims, shown)

    back = nights.night(usual)
    assert (back.run.outcome, back.run.because) == (Outcome.COMPLETE, "")
    assert (nights.claims(), nights.shown()) == (claims, shown)
    assert not nights.open_kinds() & DRIFT


@pytest.mark.parametrize(
    ("layout", "era"),
    [
        pytest.param(Layout.RENAMED, "d9", marks=pytest.mark.thorough),
        pytest.param(Layout.REDESIGNED, "d9", marks=pytest.mark.thorough),
        pytest.param(Layout.REDESIGNED, "d7", marks=pytest.mark.thorough),
    ],
)
def test_a_layout_that_only_three_edited_pages_have_takes_nothing_away(nights: Nights, layout: Layout, era: str) -> None:
    usual, new = build("eccp", most=SMALL), build("eccp", most=SMALL, layout=layout)
    paths = paths_of(usual, era, 3)
    key_of = {page.path: page.source_key for page in usual.truth}
    assert len(paths) == 3
    nights.night(undated(usual))
    claims, shown = nights.claims(), nights.shown()
    for _ in range(2):  # what is doubted stays doubted
        found = nights.night(undated(usual, new, paths), pages_changed_at_most=0.5)
        assert (found.run.outcome, found.run.because) == (Outcome.COMPLETE, "")
        doubted = [finding for finding in found.run.findings if finding.kind in DRIFT]
        home = nights.replicas["eccp"]
        assert {one.source_key or key_of[str(one.url).removeprefix(home)] for one in doubted} == {key_of[path] for path in paths}
        assert (nights.claims(), nights.shown()) == (claims, shown)
        assert nights.open_kinds() & DRIFT == {finding.kind for finding in doubted}

    back = nights.night(undated(usual))
    assert back.run.outcome is Outcome.COMPLETE
    assert (nights.claims(), nights.shown()) == (claims, shown)
    assert not nights.open_kinds() & DRIFT


@pytest.mark.thorough
def test_in_a_small_network_a_single_page_that_is_another_is_a_finding_and_a_second_one_holds_it(nights: Nights) -> None:
    usual, new = build("eccp", most=SMALL), build("eccp", most=SMALL, layout=Layout.REDESIGNED)
    nights.night(undated(usual))
    claims = nights.claims()
    found = nights.night(undated(usual, new, paths_of(usual, "d9", 1)))
    assert (found.run.outcome, found.run.because) == (Outcome.COMPLETE, "")
    assert nights.open_kinds() & DRIFT
    assert nights.claims() == claims
    found = nights.night(undated(usual, new, paths_of(usual, "d9", 2)))
    assert (found.run.outcome, found.run.because) == (
        Outcome.HELD,
        "wanted at most 2% of pages unlike what was expected, found 2 of 36",
    )
    assert nights.claims() == claims


@pytest.mark.thorough
def test_a_page_of_two_generations_of_which_one_is_redesigned_keeps_the_values_of_both(nights: Nights) -> None:
    usual, new = build("eccp", most=SMALL), build("eccp", most=SMALL, layout=Layout.REDESIGNED)
    newer = next(page.path for page in usual.truth if page.era == "d9" and page.source_key == "cyberforum-ev")
    nights.night(undated(usual))
    claims = nights.claims()
    assert {era for key, era, *_ in claims if key == "cyberforum-ev"} == {"d7", "d9"}
    found = nights.night(undated(usual, new, (newer,)), pages_changed_at_most=0.5)
    assert [finding.kind for finding in found.run.findings if finding.kind in DRIFT] == ["page lost values"]
    assert nights.claims() == claims


@pytest.mark.thorough
def test_once_the_phrasebook_knows_the_new_labels_the_pages_are_believed(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, new = build("eccp", most=SMALL), build("eccp", most=SMALL, layout=Layout.RENAMED)
    paths = paths_of(usual, "d9", 3)
    nights.night(undated(usual))
    claims = nights.claims()
    nights.night(undated(usual, new, paths), pages_changed_at_most=0.5)
    monkeypatch.setattr(registry, "network", taught(registry.network("eccp")))
    found = nights.night(undated(usual, new, paths))
    assert (found.run.outcome, found.run.because) == (Outcome.COMPLETE, "")
    assert nights.claims() == claims
    assert not nights.open_kinds() & (DRIFT | {"unread label"})
    unused = {finding.printed for finding in found.run.findings if finding.kind == "phrasebook entry not used"}
    assert not unused & set(NEW_LABELS.values())


def taught(eccp: Network) -> Callable[[str], Network]:
    known = {fold_label(label): name for label, name in eccp.phrasebook.labels.items()}
    labels = eccp.phrasebook.labels | {new: known[fold_label(old)] for old, new in NEW_LABELS.items()}
    learned = eccp.model_copy(update={"phrasebook": eccp.phrasebook.model_copy(update={"labels": labels})})
    return lambda *_: learned


@pytest.mark.thorough
def test_a_profile_that_somebody_has_looked_at_may_lose_what_it_had(nights: Nights) -> None:
    usual, new = build("eccp", most=SMALL), build("eccp", most=SMALL, layout=Layout.REDESIGNED)
    paths = paths_of(usual, "d9", 2)
    keys = tuple(sorted(page.source_key for page in usual.truth if page.path in paths))
    nights.night(undated(usual))
    nights.night(undated(usual, new, paths))
    assert nights.reports[-1].exit is Exit.HELD
    found = nights.night(undated(usual, new, paths), may_lose=keys)
    assert (found.run.outcome, found.run.because) == (Outcome.COMPLETE, "")
    assert not any(claim[0] in keys and claim[2] == "founded_on" for claim in nights.claims())
    found = nights.night(undated(usual, new, paths), may_lose=keys)
    idle = [finding.source_key for finding in found.run.findings if finding.kind == "exception no longer needed"]
    assert sorted(idle) == list(keys)


@pytest.mark.thorough
def test_of_the_whole_network_only_the_edited_pages_are_read_and_found_to_have_changed(tmp_path: Path) -> None:
    usual = build("eccp", most=LARGE)
    with nights_of(tmp_path, usual) as nights:
        nights.night(usual)
        claims = nights.claims()
        found = nights.night(build("eccp", night=2, layout=Layout.RENAMED, most=LARGE))
        assert found.run.pages_unchanged > 0.9 * LARGE
        assert (found.run.outcome, nights.reports[-1].exit) == (Outcome.HELD, Exit.HELD)
        assert "still in most of the" in found.run.because
        assert nights.claims() == claims
