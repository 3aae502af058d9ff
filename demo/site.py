"""The replicas that exist, by network."""

from __future__ import annotations

from demo import clusters_of_sweden, eca, eccp, tci
from demo.layouts import Layout
from demo.pages import Site

SEED = 20261123

NETWORKS = {"eccp": eccp.build, "tci": tci.build, "eca": eca.build, "clusters_of_sweden": clusters_of_sweden.build}


def build(
    network: str = "eccp", *, seed: int = SEED, night: int = 1, crawl_delay: int = 0, layout: Layout = Layout.USUAL,
    most: int | None = None,
) -> Site:  # fmt: skip
    """Build the replica of a network. Two builds with equal arguments are equal, byte for byte.

    Arguments:
        seed: what every generated number, date and person depends on.
        night: 1; 2 for the site a day later, 3 for that after one more day (``demo.nights``).
        crawl_delay: seconds that its robots.txt asks crawlers to wait.
        layout: of its profile pages; ECCP alone has others than the usual one.
        most: of the organisations no more than so many, those with known addresses first; None: all. ECCP alone can be smaller.

    Raises ValueError for a layout or a size that the network does not have.
    """
    if network == eccp.NETWORK:
        return eccp.build(seed=seed, night=night, crawl_delay=crawl_delay, layout=layout, most=most)
    if layout is not Layout.USUAL or most is not None:
        raise ValueError(f"wanted another layout or size of {eccp.NETWORK!r}, which alone has some, found {network!r}")
    return NETWORKS[network](seed=seed, night=night, crawl_delay=crawl_delay)
