"""A folder in which one run took place, and the command line there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from support.commands import Ended, Run, called
from support.judged_records import RECORDS
from support.small_state import make
from sync.cli import output


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one run took place; tests work in copies."""
    folder = tmp_path_factory.mktemp("judged")
    make(folder, RECORDS)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "ours", symlinks=True)


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``clusterbridge`` there; wide enough that no cell is folded."""
    monkeypatch.setattr(output.results, "width", 250)

    def run(*words: str) -> Ended:
        return called(capsys, "--config", str(folder / "config.toml"), *words)

    return run
