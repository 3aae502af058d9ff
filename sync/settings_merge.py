"""What can be wrong with ``[merge]``: networks and fields that there are not."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

from warehouse.merge_fields import UNKNOWN, ordered_fields, why_without_order

Key = tuple[str, ...]


def wrong_orders(section: object, known: Collection[str] | None) -> Iterator[tuple[Key, str]]:
    """The key and what is wrong there, of a section of the file; what is no table or list is left to the shape to say.

    Arguments:
        known: the networks that there are; None: any may be named.
    """
    if not isinstance(section, Mapping):
        return
    fields = section.get("fields")
    fields = fields if isinstance(fields, Mapping) else {}
    for name in fields:
        if (reason := why_without_order(name)) is not None:
            close = difflib.get_close_matches(name, ordered_fields(), n=1, cutoff=0.5) if reason == UNKNOWN else []
            hint = f"did you mean {close[0]!r}?" if close else reason
            yield ("merge", "fields", name), f"no field with an order of its own; {hint}"
    yield from _of_order(("merge", "default"), section.get("default"), known)
    for name, order in fields.items():
        yield from _of_order(("merge", "fields", name), order, known)


def _of_order(key: Key, order: object, known: Collection[str] | None) -> Iterator[tuple[Key, str]]:
    if not isinstance(order, (list, tuple)) or not all(isinstance(name, str) for name in order):
        return
    for name in dict.fromkeys(order):
        if known is not None and name not in known:
            yield key, f"unknown network {name!r}; {nearest(name, known)}"
        elif order.count(name) > 1:
            yield key, f"wanted each network once, found {name!r} {order.count(name)} times"


def nearest(name: str, known: Collection[str]) -> str:
    """What to write in place of an unknown network's name."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"there are {', '.join(sorted(known)) or 'none'}"
