"""One network's part of a run: how what happens becomes an outcome."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

import pytest
import structlog
from structlog.testing import capture_logs

from connectors.contract import PageChanged, PageKind, PageRequest, ParsedProfile, RawPage
from connectors.network import Expectations, Network, NetworkFacts, Phrasebook
from sync.fetch import BudgetSpent, Fetched, Refusal, Refused, Unreachable, Validators
from sync.reading import Before, read_network
from warehouse.rows import NetworkRun, Outcome

NOW = datetime(2026, 4, 5, 3, tzinfo=UTC)
NETWORK = Network(
    facts=NetworkFacts(
        name="toy", title="Toy", home="https://toy.example", hosts=("toy.example",), licence="none", organisation_type="cluster"
    ),
    phrasebook=Phrasebook(labels={"Name": "name"}),
)


class OnePage:
    """A connector of one profile page; ``parses`` is what its parser does."""

    network = "toy"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def start(self) -> Iterable[PageRequest]:
        yield PageRequest("https://toy.example/a", PageKind.PROFILE)

    def follow(self, page: RawPage) -> Iterable[PageRequest]:
        return ()

    def parse(self, page: RawPage) -> Iterable[ParsedProfile]:
        if self.error:
            raise self.error
        name = page.body.decode()
        yield ParsedProfile("a", "https://toy.example/a", {"name": (name,)}, page.digest, unread_labels=("Mascot",))


class Answers:
    """A fetcher and a store that know one answer."""

    def __init__(self, answer: str | Exception) -> None:
        self.answer = answer

    def fetch(self, url: str, validators: Validators | None) -> Fetched:
        if isinstance(self.answer, Exception):
            raise self.answer
        return Fetched(url, url, 200, self.answer.encode(), "utf-8", "text/html", None, None)

    def keep(self, body: bytes, charset: str | None, kind: PageKind) -> tuple[str, bool]:
        return sha256(body).hexdigest(), True

    def has(self, digest: str) -> bool:
        return True

    def get(self, digest: str) -> bytes:
        assert isinstance(self.answer, str)
        return self.answer.encode()


def read(answer: str | Exception = "Alpha", error: Exception | None = None, floor: int = 1) -> NetworkRun:
    answers = Answers(answer)
    run, _ = read_network(
        NETWORK,
        OnePage(error),
        answers,
        answers,
        Before(pages={}, filled={}, last_good=None),
        expect=Expectations(profiles_at_least=floor, pages_changed_at_most=1.0, pages_unread_at_most=1.0),
        keeps_at_least=0.85,
        now=lambda: NOW,
        is_full=False,
        is_stopping=lambda: False,
        progress=lambda _done, _total: None,
        log=structlog.get_logger(),
    )
    return run


def test_a_good_reading_is_complete_and_brings_its_record() -> None:
    run = read()
    assert (run.outcome, run.because) == (Outcome.COMPLETE, "")
    assert [record.profile.name for record in run.records] == ["Alpha"]


def test_a_label_that_the_phrasebook_does_not_know_is_a_finding() -> None:
    assert ("unread label", "Mascot") in [(finding.kind, finding.printed) for finding in read().findings]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Refused("log in", Refusal.LOGIN), Outcome.REFUSED),
        (BudgetSpent("5000 pages"), Outcome.HELD),
    ],
)
def test_what_the_network_answers_decides_the_outcome(answer: Exception, outcome: Outcome) -> None:
    run = read(answer)
    because = answer.told(run.network) if isinstance(answer, Refused) else str(answer)
    assert (run.outcome, run.because) == (outcome, because)
    assert run.records == ()


def test_a_run_below_its_floor_is_held_and_says_what_was_wanted() -> None:
    run = read(floor=2)
    assert (run.outcome, run.because) == (Outcome.HELD, "wanted at least 2 profiles, found 1")


def test_a_page_that_cannot_be_had_is_a_finding_and_not_the_end() -> None:
    run = read(Unreachable("reset"), floor=0)
    assert (run.outcome, [finding.kind for finding in run.findings]) == (Outcome.COMPLETE, ["page unreachable"])


def test_a_changed_page_is_a_finding() -> None:
    run = read(error=PageChanged("wanted a name, found none"), floor=0)
    assert [finding.because for finding in run.findings] == ["wanted a name, found none"]
    assert run.pages_changed == 1


def test_a_page_that_our_parser_cannot_stand_is_a_finding_with_its_traceback_in_the_journal() -> None:
    with capture_logs() as heard:
        run = read(error=ZeroDivisionError("oops"), floor=0)
    assert (run.outcome, run.pages_changed) == (Outcome.COMPLETE, 1)
    assert [finding.kind for finding in run.findings] == ["page not parsed"]
    assert [entry["event"] for entry in heard if entry.get("exc_info")] == ["parsing crashed"]


def test_a_fault_of_ours_elsewhere_fails_the_network_and_no_other() -> None:
    with capture_logs() as heard:
        run = read(RuntimeError("oops"))
    assert run.outcome is Outcome.FAILED
    assert "RuntimeError: oops" in run.because
    assert [entry["event"] for entry in heard if entry.get("exc_info")] == ["reading crashed"]


def test_a_page_without_a_usable_name_keeps_its_record_from_going_missing() -> None:
    run = read("n/a", floor=0)
    assert (run.records, run.unread_keys) == ((), {"a"})
    assert run.pages == ()
