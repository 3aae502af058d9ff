"""From the readings of a query to a score for every organisation, as arrays.

The macro ``search_scores`` (``warehouse/sql/search.sql``) says the same to clients that know SQL only; a test holds the two
against each other. Here it takes a tenth of the time, most of which the macro spends on being planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.search.everyone import Everyone, Floats, Ints
from matching.search.readings import OWN, Reading, Readings
from warehouse.connection import Connection

VERY_WORD = 0.25
"""What whoever uses the very word that was typed, rather than what it means, gains more."""
IN_THE_COUNTRY = 1.0
"""By how much more whatever else is asked for counts of who is in the country that is asked for."""
LEAST_SHARE = 0.3
"""Who meets a third of what was asked for answers."""


@dataclass(frozen=True)
class _Met:
    """Where readings are met: an entry for each occurrence.

    Arguments:
        reading: which of the readings, by its place in their list.
        row: which organisation.
        score: the impact there, by how far the reading is trusted.
    """

    reading: Ints
    row: Ints
    score: Floats


def scores(con: Connection, read: Readings, everyone: Everyone) -> Floats:
    """By row, how well the words of the query are met; 0: the organisation does not answer."""
    found, shares = np.zeros(len(everyone)), np.zeros(len(everyone))
    if not read.readings:
        return found
    met = _met(con, read.readings, everyone)
    place_of = np.array([one.place for one in read.readings])
    is_own = np.array([one.reading == OWN for one in read.readings])
    parts_of = np.array([one.parts for one in read.readings])
    is_whole = parts_of[met.reading] == 1
    whole = _Met(met.reading[is_whole], met.row[is_whole], met.score[is_whole])
    joined = _joined(read.readings, met, ~is_whole, len(everyone))
    share_of, idf = read.shares(), {one.place: one.idf for one in read.readings}
    here = np.zeros(len(everyone), dtype=np.bool_)
    there = np.zeros(len(everyone))
    for word in read.words:
        best, own = np.zeros(len(everyone)), np.zeros(len(everyone))
        for group in (whole, joined):
            is_its = place_of[group.reading] == word.place
            np.maximum.at(best, group.row[is_its], group.score[is_its])
            is_its &= is_own[group.reading]
            np.maximum.at(own, group.row[is_its], group.score[is_its])
        rows = np.flatnonzero(best)
        if len(rows) and word.is_country:
            # Somebody is in a country or is not, however often a text says so.
            here[rows] = True
            there[rows] += idf[word.place] * word.importance
            shares[rows] += share_of[word.place]
        elif len(rows):
            found[rows] += (best[rows] + VERY_WORD * own[rows]) * (idf[word.place] * word.importance)
            shares[rows] += share_of[word.place]
    found = found * np.where(here, 1 + IN_THE_COUNTRY, 1) + there
    # Who meets all of it counts more.
    return np.where(shares >= LEAST_SHARE, found * shares, 0.0)


def _met(con: Connection, readings: Sequence[Reading], everyone: Everyone) -> _Met:
    held = everyone.holdings(con).postings([one.term_id for one in readings])
    reading = np.repeat(np.arange(len(readings)), held.counts)
    occurrence = np.arange(len(reading)) + np.repeat(held.starts - (np.cumsum(held.counts) - held.counts), held.counts)
    rows = held.rows[occurrence]
    is_here = rows >= 0
    reading, occurrence, rows = reading[is_here], occurrence[is_here], rows[is_here]
    weights = np.array([one.weight for one in readings])
    return _Met(reading, rows, held.impacts[occurrence].astype(np.float64) * weights[reading])


def _joined(readings: Sequence[Reading], met: _Met, is_part: NDArray[np.bool_], size: int) -> _Met:
    """Readings of several words, where all of them are: the mean of what the best form of each scores."""
    if not is_part.any():
        return _Met(met.reading[:0], met.row[:0], met.score[:0])
    most = max(one.parts for one in readings)
    first: dict[tuple[int, int], int] = {}
    whole_of = np.array([first.setdefault((one.place, one.reading), number) for number, one in enumerate(readings)])
    part_of = np.array([one.part - 1 for one in readings])
    parts_of = np.array([one.parts for one in readings])
    reading = met.reading[is_part]
    of_part, which = np.unique((whole_of[reading] * size + met.row[is_part]) * most + part_of[reading], return_inverse=True)
    best = np.zeros(len(of_part))
    np.maximum.at(best, which, met.score[is_part])
    of_whole, which = np.unique(of_part // most, return_inverse=True)
    whole, row = np.divmod(of_whole, size)
    is_met = np.bincount(which) == parts_of[whole]
    return _Met(whole[is_met], row[is_met], (np.bincount(which, weights=best) / parts_of[whole])[is_met])
