"""Runs that may do no more than the modes of the files allow, also where root runs the tests."""

from __future__ import annotations

import os

WITHOUT_PRIVILEGES = """
import ctypes
# Root may write everywhere. Without CAP_DAC_OVERRIDE (1) and CAP_FOWNER (3) it may what its files' modes let their owner do.
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
held = (ctypes.c_uint32 * 6)()
libc = ctypes.CDLL(None, use_errno=True)
assert libc.capget(header, held) == 0
held[0] &= ~0b1010
assert libc.capset(header, held) == 0
"""


def without_privileges() -> str:
    """Python that a process executes first, so that the modes of files hold for it."""
    return WITHOUT_PRIVILEGES if os.geteuid() == 0 else ""
