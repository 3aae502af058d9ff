"""``python -m matching.pairs NAMES.csv > PAIRS.csv``: published test sets in the form that ``evaluate sameness`` reads.

Two forms are understood: a list of names with an identity (columns ``name`` and ``id`` or anything that ends in ``_id``), of
which all pairs are made; and pairs as nomenklatura's name_bench has them (``schema``, ``name1``, ``name2``, ``is_match``), of
which those of organisations are kept.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TextIO

COLUMNS = (
    "left_name", "left_country", "left_website", "left_city",
    "right_name", "right_country", "right_website", "right_city", "label",
)  # fmt: skip
"""Of a file of labelled pairs; cells may be empty, ``label`` is 1 or 0."""
_ORGANISATIONS = frozenset({"Company", "Organization", "LegalEntity"})
_BENCH = frozenset({"schema", "name1", "name2", "is_match"})


class NotNames(ValueError):  # noqa: N818  says what is the matter
    """The file is in neither of the two forms."""


def pairs(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Left name, right name, and whether both are one organisation.

    Raises:
        NotNames: ``columns`` are of neither form.
    """
    identity = next((column for column in columns if column == "id" or column.endswith("_id")), None)
    if set(columns) >= _BENCH:
        for row in rows:
            if row["schema"] in _ORGANISATIONS:
                yield row["name1"], row["name2"], row["is_match"] == "true"
    elif "name" in columns and identity is not None:
        for left, right in combinations([(row["name"], row[identity]) for row in rows], 2):
            yield left[0], right[0], left[1] == right[1]
    else:
        raise NotNames(f"wanted columns 'name' and 'id', or {sorted(_BENCH)}, found {list(columns)}")


def write(source: TextIO, target: TextIO) -> int:
    """Reads either form and writes labelled pairs; how many."""
    reader = csv.DictReader(source)
    writer = csv.DictWriter(target, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    written = 0
    for left, right, is_same in pairs(reader, reader.fieldnames or ()):
        writer.writerow({"left_name": left, "right_name": right, "label": int(is_same)})
        written += 1
    return written


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with Path(sys.argv[1]).open(encoding="utf-8-sig", newline="") as source:
        try:
            write(source, sys.stdout)
        except NotNames as error:
            sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
