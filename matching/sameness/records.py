"""The records that sameness compares, and what only all of them together can tell: rare words, shared addresses."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache, cached_property
from urllib.parse import urlsplit

from babel import Locale
from babel.languages import get_official_languages
from babel.localedata import exists as has_locale
from tldextract import TLDExtract

from matching.sameness.comparable import Name, NameKind, folded_words, name, names, pieces, read_toml, word_list
from matching.sameness.weights import Weights
from warehouse.connection import Connection
from warehouse.vocabulary import data_rows

_SUFFIXES = TLDExtract(suffix_list_urls=(), cache_dir=None)
"""The bundled list of public suffixes: nothing is fetched, nothing written."""
_SPELT_NAME = 5
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

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Every comparable name, whole ones first; last what the own web address spells."""
        printed = names([self.name, self.native_name, *self.other_names], self.acronym)
        spelt = name(self.domain_label, NameKind.ADDRESS) if len(self.domain_label) >= _SPELT_NAME else None
        known = {one.compact for one in printed} | {one.joined for one in printed}
        return (*printed, spelt) if spelt is not None and spelt.compact not in known else printed

    @cached_property
    def whole_names(self) -> tuple[Name, ...]:
        """The names that stand for the whole body: no acronyms, no parts of a line."""
        return tuple(one for one in self.names if one.kind is NameKind.FULL)

    @cached_property
    def single_names(self) -> tuple[Name, ...]:
        """The whole names that are one name, not a line of several."""
        return tuple(one for one in self.whole_names if next(pieces(one.printed), None) is None)

    @cached_property
    def by_compact(self) -> Mapping[str, Name]:
        """Comparable names by their core run together; the strongest where two share one."""
        found: dict[str, Name] = {}
        for one in self.names:
            found.setdefault(one.compact, one)
        return found

    @cached_property
    def city_words(self) -> tuple[str, ...]:
        """The folded words of the city's name."""
        return folded_words(self.city) if self.city else ()

    @cached_property
    def place_words(self) -> frozenset[str]:
        """Folded words that say where the record is: city, region, country (in English and its own languages), compass."""
        return frozenset(self.city_words) | _country_words(self.country) | _region_words(self.nuts2) | word_list("place")

    @cached_property
    def domain_label(self) -> str:
        """The registrable domain without its ending: ``paperprovince``."""
        return _SUFFIXES(self.domain).domain if self.domain else ""

    @cached_property
    def host(self) -> str | None:
        """The host of a usable website, without ``www.``; the registrable domain where the printed address says no more."""
        if not self.domain:
            return None
        host = (urlsplit(_with_scheme(self.website)).hostname or "").removeprefix("www.") if self.website else ""
        return host if host.endswith(self.domain) else self.domain

    @cached_property
    def page(self) -> str:
        """The path of the website below its front page; empty for a front page in any language."""
        parts = urlsplit(_with_scheme(self.website)).path.lower().split("/") if self.website else []
        return "/".join(part for part in parts if part and part.partition(".")[0] not in _FRONT_PAGES)

    @cached_property
    def mail_domain(self) -> str | None:
        """The registrable domain of the role mailbox."""
        if not self.role_email:
            return None
        return _SUFFIXES(self.role_email.rpartition("@")[2]).top_domain_under_public_suffix.lower() or None


def _with_scheme(address: str) -> str:
    return address if "//" in address else f"//{address}"


@cache
def _country_words(country: str | None) -> frozenset[str]:
    """Names of a country and of its people's languages (``Latvian``), in English and in its official languages (Unicode CLDR)."""
    if country is None:
        return frozenset()
    english = Locale("en")
    printed = [english.territories.get(country)]
    for code in filter(has_locale, get_official_languages(country, de_facto=True)):
        own = Locale.parse(code)
        printed += [own.territories.get(country), english.languages.get(code), own.languages.get(code)]
    return frozenset(word for text in printed if text for word in folded_words(text)) | {country.lower()}


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


class Population:
    """What all the records together tell of one of them.

    Arguments:
        records: every record that is compared.
        weights: the limits of ``[shared]`` and the rarity of ``[name]``.
    """

    def __init__(self, records: Sequence[Facts], weights: Weights) -> None:
        self._weights = weights
        self._frequency, self._names = _word_frequencies(records)
        shared = read_toml("data/shared_hosts.toml")
        self._providers = frozenset(shared["mail"])
        self._many_mail = self._used_by_many(records, lambda record: record.mail_domain) - self._providers
        self._shared_sites = frozenset(shared["sites"]) | self._used_by_many(records, lambda record: record.host)
        self._shared_mail = self._providers | frozenset(shared["sites"]) | self._many_mail
        self._shared_phones = self._used_by_many(records, lambda record: record.phone)
        self._idf: dict[str, float] = {}

    def _used_by_many(self, records: Iterable[Facts], address: Callable[[Facts], str | None]) -> frozenset[str]:
        """Addresses that too many differently named records use.

        One body has a name in each of several languages, but one network rarely lists it under three of them:
        so the stricter limit counts within one network.
        """
        users: dict[str, list[Facts]] = defaultdict(list)
        for record in records:
            found = address(record)
            if found:
                users[found].append(record)
        limits = self._weights.shared
        return frozenset(
            found
            for found, by in users.items()
            if len(by) >= min(limits.in_all, limits.in_one_network)
            and (_differently_named(by) >= limits.in_all or _most_in_one_network(by) >= limits.in_one_network)
        )

    def is_shared_site(self, record: Facts) -> bool:
        """Whether a record's website is on a host that unrelated bodies use."""
        return record.host in self._shared_sites or record.domain in self._shared_sites

    def is_shared_mail(self, domain: str) -> bool:
        """Whether a mail domain is a provider's, or one that unrelated bodies of these records use."""
        return domain in self._shared_mail

    def is_used_by_many(self, mail_domain: str | None) -> bool:
        """Whether unrelated bodies of these records use a mail domain; providers, with a mailbox for everyone, are not meant."""
        return mail_domain in self._many_mail

    def is_shared_phone(self, phone: str) -> bool:
        """Whether a number is the switchboard of unrelated bodies."""
        return phone in self._shared_phones

    def frequency(self, word: str) -> int:
        """How many bearers a folded word of a name has in one network at most."""
        return self._frequency.get(word, 0)

    def idf(self, word: str) -> float:
        """ln(names / names with the word), the bearer itself not counted.

        Names are those of the largest network here and those counted in ``data/word_frequencies.toml``:
        so that a handful of records knows, too, that "digital" is common.
        """
        known = self._idf.get(word)
        if known is None:
            background, of = _background()
            others = max(0, self.frequency(word) - 1) + background.get(word, 0)
            known = self._idf[word] = math.log((self._names + of + 1) / (others + 0.5))
        return known

    def rarity(self, words: Iterable[str], places: frozenset[str] = frozenset()) -> float:
        """0 for words that many bear together, 1 for words that nobody else bears.

        Arguments:
            words: folded words of a name that two records share.
            places: words that only say where; they count for less.
        """
        weights = self._weights.name
        total = sum(self.idf(word) * (weights.place_word if word in places else 1.0) for word in words)
        return min(1.0, max(0.0, (total - weights.rarity_from) / (weights.rarity_to - weights.rarity_from)))


@cache
def _background() -> tuple[Mapping[str, int], int]:
    facts = read_toml("data/word_frequencies.toml")
    return facts["words"], facts["organisations"]


def _word_frequencies(records: Iterable[Facts]) -> tuple[Mapping[str, int], int]:
    """The most bearers within one network of each word of a name, and the number of bearers in the largest network.

    Records of one name in one place count as one bearer, and networks are not added up: else a body that three pages and
    seven networks list would make its own name common.
    """
    bearers: dict[str, dict[object, set[str]]] = defaultdict(lambda: defaultdict(set))
    for record in records:
        if record.whole_names:
            bearer = (record.whole_names[0].joined, record.country, record.city_words)
            bearers[record.network][bearer].update(word for one in record.whole_names for word in one.words)
    most: Counter[str] = Counter()
    for of_one in bearers.values():
        most |= Counter(word for words in of_one.values() for word in words)
    return most, max(map(len, bearers.values()), default=0)


def _most_in_one_network(records: Sequence[Facts]) -> int:
    by_network: dict[str, list[Facts]] = defaultdict(list)
    for record in records:
        by_network[record.network].append(record)
    return max(_differently_named(of_one) for of_one in by_network.values())


def _differently_named(records: Sequence[Facts]) -> int:
    """How many groups records fall into when those that share a comparable name stand together."""
    groups: list[set[str]] = []
    for record in records:
        joined = {one.compact for one in record.names if one.kind is not NameKind.ADDRESS}
        apart = [group for group in groups if not group & joined]
        groups = [*apart, joined.union(*(group for group in groups if group & joined))]
    return len(groups)


_COLUMNS = tuple(one.name for one in fields(Facts))


def read_records(con: Connection) -> tuple[Facts, ...]:
    """All rows of ``known_records``, gone ones too (their judgements stand), by number."""
    rows = con.execute(f"SELECT {', '.join(_COLUMNS)} FROM known_records ORDER BY record_id").fetchall()  # noqa: S608  our own names
    read = (dict(zip(_COLUMNS, row, strict=True)) for row in rows)
    return tuple(Facts(**row | {"other_names": tuple(row["other_names"] or ())}) for row in read)
