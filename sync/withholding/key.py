"""The key that marks what is kept out, and the desk that knows its check: either without the other is a loss, never a beginning.

On first use the key is written under another name, then the desk learns its check, and only then the key takes its place: where
the key is, the desk that knows it was there, at whatever moment somebody was killed.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from pathlib import Path

from sync.files import written_wholly
from sync.places import DESK, KEY
from warehouse.desk import Desk

KEY_BYTES = 32
NEW = f"{KEY}.new"
Check = Callable[[bytes], bytes]
"""What the desk keeps of a key, to know it again."""

_MEND = (
    "without it what was kept out for ever would come back, so nothing is read; bring it back from a backup "
    "(`clusterbridge restore DIR`, or its file {name})"
)


class KeyLost(Exception):  # noqa: N818  it says what is the case
    """The key that made the marks is not there, or is another one; or the desk that holds the marks is not."""


def key_of(var: Path, desk: Desk, check: Check) -> bytes:
    """The key of this installation, made on first use. Raises KeyLost."""
    with desk.transaction():  # two that begin at once must not make two keys
        known = _known(desk)
        if known is None:
            if (var / KEY).exists():
                raise KeyLost(desk_lost(var))
            known = check(_begin(var))
            desk.write("INSERT INTO key_check (only_row, mark) VALUES (1, ?)", [known])
    with desk.transaction():
        if not (var / KEY).exists() and (var / NEW).exists() and check((var / NEW).read_bytes()) == known:
            (var / NEW).replace(var / KEY)
    return _matching(var / KEY, check, known)


def key_trouble(var: Path, check: Check) -> str | None:
    """Why it cannot be told what is kept out; None: it can, or nothing ever was. Writes nothing."""
    known = None
    if (var / DESK).exists():
        with Desk.open(var / DESK, read_only=True, older_too=True) as desk:
            known = _known(desk)
    if known is None:
        return desk_lost(var) if (var / KEY).exists() else None
    try:
        _matching(var / KEY, check, known)
    except KeyLost as lost:
        return str(lost)
    return None


def desk_lost(var: Path) -> str:
    """What to say where there is a key and no desk that knows it."""
    found = "an empty one" if (var / DESK).exists() else "none"
    return (
        f"wanted the desk with what is kept out at {var / DESK}, found {found} beside its key; {_MEND.format(name=DESK)}; "
        f"where there is none, move {var / KEY} away: the next run begins anew, and all that is to be kept out has to be "
        "decided again"
    )


def _begin(var: Path) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    with written_wholly(var / NEW, mode=0o600) as file:
        file.write(key)
    return key


def _known(desk: Desk) -> bytes | None:
    rows = desk.rows("SELECT mark FROM key_check")
    return rows[0][0] if rows else None


def _matching(path: Path, check: Check, known: bytes) -> bytes:
    mend = _MEND.format(name=KEY)
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise KeyLost(f"wanted the key of the suppressions at {path}, found no file; {mend}") from None
    if len(key) != KEY_BYTES:
        raise KeyLost(f"wanted a key of {KEY_BYTES} bytes in {path}, found {len(key)} bytes; {mend}")
    if not hmac.compare_digest(check(key), known):
        raise KeyLost(f"wanted the key that made the suppressions in {path}, found another; {mend}")
    return key
