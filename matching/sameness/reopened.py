"""Pairs on which a judgement is possible, or after a night's changes another one than the last time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from matching.sameness.hands import Numbers
from matching.sameness.keybook import Keybook
from matching.sameness.opinions_kept import Opinions
from matching.sameness.places_kept import Places
from matching.sameness.setwise.hashed import named_key
from matching.sameness.setwise.keyring import Together
from matching.sameness.setwise.misprints import may_be_spelt_alike
from matching.sameness.setwise.packed import unpacked
from matching.sameness.setwise.ragged import Bits, Flags, Ints, Small, coded, distinct, positions
from warehouse.named_sql import Script

WORTH_ASKING = 10_000
"""Pairs from which it is quicker to ask how names are spelt than to weigh them all."""


@dataclass(frozen=True)
class Night:
    """What changed.

    Arguments:
        records: the numbers of all records that there are, in order.
        places: of them.
        touched: numbers of records of which all pairs are looked at, also of such that are no more.
        decided: pairs that people judge.
        words: digests of words that are rarer or more common than before.
    """

    records: Numbers
    places: Places
    touched: Numbers
    decided: pa.Table
    words: Bits


@dataclass(frozen=True)
class Reopened:
    """The pairs, the smaller record first.

    Arguments:
        left, right: those to weigh.
        stands: of each row of the opinions whether it still does: it is on no touched record, and on no pair that is weighed anew
            or no more brought together.
    """

    left: Numbers
    right: Numbers
    stands: Flags


def opened(found: tuple[Small, Small], records: Numbers, countries: list[pa.Array], decided: pa.Table) -> tuple[Numbers, Numbers]:
    """The pairs to weigh where all are new, the smaller record first, country by country: so a piece of them has few records.

    Arguments:
        found: the places of the left and of the right one of each pair, the smaller first; some pairs several times.
        countries: of the records in their order, in pieces.
        decided: pairs that people judge.
    """
    count = np.int64(len(records))
    country, _ = coded(pa.concat_arrays(countries)) if countries else (np.empty(0, np.int32), None)
    left, right = found
    pairs = distinct((country[left] * count + left) * count + right)
    pairs = pairs[~np.isin(pairs % (count * count), decided_pairs(records, decided))]
    return records[pairs // count % count], records[pairs % count]


def reopened(night: Night, keys: Keybook, opinions: Opinions, sql: Script) -> Reopened:
    """The pairs that share a key of touched records, and those that share one which became a crowd's, or ceased to be.

    Arguments:
        keys: opened.
        opinions: as they stood before.
    """
    records, record = night.records, night.places.record
    # Places that are no more are of the record behind the last one, which is never asked for.
    is_touched, is_worded = (np.zeros(len(records) + 1, np.bool_) for _ in range(2))
    is_touched[positions(records, night.touched)] = True
    is_touched[-1] = False
    is_worded[record[keys.places_with(named_key(night.words)).values]] = True
    touched, worded = (np.nonzero(flags[record])[0] for flags in (is_touched, is_worded))
    found = keys.find(touched, worded, night.places.fresh, night.places.taken, record)
    found = found.where(~np.isin(found.left * len(records) + found.right, decided_pairs(records, night.decided)))
    # Of those that share none but crowds' keys only what is noted may be lost.
    is_asked = found.is_few.copy()
    others = np.nonzero(~found.is_few)[0]
    is_asked[others] = opinions.are_noted(found.left[others], found.right[others])
    found = found.where(is_asked)
    kept = found.is_few.copy()
    if len(lost := np.nonzero(~kept)[0]):
        place = np.zeros(len(records), np.int64)
        place[record[record >= 0]] = np.nonzero(record >= 0)[0]
        kept[lost] = keys.share_one_that_few_have(place[found.left[lost]], place[found.right[lost]])
    keys.close()
    is_quiet = ~is_touched[found.left] & ~is_touched[found.right]
    stays = _rests_on_other_words(found, records, is_worded, is_quiet & ~found.has_turned, sql)
    to_weigh, void = kept & ~stays, is_quiet & ~stays
    stands = opinions.standing(is_touched, found.left[void], found.right[void])
    return Reopened(records[found.left[to_weigh]], records[found.right[to_weigh]], stands)


def decided_pairs(records: Numbers, decided: pa.Table) -> Ints:
    """Pairs of records that there are, as one number each: the left one's place times how many there are, and the right one's."""
    left, right = (positions(records, decided[side].to_numpy()) for side in ("left_id", "right_id"))
    return (left * len(records) + right)[(left >= 0) & (right >= 0)]


def _rests_on_other_words(found: Together, records: Numbers, is_worded: Flags, asked: Flags, sql: Script) -> Flags:
    """Pairs whose opinion stays as it is, although one record has a word that is rarer or more common than before.

    Where the other one has none, that counts only between names that are spelt nearly alike.

    Arguments:
        asked: pairs of which neither record is touched, and that were brought together before, too.
    """
    some = np.nonzero(asked & (is_worded[found.left] != is_worded[found.right]))[0]
    stays = np.zeros(len(asked), np.bool_)
    if len(some) >= WORTH_ASKING:
        both = distinct(np.concatenate([found.left[some], found.right[some]]))
        told = sql.table_over("tell_names", pa.table({"record_id": records[both]}))
        told = told.combine_chunks().take(np.argsort(told["record_id"].to_numpy()))
        one, other = (np.searchsorted(both, side[some]) for side in (found.left, found.right))
        stays[some] = ~may_be_spelt_alike(unpacked(told), one, other)
    return stays
