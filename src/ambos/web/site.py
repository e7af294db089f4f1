"""What all requests share: the open workspace, the state of its store, the responses kept."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypeVar, cast

from ambos.flows.data.check import check_data
from ambos.flows.workspace import Workspace, reopened
from ambos.model import Finding

Made = TypeVar("Made")

#: Seconds between two looks at the folder of the store.
LOOK_EVERY = 1.0
#: Answers kept per state of the store; the least recently asked for is dropped first.
MOST_MADE = 256


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


@dataclass(slots=True)
class _Slot:
    """An answer of one state of the store, and the lock of whoever makes it."""

    tag: str
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: list[object] = field(default_factory=list)


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
        self._slots: OrderedDict[object, _Slot] = OrderedDict()
        self._slots_lock = threading.Lock()
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

    def once(self, key: object, make: Callable[[Workspace], Made]) -> Made:
        """Give an answer that is made once per state of the store.

        Parameters
        ----------
        key : hashable
            Names the answer; another question has another key.
        make : callable
            Makes it of the workspace. What it raises is raised, and nothing is kept.
        """
        tag = self.state().tag
        with self._slots_lock:
            slot = self._slots.get(key)
            if slot is None or slot.tag != tag:
                slot = self._slots[key] = _Slot(tag)
            self._slots.move_to_end(key)
            if len(self._slots) > MOST_MADE:
                self._slots.popitem(last=False)
        with slot.lock:
            if not slot.made:
                slot.made.append(make(self._workspace))
            return cast("Made", slot.made[0])

    def findings(self, as_of: date | None = None) -> Sequence[Finding]:
        """What all checks find in the store, or in what was known on a day, the weightiest first; sought once per state of
        the store."""

        def find(workspace: Workspace) -> Sequence[Finding]:
            then = workspace.store if as_of is None else workspace.store.at(as_of)
            return tuple(check_data(replace(workspace, store=then)))

        return self.once(("findings", as_of), find)

    def _look(self) -> State:
        return State(self._workspace.store.fingerprint(), self._workspace.today(), datetime.now(UTC))
