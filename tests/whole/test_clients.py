"""Other DuckDBs, as analysts have them, on an edition that ours wrote: also while a run publishes the next one.

Only `make test-clients` runs these: their wheels come from the package registry, once, into ``.venv-clients``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from support import small_state
from warehouse.editions import POINTER, publish
from warehouse.state import State

pytestmark = [pytest.mark.xdist_group("whole"), pytest.mark.clients]

ROOT = Path(__file__).parents[2]
WHEELS = ROOT / ".venv-clients"
VERSIONS = ("1.2.2", "1.4.5", "1.5.6", "2.0.0", "2.0.1")
SHELLS = ("1.4.4.post2", "1.5.6")
RECIPES = re.findall(
    r"^### \d+\. .+?```sql\n(.+?)```", (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
QUESTIONS = (
    *RECIPES,
    "SELECT * FROM clusters_as_of(current_date)",
    "SELECT * FROM clusters_as_of_run(1)",
    "SELECT * FROM changes_between(DATE '2000-01-01', current_date)",
    "SELECT * FROM labels_as_of(current_date)",
    "SELECT * FROM memberships_as_of(current_date)",
    "SELECT * FROM search_clusters('vätgas i Norge')",
)

ASK = """
import duckdb, json, sys
con = duckdb.connect(sys.argv[1], read_only=True)
told = {"version": duckdb.__version__, "tables": {}, "answers": [], "refused": ""}
for (name,) in con.execute("SELECT DISTINCT table_name FROM data_dictionary WHERE position > 0 ORDER BY 1").fetchall():
    told["tables"][name] = len(con.execute(f'SELECT * FROM "{name}"').fetchall())
told["comments"] = con.execute("SELECT count(*) FROM duckdb_columns() WHERE comment IS NOT NULL").fetchall()[0][0]
for question in json.load(sys.stdin):
    told["answers"].append(len(con.execute(question).fetchall()))
try:
    con.execute("DELETE FROM clusters")
except duckdb.Error as error:
    told["refused"] = str(error)
print(json.dumps(told))
"""

WAYS = (
    {"access_mode": "READ_ONLY", "duckdb_api": "r-dbi", "extension_directory": "nowhere/e", "secret_directory": "nowhere/s"},
    {"access_mode": "READ_ONLY", "duckdb_api": "jdbc"},
)
"""What R's ``read_only = TRUE`` and JDBC's ``duckdb.read_only=true`` hand on to DuckDB's library, as the sources of the two say
(``rapi_startup`` of duckdb-r; ``DuckDBDriver.connect`` and ``_duckdb_jdbc_startup`` of duckdb-java)."""

FOLLOW = """
import duckdb, os, sys
def number(con):
    return con.execute("SELECT number FROM edition").fetchall()[0][0]
con = duckdb.connect(os.path.realpath(sys.argv[1]), read_only=True)
print(number(con), flush=True)
sys.stdin.readline()
print(number(con), flush=True)
print(number(duckdb.connect(os.path.realpath(sys.argv[1]), read_only=True)), flush=True)
"""


def wheel(package: str, version: str) -> Path:
    """The folder of a package's version, fetched once."""
    folder = WHEELS / f"{package}-{version}"
    if not folder.exists():
        part = folder.with_name(f"{folder.name}.part-{os.getpid()}")
        uv = shutil.which("uv")
        fetch = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
        how = ["--quiet", "--no-deps", "--only-binary", ":all:", "--target", str(part), f"{package}=={version}"]
        subprocess.run([*fetch, *how], check=True, timeout=300)
        part.rename(folder)
    return folder


def client(version: str, script: str, *words: str) -> subprocess.Popen[str]:
    """Another Python process with that version of DuckDB."""
    environment = {**os.environ, "PYTHONPATH": str(wheel("duckdb", version))}
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def ours(later: Any) -> tuple[Path, list[int]]:
    """The last edition, and how many rows our own DuckDB answers each question with."""
    path = later.visit(3).report.edition.resolve()
    with duckdb.connect(str(path), read_only=True) as con:
        return path, [len(con.execute(question).fetchall()) for question in QUESTIONS]


@pytest.mark.parametrize("version", VERSIONS)
def test_python_reads_every_table_and_answers_every_question(ours: tuple[Path, list[int]], version: str) -> None:
    path, answers = ours
    ended = client(version, ASK, str(path))
    out, err = ended.communicate(json.dumps(QUESTIONS), timeout=120)
    assert ended.returncode == 0, err
    told = json.loads(out.splitlines()[-1])
    assert told["version"] == version
    assert told["answers"] == answers
    assert told["tables"]["clusters"] > 500
    assert told["comments"] > 200
    assert "read-only" in told["refused"]


@pytest.mark.parametrize("version", SHELLS)
def test_the_shell_reads_what_the_readme_asks(ours: tuple[Path, list[int]], version: str) -> None:
    shell = max(path for path in wheel("duckdb-cli", version).rglob("duckdb") if path.is_file() and os.access(path, os.X_OK))
    asked = "SELECT count(*) AS n FROM clusters_as_of(current_date)"
    words = [str(shell), "-readonly", "-json", str(ours[0]), asked]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True, stdin=subprocess.DEVNULL)
    assert json.loads(ended.stdout) == [{"n": ours[1][len(RECIPES)]}]
    refused = [str(shell), "-readonly", str(ours[0]), "DELETE FROM clusters"]
    assert subprocess.run(refused, capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL).returncode != 0


@pytest.mark.parametrize("version", VERSIONS)
def test_a_file_that_is_open_stays_as_it_is_and_opening_again_shows_the_next_edition(version: str, tmp_path: Path) -> None:
    small_state.make(tmp_path, {"eccp": [small_state.record("eccp", "a", name="Alfa", country="SE")]})
    folder = tmp_path / "var" / "editions"
    reader = client(version, FOLLOW, str(folder / POINTER))
    assert reader.stdin is not None
    assert reader.stdout is not None
    assert reader.stdout.readline() == "1\n"
    with State.open(tmp_path / "var" / "state.duckdb") as state:
        for _ in range(2):  # while it is open, and with the state open for writing: none of this asks the reader
            publish(state, folder, datetime.now(UTC), keep=1)
        out, err = reader.communicate("go on\n", timeout=60)
    assert (out, reader.returncode) == ("1\n3\n", 0), err


def beneath(version: str, pointer: Path) -> subprocess.Popen[str]:
    """A process that opens the file as R and as JDBC do, by the library beneath them all, which that version's wheel has."""
    library = next(path for path in wheel("duckdb", version).rglob("*duckdb*.so"))
    return subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "support" / "c_library.py"), str(library), str(pointer), json.dumps(WAYS)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_what_r_and_jdbc_hand_on_opens_an_edition_for_reading_alone_and_answers_every_question(
    ours: tuple[Path, list[int]], version: str
) -> None:
    path, answers = ours
    out, err = beneath(version, path).communicate(json.dumps(QUESTIONS) + "\n\n", timeout=120)
    assert out, err
    for told in json.loads(out.splitlines()[0]):
        assert told["answers"] == answers
        assert "read-only" in told["refused"]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_r_and_jdbc_have_open_stays_as_it_is_and_opening_again_shows_the_next_edition(version: str, tmp_path: Path) -> None:
    small_state.make(tmp_path, {"eccp": [small_state.record("eccp", "a", name="Alfa", country="SE")]})
    folder = tmp_path / "var" / "editions"
    reader = beneath(version, folder / POINTER)
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write('["FROM clusters"]\n')
    reader.stdin.flush()
    assert [told["answers"] for told in json.loads(reader.stdout.readline())] == [[1], [1]]
    with State.open(tmp_path / "var" / "state.duckdb") as state:
        for _ in range(2):
            publish(state, folder, datetime.now(UTC), keep=1)
        out, err = reader.communicate("go on\n", timeout=60)
    assert reader.returncode == 0, err
    assert json.loads(out) == [[1, 3], [1, 3]]
