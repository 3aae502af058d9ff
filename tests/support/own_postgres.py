"""A PostgreSQL of the tests' own: started for them on a socket in a temporary folder, and gone with them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER = "postgres"
"""Whom PostgreSQL runs as where the tests run as root, which it refuses."""


PROGRAMS = ("initdb", "pg_ctl", "createdb", "psql", "pg_dump")


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, of the newest version there is; None: it is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]), reverse=True)
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    return next((folder for folder in (*debian, *on_path) if all((folder / name).exists() for name in PROGRAMS)), None)


@dataclass(frozen=True)
class Postgres:
    """A server that is running.

    Arguments:
        bin: the folder of its programs.
        folder: its folder, in which its socket is.
    """

    bin: Path
    folder: Path

    def run(self, program: str, *words: str) -> str:
        """What one of its programs prints; it has to end well."""
        as_owner = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*as_owner, str(self.bin / program), *words], cwd="/", capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, f"{program}: {done.stderr}{done.stdout}"
        return done.stdout

    def ask(self, program: str, *words: str) -> str:
        """As ``run``, of a program that connects."""
        return self.run(program, "-h", str(self.folder), "-U", OWNER, *words)

    def database(self, name: str) -> str:
        """A new database, as DuckLake names its catalogue."""
        self.ask("createdb", name)
        return f"ducklake:postgres:dbname={name} host={self.folder} user={OWNER}"


@contextmanager
def started(folder: Path) -> Iterator[Postgres]:
    """A new server in an empty folder, as long as the block lasts. It listens on a socket there and nowhere else."""
    home = programs()
    assert home is not None
    server = Postgres(home, folder)
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER)
    data = str(folder / "data")
    server.run("initdb", "-D", data, "-A", "trust", "-U", OWNER, "--no-sync", "--no-instructions")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    server.run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        yield server
    finally:
        server.run("pg_ctl", "-D", data, "-m", "immediate", "stop")
