"""Builds the search index as plain tables named ``search_*``, which are published with the edition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from babel import Locale

from matching.search.bm25 import Postings, postings
from matching.search.text import fold, words
from warehouse.connection import Connection

FIELD_WEIGHTS: dict[str, float] = {
    "name": 4.0,
    "native_name": 4.0,
    "acronym": 4.0,
    "other_names": 3.0,
    "city": 2.0,
    "sectors": 1.5,
    "technologies": 1.5,
    "keywords": 1.5,
    "ecosystems": 1.0,
    "emerging_industries": 1.0,
    "s3_priorities": 1.0,
    "country": 1.0,
    "region": 1.0,
    "memberships": 0.7,
    "partnerships": 0.7,
    "extracts": 1.0,
}
"""How much an occurrence counts, strongest first; also the order in which a hit says what matched."""
NAME_FIELDS = ("name", "native_name", "acronym", "other_names")

_READ = """
SELECT organisation_id, name, native_name, acronym, other_names, city, sectors, technologies, keywords, ecosystems,
       emerging_industries, s3_priorities, country, region_printed AS region, memberships, partnerships,
       map_values(extracts) AS extracts
FROM clusters
ORDER BY organisation_id
"""

_COMMENTS = {
    "search_fields": (
        "Each text that search looks into, one row a value; says what matched.",
        {
            "organisation_id": "The organisation.",
            "field": "Column of clusters that the text comes from.",
            "place": "Order of the field: 0 is the strongest.",
            "value": "The text as in clusters; for country, its names in English and Swedish and its code.",
            "folded": "The text in plain lower-case Latin letters.",
            "is_name": "Whether the text is one of the organisation's names.",
        },
    ),
    "search_terms": (
        "The words and character 4-grams of all texts, with how rare each is.",
        {
            "term_id": "Number of the term.",
            "term": "A folded word, or four letters of one; _ marks an edge of the word.",
            "is_word": "True for a whole word, false for a 4-gram.",
            "documents": "Organisations whose texts have the term.",
            "idf": "Rarity: ln(1 + (N - documents + 0.5) / (documents + 0.5)), N being all organisations.",
            "shown": "A whole word as it is first written in the texts, for suggestions.",
        },
    ),
    "search_postings": (
        "Which term weighs what in which organisation: a score is the sum of the impacts of the terms asked for.",
        {
            "term_id": "Number of the term in search_terms.",
            "organisation_id": "The organisation.",
            "impact": "The term's part in a BM25 score, fields weighted.",
        },
    ),
}


@dataclass(frozen=True)
class Built:
    """What an index holds."""

    organisations: int
    terms: int
    postings: int


def build(con: Connection) -> Built:
    """(Re)build the tables search_fields, search_terms and search_postings from ``clusters``; gone organisations too.

    The caller owns the transaction. Any client of an edition may query the tables: a score is
    ``SELECT organisation_id, sum(impact) FROM search_postings JOIN search_terms USING (term_id) WHERE term IN (…) GROUP BY ALL``.
    """
    cursor = con.execute(_READ)
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    ids = np.array([row["organisation_id"] for row in rows], dtype=np.int64)
    texts = [_texts(row) for row in rows]
    index = postings([[(value, FIELD_WEIGHTS[field]) for field, value in found] for found in texts])
    fields = [
        (organisation, field, value) for organisation, found in zip(ids.tolist(), texts, strict=True) for field, value in found
    ]
    _write(con, "search_fields", _fields_table(fields))
    _write(con, "search_terms", _terms_table(index, [value for _, _, value in fields]))
    _write(con, "search_postings", _postings_table(index, ids))
    return Built(len(rows), len(index.terms), len(index.term))


def _texts(row: dict[str, object]) -> list[tuple[str, str]]:
    """(field, text) of one organisation, strongest field first, without empty and repeated ones."""
    found: dict[tuple[str, str], None] = {}
    for field in FIELD_WEIGHTS:
        value = row[field]
        if field == "country":
            value = _country_names(str(value)) if value else None
        for text in value if isinstance(value, list) else [value]:
            if text:
                found[field, str(text)] = None
    return list(found)


def _country_names(code: str) -> list[str]:
    """The country's code and names as staff type them; a code that has no name stays alone."""
    named = [Locale(language).territories.get(code) for language in ("en", "sv")]
    return [", ".join(dict.fromkeys([*(name for name in named if name), code]))]


def _fields_table(fields: list[tuple[int, str, str]]) -> pa.Table:
    place = {field: number for number, field in enumerate(FIELD_WEIGHTS)}
    return pa.table(
        {
            "organisation_id": pa.array([organisation for organisation, _, _ in fields], pa.int64()),
            "field": pa.array([field for _, field, _ in fields], pa.string()),
            "place": pa.array([place[field] for _, field, _ in fields], pa.int32()),
            "value": pa.array([value for _, _, value in fields], pa.string()),
            "folded": pa.array([fold(value) for _, _, value in fields], pa.string()),
            "is_name": pa.array([field in NAME_FIELDS for _, field, _ in fields], pa.bool_()),
        }
    )


def _terms_table(index: Postings, texts: list[str]) -> pa.Table:
    shown: dict[str, str] = {}
    for text in texts:
        for written in text.split():
            folded = words(written)
            if len(folded) == 1:
                shown.setdefault(folded[0], written.strip(".,;:!?()[]\"'").lower())
    is_word = index.is_word.tolist()
    return pa.table(
        {
            "term_id": pa.array(range(len(index.terms)), pa.int32()),
            "term": pa.array(index.terms, pa.string()),
            "is_word": pa.array(is_word, pa.bool_()),
            "documents": pa.array(index.documents.tolist(), pa.int32()),
            "idf": pa.array(index.idf, pa.float64()),
            "shown": pa.array(
                [shown.get(term, term) if word else None for term, word in zip(index.terms, is_word, strict=True)], pa.string()
            ),
        }
    )


def _postings_table(index: Postings, ids: np.typing.NDArray[np.int64]) -> pa.Table:
    return pa.table(
        {
            "term_id": pa.array(index.term.astype(np.int32)),
            "organisation_id": pa.array(ids[index.document]),
            "impact": pa.array(index.impact.astype(np.float32)),
        }
    )


def _write(con: Connection, table: str, rows: pa.Table) -> None:
    # The names are this module's own constants, so they may stand in the statement.
    con.register("arriving", rows)
    try:
        con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM arriving")  # noqa: S608
    finally:
        con.unregister("arriving")
    sentence, columns = _COMMENTS[table]
    con.execute(f"COMMENT ON TABLE {table} IS '{_quoted(sentence)}'")
    for column, meaning in columns.items():
        con.execute(f"COMMENT ON COLUMN {table}.{column} IS '{_quoted(meaning)}'")


def _quoted(sentence: str) -> str:
    return sentence.replace("'", "''")
