"""Where records are, in words: which words of a lexicon say so, of each distinct place."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from matching.sameness.records import area_words, local_words, nowhere_within
from matching.sameness.setwise.ragged import Flags, Ints, Ragged, Small, distinct, members, numbered
from matching.sameness.setwise.vocabulary import Lexicon
from matching.sameness.words import folded_words

Place = TypeVar("Place", bound=Hashable)


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
        places, numbers: a place, and the number of a word that says where it is; each in any order.
    """

    def __init__(self, places: Ints, numbers: Ints | Small, lexicon: Lexicon) -> None:
        self._size = lexicon.size
        self._keys = distinct(places * self._size + numbers)
        self._is_any = np.zeros(self._size, np.bool_)
        self._is_any[numbers] = True

    @classmethod
    def within(cls, where: Whereabouts, lexicon: Lexicon) -> Places:
        """Of the places of records, as ``records.local_words`` says: each area and each city is asked for once."""
        areas, of_area = _distinct([one[:2] for one in where.triples])
        cities, of_city = _distinct([city for *_, city in where.triples])
        countries, of_country = _distinct([country for country, *_ in where.triples])
        of_areas = _numbers((local_words(*area, ()) for area in areas), lexicon).take(of_area)
        of_cities = _numbers(map(frozenset, cities), lexicon).take(of_city)
        nowhere = _numbers(map(nowhere_within, countries), lexicon)
        is_local = ~cls(nowhere.owners, nowhere.values, lexicon).hold(of_cities.values, of_country[of_cities.owners])
        places = np.concatenate([of_areas.owners, of_cities.owners[is_local]])
        return cls(places, np.concatenate([of_areas.values, of_cities.values[is_local]]), lexicon)

    @classmethod
    def around(cls, where: Whereabouts, lexicon: Lexicon, besides: frozenset[str] = frozenset()) -> Places:
        """Of the places of records, as ``records.place_words`` says: each area and each city is asked for once.

        Arguments:
            besides: words that are left out.
        """
        areas, of_area = _distinct([one[:2] for one in where.triples])
        cities, of_city = _distinct([city for *_, city in where.triples])
        of_areas, of_cities = (
            _numbers((area_words(*area) - besides for area in areas), lexicon).take(of_area),
            _numbers((frozenset(city) - besides for city in cities), lexicon).take(of_city),
        )
        places = np.concatenate([of_areas.owners, of_cities.owners])
        return cls(places, np.concatenate([of_areas.values, of_cities.values]), lexicon)

    def hold(self, words: Small, *places: Ints) -> Flags:
        """Which words (a column of them for each pair, or one each) say where one of a pair's places is."""
        found = np.zeros(words.shape, np.bool_)
        at = np.nonzero(self._is_any[words])
        some = words[at].astype(np.int64)
        found[at] = np.logical_or.reduce([members(self._keys, place[at[-1]] * self._size + some) for place in places])
        return found


def _distinct(said: Sequence[Place]) -> tuple[list[Place], Ints]:
    """Each once, and which of them stands where."""
    number: dict[Place, int] = {}
    at = np.fromiter((number.setdefault(one, len(number)) for one in said), np.int64, len(said))
    return list(number), at


def _numbers(said: Iterable[frozenset[str]], lexicon: Lexicon) -> Ragged:
    """Those words of each set that any name bears or says."""
    known = [lexicon.known(words) for words in said]
    return Ragged.of(np.array([number for some in known for number in some], np.int64), np.array(list(map(len, known)), np.int64))
