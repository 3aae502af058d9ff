"""``clusterbridge evaluate``: how good the program is on labelled data."""

from __future__ import annotations

import csv
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer

from matching.embedding import model
from matching.embedding.organisations import has_vectors
from matching.partners.evaluation import Evaluation, Figures
from matching.partners.evaluation import evaluate as evaluate_partners
from matching.partners.partnerships import NotPartnerships, parsed
from matching.partners.protocol import METRICS
from matching.sameness import evaluation
from matching.search import evaluation as search_evaluation
from sync.cli.ask import current_edition
from sync.cli.labelled import json_of, text_of
from sync.cli.output import Stop, print_json, print_table, say
from sync.clock import SystemClock
from sync.exits import Exit
from sync.normalise.countries import country_named

LONGEST_CODE = 3
"""Letters of a country's code (ISO 3166-1)."""
app = typer.Typer(no_args_is_help=True, help="Measure the program on labelled data.")


@app.command()
def sameness(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help=f"Columns: {', '.join(evaluation.COLUMNS)}; cells may be empty.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure sameness on labelled pairs of records, or of names where nothing else is known, by the configured thresholds."""
    weights = ctx.obj.settings.sameness.weights()
    text = text_of(file, "CSV", "labelled pairs")
    try:
        reader = csv.DictReader(StringIO(text, newline=""))
        figures = evaluation.measure(evaluation.labelled(reader, _country), weights)
    except csv.Error as error:
        raise Stop(
            Exit.USAGE, f"{file} line {reader.reader.line_num}: wanted CSV, found what is none ({error}); mend the line"
        ) from error
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


def _country(printed: str) -> str | None:
    """The code of a country, also where one stands in small letters, which in texts are words."""
    return country_named(printed.upper() if len(printed) <= LONGEST_CODE else printed)


@app.command()
def search(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE.json", help=r'A list of {"query": …, "language": …, "relevant": \[names]}.')
    ],
    without_model: Annotated[
        bool, typer.Option("--without-model", help="Leave the sentence model out, as where it is not installed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure search over the current edition on labelled queries."""
    stored = json_of(file, "labelled queries")
    try:
        queries = search_evaluation.labelled(stored)
    except search_evaluation.NotLabelledQueries as error:
        raise Stop(Exit.USAGE, f"{file}: {error}") from error
    with current_edition(ctx.obj) as con:
        has_model = ctx.obj.settings.embeddings.enabled and model.available() and has_vectors(con)
        found = search_evaluation.evaluate(con, queries, with_model=has_model and not without_model)
    if as_json:
        by_language = {language: asdict(figures) for language, figures in found.by_language.items()}
        rest = {"unmatched": found.unmatched, "unmeasured": found.unmeasured, "uses_model": found.uses_model}
        print_json({**asdict(found.overall), "by_language": by_language, **rest})
        return
    rows = [*found.by_language.items(), ("all", found.overall)]
    print_table(
        ("language", "queries", "nDCG@5", "MRR", "nothing found"),
        [(name, one.queries, f"{one.ndcg_at_5:.3f}", f"{one.mrr:.3f}", f"{one.zero_result_rate:.3f}") for name, one in rows],
    )
    say("with the sentence model" if found.uses_model else "by words alone")
    if found.unmatched:
        say(f"{len(found.unmatched)} names are no organisation's of this edition: {', '.join(found.unmatched[:5])} ...")
    if found.unmeasured:
        say(f"{len(found.unmeasured)} queries could not be measured: none of their organisations is here")


@app.command()
def partners(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="Consortia, in the form of matching/data/partnerships.json.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure the ranking of partners on consortia: each partner asks the edition for the others."""
    stored = json_of(file, "consortia")
    try:
        consortia = parsed(stored)
    except NotPartnerships as error:
        raise Stop(Exit.USAGE, f"{file}: {error}") from error
    with current_edition(ctx.obj) as con:
        found = evaluate_partners(con, consortia, today=SystemClock().now().date())
    if as_json:
        unmatched = [{"name": one.name, "country": one.country} for one in found.unmatched]
        print_json(
            {**{name: one.as_json() for name, one in found.groups.items()}, "unmatched": unmatched, "recipe": found.recipe}
        )
        return
    _print_partners(found)


def _print_partners(found: Evaluation) -> None:
    for name, one in found.groups.items():
        say(f"{name}: {one.queries} queries, {one.pairs} partners to be found ({found.recipe})")
        if not one.queries:
            continue
        rows = [("ours", *_row(one.ours)), *((baseline, *_row(values)) for baseline, values in one.baselines.items())]
        print_table(("ranking", *METRICS), rows)
        say(_intervals(one))
    say(f"{len(found.unmatched)} names are no organisation of the edition, or might be several")


def _row(values: dict[str, float | None]) -> list[str]:
    return [f"{values[metric] or 0.0:.3f}" for metric in METRICS]


def _intervals(one: Figures) -> str:
    low, high = one.intervals["recall_at_10"]
    text = f"recall at 10, 95 % by drawing consortia: {low:.3f} to {high:.3f}"
    if one.difference is not None and one.difference_interval is not None:
        least, most = one.difference_interval
        text += f"; better than {one.best_baseline} by {one.difference:.3f} ({least:.3f} to {most:.3f})"
    return text
