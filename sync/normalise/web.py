"""Websites and the domains that they can be relied on for, mail addresses and telephone numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import idna
import phonenumbers
import tldextract

from sync.normalise.readings import Doubt, Kind, Read, shown, unread
from sync.privacy.addresses import addresses, is_role_mailbox

# The bundled list only: no fetch, no cache on the disk. Private suffixes count (a.github.io is not b.github.io).
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)

_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# "wwwcompare.se": the dot is missing; "www2.example.org" and "www-old.example.org" are names of hosts.
_MISPRINT = re.compile(r"www[^.\d-]")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


@dataclass(frozen=True)
class Site:
    """A website as printed, and its registrable domain (in ASCII form); None where it cannot be relied on."""

    website: str
    domain: str | None


def read_website(printed: str) -> Read[Site]:
    """A website. What is no usable address keeps its text and has no domain; an address that is not of the web has neither."""
    scheme = _SCHEME.match(printed)
    if scheme and scheme["scheme"].lower() not in ("http", "https") and "." not in scheme["scheme"]:
        return unread(Kind.UNUSABLE_WEBSITE, f"wanted an http(s) address, found {shown(printed)}")
    rest = printed[scheme.end() :] if scheme and "." not in scheme["scheme"] else printed
    host = re.split(r"[/?#\\]", rest.removeprefix("//"), maxsplit=1)[0].rpartition("@")[2]
    host = re.sub(r":\d*$", "", host).rstrip(".")
    domain = domain_of(host)
    if domain is None:
        return Read(
            Site(printed, None), (Doubt(Kind.UNUSABLE_WEBSITE, f"wanted a web address with a domain, found {shown(printed)}"),)
        )
    return Read(Site(printed, domain))


@lru_cache(maxsize=16_384)
def domain_of(host: str) -> str | None:
    """The registrable domain of a well-formed host name, in ASCII form."""
    if _MISPRINT.match(host.lower()):
        return None
    try:
        name = idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None
    if not all(_LABEL.fullmatch(label) for label in name.split(".")):
        return None
    return _suffixes(name).top_domain_under_public_suffix or None


def read_role_mail(printed: str) -> Read[str]:
    """The first role mailbox, in lower case. What else stands there may be a person's, and is in no doubt's words either."""
    found = list(dict.fromkeys(address.address.lower() for address in addresses(printed)))
    roles = [address for address in found if is_role_mailbox(address) and _MAIL.fullmatch(address)]
    if not found:
        return unread(Kind.NOT_AN_ADDRESS, "wanted a mail address, found other words; not stored, as they may name a person")
    doubts = []
    if len(roles) < len(found):
        why = f"wanted role mailboxes, found {len(found) - len(roles)} mail addresses of persons; not stored"
        doubts.append(Doubt(Kind.PERSONAL, why))
    if len(roles) > 1:
        doubts.append(Doubt(Kind.MORE_THAN_ONE, f"wanted one role mailbox, found {', '.join(roles)}; the first is kept"))
    return Read(roles[0] if roles else None, tuple(doubts))


def read_phone(printed: str, country: str | None) -> Read[str]:
    """A telephone number in E.164 form.

    Arguments:
        country: ISO 3166-1, for a number without its country's prefix.
    """
    try:
        number = phonenumbers.parse(printed, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is not None and phonenumbers.is_possible_number(number):
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if re.fullmatch(r"\+[0-9]{4,15}", e164):
            return Read(e164)
    of = f"of {country}" if country else "with its country's prefix"
    return unread(Kind.NOT_A_PHONE, f"wanted a telephone number {of}, found {shown(printed)}")
