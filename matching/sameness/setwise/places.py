"""Where records are, in words: which words of a lexicon say so, of each distinct place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from matching.sameness.records import area_words, local_words, nowhere_within
from matching.sameness.setwise.ragged import Flags, Ints, Ragged, Small, distinct, members, numbered
from matching.sameness.setwise.vocabulary import Lexicon
from matching.sameness.words import folded_words


class Whereabouts(NamedTuple):
    """Countries, regions and cities of records, each distinct one a number, -1 for none.

    Arguments:
        city_words: of each distinct city the folded words; last of none.
        place: of each record which of the distinct places it is at: those of one country, region and city together.
        of_place: of each distinct place the numbers of the three.
    """

    country: Small
    countries: list[str]
    region: Small
    regions: list[str]
    city: Small
    city_words: list[tuple[str, ...]]
    place: Ints
    of_place: Sequence[Ints]

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
        of_place: list[Ints] = [np.asarray(one) - 1 for one in np.unravel_index(distinct, shape)]
        return cls(country, countries, region, regions, city, city_words, place.astype(np.int64).reshape(-1), of_place)

    def areas(self) -> tuple[list[tuple[str | None, str | None]], Ints]:
        """Each distinct country and region together, and which of them each distinct place lies in."""
        country, region, _ = self.of_place
        shape = (len(self.countries) + 1, len(self.regions) + 1)
        both, of_area = np.unique((country + 1) * shape[1] + region + 1, return_inverse=True)
        at = (one - 1 for one in np.unravel_index(both, shape))
        # The last of each, of number -1, is none.
        countries, regions = [*self.countries, None], [*self.regions, None]
        found = [(countries[one], regions[other]) for one, other in zip(*(column.tolist() for column in at), strict=True)]
        return found, of_area.astype(np.int64).reshape(-1)

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
        areas, of_area = where.areas()
        country, _, city = where.of_place
        of_areas = _numbers((local_words(*area, ()) for area in areas), lexicon).take(of_area)
        of_cities = _numbers(map(frozenset, where.city_words), lexicon).take(city % len(where.city_words))
        nowhere = _numbers(map(nowhere_within, [*where.countries, None]), lexicon)
        of_country = country % (len(where.countries) + 1)
        is_local = ~cls(nowhere.owners, nowhere.values, lexicon).hold(of_cities.values, of_country[of_cities.owners])
        places = np.concatenate([of_areas.owners, of_cities.owners[is_local]])
        return cls(places, np.concatenate([of_areas.values, of_cities.values[is_local]]), lexicon)

    @classmethod
    def around(cls, where: Whereabouts, lexicon: Lexicon, besides: frozenset[str] = frozenset()) -> Places:
        """Of the places of records, as ``records.place_words`` says: each area and each city is asked for once.

        Arguments:
            besides: words that are left out.
        """
        areas, of_area = where.areas()
        *_, city = where.of_place
        of_areas = _numbers((area_words(*area) - besides for area in areas), lexicon).take(of_area)
        cities = (frozenset(words) - besides for words in where.city_words)
        of_cities = _numbers(cities, lexicon).take(city % len(where.city_words))
        places = np.concatenate([of_areas.owners, of_cities.owners])
        return cls(places, np.concatenate([of_areas.values, of_cities.values]), lexicon)

    def hold(self, words: Small, *places: Ints) -> Flags:
        """Which words (a column of them for each pair, or one each) say where one of a pair's places is."""
        found = np.zeros(words.shape, np.bool_)
        at = np.nonzero(self._is_any[words])
        some = words[at].astype(np.int64)
        found[at] = np.logical_or.reduce([members(self._keys, place[at[-1]] * self._size + some) for place in places])
        return found


def _numbers(said: Iterable[frozenset[str]], lexicon: Lexicon) -> Ragged:
    """Those words of each set that any name bears or says."""
    known = [lexicon.known(words) for words in said]
    return Ragged.of(np.array([number for some in known for number in some], np.int64), np.array(list(map(len, known)), np.int64))
