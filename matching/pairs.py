"""``python -m matching.pairs NAMES.csv > PAIRS.csv``: published test sets in the form that ``evaluate sameness`` reads.

Two forms are understood: a list of names with an identity (columns ``name`` and ``id`` or anything that ends in ``_id``), of
which all pairs are made; and pairs as nomenklatura's name_bench has them (``schema``, ``name1``, ``name2``, ``is_match``), of
which those of organisations are kept. A name without an identity is an organisation of its own: nobody knows whose it is.
Where the file is of neither form, or cannot be read, nothing is written.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import TextIO

from matching.command_line import NotATable, Parser, printing, table
from matching.sameness.evaluation import COLUMNS, NotLabelledPairs, label_of, shown

_ORGANISATIONS = frozenset({"Company", "Organization", "LegalEntity"})
_BENCH = ("schema", "name1", "name2", "is_match")

Pair = tuple[str, str, bool]
"""Left name, right name, and whether both are one organisation."""


class NotNames(ValueError):  # noqa: N818  says what is the matter
    """The file is in neither of the two forms."""


def pairs(names: csv.DictReader[str]) -> Iterable[Pair]:
    """The pairs of a file in either form; it is read at once, and pairs of a list of names are made as they are asked for.

    Raises:
        NotNames: the columns are of neither form.
        NotLabelledPairs: ``is_match`` of an organisation's row is neither true nor false; the message has the line.
    """
    columns = names.fieldnames or ()
    identity = next((column for column in columns if column == "id" or column.endswith("_id")), None)
    if set(columns) >= set(_BENCH):
        return [
            (row["name1"] or "", row["name2"] or "", label_of(row["is_match"], "is_match", names.line_num))
            for row in names
            if row["schema"] in _ORGANISATIONS
        ]
    if "name" in columns and identity is not None:
        known = [(row["name"], (row[identity] or "").strip()) for row in names if (row["name"] or "").strip()]
        return ((left, right, bool(one) and one == other) for (left, one), (right, other) in combinations(known, 2))
    raise NotNames(_neither(columns))


def _neither(columns: Sequence[str]) -> str:
    found = f"found {shown(columns)}" if columns else "found an empty file"
    return f"wanted the columns name and id (or one that ends in _id), or {', '.join(_BENCH)}, {found}"


def write(found: Iterable[Pair], target: TextIO) -> None:
    """Writes labelled pairs."""
    writer = csv.DictWriter(target, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for left, right, is_same in found:
        writer.writerow({"left_name": left, "right_name": right, "label": int(is_same)})


def main(words: Sequence[str]) -> None:
    parser = Parser("matching.pairs", __doc__)
    parser.add_argument("names", metavar="NAMES.csv", type=Path)
    path: Path = parser.parse_args(words).names
    try:
        with table(path) as names:
            found = pairs(names)
    except NotATable as error:
        parser.trouble(error)
    except (NotNames, NotLabelledPairs) as error:
        parser.trouble(f"{path}: {error}")
    with printing() as target:  # only now: what stops half way has written nothing
        write(found, target)


if __name__ == "__main__":
    main(sys.argv[1:])
