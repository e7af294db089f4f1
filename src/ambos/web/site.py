"""State that all requests share: the open workspace, the state of its store, the responses kept."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import TypeVar, cast

from ambos.cache import kept
from ambos.errors import NoData
from ambos.flows.data.check import check_data
from ambos.flows.workspace import Workspace, reopened
from ambos.model import Finding

Made = TypeVar("Made")

#: Seconds between two looks at the folder of the store.
LOOK_EVERY = 1.0
#: Key of a request's scope under which its site stands.
IN_SCOPE = "ambos.site"
#: Answers kept per state of the store; the least recently asked for is dropped first.
MOST_MADE = 256


@dataclass(frozen=True, slots=True)
class State:
    """State on which answers depend besides the question.

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

    lock: threading.Lock = field(default_factory=threading.Lock)
    made: list[object] = field(default_factory=list)


@dataclass(slots=True)
class _Edition:
    """A state of the store: the workspace that reads it, and the answers made of it."""

    workspace: Workspace
    state: State
    slots: OrderedDict[object, _Slot] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Site:
    """A workspace that is served. Used by many threads at once.

    Parameters
    ----------
    workspace : Workspace
    clock : callable
        Gives seconds that only grow.
    """

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._edition = self._open(workspace)
        self._looked = clock()
        self._stays = False
        #: Whether a response tells more than the state of the store does: the time now, or files beside the store. What
        #: answers a request says so of its own `now`; the response is then kept no longer than it says itself.
        self.passes = False

    @property
    def due(self) -> bool:
        """Return True if `now` looks at the folder of the store, which takes a while if it changed."""
        return not self._stays and self._clock() - self._looked >= LOOK_EVERY

    def now(self) -> Site:
        """This site in one state, for all of a request: what is written to the store meanwhile is not seen."""
        self._look()
        then = copy(self)
        then._stays = True
        return then

    @property
    def workspace(self) -> Workspace:
        """The workspace as its store is now."""
        self._look()
        return self._edition.workspace

    def state(self) -> State:
        """Give the state of the store, looked at once a second; a changed store is opened anew."""
        self._look()
        return self._edition.state

    def once(self, key: object, make: Callable[[Workspace], Made], *, lasting: bool = False) -> Made:
        """Give an answer that is made once per state of the store.

        Parameters
        ----------
        key : hashable
            Names the answer; another question has another key.
        make : callable
            Makes it of the workspace. What it raises is raised, and nothing is kept.
        lasting : bool
            Keep it in the user's cache folder as well, for the next start (`ambos.cache`): of an answer whose making takes
            long and which depends on definitions, store and day only.
        """
        self._look()
        edition = self._edition
        with edition.lock:
            slot = edition.slots.setdefault(key, _Slot())
            edition.slots.move_to_end(key)
            if len(edition.slots) > MOST_MADE:
                edition.slots.popitem(last=False)
        with slot.lock:
            if not slot.made:
                workspace = edition.workspace
                if lasting and workspace.store.fingerprint() == edition.state.store:
                    slot.made.append(kept(str(key), workspace.content, partial(make, workspace)))
                else:
                    slot.made.append(make(workspace))
            return cast("Made", slot.made[0])

    def made(self, key: object) -> object | None:
        """Give the answer of `once` to this key, None if it was not made in this state of the store."""
        edition = self._edition
        with edition.lock:
            slot = edition.slots.get(key)
            if slot and slot.made:
                edition.slots.move_to_end(key)
                return slot.made[0]
        return None

    def findings(self, as_of: date | None = None) -> Sequence[Finding]:
        """List the findings of all checks in the store, or in the figures known on a day, the gravest first; computed
        once per state of the store."""

        def find(workspace: Workspace) -> Sequence[Finding]:
            then = workspace.store if as_of is None else workspace.store.at(as_of)
            try:
                return tuple(check_data(replace(workspace, store=then)))
            except NoData:  # an empty store has no fault, and its pages say that nothing is held
                return ()

        return self.once(("findings", as_of), find) if as_of else self.once("findings", find, lasting=True)

    def _look(self) -> None:
        """Open the store anew if it changed, unless it was looked at in this second or another thread looks."""
        if not self.due or not self._lock.acquire(blocking=False):
            return
        try:
            workspace, state = self._edition.workspace, self._edition.state
            if (workspace.store.fingerprint(), workspace.today()) != (state.store, state.today):
                self._edition = self._open(workspace)
        finally:
            self._looked = self._clock()
            self._lock.release()

    def _open(self, workspace: Workspace) -> _Edition:
        """Open the store; a build may write to it meanwhile, and is then seen at the next look."""
        state = State(workspace.store.fingerprint(), workspace.today(), datetime.now(UTC))
        return _Edition(reopened(workspace), state)
