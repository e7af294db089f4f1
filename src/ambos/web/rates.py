"""How often something may be tried by one client; counted in memory, and forgotten when the window has passed."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

#: Keys that are remembered at most; the one tried longest ago is forgotten first.
_MOST_KEYS = 50_000


class Rate:
    """At most so many tries within so many seconds, of one key.

    Parameters
    ----------
    most : int
    seconds : float
    clock : callable
        Gives seconds that only grow.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds = most, seconds
        self._clock = clock
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Give the seconds until a key may try again, 0 if it may now; nothing is counted."""
        with self._lock:
            return self._wait(key, self._clock())

    def take(self, key: str) -> int:
        """Count a try; give the seconds to wait, 0 if it is allowed. One that is refused is not counted."""
        with self._lock:
            now = self._clock()
            if wait := self._wait(key, now):
                return wait
            self._tries.setdefault(key, deque()).append(now)
            self._tries.move_to_end(key)
            if len(self._tries) > _MOST_KEYS:
                self._tries.popitem(last=False)
            return 0

    def give_back(self, key: str) -> None:
        """Count the last try of a key no longer: it was none of those that are limited."""
        with self._lock:
            if tries := self._tries.get(key):
                tries.pop()

    def _wait(self, key: str, now: float) -> int:
        tries = self._tries.get(key)
        while tries and now - tries[0] >= self.seconds:
            tries.popleft()
        if not tries:
            self._tries.pop(key, None)
            return 0
        return 0 if len(tries) < self.most else max(1, math.ceil(tries[0] + self.seconds - now))
