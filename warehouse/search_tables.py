"""What the tables are that matching makes for search, a sentence each: they are published with the edition."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from warehouse.dictionary import Kind, Table

ORIGIN = "Computed by clusterbridge from clusters for its search; its form may change with any version."
TABLES = (
    Table(
        "search_names",
        Kind.COPIED,
        "Every name of every organisation.",
        {
            "organisation_id": "The organisation.",
            "name": "One of its names.",
            "folded": "The name in plain lower-case Latin letters.",
            "is_shown": "Whether it is the name in clusters.",
        },
    ),
    Table(
        "search_terms",
        Kind.COPIED,
        "The words of all texts.",
        {
            "term_id": "Number of the word.",
            "term": "The word in plain lower-case Latin letters, or in its own script.",
            "documents": "Organisations whose texts have it.",
            "shown": "The word as it is first written in the texts, for suggestions.",
        },
    ),
    Table(
        "search_grams",
        Kind.COPIED,
        "Which pieces of four letters the words have, by which like words are found.",
        {
            "gram": "Four letters of a word in order; _ marks an edge of the word.",
            "term_ids": "Numbers in search_terms of the words that have it.",
        },
    ),
    Table(
        "search_postings",
        Kind.COPIED,
        "Which word weighs what in which organisation.",
        {
            "term_id": "Number of the word in search_terms.",
            "organisation_id": "The organisation.",
            "impact": "The word's part in a BM25 score before its rarity, fields weighted.",
        },
    ),
    Table(
        "search_phrases",
        Kind.COPIED,
        "The Swedish and English phrases of the thesaurus.",
        {
            "phrase_id": "Number of the phrase.",
            "phrase": "The phrase in plain lower-case Latin letters.",
            "stem": "The phrase without a Swedish ending.",
            "words": "How many words it has.",
        },
    ),
    Table(
        "search_thesaurus",
        Kind.COPIED,
        "What the phrases of search_phrases mean in the words of this edition.",
        {
            "phrase_id": "Number of the phrase in search_phrases.",
            "meaning_id": "Number of the meaning in search_meanings.",
            "weight": "How far it is trusted, 0 to 1.",
        },
    ),
    Table(
        "search_meanings",
        Kind.COPIED,
        "The words that say a meaning of search_thesaurus; it is said where each of its parts is.",
        {
            "meaning_id": "Number of the meaning.",
            "part": "Which word of the meaning, from 1.",
            "parts": "How many words the meaning has.",
            "term_id": "Number in search_terms of the word or another form of it.",
            "documents": "Organisations whose texts have it.",
            "weight": "How far this form is trusted, 0 to 1.",
        },
    ),
    Table(
        "search_endings",
        Kind.COPIED,
        "What may stand behind a Swedish word of the thesaurus: inflections, and last parts of compounds that every branch has.",
        {"ending": "The letters behind the word.", "weight": "How far the whole is trusted to mean the same, 0 to 1."},
    ),
    Table(
        "search_faint",
        Kind.COPIED,
        "Words that say little of what is looked for.",
        {
            "word": "A word in plain lower-case Latin letters.",
            "importance": "How much it counts in a query, 0 to 1.",
            "is_country": "Whether it names a country.",
        },
    ),
    Table(
        "search_organisations",
        Kind.COPIED,
        "The organisations that can be hits: those that are not gone.",
        {"organisation_id": "The organisation.", "alphabetical": "Its place in the alphabet, from 1."},
    ),
    Table(
        "search_texts",
        Kind.COPIED,
        "What is searched of the organisations that can be hits.",
        {"organisation_id": "The organisation.", "texts": "Its texts, a line each, behind the name of the column that has it."},
    ),
    Table(
        "search_facet_values",
        Kind.COPIED,
        "What hits are counted and filtered by.",
        {
            "value_id": "Number of the value.",
            "facet": "country, ecosystem, label or network.",
            "value": "The value; of a label its level, or its text.",
            "valid_until": "Of a label, the last day on which it is valid; NULL: not said.",
        },
    ),
    Table(
        "search_facets",
        Kind.COPIED,
        "Which organisation has which value.",
        {"value_id": "Number of the value in search_facet_values.", "organisation_id": "The organisation."},
    ),
    Table(
        "search_size",
        Kind.COPIED,
        "How large the index is: one row.",
        {
            "organisations": "Organisations, gone ones too.",
            "digest": "Letters that change with the organisations, their facets, names, texts or words.",
        },
    ),
    Table(
        "search_vectors",
        Kind.COPIED,
        "What an organisation's text means to the sentence model, for organisations that have a vector; empty without the model.",
        {
            "organisation_id": "The organisation.",
            "vector": "384 numbers of length 1, the mean of all organisations taken off: an inner product is a cosine.",
        },
    ),
    Table(
        "search_vector_space",
        Kind.COPIED,
        "The space in which search_vectors lie: one row; none without the model.",
        {
            "model": "The sentence model.",
            "mean": "What was taken off: the mean of all organisations' vectors, to be taken off a query's too.",
        },
    ),
)


@cache
def sentences() -> dict[str, Table]:
    """The tables by name."""
    return {table.name: table for table in TABLES}


def told(table: Table) -> Table:
    """A table as the state has it, with our sentences where we have one."""
    known = sentences().get(table.name)
    if known is None:
        return replace(table, origin=ORIGIN)
    columns = {name: known.columns.get(name, about) for name, about in table.columns.items()}
    return replace(table, about=known.about, columns=columns, origin=ORIGIN)
