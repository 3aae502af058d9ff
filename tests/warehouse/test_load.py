"""Loading: whole or not at all, and a second time changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.examples import examples
from warehouse import ledger
from warehouse import load as load_module
from warehouse.rows import Finding, Loaded, Outcome, RecordInput
from warehouse.state import State

TABLES = ("records", "claims", "pages", "findings", "network_runs", "numbers")


def content(nights, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple]]:
    return {name: nights.rows(f"SELECT * FROM ledger.{name} ORDER BY ALL") for name in TABLES if name not in without}  # noqa: S608


def test_records_are_numbered_in_the_order_of_their_keys(nights) -> None:
    nights.load(nights.record("c"), nights.record("a"), nights.record("b"))
    nights.load(nights.record("ab"), nights.record("a"), nights.record("b"), nights.record("c"))
    assert [nights.number(key) for key in ("a", "b", "c", "ab")] == [1, 2, 3, 4]


def test_a_number_is_never_given_twice_even_after_the_record_was_erased(nights) -> None:
    nights.load(nights.record("a"), nights.record("b"))
    nights.state.con.execute("DELETE FROM ledger.records WHERE source_key = 'b'")
    nights.load(nights.record("a"), nights.record("c"))
    assert nights.number("c") == 3


def test_the_same_night_again_opens_no_claim_and_rewrites_no_record(nights) -> None:
    records = [
        nights.record("a", country="SE"),
        nights.record("b", sectors=("Apparel", "Footwear"), founded_on="1999", founded_precision="year"),
    ]
    first = nights.load(*records)
    before = content(nights, without=("network_runs", "records"))
    rows = nights.rows("SELECT * EXCLUDE (checked_run, checked_on) FROM ledger.records ORDER BY ALL")
    second = nights.load(*records)
    assert first == Loaded(1, 2, 0, 0, claims_opened=6, claims_closed=0)
    assert second == Loaded(2, 0, 0, 0, 0, 0)
    assert content(nights, without=("network_runs", "records")) == before
    assert nights.rows("SELECT * EXCLUDE (checked_run, checked_on) FROM ledger.records ORDER BY ALL") == rows
    assert nights.rows("SELECT DISTINCT checked_on FROM ledger.records") == [(nights.now.date(),)]


def test_a_record_has_another_digest_after_its_profile_has_changed_and_only_then(nights) -> None:
    digests = "SELECT record_id, digest FROM known_records ORDER BY ALL"
    nights.load(nights.record("a", city="Karlstad"), nights.record("b", city="Lund"))
    first = dict(nights.rows(digests))
    nights.load(nights.record("a", city="Karlstad"), nights.record("b", city="Lund"))
    assert dict(nights.rows(digests)) == first
    nights.load(nights.record("a", city="Göteborg"), nights.record("b", city="Lund"))
    changed = dict(nights.rows(digests))
    assert changed[1] != first[1]
    assert changed[2] == first[2]
    assert None not in changed.values()


def test_a_new_value_closes_the_old_claim_with_the_last_run_in_which_it_held(nights) -> None:
    nights.load(nights.record("a", city="Karlstad"))
    nights.load(nights.record("a", city="Karlstad"))
    loaded = nights.load(nights.record("a", city="Göteborg"))
    assert (loaded.records_changed, loaded.claims_opened, loaded.claims_closed) == (1, 1, 1)
    assert nights.rows("SELECT value, first_run, last_run FROM ledger.claims WHERE field = 'city' ORDER BY first_run") == [
        ('"Karlstad"', 1, 2),
        ('"Göteborg"', 3, None),
    ]


def test_other_words_for_the_same_value_are_a_new_claim_but_no_change_of_the_record(nights) -> None:
    record = nights.record("a", country="SE")
    nights.load(record)
    reworded = replace(
        record,
        claims=tuple(replace(claim, printed=("Sverige",)) if claim.field == "country" else claim for claim in record.claims),
    )
    loaded = nights.load(reworded)
    assert (loaded.records_changed, loaded.claims_opened, loaded.claims_closed) == (0, 1, 1)


def test_a_page_that_moved_and_has_another_digest_says_nothing_new(nights) -> None:
    record = nights.record("a")
    nights.load(record)
    moved = RecordInput(
        record.profile.model_copy(update={"url": "https://eccp.example/new/a"}),
        tuple(replace(claim, url="https://eccp.example/new/a", page_digest="f" * 64) for claim in record.claims),
    )
    assert nights.load(moved) == Loaded(2, 0, 0, 0, 0, 0)
    assert nights.rows("SELECT url, changed_on < checked_on FROM ledger.records") == [("https://eccp.example/new/a", True)]


def test_words_that_were_not_understood_stand_as_a_claim_without_a_value(nights) -> None:
    record = nights.record("a")
    odd = replace(record, claims=(*record.claims, nights.claim("ecosystems", None, printed=("Blue growth",))))
    nights.load(odd)
    assert nights.load(odd).claims_opened == 0
    assert nights.rows("SELECT value, printed FROM ledger.claims WHERE field = 'ecosystems'") == [(None, ["Blue growth"])]


def test_the_generations_of_a_site_keep_their_claims_side_by_side(nights) -> None:
    nights.load(nights.record("a", city="Karlstad", older={"city": "Carlstad"}))
    loaded = nights.load(nights.record("a", city="Göteborg", older={"city": "Carlstad"}))
    assert (loaded.claims_opened, loaded.claims_closed) == (1, 1)
    assert nights.rows("SELECT era, value FROM ledger.claims WHERE field = 'city' AND last_run IS NULL ORDER BY era") == [
        ("d7", '"Carlstad"'),
        ("d9", '"Göteborg"'),
    ]


def test_a_record_is_gone_only_after_two_complete_runs_without_it(nights) -> None:
    nights.load(nights.record("a"), nights.record("b"))
    assert nights.load(nights.record("a")).records_missing == 1
    assert nights.rows("SELECT missing_since, is_gone FROM ledger.records WHERE source_key = 'b'") == [(nights.now.date(), False)]
    missing_since = nights.now.date()
    for outcome in (Outcome.HELD, Outcome.REFUSED, Outcome.FAILED):
        nights.load(outcome=outcome, because="doubt")
    assert nights.rows("SELECT is_gone FROM ledger.records") == [(False,), (False,)]
    nights.load(nights.record("a"))
    assert nights.rows("SELECT missing_since, is_gone FROM ledger.records WHERE source_key = 'b'") == [(missing_since, True)]
    assert nights.load(nights.record("a")).records_missing == 0, "what is gone is not missing again"


def test_a_record_that_is_seen_again_is_neither_missing_nor_gone(nights) -> None:
    nights.load(nights.record("a"), nights.record("b"))
    nights.load(nights.record("a"))
    nights.load(nights.record("a"), nights.record("b"))
    assert nights.rows("SELECT missing_since, missing_runs, is_gone FROM ledger.records") == [(None, 0, False)] * 2
    nights.load(nights.record("a"))
    nights.load(nights.record("a"))
    loaded = nights.load(nights.record("a"), nights.record("b"))
    assert (loaded.records_new, loaded.claims_opened) == (0, 0), "it never stopped saying what it says"
    assert nights.rows("SELECT is_gone FROM ledger.records") == [(False,)] * 2


def test_one_absence_is_enough_where_the_settings_say_so(nights) -> None:
    nights.load(nights.record("a"))
    nights.load(gone_after=1)
    assert nights.rows("SELECT is_gone FROM ledger.records") == [(True,)]


def test_one_networks_run_leaves_the_records_of_another_alone(nights) -> None:
    nights.load(nights.record("a", network="tci"), network="tci")
    before = content(nights, without=("network_runs", "claims"))
    nights.load(nights.record("a"))
    nights.load(nights.record("a"))
    assert nights.rows("SELECT * FROM ledger.records WHERE network = 'tci'") == before["records"]


def test_an_unchanged_record_is_checked_and_nothing_else(nights) -> None:
    nights.load(nights.record("a"))
    assert nights.load(unchanged=["a"]) == Loaded(2, 0, 0, 0, 0, 0)
    assert nights.rows("SELECT checked_run, checked_on, missing_since FROM ledger.records") == [(2, nights.now.date(), None)]


def test_a_record_that_could_not_be_read_is_neither_missing_nor_checked(nights) -> None:
    nights.load(nights.record("a"))
    nights.load(unread=["a"])
    assert nights.rows("SELECT checked_run, missing_since FROM ledger.records") == [(1, None)]
    assert nights.rows("SELECT profiles FROM ledger.network_runs ORDER BY run_id") == [(1,), (1,)]


def test_a_key_that_never_became_a_record_is_passed_over(nights) -> None:
    nights.load(nights.record("a"))
    assert nights.load(nights.record("a"), unchanged=["page-without-a-name"]).records_new == 0
    assert nights.rows("SELECT count(*) FROM ledger.records") == [(1,)]


@pytest.mark.parametrize("outcome", [Outcome.HELD, Outcome.REFUSED, Outcome.FAILED])
def test_a_run_that_is_not_complete_leaves_its_row_and_findings_only(nights, outcome: Outcome) -> None:
    nights.load(nights.record("a"))
    before = content(nights, without=("network_runs", "findings"))
    finding = Finding("page changed", "wanted a name, found none", network="eccp", url="https://eccp.example/b")
    loaded = nights.load(nights.record("b"), outcome=outcome, because="too few profiles", findings=[finding])
    assert loaded == Loaded(2, 0, 0, 0, 0, 0)
    assert content(nights, without=("network_runs", "findings")) == before
    assert nights.rows("SELECT outcome, because, findings FROM ledger.network_runs WHERE run_id = 2") == [
        (outcome.value, "too few profiles", 1)
    ]
    assert nights.rows("SELECT run_id, kind, because, url FROM ledger.findings") == [
        (2, "page changed", "wanted a name, found none", "https://eccp.example/b")
    ]


def test_a_crash_in_the_middle_leaves_nothing(nights, monkeypatch: pytest.MonkeyPatch) -> None:
    nights.load(nights.record("a", city="Karlstad"))
    before = content(nights)
    run = load_module.Script.run

    def crash(self: load_module.Script, title: str, **more: object) -> int:
        if title == "note_network_run":
            raise OSError("No space left on device")
        return run(self, title, **more)

    monkeypatch.setattr(load_module.Script, "run", crash)
    with pytest.raises(OSError, match="No space left"):
        nights.load(nights.record("a", city="Göteborg"), nights.record("b"))
    assert content(nights) == before
    monkeypatch.undo()
    assert nights.load(nights.record("a", city="Göteborg"), nights.record("b"), same_night=True).records_new == 1


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (lambda nights: nights.load(nights.record("a"), nights.record("a")), "each record of eccp once, found 'a' 2 times"),
        (lambda nights: nights.load(nights.record("a", network="tci")), "wanted profiles of 'eccp', found .* of 'tci'"),
        (lambda nights: nights.load(gone_after=0), "gone_after of at least 1"),
        (lambda nights: nights.load(same_night=True), "a run that ledger.begin has begun, found 0"),
        (lambda nights: (nights.load(), nights.load(same_night=True)), "once in run 1, found it loaded already"),
    ],
)
def test_a_run_that_contradicts_itself_is_refused(nights, fault: Callable[..., object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fault(nights)


def test_the_same_field_twice_in_one_generation_is_refused(nights) -> None:
    record = nights.record("a")
    with pytest.raises(ValueError, match=r"each claim of eccp once, found \('a', 'd9', 'name'\) 2 times"):
        nights.load(replace(record, claims=(*record.claims, nights.claim("name", "Another name"))))


# ---- the ledger against a plain model of it, over any sequence of nights


@dataclass
class Known:
    """One record of the model: its open claims as (value, first run, first day), and whether it is there."""

    number: int
    checked: tuple[int, date]
    open: dict[tuple[str, str], tuple[str | None, int, date]] = field(default_factory=dict)
    missing: int = 0
    gone: bool = False


@dataclass
class Model:
    records: dict[str, Known] = field(default_factory=dict)
    closed: list[tuple] = field(default_factory=list)

    def night(self, run: int, today: date, read: dict[str, dict], unchanged: set[str], unread: set[str]) -> None:
        for key in sorted(read):
            known = self.records.setdefault(key, Known(len(self.records) + 1, (run, today)))
            for identity, (value, first_run, first_day) in list(known.open.items()):
                if read[key].get(identity, "nothing") != value:
                    self.closed.append((known.number, *identity, value, first_run, known.checked[0], first_day, known.checked[1]))
                    del known.open[identity]
            for identity, value in read[key].items():
                known.open.setdefault(identity, (value, run, today))
        for key, known in self.records.items():
            if key in read or key in unchanged:
                known.checked = (run, today)
            if key in read or key in unchanged or key in unread:
                known.missing, known.gone = 0, False
            elif not known.gone:
                known.missing += 1
                known.gone = known.missing >= 2

    def claims(self) -> list[tuple]:
        standing = [
            (known.number, *identity, value, first_run, None, first_day, None)
            for known in self.records.values()
            for identity, (value, first_run, first_day) in known.open.items()
        ]
        return sorted(self.closed + standing, key=str)


KEYS = st.sampled_from("abc")
SAID = st.dictionaries(
    st.tuples(st.sampled_from(["d7", "d9"]), st.sampled_from(["city", "phone"])), st.sampled_from([None, "1", "2"])
)
NIGHT = st.tuples(
    st.sampled_from([Outcome.COMPLETE] * 4 + [Outcome.HELD]), st.dictionaries(KEYS, SAID), st.sets(KEYS), st.sets(KEYS)
)


@settings(max_examples=examples(12))
@given(st.lists(NIGHT, min_size=2, max_size=6))
def test_whatever_the_nights_bring_the_ledger_is_as_the_model_says(nights_on, sequence: list[tuple]) -> None:
    with State.memory() as state:
        nights, model = nights_on(state), Model()
        for outcome, read, unchanged, unread in sequence:
            records = [
                RecordInput(nights.profile(key), tuple(nights.claim(name, value, era) for (era, name), value in said.items()))
                for key, said in read.items()
            ]
            nights.load(*records, outcome=outcome, unchanged=unchanged, unread=unread)
            if outcome is Outcome.COMPLETE:
                printed = {
                    key: {who: None if value is None else f'"{value}"' for who, value in said.items()}
                    for key, said in read.items()
                }
                model.night(nights.run_id, nights.now.date(), printed, unchanged - set(read), unread)
        found = nights.rows(
            "SELECT record_id, era, field, value, first_run, last_run, first_seen_on, last_seen_on FROM ledger.claims"
        )
        assert sorted(found, key=str) == model.claims()
        absence = nights.rows("SELECT source_key, missing_runs, is_gone, checked_run FROM ledger.records")
        assert sorted(absence) == sorted((key, one.missing, one.gone, one.checked[0]) for key, one in model.records.items())


def test_a_large_network_loads_in_bulk(nights) -> None:
    records = [nights.record(f"k{number}", country="SE", city="Karlstad") for number in range(5_000)]
    nights.night()
    run = nights.run(*records)
    started = ledger.begin(nights.state, nights.now)
    clock = time.process_time()
    loaded = load_module.load(nights.state, started, run, nights.now + timedelta(days=1))
    seconds = time.process_time() - clock
    assert loaded.claims_opened == 15_000
    assert seconds < 5, "row by row it would take half a minute"
