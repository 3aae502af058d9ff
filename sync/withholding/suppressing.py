"""From what a person asks to be kept out to the marks by which it is recognised, and to what it is called in clear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from matching.sameness.words import read_toml
from sync.normalise.countries import codes
from sync.normalise.web import read_phone, read_website
from sync.withholding.forgetting import is_own_page, telling
from sync.withholding.named import Named, named, profile_of
from sync.withholding.suppression import Kind, Mark, Marker, MarkKind, Suppressions
from sync.withholding.values import national_digits
from warehouse import erasing
from warehouse.erasing import KnownPage, KnownRecord
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
        records: the records of the state that are meant, or that are kept out with it; of an edition where ``edition`` is said.
        pages: on which nothing but these records stands.
        edition: name of the edition's file that told, where the state no longer has it.
        dates: then of each record's number the days on which it was first and last found.
        is_known: whether it is something that can be told from others; else just words, which no organisation bears.
    """

    kind: Kind
    said: str
    marks: frozenset[Mark]
    texts: tuple[str, ...]
    records: tuple[KnownRecord, ...] = ()
    pages: tuple[KnownPage, ...] = ()
    edition: str | None = None
    dates: Mapping[int, tuple[date, date]] = field(default_factory=dict)
    is_known: bool = True


def meant(
    state: State,
    editions: Path,
    kept_out: Suppressions,
    value: str,
    *,
    kind: Kind | None = None,
    country: str | None = None,
    is_only_asked: bool = False,
) -> Meant:
    """What the words mean: a mail address, a telephone number, a domain or web address, or an organisation by number or name.

    Arguments:
        editions: the folder of the editions, which may have an organisation that the state has forgotten.
        kept_out: all that is kept out already.
        is_only_asked: nothing is decided: a name that no organisation bears is then what is to be looked for itself.
        kind: None: the words' form tells.
        country: ISO 3166-1; of a telephone number without its country's prefix, or of an organisation that nobody has read yet.

    Raises CannotTell.
    """
    value, marker = value.strip(), kept_out.marker
    kind = kind or _kind_by_form(value)
    found = named(state, editions, kept_out, value) if kind in (None, Kind.ORGANISATION) else []
    kind = kind or (Kind.DOMAIN if not found and _is_site(value) else Kind.ORGANISATION)
    if kind is Kind.MAIL:
        return _mail(state, marker, value)
    if kind is Kind.PHONE:
        return _phone(state, marker, value, country)
    if kind is Kind.DOMAIN:
        return _domain(state, marker, value)
    if len(found) > 1:
        listed = "\n".join(f"  {one.number}  {one.name} ({one.country})" for one in found[:MOST_CANDIDATES])
        raise CannotTell(f"{value!r} names {len(found)} organisations; say which, by number:\n{listed}")
    if not found:
        return _unknown(kept_out, value, country, is_only_asked=is_only_asked)
    return _organisation(state, marker, found[0])


def _kind_by_form(value: str) -> Kind | None:
    if _MAIL.fullmatch(value.lower().removeprefix("mailto:")):
        return Kind.MAIL
    if _PHONE.fullmatch(value.lower().removeprefix("tel:")):
        return Kind.PHONE
    return None


def _is_site(value: str) -> bool:
    site = read_website(value).value if " " not in value and "." in value else None
    return site is not None and bool(site.domain)


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


def _organisation(state: State, marker: Marker, one: Named) -> Meant:
    said = f"the organisation {one.number}, {one.name} ({one.country})"
    seats = erasing.seats(state, one.number)
    everyone = erasing.records(state)
    others = [each for each in everyone if each.record_id not in seats]
    if one.edition is None:
        records = tuple(each for each in everyone if each.record_id in seats)
        pages = _own_pages(state, records)
        marks = frozenset(_marks(marker, records, others, pages))
        return Meant(Kind.ORGANISATION, said, marks, tuple(telling(records)), records, pages)
    records = tuple(record for record, _, _ in one.published)
    return Meant(
        Kind.ORGANISATION,
        said,
        frozenset(_marks(marker, records, others, ())),  # its pages are forgotten; where they are kept out, they stay so
        tuple(telling(records)),
        records,
        edition=one.edition.name,
        dates={record.record_id: (since, checked_on) for record, since, checked_on in one.published},
    )


def _unknown(kept_out: Suppressions, value: str, country: str | None, *, is_only_asked: bool) -> Meant:
    """An organisation that neither the state nor an edition has: one of the country that is said, or one that is kept out."""
    if value.isdecimal():
        raise CannotTell(
            f"no organisation has the number {value}, here or in an edition; see `clusterbridge search`. If it is kept out, "
            "stored pages may hold it all the same: say its name"
        )
    if country is not None:
        marks = frozenset({kept_out.marker.name(value, country.upper())})
        return Meant(Kind.ORGANISATION, f"the organisation {value} ({country.upper()})", marks, (value,))
    marks = frozenset(kept_out.marker.name(value, land) for land in (None, *codes())) & kept_out.marks
    if marks:
        said = f"the organisation {value}; only its name is known any more, so what has its address alone is not found"
        return Meant(Kind.ORGANISATION, said, marks, (value,))
    if is_only_asked:
        return Meant(
            Kind.ORGANISATION, f"the words {value!r}, which no organisation has as its name", marks, (value,), is_known=False
        )
    raise CannotTell(
        f"no organisation has the number or the exact name {value!r}, here or in an edition; see `clusterbridge search`. To keep "
        "out one that nobody has read yet, say also --country CC"
    )


def _marks(
    marker: Marker, records: Iterable[KnownRecord], others: Sequence[KnownRecord], pages: Iterable[KnownPage]
) -> Iterable[Mark]:
    """Every mark of an organisation: what its records are recognised by, its pages, and ways of contact that nobody shares."""
    for one in records:
        for mark in marker.of_profile(profile_of(one)):
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
