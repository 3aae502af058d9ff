"""What only all records together can tell of one of them: how rare its words are, and which addresses many share."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from matching.sameness.comparable import NameKind
from matching.sameness.records import Facts
from matching.sameness.words import read_toml

if TYPE_CHECKING:
    from matching.sameness.weights import SharedLimits, Weights

_EXACT_UP_TO = 2


class Address(StrEnum):
    """Kinds of addresses that unrelated bodies may share."""

    SITE = "site"
    MAIL = "mail"
    PHONE = "phone"


class Place(NamedTuple):
    """An address of a kind."""

    kind: Address
    address: str


def places(record: Facts) -> list[Place]:
    """The addresses by which a record is known."""
    said = ((Address.SITE, record.host), (Address.MAIL, record.mail_domain), (Address.PHONE, record.phone))
    return [Place(kind, address) for kind, address in said if address]


@dataclass(frozen=True)
class Bearer:
    """Who bears words: records of one name in one place count as one, or a body's three pages would make its own name common."""

    network: str
    identity: str
    words: tuple[str, ...]


def bearer(record: Facts) -> Bearer | None:
    """None for a record without a whole name."""
    whole = record.whole_names
    if not whole:
        return None
    identity = " ".join((whole[0].joined, record.country or "", *record.city_words))
    return Bearer(record.network, identity, tuple(sorted({word for one in whole for word in one.words})))


def rounded(bearers: int) -> int:
    """A number of bearers as it counts: exactly to two, from there the next power of two.

    So a record more or less changes few judgements, and what it does change is found by comparing the rounded numbers.
    """
    return bearers if bearers <= _EXACT_UP_TO else 1 << (bearers - 1).bit_length()


class Population:
    """How rare words are and which addresses are shared.

    Arguments:
        frequency: bearers of a word within the network where it has most; words of a single bearer may be absent.
        shared: addresses that differently named records use.
    """

    def __init__(self, frequency: Mapping[str, int], shared: Iterable[Place], weights: Weights) -> None:
        self._weights = weights
        self._frequency = frequency
        by_kind: dict[Address, set[str]] = {kind: set() for kind in Address}
        for kind, address in shared:
            by_kind[kind].add(address)
        providers, sites = _known_to_be_shared()
        self.mail_of_many = frozenset(by_kind[Address.MAIL]) - providers
        self.shared_hosts = sites | by_kind[Address.SITE]
        self.shared_mail = providers | sites | self.mail_of_many
        self.shared_phones = frozenset(by_kind[Address.PHONE])
        self._idf: dict[str, float] = {}

    @classmethod
    def of(cls, records: Sequence[Facts], weights: Weights) -> Population:
        """The population that these records are."""
        users: dict[Place, list[Facts]] = defaultdict(list)
        bearers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for record in records:
            for place in places(record):
                users[place].append(record)
            if found := bearer(record):
                bearers[found.network][found.identity].update(found.words)
        most: Counter[str] = Counter()
        for of_one in bearers.values():
            most |= Counter(word for words in of_one.values() for word in words)
        shared = [place for place, by in users.items() if is_shared(by, weights.shared)]
        return cls(most, shared, weights)

    def is_shared_site(self, record: Facts) -> bool:
        """Whether a record's website is on a host that unrelated bodies use."""
        return self.is_shared_host(record.host) or self.is_shared_host(record.domain)

    def is_shared_host(self, host: str | None) -> bool:
        """Whether unrelated bodies use a host or domain."""
        return host in self.shared_hosts

    def is_shared_mail(self, domain: str) -> bool:
        """Whether a mail domain is a provider's, or one that unrelated bodies of these records use."""
        return domain in self.shared_mail

    def is_used_by_many(self, mail_domain: str | None) -> bool:
        """Whether unrelated bodies of these records use a mail domain; providers, with a mailbox for everyone, are not meant."""
        return mail_domain in self.mail_of_many

    def is_shared_phone(self, phone: str) -> bool:
        """Whether a number is the switchboard of unrelated bodies."""
        return phone in self.shared_phones

    def others(self, word: str) -> int:
        """How many others bear a folded word of a name in one network at most, rounded."""
        return max(0, rounded(self._frequency.get(word, 1)) - 1)

    def idf(self, word: str) -> float:
        """ln(``rarity_of`` / others with the word), at least 0.

        Others are those of the network where most bear it, and those counted in ``data/word_frequencies.toml``: so that a handful
        of records knows, too, that "digital" is common.
        """
        known = self._idf.get(word)
        if known is None:
            background = _background()
            others = self.others(word) + background.get(word, 0)
            known = self._idf[word] = max(0.0, math.log(self._weights.name.rarity_of / (others + 0.5)))
        return known

    def borne_by_others(self, words: Set[str]) -> list[str]:
        """Those of some words that may not be as rare as can be: few of the words of names."""
        return [*((words & self._frequency.keys()) | (words & _background().keys()))]

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
def _known_to_be_shared() -> tuple[frozenset[str], frozenset[str]]:
    """Providers of mailboxes for everyone, and hosts of websites for everyone."""
    known = read_toml("data/shared_hosts.toml")
    return frozenset(known["mail"]), frozenset(known["sites"])


@cache
def _background() -> Mapping[str, int]:
    words: dict[str, int] = read_toml("data/word_frequencies.toml")["words"]
    return words


def is_shared(users: Sequence[Facts], limits: SharedLimits) -> bool:
    """Whether too many differently named records use an address.

    One body has a name in each of several languages, but one network rarely lists it under three of them: so the stricter limit
    counts within one network.
    """
    if len(users) < min(limits.in_all, limits.in_one_network):
        return False
    return _differently_named(users) >= limits.in_all or _most_in_one_network(users) >= limits.in_one_network


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
