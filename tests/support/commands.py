"""The command line, called as its user calls it, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync.cli.app import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as the JSON that it is."""
        return json.loads(self.out)


Run = Callable[..., Ended]
"""Calls ``clusterbridge`` with some words."""


def called(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Ended:
    """Call ``clusterbridge`` with these words; what was printed before is not part of what it says."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    said = capsys.readouterr()
    return Ended(int(ended.value.code or 0), said.out, said.err)
