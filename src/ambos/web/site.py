"""What all requests share: the open workspace, the state of its store, the responses kept."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ambos.flows.workspace import Workspace, reopened

#: Seconds between two looks at the folder of the store.
LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class State:
    """What answers depend on beside the question.

    Attributes
    ----------
    store : str
        Changes with every write to the store.
    today : date
        The day in the region.
    since : datetime
        When this state was first seen, UTC.
    """

    store: str
    today: date
    since: datetime

    @property
    def tag(self) -> str:
        """A short text that is another one in another state."""
        return hashlib.sha256(f"{self.store} {self.today}".encode()).hexdigest()[:16]


class Site:
    """A workspace that is served. Used by many threads at once.

    Parameters
    ----------
    workspace : Workspace
    clock : callable
        Gives seconds that only grow.
    """

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = time.monotonic) -> None:
        self._workspace = workspace
        self._clock = clock
        self._lock = threading.Lock()
        self._looked = clock()
        self._state = self._look()

    @property
    def workspace(self) -> Workspace:
        """The workspace as its store is now."""
        self.state()
        return self._workspace

    def state(self) -> State:
        """Give the state of the store, looked at once a second; a changed store is opened anew."""
        if self._clock() - self._looked >= LOOK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._looked = self._clock()
                now = self._look()
                if (now.store, now.today) != (self._state.store, self._state.today):
                    self._workspace = reopened(self._workspace)
                    self._state = now
            finally:
                self._lock.release()
        return self._state

    def _look(self) -> State:
        return State(self._workspace.store.fingerprint(), self._workspace.today(), datetime.now(UTC))
