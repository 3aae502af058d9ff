"""BM25 over whole words and character 4-grams, with a weight for each field, as arrays.

The formula is Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), sections 3.4 and 3.5: the
occurrences of a term are weighted by field and added *before* they saturate. One length (in words) serves all fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.search.text import grams, words

SATURATION = 1.2
"""k1: how soon further occurrences of a term stop counting."""
LENGTH_WEIGHT = 0.4
"""b: how much a long document is discounted. Below the customary 0.75, because a long profile is a well-kept one."""

COMMON_SHARE = 0.25
"""A term that more than this share of the documents has says little of what a document is like."""
BLOCK = 2048
"""Documents that are compared at once: what bounds the memory."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Postings:
    """Which term weighs what in which document, sorted by term, then document.

    Arguments:
        terms: folded words and 4-grams; a 4-gram of a word edge carries ``_``, and a word is marked by ``is_word``.
        is_word: for each term.
        idf: for each term, ln(1 + (N - n + 0.5) / (n + 0.5)).
        documents: for each term, the number of documents that have it.
        term, document, impact: one posting each; impact is the term's whole BM25 part in a score.
        size: number of documents.
    """

    terms: list[str]
    is_word: NDArray[np.bool_]
    idf: Floats
    documents: Ints
    term: Ints
    document: Ints
    impact: Floats
    size: int


def postings(documents: Sequence[Iterable[tuple[str, float]]]) -> Postings:
    """Index documents given as (text, field weight) pairs. A document without words has no postings."""
    vocabulary: dict[str, int] = {}
    document: list[int] = []
    word: list[int] = []
    weight: list[float] = []
    for number, fields in enumerate(documents):
        for text, field_weight in fields:
            for found in words(text):
                document.append(number)
                word.append(vocabulary.setdefault(found, len(vocabulary)))
                weight.append(field_weight)
    size = len(documents)
    documents_of = np.array(document, dtype=np.int64)
    words_of = np.array(word, dtype=np.int64)
    lengths = np.bincount(documents_of, minlength=size).astype(np.float64)
    gram_names, gram_starts, gram_ids = _pieces(list(vocabulary))
    terms = [*vocabulary, *gram_names]
    counts = gram_starts[words_of + 1] - gram_starts[words_of]
    inside = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    of_grams = gram_ids[np.repeat(gram_starts[words_of], counts) + inside] + len(vocabulary)
    term = np.concatenate([words_of, of_grams])
    where = np.concatenate([documents_of, np.repeat(documents_of, counts)])
    weights = np.array(weight, dtype=np.float64)
    return _weigh(terms, len(vocabulary), term, where, np.concatenate([weights, np.repeat(weights, counts)]), lengths)


def _pieces(vocabulary: list[str]) -> tuple[list[str], Ints, Ints]:
    """The distinct 4-grams of the vocabulary, and for word ``w`` their numbers at ``ids[starts[w]:starts[w + 1]]``."""
    names: dict[str, int] = {}
    starts = [0]
    ids: list[int] = []
    for word in vocabulary:
        ids.extend(names.setdefault(gram, len(names)) for gram in grams(word))
        starts.append(len(ids))
    return list(names), np.array(starts, dtype=np.int64), np.array(ids, dtype=np.int64)


def _weigh(terms: list[str], word_count: int, term: Ints, document: Ints, weight: Floats, lengths: Floats) -> Postings:
    size = len(lengths)
    key, index = np.unique(term * max(size, 1) + document, return_inverse=True)
    occurrences = np.bincount(index, weights=weight, minlength=len(key))
    of_term, of_document = np.divmod(key, max(size, 1))
    holding = np.bincount(of_term, minlength=len(terms))
    idf = np.log1p((size - holding + 0.5) / (holding + 0.5))
    usual = lengths[lengths > 0].mean() if (lengths > 0).any() else 1.0
    frequency = occurrences / (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * lengths[of_document] / usual)
    impact = idf[of_term] * frequency * (SATURATION + 1) / (frequency + SATURATION)
    is_word = np.arange(len(terms)) < word_count
    return Postings(terms, is_word, idf, holding, of_term, of_document, impact, size)


def likeness(index: Postings, homes: Ints) -> Floats:
    """Scores of all documents, homes × documents, for each home's own document as a query, in which a term counts once.

    The commonest terms are left out.
    """
    telling = index.documents <= max(COMMON_SHARE * index.size, 2)
    row_of = np.full(index.size, -1)
    row_of[homes] = np.arange(len(homes))
    asked = telling[index.term] & (row_of[index.document] >= 0)
    terms, column = np.unique(index.term[asked], return_inverse=True)
    queries = np.zeros((len(homes), len(terms)), dtype=np.float32)
    queries[row_of[index.document[asked]], column] = 1.0
    column_of = np.full(len(index.terms), -1)
    column_of[terms] = np.arange(len(terms))
    used = column_of[index.term] >= 0
    columns, documents, impacts = column_of[index.term[used]], index.document[used], index.impact[used]
    scores = np.zeros((len(homes), index.size))
    order = np.argsort(documents, kind="stable")
    bounds = np.searchsorted(documents[order], np.arange(0, index.size + BLOCK, BLOCK))
    for number, start in enumerate(range(0, index.size, BLOCK)):
        part = order[bounds[number] : bounds[number + 1]]
        texts = np.zeros((len(terms), min(BLOCK, index.size - start)), dtype=np.float32)
        texts[columns[part], documents[part] - start] = impacts[part]
        scores[:, start : start + BLOCK] = queries @ texts
    return scores
