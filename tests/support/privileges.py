"""Runs that may do no more than the modes of the files allow, also where root runs the tests."""

from __future__ import annotations

import os

WITHOUT_PRIVILEGES = """
import ctypes
# Root may read and write everywhere. Without CAP_DAC_OVERRIDE (1), CAP_DAC_READ_SEARCH (2) and CAP_FOWNER (3) it may what the
# modes of its files let their owner do.
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
held = (ctypes.c_uint32 * 6)()
libc = ctypes.CDLL(None, use_errno=True)
assert libc.capget(header, held) == 0
held[0] &= ~0b1110
assert libc.capset(header, held) == 0
"""


def without_privileges() -> str:
    """Python that a process executes first, so that the modes of files hold for it."""
    return WITHOUT_PRIVILEGES if os.geteuid() == 0 else ""
