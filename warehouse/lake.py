"""The lake: a DuckLake that several machines push their editions into. What is done there runs in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

_CONNECT_SECONDS = "15"
"""How long to wait for PostgreSQL to answer at all, where the environment does not say."""
_START = """
import sys, types
room = types.ModuleType("warehouse")  # of which the program may see nothing but itself: the rest wants other libraries
room.__path__ = [sys.argv[1]]
sys.modules["warehouse"] = room
from warehouse.lakeside.asked import main
sys.exit(main())
"""


class Kind(Enum):
    """What stands in the way of the lake."""

    EXTENSION = "extension"
    """The environment, or an extension of DuckDB in it, is not there."""
    SETTINGS = "settings"
    """The lake cannot be opened as it is written down."""
    UNREACHABLE = "unreachable"
    """Its catalogue, or the store of its files, does not answer."""
    NOTHING = "nothing"
    """Nothing was ever pushed into it."""
    TAKEN = "taken"
    """Another installation pushes under the machine's name."""
    SCHEMA = "schema"
    """The machines run versions whose tables do not fit one another."""
    BUSY = "busy"
    """Others changed it each time."""
    UNEXPECTED = "unexpected"


class LakeTrouble(Exception):  # noqa: N818  a verdict
    """Something stands in the way of the lake; the message says what, and what helps."""

    def __init__(self, kind: Kind, because: str) -> None:
        super().__init__(f"{because}; {_HELP[kind]}" if kind in _HELP else because)
        self.kind = kind


_HELP = {
    Kind.EXTENSION: "`make lake` sets up .venv-lake from requirements-lake.lock, which has them as wheels for DuckDB 1.5.5; "
    "or name in [lake] python one whose DuckDB has them by `INSTALL ducklake; INSTALL postgres` (and `INSTALL httpfs` for s3://)",
    Kind.SETTINGS: "see [lake] in config.toml",
    Kind.UNREACHABLE: "nothing was changed; try again when it is back",
    Kind.NOTHING: "`clusterbridge lake push` makes it",
    Kind.TAKEN: "give this one another name in [lake] machine; or, where it took the other's place: "
    "`clusterbridge lake push --take-over`",
    Kind.SCHEMA: "let all machines run the same version",
    Kind.BUSY: "nothing was changed; try again",
}


@dataclass(frozen=True)
class Pushed:
    """What came of a push.

    Arguments:
        snapshot: the lake's snapshot that it is; None: the lake showed this edition already, and nothing was written.
        tries: how often it was written, until it met nobody else's.
    """

    edition: int
    snapshot: int | None
    rows: int
    tables: int
    tries: int
    seconds: float


@dataclass(frozen=True)
class Push:
    """A push of an edition, as the lake remembers it.

    Arguments:
        snapshot: the first that still shows it; None: it can no longer be read.
        is_current: whether it is what the tables show of its machine now.
        is_forgetting: whether it carries out an erasure.
        forgotten_at: when that was completed in the lake.
    """

    machine: str
    edition: int
    published_at: datetime
    pushed_at: datetime
    snapshot: int | None
    is_current: bool
    is_forgetting: bool
    forgotten_at: datetime | None


@dataclass(frozen=True)
class InLake:
    """Where something stands in the lake: in how many rows of which tables of a machine's edition."""

    machine: str
    edition: int
    snapshot: int
    tables: Mapping[str, int]


@dataclass(frozen=True)
class Tidied:
    """What tidying did.

    Arguments:
        expired: snapshots that can no longer be read.
        merged, rewritten: files that were written in the place of small ones, and of those with deleted rows.
        deleted: files that no snapshot needs any more.
        orphans: files that no push had ever completed.
        forgotten: machines whose erasures are complete in the lake now.
        waiting: machines whose erasures need one more tidying, when nobody can be in the middle of something any more.
    """

    expired: int
    merged: int
    rewritten: int
    deleted: int
    orphans: int
    forgotten: Sequence[str]
    waiting: Sequence[str]


@dataclass(frozen=True)
class Lake:
    """A lake, and what works on it.

    Arguments:
        catalog: ``ducklake:postgres:…``.
        data: the folder, absolute, or ``s3://…``, in which the files are.
        python: of the environment that has duckdb with its extensions.
    """

    catalog: str
    data: str
    python: Path

    def push(
        self, edition: Path, machine: str, installation: str, forgets: Sequence[str] = (), *, is_taking_over: bool = False
    ) -> Pushed:
        """Make an edition what the lake shows of a machine, in one snapshot; nothing where it does so already.

        Arguments:
            edition: its file, resolved.
            installation: who pushes; another one of the same machine's name is refused.
            forgets: marks of erasures that were carried out before the edition was published; none twice.
            is_taking_over: whether it takes the place of another installation.
        """
        said = self._ask(
            "push",
            edition=str(edition),
            machine=machine,
            installation=installation,
            forgets=list(forgets),
            is_taking_over=is_taking_over,
        )
        return Pushed(
            said["edition"], said.get("snapshot"), said.get("rows", 0), said.get("tables", 0), said["tries"], said["seconds"]
        )

    def pushes(self) -> list[Push]:
        """Every push, by machine, the oldest first."""
        return [
            Push(
                published_at=_moment(one.pop("published_at")),
                pushed_at=_moment(one.pop("pushed_at")),
                forgotten_at=_moment(at) if (at := one.pop("forgotten_at")) else None,
                **one,
            )
            for one in self._ask("list")["pushes"]
        ]

    def holding(self, texts: Sequence[str]) -> list[InLake]:
        """Where in all that can still be read one of the texts stands."""
        return [InLake(**one) for one in self._ask("holding", texts=list(texts))["found"]]

    def tidy(self, keep_days: int, in_use_minutes: int = 24 * 60) -> Tidied:
        """Let snapshots go that are older, join small files, delete those that nothing needs, and complete what was erased.

        Arguments:
            in_use_minutes: so long after it was written or last named a file may still be in use.
        """
        said = self._ask("tidy", keep_days=keep_days, in_use_minutes=in_use_minutes)
        return Tidied(merged=said.pop("merge"), rewritten=said.pop("rewrite"), **said)

    def _ask(self, do: str, **more: object) -> dict[str, Any]:
        """What the program answers. Raises LakeTrouble."""
        if not self.python.exists():
            raise LakeTrouble(Kind.EXTENSION, f"wanted a Python with DuckDB's extensions at {self.python}, found none")
        request = {"do": do, "catalog": self.catalog, "data": self.data, **more}
        room = str(Path(__file__).parent)
        done = subprocess.run(  # noqa: S603  the operator's own Python, our own program
            [str(self.python), "-I", "-c", _START, room],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={"PGCONNECT_TIMEOUT": _CONNECT_SECONDS, **os.environ},
        )
        try:
            said: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            last = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
            kind = Kind.EXTENSION if "ModuleNotFoundError" in last else Kind.UNEXPECTED
            raise LakeTrouble(kind, f"{self.python} ended with {done.returncode}: {last}") from None
        if "trouble" in said:
            raise LakeTrouble(Kind(said["trouble"]), said["because"])
        return said


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
