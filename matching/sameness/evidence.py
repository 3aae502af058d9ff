"""What speaks for and against two records being one organisation: small pure functions, each with its reason in words."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import OSA

from matching.sameness.likeness import AGREEING, Likeness
from matching.sameness.population import Population
from matching.sameness.records import Facts
from matching.sameness.weights import Weights

_LONG_LABEL = 8
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
        return Evidence(Kind.ADDRESS, table.same_mailbox, left.role_email, left.role_email, "the same mailbox")
    domains = _own_domains(left, own_left, population) & _own_domains(right, own_right, population)
    if own_left and own_right and left.domain == right.domain:
        return Evidence(Kind.ADDRESS, table.sibling_hosts, own_left, own_right, "sites under one domain")
    if domains:
        shared = min(domains)
        return Evidence(Kind.ADDRESS, table.same_mail_domain, shared, shared, "the same domain of website or mail")
    if not (own_left and own_right):
        return None
    if left.domain_label and left.domain_label == right.domain_label:
        return Evidence(Kind.ADDRESS, table.same_label, own_left, own_right, "web addresses that differ in the ending only")
    if _is_misprinted(left.domain_label, right.domain_label):
        return Evidence(Kind.ADDRESS, table.misprinted_label, own_left, own_right, "web addresses that differ by a misprint")
    return Evidence(Kind.ADDRESS, table.different, own_left, own_right, "different websites")


def _same_host(left: Facts, right: Facts, host: str, weights: Weights) -> Evidence:
    table = weights.address
    if left.page == right.page:
        return Evidence(Kind.ADDRESS, table.same_host, host, host, "the same website")
    printed = f"{host}/{left.page}", f"{host}/{right.page}"
    if left.page and right.page:
        return Evidence(Kind.ADDRESS, table.two_pages, *printed, "two pages of one website")
    return Evidence(Kind.ADDRESS, table.home_and_page, *printed, "a website and a page of it")


def _is_misprinted(one: str, other: str) -> bool:
    """Whether one letter of a long web address is wrong, or two have changed places."""
    return (
        min(len(one), len(other)) >= _LONG_LABEL
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
    one, other = left.city_set, right.city_set
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
        return Evidence(Kind.YEAR, table.same_year, *printed, "founded in the same year")
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
    elif likeness is Likeness.UNRELATED and "host" in (one, other) and one != other:
        said = left.name or "", right.name or ""
        yield Evidence(Kind.BODY, weights.body.host_and_hosted, *said, "a body that houses others, and one of another name")
    if left.network == right.network and likeness is not None and not agree:
        said = left.name or "", right.name or ""
        yield Evidence(Kind.BODY, weights.body.twice_in_one_network, *said, "two entries of one network under different names")


_BODIES = {"cluster": "cluster", "cluster_association": "cluster", "science_park": "host", "other": None}


def _body(record: Facts) -> str | None:
    """``host``, ``cluster`` or another organisation type; what the name says ("Science Park") goes before the type."""
    if record.is_host:
        return "host"
    kind = record.organisation_type
    return None if kind is None else _BODIES.get(kind, kind)
