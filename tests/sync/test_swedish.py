"""All that the readers of member lists can say is said in Swedish too."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import sync
from sync.cli.swedish import in_language
from sync.member_lists.columns import Use
from sync.normalise.readings import Kind

ROOM = Path(sync.__file__).parent
SAYINGS = tomllib.loads((ROOM / "cli" / "swedish.toml").read_text(encoding="utf-8"))
OTHERS = {"imported.py", "eras.py"}
"""Modules that say nothing of a list that is looked at."""
GAP = re.compile(r"\{\w+\}")
NOT_SAID = {
    "did you mean 7?", "; did you mean 7?", "; the fields are 7", "there are 7", "saved profile", "set aside", "more than",
    "unexpected end of data", "field larger than field limit", "n. a.", "not available", "not applicable", "column 7",
    "vertical bars", "7, 7", "7 7",
}  # fmt: skip
"""Hints that Swedish leaves out, parts of sentences, and words that are read and not said."""
PATTERN = re.compile(r"\(\?[:P]|\[0-9\]")


def sentences(module: Path) -> Iterator[str]:
    """The texts of a module, with ``7`` in their gaps, but its docstrings."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    parts |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in parts:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("folder", ["member_lists", "normalise"])
def test_every_sentence_of_the_readers_is_known(folder: str) -> None:
    said = [
        (module.name, sentence)
        for module in sorted((ROOM / folder).glob("*.py"))
        if module.name not in OTHERS
        for sentence in sentences(module)
        if " " in sentence.strip() and sentence not in NOT_SAID and not PATTERN.search(sentence)
    ]
    assert len(said) > 40
    assert [(module, sentence) for module, sentence in said if in_language(sentence, "sv") == sentence] == []


def test_every_kind_of_finding_has_a_name() -> None:
    for kind in Kind:
        assert in_language(str(kind), "sv") != kind
    assert set(Use) == {"read", "persons", "set aside", "unread"}, "the page has texts of its own for these"


def test_swedish_puts_nothing_in_its_gaps_that_english_has_not() -> None:
    for part in SAYINGS.values():
        for english, swedish in part.items():
            assert set(GAP.findall(swedish)) <= set(GAP.findall(english)), english


@pytest.mark.parametrize(
    ("english", "swedish"),
    [
        ("wanted a whole number, found 'många'", "ett heltal väntades, men det står ”många”"),
        ("the column 'Åsikt' is not read: nobody knows the heading", "kolumnen ”Åsikt” läses inte: rubriken är okänd"),
        ("semicolons, UTF-8", "semikolon, UTF-8"),
        (
            "wanted a CSV or XLSX file, found a PDF; open it and save it as XLSX or CSV (UTF-8)",
            "filen är en PDF, inte CSV eller XLSX; öppna den och spara den som XLSX eller CSV (UTF-8)",
        ),
        ("the page says SE, but 'Zealand' lies in DK or NL", "det står SE, men ”Zealand” ligger i DK eller NL"),
        (
            "wanted one of the 14 words for industrial ecosystem, found 'several'",
            "ett av de 14 orden för industriellt ekosystem väntades, men det står ”several”",
        ),
        ("wanted a telephone number of SE, found '12'", "ett telefonnummer i SE väntades, men det står ”12”"),
    ],
)
def test_what_stands_in_a_gap_is_said_in_swedish_where_it_is_ours_and_kept_where_it_is_the_lists(
    english: str, swedish: str
) -> None:
    assert in_language(english, "sv") == swedish
    assert in_language(english, "en") == english


def test_what_is_not_known_stays_as_it_is() -> None:
    for words in ("", "fish and chips", "wanted the moon, found cheese", "'of mice, and men'"):
        assert in_language(words, "sv") == words
