"""``clusterbridge evaluate``: how good the program is on labelled data."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from matching.sameness import evaluation
from sync.cli.output import Stop, print_json, say
from sync.exits import Exit

app = typer.Typer(no_args_is_help=True, help="Measure the program on labelled data.")


@app.command()
def sameness(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help=f"Columns: {', '.join(evaluation.COLUMNS)}; cells may be empty.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure sameness on labelled pairs of records, or of names where nothing else is known."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source)
            figures = evaluation.measure(evaluation.labelled(reader, reader.fieldnames or ()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Stop(Exit.USAGE, f"wanted a CSV file in UTF-8 at {file}, found: {error}") from error
    except evaluation.NotLabelledPairs as error:
        raise Stop(Exit.USAGE, f"{file}: {error}") from error
    if as_json:
        print_json(asdict(figures))
        return
    say(f"{figures.pairs} pairs, {figures.true} of one organisation")
    for name in ("precision", "recall", "f1", "auc"):
        low, high = figures.intervals[name]
        say(f"{name:<10}{getattr(figures, name):.3f}  (95 %: {low:.3f} to {high:.3f})")
    say(f"threshold {figures.threshold:g}; best F1 on these pairs {figures.best_f1:.3f}, at {figures.best_threshold:.3f}")
