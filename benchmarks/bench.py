"""``make bench``: the figures of the README in one run, and as ratios; how each is taken, and the last run, is in README.md here.

Every step runs in a process of its own. Of each, the seconds of the clock and of all processors are printed: on a machine that
others use too, the processors' are the ones to compare.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.measuring import PEERS, ROOT, step
from matching.command_line import Parser

PROFILES = 100_000
SIZES = (10_000, 1_000_000)
PAGE = ROOT / "tests" / "pages" / "eccp" / "d9_full_fields" / "page.html"
TIMES = 300
"""How often a page is parsed."""


def machine() -> str:
    """What this was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} processors ({_model()}), {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}; load when it began {load:.1f}"
    )


def _model() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _table(title: str, heads: tuple[str, ...]) -> None:
    print(f"\n{title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}", flush=True)


def _row(*cells: object) -> None:
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def _s(taken: Mapping[str, float], digits: int = 1) -> tuple[str, str]:
    return f"{taken['clock']:.{digits}f} s", f"{taken['processor']:.{digits}f} s"


def _ratio(one: Mapping[str, float], other: Mapping[str, float]) -> str:
    return f"{one['processor'] / other['processor']:.2f}"


def loading(count: int) -> None:
    """Profiles into DuckDB, against dlt with the same rows."""
    with TemporaryDirectory() as folder:
        ours = step("bench_loading", folder, count)
        ways = {"dlt, from dictionaries": "rows", "dlt, from Arrow tables": "arrow"}
        peers = {name: step("bench_dlt", folder, way, python=PEERS) for name, way in ways.items()}
    versions = ", ".join(f"{name} {number}" for name, number in peers["dlt, from dictionaries"]["versions"].items())
    heads = ("", "first, clock", "processors", "again, clock", "processors", "peak", "processors, as a ratio: first, again")
    _table(f"Loading {count:,} profiles and their {ours['claims']:,} claims ({versions})", heads)
    assert ours["claims_again"] == 0  # noqa: S101
    for name, one in {"clusterbridge": ours, **peers}.items():
        ratio = f"{_ratio(one['first'], ours['first'])}, {_ratio(one['again'], ours['again'])}"
        peak = f"{one['peak_mb']:,.0f} MB, of which the rows {one['before_mb']:,.0f}"
        _row(name, *_s(one["first"]), *_s(one["again"]), peak, ratio)


def editions(sizes: tuple[int, ...]) -> None:
    """Publishing, opening and asking an edition, by its size."""
    built: dict[int, dict[str, Any]] = {}
    asked: dict[int, dict[str, Any]] = {}
    for size in sizes:
        with TemporaryDirectory() as folder:
            built[size] = step("bench_publishing", folder, size)
            asked[size] = step("bench_reading", Path(folder) / "editions")
    show_editions(built, asked)


def show_editions(built: Mapping[int, dict[str, Any]], asked: Mapping[int, dict[str, Any]]) -> None:
    """The tables of editions, a column a size."""
    sizes = tuple(built)
    heads = ("", *(f"{size:,} organisations: {what}" for size in sizes for what in ("clock", "processors")))
    _table("Publishing an edition", (*heads, *_growth(sizes)))
    for name in ("make and load", "merge", "index", "publish"):
        ratio = [_ratio(built[sizes[-1]][name], built[sizes[0]][name])] if _growth(sizes) else []
        _row(name, *(cell for size in sizes for cell in _s(built[size][name])), *ratio)
    for size in sizes:
        one = built[size]
        print(
            f"\n{size:,}: {one['claims']:,} claims, a file of {one['edition_mb']:,.0f} MB; peak memory {one['peak_mb']:,.0f} MB, "
            f"before publishing {one['before_mb']:,.0f} MB, of a reader {asked[size]['peak_mb']:,.0f} MB"
        )
    _table("Opening it, and the ten commonest questions", (*heads, *_growth(sizes)))
    for name in (name for name in asked[sizes[0]] if name != "peak_mb"):
        cells = [f"{asked[size][name][what] * 1000:.1f} ms" for size in sizes for what in ("clock", "processor")]
        ratio = [_ratio(asked[sizes[-1]][name], asked[sizes[0]][name])] if _growth(sizes) else []
        _row(name, *cells, *ratio)


def _growth(sizes: tuple[int, ...]) -> Iterator[str]:
    return iter([f"ratio, of {sizes[-1] // sizes[0]} times as many"] if len(sizes) > 1 else [])


def parsing() -> None:
    """A page's fields, against bare selectors of lxml and selectolax."""
    ours, bare = step("bench_parsing", PAGE, TIMES), step("bench_bare", PAGE, TIMES, python=PEERS)
    versions = ", ".join(f"{name} {number}" for name, number in bare["versions"].items())
    _table(
        f"A profile page of {ours['bytes']:,} bytes ({versions})", ("", "processor", "pages a second", "values", "ratio to lxml")
    )
    whole = {"processor": sum(ours[name]["processor"] for name in ("strip", "parse", "normalise"))}
    count, found = len(ours["values"]), len(bare["lxml values"])
    assert bare["lxml values"] == bare["selectolax values"]  # noqa: S101
    for name, taken, values in (
        ("selectolax, bare", bare["selectolax"], found),
        ("lxml, bare", bare["lxml"], found),
        ("clusterbridge: parse", ours["parse"], count),
        ("clusterbridge: normalise", ours["normalise"], count),
        ("clusterbridge: take persons out", ours["strip"], "-"),
        ("clusterbridge, all three", whole, count),
    ):
        each = taken["processor"] / TIMES
        _row(name, f"{each * 1000:.2f} ms", f"{1 / each:,.0f}", values, _ratio(taken, bare["lxml"]))
    print(f"\npeak memory: ours {ours['peak_mb']:,.0f} MB, theirs {bare['peak_mb']:,.0f} MB")


def main() -> None:
    parser = Parser("benchmarks.bench", __doc__)
    parser.add_argument("--most", type=int, default=SIZES[-1], help="leave out editions of more organisations")
    parser.add_argument("--profiles", type=int, default=PROFILES, help="how many to load")
    parser.add_argument("parts", nargs="*", help="parsing, loading, editions; none: all of them")
    said = parser.parse_args()
    parts = {
        "parsing": parsing,
        "loading": lambda: loading(said.profiles),
        "editions": lambda: editions(tuple(size for size in SIZES if size <= said.most)),
    }
    print(machine())
    for name in said.parts or parts:
        parts[name]()


if __name__ == "__main__":
    main()
