"""Pairs of records weighed all at once: ``judging.judge`` over arrays.

``judging.judge`` and the small functions that it asks are what is meant; a test holds every opinion that comes out here against
theirs. What cannot reach an opinion is left out as soon as that is certain.
"""

from __future__ import annotations

import math

import numpy as np

from matching.sameness.evidence import Kind, Said
from matching.sameness.setwise.columns import Columns
from matching.sameness.setwise.facts import SAID, PairsOfRecords
from matching.sameness.setwise.names import PairsOfNames
from matching.sameness.setwise.noting import HAIR, Found, Opinions
from matching.sameness.setwise.ragged import Flags, Floats, Ints
from matching.sameness.setwise.telling import Telling
from matching.sameness.weights import Weights


def weigh(columns: Columns, left: Ints, right: Ints, weights: Weights) -> Opinions:
    """The opinions on pairs of records that are worth noting, in the order of the pairs.

    Arguments:
        left, right: positions in ``columns``.
    """
    return _Pairs(columns, left, right, weights).opinions()


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)); without end at 0 and 1."""
    if 0 < probability < 1:
        return math.log(probability / (1 - probability))
    return math.inf if probability else -math.inf


class _Pairs:
    """The evidence on pairs of records."""

    def __init__(self, columns: Columns, left: Ints, right: Ints, weights: Weights) -> None:
        self._columns, self._left, self._right = columns, left, right
        self._table = weights.verdict
        self._facts = facts = PairsOfRecords(columns, left, right, weights)
        names = PairsOfNames(columns, left, right, weights)
        self._naming = names.closest()
        self._address, self._phone, self._founded = facts.address(), facts.phone(), facts.founded()
        self._country, self._place = facts.country(), facts.place()
        names.try_acronyms(self._naming)
        names.part(self._naming, np.nonzero(self._may_be_thought_of())[0])
        self._body, self._twice = facts.body(self._naming), facts.twice(self._naming)
        self._may_be_noted: Flags = self._may_be_thought_of() & self._is_notable()

    def _telling(self) -> tuple[Floats, ...]:
        same_day = np.where(self._founded.because == SAID.index(Said.SAME_DAY), self._founded.weight, 0.0)
        return self._naming.weight, self._address.weight, self._phone.weight, same_day

    def _speaking_for(self) -> Floats:
        """What speaks for each pair; it can become less yet, never more."""
        kinds = (self._naming, self._address, self._phone, self._founded, self._country, self._place)
        found: Floats = np.sum([np.maximum(kind.weight, 0.0) for kind in kinds], axis=0)
        return found

    def _may_be_thought_of(self) -> Flags:
        """Without so much of a certain kind nothing is noted, whatever speaks against it."""
        limit = min(self._table.looks_alike_from, log_odds(self._table.unsure_from) - self._table.prior)
        is_telling = np.logical_or.reduce([weight > 0 for weight in self._telling()])
        found: Flags = is_telling & (self._speaking_for() >= limit - HAIR)
        return found

    def _is_notable(self) -> Flags:
        """Whether the pair is a ``same``, an ``unsure`` or a ``different``, or so near to it that only exact sums can tell."""
        kinds = (self._naming, self._address, self._phone, self._founded, self._country, self._place, self._body, self._twice)
        against = -np.sum([np.minimum(kind.weight, 0.0) for kind in kinds], axis=0)
        total = self._table.prior + self._speaking_for() - against
        is_like = total >= log_odds(self._table.unsure_from) - HAIR
        is_unlikely = total < log_odds(self._table.different_below) + HAIR
        contradicts = is_unlikely & (against >= self._table.contradiction_from - HAIR)
        found: Flags = is_like | (contradicts & (self._speaking_for() >= self._table.looks_alike_from - HAIR))
        return found

    def opinions(self) -> Opinions:
        """On each pair that may be worth noting what all the evidence comes to."""
        some = np.nonzero(self._may_be_noted)[0]
        left, right = self._left[some], self._right[some]
        telling = Telling(self._columns, left, right)
        founded = self._founded.of(some)
        is_year = founded.because == SAID.index(Said.SAME_YEAR)
        kinds = (
            (Kind.ADDRESS, telling.address, self._address.of(some)),
            (Kind.PHONE, telling.phone, self._phone.of(some)),
            (Kind.COUNTRY, telling.country, self._country.of(some)),
            (Kind.PLACE, telling.place, self._place.of(some)),
            (Kind.FOUNDED, telling.founded, founded.where(~is_year)),
            (Kind.YEAR, telling.founded, founded.where(is_year)),
            (Kind.BODY, telling.body, self._body.of(some)),
            (Kind.BODY, telling.body, self._twice.of(some)),
        )
        naming = self._naming.of(some)
        found = [Found(kind, said.weight, tell(said, np.nonzero(said.weight)[0])) for kind, tell, said in kinds]
        found.append(Found(Kind.NAME, naming.weight, telling.name(naming, np.nonzero(naming.weight)[0])))
        return Opinions(left, right, found, self._table)
