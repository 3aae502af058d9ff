"""How much memory a run takes that meets every page that was made to take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo.pages import Page
from demo.troubled_site import Act, Scene, Trouble, Where
from demo.troubles import trouble
from demo.wire import Play
from support.small_network import SmallDirectory, SmallNetwork, running
from sync.exits import Exit

pytestmark = pytest.mark.xdist_group("memory")

MOST_BYTES = 300_000_000
SHORT_DEADLINE = """
from functools import partial
import sync.fetch
sync.fetch.Caps = partial(sync.fetch.Caps, deadline_seconds=3.0, backoff_seconds=0.1)
"""


def html(content: str) -> Act:
    body = f"<html><head><title>Large</title></head><body><h1>Large</h1>{content}</body></html>".encode()
    return lambda scene: replace(scene.page, content=body)


LARGEST = (
    html("\N{PINE DECORATION} " * 415_000),
    html("<p " + " ".join(f"a{number}=1" for number in range(99_000)) + ">x</p>"),
)
"""Just below the caps on one page; of these, the two that take the most memory."""
BODIES = ("huge-body", "gzip-bomb", "drip", "silence", "reset", "truncated", "half-page", "bad-header", "wrong-charset",
          "wrong-utf-8", "deep-nesting", "many-tags", "much-text", "soft-404")  # fmt: skip
"""Every trouble that is one of a page's body; each at a profile of its own."""
ELSEWHERE = {"tci": "endless-pager", "eca": "huge-body", "clusters_of_sweden": "gzip-bomb"}
"""What the other networks do in the meantime, to add to it."""
NETWORKS = ("eccp", *ELSEWHERE)


def each_at_its_own(acts: dict[str, Act]) -> Trouble:
    def act(scene: Scene) -> Page | bytes | Play:
        struck: Callable[[Scene], Page | bytes | Play] = acts.get(scene.asked.target, lambda healthy: healthy.page)
        return struck(scene)

    return Trouble("each", "every profile is in a trouble of its own", act, Where.PROFILES)


@pytest.fixture
def config(tmp_path: Path, helpers: Any) -> Iterator[Path]:
    """A configuration of four networks: one in all troubles of a page's body, and three that add to it."""
    eccp = SmallNetwork(clusters=40)
    others = {name: SmallDirectory(name.replace("_", "-")) for name in ELSEWHERE}
    acts = [*(trouble(word).act for word in BODIES), *LARGEST]
    # A healthy one stands between any two: so many out of reach in a row would end the run.
    eccp.site.troubles = [each_at_its_own({eccp.path(2 * number + 1): act for number, act in enumerate(acts)})]
    for name, word in ELSEWHERE.items():
        others[name].site.troubles = [trouble(word)]
    with ExitStack() as stack:
        for network in (eccp, *others.values()):
            stack.enter_context(running(network))
        yield helpers.write_config(tmp_path, eccp=eccp.base, **{name: network.base for name, network in others.items()})


@pytest.mark.thorough
def test_a_run_over_pages_made_to_exhaust_it_stays_under_300_megabytes(runs: Any, config: Path) -> None:
    ended = runs("--config", str(config), "sync", prelude=SHORT_DEADLINE)
    assert ended.code == Exit.HELD, ended.err
    assert "eccp held" in ended.err
    assert "tci held: wanted a listing that ends within 500 pages" in ended.err
    assert "eca failed" in ended.err
    assert "clusters_of_sweden failed" in ended.err
    assert ended.err.count("too large") == 2
    assert ended.most_memory_bytes < MOST_BYTES


@pytest.mark.thorough
@pytest.mark.parametrize("largest", LARGEST, ids=["text", "attributes"])
def test_four_networks_that_send_their_largest_pages_at_once_take_no_more(
    runs: Any, helpers: Any, tmp_path: Path, largest: Act
) -> None:
    kinds = {name: SmallNetwork if name == "eccp" else SmallDirectory for name in NETWORKS}
    sites = {name: kind(name.replace("_", "-"), clusters=2) for name, kind in kinds.items()}
    for name, site in sites.items():
        place = Where.PROFILES if name in ("eccp", "tci") else Where.ALL  # the others' lists stand elsewhere
        site.site.troubles = [Trouble("large", "every page is as large as a page may be", largest, place)]
    with ExitStack() as stack:
        for site in sites.values():
            stack.enter_context(running(site))
        config = helpers.write_config(tmp_path, **{name: site.base for name, site in sites.items()})
        ended = runs("--config", str(config), "sync")
    assert ended.code == Exit.HELD, ended.err
    assert all(f"{name} held" in ended.err for name in NETWORKS)
    assert ended.most_memory_bytes < MOST_BYTES
