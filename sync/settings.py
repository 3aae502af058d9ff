"""Reading the configuration: a flag beats ``CLUSTERBRIDGE_…`` in the environment, which beats ``config.toml``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings.exceptions import SettingsError
from pydantic_settings.sources import EnvSettingsSource
from pydantic_settings.sources.utils import parse_env_vars

from sync.settings_keys import PREFIX, Key, did_you_mean, instead_of_one_value, is_table, variable
from sync.settings_merge import nearest, wrong_orders
from sync.settings_shape import Merge, NetworkSettings, Operator, Paths, Permission, Settings

__all__ = [
    "ConfigError",
    "Merge",
    "NetworkSettings",
    "Operator",
    "Paths",
    "Permission",
    "Settings",
    "config_file",
    "load_settings",
    "without_secrets",
]

WHERE = f"{PREFIX}CONFIG"
"""The environment variable that names the configuration file."""
SECRETS: tuple[Key, ...] = (("notify", "urls"), ("lake", "catalog"), ("lake", "data"))
"""Keys whose values may hold a password."""


class ConfigError(Exception):
    """The configuration cannot be used (exit code 3). One line a problem: where, which key, what was found, what to write."""


def load_settings(
    path: Path | None = None,
    env: Mapping[str, str] | None = None,
    *,
    networks: Collection[str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """The settings of a configuration file, the environment and the command line's flags.

    Arguments:
        path: the file; None: what ``CLUSTERBRIDGE_CONFIG`` names, else ``config.toml`` here if there is one, else defaults alone.
        env: environment variables (``CLUSTERBRIDGE_OPERATOR__CONTACT``); None: the process's.
        networks: the names that ``[networks.<name>]`` may have; None: any.
        flags: dotted key -> value (``{"paths.var": "elsewhere"}``).

    Raises:
        ConfigError: for a file that is not there or is not TOML, an unknown key, a value that does not fit.
    """
    env = os.environ if env is None else env
    file = config_file(path, env)
    text = _text(file) if file else ""
    sources = _Sources(
        file=file,
        lines=text,
        in_file=_toml(text, file),
        in_env=_environment(env, networks),
        in_flags=_nested(flags or {}),
    )
    merged = _merge(_merge(sources.in_file, sources.in_env), sources.in_flags)
    problems = [*_unknown_networks(merged, sources, networks), *_wrong_orders(merged, sources, networks)]
    try:
        settings = Settings(**merged)
    except ValidationError as error:
        problems += [_problem(detail, sources) for detail in error.errors(include_url=False)]
    if problems:
        raise ConfigError("\n".join(problems))
    folder = (file.parent if file else Path()).absolute()
    paths = settings.paths.model_copy(update={"var": folder / settings.paths.var.expanduser()})
    given = {key: value for key in ("data", "python") if (value := getattr(settings.lake, key)) and "://" not in value}
    lake = settings.lake.model_copy(update={key: str(folder / Path(value).expanduser()) for key, value in given.items()})
    return settings.model_copy(update={"paths": paths, "lake": lake})


@dataclass(frozen=True)
class _Sources:
    """Where the values come from, to say of a bad one where it stands."""

    file: Path | None
    lines: str
    in_file: dict[str, Any]
    in_env: dict[str, Any]
    in_flags: dict[str, Any]

    def place(self, key: Key) -> str:
        if _has(self.in_flags, key):
            return "the command line"
        if _has(self.in_env, key):
            return f"the environment variable {variable(key)}"
        line = line_of(self.lines, key)
        return f"{self.file} line {line}" if line else str(self.file or "the configuration")


def config_file(path: Path | None, env: Mapping[str, str] | None = None) -> Path | None:
    """The configuration file that ``load_settings`` reads, called alike; None: there is none, and defaults hold."""
    env = os.environ if env is None else env
    if path is None and env.get(WHERE):
        path = Path(env[WHERE])
    if path is not None:
        return path.expanduser()
    here = Path("config.toml")
    return here if here.is_file() else None


def _text(file: Path) -> str:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"wanted a configuration at {file}, found: {error.strerror}; name another with --config") from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{raw[error.start]:02x}"
        raise ConfigError(f"{file} line {line}: wanted UTF-8 text, found {found}; save the file as UTF-8") from error


def _toml(text: str, file: Path | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not TOML: {error}") from error


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of the environment, of a mapping instead of the process's."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return parse_env_vars(self._env, self.case_sensitive, self.env_ignore_empty, self.env_parse_none_str)


def _environment(env: Mapping[str, str], networks: Collection[str] | None) -> dict[str, Any]:
    ours = {name: value for name, value in env.items() if name.upper().startswith(PREFIX) and name.upper() != WHERE}
    for name in ours:
        section = name[len(PREFIX) :].lower().split("__")[0]
        if section not in Settings.model_fields:
            raise ConfigError(f"the environment variable {name}: unknown key{did_you_mean((section,))}")
    try:
        values = _Environment(ours)()
    except SettingsError as error:
        name = next(name for name, value in ours.items() if not _is_readable(name, value))
        key = tuple(name[len(PREFIX) :].lower().split("__"))
        if is_table(key):
            wanted = f"wanted a table, {_found(key, ours[name])}{instead_of_one_value(key)}"
            raise ConfigError(f"the environment variable {name}: {wanted}") from error
        raise ConfigError(
            f'the environment variable {name}: wanted a list or table as JSON, such as ["sv", "en"], found something else'
        ) from error
    # A variable's name can have no hyphen, a network's name can.
    spelling = {name.replace("-", "_"): name for name in networks or ()}
    if isinstance(values.get("networks"), dict):
        values["networks"] = {spelling.get(name, name): value for name, value in values["networks"].items()}
    return values


def _is_readable(name: str, value: str) -> bool:
    try:
        _Environment({name: value})()
    except SettingsError:
        return False
    return True


def _nested(flags: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for dotted, value in flags.items():
        *above, last = dotted.split(".")
        branch = tree
        for part in above:
            branch = branch.setdefault(part, {})
        branch[last] = value
    return tree


def _merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """``over`` laid on ``under``, table by table."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _has(tree: Any, key: Key) -> bool:
    for part in key:
        if not isinstance(tree, dict) or part not in tree:
            return False
        tree = tree[part]
    return True


def line_of(text: str, key: Key) -> int | None:
    """The line, from 1, of the statement that sets a key of a TOML text; of the nearest table above where it is not found."""
    found = (_statement(text.splitlines(keepends=True), key[:depth]) for depth in range(len(key), 0, -1))
    return next((lines.start + 1 for lines in found if lines is not None), None)


def _statement(lines: Sequence[str], key: Key) -> range | None:
    """Where in the lines of a TOML text the statement stands that sets a key; None: none does.

    Reads ever longer beginnings of the text and takes the first that knows the key: right for every way of writing TOML.
    """
    begins = 0
    for count in range(1, len(lines) + 1):
        try:
            tree = tomllib.loads("".join(lines[:count]))
        except tomllib.TOMLDecodeError:  # inside a value of several lines
            continue
        if _has(tree, key):
            return range(begins, count)
        begins = count
    return None


def without_secrets(text: str) -> tuple[str, tuple[str, ...]]:
    """A configuration's text without the statements that may hold a password, and the keys that these set.

    Raises tomllib.TOMLDecodeError for a text that is not TOML.
    """
    tomllib.loads(text)
    left_out = []
    lines = text.splitlines(keepends=True)
    for key in SECRETS:
        found = _statement(lines, key)
        if found is not None:
            left_out.append(".".join(key))
            lines[found.start : found.stop] = [f"# {'.'.join(key)} was left out: it may hold a password\n"]
    return "".join(lines), tuple(left_out)


def _unknown_networks(merged: dict[str, Any], sources: _Sources, known: Collection[str] | None) -> Iterator[str]:
    section = merged.get("networks")
    if known is None or not isinstance(section, dict):
        return
    for name in section:
        if name not in known:
            yield f"{sources.place(('networks', name))}: networks.{name}: unknown network; {nearest(name, known)}"


def _wrong_orders(merged: dict[str, Any], sources: _Sources, known: Collection[str] | None) -> Iterator[str]:
    for key, wrong in wrong_orders(merged.get("merge"), known):
        yield f"{sources.place(key)}: {'.'.join(key)}: {wrong}"


def _problem(detail: ErrorDetails, sources: _Sources) -> str:
    key = tuple(str(part) for part in detail["loc"])
    where = f"{sources.place(key)}: {'.'.join(key)}"
    if detail["type"] == "extra_forbidden":
        return f"{where}: unknown key{did_you_mean(key)}"
    if detail["type"] in ("model_type", "dict_type"):
        return f"{where}: wanted a table, {_found(key, detail['input'])}{instead_of_one_value(key)}"
    if detail["type"] in ("tuple_type", "list_type"):
        return f"{where}: wanted a list, {_found(key, detail['input'])}"
    if detail["type"] == "value_error":
        return f"{where}: {detail['ctx']['error']}"
    return f"{where}: {detail['msg'][0].lower()}{detail['msg'][1:]}, {_found(key, detail['input'])}"


def _found(key: Key, value: object) -> str:
    # An address to publish or notify to may hold a password: name the key, not the value.
    return "found something else" if key[0] in ("notify", "lake") else f"found {value!r}"
