"""What organisations write about, as few numbers: words that occur in the same profiles count as near one another.

Latent semantic analysis: Deerwester, Dumais, Furnas, Landauer, Harshman, "Indexing by Latent Semantic Analysis", Journal of the
American Society for Information Science 41 (1990). A word weighs (1 + ln occurrences) × ln(documents / documents with it).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from matching.partners.sets import Floats, Ints
from matching.partners.written import Written

Points = NDArray[np.float32]

DIMENSIONS = 100
COMMON_SHARE = 0.25
"""A word that more than this share of the documents has says little of what a document is about."""
SAMPLE = 1_000
"""The directions are found from so many documents, evenly spread; the others are laid into them."""
VOCABULARY = 6_000
"""The commonest telling words that the directions are made of."""
BEYOND = 20
"""Directions of the subspace beyond those that are wanted."""
ITERATIONS = 5
BLOCK = 512
_LEAST_SHARE = 1e-9
"""A direction in which the documents differ by less than this share of the first one is an error of rounding."""


def points(written: Written, dimensions: int = DIMENSIONS) -> Points:
    """Documents × at most ``dimensions``, each of length 1; the cosine of two is their inner product. Zeros: nothing telling."""
    starts, words, weights, vocabulary = _weighted(written)
    size = len(written)
    chosen = np.unique(np.linspace(0, size - 1, min(size, SAMPLE)).astype(np.int64)) if size else np.zeros(0, dtype=np.int64)
    sample = np.zeros((len(chosen), vocabulary))
    for row, place in enumerate(chosen.tolist()):
        here = slice(starts[place], starts[place + 1])
        sample[row, words[here]] = weights[here]
    directions = _directions(sample, dimensions)
    directions, weights = directions.astype(np.float32), weights.astype(np.float32)
    found = np.zeros((size, directions.shape[1]), dtype=np.float32)
    for first in range(0, size, BLOCK):
        last = min(first + BLOCK, size)
        here = slice(starts[first], starts[last])
        has = np.flatnonzero(np.diff(starts[first : last + 1]))
        if len(has):
            parts = directions[words[here]] * weights[here, None]
            found[first + has] = np.add.reduceat(parts, starts[first + has] - starts[first], axis=0)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    unit: Points = np.divide(found, length, out=np.zeros_like(found), where=length > 1e-6)
    return unit


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Meanwhile products of matrices have one thread each.

    ``points`` takes many small steps, each of which would wait for all threads: on a busy machine that takes a hundred times as
    long. The limit is the process's, so that only one thread may set and lift it.
    """
    with _threads().limit(limits=1, user_api="blas"):
        yield


@cache
def _threads() -> ThreadpoolController:
    """What can tell the libraries of this process how many threads to use; it looks for them once."""
    return ThreadpoolController()


def _weighted(written: Written) -> tuple[Ints, NDArray[np.int32], Floats, int]:
    """Offsets, words and weights of each document, each document's weights of length 1, and how many words there are."""
    size, holding = len(written), written.documents
    most = min(max(COMMON_SHARE * size, 2), size - 1)
    possible = np.flatnonzero((holding >= 2) & (holding <= most)).tolist()
    telling = sorted(possible, key=lambda word: (-holding[word], written.names[word]))[:VOCABULARY]
    number = np.full(len(written.names), -1, dtype=np.int32)
    number[telling] = np.arange(len(telling))
    words = number[written.words]
    kept = words >= 0
    words, owner = words[kept], np.repeat(np.arange(size, dtype=np.int32), np.diff(written.starts))[kept]
    rarity = np.log(size / holding[telling]) if telling else np.zeros(0)
    weights = (1 + np.log(written.times[kept])) * rarity[words]
    length = np.sqrt(np.bincount(owner, weights=weights**2, minlength=size))
    weights /= length[owner]
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=size))]).astype(np.int64)
    return offsets, words, weights, len(telling)


def _directions(sample: Floats, dimensions: int) -> Floats:
    """Words × directions: the first right singular vectors of the sample, found by iterating a random subspace.

    Source: Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53 (2011), algorithm 4.3, made orthogonal
    anew in every round; its random start is always the same. Exact where the sample is no larger than the subspace.
    """
    rows, columns = sample.shape
    if not rows or not columns:
        return np.zeros((columns, 0))
    width = min(dimensions + BEYOND, rows, columns)
    basis = np.linalg.qr(sample @ np.random.default_rng(8).standard_normal((columns, width)))[0]
    alike = sample @ sample.T  # once and small, where the sample itself would be gone through twice in every round
    for _ in range(ITERATIONS):
        basis = np.linalg.qr(alike @ basis)[0]
    inside = basis.T @ sample
    strength, vectors = np.linalg.eigh(inside @ inside.T)
    order = np.argsort(-strength, kind="stable")[:dimensions]
    order = order[strength[order] > _LEAST_SHARE * float(strength[order[0]])]
    return np.asarray(inside.T @ (vectors[:, order] / np.sqrt(strength[order])), dtype=np.float64)
