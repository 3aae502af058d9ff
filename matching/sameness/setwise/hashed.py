"""Keys as numbers, in which they are remembered and compared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.candidates import GRAMS_FROM, KeyKind
from matching.sameness.setwise.digests import digests
from matching.sameness.setwise.grams import smallest
from matching.sameness.setwise.packed import packed
from matching.sameness.setwise.ragged import Bits, Flags, Ints, Ragged, Small, coded

_IS_INITIALS = np.uint64(1)
_KIND = np.uint64(0b111)
_TOLD_APART = np.uint64(0b1111)
_OF_COUNTRY, _OF_ANOTHER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
"""Odd, so that no bit of what is multiplied is lost."""


def meeting(keys: Bits) -> Bits:
    """What two keys have in common by which their records meet: all but the last bit."""
    return keys >> np.uint64(1)


def kinds(meetings: Bits) -> Small:
    """The numbers of their ``KeyKind``."""
    return (meetings & _KIND).astype(np.int32)


def is_initials(keys: Bits) -> Flags:
    """Which of the keys of kind ``KeyKind.SHORT`` are what a whole name can be shortened to."""
    found: Flags = (keys & _IS_INITIALS) > 0
    return found


class Made(NamedTuple):
    """What is remembered of records beside what they say.

    Arguments:
        columns: of ``sameness_records``, a row each.
        owner, key: of each key, in order, the position of the record that has it, and the key.
    """

    columns: pa.Table
    owner: Small
    key: Bits

    def beside(self, said: pa.Table) -> pa.Table:
        """The columns behind those of what the records say."""
        both = (
            *zip(said.column_names, said.columns, strict=True),
            *zip(self.columns.column_names, self.columns.columns, strict=True),
        )
        return pa.table(dict(both))


def made(said: pa.Table, read: pa.Table) -> Made:
    """What is remembered of records beside what they say.

    Arguments:
        said: rows of ``records.COLUMNS``.
        read: what is made of them, rows of ``reading.READINGS``.
    """
    country, countries = coded(pc.fill_null(said["country"].combine_chunks(), ""))
    names = read["names"].combine_chunks()
    words, named = _named(names)
    owned = [_owned(read[name]) for name in ("strong", "key_words", "places", "acronyms", "initials")]
    texts = [*(text for _, text in owned), countries, named, read["bearer"].combine_chunks()]
    *found, of_countries, of_words, bearer = map(digests, texts)
    at_home = (of_countries * _OF_COUNTRY)[country]
    has_country = np.array([country != "" for country in countries.to_pylist()], np.bool_)[country]
    parts = _key_parts([owner for owner, _ in owned], found, at_home, has_country)
    parts += [_gram_keys(read["names"], at_home), (words.owners, named_key(of_words[words.values]))]
    columns = {name: read[name] for name in ("site", "mail")} | packed(names)
    columns |= {"bearer": pa.array(bearer), "words": pc.binary_join(read["words"].combine_chunks(), " ")}
    owner, key = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(key)
    return Made(pa.table(columns), owner[order].astype(np.int32), key[order])


def named_key(of_words: Bits) -> Bits:
    """By which who has a word in a name is found.

    Arguments:
        of_words: their digests.
    """
    return _key(of_words, KeyKind.NAMED)


def strong_key(of_texts: Bits) -> Bits:
    """Of the digests of what ``candidates.strong_keys`` says."""
    return _key(of_texts, KeyKind.STRONG)


def _key_parts(owners: list[Ints], found: list[Bits], at_home: Bits, has_country: Flags) -> list[tuple[Ints, Bits]]:
    """Keys, but for those of pieces of names, and the records that have them.

    Arguments:
        owners, found: of strong keys, words, places, acronyms and initials.
        at_home: a number for the country of each record.
    """
    of_strong, of_words, of_places, of_acronyms, of_initials = owners
    strong, words, places, acronyms, initials = found
    within = np.nonzero(has_country)[0]
    somewhere = np.nonzero(has_country & (np.bincount(of_places, minlength=len(at_home)) == 0))[0]
    return [
        (of_strong, strong_key(strong)),
        (of_words, _key(words + at_home[of_words], KeyKind.WORD)),
        (of_places, _key(places + at_home[of_places], KeyKind.PLACE)),
        (of_acronyms, _key(acronyms + at_home[of_acronyms], KeyKind.SHORT)),
        (of_initials, _key(initials + at_home[of_initials], KeyKind.SHORT) | _IS_INITIALS),
        (within, _key(at_home[within], KeyKind.COUNTRY)),
        # Those that do not say where within their country they are may be few where all are many.
        (somewhere, _key(at_home[somewhere] * _OF_ANOTHER, KeyKind.COUNTRY)),
    ]


def _named(names: pa.Array) -> tuple[Ragged, pa.Array]:
    """The words of all names of each record as numbers, each once, and the text of each number."""
    words = pc.struct_field(names.values, "words")
    number, texts = coded(words.values)
    return Ragged(number, words.offsets.to_numpy()[names.offsets.to_numpy()].astype(np.int64)).once(), texts


def _owned(lists: pa.ChunkedArray) -> tuple[Ints, pa.Array]:
    column = lists.combine_chunks()
    return pc.list_parent_indices(column).to_numpy().astype(np.int64), pc.list_flatten(column)


def _key(bits: Bits, kind: KeyKind) -> Bits:
    return (bits & ~_TOLD_APART) | np.uint64(kind << 1)


def _gram_keys(names: pa.ChunkedArray, at_home: Bits) -> tuple[Ints, Bits]:
    """Two of the four pieces of four letters of a name that have the smallest hashes, with the country."""
    owner, named = _owned(names)
    spelt = pc.struct_field(named, "spelt")
    is_long = np.asarray(pc.greater_equal(pc.binary_length(spelt), GRAMS_FROM))
    name, one, other = smallest(spelt.filter(pa.array(is_long)))
    record = owner[is_long][name]
    key = _key(one + other * _OF_ANOTHER + at_home[record], KeyKind.GRAM)
    # Two names of a record may share them.
    several = np.nonzero(np.bincount(owner[is_long], minlength=len(at_home))[record] > 1)[0]
    _, first = np.unique(key[several] + record[several].astype(np.uint64) * _OF_COUNTRY, return_index=True)
    kept = np.ones(len(key), np.bool_)
    kept[several] = False
    kept[several[first]] = True
    return record[kept], key[kept]
