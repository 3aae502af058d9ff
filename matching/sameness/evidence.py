"""What speaks for and against two records being one organisation: small pure functions, each with its reason in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from matching.sameness.comparable import Name, NameKind, initials, names_a_host, word_list
from matching.sameness.likeness import AGREEING, Likeness, compare
from matching.sameness.records import Facts, Population
from matching.sameness.weights import ByRarity, Weights


class Kind(StrEnum):
    """Kinds of evidence; two of a kind count as one where it is asked how many speak."""

    NAME = "name"
    ADDRESS = "address"
    PHONE = "phone"
    COUNTRY = "country"
    PLACE = "place"
    FOUNDED = "founded"
    BODY = "body"


@dataclass(frozen=True)
class Evidence:
    """One reason.

    Arguments:
        kind: what it rests on.
        weight: log-odds, positive for one organisation, negative against.
        left, right: what the two records say, as printed.
        because: a clause for people: "names alike but for the legal form".
    """

    kind: Kind
    weight: float
    left: str
    right: str
    because: str


class Naming(NamedTuple):
    """What the names of two records say, and how alike the closest two are."""

    evidence: Evidence
    likeness: Likeness


def names(left: Facts, right: Facts, population: Population, weights: Weights) -> Naming | None:
    """Every name with every name; the pair that says most for sameness counts. None where a record has no comparable name."""
    places = common_places(left, right)
    best: Naming | None = None
    best_rank: tuple[float, bool, str] = (0.0, False, "")
    for one, other in _pairs(left, right):
        found = _weigh(one, other, places, population, weights)
        is_whole = one.kind is other.kind is NameKind.FULL
        # Of pairs that weigh the same, one is chosen that does not depend on which record comes first.
        rank = (round(found.evidence.weight, 9), is_whole, str(found.likeness))
        if best is None or rank > best_rank:
            best, best_rank, by_piece = found, rank, not is_whole
    if best is None:
        return None
    if best.likeness not in AGREEING:
        built = _acronym(left, right, weights)
        if built is not None and built.weight > best.evidence.weight:
            best, by_piece = Naming(built, Likeness.ACRONYM), True
    if by_piece and _part_company(left, right, places):
        # Branches of one family share its acronym or begin alike: whole names that go on differently weigh more.
        return Naming(replace(best.evidence, weight=best.evidence.weight + weights.name.siblings), Likeness.SIBLINGS)
    return best


def common_places(left: Facts, right: Facts) -> frozenset[str]:
    """The words that say where both are; only those of the compass where the countries differ."""
    if left.country != right.country and left.country and right.country:
        return word_list("place")
    return left.place_words | right.place_words


def _pairs(left: Facts, right: Facts) -> Iterator[tuple[Name, Name]]:
    """The pairs worth comparing: where some are equal, those alone; two web addresses are not names of each other."""
    equal = left.by_compact.keys() & right.by_compact.keys()
    if equal:
        pairs = ((left.by_compact[core], right.by_compact[core]) for core in sorted(equal))
    else:
        pairs = ((one, other) for one in left.names for other in right.names)
    return ((one, other) for one, other in pairs if not one.kind is other.kind is NameKind.ADDRESS)


def _weigh(one: Name, other: Name, places: frozenset[str], population: Population, weights: Weights) -> Naming:
    likeness, shared = compare(one, other, places)
    scale = _scale(likeness, weights)
    if likeness is Likeness.UNRELATED:
        weight = weights.name.unrelated
    elif scale is None:
        weight = weights.name.siblings
    else:
        if likeness is Likeness.EQUAL:
            rarity = population.rarity(shared, places) * _shortness(len(one.joined), weights)
        else:
            # Where something differs, several common words together distinguish nobody; one rare word does.
            rarity = max((population.rarity((word,), places) for word in shared), default=0.0)
            rarity *= _shortness(min(len(one.compact), len(other.compact)), weights)
        weight = (scale.base + scale.rare * rarity) * min(weights.name_kind[one.kind], weights.name_kind[other.kind])
    return Naming(Evidence(Kind.NAME, weight, one.printed, other.printed, likeness.value), likeness)


def _scale(likeness: Likeness, weights: Weights) -> ByRarity | None:
    table = weights.name
    return {
        Likeness.EQUAL: table.equal,
        Likeness.CORE: table.core,
        Likeness.MISPRINT: table.misprint,
        Likeness.REORDERED: table.reordered,
        Likeness.CONTAINED: table.contained,
        Likeness.ACRONYM: table.acronym_built,
    }.get(likeness)


def _shortness(letters: int, weights: Weights) -> float:
    """The share of its rarity that a short name keeps: three letters meet by chance."""
    short = weights.name.short
    return short[letters - 1] if letters <= len(short) else 1.0


def _acronym(left: Facts, right: Facts, weights: Weights) -> Evidence | None:
    """One record's acronym against the initials of the other's whole names; the longest that fits."""
    best: Evidence | None = None
    for one, other, turned in ((left, right, False), (right, left, True)):
        built = {letters: whole for whole in other.whole_names for letters in initials(whole.printed)}
        for short in one.names:
            whole_name = built.get(short.compact)
            if whole_name is None or len(short.words) > 1 or len(short.compact) < weights.name.least_shared:
                continue
            scale = weights.name.acronym_built
            weight = scale.base + scale.rare * _shortness(len(short.compact), weights)
            if best is None or weight > best.weight:
                printed = (whole_name.printed, short.printed) if turned else (short.printed, whole_name.printed)
                best = Evidence(Kind.NAME, weight, *printed, Likeness.ACRONYM.value)
    return best


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


def address(left: Facts, right: Facts, population: Population, weights: Weights) -> Evidence | None:
    """Websites and role mailboxes. What holds most strongly counts; two sites that differ speak against.

    A host that unrelated bodies share says nothing, either way.
    """
    table = weights.address
    own_left, own_right = (None if population.is_shared_site(one) else one.host for one in (left, right))
    if own_left and own_left == own_right:
        return _same_host(left, right, own_left, weights)
    if left.role_email and left.role_email == right.role_email and not population.is_used_by_many(left.mail_domain):
        return Evidence(Kind.ADDRESS, table.same_mailbox, left.role_email, left.role_email, "the same mailbox")
    domains = _own_domains(left, population) & _own_domains(right, population)
    if own_left and own_right and left.domain == right.domain:
        return Evidence(Kind.ADDRESS, table.sibling_hosts, own_left, own_right, "sites under one domain")
    if domains:
        shared = min(domains)
        return Evidence(Kind.ADDRESS, table.same_mail_domain, shared, shared, "the same domain of website or mail")
    if not (own_left and own_right):
        return None
    if left.domain_label and left.domain_label == right.domain_label:
        return Evidence(Kind.ADDRESS, table.same_label, own_left, own_right, "web addresses that differ in the ending only")
    return Evidence(Kind.ADDRESS, table.different, own_left, own_right, "different websites")


def _same_host(left: Facts, right: Facts, host: str, weights: Weights) -> Evidence:
    table = weights.address
    if left.page == right.page:
        return Evidence(Kind.ADDRESS, table.same_host, host, host, "the same website")
    printed = f"{host}/{left.page}", f"{host}/{right.page}"
    if left.page and right.page:
        return Evidence(Kind.ADDRESS, table.two_pages, *printed, "two pages of one website")
    return Evidence(Kind.ADDRESS, table.home_and_page, *printed, "a website and a page of it")


def _own_domains(record: Facts, population: Population) -> set[str]:
    site = None if population.is_shared_site(record) else record.domain
    mail = None if record.mail_domain is None or population.is_shared_mail(record.mail_domain) else record.mail_domain
    return {one for one in (site, mail) if one}


def phone(left: Facts, right: Facts, population: Population, weights: Weights) -> Evidence | None:
    """The same number, unless it is a switchboard of many. Different numbers say nothing: bodies have several."""
    if left.phone is None or left.phone != right.phone or population.is_shared_phone(left.phone):
        return None
    return Evidence(Kind.PHONE, weights.phone.same, left.phone, left.phone, "the same phone number")


def country(left: Facts, right: Facts, weights: Weights) -> Evidence | None:
    if left.country is None or right.country is None:
        return None
    if left.country == right.country:
        return Evidence(Kind.COUNTRY, weights.country.same, left.country, left.country, "the same country")
    return Evidence(Kind.COUNTRY, weights.country.different, left.country, right.country, "different countries")


def place(left: Facts, right: Facts, weights: Weights) -> Evidence | None:
    """City, else region. A city has names in several languages: within one region two of them do not speak against."""
    table = weights.place
    one, other = set(left.city_words), set(right.city_words)
    if one and other and (one <= other or other <= one):
        return Evidence(Kind.PLACE, table.same_city, left.city or "", right.city or "", "the same city")
    regions = (left.nuts2, right.nuts2) if left.nuts2 and right.nuts2 else None
    if regions and regions[0] == regions[1]:
        return Evidence(Kind.PLACE, table.same_region, *regions, "the same region")
    if one and other:
        return Evidence(Kind.PLACE, table.different_city, left.city or "", right.city or "", "different cities")
    return Evidence(Kind.PLACE, table.different_region, *regions, "different regions") if regions else None


def founded(left: Facts, right: Facts, weights: Weights) -> Evidence | None:
    """The founding date. 1 January may stand for a year alone; one year's difference is the usual doubt between two registers."""
    if left.founded_on is None or right.founded_on is None:
        return None
    table = weights.founded
    printed = left.founded_on.isoformat(), right.founded_on.isoformat()
    if left.founded_on == right.founded_on and (left.founded_on.month, left.founded_on.day) != (1, 1):
        return Evidence(Kind.FOUNDED, table.same_day, *printed, "founded on the same day")
    apart = abs(left.founded_on.year - right.founded_on.year)
    if apart == 0:
        return Evidence(Kind.FOUNDED, table.same_year, *printed, "founded in the same year")
    return Evidence(Kind.FOUNDED, table.years_apart, *printed, f"founded {apart} years apart") if apart > 1 else None


def body(left: Facts, right: Facts, likeness: Likeness | None, weights: Weights) -> Iterator[Evidence]:
    """What kind of body each is; whether they are a host and one that it houses.

    Arguments:
        likeness: how alike the names are: a body that one network calls an agency and another a cluster keeps its name.
    """
    agree = likeness in AGREEING
    one, other = _body(left), _body(right)
    if one and other and one != other:
        if agree:
            yield Evidence(Kind.BODY, weights.body.other_kind, one, other, "bodies of different kinds")
        else:
            yield Evidence(Kind.BODY, weights.body.host_and_hosted, one, other, "bodies of different kinds under different names")
    if left.network == right.network and likeness is not None and not agree:
        said = left.name or "", right.name or ""
        yield Evidence(Kind.BODY, weights.body.twice_in_one_network, *said, "two entries of one network under different names")


_BODIES = {"cluster": "cluster", "cluster_association": "cluster", "science_park": "host", "other": None}


def _body(record: Facts) -> str | None:
    """``host``, ``cluster`` or another organisation type; what the name says ("Science Park") goes before the type."""
    if any(names_a_host(one.words) for one in record.whole_names):
        return "host"
    kind = record.organisation_type
    return None if kind is None else _BODIES.get(kind, kind)
