"""The first collection in a fresh clone: pytest's workers share out the rewriting of test modules, which each did for itself."""

from __future__ import annotations

import contextlib

import pytest
from _pytest.assertion import rewrite


def rewrite_share(config: pytest.Config, share: int, shares: int) -> None:
    """Rewrite the asserts of every ``shares``-th test module that has not been, and leave them where pytest looks first.

    All workers collect all modules in the same order at the same time: on two cores that took 20 seconds of their processors.
    What pytest has for one module at a time is not public; its version is locked.

    Arguments:
        share: which of the shares, from 0.
    """
    state = config.stash.get(rewrite.assertstate_key, None)
    if state is None:  # --assert=plain
        return
    modules = sorted((config.rootpath / "tests").rglob("test_*.py"))
    for module in modules[share::shares]:
        compiled = rewrite.get_cache_dir(module) / f"{module.stem}{rewrite.PYC_TAIL}"
        # What is wrong with a module pytest says when it is its turn.
        with contextlib.suppress(SyntaxError):
            if not compiled.exists() and rewrite.try_makedirs(compiled.parent):
                source_hash, code = rewrite._rewrite_test(module, config)
                rewrite._write_pyc(state, code, source_hash, compiled)
