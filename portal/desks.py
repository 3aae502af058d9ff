"""Desks, opened for a visit: one that it reads several times is opened once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path

from warehouse.desk import Desk
from warehouse.migrate import SchemaOlder

PATIENCE_SECONDS = 4.0
"""How long a page waits for another who writes on the desk."""
_open: ContextVar[dict[Path, Desk] | None] = ContextVar("desks", default=None)
"""Those that the visit under way has open for reading; None: it opens each anew."""


@contextmanager
def opened_once() -> Iterator[None]:
    """While the block lasts, a desk that is read stays open. What others write meanwhile is read as before."""
    desks: dict[Path, Desk] = {}
    before = _open.set(desks)
    try:
        yield
    finally:
        _open.reset(before)
        for desk in desks.values():
            desk.close()


@contextmanager
def to_read(path: Path) -> Iterator[Desk]:
    """A desk to read from. Raises FileNotFoundError, SchemaOlder and SchemaNewer, DeskBusy, DeskUnwritable or DeskDamaged."""
    desks = _open.get()
    if desks is not None and path in desks:
        yield desks[path]
        return
    desk = Desk.open(path, read_only=True, patience_seconds=PATIENCE_SECONDS)
    if desks is None:
        with desk:
            yield desk
    else:
        desks[path] = desk
        yield desk


@contextmanager
def reading(path: Path) -> Iterator[Desk | None]:
    """A desk to read from; None: nobody has written on it yet. Raises DeskBusy, DeskUnwritable or DeskDamaged."""
    with ExitStack() as stack:
        desk: Desk | None
        try:
            desk = stack.enter_context(to_read(path))
        except FileNotFoundError:
            desk = None
        except SchemaOlder:
            desk = stack.enter_context(Desk.open(path, patience_seconds=PATIENCE_SECONDS))
        yield desk


@contextmanager
def writing(path: Path) -> Iterator[Desk]:
    """A desk to write on. Raises as ``reading``."""
    with Desk.open(path, patience_seconds=PATIENCE_SECONDS) as desk:
        yield desk
