"""What speaks for and against two records being one organisation: small pure functions, each with its reason in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import OSA

from matching.sameness.likeness import AGREEING, Likeness
from matching.sameness.population import Population
from matching.sameness.records import Facts
from matching.sameness.weights import Weights

LONG_LABEL = 8
"""Letters of a web address from which one wrong letter is a misprint."""


class Kind(StrEnum):
    """Kinds of evidence; two of a kind count as one where it is asked how many speak."""

    NAME = "name"
    ADDRESS = "address"
    PHONE = "phone"
    COUNTRY = "country"
    PLACE = "place"
    FOUNDED = "founded"
    YEAR = "year"
    """Of founding, and no more than that."""
    BODY = "body"


class Shared(StrEnum):
    """What two addresses share, in words; the names are those of ``[address]`` in ``weights/sameness.toml``."""

    SAME_HOST = "the same website"
    HOME_AND_PAGE = "a website and a page of it"
    TWO_PAGES = "two pages of one website"
    SIBLING_HOSTS = "sites under one domain"
    SAME_LABEL = "web addresses that differ in the ending only"
    MISPRINTED_LABEL = "web addresses that differ by a misprint"
    SAME_MAIL_DOMAIN = "the same domain of website or mail"
    SAME_MAILBOX = "the same mailbox"
    DIFFERENT = "different websites"


class Said(StrEnum):
    """The other reasons, in words."""

    SAME_PHONE = "the same phone number"
    SAME_COUNTRY = "the same country"
    OTHER_COUNTRY = "different countries"
    SAME_CITY = "the same city"
    SAME_REGION = "the same region"
    OTHER_CITY = "different cities"
    OTHER_REGION = "different regions"
    SAME_DAY = "founded on the same day"
    SAME_YEAR = "founded in the same year"
    OTHER_KIND = "bodies of different kinds"
    OTHER_KIND_AND_NAME = "bodies of different kinds under different names"
    HOST = "a body that houses others, and one of another name"
    TWICE = "two entries of one network under different names"


def years_apart(years: int) -> str:
    """How far apart two foundings are, in words."""
    return f"founded {years} years apart"


class Evidence(NamedTuple):
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


def address(left: Facts, right: Facts, population: Population, weights: Weights) -> Evidence | None:
    """Websites and role mailboxes. What holds most strongly counts; two sites that differ speak against.

    A host that unrelated bodies share says nothing, either way.
    """
    table = weights.address
    own_left = None if population.is_shared_site(left) else left.host
    own_right = None if population.is_shared_site(right) else right.host
    if own_left and own_left == own_right:
        return _same_host(left, right, own_left, weights)
    if left.role_email and left.role_email == right.role_email and not population.is_used_by_many(left.mail_domain):
        return Evidence(Kind.ADDRESS, table.same_mailbox, left.role_email, left.role_email, Shared.SAME_MAILBOX)
    domains = _own_domains(left, own_left, population) & _own_domains(right, own_right, population)
    if own_left and own_right and left.domain == right.domain:
        return Evidence(Kind.ADDRESS, table.sibling_hosts, own_left, own_right, Shared.SIBLING_HOSTS)
    if domains:
        shared = min(domains)
        return Evidence(Kind.ADDRESS, table.same_mail_domain, shared, shared, Shared.SAME_MAIL_DOMAIN)
    if not (own_left and own_right):
        return None
    if left.domain_label and left.domain_label == right.domain_label:
        return Evidence(Kind.ADDRESS, table.same_label, own_left, own_right, Shared.SAME_LABEL)
    if _is_misprinted(left.domain_label, right.domain_label):
        return Evidence(Kind.ADDRESS, table.misprinted_label, own_left, own_right, Shared.MISPRINTED_LABEL)
    return Evidence(Kind.ADDRESS, table.different, own_left, own_right, Shared.DIFFERENT)


def _same_host(left: Facts, right: Facts, host: str, weights: Weights) -> Evidence:
    table = weights.address
    if left.page == right.page:
        return Evidence(Kind.ADDRESS, table.same_host, host, host, Shared.SAME_HOST)
    printed = f"{host}/{left.page}", f"{host}/{right.page}"
    if left.page and right.page:
        return Evidence(Kind.ADDRESS, table.two_pages, *printed, Shared.TWO_PAGES)
    return Evidence(Kind.ADDRESS, table.home_and_page, *printed, Shared.HOME_AND_PAGE)


def _is_misprinted(one: str, other: str) -> bool:
    """Whether one letter of a long web address is wrong, or two have changed places."""
    return (
        min(len(one), len(other)) >= LONG_LABEL
        and OSA.distance(one, other, score_cutoff=1) == 1
        and one.isalpha()
        and other.isalpha()
    )


def _own_domains(record: Facts, own_site: str | None, population: Population) -> set[str]:
    site = record.domain if own_site else None
    mail = None if record.mail_domain is None or population.is_shared_mail(record.mail_domain) else record.mail_domain
    return {one for one in (site, mail) if one}


def phone(left: Facts, right: Facts, population: Population, weights: Weights) -> Evidence | None:
    """The same number, unless it is a switchboard of many. Different numbers say nothing: bodies have several."""
    if left.phone is None or left.phone != right.phone or population.is_shared_phone(left.phone):
        return None
    return Evidence(Kind.PHONE, weights.phone.same, left.phone, left.phone, Said.SAME_PHONE)


def country(left: Facts, right: Facts, weights: Weights) -> Evidence | None:
    if left.country is None or right.country is None:
        return None
    if left.country == right.country:
        return Evidence(Kind.COUNTRY, weights.country.same, left.country, left.country, Said.SAME_COUNTRY)
    return Evidence(Kind.COUNTRY, weights.country.different, left.country, right.country, Said.OTHER_COUNTRY)


def place(left: Facts, right: Facts, weights: Weights) -> Evidence | None:
    """City, else region. A city has names in several languages: within one region two of them do not speak against."""
    table = weights.place
    one, other = left.city_set, right.city_set
    if one and other and (one <= other or other <= one):
        return Evidence(Kind.PLACE, table.same_city, left.city or "", right.city or "", Said.SAME_CITY)
    regions = (left.nuts2, right.nuts2) if left.nuts2 and right.nuts2 else None
    if regions and regions[0] == regions[1]:
        return Evidence(Kind.PLACE, table.same_region, *regions, Said.SAME_REGION)
    if one and other:
        return Evidence(Kind.PLACE, table.different_city, left.city or "", right.city or "", Said.OTHER_CITY)
    return Evidence(Kind.PLACE, table.different_region, *regions, Said.OTHER_REGION) if regions else None


def founded(left: Facts, right: Facts, weights: Weights) -> Evidence | None:
    """The founding date. 1 January may stand for a year alone; one year's difference is the usual doubt between two registers."""
    if left.founded_on is None or right.founded_on is None:
        return None
    table = weights.founded
    printed = left.founded_on.isoformat(), right.founded_on.isoformat()
    if left.founded_on == right.founded_on and (left.founded_on.month, left.founded_on.day) != (1, 1):
        return Evidence(Kind.FOUNDED, table.same_day, *printed, Said.SAME_DAY)
    apart = abs(left.founded_on.year - right.founded_on.year)
    if apart == 0:
        return Evidence(Kind.YEAR, table.same_year, *printed, Said.SAME_YEAR)
    return Evidence(Kind.FOUNDED, table.years_apart, *printed, years_apart(apart)) if apart > 1 else None


def body(left: Facts, right: Facts, likeness: Likeness | None, weights: Weights) -> Iterator[Evidence]:
    """What kind of body each is; whether they are a host and one that it houses.

    Arguments:
        likeness: how alike the names are: a body that one network calls an agency and another a cluster keeps its name.
    """
    agree = likeness in AGREEING
    one, other = _body(left), _body(right)
    if one and other and one != other:
        if agree:
            yield Evidence(Kind.BODY, weights.body.other_kind, one, other, Said.OTHER_KIND)
        else:
            yield Evidence(Kind.BODY, weights.body.host_and_hosted, one, other, Said.OTHER_KIND_AND_NAME)
    elif likeness is Likeness.UNRELATED and "host" in (one, other) and one != other:
        said = left.name or "", right.name or ""
        yield Evidence(Kind.BODY, weights.body.host_and_hosted, *said, Said.HOST)
    if left.network == right.network and likeness is not None and not agree:
        said = left.name or "", right.name or ""
        yield Evidence(Kind.BODY, weights.body.twice_in_one_network, *said, Said.TWICE)


BODY_OF: Mapping[str, str | None] = {
    "cluster": "cluster",
    "cluster_association": "cluster",
    "science_park": "host",
    "other": None,
}
"""What kind of body an organisation type is, where that is not the type itself."""


def _body(record: Facts) -> str | None:
    """``host``, ``cluster`` or another organisation type; what the name says ("Science Park") goes before the type."""
    if record.is_host:
        return "host"
    kind = record.organisation_type
    return None if kind is None else BODY_OF.get(kind, kind)
