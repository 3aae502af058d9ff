"""What held runs read, kept for a person's decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from warehouse import held, ledger
from warehouse.load import load
from warehouse.rows import Acceptance, Doubted, Finding, Outcome, PageMemory

PAGE = PageMemory(
    url="https://eccp.example/a",
    kind="profile",
    digest="a" * 64,
    fetched_at=datetime(2026, 11, 23, 3, 15, tzinfo=UTC),
    charset="utf-8",
    final_url="https://eccp.example/content/a",
    source_keys=("a",),
    carried={"country": "Sweden"},
)
OTHER = replace(PAGE, url="https://eccp.example/b", digest="b" * 64, source_keys=("b", "c"))
DOUBTED = Doubted(
    reasons=("wanted more", "wanted an end"), unfinished=("wanted an end",), profile_pages=9, pages_unread=2, set_aside=(OTHER,)
)


def hold(nights, doubted: Doubted | None = DOUBTED, **more) -> int:
    """A night on which a run is held; ``doubted`` None: it was cut short."""
    nights.night()
    run = nights.run(outcome=Outcome.HELD, because="; ".join(DOUBTED.reasons), pages=[PAGE], **more)
    load(nights.state, nights.run_id, replace(run, doubted=doubted, pages_changed=3), nights.now)
    return nights.run_id


def test_a_held_run_is_kept_as_it_was(nights) -> None:
    pages = Finding("page gone", "wanted a page", network="eccp", url="https://eccp.example/z")
    words = Finding("unknown word", "wanted a word", network="eccp", source_key="a")
    run_id = hold(nights, unchanged=["d", "c"], unread=["e"], findings=[pages, words])
    assert held.waiting(nights.state) == {
        "eccp": held.HeldRun(
            run_id=run_id,
            network="eccp",
            started_at=nights.now,
            ended_at=nights.now + timedelta(minutes=5),
            doubted=DOUBTED,
            pages=(PAGE,),
            pages_changed=3,
            unchanged_keys=frozenset({"c", "d"}),
            unread_keys=frozenset({"e"}),
            findings=(pages,),
        )
    }
    assert held.outcomes(nights.state, run_id) == {"eccp": (Outcome.HELD, "wanted more; wanted an end")}


def test_a_later_held_run_takes_its_place_and_that_of_another_network_does_not(nights) -> None:
    hold(nights)
    second = hold(nights, replace(DOUBTED, set_aside=()))
    hold(nights, network="tci")
    waiting = held.waiting(nights.state)
    assert (waiting["eccp"].run_id, waiting["eccp"].doubted.set_aside) == (second, ())
    assert waiting["tci"].run_id == second + 1


def test_a_run_that_was_cut_short_leaves_what_an_earlier_one_read(nights) -> None:
    first = hold(nights)
    hold(nights, None)
    nights.load(outcome=Outcome.FAILED, because="unreachable")
    assert held.waiting(nights.state)["eccp"].run_id == first
    assert nights.rows("SELECT held_run FROM networks") == [(first,)]


def test_a_complete_run_leaves_nothing_to_wait_for(nights) -> None:
    hold(nights)
    nights.load(nights.record("a"))
    assert held.waiting(nights.state) == {}
    assert nights.rows("SELECT count(*) FROM ledger.held_pages") == [(0,)]
    assert nights.rows("SELECT held_since, held_run FROM networks") == [(None, None)]


def test_a_network_is_held_since_its_first_held_run_after_the_last_complete_one(nights) -> None:
    hold(nights)
    nights.load(nights.record("a"))
    hold(nights, None)
    since = nights.now + timedelta(minutes=5)
    nights.load(outcome=Outcome.REFUSED, because="log in")
    last = hold(nights)
    assert nights.rows("SELECT held_since, held_run FROM networks") == [(since.replace(tzinfo=None), last)]


def test_an_acceptance_is_written_with_the_run_that_it_makes_complete(nights) -> None:
    run_id = hold(nights)
    acceptance = Acceptance(run_id, "Astrid", "I counted", DOUBTED.reasons, nights.now)
    nights.night()
    run = replace(nights.run(nights.record("a"), because="accepted"), acceptance=acceptance)
    load(nights.state, nights.run_id, run, nights.now)
    assert nights.rows("SELECT run_id, accepted_run, accepted_by, because, reasons FROM acceptances") == [
        (run_id + 1, run_id, "Astrid", "I counted", list(DOUBTED.reasons))
    ]
    good = ledger.last_good(nights.state, "eccp")
    assert good is not None
    assert (good.run_id, good.profiles) == (run_id + 1, 1)


def test_the_order_of_kept_pages_is_that_in_which_they_were_read(nights) -> None:
    pages = tuple(replace(PAGE, url=f"file:{name}?digest=1", kind="import") for name in ("z", "m", "a", "q"))
    nights.night()
    run = replace(nights.run(outcome=Outcome.HELD, because="doubt", pages=pages), doubted=DOUBTED)
    load(nights.state, nights.run_id, run, nights.now)
    assert held.waiting(nights.state)["eccp"].pages == pages
