"""Which networks there are: every folder of ``connectors/`` with a ``network.toml``."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path

from connectors.contract import Connector
from connectors.network import Network, read_network

_FOLDER = Path(__file__).parent


class UnknownNetwork(ValueError):  # noqa: N818  the name of what was asked for
    """There is no such network; the message lists those there are."""


@cache
def names() -> tuple[str, ...]:
    """The networks, by their folders' names, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in _FOLDER.glob("*/network.toml")))


def folder_name(name: str) -> str:
    """A network's folder, also for a name as people write it (``Clusters-of-Sweden``). Raises UnknownNetwork."""
    folder = name.strip().lower().replace("-", "_")
    if folder in names():
        return folder
    near = get_close_matches(folder, names(), n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise UnknownNetwork(f"wanted one of the networks {', '.join(names())}, found {name!r}{hint}")


@cache
def network(name: str) -> Network:
    """What the network's folder says. Raises UnknownNetwork, or pydantic.ValidationError for a folder that is wrong."""
    return read_network(_FOLDER / folder_name(name))


def connector(name: str, base: str | None = None) -> Connector:
    """The connector that reads the network.

    Arguments:
        base: scheme and host where the network is read (its live home, or a replica); None: its home.

    Raises UnknownNetwork, and ValueError for a ``base`` that is no such address.
    """
    found = network(name)
    module = import_module(f"connectors.{folder_name(name)}.connector")
    made: Connector = module.connect(found, base or found.facts.home)
    return made
