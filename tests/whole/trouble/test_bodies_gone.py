"""When the stored pages are too old to be kept: the next run neither fails nor asks for everything anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.cli.app import main
from sync.exits import Exit

pytestmark = pytest.mark.xdist_group("verdicts")


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "ours" / "var"


@pytest.fixture
def run(tmp_path: Path, module_network: Any, helpers: Any) -> Callable[..., int]:
    """Runs ``clusterbridge`` where no page is kept for longer than its run; the exit code."""
    module_network.clusters, module_network.revision = 10, 1
    module_network.replies.clear()
    config = helpers.write_config(tmp_path / "ours", eccp=module_network.base)
    config.write_text(f"{config.read_text(encoding='utf-8')}[keep]\ncapture_bodies_days = 0\n", encoding="utf-8")

    def run(*words: str) -> int:
        with pytest.raises(SystemExit) as ended:
            main(("--config", str(config), "--quiet", *words))
        return int(ended.value.code or 0)

    return run


@pytest.mark.thorough
def test_without_stored_pages_only_lists_are_asked_for_whole_and_what_changed_is_still_read(
    run: Callable[..., int], var: Path, module_network: Any, helpers: Any
) -> None:
    assert run("sync") == Exit.OK
    assert list((var / "captures").rglob("*.gz")) == []
    before = helpers.published(var)
    asked = []
    for _ in range(2):
        module_network.asked.clear()
        assert run("sync") == Exit.OK
        asked.append(sorted(module_network.asked))
        assert (helpers.published(var).names, helpers.published(var).claims) == (before.names, before.claims)
    assert asked[0] == asked[1]
    assert len(asked[0]) == len(set(asked[0])), "nothing is asked for twice"
    module_network.revision = 2
    assert run("sync") == Exit.OK
    assert helpers.published(var).claims != before.claims


@pytest.mark.thorough
def test_replay_says_why_it_cannot_read_a_page_again(run: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sync") == Exit.OK
    capsys.readouterr()
    assert run("replay", "eccp") != Exit.OK
    said = capsys.readouterr().err
    assert "keep.capture_bodies_days" in said
    assert "clusterbridge sync --full" in said
