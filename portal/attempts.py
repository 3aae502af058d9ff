"""Attempts to sign in: whoever has failed too often waits."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta
from math import ceil

WINDOW = timedelta(minutes=15)
MOST_OF_ONE = 5
"""Failures of one address with one name."""
MOST_OF_ADDRESS = 20
MOST_OF_ALL = 200
"""Failures of everybody together: many addresses that try many names."""
MOST_KEYS = 10_000


class Attempts:
    """Remembers failures for a quarter of an hour. Of any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: dict[tuple[str, ...], deque[datetime]] = {}

    def wait(self, address: str, name: str, now: datetime) -> int:
        """Seconds until this address may try this name; 0: now."""
        with self._lock:
            return max(self._wait(key, most, now) for key, most in _keys(address, name))

    def failed(self, address: str, name: str, now: datetime) -> None:
        """Name and password did not fit; or are about to be tried, so that many tries at once are counted."""
        with self._lock:
            if len(self._failures) > MOST_KEYS:
                self._forget(now)
            for key, _ in _keys(address, name):
                self._failures.setdefault(key, deque(maxlen=MOST_OF_ALL)).append(now)

    def succeeded(self, address: str, name: str) -> None:
        """They did: this address may err with this name again, and what was counted before it was tried is counted no more."""
        (own, _), *others = _keys(address, name)
        with self._lock:
            self._failures.pop(own, None)
            for key, _ in others:
                if failures := self._failures.get(key):
                    failures.pop()

    def _wait(self, key: tuple[str, ...], most: int, now: datetime) -> int:
        failures = self._failures.get(key)
        if not failures:
            return 0
        while failures and failures[0] <= now - WINDOW:
            failures.popleft()
        if len(failures) < most:
            return 0
        return max(ceil((failures[len(failures) - most] + WINDOW - now).total_seconds()), 1)

    def _forget(self, now: datetime) -> None:
        for key in [key for key, failures in self._failures.items() if not failures or failures[-1] <= now - WINDOW]:
            del self._failures[key]


def _keys(address: str, name: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    return (
        (("one", address, name.strip().casefold()[:200]), MOST_OF_ONE),
        (("address", address), MOST_OF_ADDRESS),
        (("all",), MOST_OF_ALL),
    )
