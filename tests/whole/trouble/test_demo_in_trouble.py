"""``clusterbridge demo --trouble``: an operator sees what a bad night looks like, and that it costs nothing that was known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.site import NETWORKS
from demo.troubles import TROUBLES
from sync.cli import play
from sync.cli.app import main
from sync.exits import Exit

pytestmark = pytest.mark.xdist_group("misbehaving")


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command with the two smallest networks, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(play, "NETWORKS", {name: NETWORKS[name] for name in ("eca", "clusters_of_sweden")})
    monkeypatch.setattr(play, "DEMO_PORT", 0)
    monkeypatch.setattr("sync.cli.output.results.width", 200)

    def call(*words: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            main(["--quiet", "demo", *words])
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return call


@pytest.mark.thorough
def test_a_bad_night_has_its_table_its_sentences_its_code_and_keeps_what_was_known(
    demo: Callable[..., Said], tmp_path: Path, helpers: Any
) -> None:
    first = demo("--trouble", "eca=busy-for-a-while@listing")
    assert (first.code, first.err) == (Exit.OK, "")
    known = helpers.published(tmp_path / "var" / "demo")
    assert len(known.names) > 100

    told = json.loads(demo("--json").out)
    assert (told["exit"], told["is_unchanged"], told["edition"].endswith("-000002.duckdb")) == (Exit.OK, True, True)
    assert {one["network"]: one["outcome"] for one in told["networks"]} == dict.fromkeys(
        ("eca", "clusters_of_sweden"), "complete"
    )

    second = demo("--trouble", "eca=challenge-403", "--trouble", "clusters-of-sweden=soft-404@profiles")
    assert second.code == Exit.HELD
    assert "refused" in second.out
    assert "held" in second.out
    assert "eca (a check for humans in place of every page, with status 403)" in second.out
    assert "eca refused: " in second.err
    assert "clusterbridge import" in second.err
    assert "clusters_of_sweden held: " in second.err
    after = helpers.published(tmp_path / "var" / "demo")
    assert after.number == known.number + 2
    assert after.names == known.names


def test_the_modes_are_listed(demo: Callable[..., Said]) -> None:
    said = demo("--trouble", "list")
    assert said.code == Exit.OK
    assert all(f"\n{one.name} " in said.out and one.plays in said.out for one in TROUBLES)


@pytest.mark.parametrize(
    ("words", "because"),
    [
        (("tci=drip",), "wanted NETWORK=MODE with a network of eca, clusters_of_sweden, found 'tci=drip'"),
        (("eca",), "wanted NETWORK=MODE"),
        (("eca=plague",), "found 'plague'; `clusterbridge demo --trouble list`"),
        (("eca=drip@home",), "found 'home'"),
        (("eca=soft-404",), "eca has none"),
        (("eca=drip", "eca=reset"), "found two for eca"),
    ],
)
def test_a_trouble_that_cannot_be_played_is_a_mistake_of_usage(
    demo: Callable[..., Said], tmp_path: Path, words: tuple[str, ...], because: str
) -> None:
    said = demo(*(part for word in words for part in ("--trouble", word)))
    assert said.code == Exit.USAGE
    assert because in said.err
    assert not (tmp_path / "var").exists()
