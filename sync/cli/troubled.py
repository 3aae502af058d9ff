"""The demo's ``--trouble``: which network is played in which trouble."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from demo.pages import Site
from demo.troubled_site import Trouble, Where
from demo.troubles import TROUBLES, UnknownTrouble, in_trouble, trouble
from sync.cli.output import Stop, print_table
from sync.exits import Exit

Troubles = Annotated[
    list[str] | None,
    typer.Option(
        "--trouble",
        metavar="NETWORK=MODE",
        help="Play a network in trouble, such as eccp=challenge-403, or eccp=drip@profile for one place of it; "
        "may be repeated. `--trouble list` lists the modes. One that strikes profiles comes with --full: else none is asked for.",
    ),
]


def strikes_profiles(troubles: Iterable[Trouble]) -> bool:
    """Whether any strikes profiles, which are not asked for where nothing changed since the last demo."""
    return any(one.where in (Where.PROFILE, Where.PROFILES) for one in troubles)


def print_troubles() -> None:
    """Every mode, where it strikes, and what it plays."""
    print_table(("mode", "where", "what it plays"), [(one.name, one.where.value, one.plays) for one in TROUBLES])


def troubles_of(words: Sequence[str], sites: Sequence[Site]) -> dict[str, Trouble]:
    """Network -> its trouble, as ``NETWORK=MODE`` says; a network's hyphens are as good as its underscores. Raises Stop."""
    networks = {site.network: site for site in sites}
    chosen: dict[str, Trouble] = {}
    for word in words:
        name, _, mode = word.partition("=")
        network = name.replace("-", "_")
        if network not in networks or not mode:
            raise Stop(Exit.USAGE, f"wanted NETWORK=MODE with a network of {', '.join(networks)}, found {word!r}")
        if network in chosen:
            raise Stop(Exit.USAGE, f"wanted one trouble a network, found two for {network}")
        try:
            chosen[network] = trouble(mode)
            in_trouble(networks[network], chosen[network])
        except UnknownTrouble as unknown:
            raise Stop(Exit.USAGE, f"{unknown}; `clusterbridge demo --trouble list` says what each plays") from unknown
    return chosen
