"""The weights of sameness, read from ``matching/weights/sameness.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from matching.sameness.comparable import NameKind
from matching.sameness.likeness import Likeness
from matching.sameness.words import read_toml

Share = Annotated[float, Field(ge=0, le=1)]
For = Annotated[float, Field(ge=0)]
Against = Annotated[float, Field(le=0)]


class _Table(BaseModel):
    """A table of the file: no key may be missing, none unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class VerdictWeights(_Table):
    prior: float
    same_from: Share
    kinds_of_evidence: int
    unsure_from: Share
    different_below: Share
    looks_alike_from: For
    contradiction_from: For


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


class PhoneWeights(_Table):
    same: For


class ByRarity(_Table):
    base: For
    rare: For


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


class CountryWeights(_Table):
    same: For
    different: Against


class PlaceWeights(_Table):
    same_city: For
    same_region: For
    different_city: Against
    different_region: Against


class FoundedWeights(_Table):
    same_day: For
    same_year: For
    years_apart: Against


class BodyWeights(_Table):
    other_kind: Against
    host_and_hosted: Against
    twice_in_one_network: Against


class SharedLimits(_Table):
    in_one_network: int
    in_all: int


class CandidateLimits(_Table):
    crowd: int
    acronym_crowd: int
    word_crowd: int
    gram_crowd: int
    place_crowd: int
    country_crowd: int


class LinkingWeights(_Table):
    least: For
    margin: For


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
        given = {"same_from": same_from, "unsure_from": unsure_from}
        verdict = self.verdict.model_copy(update={key: value for key, value in given.items() if value is not None})
        if not verdict.different_below <= verdict.unsure_from < verdict.same_from:
            raise ValueError(
                f"wanted unsure_from from {verdict.different_below:g} on and below same_from, found unsure_from "
                f"{verdict.unsure_from:g} and same_from {verdict.same_from:g}"
            )
        return self.model_copy(update={"verdict": verdict})


@cache
def shipped() -> Weights:
    """The weights of ``matching/weights/sameness.toml``.

    Raises:
        pydantic.ValidationError: a key is missing, unknown or out of its range; it says which.
    """
    return Weights.model_validate(read_toml("weights/sameness.toml"))
