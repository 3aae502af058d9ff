"""R and JDBC themselves, where R's package duckdb and the driver's jar are at hand: nobody fetches them.

Only `make test-r-jdbc` runs these; CI does not, for it reaches no registry that has them. What the two hand on to DuckDB's
library is tried by `make test-clients` (``test_clients.py``), and so is how R asks for the file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support import small_state
from warehouse.editions import POINTER, publish
from warehouse.state import State

ROOT = Path(__file__).parents[2]
JAR = "DUCKDB_JDBC_JAR"
"""The variable that names the driver's jar, ``duckdb_jdbc-VERSION.jar``."""
AGAIN = """
cat(DBI::dbGetQuery(con, "SELECT number FROM edition")$number, "\\n")
refused <- tryCatch(DBI::dbExecute(con, "DELETE FROM clusters"), error = conditionMessage)
cat(gsub("\\n", " ", refused), "\\n")
invisible(readLines("stdin", n = 1))
cat(DBI::dbGetQuery(con, "SELECT number FROM edition")$number, "\\n")
"""


def of_the_readme() -> list[str]:
    """The lines of R that README.md shows."""
    found = re.search(r"```r\n(.+?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1].splitlines()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return small_state.make(tmp_path, {"eccp": [small_state.record("eccp", "a", name="Alfa", country="SE")]})


def publish_two(config: Path) -> None:
    """While readers have the edition open, and with the state open for writing."""
    var = config.parent / "var"
    with State.open(var / "state.duckdb") as state:
        for _ in range(2):
            publish(state, var / "editions", datetime.now(UTC), keep=1)


def talk(words: list[str], config: Path) -> list[str]:
    """What a client prints: it reads a line before it opens anew, and gets it when two more editions were published."""
    client = subprocess.Popen(
        words, cwd=ROOT, env={**os.environ, "CLUSTERBRIDGE_CONFIG": str(config)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert client.stdout is not None
    before = []
    while len(before) < 3 and (line := client.stdout.readline()):
        before.append(line.strip())
    publish_two(config)
    out, err = client.communicate("go on\n", timeout=120)
    assert client.returncode == 0, err
    return [*before, *(line.strip() for line in out.splitlines() if line.strip())]


@pytest.mark.clients
def test_r_is_told_the_file_by_the_first_line_that_the_readme_shows(config: Path) -> None:
    r = shutil.which("Rscript")
    if not r:
        pytest.skip("R is not installed (Debian: apt-get install r-base-core)")
    words = [r, "-e", f"{of_the_readme()[0]}; cat(length(path), normalizePath(path))"]
    ended = subprocess.run(
        words, cwd=ROOT, env={**os.environ, "CLUSTERBRIDGE_CONFIG": str(config)}, capture_output=True, text=True, check=False
    )
    assert ended.stdout == f"1 {(config.parent / 'var' / 'editions' / POINTER).resolve()}", ended.stderr


@pytest.mark.r_and_jdbc
def test_jdbc_opens_what_the_readme_says_reads_cannot_write_and_sees_the_next_edition_by_opening_anew(config: Path) -> None:
    jar, java = os.environ.get(JAR), shutil.which("java")
    if not jar or not java:
        pytest.skip(f"wanted Java, and the path of duckdb_jdbc-VERSION.jar in {JAR}")
    program = ROOT / "tests" / "support" / "AskByJdbc.java"
    pointer = config.parent / "var" / "editions" / POINTER
    first, name, refused, still, then = talk([java, "-cp", jar, str(program), str(pointer)], config)
    assert (first, name, still, then) == ("1", "Alfa", "1", "3")
    assert "read-only" in refused


@pytest.mark.r_and_jdbc
def test_r_does_what_the_readme_says_cannot_write_and_sees_the_next_edition_by_opening_anew(config: Path, tmp_path: Path) -> None:
    r = shutil.which("Rscript")
    if not r or subprocess.run([r, "-e", "library(duckdb)"], capture_output=True, check=False).returncode:
        pytest.skip("wanted R with its package duckdb")
    path, connect, ask, disconnect = of_the_readme()
    script = tmp_path / "ask.R"
    again = [disconnect, path, connect, 'cat(DBI::dbGetQuery(con, "SELECT number FROM edition")$number, "\\n")', disconnect]
    script.write_text("\n".join([path, connect, f"cat({ask}$name, '\\n')", AGAIN, *again]), encoding="utf-8")
    name, first, refused, still, then = talk([r, str(script)], config)
    assert (name, first, still, then) == ("Alfa", "1", "1", "3")
    assert "read-only" in refused
