"""Accepting a held run: what it read, with today's parser, and no more than that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from connectors import registry
from connectors.contract import PageChanged, PageRequest, ParsedProfile, RawPage
from connectors.network import Canary, Expectations, Network, NetworkFacts, Phrasebook
from sync.accepting import Acceptances, CannotAccept, accept
from sync.capture import Captures
from sync.clock import FrozenClock
from sync.exits import Exit
from sync.settings import NetworkSettings, Paths, Settings
from warehouse import held, ledger
from warehouse.load import load
from warehouse.rows import Doubted, Finding, NetworkRun, Outcome, PageMemory
from warehouse.state import State

NIGHT = datetime(2026, 11, 23, 3, 15, tzinfo=UTC)
LOG = structlog.get_logger()


class Lines:
    """A connector of pages with a profile a line: ``key: name``. A page that begins with ``!`` is not one of them."""

    def __init__(self, network: str) -> None:
        self.network = network

    def start(self) -> Iterable[PageRequest]:
        return ()

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        return ()

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        text = page.body.decode()
        if text.startswith(Lines.strange):
            raise PageChanged(f"wanted lines, found {text!r}")
        for line in text.splitlines():
            key, _, name = line.partition(": ")
            yield ParsedProfile(key, f"{page.final_url}#{key}", {"name": (name,)} if name else {}, page.digest)

    strange = "!"
    """How a page begins that today's parser does not take."""


def toy(name: str) -> Network:
    home = f"https://{name}.example"
    return Network(
        facts=NetworkFacts(
            name=name,
            title=name,
            home=home,
            hosts=(f"{name}.example",),
            licence="none",
            organisation_type="cluster",
            expect=Expectations(profiles_at_least=5),
            canaries=(Canary(source_key="z", expect={}),),
        ),
        phrasebook=Phrasebook(labels={"Name": "name"}),
    )


@dataclass
class Desk:
    """A folder in which runs were held, and who sits before it."""

    var: Path
    run_id: int = 0

    @property
    def settings(self) -> Settings:
        networks = {"toy": NetworkSettings(expect=Expectations(pages_unread_at_most=0.2))}
        return Settings(paths=Paths(var=self.var), networks=networks)

    def page(self, text: str, keys: str, network: str = "toy", name: str = "page") -> PageMemory:
        digest, _ = Captures(self.var / "captures").put(text.encode())
        url = f"https://{network}.example/{name}"
        return PageMemory(url, "profile", digest, NIGHT, "utf-8", url, source_keys=tuple(keys))

    def night(self, *runs: NetworkRun) -> int:
        """A run that ended so."""
        with State.open(self.var / "state.duckdb") as state:
            self.run_id = ledger.begin(state, NIGHT)
            for run in runs:
                load(state, self.run_id, run, run.ended_at)
            ledger.end(state, self.run_id, NIGHT)
        return self.run_id

    def run(
        self,
        *pages: PageMemory,
        network: str = "toy",
        doubted: Doubted | None = Doubted(("wanted more",), profile_pages=4),  # noqa: B008  frozen
        unchanged: str = "",
        unread: str = "",
        findings: tuple[Finding, ...] = (),
    ) -> NetworkRun:
        """A held run; ``unchanged`` and ``unread`` are keys of one letter."""
        ended = NIGHT + timedelta(minutes=5)
        because = "; ".join(doubted.reasons) if doubted else "wanted a list"
        return NetworkRun(
            network, Outcome.HELD, because, NIGHT, ended, 4, 0, 0, (), findings, pages, frozenset(unchanged), frozenset(unread),
            doubted,
        )  # fmt: skip

    def accept(self, run_id: int | None = None, *names: str, by: str = "Astrid") -> Acceptances:
        """Three days later."""
        clock = FrozenClock(NIGHT + timedelta(days=3))
        return accept(self.settings, run_id or self.run_id, names, by, "I counted", clock, LOG)

    def rows(self, sql: str) -> list[tuple]:
        with State.open(self.var / "state.duckdb", read_only=True) as state:
            return state.con.execute(sql).fetchall()

    def names(self) -> dict[str, str]:
        return dict(self.rows("SELECT source_key, name FROM known_records ORDER BY ALL"))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(registry, "names", lambda: ("toy", "other"))
    monkeypatch.setattr(registry, "network", toy)
    monkeypatch.setattr(registry, "connector", lambda name, _base: Lines(name))
    monkeypatch.setattr(Lines, "strange", "!")
    with capture_logs():
        yield Desk(tmp_path / "var")


def test_what_it_read_is_loaded_and_dated_to_when_it_was_read(desk: Desk) -> None:
    desk.night(desk.run(desk.page("a: Alpha\nb: Beta", "ab")))
    done = desk.accept()
    assert (done.report.run_id, done.exit) == (2, Exit.OK)
    assert desk.names() == {"a": "Alpha", "b": "Beta"}
    assert desk.rows("SELECT DISTINCT first_seen_on, checked_on FROM ledger.records") == [(NIGHT.date(), NIGHT.date())]
    assert desk.rows("SELECT accepted_at, accepted_by, because FROM acceptances") == [
        ((NIGHT + timedelta(days=3)).replace(tzinfo=None), "Astrid", "I counted")
    ]
    assert desk.rows("SELECT url FROM ledger.pages") == [("https://toy.example/page",)]


def test_todays_parser_reads_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that was learned since the night is understood, though the night did not."""
    desk.night(desk.run(desk.page("a: Alpha", "a")))
    real = Lines.parse
    monkeypatch.setattr(
        Lines, "parse", lambda self, page: [replace(one, printed={"name": ("Alpha of today",)}) for one in real(self, page)]
    )
    desk.accept()
    assert desk.names() == {"a": "Alpha of today"}


@pytest.mark.thorough
def test_a_record_of_a_page_that_was_set_aside_is_read_and_the_page_is_asked_for_again(desk: Desk) -> None:
    aside = desk.page("a: Alpha\nb:", "ab")
    doubted = Doubted(("wanted more",), profile_pages=1, set_aside=(aside,))
    desk.night(desk.run(doubted=doubted, unread="b"))
    desk.accept()
    assert desk.names() == {"a": "Alpha"}
    assert desk.rows("SELECT url FROM ledger.pages") == []


@pytest.mark.thorough
def test_a_record_that_the_night_could_not_believe_is_believed_too(desk: Desk) -> None:
    desk.night(desk.run(desk.page("a: Alpha\nb: Beta", "ab")))
    desk.accept()
    aside = desk.page("a: Alpha the second\nb: Doubted", "ab")
    desk.night(desk.run(doubted=Doubted(("wanted more",), profile_pages=1, set_aside=(aside,)), unread="b"))
    desk.accept()
    assert desk.names() == {"a": "Alpha the second", "b": "Doubted"}
    assert desk.rows("SELECT digest FROM ledger.pages") == [(aside.digest,)]


@pytest.mark.thorough
def test_what_was_unchanged_or_unread_is_not_read_again(desk: Desk) -> None:
    first = desk.run(desk.page("a: Alpha\nb: Beta", "ab"), desk.page("c: Gamma", "c", name="c"))
    desk.night(first)
    desk.accept()
    old, new = desk.page("b: Never read", "b", name="b"), desk.page("a: Alpha the second", "a")
    desk.night(desk.run(old, new, desk.page("c: Nor this", "c", name="c"), unchanged="b", unread="c"))
    (accepted,) = desk.accept().report.networks
    assert (len(accepted.run.records), accepted.run.pages_unchanged) == (1, 2)
    assert desk.names() == {"a": "Alpha the second", "b": "Beta", "c": "Gamma"}


@pytest.mark.thorough
def test_a_page_that_todays_parser_does_not_take_leaves_its_record_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.night(desk.run(desk.page("a: Alpha", "a"), desk.page("b: Beta", "b", name="b")))
    desk.accept()
    desk.night(desk.run(desk.page("? a: Alpha the second", "a"), desk.page("b: Beta the second", "b", name="b")))
    monkeypatch.setattr(Lines, "strange", "?")
    (accepted,) = desk.accept().report.networks
    assert desk.names() == {"a": "Alpha", "b": "Beta the second"}
    assert desk.rows("SELECT missing_since FROM ledger.records") == [(None,), (None,)]
    assert [(found.kind, found.url) for found in accepted.run.findings] == [("page changed", "https://toy.example/page")]
    assert desk.rows("SELECT url FROM ledger.pages") == [("https://toy.example/b",)]


@pytest.mark.thorough
def test_what_the_night_found_of_pages_is_found_still(desk: Desk) -> None:
    gone = Finding("page gone", "wanted a page, found 404", network="toy", url="https://toy.example/gone")
    words = Finding("unknown word", "of that night's parser", network="toy", source_key="a")
    desk.night(desk.run(desk.page("a: Alpha", "a"), findings=(gone, words)))
    desk.accept()
    assert desk.rows("SELECT kind FROM findings WHERE run_id = 2") == [("page gone",)]


def test_captures_that_are_gone_leave_everything_as_it_was(desk: Desk) -> None:
    page = desk.page("a: Alpha", "a")
    desk.night(desk.run(page))
    (desk.var / "captures" / page.digest[:2] / f"{page.digest}.gz").unlink()
    with pytest.raises(CannotAccept, match="clusterbridge sync toy --full") as refused:
        desk.accept()
    assert refused.value.code is Exit.NOTHING_RAN
    assert desk.rows("SELECT max(run_id) FROM ledger.runs") == [(1,)]
    assert desk.rows("SELECT held_run FROM networks") == [(1,)]


@pytest.mark.thorough
def test_one_network_of_a_run_can_be_accepted_and_the_other_waits(desk: Desk) -> None:
    other = desk.run(desk.page("x: Xi", "x", network="other"), network="other")
    desk.night(desk.run(desk.page("a: Alpha", "a")), other)
    desk.accept(1, "toy")
    assert desk.names() == {"a": "Alpha"}
    assert desk.rows("SELECT network, held_run FROM networks ORDER BY ALL") == [("other", 1), ("toy", None)]
    desk.accept(1)
    assert desk.names() == {"a": "Alpha", "x": "Xi"}


@pytest.mark.thorough
def test_a_run_after_which_another_was_held_points_to_that_one(desk: Desk) -> None:
    desk.night(desk.run(desk.page("a: Alpha", "a")))
    desk.night(desk.run(desk.page("a: Alpha the second", "a")))
    with pytest.raises(
        CannotAccept, match=r"run 1 is superseded: run 2 is held too \(wanted more\); look at it and say: .*accept 2"
    ):
        desk.accept(1)
    desk.accept(2)
    with pytest.raises(CannotAccept, match="toy: run 1 is superseded: run 3 was complete since"):
        desk.accept(1)


@pytest.mark.thorough
def test_a_run_that_was_cut_short_points_to_the_one_before_that_can_be_accepted(desk: Desk) -> None:
    desk.night(desk.run(desk.page("a: Alpha", "a")))
    desk.night(desk.run(doubted=None))
    with pytest.raises(CannotAccept, match=r"run 2 was cut short \(wanted a list\).*; run 1 before it can be accepted still"):
        desk.accept(2)
    desk.accept(1)
    assert desk.names() == {"a": "Alpha"}


@pytest.mark.thorough
def test_nothing_is_accepted_where_one_of_the_named_networks_cannot_be(desk: Desk) -> None:
    desk.night(desk.run(desk.page("a: Alpha", "a")), desk.run(doubted=None, network="other"))
    with pytest.raises(CannotAccept, match="other: run 1 was cut short"):
        desk.accept(1, "toy", "other")
    assert desk.names() == {}
    done = desk.accept(1)
    assert (done.exit, len(done.left)) == (Exit.HELD, 1)
    assert desk.names() == {"a": "Alpha"}


@pytest.mark.thorough
def test_it_says_what_it_does_not_mend(desk: Desk) -> None:
    doubted = Doubted(("wanted more", "wanted an end"), unfinished=("wanted an end",), profile_pages=4, pages_unread=2)
    desk.night(desk.run(desk.page("a: Alpha\nb: Beta", "ab"), doubted=doubted))
    (one,) = desk.accept().networks
    assert one.reasons == ("wanted more", "wanted an end")
    assert one.expect == {"profiles_at_least": 1, "pages_unread_at_most": 0.51}
    assert one.canaries == ("wanted the well-known profile 'z', found no such profile",)
    assert one.others == ("wanted an end",)


@pytest.mark.thorough
def test_a_signature_shows_no_character_that_a_terminal_obeys(desk: Desk) -> None:
    desk.night(desk.run(desk.page("a: Alpha", "a")))
    desk.accept(by="Astrid\x1b[2J")
    assert desk.rows("SELECT accepted_by FROM acceptances") == [("Astrid\\x1b[2J",)]


def test_where_nothing_ever_ran_there_is_nothing_to_accept(desk: Desk) -> None:
    with pytest.raises(CannotAccept, match="`clusterbridge sync` makes it") as refused:
        desk.accept(1)
    assert refused.value.code is Exit.NOTHING_RAN
    assert not desk.var.exists()


def test_the_state_keeps_one_held_run_a_network_however_many_there_were(desk: Desk) -> None:
    for number in range(3):
        desk.night(desk.run(desk.page(f"a: Alpha {number}", "a"), desk.page("b: Beta", "b", name="b")))
    with State.open(desk.var / "state.duckdb") as state:
        assert [one.run_id for one in held.waiting(state).values()] == [3]
    assert desk.rows("SELECT count(*) FROM ledger.held_pages") == [(2,)]
