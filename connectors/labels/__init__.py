"""The label reader: what a page says under which label, whatever its markup."""

from connectors.labels.json_ld import read_json_ld
from connectors.labels.lines import Line, Page, read_lines
from connectors.labels.reader import Loose, Pair, Reading, read_labels, read_page
from connectors.labels.words import Words, collapse, fold_label

__all__ = [
    "Line",
    "Loose",
    "Page",
    "Pair",
    "Reading",
    "Words",
    "collapse",
    "fold_label",
    "read_json_ld",
    "read_labels",
    "read_lines",
    "read_page",
]
