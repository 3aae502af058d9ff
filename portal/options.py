"""What whoever opens the page decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from portal.members import Members
from warehouse.doubts import Side

Network: TypeAlias = IPv4Network | IPv6Network
LANGUAGES = ("sv", "en")
"""Languages that the page is written in."""


@dataclass(frozen=True)
class Place:
    """Where an installation keeps what the page shows and what people write on it.

    Arguments:
        editions: the folder of its editions; desk: the file of its desk.
    """

    editions: Path
    desk: Path


@dataclass(frozen=True)
class Permitted:
    """Why a network may be read, as the configuration says.

    Arguments:
        read_on: the day on which whoever decided read the terms; until: how long it holds; None: no end is said.
    """

    basis: str
    read_on: date
    until: date | None = None


@dataclass(frozen=True)
class Options:
    """How the page is opened.

    Arguments:
        places: of the first that has an edition the current one is read, and its desk is written on.
        users: the desk that knows who may sign in. As soon as it knows anybody, everybody has to.
        key: signs cookies; a new one ends every sign-in.
        languages: the first is the default.
        now: what time it is, with a time zone; timezone: in which people read it.
        names: host names under which it is reached, without port; empty: any.
        must_sign_in: whether somebody has to sign in even where nobody can.
        is_secure: whether browsers reach it by HTTPS alone.
        proxies: addresses of proxies, which are believed when they say for whom they ask.
        user_header: in which a proxy says who somebody is (``Remote-User``); it takes this header out of what strangers send, and
            whatever comes from elsewhere is refused. Empty: people sign in here.
        with_model: whether the sentence model may help the search.
        is_kept_out: whether a record is kept out on request by the installation of a desk: nobody judges it.
        is_role_mailbox: whether a mail address is an office's (``info@``) and may be kept; a person's never is.
        without_persons: a text without mail addresses of persons.
        members: who reads member lists and lays them for the next run; None: none are taken in here.
        permissions: of networks, by their short names.
        is_demo: whether a path is in the demo's folder, so that the page says so.
        old_for_seconds: for how long at most the edition before is shown while a new one is read in the background; 0: the next
            visit sees the new one, and waits until what it needs of it is read.
    """

    places: tuple[Place, ...]
    users: Path
    key: bytes = field(repr=False)
    now: Callable[[], datetime]
    timezone: ZoneInfo
    languages: tuple[str, ...] = LANGUAGES
    names: frozenset[str] = frozenset()
    must_sign_in: bool = False
    is_secure: bool = False
    proxies: tuple[Network, ...] = ()
    user_header: str = ""
    with_model: bool = True
    is_kept_out: Callable[[Path, Side], bool] = lambda _desk, _side: False
    is_role_mailbox: Callable[[str], bool] = lambda _address: False
    without_persons: Callable[[str], str] = lambda text: text
    members: Members | None = None
    permissions: Mapping[str, Permitted] = field(default_factory=dict)
    is_demo: Callable[[Path], bool] = lambda _path: False
    old_for_seconds: float = 5.0

    def __post_init__(self) -> None:
        if not self.languages or set(self.languages) - set(LANGUAGES):
            raise ValueError(f"wanted languages among {', '.join(LANGUAGES)}, at least one, found {list(self.languages)}")
        if len(self.key) < 32:
            raise ValueError(f"wanted a key of 32 bytes or more, found {len(self.key)}")
