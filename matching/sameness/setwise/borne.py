"""The names that very many records bear, each record's once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from matching.sameness.comparable import NameKind, pieces
from matching.sameness.setwise.described import KINDS, NAME
from matching.sameness.setwise.printed import Printed, may_hold_several
from matching.sameness.setwise.ragged import Flags, Ragged, distinct, ends, members
from matching.sameness.setwise.spelt import Spelt

_FULL, _ADDRESS = KINDS.index(NameKind.FULL), KINDS.index(NameKind.ADDRESS)


class Borne:
    """Names in the order of records, and within each in that of ``Facts.names``: of those that are spelt alike the first.

    Arguments:
        count: of records.
    """

    def __init__(self, printed: Printed, count: int) -> None:
        self.texts = printed.texts
        is_whole = np.zeros(len(printed.texts), np.bool_)
        is_whole[printed.text[printed.kind == _FULL]] = True
        self.spelt = Spelt(printed.texts, is_whole)
        kept = self._kept(printed)
        self.record, self.kind, self.text = printed.record[kept], printed.kind[kept], printed.text[kept]
        self.by_record = Ragged(np.arange(len(self.record), dtype=np.int32), ends(np.bincount(self.record, minlength=count)))

    def _kept(self, printed: Printed) -> Flags:
        spelt = self.spelt
        size = np.int64(len(spelt.spellings) + 1)
        joined, compact = spelt.joined[printed.text], spelt.compact[printed.text]
        is_name = spelt.words.lengths[printed.text] > 0
        is_address = printed.kind == _ADDRESS
        kept = np.zeros(len(printed.text), np.bool_)
        some = np.nonzero(is_name & ~is_address)[0]
        pairs, of_pair = np.unique(joined * size + compact, return_inverse=True)
        _, first = np.unique(printed.record[some] * np.int64(len(pairs) + 1) + of_pair.reshape(-1)[some], return_index=True)
        kept[some[first]] = True
        known = distinct(np.concatenate([printed.record[some] * size + spelling[some] for spelling in (joined, compact)]))
        spelt_only = np.nonzero(is_name & is_address)[0]
        kept[spelt_only] = ~members(known, printed.record[spelt_only] * size + compact[spelt_only])
        return kept

    def described(self) -> pa.Array:
        """As ``setwise.described`` notes them, a list each record."""
        spelt, text = self.spelt, self.text
        is_full = self.kind == _FULL
        fields = (
            pa.array(self.kind.astype(np.uint8)),
            self.texts.take(text),
            spelt.spellings.take(spelt.compact[text]),
            spelt.as_lists(spelt.words.take(text)),
            pa.array(is_full & ~self._hold_several()[text]),
            *(pa.array(np.where(is_full, bits[text], np.uint64(0))) for bits in (spelt.begins, spelt.holds)),
        )
        names = pa.StructArray.from_arrays(fields, fields=list(NAME))
        return pa.ListArray.from_arrays(self.by_record.starts.astype(np.int32), names)

    def _hold_several(self) -> Flags:
        """Which texts are lines of several names."""
        found = may_hold_several(self.texts)
        some = np.nonzero(found)[0]
        found[some] = [next(pieces(text), None) is not None for text in self.texts.take(some).to_pylist()]
        return found
