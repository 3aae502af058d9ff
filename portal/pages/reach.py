"""How an organisation can be reached, and where its own words stand: what is said where no address is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from portal.hostile import is_replica, link, outside
from portal.opened import Opened
from portal.pages.naming import Naming
from portal.rendering import bdi
from warehouse.facets import Card, Profile

_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"\+[0-9]{6,15}")


@dataclass(frozen=True)
class Reach:
    """The ways to one organisation.

    Arguments:
        mailbox: of an office, fit for a link; printed: an address as it is said, where it is not fit for one.
        website: an address on the web; site: what it is called; number: of its telephone, E.164, or None.
        profiles: its pages at networks; empty where another way is known.
    """

    mailbox: str | None
    printed: str | None
    website: str | None
    site: str | None
    number: str | None
    profiles: tuple[Profile, ...] = ()

    @property
    def mail_link(self) -> str | None:
        """The mailbox as a link; nothing in it means more there (RFC 6068)."""
        return f"mailto:{quote(self.mailbox, safe='@')}" if self.mailbox else None

    @property
    def has_address(self) -> bool:
        """Whether a mailbox or a website is known."""
        return bool(self.mailbox or self.printed or self.website)

    def networks(self, naming: Naming) -> Markup:
        """Its networks by name, each with a link to its page there; to an address of none there is no link.

        A page that was played for the demonstration is told by its address.
        """
        return Markup(", ").join(_profile(naming, one) for one in self.profiles)


def reach(edition: Opened, cards: Sequence[Card]) -> dict[int, Reach]:
    """Number -> how to reach it. Only of those without any address pages at networks are read."""
    found = {card.id: _direct(card) for card in cards}
    pages = edition.profiles([number for number, one in found.items() if not one.has_address])
    return {
        number: one if one.has_address else Reach(None, None, None, None, one.number, pages.get(number, ()))
        for number, one in found.items()
    }


def _profile(naming: Naming, one: Profile) -> Markup:
    name, address = bdi(naming.network(one.network), 60), outside(one.url)
    if address:
        return Markup('<a class="out" href="{}" rel="noopener noreferrer nofollow">{}</a>').format(address, name)
    if is_replica(one.url):
        return Markup("{} ({}, {})").format(name, bdi(one.url), naming.tongue("demo.page"))
    return name


def own_words(texts: Mapping[str, str], language: str) -> tuple[str, str] | None:
    """What an organisation says of itself, with the language of it: the reader's, else English, else any; None: nothing."""
    wanted = next((code for code in (language, "en", *texts) if texts.get(code)), None)
    return None if wanted is None else (wanted, texts[wanted])


def _direct(card: Card) -> Reach:
    address, website = mailbox(card.role_email), link(card.website)
    return Reach(
        address,
        card.role_email if card.role_email and not address else None,
        website,
        (card.domain or card.website) if website else None,
        card.phone if card.phone and _NUMBER.fullmatch(card.phone) else None,
    )


def mailbox(address: str | None) -> str | None:
    """The address of an office where it can be written to by a link: plain, without anything that means more there."""
    return address if address and _MAILBOX.fullmatch(address) else None
