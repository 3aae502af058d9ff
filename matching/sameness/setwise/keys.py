"""By which keys very many records may be found, at once: the functions of ``sameness.candidates`` over arrays."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.sameness.candidates import LONG_ENOUGH, SHORTEST_SHORT, short_forms
from matching.sameness.comparable import LONGEST_ACRONYM, NameKind
from matching.sameness.setwise.addresses import Owned
from matching.sameness.setwise.borne import Borne
from matching.sameness.setwise.described import KINDS
from matching.sameness.setwise.places import Places, Whereabouts
from matching.sameness.setwise.ragged import Flags, Ints, Ragged, as_flags, coded, ends


class Keys:
    """The keys of records, a list each.

    Arguments:
        labels: of each record what stands before the ending of its domain.
    """

    def __init__(self, borne: Borne, where: Whereabouts, labels: pa.Array) -> None:
        self._borne, self._spelt, self._where, self._labels = borne, borne.spelt, where, labels
        lexicon = borne.spelt.lexicon
        self._count = len(where.country)
        self._gist = borne.spelt.gist.take(borne.text)
        self._core = borne.spelt.core.take(borne.text)
        self._is_place = Places.around(where, lexicon)
        self._says_more = borne.spelt.says_more[borne.text]
        self._find_subjects()

    def _are_at(self, words: Ragged) -> Flags:
        """Which words of names say where their records are."""
        return self._is_place.hold(words.values, self._where.place[self._borne.record[words.owners]])

    def _find_subjects(self) -> None:
        lexicon = self._spelt.lexicon
        said = self._gist.where(~lexicon.names_place[self._gist.values] & ~self._are_at(self._gist))
        self._has_subject: Flags = (said.lengths > 1) & (said.counts(~lexicon.is_own[said.values]) > 0)
        some = self._spelt.in_order(said.take(np.nonzero(self._has_subject)[0]))
        self._subjects = self._spelt.run_together(some, " ")

    def _subjects_of(self, asked: Flags) -> Owned:
        """What some of the names speak of, as ``candidates`` says."""
        kept = asked[self._has_subject]
        return self._borne.record[self._has_subject][kept], self._subjects.filter(pa.array(kept))

    def strong(self, addresses: Iterable[Owned]) -> pa.Array:
        """As ``candidates.strong_keys``.

        Arguments:
            addresses: as ``candidates.address_keys``.
        """
        texts, spellings = self._spelt.spellings_of_names()
        at = Ragged(np.arange(len(texts), dtype=np.int32), ends(np.bincount(texts, minlength=len(self._spelt.joined))))
        of_names = at.take(self._borne.text)
        owner, spelling = self._borne.record[of_names.owners], spellings.take(of_names.values)
        is_long = pc.greater_equal(pc.binary_length(spelling), LONG_ENOUGH)
        country = self._where.country_texts().take(owner)
        labelled = np.nonzero(as_flags(pc.greater(pc.binary_length(self._labels), 0)))[0]
        return self._once(
            (owner, pc.binary_join_element_wise("name", spelling, country, " ")),
            (owner[np.asarray(is_long)], pc.binary_join_element_wise("name", spelling.filter(is_long), " ")),
            (labelled, pc.binary_join_element_wise("name", self._labels.take(labelled), " ")),
            *addresses,
        )

    def acronyms(self) -> pa.Array:
        """As ``candidates.acronyms``."""
        spelt, borne = self._spelt, self._borne
        compact = spelt.spellings.take(spelt.compact[borne.text])
        length = pc.binary_length(compact).to_numpy()
        is_short = (self._core.lengths == 1) & (length >= SHORTEST_SHORT) & (length <= LONGEST_ACRONYM)
        some = np.nonzero(is_short)[0]
        printed = borne.texts.take(borne.text[some])
        may_be = np.nonzero(np.asarray(pc.match_substring_regex(printed, "[^a-z0-9]")))[0]
        record = borne.record[some[may_be]].tolist()
        asked = zip(record, printed.take(may_be).to_pylist(), compact.take(some[may_be]).to_pylist(), strict=True)
        others = [(owner, form) for owner, text, core in asked for form in short_forms(text, core)]
        return self._once(
            (borne.record[some], compact.take(some)),
            (np.array([owner for owner, _ in others], np.int64), pa.array([form for _, form in others], pa.string())),
            self._subjects_of(self._says_more),
        )

    def initials(self) -> pa.Array:
        """As ``candidates.all_initials``."""
        spelt, borne = self._spelt, self._borne
        order = np.argsort(spelt.shortened, kind="stable")
        at = Ragged(order.astype(np.int32), ends(np.bincount(spelt.shortened, minlength=len(spelt.joined))))
        whole = np.nonzero(borne.kind == KINDS.index(NameKind.FULL))[0]
        of_names = at.take(borne.text[whole])
        return self._once(
            (borne.record[whole[of_names.owners]], spelt.initials.take(of_names.values)),
            self._subjects_of(self._gist.lengths > 1),
        )

    def words(self) -> pa.Array:
        """As ``candidates.words``."""
        lexicon, core = self._spelt.lexicon, self._core
        lengths = lexicon.spelling.lengths
        named = core.where((lengths[core.values] > 1) & ~self._are_at(core))
        said = self._gist.where(lexicon.is_subject[self._gist.values])
        record = np.concatenate([self._borne.record[lists.owners] for lists in (named, said)])
        return self._spelt.as_lists(_listed(record, np.concatenate([named.values, said.values]), self._count).once())

    def _once(self, *some: Owned) -> pa.Array:
        """A list of texts of each record, each once."""
        number, texts = coded(pa.concat_arrays([text for _, text in some]))
        lists = _listed(np.concatenate([owner for owner, _ in some]), number, self._count).once()
        return pa.ListArray.from_arrays(lists.starts.astype(np.int32), texts.take(lists.values))


def _listed(owner: Ints, values: np.ndarray, count: int) -> Ragged:
    order = np.argsort(owner, kind="stable")
    return Ragged.of(values[order], np.bincount(owner, minlength=count))
