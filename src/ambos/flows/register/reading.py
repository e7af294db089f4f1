"""The register as a document reads it: on a day, as it was at an instant, what the public sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ambos.flows.register.open import moment, open_register
from ambos.flows.register.wording import said
from ambos.flows.workspace import Workspace
from ambos.model.register import Committee, Record, Status
from ambos.model.register_entry import Entry, Held
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.register.store import Register


@dataclass(frozen=True)
class Reading:
    """What a document reads.

    Attributes
    ----------
    workspace : Workspace
    register : Register
    day : date
        Of the document: for it, late, expiring and no news are computed.
    at : datetime or None
        The register as it was at that instant; now if None.
    """

    workspace: Workspace
    register: Register
    day: date
    at: datetime | None = None

    def entries(self, kind: str, **wanted: Any) -> tuple[Entry, ...]:
        """List the public records of a kind that fit; see `ambos.register.store.Register.entries`."""
        return self.register.entries(kind=kind, day=self.day, at=self.at, **wanted).entries

    def held(self, entries: Iterable[Entry]) -> list[Held]:
        """Give the records of entries, in their order."""
        return self.register.held(entries, self.day)

    @cached_property
    def committees(self) -> Mapping[str, Held]:
        """The committees by id, from the first on."""
        entries = sorted(self.entries("committee"), key=lambda e: (e.starts, e.id))
        return {held.entry.id: held for held in self.held(entries)}

    @cached_property
    def offices(self) -> Mapping[str, Held]:
        """The offices by id."""
        return {held.entry.id: held for held in self.held(self.entries("office"))}

    @cached_property
    def known(self) -> date:
        """Day of the newest event up to the day of the document."""
        newest = self.register.changes(limit=1)
        return min(newest[0].at.date(), self.day) if newest else self.day

    @cached_property
    def first(self) -> date | None:
        """Day of the oldest event; None if there is none."""
        oldest = self.register.changes(newest_first=False, limit=1)
        return oldest[0].at.date() if oldest else None

    def side_of(self, office: str) -> str:
        """The side of an office; empty where it is not held."""
        held = self.offices.get(office)
        return str(getattr(held.record, "side", "")) if held else ""

    def committee_name(self, id: str) -> Text:
        """Name a committee; its id where it is not held."""
        return said(self.committees[id].entry.title) if id in self.committees else Text.same(id)

    def status(self, id: str) -> Status | None:
        """The status of an id, by the list of the day."""
        return self.register.rules.find(id, self.day) if id else None

    def lineage(self, committee: str) -> tuple[str, ...]:
        """List a committee and all that it came of, the newest first."""
        found = [committee]
        for id in found:
            record = self._record(id)
            found += [each for each in getattr(record, "predecessors", ()) if each not in found]
        return tuple(found)

    def current(self) -> tuple[str, ...]:
        """List the committees in force that no other one in force came of."""
        today = self.day.isoformat()
        in_force = [
            id
            for id, held in self.committees.items()
            if held.entry.starts <= today and (held.entry.ends or "9") >= today
        ]
        before = {each for id in in_force for each in self.lineage(id)[1:]}
        return tuple(id for id in in_force if id not in before)

    def _record(self, id: str) -> Record | None:
        held = self.committees.get(id)
        return held.record if held and isinstance(held.record, Committee) else None


def reading(workspace: Workspace, day: date | None = None, as_of: date | None = None, url: str = "") -> Reading:
    """Read the register of a workspace.

    Parameters
    ----------
    workspace : Workspace
    day : date, optional
        Of the document; that of `as_of`, else today, if not given.
    as_of : date, optional
        The register as it was at the end of that day.
    url : str
        See `ambos.flows.register.open.open_register`.
    """
    at = moment(workspace, as_of.isoformat()) if as_of else None
    return Reading(workspace, open_register(workspace, url), day or as_of or workspace.today(), at)
