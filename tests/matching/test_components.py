"""Which records hang together by pairs."""

from __future__ import annotations

import networkx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.sameness.components import components

PAIRS = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), max_size=80)


@given(PAIRS)
def test_pairs_hang_together_as_networkx_says(pairs: list[tuple[int, int]]) -> None:
    left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    smallest = {number: min(group) for group in networkx.connected_components(networkx.Graph(pairs)) for number in group}
    assert components(left, right).tolist() == [smallest[one] for one, _ in pairs]


def test_a_long_chain_has_one_end() -> None:
    numbers = np.random.default_rng(1).permutation(2000).astype(np.int64)
    assert set(components(numbers[:-1], numbers[1:]).tolist()) == {0}
