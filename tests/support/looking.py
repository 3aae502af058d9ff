"""What a test calls the opening of a window."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

Looking = Callable[..., AbstractContextManager[Any]]
"""``with looking(color_scheme="dark") as page``; what may go wrong is named as ``expected``."""
