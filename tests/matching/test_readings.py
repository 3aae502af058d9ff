"""Many records taken apart at once come to what each of them comes to alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matching.sameness.comparable import spelt_in_capitals, without_legal_forms
from matching.sameness.reading import READINGS, mail_domains, reading, readings, taken_apart
from matching.sameness.records import COLUMNS, Facts
from matching.sameness.setwise.folding import folded, without_forms
from matching.sameness.setwise.grams import smallest
from matching.sameness.setwise.letters import capitals, first_letters
from matching.sameness.setwise.letters import letters as letters_of
from matching.sameness.setwise.ragged import Ragged, distinct
from matching.sameness.words import folded_words
from support.examples import examples

_KINDS = {"record_id": pa.int64(), "other_names": pa.list_(pa.string()), "founded_on": pa.date32()}
_IN_NO_ORDER = {"strong", "acronyms", "initials", "key_words", "words"}

PIECES = [
    "Zephyr", "Mov'eo", "SiemensAG", "SECPhO", "ΣΕΚΕΕ", "Клъстер", "Möbelklustret", "møbler", "BioRegions", "OffshoreVik",
    "VINNOVA", "Cluster", "Clusters", "klynger", "Network", "of", "the", "and", "für", "L'Energia", "d’Or", "S.c.r.l.",
    "A.C.", "e.V.", "GmbH", "AB", "Stiftelsen", "ekonomisk förening", "Food+i", "c@fe", "·", "`", "???", "2020", "National",
    "Norway", "Norges", "Norge", "Lund", "Skåne", "West", "Furniture", "Food", "Technology", "University", "X", "ICT", "ZFC",
    "\n", "\u2028", "日本", "ß", "İ", "ﬃ", "𝐙𝐅", "A", "i",
]  # fmt: skip
LINES = [
    "Zephyr (Quokka Hub)", "ZFC – Zephyr Food Cluster", "Tundra (formerly Zephyr)", "NextMove [formerly Mov'eo; NM]",
    "Clusters of Norway", "HAMAC (SEKEE) Greece", "A / B / C", "Norges klynger", "IoT World | Mjärdevi", "(only brackets)",
    "SaltX-Food - Nordic", "", "   ", "Food Innovation North AB (FINAB)", "Swedish Food AB Cluster", "the of", "AB", "AB AB",
    "Stiftelsen AB Cluster", "Halle A", "Zephyr (Halle E)", "d e", "Halle A AB",
]  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map(" ".join),
    st.lists(st.sampled_from(PIECES), min_size=2, max_size=3).map("".join),
    st.sampled_from(LINES),
    st.text(max_size=12),
)
DOMAINS = ["zephyr.se", "zephyrfood.com", "moveo.fr", "ab.se", "möbel.se", "facebook.com", "clusters.no", "x.co.uk"]


@st.composite
def said(draw: st.DrawFn) -> dict[str, Any]:
    domain = draw(st.sampled_from([None, *DOMAINS]))
    website = f"https://www.{domain}/en" if domain else None
    return {
        "network": draw(st.sampled_from(["eccp", "tci"])),
        "name": draw(st.one_of(st.none(), texts, texts)),
        "native_name": draw(st.one_of(st.none(), texts)),
        "other_names": tuple(draw(st.lists(texts, max_size=2))),
        "acronym": draw(st.one_of(st.none(), st.sampled_from(["ZFC", "SeFC", "zfc", "ΣΕΚ", "Z.F.C.", "Zephyr Food"]), texts)),
        "country": draw(st.sampled_from([None, "SE", "NO", "GR"])),
        "nuts2": draw(st.sampled_from([None, "SE22", "NO08", ""])),
        "city": draw(st.sampled_from([None, "", "Lund", "Lund Norra", "Malmö", "???"])),
        "domain": domain,
        "website": draw(st.sampled_from([None, website, "HTTP://one.zephyr.se:80/x"])),
        "role_email": draw(st.sampled_from([None, "info@zephyr.se", "info@mail.zephyr.co.uk", "a@localhost"])),
        "phone": draw(st.sampled_from([None, "+46701"])),
        "founded_on": draw(st.sampled_from([None, date(1999, 3, 17)])),
    }


def table(facts: Sequence[Facts]) -> pa.Table:
    return pa.table({name: pa.array([getattr(one, name) for one in facts], _KINDS.get(name, pa.string())) for name in COLUMNS})


def comparable(row: dict[str, Any]) -> dict[str, Any]:
    """A row with what is in no order in one; whatever stands in such a list twice shows."""
    names = [tuple(one.values()) if isinstance(one, dict) else one for one in row["names"]]
    in_order = {name: sorted(row[name]) for name in _IN_NO_ORDER}
    return row | in_order | {"names": [(*one[:3], list(one[3]), *one[4:]) for one in names]}


def hold_against(facts: Sequence[Facts]) -> None:
    found = readings(table(facts))
    assert found.schema == READINGS
    wanted = [comparable(dict(zip(READINGS.names, reading(one), strict=True))) for one in facts]
    assert [comparable(row) for row in found.to_pylist()] == wanted


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(said(), min_size=1, max_size=8))
def test_what_is_remembered_of_many_records_is_what_is_remembered_of_each(records: list[dict[str, Any]]) -> None:
    hold_against([Facts(number, **one) for number, one in enumerate(records, 1)])


@settings(deadline=None)
@given(st.lists(said(), min_size=1, max_size=4))
@example([{"network": "eccp", "name": "Zephyrquokka Tundra", "native_name": "Zephyrquokka Tundraa", "country": "SE"}])
@example(
    [{"network": "eccp", "name": "Zephyr", "domain": "zephyr.se", "website": "https://zephyr.se", "role_email": "a@zephyr.se"}]
)
def test_a_record_has_a_key_once_however_many_of_its_names_and_addresses_have_it(records: list[dict[str, Any]]) -> None:
    rows = table([Facts(number, **one) for number, one in enumerate(records, 1)])
    made = taken_apart((rows, mail_domains(rows)))
    owned = list(zip(made.owner.tolist(), made.key.tolist(), strict=True))
    assert made.key.tolist() == sorted(made.key.tolist())
    assert len(owned) == len(set(owned))


def test_records_that_say_nothing_are_remembered_too() -> None:
    hold_against([Facts(1, "eccp", None), Facts(2, "eccp", "???", domain="se")])


def test_a_name_that_a_record_bears_twice_is_noted_once_and_as_the_stronger_kind() -> None:
    hold_against([Facts(1, "eccp", "Zephyr Cluster", "ZEPHYR cluster", ("Zephyr",), "ZEPHYR", domain="zephyr.se")])


@given(st.lists(st.one_of(texts, st.text()), max_size=6))
@example(["", "e.V.", "\n", "l'", "d'Or"])
@example(["rock\nn'", "roll"])
def test_texts_fold_together_as_they_fold_alone(some: list[str]) -> None:
    lists, words = folded(pa.array(some, pa.string()))
    found = [[words[number] for number in lists.take(np.array([at])).values] for at in range(len(some))]
    assert found == [list(folded_words(text)) for text in some]


FORMS = ["ab", "e", "v", "ev", "stiftelsen", "cluster", "zephyr", "s", "c", "r", "l"]


@given(st.lists(st.lists(st.sampled_from(FORMS), max_size=6)))
def test_legal_forms_go_off_many_names_as_off_one(names: list[list[str]]) -> None:
    words = sorted({word for name in names for word in name})
    numbers = [words.index(word) for name in names for word in name]
    lists = Ragged.of(np.array(numbers, np.int32), np.array(list(map(len, names)), np.int64))
    bare = without_forms(lists, words)
    found = [tuple(words[number] for number in bare.take(np.array([at])).values) for at in range(len(names))]
    assert found == [without_legal_forms(tuple(name)) for name in names]


@pytest.mark.parametrize("keys", [[], [3], [3, 1, 3, 2, 1]])
def test_distinct_keys_come_in_order(keys: list[int]) -> None:
    assert distinct(np.array(keys, np.int64)).tolist() == sorted(set(keys))


def test_lists_are_taken_looked_up_and_cleared_of_what_they_hold_twice() -> None:
    lists = Ragged.of(np.array([1, 0, 1, 2]), np.array([3, 0, 1]))
    assert lists.take(np.array([2, 1, 0])).lengths.tolist() == [1, 0, 3]
    meanings = Ragged.of(np.array([7, 8, 9]), np.array([1, 2, 0]))
    assert lists.through(meanings).values.tolist() == [8, 9, 7, 8, 9]
    assert lists.through(meanings).lengths.tolist() == [5, 0, 0]
    assert lists.once().values.tolist() == [0, 1, 2]


@given(st.lists(st.text("abz09", min_size=4, max_size=14), max_size=5))
@example(["aaaaaaaa", "abababab"])
def test_of_each_name_the_four_different_pieces_with_the_smallest_hashes_are_kept(names: list[str]) -> None:
    def hashed(piece: str) -> int:
        return int.from_bytes(piece.encode("ascii"), "little") * 2_654_435_761 % 2**32

    found = smallest(pa.array(names, pa.string()), lambda pieces: pieces.astype(np.uint64) * np.uint64(2_654_435_761) % 2**32)
    wanted = []
    for at, name in enumerate(names):
        pieces = sorted({hashed(name[place : place + 4]) for place in range(len(name) - 3)})[:4]
        wanted += [(at, *pair) for pair in combinations(pieces, 2)]
    assert sorted(zip(*(column.tolist() for column in found), strict=True)) == sorted(wanted)


@given(st.lists(st.text("aZzBQ3 '-.", max_size=6), max_size=4))
def test_capitals_of_plain_texts_are_those_that_a_short_name_is_spelt_in(said: list[str]) -> None:
    first, every = capitals(said)
    spelt = [spelt_in_capitals(text) for text in said]
    assert first.tolist() == [first_letters([text]) for text in spelt]
    assert every.tolist() == letters_of(spelt).tolist()
