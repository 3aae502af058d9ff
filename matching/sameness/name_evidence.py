"""What the names of two records say for and against their being one organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from matching.sameness.comparable import (
    CERTAIN_ACRONYM,
    LONGEST_ACRONYM,
    WORDS_OF_AN_ACRONYM,
    Name,
    NameKind,
    abbreviates,
    initials,
    looks_like_acronym,
    spelt_in_capitals,
)
from matching.sameness.evidence import Evidence, Kind
from matching.sameness.likeness import AGREEING, Likeness, compare, names_clusters_of_a_place
from matching.sameness.population import Population
from matching.sameness.records import Facts
from matching.sameness.translation import Sort, sort_of
from matching.sameness.weights import Weights
from matching.sameness.words import folded_words, word_list


class Naming(NamedTuple):
    """What the names of two records say, and how alike the closest two are."""

    evidence: Evidence
    likeness: Likeness


def names(left: Facts, right: Facts, population: Population, weights: Weights) -> Naming | None:
    """Every name with every name; the pair that says most for sameness counts. None where a record has no comparable name."""
    pairs = _pairs(left, right, population)
    if not pairs:
        return None
    places, local = common_places(left, right), left.local_words | right.local_words
    weighed = [(*_weigh(one, other, places, local, population, weights), one, other) for one, other in pairs]
    # Of pairs that weigh the same, one is chosen that does not depend on which record comes first.
    weight, likeness, one, other = weighed[0] if len(weighed) == 1 else max(weighed, key=_rank)
    best, by_piece = Naming(_evidence(weight, one, other, likeness), likeness), not _is_whole(one, other)
    if likeness not in AGREEING:
        built = _acronym(left, right, weights)
        if built is not None and built.weight > weight:
            best, by_piece = Naming(built, Likeness.ACRONYM), True
    if by_piece and _part_company(left, right, places):
        # Branches of one family share its acronym or begin alike: whole names that go on differently weigh more.
        return Naming(best.evidence._replace(weight=best.evidence.weight + weights.name.siblings), Likeness.SIBLINGS)
    return best


def _rank(weighed: tuple[float, Likeness, Name, Name]) -> tuple[float, bool, str]:
    weight, likeness, one, other = weighed
    return round(weight, 9), _is_whole(one, other), likeness.value


def _is_whole(one: Name, other: Name) -> bool:
    return one.kind is other.kind is NameKind.FULL


def _evidence(weight: float, one: Name, other: Name, likeness: Likeness) -> Evidence:
    return Evidence(Kind.NAME, weight, one.printed, other.printed, likeness.value)


def common_places(left: Facts, right: Facts) -> frozenset[str]:
    """The words that say where both are; only those of the compass where the countries differ."""
    if left.country != right.country and left.country and right.country:
        return word_list("place")
    one, other = left.place_words, right.place_words
    return one if one is other else _together(one, other)


@lru_cache(maxsize=1_000)  # of some fifty words each
def _together(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one | other


def _pairs(left: Facts, right: Facts, population: Population) -> Sequence[tuple[Name, Name]]:
    """The pairs worth comparing: where some are equal, those alone.

    What a web address spells is no name where both have the address, or many.
    """
    has_same_site = left.host == right.host
    lefts = _borne(left, population, has_same_site)
    rights = _borne(right, population, has_same_site)
    shared = lefts.keys() & rights.keys()
    equal = [(lefts[core], rights[core]) for core in (sorted(shared) if len(shared) > 1 else shared)]
    return [
        (one, other)
        for one, other in equal or product(lefts.values(), rights.values())
        if not one.kind is other.kind is NameKind.ADDRESS
    ]


def _borne(record: Facts, population: Population, has_same_site: bool) -> Mapping[str, Name]:
    """A record's names by their core, without what its web address spells where that is no name."""
    is_none = has_same_site or population.is_shared_site(record)
    return record.by_printed_compact if is_none else record.by_compact


def _weigh(
    one: Name, other: Name, places: frozenset[str], local: frozenset[str], population: Population, weights: Weights
) -> tuple[float, Likeness]:
    """What two names weigh together, and how alike they are."""
    likeness, shared = compare(one, other, places)
    if likeness is Likeness.UNRELATED:
        return weights.name.unrelated, likeness
    scale = weights.name.scales.get(likeness)
    if scale is None:
        return weights.name.siblings, likeness
    if likeness is Likeness.EQUAL:
        rarity = population.rarity(shared, places)
        if not local.isdisjoint(one.words):
            # "Clusters of Skåne": common words, and a place within the country: there is one.
            rarity = max(rarity, weights.name.with_place)
        rarity *= _shortness(len(one.joined), weights.name.short)
    elif likeness is Likeness.MISPRINT:
        rarity = population.rarity(shared, places) * _shortness(min(len(one.compact), len(other.compact)), weights.name.short)
    elif likeness is Likeness.TRANSLATED:
        where = frozenset([word for word in shared if sort_of(word) is Sort.PLACE])
        is_only_there = names_clusters_of_a_place(one)
        rarity = weights.name.with_place if is_only_there else population.rarity(shared, places | where)
    else:
        # Where something differs, several common words together distinguish nobody; one rare word does.
        rarity = max([population.rarity((word,), places) for word in shared], default=0.0)
        rarity *= _shortness(min(len(one.compact), len(other.compact)), weights.name.short)
    kind = min(weights.name_kind[one.kind], weights.name_kind[other.kind])
    return (scale.base + scale.rare * rarity) * kind, likeness


def _shortness(letters: int, short: Sequence[float]) -> float:
    """The share of its rarity that a short name keeps: three letters meet by chance."""
    return short[letters - 1] if letters <= len(short) else 1.0


def _acronym(left: Facts, right: Facts, weights: Weights) -> Evidence | None:
    """One record's short names against the beginnings of the words of the other's whole names; the longest that fits."""
    best: Evidence | None = None
    for one, other, is_turned in ((left, right, False), (right, left, True)):
        for short in one.names:
            letters = len(short.compact)
            if len(short.core) > 1 or not weights.name.least_shared <= letters <= LONGEST_ACRONYM:
                continue
            whole = next((whole for whole in other.whole_names if _shortens(short, whole)), None)
            if whole is None:
                continue
            scale = weights.name.acronym_built
            weight = scale.base + scale.rare * _shortness(letters, weights.name.short_acronym)
            if best is None or weight > best.weight:
                printed = (whole.printed, short.printed) if is_turned else (short.printed, whole.printed)
                best = Evidence(Kind.NAME, weight, *printed, Likeness.ACRONYM.value)
    return best


def _shortens(short: Name, whole: Name) -> bool:
    return len(whole.words) >= WORDS_OF_AN_ACRONYM and shortens(short.printed, short.compact, whole.printed)


def shortens(short: str, letters: str, whole: str) -> bool:
    """Whether a short name is built of a whole one: of the initials, also translated, or of several letters a word.

    Arguments:
        short, whole: as printed; the whole one has two words at least.
        letters: the short one folded.
    """
    built = initials(whole)
    if letters in built or spelt_in_capitals(short) in built:
        return True
    is_meant_so = looks_like_acronym(short) or len(letters) > CERTAIN_ACRONYM
    return is_meant_so and abbreviates(letters, folded_words(whole))


def _part_company(left: Facts, right: Facts, places: frozenset[str]) -> bool:
    """Whether two names go on differently after a common beginning, and none agree.

    A line of several names ("OREEC (Kunnskapsbyen Lillestrøm)") is held against another such line only: what it adds may be
    a translation.
    """
    lefts, rights = left.single_names, right.single_names
    if not lefts and not rights:
        lefts, rights = left.whole_names, right.whole_names
    likenesses = {compare(one, other, places).likeness for one in lefts for other in rights}
    return Likeness.SIBLINGS in likenesses and not likenesses & AGREEING
