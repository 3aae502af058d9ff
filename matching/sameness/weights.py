"""The weights of sameness, read from ``matching/weights/sameness.toml``."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, NamedTuple

from matching.sameness.comparable import NameKind
from matching.sameness.likeness import Likeness
from matching.sameness.words import read_toml


class _Within(NamedTuple):
    """What a figure may be, as pydantic asks for it: of itself it is not loaded, since another process judges without it."""

    ge: float
    le: float

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return handler(source) | self._asdict()


Share = Annotated[float, _Within(0, 1)]
For = Annotated[float, _Within(0, math.inf)]
Against = Annotated[float, _Within(-math.inf, 0)]


class _Table:
    """A table of the file: no key may be missing, none unknown."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = {"extra": "forbid"}


@dataclass(frozen=True)
class VerdictWeights(_Table):
    prior: float
    same_from: Share
    kinds_of_evidence: int
    unsure_from: Share
    different_below: Share
    looks_alike_from: For
    contradiction_from: For


@dataclass(frozen=True)
class AddressWeights(_Table):
    same_host: For
    home_and_page: For
    two_pages: For
    sibling_hosts: For
    same_label: For
    misprinted_label: For
    same_mail_domain: For
    same_mailbox: For
    different: Against


@dataclass(frozen=True)
class PhoneWeights(_Table):
    same: For


@dataclass(frozen=True)
class ByRarity(_Table):
    base: For
    rare: For


@dataclass(frozen=True)
class NameWeights(_Table):
    equal: ByRarity
    core: ByRarity
    reordered: ByRarity
    misprint: ByRarity
    translated: ByRarity
    short_form: ByRarity
    contained: ByRarity
    acronym_built: ByRarity
    siblings: Against
    unrelated: Against
    least_shared: int
    rarity_of: For
    rarity_from: For
    rarity_to: For
    place_word: Share
    with_place: Share
    short: tuple[Share, ...]
    short_acronym: tuple[Share, ...]

    @cached_property
    def scales(self) -> Mapping[Likeness, ByRarity]:
        """What each way in which names are alike weighs, where it grows with rarity."""
        return {
            Likeness.EQUAL: self.equal,
            Likeness.CORE: self.core,
            Likeness.MISPRINT: self.misprint,
            Likeness.TRANSLATED: self.translated,
            Likeness.REORDERED: self.reordered,
            Likeness.SHORT: self.short_form,
            Likeness.CONTAINED: self.contained,
            Likeness.ACRONYM: self.acronym_built,
        }


@dataclass(frozen=True)
class CountryWeights(_Table):
    same: For
    different: Against


@dataclass(frozen=True)
class PlaceWeights(_Table):
    same_city: For
    same_region: For
    different_city: Against
    different_region: Against


@dataclass(frozen=True)
class FoundedWeights(_Table):
    same_day: For
    same_year: For
    years_apart: Against


@dataclass(frozen=True)
class BodyWeights(_Table):
    other_kind: Against
    host_and_hosted: Against
    twice_in_one_network: Against


@dataclass(frozen=True)
class SharedLimits(_Table):
    in_one_network: int
    in_all: int


@dataclass(frozen=True)
class CandidateLimits(_Table):
    crowd: int
    acronym_crowd: int
    word_crowd: int
    gram_crowd: int
    place_crowd: int
    country_crowd: int


@dataclass(frozen=True)
class LinkingWeights(_Table):
    least: For
    margin: For


@dataclass(frozen=True)
class Weights(_Table):
    """All weights; each is explained beside its figure in ``matching/weights/sameness.toml``."""

    verdict: VerdictWeights
    address: AddressWeights
    phone: PhoneWeights
    name: NameWeights
    name_kind: dict[NameKind, Share]
    country: CountryWeights
    place: PlaceWeights
    founded: FoundedWeights
    body: BodyWeights
    shared: SharedLimits
    candidates: CandidateLimits
    linking: LinkingWeights

    def with_thresholds(self, same_from: float | None = None, unsure_from: float | None = None) -> Weights:
        """The same weights with other thresholds; None leaves one as it is.

        Raises ValueError where a person would be asked about pairs that are joined, or that are noted as different.
        """
        verdict = replace(
            self.verdict,
            same_from=self.verdict.same_from if same_from is None else same_from,
            unsure_from=self.verdict.unsure_from if unsure_from is None else unsure_from,
        )
        if not verdict.different_below <= verdict.unsure_from < verdict.same_from:
            raise ValueError(
                f"wanted unsure_from from {verdict.different_below:g} on and below same_from, found unsure_from "
                f"{verdict.unsure_from:g} and same_from {verdict.same_from:g}"
            )
        return replace(self, verdict=verdict)


def checked(tables: Mapping[str, Any]) -> Weights:
    """Weights as a file has them.

    Raises:
        pydantic.ValidationError: a key is missing, unknown or out of its range; it says which.
    """
    from pydantic import TypeAdapter  # here, because whoever is given weights does not check them

    return TypeAdapter(Weights).validate_python(tables)


@cache
def shipped() -> Weights:
    """The weights of ``matching/weights/sameness.toml``. Raises as ``checked`` does."""
    return checked(read_toml("weights/sameness.toml"))
