"""The opinions that are noted on pairs, from night to night."""

from __future__ import annotations

from functools import partial

import pyarrow as pa

from matching.sameness.stages import Stages
from warehouse.named_sql import Script


class Noted:
    """The table ``sameness_opinions``.

    Arguments:
        stages: in which it is written.
    """

    def __init__(self, sql: Script, stages: Stages) -> None:
        self._sql, self._stages = sql, stages
        self._found: list[pa.Table] = []
        self._is_read = False

    def forget(self, touched: pa.Table, void: pa.Table) -> None:
        """Takes away what is noted on touched records, and on pairs: beside what else is done, or before more is noted."""
        self._stages.defer(partial(self._sql.run_over, "forget_opinions", touched, void))

    def keep(self) -> None:
        """Reads what stays when that is forgotten, likewise: what is added then need not be read."""
        self._is_read = True
        self._stages.defer(lambda: self._found.append(self._sql.table("tell_opinions")))

    def add(self, some: pa.Table) -> None:
        """Notes further opinions."""
        self._stages.complete()
        self._sql.run_over("remember_opinions", some)
        if self._is_read:
            self._found.append(some)

    def all(self) -> pa.Table:
        """All of them, in no order."""
        return pa.concat_tables(self._found) if self._is_read else self._sql.table("tell_opinions")
