"""The records that sameness compares: what each says, in comparable form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from matching.sameness.comparable import Name, NameKind, name, names, names_a_host, pieces
from matching.sameness.words import folded_words, lazy, word_list
from warehouse.vocabulary import data_rows

if TYPE_CHECKING:
    from tldextract import TLDExtract

_PLAIN_FRONT_PAGE = re.compile(r"https?://[a-z0-9.-]+/?")
_PLAIN_ADDRESS = re.compile(r"https?://([a-z0-9.-]+)(?:/|$)")
SPELT_NAME = 5
"""Letters from which the label of a web address is taken for a spelling of the name."""
_LANGUAGES = ("en", "eng", "english", "sv", "se", "de", "fr", "es", "it", "pt", "nl", "da", "no", "fi", "pl")
_FRONT_PAGES = frozenset({"index", "home", "start", *_LANGUAGES})


@dataclass(frozen=True)
class Facts:
    """One row of the view ``known_records``, as far as sameness reads it. The fields are ClusterProfile's."""

    record_id: int
    network: str
    name: str | None
    native_name: str | None = None
    other_names: tuple[str, ...] = ()
    acronym: str | None = None
    organisation_type: str | None = None
    country: str | None = None
    nuts2: str | None = None
    city: str | None = None
    domain: str | None = None
    website: str | None = None
    role_email: str | None = None
    phone: str | None = None
    founded_on: date | None = None

    @lazy
    def names(self) -> tuple[Name, ...]:
        """Every comparable name, whole ones first; last what the own web address spells."""
        printed = names([self.name, self.native_name, *self.other_names], self.acronym)
        spelt = name(self.domain_label, NameKind.ADDRESS) if len(self.domain_label) >= SPELT_NAME else None
        known = {one.compact for one in printed} | {one.joined for one in printed}
        return (*printed, spelt) if spelt is not None and spelt.compact not in known else printed

    @lazy
    def whole_names(self) -> tuple[Name, ...]:
        """The names that stand for the whole body: no acronyms, no parts of a line."""
        return tuple(one for one in self.names if one.kind is NameKind.FULL)

    @lazy
    def single_names(self) -> tuple[Name, ...]:
        """The whole names that are one name, not a line of several."""
        return tuple(one for one in self.whole_names if next(pieces(one.printed), None) is None)

    @lazy
    def by_compact(self) -> Mapping[str, Name]:
        """Comparable names by their core run together; the strongest where two share one."""
        found: dict[str, Name] = {}
        for one in self.names:
            found.setdefault(one.compact, one)
        return found

    @lazy
    def by_printed_compact(self) -> Mapping[str, Name]:
        """Likewise, without what the web address spells."""
        return {core: one for core, one in self.by_compact.items() if one.kind is not NameKind.ADDRESS}

    @lazy
    def is_host(self) -> bool:
        """Whether a name says that the body houses or owns others."""
        return any(names_a_host(one.words) for one in self.whole_names)

    @lazy
    def city_words(self) -> tuple[str, ...]:
        """The folded words of the city's name."""
        return folded_words(self.city) if self.city else ()

    @lazy
    def city_set(self) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.city_words)

    @lazy
    def place_words(self) -> frozenset[str]:
        """Folded words that say where the record is: city, region, country (in English and its own languages), compass."""
        return place_words(self.country, self.nuts2, self.city_words)

    @lazy
    def local_words(self) -> frozenset[str]:
        """Folded words that name where within its country the record is: city and region."""
        return local_words(self.country, self.nuts2, self.city_words)

    @lazy
    def domain_label(self) -> str:
        """The registrable domain without its ending, which is a public suffix: ``paperprovince``."""
        return self.domain.partition(".")[0] if self.domain else ""

    @lazy
    def host(self) -> str | None:
        """The host of a usable website, without ``www.``; the registrable domain where the printed address says no more."""
        return site_of(self.domain, self.website)

    @lazy
    def page(self) -> str:
        """The path of the website below its front page; empty for a front page in any language."""
        return page_of(self.website) if self.website else ""

    @lazy
    def mail_domain(self) -> str | None:
        """The registrable domain of the role mailbox."""
        return mail_domain_of(self.role_email, self.domain)


def site_of(domain: str | None, website: str | None) -> str | None:
    """As ``Facts.host`` says."""
    if not domain:
        return None
    host = _host_of(website) if website else ""
    return host if host.endswith(domain) else domain


def mail_domain_of(role_email: str | None, domain: str | None) -> str | None:
    """As ``Facts.mail_domain`` says."""
    if not role_email:
        return None
    host = role_email.rpartition("@")[2].lower()
    return host if host == domain else registrable(host)


@lru_cache(maxsize=20_000)
def registrable(host: str) -> str | None:
    """The registrable domain of a host; None where it has none."""
    return _suffixes()(host).top_domain_under_public_suffix.lower() or None


@cache
def _suffixes() -> TLDExtract:
    """The bundled list of public suffixes: nothing is fetched, nothing written."""
    from tldextract import TLDExtract  # here, because it brings a web client along, and other processes rarely need it

    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def page_of(website: str) -> str:
    """The path of a website below its front page; empty for a front page in any language."""
    if _PLAIN_FRONT_PAGE.fullmatch(website):
        return ""
    parts = urlsplit(_with_scheme(website)).path.lower().split("/")
    return "/".join(part for part in parts if part and part.partition(".")[0] not in _FRONT_PAGES)


def _host_of(website: str) -> str:
    plain = _PLAIN_ADDRESS.match(website)
    # Taking an address apart is slow, and nearly all are of one simple form.
    host = plain[1] if plain else urlsplit(_with_scheme(website)).hostname or ""
    return host.removeprefix("www.")


def _with_scheme(address: str) -> str:
    return address if "//" in address else f"//{address}"


@cache
def _country_words(country: str | None) -> frozenset[str]:
    """Names of a country and of its people's languages (``Latvian``), in English and in its official languages, and its code."""
    return frozenset(_words_of_countries().get(country, (country.lower(),))) if country else frozenset()


@cache
def _words_of_countries() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = json.loads(files("matching").joinpath("data", "country_words.json").read_text(encoding="utf-8"))
    return found


# Records of one place share the very same sets: putting two of them together is then a look-up.
@lru_cache(maxsize=20_000)
def place_words(country: str | None, region: str | None, city: tuple[str, ...]) -> frozenset[str]:
    """Folded words that say where something is: city (its words), region, country and compass."""
    area = area_words(country, region)
    return area.union(city) if city else area


@lru_cache(maxsize=20_000)
def local_words(country: str | None, region: str | None, city: tuple[str, ...]) -> frozenset[str]:
    """Likewise, where within its country only."""
    local = frozenset(city) | _region_words(region)
    return local - nowhere_within(country) if local else local


@cache
def nowhere_within(country: str | None) -> frozenset[str]:
    """Folded words that say nothing of where within a country a record is, although they stand in names of places."""
    return _country_words(country) | word_list("place") | word_list("small")


@cache
def area_words(country: str | None, region: str | None) -> frozenset[str]:
    """Likewise, without the city."""
    return _country_words(country) | _region_words(region) | word_list("place")


@cache
def _regions() -> Mapping[str, str]:
    return {row["code"]: row["label"] for row in data_rows("nuts2024_codes")}


@cache
def _region_words(code: str | None) -> frozenset[str]:
    """Words of the names of a NUTS region, of those that it lies in and of those that lie in it."""
    if not code:
        return frozenset()
    around = (label for one, label in _regions().items() if len(one) > 2 and (one.startswith(code) or code.startswith(one)))
    return frozenset(word for label in around for word in folded_words(label))


COLUMNS = tuple(one.name for one in fields(Facts))
"""Of ``known_records``, in the order of ``Facts``."""


def from_rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[Facts]:
    """Records from rows of ``COLUMNS``."""
    for number, network, printed, native, others, *rest in rows:
        yield Facts(number, network, printed, native, tuple(others or ()), *rest)
