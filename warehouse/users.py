"""Who may sign in to the staff page, on the desk. Of a password only what scrypt makes of it is kept (RFC 7914)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime

from warehouse.desk import Desk

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1_000
"""More would only take our time."""
LONGEST_NAME = 80
COST, BLOCK, PARALLEL = 2**15, 8, 3
"""scrypt's N, r and p: 32 MiB and some tenths of a second a try (OWASP Password Storage Cheat Sheet)."""
_MEMORY = 128 * 1024 * 1024
_SALT_BYTES = 16
_AT_ONCE = threading.BoundedSemaphore(2)
"""Tries at once: many would take all memory."""
_KEY_BYTES = 32


@dataclass(frozen=True)
class User:
    """Somebody who may sign in.

    Arguments:
        generation: one higher with every new password: what was signed in before is signed in no longer.
    """

    name: str
    generation: int
    created_at: datetime
    changed_at: datetime


def put(desk: Desk, name: str, password: str, at: datetime) -> bool:
    """Let somebody sign in with a password, or give them a new one; whether they are new.

    Raises ValueError for a name or password that will not do.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ValueError(f"wanted a name of 1 to {LONGEST_NAME} printable characters, found {name!r}")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValueError(f"wanted a password of {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, found {len(password)}")
    made, moment = hashed(password), at.isoformat()
    with desk.transaction():
        is_new = not desk.rows("SELECT 1 FROM users WHERE name = ?", [name])
        if is_new:
            desk.write(
                "INSERT INTO users (name, password_hash, created_at, changed_at) VALUES (?, ?, ?, ?)",
                [name, made, moment, moment],
            )
        else:
            desk.write(
                "UPDATE users SET password_hash = ?, generation = generation + 1, changed_at = ? WHERE name = ?",
                [made, moment, name],
            )
    return is_new


def remove(desk: Desk, name: str) -> bool:
    """Let somebody sign in no longer; whether there was such a name."""
    return bool(desk.rows("DELETE FROM users WHERE name = ? RETURNING name", [name.strip()]))


def users(desk: Desk) -> list[User]:
    """All of them, by name."""
    rows = desk.rows("SELECT name, generation, created_at, changed_at FROM users ORDER BY name")
    return [
        User(name, generation, datetime.fromisoformat(created), datetime.fromisoformat(changed))
        for name, generation, created, changed in rows
    ]


def signed_in(desk: Desk, name: str, password: str) -> User | None:
    """The user of that name and password; None: they do not fit. A name that nobody has takes as long as a wrong password."""
    rows = desk.rows("SELECT password_hash FROM users WHERE name = ?", [name.strip()])
    with _AT_ONCE:
        fits = fits_hash(password[:LONGEST_PASSWORD], rows[0][0] if rows else _nobodys())
    if not rows or not fits:
        return None
    return next(user for user in users(desk) if user.name.casefold() == name.strip().casefold())


def hashed(password: str) -> str:
    """``scrypt$N$r$p$salt$key`` with a new salt."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return _written(salt, _key(password, salt, COST, BLOCK, PARALLEL))


def fits_hash(password: str, made: str) -> bool:
    """Whether a password is the one that was hashed. Raises ValueError for what is no such hash."""
    kind, cost, block, parallel, salt, key = made.split("$")
    if kind != "scrypt":
        raise ValueError(f"wanted a hash of scrypt, found {kind!r}")
    found = _key(password, b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(found, b64decode(key))


def _key(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=_MEMORY, dklen=_KEY_BYTES)


def _written(salt: bytes, key: bytes) -> str:
    return "$".join(["scrypt", str(COST), str(BLOCK), str(PARALLEL), b64encode(salt).decode(), b64encode(key).decode()])


def _nobodys() -> str:
    return _written(b"\0" * _SALT_BYTES, b"\0" * _KEY_BYTES)
