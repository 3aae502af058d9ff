"""Builds the search index as plain tables named ``search_*``, which are published with the edition.

The formula is BM25F: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), sections 3.4 and
3.5: the occurrences of a word are weighted by field and added *before* they saturate. One length (in words) serves all fields.
How rare a word is, is left to the question, which knows in place of which word it is looked for (``warehouse/sql/search.sql``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from matching.search import thesaurus
from matching.search.facets import Facets
from matching.search.fields import FIELD_WEIGHTS, READ, names_of, packed, searched, texts_of
from matching.search.text import fold, grams, indexed_words
from warehouse.connection import Connection
from warehouse.named_sql import Script, staged

SATURATION = 1.2
"""k1: how soon further occurrences of a word stop counting."""
LENGTH_WEIGHT = 0.3
"""b: how much a long document is discounted. Below the customary 0.75, because a long profile is a well-kept one."""
_STEPS = (
    "make_postings", "make_terms", "make_grams", "make_names", "make_phrases", "make_thesaurus", "make_meanings", "make_endings",
    "make_faint", "make_organisations", "make_facet_values", "make_facets", "end",
)  # fmt: skip
_SHORT_TEXT = 60
_MOST_KEPT = 200_000
CHUNK = 20_000
"""Organisations that are in memory at once."""


@dataclass(frozen=True)
class Built:
    """What an index holds."""

    organisations: int
    terms: int
    postings: int


def build(con: Connection) -> Built:
    """(Re)build the tables of search from ``clusters`` and ``labels``; of gone ones too. The caller owns the transaction."""
    sql = Script(con, "search_index", saturation=SATURATION, length_weight=LENGTH_WEIGHT)
    sql.run("begin_occurrences")
    sql.run("begin_names")
    sql.run("begin_texts")
    vocabulary, facets = _Vocabulary(), Facets()
    organisations = 0
    for rows in _chunks(con):
        with staged(con, staged_occurrences=vocabulary.occurrences(rows), staged_names=_names(rows), staged_texts=_texts(rows)):
            sql.run("add_occurrences")
            sql.run("add_names")
            sql.run("add_texts")
        facets.add(rows)
        organisations += len(rows)
    facets.add_labels(con)
    of_texts = {"staged_terms": vocabulary.terms(), "staged_grams": vocabulary.grams(), **_what_words_mean(vocabulary)}
    of_facets = {"staged_facet_values": facets.values(), "staged_facets": facets.owners()}
    with staged(con, **of_texts, **of_facets, **_of_every_edition()):
        for title in _STEPS:
            sql.run(title)
    sql.run("make_size", digest=facets.digest())
    return Built(organisations, len(vocabulary), int(sql.value("count_postings")))


def _chunks(con: Connection) -> Iterator[list[dict[str, Any]]]:
    """The organisations in the order of their numbers, many at a time."""
    ids = [row[0] for row in con.execute("SELECT organisation_id FROM clusters ORDER BY organisation_id").fetchall()]
    for start in range(0, len(ids), CHUNK):
        first, last = ids[start], ids[min(start + CHUNK, len(ids)) - 1]
        cursor = con.execute(READ, {"first": first, "last": last})
        columns = [column[0] for column in cursor.description or ()]
        yield [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


class _Vocabulary:
    """The words met so far: their numbers, and as they are first written."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._shown: list[str] = []
        self._of_text: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, forms: Iterable[tuple[str, float]]) -> list[tuple[int, float]]:
        """The numbers of those of a word's forms that the texts have, with how far each is trusted."""
        return [(self._numbers[form], weight) for form, weight in forms if form in self._numbers]

    def occurrences(self, rows: Iterable[dict[str, Any]]) -> pa.Table:
        """Which word stands in which organisation's texts with which weight; a word that stands twice has two rows."""
        organisation: list[int] = []
        term: list[int] = []
        weight: list[float] = []
        for row in rows:
            number = row["organisation_id"]
            for field, text in texts_of(row):
                terms = self._terms(searched(field, text))
                term += terms
                organisation += [number] * len(terms)
                weight += [FIELD_WEIGHTS[field]] * len(terms)
        return pa.table(
            {
                "organisation_id": pa.array(organisation, pa.int64()),
                "term_id": pa.array(term, pa.int32()),
                "weight": pa.array(weight, pa.float32()),
            }
        )

    def _terms(self, text: str) -> tuple[int, ...]:
        """The numbers of a text's words; those of short texts, which many share, are kept."""
        if text in self._of_text:
            return self._of_text[text]
        terms = tuple(self._add(word, written) for word, written in indexed_words(text))
        if len(text) <= _SHORT_TEXT and len(self._of_text) < _MOST_KEPT:
            self._of_text[text] = terms
        return terms

    def _add(self, word: str, written: str) -> int:
        number = self._numbers.setdefault(word, len(self._numbers))
        if number == len(self._shown):
            self._shown.append(written.lower())
        return number

    def terms(self) -> pa.Table:
        return pa.table(
            {
                "term_id": pa.array(range(len(self)), pa.int32()),
                "term": pa.array(list(self._numbers), pa.string()),
                "shown": pa.array(self._shown, pa.string()),
            }
        )

    def grams(self) -> pa.Table:
        """Which pieces of four letters which word has."""
        pieces = [grams(word) for word in self._numbers]
        numbers = np.repeat(np.arange(len(pieces), dtype=np.int32), [len(of_word) for of_word in pieces])
        return pa.table({"gram": pa.array(chain.from_iterable(pieces), pa.string()), "term_id": numbers})


def _names(rows: Iterable[dict[str, Any]]) -> pa.Table:
    found = [(row["organisation_id"], name, name == row["name"]) for row in rows for name in names_of(row)]
    return pa.table(
        {
            "organisation_id": pa.array([number for number, _, _ in found], pa.int64()),
            "name": pa.array([name for _, name, _ in found], pa.string()),
            "folded": pa.array([fold(name) for _, name, _ in found], pa.string()),
            "is_shown": pa.array([is_shown for _, _, is_shown in found], pa.bool_()),
        }
    )


def _texts(rows: Iterable[dict[str, Any]]) -> pa.Table:
    kept = [(row["organisation_id"], packed(texts_of(row))) for row in rows if not row["is_gone"]]
    return _table(kept, organisation_id=pa.int64(), texts=pa.string())


def _what_words_mean(vocabulary: _Vocabulary) -> dict[str, pa.Table]:
    """The thesaurus in the words of this index: meanings of which a word is unknown here are left out."""
    parts: list[tuple[int, int, int, int, float]] = []
    numbers_of: dict[str, list[tuple[int, float]]] = {}
    meanings: dict[str, int] = {}
    for phrase, meaning in thesaurus.meanings().items():
        terms = []
        for forms in meaning.words:
            word = forms[0][0]
            if word not in numbers_of:
                numbers_of[word] = vocabulary.numbers(forms)
            terms.append(numbers_of[word])
        if all(terms):
            meanings[phrase] = meaning.number
            parts += [
                (meaning.number, part, len(terms), term, weight)
                for part, alike in enumerate(terms, start=1)
                for term, weight in alike
            ]
    means = [known for known in thesaurus.thesaurus() if known.meaning in meanings]
    phrases = {known.phrase: known.stem for known in means}
    numbers = {phrase: number for number, phrase in enumerate(phrases)}
    return {
        "staged_phrases": _table(
            [(numbers[phrase], phrase, stem, len(phrase.split())) for phrase, stem in phrases.items()],
            phrase_id=pa.int32(),
            phrase=pa.string(),
            stem=pa.string(),
            words=pa.int32(),
        ),
        "staged_thesaurus": _table(
            [(numbers[known.phrase], meanings[known.meaning], known.weight) for known in means],
            phrase_id=pa.int32(),
            meaning_id=pa.int32(),
            weight=pa.float64(),
        ),
        "staged_meanings": _table(
            parts, meaning_id=pa.int32(), part=pa.int32(), parts=pa.int32(), term_id=pa.int32(), weight=pa.float64()
        ),
    }


@cache
def _of_every_edition() -> dict[str, pa.Table]:
    """What does not depend on the texts."""
    return {
        "staged_endings": _table(list(thesaurus.endings().items()), ending=pa.string(), weight=pa.float64()),
        "staged_faint": _table(
            [(word, importance, word in thesaurus.country_words()) for word, importance in thesaurus.importances().items()],
            word=pa.string(),
            importance=pa.float64(),
            is_country=pa.bool_(),
        ),
    }


def _table(rows: list[Any], **columns: pa.DataType) -> pa.Table:
    return pa.table({name: pa.array([row[place] for row in rows], kind) for place, (name, kind) in enumerate(columns.items())})
