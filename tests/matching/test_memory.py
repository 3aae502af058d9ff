"""Memory: a night on which little changed compares little, and comes to the same organisations."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import synthetic
from matching.sameness import keybook, reopened, resolution
from matching.sameness.labour import Labour
from matching.sameness.memory import Memory
from matching.sameness.resolution import Resolution, resolve
from matching.sameness.weights import CandidateLimits, shipped
from support.examples import examples
from support.records import know
from warehouse.rows import Verdict
from warehouse.state import State

CROWDS = {"crowd": 6, "acronym_crowd": 3, "word_crowd": 3, "gram_crowd": 3, "place_crowd": 4, "country_crowd": 5}
WEIGHTS = shipped().model_copy(update={"candidates": CandidateLimits(**CROWDS)})
"""With crowds so small that a record more or less makes one."""
NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
Record = dict[str, Any]


@pytest.fixture
def state() -> Iterator[State]:
    with State.memory() as state:
        yield state


def resolved(state: State) -> Resolution:
    return resolve(state.con, now=NOW, previous=(), weights=WEIGHTS)


def anew(records: list[Record], people: list[tuple[Any, ...]] = []) -> Resolution:  # noqa: B006  never changed
    """What a state that remembers nothing comes to."""
    with State.memory() as fresh:
        know(fresh.con, records)
        judged(fresh, people)
        return resolved(fresh)


def judged(state: State, people: list[tuple[Any, ...]]) -> None:
    state.con.execute("DELETE FROM judgements")
    for left, right, verdict in people:
        row = (left, right, verdict, 1.0, "Astrid", "rang them", datetime(2026, 11, 20), None)  # noqa: DTZ001  stored as UTC
        state.con.execute("INSERT INTO judgements VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def looked_at(state: State) -> int:
    """How many pairs a night would look at; it is not carried out."""
    state.con.begin()
    begun = Memory(state.con, WEIGHTS, Labour())
    begun.begin(set())
    count = begun.find_pairs()
    state.con.rollback()
    return count


def population(count: int, seed: int) -> list[Record]:
    """Records of few words and addresses, so that nearly everything touches something."""
    rng = random.Random(seed)
    return [record(rng, number) for number in range(1, count + 1)]


def record(rng: random.Random, number: int) -> Record:
    own = ["Zephyr", "Quokka", "Larkspur", "Tundra", "Obsidian", "Marzipan"]
    common = ["Food", "Wood", "ICT", "Cluster", "Valley", "Skåne", "möbelklustret", "Furniture"]
    words = rng.sample(own, rng.choice([0, 1, 1, 2])) + rng.sample(common, rng.choice([1, 2]))
    domain = rng.choice([None, None, "zephyr.se", "tundra.com", "tundra.se", "shared.org"])
    return {
        "record_id": number,
        "network": rng.choice(["eccp", "tci"]),
        "name": " ".join(words),
        "acronym": rng.choice([None, None, "ZFC", "TWV"]),
        "country": rng.choice(["SE", "DK", None]),
        "city": rng.choice([None, "Lund", "Aarhus"]),
        "domain": domain,
        "website": domain and f"https://{domain}/",
        "phone": rng.choice([None, None, "+46701", "+46702"]),
        "role_email": rng.choice([None, None, "info@tundra.se"]),
    }


def test_a_second_night_without_changes_looks_at_no_pair(state: State) -> None:
    know(state.con, population(60, 1))
    first = resolved(state)
    assert len(first.judgements) > 20
    assert resolved(state) == first
    assert looked_at(state) == 0


def test_a_changed_record_costs_its_own_pairs_only(state: State) -> None:
    records = population(60, 1)
    apart = [{"record_id": 100 + at, "name": f"{word} Hamnkraft", "country": "NO"} for at, word in enumerate(("Nord", "Nordre"))]
    know(state.con, [*records, *apart])
    everything = looked_at(state)
    resolved(state)
    know(state.con, [*records, apart[0] | {"phone": "+47"}, apart[1]])
    assert 0 < looked_at(state) < everything / 10


@pytest.mark.parametrize("share", [0.01, pytest.param(0.05, marks=pytest.mark.thorough)])
def test_a_night_on_which_few_records_changed_looks_at_few_pairs_and_comes_to_the_groups_of_comparing_everything(
    state: State, share: float
) -> None:
    made = synthetic.make(1_000, seed=7)
    before, after = made.table.to_pylist(), synthetic.change(made, share, seed=8).table.to_pylist()
    know(state.con, before)
    everything = looked_at(state)
    first = resolved(state)
    know(state.con, after)
    assert 0 < looked_at(state) < 6 * share * everything
    second = resolved(state)
    assert second != first
    assert second == anew(after)


@pytest.mark.parametrize("seed", range(3))
def test_the_newest_record_comes_goes_and_gives_its_place_to_nobody(seed: int) -> None:
    records = population(40, seed)
    newest, another = ({**one, "record_id": number} for number, one in ((41, records[0]), (42, records[1])))
    nights = ([*records, newest], records, records[1:], [*records[1:-1]], [*records[1:-1], another], records)
    with State.memory() as state:
        know(state.con, records)
        resolved(state)
        for said in nights:
            know(state.con, said)
            assert resolved(state) == anew(said)


def test_whoever_comes_when_all_are_gone_finds_no_keys_of_theirs() -> None:
    records = population(40, 4)
    with State.memory() as state:
        for said in (records, [], [{**one, "record_id": one["record_id"] + 100} for one in population(30, 5)]):
            know(state.con, said)
            assert resolved(state) == anew(said)


def test_hands_that_have_done_one_nights_work_do_the_next_ones() -> None:
    hands = Labour()
    with State.memory() as state:
        for count in (20, 30, 40):
            know(state.con, population(count, 6))
            found = resolve(state.con, now=NOW, previous=(), weights=WEIGHTS, labour=hands)
            assert found == anew(population(count, 6))


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.sampled_from([10, 25, 40]))
def test_whatever_changes_in_a_night_the_outcome_is_that_of_comparing_everything_anew(seed: int, count: int) -> None:
    rng = random.Random(seed)
    records = {one["record_id"]: one for one in population(count, seed)}
    people: list[tuple[Any, ...]] = []
    with State.memory() as state, pytest.MonkeyPatch.context() as asking:
        asking.setattr(reopened, "WORTH_ASKING", rng.choice([0, 10**9]))
        asking.setattr(keybook, "WORN", rng.choice([0.0, 0.25, 10**9]))
        know(state.con, list(records.values()))
        resolved(state)
        for _ in range(2):
            for _ in range(rng.choice([0, 1, 3])):
                number = rng.randrange(1, count + 5)
                if number in records and rng.random() < 0.3:
                    del records[number]
                else:
                    records[number] = record(rng, number)
            if rng.random() < 0.5 and len(records) > 1:
                left, right = sorted(rng.sample(sorted(records), 2))
                people = [] if people and rng.random() < 0.5 else [*people, (left, right, rng.choice(["same", "different"]))]
            people = [one for one in people if one[0] in records and one[1] in records]
            know(state.con, list(records.values()))
            judged(state, people)
            assert resolved(state) == anew(list(records.values()), people)


def alike(count: int, **said: Any) -> list[Record]:
    """So many records that say the same, numbered from 1, by turns of two networks."""
    return [
        {"record_id": number, "network": ("tci", "eccp")[number % 2], "country": "SE", **said} for number in range(1, count + 1)
    ]


def strangers(*names: str, **said: Any) -> list[Record]:
    """Records of another country, numbered from 11."""
    return [{"record_id": number, "name": name, "country": "FR", **said} for number, name in enumerate(names, 11)]


_AT_TUNDRA = {"domain": "tundra.se"}
NIGHTS = {
    "a seventh bearer makes a crowd of a name, and its pairs are compared no more": (
        alike(6, name="Zephyr", city="Lund"),
        alike(7, name="Zephyr", city="Lund")[6:],
    ),
    "a word that many others begin to bear joins nobody any more": (
        alike(2, name="Zephyr"),
        strangers(*(f"Zephyr {other} Arena" for other in ("Ab", "Cd", "Ef", "Gh", "Ij"))),
    ),
    "an address that others begin to share joins nobody any more": (
        [one | {"name": name} for one, name in zip(alike(2, **_AT_TUNDRA), ("Zephyr Hub", "Larkspur"), strict=True)],
        strangers("Quo Lab", "Mar Lab", "Obs Lab", **_AT_TUNDRA),
    ),
    "a domain that others begin to share joins nobody at an address below it any more": (
        [
            one | {"name": name, "website": "https://hub.tundra.se/"}
            for one, name in zip(alike(2, **_AT_TUNDRA), ("Zephyr Hub", "Larkspur"), strict=True)
        ],
        strangers("Quo Lab", "Mar Lab", "Obs Lab", website="https://tundra.se/", **_AT_TUNDRA),
    ),
}


@pytest.mark.thorough
def test_who_shares_a_key_that_has_become_a_crowds_and_another_one_stays_together(state: State) -> None:
    pair = alike(2, name="Zephyr Arena", phone="+4670")
    know(state.con, pair)
    first = resolved(state)
    assert [(one.left, one.right, one.verdict) for one in first.judgements] == [(1, 2, Verdict.SAME)]
    crowd = [*pair, *strangers(*["Zephyr Arena"] * 5)]
    know(state.con, crowd)
    second = resolved(state)
    assert (1, 2, Verdict.SAME) in {(one.left, one.right, one.verdict) for one in second.judgements}
    assert second == anew(crowd)
    know(state.con, pair)
    assert resolved(state) == first


def test_a_key_that_ceases_to_be_a_crowds_brings_those_together_who_stay_as_they_are(state: State) -> None:
    many = alike(7, name="Zephyr", city="Lund")
    know(state.con, many)
    assert resolved(state).judgements == ()
    know(state.con, many[:6])
    assert looked_at(state) == 15
    assert resolved(state) == anew(many[:6])


def test_a_record_of_which_only_that_changed_which_sameness_does_not_read_costs_no_pair(state: State) -> None:
    records = population(40, 8)
    know(state.con, records)
    first = resolved(state)
    state.con.execute("UPDATE known_records SET digest = digest + 1 WHERE record_id <= 20")
    assert looked_at(state) == 0
    assert resolved(state) == first
    read = "SELECT count(*) FROM known_records AS now JOIN sameness_records AS known USING (record_id) WHERE source = now.digest"
    assert state.con.execute(read).fetchall() == [(40,)]


def test_a_record_whose_digest_is_not_known_is_read_anew(state: State) -> None:
    records = population(40, 9)
    know(state.con, records)
    resolved(state)
    changed = [records[0] | {"name": "Quokka Tundra"}, *records[1:]]
    know(state.con, changed)
    state.con.execute("UPDATE known_records SET digest = NULL")
    assert resolved(state) == anew(changed)


def test_words_are_counted_on_where_a_record_goes_to_another_network_or_is_gone(state: State) -> None:
    records = population(30, 10)
    know(state.con, records)
    resolved(state)
    moved = [one | {"network": "tci"} for one in records[:12]] + records[14:]
    know(state.con, moved)
    resolved(state)
    counts = "SELECT word, network, bearers FROM sameness_word_counts ORDER BY ALL"
    kept = state.con.execute(counts).fetchall()
    remembered = """
        SELECT r.* EXCLUDE (place) REPLACE (list_sort(string_split(words, ' ')) AS words), list(key ORDER BY key) AS keys
        FROM sameness_records AS r
        JOIN (FROM sameness_keys UNION ALL FROM sameness_keys_since) AS known USING (place)
        GROUP BY ALL
        ORDER BY record_id
    """
    kept_records = state.con.execute(remembered).fetchall()
    with State.memory() as fresh:
        know(fresh.con, moved)
        resolved(fresh)
        assert fresh.con.execute(counts).fetchall() == kept
        assert fresh.con.execute(remembered).fetchall() == kept_records
    assert kept


def test_a_word_that_others_begin_to_bear_weighs_less_in_acronyms_and_translations_too(state: State) -> None:
    acronyms = [one | {"name": name, "acronym": "QVX"} for one, name in zip(alike(2), ("Zephyr Hub", "Larkspur"), strict=True)]
    translated = [
        {"record_id": 21, "network": "tci", "name": "Norsk møbelklynge", "country": "NO"},
        {"record_id": 22, "network": "eccp", "name": "Norwegian Furniture Cluster", "country": "NO"},
    ]
    know(state.con, [*acronyms, *translated])
    first = resolved(state)
    assert {(1, 2), (21, 22)} <= {(one.left, one.right) for one in first.judgements}
    others = strangers(*(f"QVX Furniture {letters}" for letters in ("Ab", "Cd", "Ef", "Gh", "Ij", "Kl", "Mn", "Op")))
    know(state.con, [*acronyms, *translated, *others])
    assert resolved(state) == anew([*acronyms, *translated, *others])


@pytest.mark.parametrize("worth_asking", [0, 10**9])
def test_a_word_that_others_begin_to_bear_weighs_less_in_a_misprint_that_only_one_bears(
    state: State, worth_asking: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reopened, "WORTH_ASKING", worth_asking)
    pair = [one | {"name": name} for one, name in zip(alike(2, city="Lund"), ("Larkspir", "Larkspur"), strict=True)]
    know(state.con, pair)
    first = resolved(state)
    assert [one.verdict for one in first.judgements] == [Verdict.SAME]
    others = strangers(*(f"Larkspir {letters} Arena" for letters in ("Ab", "Cd", "Ef", "Gh", "Ij", "Kl", "Mn", "Op")))
    know(state.con, [*pair, *others])
    second = resolved(state)
    assert second == anew([*pair, *others])
    assert second.judgements != first.judgements


def test_a_pair_of_which_one_has_a_word_that_others_begin_to_bear_is_not_looked_at(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = [one | {"name": name} for one, name in zip(alike(2, city="Lund"), ("Larkspur", "Quokka Hub"), strict=True)]
    others = strangers(*(f"Larkspur {letters} Arena" for letters in ("Ab", "Cd", "Ef", "Gh", "Ij", "Kl", "Mn", "Op")))
    know(state.con, pair)
    resolved(state)
    know(state.con, [*pair, *others])
    every = looked_at(state)
    monkeypatch.setattr(reopened, "WORTH_ASKING", 0)
    assert looked_at(state) == every - 1
    assert resolved(state) == anew([*pair, *others])


def test_who_shares_a_key_that_ceases_to_be_a_crowds_is_compared_although_only_one_has_a_word_that_others_begin_to_bear(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reopened, "WORTH_ASKING", 0)
    names = ("Rail and Xylography Cluster", "Tundra Hub", "Obsidian Lab", "Marzipan Ring", "Ab", "Cd", "Ef", "Gh", "Ij", "Kl")
    records = [one | {"name": name} for one, name in zip(alike(10), names, strict=True)]
    short = [one | {"acronym": "RXC"} if 2 <= one["record_id"] <= 4 else one for one in records]
    know(state.con, short)
    assert 1 not in {one.left for one in resolved(state).judgements}
    others = strangers(*(f"Tundra {letters} Arena" for letters in ("Mn", "Op", "Qr", "St", "Uv", "Wx", "Yz", "Zz")))
    later = [*(one for one in short if one["record_id"] != 4), *others]
    know(state.con, later)
    second = resolved(state)
    assert (1, 2) in {(one.left, one.right) for one in second.judgements}
    assert second == anew(later)


@pytest.mark.parametrize("night", NIGHTS)
def test_what_others_do_changes_the_judgement_on_records_that_stay_as_they_are(state: State, night: str) -> None:
    before, more = NIGHTS[night]
    know(state.con, before)
    first = resolved(state)
    assert {one.verdict for one in first.judgements} == {Verdict.SAME}
    know(state.con, [*before, *more])
    second = resolved(state)
    pair = {(first.judgements[0].left, first.judgements[0].right)}
    assert not pair & {(one.left, one.right) for one in second.judgements if one.verdict is Verdict.SAME}
    assert second == anew([*before, *more])
    know(state.con, before)
    assert resolved(state) == first


def test_a_pair_is_left_to_the_person_who_judges_it_and_comes_back_when_that_is_withdrawn(state: State) -> None:
    records = NIGHTS["a word that many others begin to bear joins nobody any more"][0]
    know(state.con, records)
    first = resolved(state)
    judged(state, [(1, 2, "different")])
    assert resolved(state) == anew(records, [(1, 2, "different")])
    assert resolved(state).judgements == ()
    judged(state, [])
    assert resolved(state) == first


def test_few_pairs_and_many_are_judged_alike(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for many in (0, 10**9):
        monkeypatch.setattr(resolution, "MANY", many)
        with State.memory() as other:
            know(other.con, population(60, 6))
            found.append(resolved(other))
    assert len(found[0].judgements) > 20
    assert found[0] == found[1]


@pytest.mark.thorough
def test_many_hands_come_to_the_same(state: State) -> None:
    know(state.con, population(60, 5))
    with State.memory() as other:
        know(other.con, population(60, 5))
        shared = resolve(other.con, now=NOW, previous=(), weights=WEIGHTS, labour=Labour(processes=2, many=1))
    assert shared == resolved(state)


def test_other_weights_empty_the_memory(state: State) -> None:
    know(state.con, population(30, 2))
    resolved(state)
    other = WEIGHTS.model_copy(update={"verdict": WEIGHTS.verdict.model_copy(update={"same_from": 0.5})})
    assert resolve(state.con, now=NOW, previous=(), weights=other) != resolved(state)


@pytest.mark.thorough
def test_a_night_that_fails_leaves_the_memory_as_it_was(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    records = population(30, 3)
    know(state.con, records)
    before = resolved(state)
    know(state.con, [*records[:-1], records[-1] | {"name": "Quokka Food"}])

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Memory, "remember", fail)
        with pytest.raises(RuntimeError, match="the disk is full"):
            resolved(state)
    know(state.con, records)
    assert resolved(state) == before
    assert looked_at(state) == 0


def test_judgements_carry_the_date_of_the_night_that_asks(state: State) -> None:
    know(state.con, population(30, 4))
    resolved(state)
    later = resolve(state.con, now=NOW + timedelta(days=1), previous=(), weights=WEIGHTS)
    assert {one.decided_at for one in later.judgements} == {NOW + timedelta(days=1)}
