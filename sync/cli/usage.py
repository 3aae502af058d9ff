"""What to say of words that a command cannot do anything with: what was wanted, what was found, what to write."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

import typer
from pydantic import ValidationError
from typer._click.exceptions import NoSuchOption  # typer names it nowhere else


def misplaced(error: NoSuchOption, ours: Sequence[Any]) -> str | None:
    """What to say of an option after the command that belongs before it; None: it is no such option.

    Arguments:
        ours: the parameters that stand before a command.
    """
    option = next((one for one in ours if error.option_name in one.opts), None)
    if option is None or error.ctx is None or error.ctx.parent is None:
        return None
    program = error.ctx.find_root().command_path
    command = error.ctx.command_path.removeprefix(program).strip()
    value = "" if option.is_flag else f" {option.metavar}"
    return f"wanted {error.option_name} before the command, found it after; write: {program} {error.option_name}{value} {command}"


def unfit(error: typer.BadParameter) -> str | None:
    """What to say of a value that does not fit; None: typer says it well."""
    cause, param = error.__cause__, error.param
    if not isinstance(cause, ValidationError) or param is None:
        return None
    wanted = _wanted(param.type_descriptor)
    name = param.opts[-1] if param.param_type_name == "option" else (param.metavar or param.name)
    return wanted and f"wanted {name} with {wanted}, found {cause.errors(include_context=False, include_url=False)[0]['input']!r}"


def _wanted(kind: Any) -> str | None:
    if kind.choices:
        *others, last = [str(one.value if isinstance(one, Enum) else one) for one in kind.choices]
        return f"{', '.join(others)} or {last}" if others else last
    if kind.is_datetime:
        return "a date such as 2026-11-29"
    least, most = kind.parameter_info.min, kind.parameter_info.max
    if kind.annotation is int or kind.is_ranged:
        return "a whole number" + (f" from {least}" if least is not None else "") + (f" to {most}" if most is not None else "")
    return None
