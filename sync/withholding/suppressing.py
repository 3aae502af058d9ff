"""From what a person asks to be kept out to the marks by which it is recognised, and to what it is called in clear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from matching.sameness.words import read_toml
from sync.normalise.web import read_phone, read_website
from sync.withholding.forgetting import is_own_page, telling
from sync.withholding.suppression import Kind, Mark, Marker, MarkKind
from sync.withholding.values import national_digits
from warehouse import erasing
from warehouse.erasing import KnownPage, KnownRecord
from warehouse.organisations import redirect
from warehouse.profile import ClusterProfile
from warehouse.state import State

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"(?:\+|00?|\(0)[\d\s().\-/]{5,}")
MOST_CANDIDATES = 20


class CannotTell(Exception):  # noqa: N818  it says what is the case
    """What is meant cannot be told from the words. The message says what was found and what to write."""


@dataclass(frozen=True)
class Meant:
    """What a person asks to be kept out.

    Arguments:
        said: what it is, for people.
        marks: by which it is recognised from now on.
        texts: what it is called in clear; never stored.
        records: the records of the state that are meant, or that are kept out with it.
        pages: on which nothing but these records stands.
    """

    kind: Kind
    said: str
    marks: frozenset[Mark]
    texts: tuple[str, ...]
    records: tuple[KnownRecord, ...] = ()
    pages: tuple[KnownPage, ...] = ()


def meant(state: State, marker: Marker, value: str, *, kind: Kind | None = None, country: str | None = None) -> Meant:
    """What the words mean: a mail address, a telephone number, a domain or web address, or an organisation by number or name.

    Arguments:
        kind: None: the words' form tells.
        country: ISO 3166-1; of a telephone number without its country's prefix, or of an organisation that nobody has read yet.

    Raises CannotTell.
    """
    value = value.strip()
    kind = kind or _kind_of(state, value)
    if kind is Kind.MAIL:
        return _mail(state, marker, value)
    if kind is Kind.PHONE:
        return _phone(state, marker, value, country)
    if kind is Kind.DOMAIN:
        return _domain(state, marker, value)
    return _organisation(state, marker, value, country)


def _kind_of(state: State, value: str) -> Kind:
    if _MAIL.fullmatch(value.lower().removeprefix("mailto:")):
        return Kind.MAIL
    if _PHONE.fullmatch(value.lower().removeprefix("tel:")):
        return Kind.PHONE
    if " " not in value and "." in value and not _numbered(state, value) and read_website(value).value is not None:
        site = read_website(value).value
        if site is not None and site.domain:
            return Kind.DOMAIN
    return Kind.ORGANISATION


def _mail(state: State, marker: Marker, value: str) -> Meant:
    mail = re.sub(r"^mailto:", "", value, flags=re.IGNORECASE).partition("?")[0].lower()
    if not _MAIL.fullmatch(mail):
        raise CannotTell(f"wanted a mail address such as info@example.org, found {value!r}")
    with_it = _recorded(state, "role_email", mail)
    return Meant(Kind.MAIL, f"the mail address {mail}", frozenset({marker.mark(MarkKind.MAIL, mail)}), (mail,), with_it)


def _phone(state: State, marker: Marker, value: str, country: str | None) -> Meant:
    number = read_phone(re.sub(r"^tel:", "", value, flags=re.IGNORECASE), country).value
    if number is None:
        raise CannotTell(f"wanted a telephone number with its country's prefix (+46 …), or --country CC, found {value!r}")
    (digits,) = national_digits(number)
    marks = frozenset({marker.mark(MarkKind.PHONE, digits)})
    return Meant(Kind.PHONE, f"the telephone number {number}", marks, (number,), _recorded(state, "phone", number))


def _domain(state: State, marker: Marker, value: str) -> Meant:
    site = read_website(value.lower()).value
    if site is None or site.domain is None:
        raise CannotTell(f"wanted a domain such as example.org, found {value!r}")
    if site.domain in shared_hosts():
        raise CannotTell(
            f"wanted a domain of one organisation, found {site.domain}, which strangers share; name the organisation, or its "
            "mail address"
        )
    with_it = _recorded(state, "domain", site.domain)
    marks = frozenset({marker.mark(MarkKind.DOMAIN, site.domain)})
    return Meant(Kind.DOMAIN, f"the domain {site.domain}", marks, (site.domain,), with_it, _own_pages(state, with_it))


@cache
def shared_hosts() -> frozenset[str]:
    """Domains that are nobody's in particular."""
    return frozenset(domain for group in read_toml("data/shared_hosts.toml").values() for domain in group)


def _recorded(state: State, field: str, value: str) -> tuple[KnownRecord, ...]:
    return tuple(one for one in erasing.records(state) if one.profile.get(field) == value)


def _own_pages(state: State, records: Sequence[KnownRecord]) -> tuple[KnownPage, ...]:
    return tuple(page for page in erasing.pages(state) if is_own_page(page, records))


def _organisation(state: State, marker: Marker, value: str, country: str | None) -> Meant:
    found = _numbered(state, value)
    if len(found) > 1:
        listed = "\n".join(f"  {number}  {name} ({land})" for number, name, land in found[:MOST_CANDIDATES])
        raise CannotTell(f"{value!r} names {len(found)} organisations; say which, by number:\n{listed}")
    if not found:
        if value.isdecimal() or country is None:
            raise CannotTell(
                f"no organisation has the number or the exact name {value!r}; see `clusterbridge search`. To keep out one that "
                "nobody has read yet, say also --country CC"
            )
        marks = frozenset({marker.name(value, country.upper())})
        return Meant(Kind.ORGANISATION, f"the organisation {value} ({country.upper()})", marks, (value,))
    number, name, land = found[0]
    seats = erasing.seats(state, number)
    everyone = erasing.records(state)
    records = tuple(one for one in everyone if one.record_id in seats)
    others = [one for one in everyone if one.record_id not in seats]
    pages = _own_pages(state, records)
    marks = frozenset(_marks(marker, records, others, pages))
    return Meant(Kind.ORGANISATION, f"the organisation {number}, {name} ({land})", marks, tuple(telling(records)), records, pages)


def _numbered(state: State, value: str) -> list[tuple[int, str, str | None]]:
    """The organisations of that number, or of exactly that name."""
    if value.isdecimal() and len(value) < 19:
        number = redirect(state.con, int(value)) or int(value)
        return erasing.named(state, number=number)
    return erasing.named(state, name=value)


def _marks(
    marker: Marker, records: Iterable[KnownRecord], others: Sequence[KnownRecord], pages: Iterable[KnownPage]
) -> Iterable[Mark]:
    """Every mark of an organisation: what its records are recognised by, its pages, and ways of contact that nobody shares."""
    for one in records:
        for mark in marker.of_profile(ClusterProfile.model_validate(one.profile)):
            if mark[0] is not MarkKind.DOMAIN or _is_own(one, "domain", others):
                yield mark
        if _is_own(one, "role_email", others):
            yield marker.mark(MarkKind.MAIL, one.profile["role_email"])
        if _is_own(one, "phone", others):
            yield from (marker.mark(MarkKind.PHONE, digits) for digits in national_digits(one.profile["phone"]))
    for page in pages:
        yield from (marker.address(page.network, url) for url in (page.url, page.final_url))


def _is_own(one: KnownRecord, field: str, others: Iterable[KnownRecord]) -> bool:
    value = one.profile.get(field)
    return bool(value) and value not in shared_hosts() and all(other.profile.get(field) != value for other in others)
