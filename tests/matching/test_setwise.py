"""All pairs weighed at once come to what the small functions say pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matching.sameness.comparable import LONGEST_ACRONYM, WORDS_OF_AN_ACRONYM, name, names_a_host
from matching.sameness.judging import judge
from matching.sameness.name_evidence import shortens
from matching.sameness.population import Population
from matching.sameness.records import Facts
from matching.sameness.setwise.columns import Columns, name_hosts
from matching.sameness.setwise.described import NAME, described
from matching.sameness.setwise.letters import IN_A_NUMBER, Spelling, all_letters, first_letters, letters
from matching.sameness.setwise.ragged import Ragged, members, numbers_of, product, runs
from matching.sameness.setwise.vocabulary import FIRST, Lexicon, Vocabulary
from matching.sameness.setwise.weighing import weigh
from matching.sameness.weights import Weights, shipped
from support.examples import examples

SHIPPED = shipped()
TALKATIVE = replace(
    SHIPPED,
    verdict=replace(SHIPPED.verdict, unsure_from=0.0, different_below=0.0),
    shared=replace(SHIPPED.shared, in_all=9, in_one_network=9),
)
"""With these every pair is noted of which anything can be: so what is far below the limit is compared, too."""

OWN = ["Zephyr", "Zephir", "Quokka", "Quoka", "Larkspurfield", "Larkspurfjeld", "Tundra", "Mov'eo", "Клъстер", "Uppsala"]
COMMON = [
    "Food", "Wood", "ICT", "Cluster", "Valley", "Science Park", "of", "the", "and", "Technology", "mat", "Furniture", "møbler",
    "möbelklustret", "klynge", "clusters", "2020", "2030", "Livsmedel", "University", "National", "X", "AB",
]  # fmt: skip
PLACES = ["Sweden", "Norge", "Norwegian", "Lund", "Skåne", "West", "Västra", "Denmark", "Aarhus"]
LINES = [
    "Zephyr (Quokka Hub)", "ZFC – Zephyr Food Cluster", "Tundra (formerly Zephyr)", "ZeFC", "ZEFOC", "SFC", "zefo", "ICT", "???",
    "Clusters of Norway", "Norges klynger", "Offshore Vik", "OffshoreVik", "York University", "University of York", "Halle A",
    "Halle E",
]  # fmt: skip
DOMAINS = ["zephyr.se", "zephyr.com", "zephyrtundra.se", "zephyrtundar.se", "quokka.org", "facebook.com", "foodwood.dk",
           "zephyrtundra1.se", "zephyrtundra2.se", ""]  # fmt: skip

names = st.one_of(
    st.none(),
    st.sampled_from(LINES),
    st.lists(st.sampled_from(OWN + COMMON + PLACES), min_size=1, max_size=4).map(" ".join),
    st.tuples(st.sampled_from(OWN), st.sampled_from(COMMON)).map(" ".join),
)
hosts = st.tuples(
    st.sampled_from(["", "www.", "one.", "two."]), st.sampled_from(["", "/", "/en/", "/one", "/two/x", "/index.html"])
)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    domain = draw(st.sampled_from([None, *DOMAINS]))
    before, after = draw(hosts)
    day = st.sampled_from([date(1999, 3, 17), date(1999, 1, 1), date(2000, 1, 1), date(2004, 5, 6)])
    return {
        "network": draw(st.sampled_from(["eccp", "tci"])),
        "name": draw(names),
        "native_name": draw(st.one_of(st.none(), names)),
        "other_names": tuple(one for one in draw(st.lists(names, max_size=2)) if one),
        "acronym": draw(st.sampled_from([None, None, "ZFC", "SeFC", "TUND"])),
        "organisation_type": draw(st.sampled_from([None, "cluster", "science_park", "agency", "other"])),
        "country": draw(st.sampled_from([None, "", "SE", "SE", "NO"])),
        "nuts2": draw(st.sampled_from([None, "", "SE22", "NO08"])),
        "city": draw(st.sampled_from([None, "Lund", "Lund Norra", "Malmö", "Uppsala", "Larkspurfield"])),
        "domain": domain,
        "website": domain and draw(st.sampled_from([None, f"https://{before}{domain}{after}"])),
        "role_email": draw(st.sampled_from([None, "", "info@zephyr.se", "info@quokka.org", "zephyr@gmail.com"])),
        "phone": draw(st.sampled_from([None, None, "+46701", "+46702"])),
        "founded_on": draw(st.one_of(st.none(), day)),
    }


def columns(facts: Sequence[Facts], population: Population) -> Columns:
    said = ("record_id", "network", "name", "organisation_type", "country", "nuts2", "city", "domain", "website", "role_email",
            "phone", "founded_on", "host", "mail_domain")  # fmt: skip
    kinds = {"record_id": pa.int64(), "founded_on": pa.date32()}
    table = pa.table([pa.array([getattr(one, what) for one in facts], kinds.get(what, pa.string())) for what in said], list(said))
    named = pa.array([[described(borne) for borne in one.names] for one in facts], pa.list_(NAME))
    return Columns(table.rename_columns([*said[:-2], "site", "mail"]).append_column("names", named), population)


def hold_against(facts: Sequence[Facts], weights: Weights) -> int:
    """Holds all pairs of the records against the small functions; how many of them are noted."""
    population = Population.of(facts, weights)
    left, right = (np.array(side, np.int64) for side in zip(*combinations(range(len(facts)), 2), strict=True))
    found = {(one.left, one.right): one for one in weigh(columns(facts, population), left, right, weights)}
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        wanted, opinion = judge(facts[one], facts[other], population, weights), found.get((one, other))
        assert (opinion and opinion.verdict) is wanted.verdict
        if opinion is not None:
            assert opinion.probability == pytest.approx(wanted.probability, abs=1e-9)
            assert opinion.because == wanted.because
            assert opinion.weights == pytest.approx([one.weight for one in wanted.evidence if one.weight], abs=1e-9)
    return len(found)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(records(), min_size=8, max_size=12), st.sampled_from([SHIPPED, TALKATIVE]))
def test_every_pair_weighs_what_the_small_functions_say_and_none_that_is_worth_noting_is_left_out(
    said: list[dict[str, Any]], weights: Weights
) -> None:
    hold_against([Facts(number, **one) for number, one in enumerate(said, 1)], weights)


@given(
    st.lists(st.sampled_from(OWN + COMMON), min_size=2, max_size=5).map(" ".join),
    st.text("abcdefoqwzlst", min_size=3, max_size=6),
)
@example("Food Innovation North", "foin")
@example("and AB AB", "aaa")
@example("Distretto Agroalimentare Regionale", "dare")
def test_no_short_name_that_is_built_of_a_whole_one_is_ruled_out_by_its_letters(whole: str, short: str) -> None:
    made = name(whole)
    assert made is not None
    *_, begins, holds = described(made)
    for printed in (short, short.upper()):
        if len(made.words) >= WORDS_OF_AN_ACRONYM and shortens(printed, short, whole):
            assert first_letters([short]) & begins
            assert not all_letters([short]) & ~holds


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*OWN, *COMMON, "(Hub)", "GmbH"]), min_size=2, max_size=6).map(" ".join),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.booleans(),
)
@example("Zephyr Food Cluster (North)", str.lower, False)
@example("of the and", str.upper, False)
@example("Zephyr of Quokka Tundra", str.upper, False)
@example("Zephyr Food", str.upper, False)
def test_a_short_name_of_the_first_letters_of_another_weighs_what_the_small_functions_say(
    whole: str, print_as: Callable[[str], str], is_of_core: bool
) -> None:
    made = name(whole)
    assert made is not None
    short = print_as("".join(word[0] for word in (made.core if is_of_core else made.words)))
    facts = [Facts(1, "eccp", name=whole), Facts(2, "tci", name=short), Facts(3, "tci", name=f"{short}x")]
    for least in (2, TALKATIVE.name.least_shared):
        hold_against(facts, replace(TALKATIVE, name=replace(TALKATIVE.name, least_shared=least)))


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([{"country": "", "city": "Lund"}, {"country": "", "city": "Malmö"}], id="an empty country"),
        pytest.param([{"nuts2": ""}, {"nuts2": "SE22"}, {"nuts2": ""}], id="an empty region"),
        pytest.param([{"role_email": ""}, {"role_email": ""}], id="empty mailboxes"),
        pytest.param([{"domain": ".se"}, {"domain": ".no"}], id="domains of an ending alone"),
        pytest.param([{"domain": f"zephyrtundra{at}.se"} for at in range(2)], id="long labels that differ in a figure"),
        pytest.param([{"domain": "zephyrtundra.se"}, {"domain": "zephyrtundar.se"}], id="long labels that differ in two letters"),
        pytest.param(
            [{"domain": "zephyr.se", "role_email": "a@quokka.org"}, {"domain": "quokka.org", "role_email": "b@zephyr.se"}],
            id="two that share two domains",
        ),
        pytest.param([{"role_email": "info@quokka.org"}] * 4, id="a mailbox of many"),
        pytest.param([{"phone": "+46701"}] * 4, id="a switchboard"),
        pytest.param([{"phone": "+46701"}] * 2, id="a number of two"),
    ],
)
@pytest.mark.parametrize("weights", [SHIPPED, TALKATIVE, replace(TALKATIVE, shared=SHIPPED.shared)])
def test_what_only_few_records_say_weighs_what_the_small_functions_say(said: list[dict[str, Any]], weights: Weights) -> None:
    names = ["Zephyr Food Cluster", "Zephyr Foods Cluster", "Quokka Wood Valley", "Tundra"]
    hold_against([Facts(at, "eccp", name=names[at], **one) for at, one in enumerate(said)], weights)


@given(st.lists(st.text("abz019", max_size=12), max_size=8))
def test_texts_of_few_letters_are_numbers_and_different_ones_different_numbers(texts: list[str]) -> None:
    assert LONGEST_ACRONYM <= IN_A_NUMBER
    few = {text for text in texts if 0 < len(text) <= IN_A_NUMBER}
    numbers = Spelling(texts).in_numbers().tolist()
    assert [number > 0 for number in numbers] == [text in few for text in texts]
    assert len({number for number in numbers if number}) == len(few)
    assert all(len({number for number, one in zip(numbers, texts, strict=True) if one == text}) == 1 for text in texts)


@given(st.lists(st.text("abcz019", max_size=5), max_size=5))
def test_letters_are_the_same_bits_of_one_text_and_of_many(texts: list[str]) -> None:
    assert letters(texts).tolist() == [all_letters([text]) for text in texts]


def test_lists_of_different_lengths_stand_in_columns_and_multiply_in_order() -> None:
    lists = Ragged.of(np.array([5, 6, 7, 8]), np.array([2, 0, 2]))
    assert lists.padded(np.array([2, 1]), 3, 0).tolist() == [[7, 0], [8, 0], [0, 0]]
    assert lists.where(lists.values != 6).lengths.tolist() == [1, 0, 2]
    found = product(lists.starts[:-1], lists.lengths, lists.starts[:-1][::-1], lists.lengths[::-1])
    assert [column.tolist() for column in found] == [[0, 0, 0, 0, 2, 2, 2, 2], [0, 0, 1, 1, 2, 2, 3, 3], [2, 3, 2, 3, 0, 1, 0, 1]]
    assert members(np.array([2, 4]), np.array([[1, 2], [4, 9]])).tolist() == [[False, True], [True, False]]
    assert runs(np.array([5, 2, 0]), np.array([2, 0, 3])).tolist() == [5, 6, 0, 1, 2]


@given(st.lists(st.integers(0, 9), max_size=9))
def test_values_are_numbered_in_their_order_each_once(values: list[int]) -> None:
    once, number = numbers_of(np.array(values, np.int64), 10)
    assert once.tolist() == sorted(set(values))
    assert once[number].tolist() == values


HOST_WORDS = ["science", "park", "of", "york", "university", "technology", "parque", "tecnologico", "city", "cluster"]


@given(st.lists(st.lists(st.sampled_from(HOST_WORDS), max_size=5)))
@example([["york", "science"], ["park"], ["science", "park"], ["york", "science", "park", "of"], [], ["university"]])
def test_names_of_hosts_are_found_at_once_as_one_by_one(names: list[list[str]]) -> None:
    known = sorted({word for name in names for word in name})
    lexicon = Lexicon(known)
    numbers = [known.index(word) + FIRST for name in names for word in name]
    lists = Ragged.of(np.array(numbers, np.int32), np.array(list(map(len, names)), np.int64))
    assert name_hosts(lists, lexicon).tolist() == [names_a_host(tuple(name)) for name in names]


@given(st.lists(st.sampled_from(["digital", "zephyr", "mobel", "cluster", "quokka", "2020"]), unique=True), st.integers(0, 9))
def test_each_word_is_as_rare_as_it_is_to_one_pair(words: list[str], bearers: int) -> None:
    population = Population({"zephyr": bearers, "unheard": 5}, (), shipped())
    vocabulary = Vocabulary(words, population)
    assert vocabulary.idf[FIRST:].tolist() == [population.idf(word) for word in vocabulary.text[FIRST:]]
    assert vocabulary.idf[:FIRST].tolist() == [0.0] * FIRST
