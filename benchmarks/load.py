"""``python -m benchmarks.load [--users 50] [--seconds 30] [--every 10]``: the staff's page under load, as ``make load`` runs it.

Many people at once search, narrow, open clusters, look for partners and put some of them on a shortlist, on a copy of the
demo's data (``make demo`` makes it), served by ``clusterbridge serve`` in a process of its own, while new editions are published.
Once with a second between an answer and the next click, once without any pause, which nobody clicks like: then the machine's
processors are what is measured. Last, one person searches among 5,000 organisations: the demo's, each under nine names, with the
index made anew. Processor time is the page's own: it does not hang on what else the machine does.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode

import duckdb
import numpy as np

from matching.command_line import Parser
from matching.search import index
from sync.places import EDITIONS, STATE
from warehouse.edition_folder import current
from warehouse.editions import publish
from warehouse.state import State

DEMO = Path("var", "demo")
THINK_SECONDS = 1.0
"""Between an answer and the next click. Who reads what was found takes several seconds: so 50 users here are some 200 people."""
LIMIT_MS, SEARCH_LIMIT_MS = 200.0, 150.0
ORGANISATIONS = 5_000
APART = 1_000_000
"""Between the numbers of an organisation and of the same under another name."""
END_SECONDS = 30.0
FACETS = ("country=DE", "country=FI&country=NO", "ecosystem=Digital", "label=gold&label=silver", "size=100-249", "network=tci")


@dataclass
class Tally:
    """What was asked and how long it took, by kind, in milliseconds; answers that were not the ones wanted, by what they were.

    Arguments:
        publishing: processor seconds that new editions took.
    """

    taken: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    publishing: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, milliseconds: float, error: str | None) -> None:
        """One answer."""
        with self.lock:
            self.taken.setdefault(kind, []).append(milliseconds)
            if error:
                self.errors[f"{kind}: {error}"] += 1


class User(threading.Thread):
    """One person at a browser that keeps its connection and its cookies."""

    def __init__(self, host: str, number: int, think_seconds: float, end: float, tally: Tally) -> None:
        super().__init__(daemon=True)
        self._rng = random.Random(number)
        self._language = "sv" if number % 2 else "en"
        self._connection = http.client.HTTPConnection(host, timeout=30)
        self._cookies: dict[str, str] = {}
        self._think, self._end, self._tally = think_seconds, end, tally
        self._questions = questions()

    def run(self) -> None:
        """Look for partners until the time is over."""
        time.sleep(self._rng.random() * max(self._think, 0.2))
        while time.monotonic() < self._end:
            for kind, path, form in self._journey():
                if time.monotonic() >= self._end:
                    return
                self._page = self._ask(kind, path, form)
                time.sleep(self._think * self._rng.uniform(0.5, 1.5))

    def _journey(self) -> Iterator[tuple[str, str, dict[str, str] | None]]:
        """What one person does in a row; each step may use the page before it."""
        start, question = f"/{self._language}/clusters", f"q={quote(self._rng.choice(self._questions))}"
        yield "everyone", start, None
        yield "search", f"{start}?{question}", None
        yield "narrow", f"{start}?{question}&{self._rng.choice(FACETS)}", None
        found = re.findall(rf'<h3><a href="/{self._language}/clusters/([0-9]+)">', self._page)
        for number in self._rng.sample(found, min(2, len(found))):
            yield "cluster", f"{start}/{number}", None
        yield "swedish", f"{start}?country=SE", None
        homes = re.findall(rf'<h3><a href="/{self._language}/clusters/([0-9]+)">', self._page)
        if not homes:
            return
        home = self._rng.choice(homes)
        mode = self._rng.choice(("balanced", "similar", "complement"))
        yield "partners", f"{start}/{home}/partners?mode={mode}", None
        partners = re.findall(r'id="partner-([0-9]+)"', self._page)
        token = re.search(r'name="token" value="([^"]+)"', self._page)
        if partners and token and self._rng.random() < 0.3:
            onto = {"token": token[1], "shortlist": self._onto(), "organisation": partners[0], "back": f"{start}/{home}"}
            yield "add", f"/{self._language}/shortlists/add", onto
            yield "shortlists", f"/{self._language}/shortlists", None

    def _onto(self) -> str:
        lists = re.findall(r'<option value="([0-9]+)"', self._page)
        return self._rng.choice(lists) if len(lists) > 5 else "new"

    def _ask(self, kind: str, path: str, form: dict[str, str] | None) -> str:
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if kind == "narrow":
            headers["hx-request"] = "true"
        body = None
        if form is not None:
            body, headers["content-type"] = urlencode(form), "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            self._connection.request("GET" if form is None else "POST", path, body, headers)
            answer = self._connection.getresponse()
            page = answer.read().decode()
        except (OSError, http.client.HTTPException) as trouble:
            self._connection.close()
            self._tally.note(kind, (time.perf_counter() - began) * 1000, type(trouble).__name__)
            return ""
        milliseconds = (time.perf_counter() - began) * 1000
        for cookie in answer.headers.get_all("set-cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        wanted = 200 if form is None else 303
        is_whole = kind in ("narrow", "add") or page.rstrip().endswith("</html>")
        error = f"status {answer.status}" if answer.status != wanted else None if is_whole else "half a page"
        self._tally.note(kind, milliseconds, error)
        return page


def questions() -> list[str]:
    """What people type, in both languages."""
    shipped = json.loads(files("matching").joinpath("data", "queries-tuning.json").read_text(encoding="utf-8"))
    return [query["query"] for query in shipped]


@contextmanager
def served(var: Path) -> Iterator[str]:
    """Host and port of the page on a folder, in a process of its own."""
    config = var.parent / "config.toml"
    config.write_text(f'[paths]\nvar = "{var}"\n', encoding="utf-8")
    command = [sys.executable, "-m", "sync.cli", "--config", str(config), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603  our own command
        try:
            said = server.stdout and re.match(r"http://([\d.:]+)/", server.stdout.readline())
            if not said:
                raise RuntimeError("wanted the page to say where it answers, it did not")
            yield said[1]
        finally:
            server.terminate()
            server.wait(END_SECONDS)


def load(host: str, var: Path, users: int, seconds: float, every: float, think_seconds: float) -> tuple[Tally, int]:
    """So many users for so long, a new edition every so many seconds; what they met, and how many editions there were."""
    tally, end = Tally(), time.monotonic() + seconds
    crowd = [User(host, number, think_seconds, end, tally) for number in range(users)]
    for user in crowd:
        user.start()
    published = 0
    while every and time.monotonic() + every < end:
        time.sleep(every)
        # In a process of its own, as the nightly run is.
        before = _of_children()
        subprocess.run([sys.executable, "-m", "benchmarks.load", "--publish", str(var)], check=True)  # noqa: S603  our own
        tally.publishing += _of_children() - before
        published += 1
    for user in crowd:
        user.join(60)
    return tally, published


def publish_anew(var: Path) -> None:
    """Publish what the state holds once more."""
    with State.open(var / STATE) as state:
        publish(state, var / EDITIONS, datetime.now(UTC))


def _of_children() -> float:
    """Processor seconds of processes that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def tell(tally: Tally, seconds: float, spent: float, limit_ms: float | None) -> None:
    """Print what was measured; spent: the page's processor seconds."""
    everything = [one for taken in tally.taken.values() for one in taken]
    for kind, taken in [*sorted(tally.taken.items()), ("all", everything)]:
        p50, p95, p99 = np.percentile(taken, (50, 95, 99))
        print(
            f"  {kind:<11}{len(taken):>6} requests  p50 {p50:>6.0f}  p95 {p95:>6.0f}  p99 {p99:>6.0f}  max {max(taken):>6.0f} ms"
        )
    limit = f", wanted p95 < {limit_ms:.0f} ms" if limit_ms else ""
    each = 1000 * spent / len(everything)
    errors = sum(tally.errors.values())
    rate = len(everything) / seconds
    print(f"  {rate:.1f} requests a second, {each:.1f} ms of the processors each, {errors} errors{limit}", flush=True)
    for error, times in tally.errors.most_common():
        print(f"    {times} x {error}")


def enlarge(path: Path, count: int) -> int:
    """Give an edition so many organisations, or a few more, by taking each several times; how many it has then."""
    with duckdb.connect(str(path)) as con:
        [(had,)] = con.execute("SELECT count(*) FROM clusters").fetchall()
        times = -(-count // had)
        con.execute("CREATE TEMP TABLE original AS SELECT * FROM clusters")
        con.execute("CREATE TEMP TABLE original_labels AS SELECT * FROM labels")
        con.execute("CREATE TEMP TABLE original_vectors AS SELECT * FROM search_vectors")
        for time_of in range(1, times):
            moved = {"apart": time_of * APART, "word": f" {_word(time_of)}"}
            con.execute(
                "INSERT INTO clusters SELECT * REPLACE (organisation_id + $apart AS organisation_id, name || $word AS name)"
                " FROM original",
                moved,
            )
            for table in ("labels", "vectors"):
                into = "labels" if table == "labels" else "search_vectors"
                con.execute(
                    f"INSERT INTO {into} SELECT * REPLACE (organisation_id + $apart AS organisation_id) FROM original_{table}",  # noqa: S608
                    {"apart": moved["apart"]},
                )
        index.build(con)
        return int(had * times)


def _word(number: int) -> str:
    return ("Nord", "Syd", "West", "Levante", "Central", "Alta", "Baltic", "Rhein", "Iberia", "Adria")[number % 10]


def one_searcher(host: str) -> Tally:
    """One person asks everything once, after a first page; nobody else is there."""
    tally = Tally()
    user = User(host, 0, 0.0, 0.0, tally)
    user._ask("first page", "/en/clusters", None)
    for question in questions():
        user._ask("search", f"/sv/clusters?q={quote(question)}", None)
        user._ask("narrow", f"/sv/clusters?q={quote(question)}&country=SE&country=DE", None)
    return tally


def main(words: Sequence[str]) -> int:
    """Measure and print; 1 where an answer was wrong."""
    parser = Parser("benchmarks.load", __doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between new editions; 0: none")
    parser.add_argument("--publish", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.publish:
        publish_anew(asked.publish)
        return 0
    edition = current(DEMO / EDITIONS) if (DEMO / EDITIONS).is_dir() else None
    if edition is None:
        print("wanted the demo's data to load, found none; say `make demo` first", file=sys.stderr)
        return 2
    errors = 0
    with TemporaryDirectory() as folder:
        for think_seconds in (THINK_SECONDS, 0.0):
            var = Path(folder, f"think-{think_seconds:.0f}", "var")
            var.mkdir(parents=True)
            shutil.copytree(DEMO / EDITIONS, var / EDITIONS, symlinks=True)
            shutil.copy(DEMO / STATE, var)
            with served(var) as host:
                before = _of_children()
                tally, published = load(host, var, asked.users, asked.seconds, asked.every, think_seconds)
            spent = _of_children() - before - tally.publishing
            pause = f"{think_seconds:.0f} s between clicks" if think_seconds else "no pause between clicks"
            print(f"{asked.users} users, {asked.seconds:.0f} s, {pause}, {published} new editions meanwhile")
            tell(tally, asked.seconds, spent, LIMIT_MS if think_seconds else None)
            errors += sum(tally.errors.values())
        var = Path(folder, "large", "var")
        (var / EDITIONS).mkdir(parents=True)
        shutil.copy(edition, var / EDITIONS / "clusters-000001.duckdb")
        many = enlarge(var / EDITIONS / "clusters-000001.duckdb", ORGANISATIONS)
        (var / EDITIONS / "current.duckdb").symlink_to("clusters-000001.duckdb")
        with served(var) as host:
            began, before = time.perf_counter(), _of_children()
            tally = one_searcher(host)
            seconds = time.perf_counter() - began
        print(f"one user, {many:,} organisations")
        tell(tally, seconds, _of_children() - before, SEARCH_LIMIT_MS)
        errors += sum(tally.errors.values())
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
