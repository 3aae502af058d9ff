"""Which networks there are: every folder of ``connectors/`` with a ``network.toml``.

A network is read by its folder's own ``connector.py``, or, without one, by the generic list-and-detail connector.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path

from connectors.contract import Connector
from connectors.directory.connector import connect
from connectors.network import Network, read_network

_FOLDER = Path(__file__).parent


class UnknownNetwork(ValueError):  # noqa: N818  the name of what was asked for
    """There is no such network; the message lists those there are."""


@cache
def names(root: Path = _FOLDER) -> tuple[str, ...]:
    """The networks, by their folders' names, in alphabetical order.

    Arguments:
        root: the folder that holds their folders.
    """
    return tuple(sorted(path.parent.name for path in root.glob("*/network.toml")))


def folder_name(name: str, root: Path = _FOLDER) -> str:
    """A network's folder, also for a name as people write it (``Clusters-of-Sweden``). Raises UnknownNetwork."""
    folder = name.strip().lower().replace("-", "_")
    known = names(root)
    if folder in known:
        return folder
    near = get_close_matches(folder, known, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise UnknownNetwork(f"wanted one of the networks {', '.join(known)}, found {name!r}{hint}")


@cache
def network(name: str, root: Path = _FOLDER) -> Network:
    """What the network's folder says. Raises UnknownNetwork, or pydantic.ValidationError for a folder that is wrong."""
    return read_network(root / folder_name(name, root))


def connector(name: str, base: str | None = None, root: Path = _FOLDER) -> Connector:
    """The connector that reads the network.

    Arguments:
        base: scheme and host where the network is read (its live home, or a replica); None: its home.
        root: the folder that holds the networks' folders. Only those of this package can have a ``connector.py``.

    Raises UnknownNetwork, and ValueError for a ``base`` that is no such address or a folder that says not how to read it.
    """
    found = network(name, root)
    folder = folder_name(name, root)
    if root != _FOLDER or not (root / folder / "connector.py").exists():
        return connect(found, base or found.facts.home)
    module = import_module(f"connectors.{folder}.connector")
    made: Connector = module.connect(found, base or found.facts.home)
    return made
