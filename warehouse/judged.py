"""Very many judgements as columns: what a night decides goes from the database and back without an object for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from warehouse.rows import Judgement, Verdict
from warehouse.state import aware, utc

SCHEMA = pa.schema(
    [
        ("left_id", pa.int64()), ("right_id", pa.int64()), ("verdict", pa.string()), ("score", pa.float64()),
        ("decided_by", pa.string()), ("because", pa.string()), ("decided_at", pa.timestamp("us")),
    ]
)  # fmt: skip
_VERDICTS = {one.value: one for one in Verdict}


class Judgements(Sequence[Judgement]):
    """Judgements that stand, in the order of the table; the same ones in another order are equal.

    Arguments:
        table: of ``SCHEMA``.
    """

    def __init__(self, table: pa.Table) -> None:
        self.table = table.cast(SCHEMA).combine_chunks()
        self.left: NDArray[np.int64] = self.table["left_id"].to_numpy()
        self.right: NDArray[np.int64] = self.table["right_id"].to_numpy()

    @classmethod
    def of(cls, judgements: Sequence[Judgement]) -> Judgements:
        """These, as columns."""
        if isinstance(judgements, Judgements):
            return judgements
        rows = [
            (one.left, one.right, one.verdict.value, one.score, one.decided_by, one.because, utc(one.decided_at))
            for one in judgements
        ]
        columns = zip(*rows, strict=True) if rows else [()] * len(SCHEMA)
        return cls(pa.table([pa.array(column, kind) for column, kind in zip(columns, SCHEMA.types, strict=True)], SCHEMA))

    @classmethod
    def by(cls, opinions: pa.Table, decided_by: str, decided_at: datetime) -> Judgements:
        """One author's of one moment.

        Arguments:
            opinions: the other columns of ``SCHEMA``.
        """
        moment = pa.scalar(utc(decided_at), pa.timestamp("us"))
        said = {"decided_by": pa.repeat(decided_by, len(opinions)), "decided_at": pa.repeat(moment, len(opinions))}
        columns = dict(zip(opinions.column_names, opinions.columns, strict=True)) | said
        return cls(pa.table([columns[name] for name in SCHEMA.names], SCHEMA))

    def are(self, verdict: Verdict) -> NDArray[np.bool_]:
        """Which of them say so."""
        return np.asarray(pc.equal(self.table["verdict"], verdict.value).to_numpy(), np.bool_)

    def by_records(self) -> Judgements:
        """These, in the order of their records."""
        return Judgements(self.table.take(np.lexsort((self.right, self.left))))

    def __len__(self) -> int:
        return len(self.left)

    @overload
    def __getitem__(self, at: int) -> Judgement: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Judgement]: ...
    def __getitem__(self, at: int | slice) -> Judgement | Sequence[Judgement]:
        if isinstance(at, slice):
            return tuple(self)[at]
        (found,) = Judgements(self.table.take([range(len(self))[at]]))
        return found

    def __iter__(self) -> Iterator[Judgement]:
        for left, right, verdict, score, by, because, at in zip(*(one.to_pylist() for one in self.table.columns), strict=True):
            yield Judgement(left, right, _VERDICTS[verdict], score, by, because, aware(at))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Judgements):
            return bool(self.by_records().table.equals(other.by_records().table))
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Judgements({list(self)!r})"
