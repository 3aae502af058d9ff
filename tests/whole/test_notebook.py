"""The notebook that analysts begin with, run headless."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytestmark = pytest.mark.xdist_group("whole")

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "start.py"
HEADLESS = """
import json, runpy, sys
from xml.etree import ElementTree
made = runpy.run_path(sys.argv[1])["app"].run()[1]
drawn = {name: len(list(ElementTree.fromstring(made[name]).iter())) for name in ("europe", "table", "fresh")}
print(json.dumps({**drawn, "places": len(made["places"]), "cells": sum(made["counts"].values()),
    "records": sum(row[2] for row in made["freshness"]), "organisations": made["organisations"]}))
"""


def test_the_notebook_draws_a_map_a_matrix_of_sectors_and_how_fresh_it_is(later: Any, tmp_path: Path) -> None:
    edition = later.visit(3).report.edition.resolve()
    pointer = tmp_path / "current.duckdb"  # as it is where the system makes no links
    pointer.write_text(f"{edition.name}\n", encoding="utf-8")
    (tmp_path / edition.name).symlink_to(edition)
    words = [sys.executable, "-c", HEADLESS, str(NOTEBOOK), "--edition", str(pointer)]
    ended = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    made = json.loads(ended.stdout.splitlines()[-1])
    with duckdb.connect(str(edition), read_only=True) as con:
        standing, sources = con.execute(
            "SELECT (SELECT count(*) FROM clusters WHERE NOT is_gone), (SELECT count(*) FROM cluster_sources WHERE NOT is_gone)"
        ).fetchall()[0]
    assert (made["organisations"], made["records"]) == (standing, sources)
    assert made["europe"] == 1 + 2 * made["places"] > 500, "a dot and a title for each, and the picture"
    assert made["table"] > 300
    assert made["cells"] > 300
    assert made["fresh"] > 4
