"""ClusterProfile: what one network says of one cluster, in our words; the one shape the warehouse accepts."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_serializer,
    field_validator,
    model_validator,
)

from warehouse import vocabulary
from warehouse.vocabulary import FoundedPrecision, LabelLevel, OrganisationType

EXTRACT_LENGTH = 300
"""Characters of free text that may be stored (a short extract with its source, not the text)."""


def _one_of(values: tuple[str, ...] | frozenset[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in values:
            raise ValueError(f"wanted one of the {len(values)} {what}, found {value!r}")
        return value

    return AfterValidator(check)


def _http(value: str) -> str:
    if not re.match(r"https?://[^\s/]+", value):
        raise ValueError(f"wanted an http(s) address, found {value!r}")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
HttpUrl = Annotated[str, AfterValidator(_http)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Nuts2 = Annotated[str, _one_of(vocabulary.nuts2_codes(), "NUTS 2024 level 2 codes")]
Ecosystem = Annotated[str, _one_of(vocabulary.ecosystems(), "industrial ecosystems")]
Sector = Annotated[str, _one_of(vocabulary.sectors(), "sectoral industries")]
EmergingIndustry = Annotated[str, _one_of(vocabulary.emerging_industries(), "emerging industries")]
Nace = Annotated[str, StringConstraints(pattern=r"^([A-V]|\d{2}(\.\d{1,2})?)$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Extract = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=EXTRACT_LENGTH)]
Count = Annotated[int, Field(ge=0)]


class Label(BaseModel):
    """One quality label. ``level`` is None for labels other than the excellence label; ``issuer`` then is the label's text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: LabelLevel | None = None
    issuer: Text | None = None
    awarded: date | None = None
    valid_until: date | None = None


class ClusterProfile(BaseModel):
    """What one network says of one cluster. None: not said; an empty tuple: nothing said; a printed zero is 0."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: Text
    source_key: Text
    url: HttpUrl
    name: Text
    native_name: Text | None = None
    other_names: tuple[Text, ...] = ()
    acronym: Text | None = None
    organisation_type: OrganisationType | None = None
    country: CountryCode | None = None
    region_printed: Text | None = None
    nuts2: Nuts2 | None = None
    city: Text | None = None
    postcode: Text | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    website: Text | None = None
    """As printed, also when unusable (``wwwcompare.se``): only ``domain`` says that it can be relied on."""
    domain: Text | None = None
    role_email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    phone: Annotated[str, StringConstraints(pattern=r"^\+\d{4,15}$")] | None = None
    founded_on: date | None = None
    founded_precision: FoundedPrecision | None = None
    staff_min: Count | None = None
    staff_max: Count | None = None
    members_total: Count | None = None
    members_sme: Count | None = None
    members_startup: Count | None = None
    """A subset of ``members_sme``: never added to it."""
    members_large: Count | None = None
    members_research: Count | None = None
    members_other: Count | None = None
    ecosystems: tuple[Ecosystem, ...] = ()
    sectors: tuple[Sector, ...] = ()
    nace: tuple[Nace, ...] = ()
    technologies: tuple[Text, ...] = ()
    s3_priorities: tuple[Text, ...] = ()
    emerging_industries: tuple[EmergingIndustry, ...] = ()
    languages: tuple[Language, ...] = ()
    labels: tuple[Label, ...] = ()
    memberships: tuple[Text, ...] = ()
    partnerships: tuple[Text, ...] = ()
    target_countries: tuple[CountryCode, ...] = ()
    keywords: tuple[Text, ...] = ()
    extracts: dict[Language, Extract] = {}
    completeness: Annotated[int, Field(ge=0, le=100)] | None = None
    """Per cent, as the network prints it."""
    profile_updated_on: date | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.founded_on is None) != (self.founded_precision is None):
            raise ValueError("founded_on and founded_precision are given together or not at all")
        if self.staff_min is not None and self.staff_max is not None and self.staff_min > self.staff_max:
            raise ValueError(f"wanted staff_min <= staff_max, found {self.staff_min} > {self.staff_max}")
        return self

    @field_validator("founded_on", mode="before")
    @classmethod
    def _founded_from_json(cls, value: object) -> object:
        """The way back from ``YYYY`` and ``YYYY-MM``, which would otherwise be read as seconds, or not at all."""
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}(-[0-9]{2})?", value):
            return (value + "-01-01")[:10]
        return value

    @field_serializer("founded_on", when_used="json")
    def _founded_as_printed(self, value: date | None) -> str | None:
        return None if value is None else written_date(value, self.founded_precision)


def written_date(value: date, precision: FoundedPrecision | None) -> str:
    """``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``, no more than was printed."""
    length = {FoundedPrecision.YEAR: 4, FoundedPrecision.MONTH: 7}.get(precision or FoundedPrecision.DAY, 10)
    return value.isoformat()[:length]
