"""How likely two names alone are names of one organisation: words aligned with words, weighed by a small logistic model.

Used where nothing but names is known (``clusterbridge evaluate sameness``). It never merges records: a name alone does not
decide.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from rapidfuzz.distance import OSA, Levenshtein
from rapidfuzz.fuzz import ratio

from matching.sameness.comparable import inner_words, without_legal_forms
from matching.sameness.translation import Sort, concepts, sort_of
from matching.sameness.words import folded_words, read_toml, word_list

_ROMAN = re.compile(r"x{0,3}(ix|iv|v?i{0,3})")
_PARTS = frozenset(
    (
        "department",
        "faculty",
        "school",
        "college",
        "institute",
        "laboratory",
        "division",
        "center",
        "graduate",
        "clinic",
        "library",
    )
)
"""Kinds of bodies that are as a rule part of a larger one; addresses name both."""
_WHOLES = frozenset(("hospital", "university"))
_ONE_EDIT_FROM, _TWO_EDITS_FROM = 4, 9
"""Letters of a word from which one or two wrong letters are a misprint."""
_ALIKE_FROM = 70.0
"""Similarity of the letters, of 100, from which two names without a common word are looked at."""
_ACRONYM = range(3, 9)


class NamingWeights(BaseModel):
    """``matching/weights/names.toml``: what each trait of a pair of names adds to the log-odds.

    Raises:
        pydantic.ValidationError: a trait is missing or unknown; it says which.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: Annotated[float, Field(gt=0, lt=1)]
    prior: float
    traits: Mapping[str, float]


@cache
def shipped() -> NamingWeights:
    """The weights of ``matching/weights/names.toml``."""
    return NamingWeights.model_validate(read_toml("weights/names.toml"))


@dataclass(frozen=True, slots=True)
class _Read:
    """A name taken apart.

    Arguments:
        words: as printed, folded.
        letters: without legal forms, run together.
        concepts: without legal forms and joining words, in one vocabulary, in order.
        telling: the concepts that do not only say what kind of body it is.
        initials: the acronyms that it can be shortened to.
    """

    words: tuple[str, ...]
    letters: str
    concepts: tuple[str, ...]
    telling: frozenset[str]
    initials: frozenset[str]


@lru_cache(maxsize=100_000)
def _read(printed: str) -> _Read:
    words = folded_words(printed)
    bare = without_legal_forms(inner_words(printed))
    said = tuple(one for word in bare if word not in word_list("small") for one in concepts(word))
    said = said or tuple(one for word in bare for one in concepts(word))
    spare = [word for word in words if word not in word_list("small")]
    initials = frozenset("".join(word[0] for word in chosen) for chosen in (words, spare, said) if len(words) > 2)
    telling = frozenset(one for one in said if sort_of(one) is not Sort.KIND)
    return _Read(words, "".join(without_legal_forms(words)), said, telling, initials)


def score(left: str, right: str, weights: NamingWeights | None = None) -> float:
    """The probability that two printed names are names of one organisation, 0 to 1, whichever comes first.

    A name without letters or digits equals nothing. Compare with ``threshold`` of the weights.
    """
    one, other = _read(left), _read(right)
    if not one.words or not other.words:
        return 0.0
    weights = weights or shipped()
    alike = ratio(one.letters, other.letters)
    if alike < _ALIKE_FROM and one.telling.isdisjoint(other.telling) and not _is_acronym(one, other):
        # Nearly all pairs end here: nothing in common; the little that the letters share only puts them in an order.
        return alike / 100 * min(0.01, weights.threshold)
    found = traits(left, right)
    log_odds = weights.prior + sum(weights.traits[trait] * value for trait, value in found.items())
    return 1 / (1 + math.exp(-log_odds))


def traits(left: str, right: str) -> dict[str, float]:
    """What two names have in common and what not, each from 0 to about 1; absent: 0. The names are in ``weights/names.toml``."""
    one, other = _read(left), _read(right)
    if one.letters == other.letters:
        return {"equal": 1.0}
    acronym = _is_acronym(one, other)
    if acronym:
        return {"acronym": acronym / 4}
    common, misprints, rest_one, rest_other = _align(one, other)
    numbers = [[word for word in rest if _is_number(word)] for rest in (rest_one, rest_other)]
    rests = [[word for word in rest if not _is_number(word)] for rest in (rest_one, rest_other)]
    less, more = sorted((_weight(rest), rest) for rest in rests)
    matched = _weight(common) + sum(max(_weight((a,)), _weight((b,))) for a, b in misprints)
    total = matched + less[0] + more[0] or 1.0
    own = sum(sort_of(word) is Sort.OWN for word in common)
    is_held = less[0] == 0
    places = [any(sort_of(word) is Sort.PLACE for word in rest) for rest in rests]
    has_part = is_held and not _PARTS.isdisjoint(more[1])
    return {
        "matched": matched / total,
        "conflicting": less[0] / total,
        "conflict": float(not is_held),
        "surplus": more[0] / total if is_held else 0.0,
        "surplus_part": float(has_part),
        "surplus_between": float(is_held and more[0] > 0 and not _stands_together(one.concepts, other.concepts)),
        "surplus_whole": float(is_held and not _WHOLES.isdisjoint(more[1])),
        "surplus_place": float(is_held and any(places) and not has_part),
        "places_conflict": float(all(places)),
        "edits": min(sum(OSA.distance(a, b) for a, b in misprints), 3) / 2,
        "misprint": float(bool(misprints)),
        "own_words": min(own, 2) / 2,
        "no_own_word": float(own + len(misprints) == 0),
        "numbers_differ": float(all(numbers)),
        "number_on_one_side": float(any(numbers) and not all(numbers)),
        "letters": Levenshtein.normalized_similarity(one.letters, other.letters),
    }


TRAITS = (
    "equal", "acronym", "matched", "conflicting", "conflict", "surplus", "surplus_part", "surplus_between", "surplus_whole",
    "surplus_place", "places_conflict", "edits", "misprint", "own_words", "no_own_word", "numbers_differ", "number_on_one_side",
    "letters",
)  # fmt: skip


def _is_acronym(one: _Read, other: _Read) -> int:
    """Letters of the acronym where one name is the other's initials; 0 where it is not."""
    for short, long in ((one, other), (other, one)):
        if len(short.words) <= 2 and short.words[0] in long.initials and len(short.words[0]) in _ACRONYM:
            return len(short.words[0])
    return 0


def _stands_together(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the words of the shorter name are neighbours in the longer one, in any order: ``University of Michigan`` stands in
    ``Michigan University Library``, not in ``Michigan State University``."""
    short, long = sorted((one, other), key=len)
    wanted = sorted(short)
    return any(sorted(long[at : at + len(short)]) == wanted for at in range(len(long) - len(short) + 1))


_Pairs = list[tuple[str, str]]


def _align(one: _Read, other: _Read) -> tuple[list[str], _Pairs, list[str], list[str]]:
    """Words in common, words that differ by a misprint, and what is left of each side."""
    common = Counter(one.concepts) & Counter(other.concepts)
    rest_one = list((Counter(one.concepts) - common).elements())
    rest_other = list((Counter(other.concepts) - common).elements())
    shared = list(common.elements())
    for whole, rest, target in ((one, rest_one, rest_other), (other, rest_other, rest_one)):
        joined = _run_together(whole.concepts, rest, target)
        if joined:
            for word in joined:
                rest.remove(word)
            target.remove("".join(joined))
            shared.append("".join(joined))
    misprints = _misprints(rest_one, rest_other)
    rests = (*rest_one, *rest_other)
    is_long = min(len(one.letters), len(other.letters)) >= 2 * _ONE_EDIT_FROM
    is_own = any(sort_of(word) is Sort.OWN for word in rests) and not any(map(_is_number, rests))
    if is_long and is_own and OSA.distance(one.letters, other.letters) == 1:
        return shared, misprints or [(one.letters, other.letters)], [], []
    return shared, misprints, rest_one, rest_other


def _run_together(words: Sequence[str], rest: Sequence[str], target: Sequence[str]) -> Sequence[str]:
    """Two or three neighbouring words of a name that stand as one word in the other: ``good will``, ``goodwill``."""
    for length in (2, 3):
        for at in range(len(words) - length + 1):
            run = words[at : at + length]
            if "".join(run) in target and not Counter(run) - Counter(rest):
                return run
    return ()


def _misprints(rest_one: list[str], rest_other: list[str]) -> _Pairs:
    """Takes out of both lists the words that differ by a letter or two; two words that both are well known are two words."""
    near = sorted(
        (edits, a, b)
        for a in set(rest_one)
        for b in set(rest_other)
        if (edits := _edits(a, b)) and Sort.OWN in (sort_of(a), sort_of(b))
    )
    found = []
    for _, a, b in near:
        if a in rest_one and b in rest_other:
            rest_one.remove(a)
            rest_other.remove(b)
            found.append((a, b))
    return found


def _edits(a: str, b: str) -> int:
    """Wrong letters between two words; 0 where they are too many, or the words too short, for a misprint."""
    if min(len(a), len(b)) < _ONE_EDIT_FROM:
        return 0
    most = 2 if max(len(a), len(b)) >= _TWO_EDITS_FROM else 1
    edits = OSA.distance(a, b, score_cutoff=most)
    return edits if edits <= most else 0


@lru_cache(maxsize=100_000)
def _is_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word) or (word != "" and _ROMAN.fullmatch(word) is not None)


_WEIGHTS = {Sort.KIND: 0.3, Sort.SUBJECT: 0.6, Sort.PLACE: 0.6, Sort.NUMBER: 0.5}
_OWN_WEIGHTS = (0.4, 0.7, 0.7, 1.0)
"""Of a name's own word of 1, 2, 3 letters, and of more."""


@lru_cache(maxsize=100_000)
def _word_weight(word: str) -> float:
    common = _WEIGHTS.get(sort_of(word))
    return common if common is not None else _OWN_WEIGHTS[min(len(word), len(_OWN_WEIGHTS)) - 1]


def _weight(words: Iterable[str]) -> float:
    """What words weigh: those that many names have less, short ones less."""
    return sum(map(_word_weight, words))
