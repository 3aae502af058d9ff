"""Where records are, in words: which words of a lexicon say so, of each distinct place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from matching.sameness.setwise.ragged import Flags, Ints, Small, distinct, members, numbered
from matching.sameness.setwise.vocabulary import Lexicon
from matching.sameness.words import folded_words


class Whereabouts(NamedTuple):
    """Countries, regions and cities of records, each distinct one a number, -1 for none.

    Arguments:
        city_words: of each distinct city the folded words; last of none.
        place: of each record which of the distinct triples it is at.
        triples: the countries, regions and cities together, as ``records.place_words`` takes them.
    """

    country: Small
    countries: list[str]
    region: Small
    regions: list[str]
    city: Small
    city_words: list[tuple[str, ...]]
    place: Ints
    triples: list[tuple[str | None, str | None, tuple[str, ...]]]

    @classmethod
    def of(cls, records: pa.Table) -> Whereabouts:
        """Of rows that have ``country``, ``nuts2`` and ``city``."""
        country, countries = numbered(records["country"])
        region, regions = numbered(records["nuts2"])
        city, cities = numbered(records["city"])
        city_words = [*map(folded_words, cities), ()]
        shape = (len(countries) + 1, len(regions) + 1, len(cities) + 1)
        together = (country.astype(np.int64) + 1) * (shape[1] * shape[2]) + (region.astype(np.int64) + 1) * shape[2] + city + 1
        distinct, place = np.unique(together, return_inverse=True)
        at = [one - 1 for one in np.unravel_index(distinct, shape)]
        triples = [
            (countries[one] if one >= 0 else None, regions[two] if two >= 0 else None, city_words[three])
            for one, two, three in zip(*(column.tolist() for column in at), strict=True)
        ]
        return cls(country, countries, region, regions, city, city_words, place.astype(np.int64).reshape(-1), triples)

    def country_texts(self) -> pa.Array:
        """Of each record the country; an empty text for none."""
        return pa.array([*self.countries, ""], pa.string()).take(self.country % (len(self.countries) + 1))


class Places:
    """Which words say where a place is.

    Arguments:
        said: the words of each place.
    """

    def __init__(self, said: Iterable[frozenset[str]], lexicon: Lexicon, besides: frozenset[str] = frozenset()) -> None:
        self._size = lexicon.size
        keys = [at * self._size + number for at, words in enumerate(said) for number in lexicon.known(words - besides)]
        self._keys = distinct(np.array(keys, np.int64))
        self._is_any = np.zeros(self._size, np.bool_)
        self._is_any[self._keys % self._size] = True

    def hold(self, words: Small, *places: Ints) -> Flags:
        """Which words (rows of them) say where one of a row's places is."""
        found = np.zeros(words.shape, np.bool_)
        row, column = np.nonzero(self._is_any[words])
        some = words[row, column].astype(np.int64)
        found[row, column] = np.logical_or.reduce([members(self._keys, place[row] * self._size + some) for place in places])
        return found
