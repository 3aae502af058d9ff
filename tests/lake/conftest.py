"""What the tests of the lake share: a PostgreSQL, the lake's environment, and editions to push."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import duckdb
import pytest

from support import small_state
from support.own_postgres import Postgres, programs, started
from warehouse.editions import current
from warehouse.lake import Lake, Pushed

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-lake" / "bin" / "python"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    if not PYTHON.exists():
        pytest.skip("the lake's environment is not there: `make test-lake` sets it up")
    if programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # Not pytest's folders: the path of a socket may have 107 characters, and only their owner may enter them.
    folder = Path(tempfile.mkdtemp(prefix="lake-"))
    try:
        with started(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder)


_names = count(1)


@dataclass
class Shore:
    """A lake of a test's own, and the editions of the machines that push into it.

    Arguments:
        base: an edition, of which ``edition`` makes others.
    """

    lake: Lake
    folder: Path
    base: Path
    database: str

    def edition(self, machine: str, number: int, clusters: int = 0, *changes: str) -> Path:
        """An edition of that number, with so many clusters more than the base has, after some statements in SQL."""
        path = self.folder / machine / f"clusters-{number:06d}.duckdb"
        path.parent.mkdir(exist_ok=True)
        shutil.copy(self.base, path)
        with duckdb.connect(str(path)) as con:
            con.execute("UPDATE edition SET number = ?, published_at = published_at + to_minutes(?)", [number, number])
            con.execute(
                "INSERT INTO clusters BY NAME SELECT 1000 + i AS organisation_id, 'Made up ' || i AS name FROM range(?) AS t(i)",
                [clusters],
            )
            for change in changes:
                con.execute(change)
        return path

    def push(self, machine: str, number: int, clusters: int = 0, *changes: str, forgets: tuple[str, ...] = ()) -> Pushed:
        return self.lake.push(self.edition(machine, number, clusters, *changes), machine, f"that of {machine}", forgets)

    def files(self) -> list[Path]:
        """Every data file there is."""
        return sorted(Path(self.lake.data).rglob("*.parquet"))


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    one = small_state.record("eccp", "a", name="Cluster A", country="SE", organisation_type="cluster")
    records = [one, small_state.record("eccp", "b", name="Cluster B")]
    small_state.make(folder, {"eccp": records})
    path = current(folder / "var" / "editions")
    assert path is not None
    return path


@pytest.fixture
def new_lake(postgres: Postgres) -> Callable[[Path], tuple[Lake, str]]:
    """Makes a lake that nobody else has, with its files below a folder; and the name of its database."""

    def make(folder: Path) -> tuple[Lake, str]:
        name = f"lake{next(_names)}"
        return Lake(postgres.database(name), str(folder / "data") + "/", PYTHON), name

    return make


@pytest.fixture
def shore(new_lake, base: Path, tmp_path: Path) -> Shore:
    lake, name = new_lake(tmp_path)
    return Shore(lake, tmp_path, base, name)


_ASK = """
import json, sys
sys.path.append(sys.argv[1])
from warehouse.lakeside.opening import opened
request = json.load(sys.stdin)
con = opened(request)
json.dump(con.execute(request["asked"]).fetchall(), sys.stdout, default=str)
"""


@pytest.fixture
def texts_in() -> Callable[[str], str]:
    """All that stands in the data files below a folder, whatever snapshot they belong to."""

    def read(folder: str) -> str:
        with duckdb.connect() as con:
            files = [str(path) for path in Path(folder).rglob("*.parquet")]
            return "\n".join(str(con.execute("SELECT * FROM read_parquet(?)", [file]).fetchall()) for file in files)

    return read


@pytest.fixture
def rows(rows_of) -> Callable[..., list[list[object]]]:
    """Asks a shore's lake."""
    return lambda shore, sql: rows_of(shore.lake, sql)


@pytest.fixture
def rows_of() -> Callable[..., list[list[object]]]:
    """Asks a lake in SQL, as any client of DuckLake does."""

    def ask(lake: Lake, sql: str) -> list[list[object]]:
        request = {"catalog": lake.catalog, "data": lake.data, "asked": sql}
        done = subprocess.run(
            [str(PYTHON), "-c", _ASK, str(ROOT)], input=json.dumps(request), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return list(json.loads(done.stdout))

    return ask


@pytest.fixture
def age(postgres: Postgres) -> Callable[..., None]:
    """Makes snapshots of a lake older."""

    def make_older(shore: Shore, which: str, days: int) -> None:
        sql = f"UPDATE ducklake_snapshot SET snapshot_time = snapshot_time - INTERVAL '{days} days' WHERE {which}"  # noqa: S608
        postgres.ask("psql", "-d", shore.database, "-q", "-c", sql)

    return make_older
