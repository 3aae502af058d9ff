"""Being told: one message a run when something is not right, one when it is well again, whatever is in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from sync.settings import Paths, Settings
from sync.settings_shape import Notify
from sync.telling.by_apprise import Message, short_name
from sync.telling.memory import EDITION, RUN, Told, Wrong, read_told
from sync.telling.reporting import CurrentEdition, LastRun, NetworkState, Status
from sync.telling.telling import tell, try_out
from warehouse.rows import Outcome

FIRST = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
HELD = Wrong("held", "wanted at least 1000 profiles, found 31")
DOWN = Wrong("failed", "could not be reached")
MAIL = "mailto://robot:s3cret-word@mail.example"
HOOK = "json://hook.example/s3cret-word"


def status(night: int, **networks: NetworkState) -> Status:
    now = FIRST + timedelta(days=night)
    return Status(
        clusterbridge="0",
        written_at=now,
        run=LastRun(
            number=120 + night,
            began_at=now - timedelta(hours=1),
            ended_at=now,
            duration_seconds=3600,
            exit_code=5,
            exit="held",
            because="",
        ),
        edition=CurrentEdition(
            number=119,
            file="clusters-000119.duckdb",
            published_at=FIRST - timedelta(days=1),
            age_seconds=86_400 * (night + 1),
            held_because="",
        ),
        organisations=1,
        organisations_swedish=0,
        networks=networks,
    )


@dataclass
class Operator:
    """Whoever is told, and what the runs of several nights tell."""

    var: Path
    addresses: Sequence[str] = (MAIL,)
    down: set[str] = field(default_factory=set)
    received: list[tuple[str, Message]] = field(default_factory=list)

    def after_night(self, night: int, judged: Mapping[str, Wrong | None], **networks: NetworkState) -> list[str]:
        """The subjects of the messages that arrive after a run."""
        before = len(self.received)
        ours = Settings(paths=Paths(var=self.var), notify=Notify(urls=tuple(self.addresses)))
        tell(ours, judged, status(night, **networks), FIRST + timedelta(days=night), structlog.get_logger(), send=self.send)
        return [message.subject for _, message in self.received[before:]]

    def send(self, address: str, message: Message) -> str:
        if address in self.down:
            return "nobody answers"
        self.received.append((address, message))
        return ""

    @property
    def last(self) -> Message:
        return self.received[-1][1]


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def test_a_run_in_which_all_is_well_tells_nothing_and_leaves_no_file(operator: Operator) -> None:
    assert operator.after_night(0, {RUN: None, EDITION: None, "eccp": None}) == []
    assert list(operator.var.iterdir()) == []


def test_what_is_not_right_is_told_with_reason_last_good_and_what_to_do(operator: Operator) -> None:
    good = NetworkState(outcome=Outcome.HELD, last_good_at=FIRST - timedelta(days=1))
    assert operator.after_night(0, {RUN: None, "eccp": HELD}, eccp=good) == ["clusterbridge: eccp held"]
    body = operator.last.body
    assert "eccp is held: wanted at least 1000 profiles, found 31" in body
    assert "Last read well: 2026-11-21 05:30; what was read then stands." in body  # in Stockholm
    assert "clusterbridge accept 120 --by NAME --because TEXT" in body
    assert "Readers have edition 119 of 2026-11-21 05:30, 24 hours old." in body


def test_several_things_are_one_message(operator: Operator) -> None:
    assert operator.after_night(0, {RUN: None, "eccp": HELD, "tci": DOWN, EDITION: None}) == [
        "clusterbridge: eccp held, tci failed"
    ]
    assert "clusterbridge sync tci" in operator.last.body


def test_what_goes_on_is_told_in_short_with_the_night_since_when(operator: Operator) -> None:
    operator.after_night(0, {"eccp": HELD})
    first = operator.last.body
    assert operator.after_night(3, {"eccp": HELD}) == ["clusterbridge: eccp held for 4 nights"]
    assert "eccp still is held, since 2026-11-22 05:30 (4 nights)" in operator.last.body
    assert len(operator.last.body) < len(first)


def test_what_is_not_right_in_another_way_is_told_in_full(operator: Operator) -> None:
    operator.after_night(0, {"eccp": HELD})
    assert operator.after_night(1, {"eccp": DOWN}) == ["clusterbridge: eccp failed for 2 nights"]
    assert "What to do" in operator.last.body


def test_that_it_is_well_again_is_told_once(operator: Operator) -> None:
    operator.after_night(0, {"eccp": HELD})
    assert operator.after_night(1, {"eccp": None}) == ["clusterbridge: eccp well again"]
    assert "it was held since 2026-11-22 05:30" in operator.last.body
    assert operator.after_night(2, {"eccp": None}) == []
    assert read_told(operator.var) == Told()


def test_what_is_well_again_while_something_else_is_not_stands_in_the_same_message(operator: Operator) -> None:
    operator.after_night(0, {"eccp": HELD, "tci": DOWN})
    assert operator.after_night(1, {"eccp": HELD, "tci": None}) == ["clusterbridge: eccp held for 2 nights"]
    assert "tci is well again" in operator.last.body
    assert operator.after_night(2, {"eccp": None, "tci": None}) == ["clusterbridge: eccp well again"]


def test_a_run_that_did_not_look_at_a_network_says_nothing_of_its_being_well(operator: Operator) -> None:
    operator.after_night(0, {"eccp": HELD})
    assert operator.after_night(1, {RUN: None, "tci": None}) == []
    operator.after_night(2, {"tci": DOWN})
    assert operator.after_night(3, {"tci": None}) == ["clusterbridge: tci well again"]
    assert "not right since an earlier one: eccp" in operator.last.body


def test_a_run_that_broke_off_is_told_and_the_next_that_ends_is_well_again(operator: Operator) -> None:
    assert operator.after_night(0, {RUN: Wrong("broken off", "the storage said 'No space left on device'")}) == [
        "clusterbridge: run broken off"
    ]
    assert "clusterbridge doctor" in operator.last.body
    assert operator.after_night(1, {RUN: None, "eccp": None}) == ["clusterbridge: run well again"]


def test_an_address_that_cannot_be_reached_costs_the_run_nothing_and_is_told_by_the_next(operator: Operator) -> None:
    operator.after_night(0, {"eccp": HELD})
    operator.down = {MAIL}
    with capture_logs() as said:
        assert operator.after_night(1, {"eccp": None}) == []
    assert [(one["event"], one["address"], one["because"]) for one in said] == [("not told", "1 (mailto)", "nobody answers")]
    operator.down = set()
    assert operator.after_night(2, {"eccp": None}) == ["clusterbridge: eccp well again"]
    assert operator.after_night(3, {"eccp": None}) == []


def test_each_address_is_told_once_whatever_becomes_of_the_others(operator: Operator) -> None:
    operator.addresses = (MAIL, HOOK)
    operator.after_night(0, {"eccp": HELD})
    operator.down = {MAIL}
    operator.after_night(1, {"eccp": None})
    operator.down = set()
    operator.after_night(2, {"eccp": None})
    well = [address for address, message in operator.received if "well again" in message.subject]
    assert well == [HOOK, MAIL]


def test_a_crash_between_two_addresses_repeats_nothing_and_forgets_nothing(operator: Operator) -> None:
    operator.addresses = (MAIL, HOOK)
    operator.after_night(0, {"eccp": HELD})
    whole = operator.send

    def crash_at_the_second(address: str, message: Message) -> str:
        if address == HOOK:
            raise KeyboardInterrupt
        return whole(address, message)

    operator.send = crash_at_the_second  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        operator.after_night(1, {"eccp": None})
    operator.send = whole  # type: ignore[method-assign]
    operator.after_night(2, {"eccp": None})
    well = [address for address, message in operator.received if "well again" in message.subject]
    assert well == [MAIL, HOOK]


def test_trouble_that_comes_back_before_it_was_told_to_be_well_is_new_trouble(operator: Operator) -> None:
    operator.after_night(0, {"eccp": HELD})
    operator.down = {MAIL}
    operator.after_night(1, {"eccp": None})
    operator.down = set()
    assert operator.after_night(2, {"eccp": HELD}) == ["clusterbridge: eccp held"]
    assert operator.after_night(3, {"eccp": None}) == ["clusterbridge: eccp well again"]


def test_new_findings_of_the_run_are_counted_by_kind(operator: Operator) -> None:
    tonight = NetworkState(last_try_at=FIRST, findings_new={"unknown word": 10, "unread label": 2})
    earlier = NetworkState(last_try_at=FIRST - timedelta(days=1), findings_new={"unknown word": 7})
    operator.after_night(0, {"eccp": HELD}, eccp=tonight, tci=earlier)
    assert "New findings of eccp: 10 unknown word, 2 unread label." in operator.last.body
    assert "tci" not in operator.last.body


def test_a_memory_that_cannot_be_read_is_begun_anew(operator: Operator) -> None:
    operator.after_night(0, {"eccp": HELD})
    (operator.var / "told.json").write_text("{")
    assert operator.after_night(1, {"eccp": HELD}) == ["clusterbridge: eccp held"]


def test_a_disk_that_is_full_keeps_nobody_from_being_told(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device", "told.json")

    monkeypatch.setattr("sync.telling.memory.write_whole", full)
    with capture_logs() as said:
        assert operator.after_night(0, {RUN: Wrong("broken off", "no space")}) == ["clusterbridge: run broken off"]
    assert said[0]["because"] == "No space left on device at told.json"


def test_no_address_is_written_down(operator: Operator) -> None:
    operator.addresses = (MAIL, HOOK)
    operator.down = {MAIL, HOOK}
    operator.after_night(0, {"eccp": HELD})
    operator.after_night(1, {"eccp": None})
    text = (operator.var / "told.json").read_text()
    assert short_name(MAIL) in text
    assert "s3cret" not in text


def test_whoever_is_told_by_nobody_any_more_is_owed_nothing(operator: Operator) -> None:
    operator.after_night(0, {"eccp": HELD})
    operator.down = {MAIL}
    operator.after_night(1, {"eccp": None})
    operator.addresses = ()
    operator.after_night(2, {"eccp": None})
    assert read_told(operator.var) == Told()


def test_a_message_can_be_tried_out(tmp_path: Path) -> None:
    ours = Settings(paths=Paths(var=tmp_path), notify=Notify(urls=(MAIL, HOOK)))
    arrived: list[Message] = []

    def send(address: str, message: Message) -> str:
        arrived.append(message)
        return "" if address == MAIL else "nobody answers"

    assert try_out(ours, FIRST, send=send) == [("1 (mailto)", ""), ("2 (json)", "nobody answers")]
    assert "2026-11-22 05:30" in arrived[0].body


NIGHTS = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(["eccp", "tci", RUN, EDITION]), st.sampled_from([None, HELD, DOWN])),
        st.sets(st.sampled_from([MAIL, HOOK])),
    ),
    max_size=12,
)


@given(NIGHTS)
def test_whatever_happens_well_again_comes_at_most_once_for_each_trouble_and_at_last_to_everybody(
    nights: list[tuple[dict[str, Wrong | None], set[str]]],
) -> None:
    """Wrong, then well: one word of it to each address, once it can be reached."""
    names = {MAIL: short_name(MAIL), HOOK: short_name(HOOK)}
    told, now = Told(), FIRST
    owed: dict[str, set[str]] = {MAIL: set(), HOOK: set()}
    wrong: set[str] = set()
    for judged, down in [*nights, ({}, set())]:
        now += timedelta(days=1)
        told = told.after(judged, now, tuple(names.values()))
        for subject, found in judged.items():
            if found is None and subject in wrong:
                for each in owed.values():
                    each.add(subject)
            elif found is not None:
                for each in owed.values():
                    each.discard(subject)
            wrong = wrong | {subject} if found else wrong - {subject}
        assert set(told.wrong()) == wrong
        for address, name in names.items():
            assert set(told.well(name)) == owed[address]
            if address not in down:
                told = told.delivered(name)
                owed[address].clear()
    assert set(told.entries) == wrong
