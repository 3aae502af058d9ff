"""Who visits: a signed cookie, the token in every form that belongs to it, and whether somebody has to sign in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from itsdangerous import BadSignature, URLSafeSerializer

from portal.desks import to_read
from portal.options import Network, Options
from warehouse import users
from warehouse.desk import DeskBusy, DeskDamaged, DeskUnwritable
from warehouse.migrate import SchemaOlder

LASTS_SECONDS = 12 * 3600
"""From the last visit on."""
RENEWED_SECONDS = 30 * 60
LONGEST_NAME = users.LONGEST_NAME


class Said(NamedTuple):
    """What the next page says once.

    Arguments:
        key, values: of the text (``said.added``); ``list`` among the values: the number of the shortlist that it speaks of.
        at: the id of the place where it is said, if the page has it; else, and where it is empty, it is said above everything.
        waits: it is said at that place and nowhere else: pages without it leave it unsaid.
    """

    key: str
    values: Mapping[str, str]
    at: str = ""
    waits: bool = False

    def is_for(self, places: Collection[str]) -> bool:
        """Whether a page says it that has these places."""
        return not self.waits or self.at in places


@dataclass(frozen=True)
class Session:
    """What one browser's visits have in common.

    Arguments:
        id: random; another one after signing in.
        user: who signed in, and in which generation of the password; empty: nobody.
        name: how somebody who need not sign in calls themselves.
        said: what the next page says once.
    """

    id: str
    user: str = ""
    generation: int = 0
    name: str = ""
    said: Said | None = None

    @classmethod
    def new(cls, **more: Any) -> Session:
        """One that nobody has had before."""
        return cls(secrets.token_urlsafe(24), **more)

    def saying(self, key: str, at: str = "", /, **values: object) -> Session:
        """The same; the next page says so, at a place of it."""
        return replace(self, said=Said(key, {name: str(value) for name, value in values.items()}, at))

    def saying_there(self, key: str, at: str, /, **values: object) -> Session:
        """The same; the next page that has this place says so."""
        said = self.saying(key, at, **values).said
        return replace(self, said=said and said._replace(waits=True))


class Sessions:
    """Writes sessions into cookies and reads them back.

    Arguments:
        key: signs them.
        is_secure: whether cookies go over HTTPS only.
    """

    def __init__(self, key: bytes, *, is_secure: bool) -> None:
        self._key = key
        self._signer = URLSafeSerializer(
            key, salt="session", signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
        )
        self.is_secure = is_secure
        self.cookie = "__Host-session" if is_secure else "session"

    def written(self, session: Session, now: datetime) -> str:
        """The cookie's value."""
        return str(self._signer.dumps({**asdict(session), "at": int(now.timestamp())}))

    def read(self, cookie: str | None, now: datetime) -> tuple[Session, bool]:
        """The session of a cookie, and whether it has to be written anew: another one where it is forged, strange or too old."""
        try:
            said = self._signer.loads(cookie or "")
            at = int(said.pop("at"))
            spoken = said.pop("said")
            said.pop("shortlist", None)  # earlier versions kept it here; nobody is signed out for that
            session = Session(**said, said=None if spoken is None else Said(str(spoken[0]), dict(spoken[1]), *spoken[2:4]))
        except (BadSignature, TypeError, LookupError, ValueError):
            return Session.new(), True
        age = now.timestamp() - at
        if not 0 <= age + 60 <= LASTS_SECONDS:
            return Session.new(name=session.name), True
        return session, age > RENEWED_SECONDS

    def token(self, session: Session) -> str:
        """What every form of a session carries, and no other site can know."""
        return hmac.new(self._key, f"form:{session.id}:{session.user}".encode(), hashlib.sha256).hexdigest()

    def feed_key(self, user: users.User) -> str:
        """What a feed reader, which cannot sign in, shows in the name of a user; a new password ends it."""
        said = f"feed:{user.name.casefold()}:{user.generation}:{user.created_at.isoformat()}"
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()

    def is_token(self, session: Session, token: str) -> bool:
        """Whether a form comes from a page of this session."""
        return hmac.compare_digest(self.token(session).encode(), token.encode(errors="replace"))


@dataclass(frozen=True)
class Entered:
    """Who somebody is.

    Arguments:
        user: the name; None: nobody has signed in.
        may_enter: whether that is enough to see the page.
        is_by_proxy: a proxy said so, and signs out too.
    """

    user: str | None
    may_enter: bool
    is_by_proxy: bool = False


class Register:
    """Who may sign in, as the desk says. Where it can say so no longer and knew nobody before, nobody is kept from searching."""

    def __init__(self, desk: Path) -> None:
        self._desk = desk
        self._was_empty = False

    def known(self) -> dict[str, users.User]:
        """Who may sign in, by name in small letters. Raises DeskBusy, DeskUnwritable or DeskDamaged where it is not known."""
        try:
            found = known_users(self._desk)
        except (DeskBusy, DeskUnwritable, DeskDamaged):
            if self._was_empty:
                return {}
            raise
        self._was_empty = not found
        return found


def enter(options: Options, register: Register, session: Session, peer: str, headers: Mapping[str, str]) -> Entered:
    """Who somebody is, and whether that is enough.

    Arguments:
        peer: the address that speaks to us.
        headers: of the request, by lower-case name.

    Raises DeskBusy, DeskUnwritable or DeskDamaged where nobody can say who may sign in.
    """
    if options.user_header:
        said = headers.get(options.user_header.lower(), "").strip()[:LONGEST_NAME]
        is_known = is_from(options.proxies, peer) and bool(said) and said.isprintable()
        return Entered(said if is_known else None, is_known, is_by_proxy=True)
    known = register.known()
    user = known.get(session.user.casefold()) if session.user else None
    if user is not None and user.generation == session.generation:
        return Entered(user.name, True)
    return Entered(None, not known and not options.must_sign_in)


def known_users(desk: Path) -> dict[str, users.User]:
    """Who may sign in, by name in small letters."""
    try:
        with to_read(desk) as opened:
            found = users.users(opened)
    except FileNotFoundError:
        return {}
    except SchemaOlder:  # an earlier version knew no users
        return {}
    return {user.name.casefold(): user for user in found}


def is_from(proxies: Sequence[Network], address: str) -> bool:
    """Whether an address is a proxy's."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in proxies)


def client_of(proxies: Sequence[Network], peer: str, forwarded: str) -> str:
    """Whose request it is: whoever speaks to us, or the last whom our proxies name and who is none of them.

    Arguments:
        forwarded: the header X-Forwarded-For. What strangers wrote into it stands before what our proxies wrote.
    """
    if not is_from(proxies, peer):
        return peer
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()][-20:]
    return next((hop[:60] for hop in reversed(hops) if not is_from(proxies, hop)), peer)
