"""Memory: what others do may change the judgement on records that stay as they are, by a key or by a word that they have."""

from __future__ import annotations

import pytest

from matching.sameness import reopened
from support.records import know
from support.remembering import alike, anew, looked_at, population, resolved, strangers
from warehouse.rows import Verdict
from warehouse.state import State

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


def test_an_address_of_records_whose_names_hold_no_letter_is_shared_whenever_it_is_asked(state: State) -> None:
    crowd = alike(5, name="???", city="Lund", phone="+4670100200", role_email="info@hub.se")
    know(state.con, crowd[:3])
    resolved(state)
    know(state.con, crowd)
    assert resolved(state) == anew(crowd)


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
