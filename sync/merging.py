"""The merged record, computed from the state in the order of networks that the operator decided."""

from __future__ import annotations

from connectors import registry
from sync.normalise.eras import eras_of
from sync.settings_shape import Merge
from warehouse import merge
from warehouse.state import State

SHIPPED = Merge()
"""The order of networks where the operator decided none."""


def merge_anew(state: State, order: Merge) -> None:
    """Compute ``clusters``, ``labels`` and why each value is shown anew from the records as they stand."""
    eras = {name: eras_of(registry.network(name).facts) for name in registry.names()}
    merge.rebuild(state, precedence=order.default, field_precedence=order.fields, eras=eras)
