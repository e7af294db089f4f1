"""What the register holds of a record: its place in lists, its acceptances, its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ambos.model.register import Phrase, Record, StatusGroup

#: What an event did.
What = Literal[
    "created",
    "changed",
    "proposed",
    "accepted",
    "outcome",
    "taken-back",
    "withdrawn",
    "evidence",
    "step",
    "status",
    "comment",
    "moderated",
    "reply",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as lists have it, at a moment; what depends on the day is computed for a day."""

    seq: int  #: Number of the event that made it so.
    kind: str
    id: str
    title: Phrase
    type: str  #: Of an agreement, meeting, project or initiative; of a comment its state.
    draft: bool  #: Seen by its own side only; of a comment, not published.
    withdrawn: bool
    side: str  #: Of the office that entered it.
    status: str  #: Set by an office of the register.
    reported: str  #: Reported by a source.
    group: StatusGroup | Literal[""]  #: Of the status, else of what is reported; "" where neither is known.
    committee: str
    meeting: str
    objective: str
    target: tuple[str, str]  #: Kind and id of what a comment is about.
    sides: tuple[str, ...]  #: Of its organisations and responsible offices.
    offices: tuple[str, ...]  #: Responsible, or holding a seat.
    #: `made`, `due`: when it was made, signed, held or submitted, and when it is due, as written.
    made: str
    due: str
    #: `starts`, `ends`: first and last day, ISO: of validity, of force, of a meeting.
    starts: str
    ends: str
    #: `accepted`, `outcome`: the sides that accepted its content, and its outcome, as they stand now.
    accepted: tuple[str, ...]
    outcome: tuple[str, ...]
    evidence: int
    #: `steps`, `steps_done`: how many it has, and how many are done.
    steps: int
    steps_done: int
    as_compiled: bool
    news: str  #: Day of the last news, ISO; "" where none is known.
    agreed: bool  #: Both sides accepted the content as it is now.
    kept: bool  #: Agreed, with evidence, and both sides accepted the outcome.
    late: bool  #: The due date is past and nothing says that it was done, given up or carried over.
    expiring: bool  #: It ends soon.
    expired: bool  #: It has ended.
    no_news: bool  #: It is open, and there was no news for long.


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The acceptance of a side."""

    side: str
    office: str
    outcome: bool  #: Of the outcome, else of the content.
    hash: str  #: Of the content that was accepted.
    at: datetime  #: UTC.


@dataclass(frozen=True, slots=True)
class Held:
    """A record with what the register knows of it, at a moment."""

    entry: Entry
    record: Record
    content_hash: str  #: What an acceptance names.
    acceptances: tuple[Acceptance, ...]
    at: datetime  #: Of its last event, UTC.
    office: str  #: Of its last event.


@dataclass(frozen=True, slots=True)
class Change:
    """An event of the register."""

    seq: int
    at: datetime  #: UTC.
    office: str
    side: str
    what: What
    kind: str
    id: str
    changes: Mapping[str, Any]  #: What was set, as `ambos.register.rules.after` takes it.
    why: str
    hash: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of a list, and how many it has in all."""

    entries: tuple[Entry, ...]
    total: int
    #: `steps`, `steps_done`, `with_steps`: of all entries of the list, the steps, those done, and the entries that have any.
    steps: int = 0
    steps_done: int = 0
    with_steps: int = 0
