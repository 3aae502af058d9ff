"""How much strangers may write: so much an hour from one place, and so much from all."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

WINDOW = timedelta(hours=1)
MOST_OF_ONE = 5
MOST_OF_ALL = 60
MOST_PLACES = 10_000


class Quota:
    """Remembers for an hour who wrote. Of any number of threads; nothing of it is stored."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_all: deque[datetime] = deque()
        self._of_one: dict[str, deque[datetime]] = {}

    def take(self, address: str, now: datetime) -> int:
        """Take one from the quota of an address; 0, or the seconds that it has to wait, and then nothing is taken."""
        place = _place(address)
        with self._lock:
            for key in [key for key, times in self._of_one.items() if not times or times[-1] <= now - WINDOW]:
                del self._of_one[key]
            own = self._of_one.get(place, deque())
            for times in (own, self._of_all):
                while times and times[0] <= now - WINDOW:
                    times.popleft()
            waits = [
                (times[0] + WINDOW - now)
                for times, most in ((own, MOST_OF_ONE), (self._of_all, MOST_OF_ALL))
                if len(times) >= most
            ]
            if waits:
                return max(ceil(max(waits).total_seconds()), 1)
            if len(self._of_one) < MOST_PLACES:
                self._of_one[place] = own
            own.append(now)
            self._of_all.append(now)
        return 0


def _place(address: str) -> str:
    """Where an address is: of IPv6 its network of 64 bits, of which one line has all."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:60]
    return found.exploded[:19] if isinstance(found, IPv6Address) else str(found)
