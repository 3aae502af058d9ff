"""Which keys the configuration has, and what to write in place of a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from sync.settings_shape import Settings

PREFIX = "CLUSTERBRIDGE_"
"""What the names of environment variables begin with."""
Key = tuple[str, ...]


def variable(key: Key) -> str:
    """The environment variable of a key; what a network's name has no variable can have, is an underscore there."""
    return f"{PREFIX}{'__'.join(key).upper().replace('-', '_')}"


def is_table(key: Key) -> bool:
    """Whether a key is a table with keys of its own."""
    return bool(keys_of(key))


def instead_of_one_value(key: Key) -> str:
    """What to write where a table was given a single value: how to switch it off if it can be, else which keys it has."""
    keys = keys_of(key)
    if "enabled" in keys:
        switch = (*key, "enabled")
        return f"; to switch it off, write {'.'.join(switch)} = false in the file, or {variable(switch)}=false in the environment"
    return f"; its keys are {', '.join(keys)}, each a variable of its own ({variable((*key, keys[0]))})" if keys else ""


def did_you_mean(key: Key) -> str:
    """The nearest valid key: of the same table, else of any; else the keys that there are."""
    here = keys_of(key[:-1])
    close = difflib.get_close_matches(key[-1], here, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    anywhere = {dotted.rpartition(".")[2]: dotted for dotted in _all_keys(Settings)}
    close = difflib.get_close_matches(key[-1], anywhere, n=1, cutoff=0.8)
    if close:
        return f"; did you mean {anywhere[close[0]]!r}?"
    return f"; the keys here are {', '.join(here)}"


def _table(annotation: Any) -> Any:
    """The model or the dict type that an annotation (``Model | None``) allows; None: it is no table."""
    for kind in (annotation, *get_args(annotation)):
        if get_origin(kind) is dict or (isinstance(kind, type) and issubclass(kind, BaseModel)):
            return kind
    return None


def keys_of(table: Key) -> list[str]:
    """The keys of a table; none: it is no table, or one whose keys are names."""
    kind: Any = Settings
    for part in table:
        if kind is None:
            return []
        kind = _table(get_args(kind)[1] if get_origin(kind) is dict else _field(kind, part))
    return list(getattr(kind, "model_fields", ()))


def _field(kind: Any, name: str) -> Any:
    field = kind.model_fields.get(name)
    return None if field is None else field.annotation


def _all_keys(kind: Any, above: str = "") -> Iterator[str]:
    if get_origin(kind) is dict:
        value = _table(get_args(kind)[1])
        if value is not None:
            yield from _all_keys(value, f"{above}<name>.")
        return
    for name, field in kind.model_fields.items():
        yield f"{above}{name}"
        inner = _table(field.annotation)
        if inner is not None:
            yield from _all_keys(inner, f"{above}{name}.")
