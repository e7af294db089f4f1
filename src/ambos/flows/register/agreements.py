"""Agreements with their parties, from when to when they are in force, and who follows them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from ambos.flows.register.reading import Reading
from ambos.flows.register.wording import said, source_of, type_name, when
from ambos.model.answer import Answer, Cell, Column, Named, Row, Shown, Table, View
from ambos.model.register import Agreement
from ambos.model.register_entry import Entry, Held
from ambos.numbers import both
from ambos.text import Text, joined

#: `expiring`: ends soon. `in_force`: no end before that is known, or none at all. `coming`: begins later.
Force = Literal["expiring", "in_force", "coming", "expired"]
_ORDER: tuple[Force, ...] = ("expiring", "in_force", "coming", "expired")
#: Columns that people see, by state of force.
SEEN: Mapping[Force, tuple[str, ...]] = {
    "expiring": ("agreement", "parties", "end", "days_left", "follow_up"),
    "in_force": ("agreement", "parties", "signed", "end", "follow_up"),
    "coming": ("agreement", "parties", "start", "end", "follow_up"),
    "expired": ("agreement", "parties", "signed", "end"),
}


def force_of(entry: Entry, day: date) -> Force:
    """Say whether an agreement is in force on a day."""
    if entry.expired:
        return "expired"
    if entry.starts > day.isoformat():
        return "coming"
    return "expiring" if entry.expiring else "in_force"


def agreements(register: Reading, ids: Iterable[str] | None = None) -> Answer:
    """Tabulate agreements: those that end soon first, those that have ended last.

    Parameters
    ----------
    register : Reading
    ids : iterable of str, optional
        Only these.

    Returns
    -------
    Answer
        A row per agreement, a view for each state of force.
    """
    say, day = register.workspace.catalog.message, register.day
    wanted = None if ids is None else set(ids)
    found = [e for e in register.entries("agreement") if wanted is None or e.id in wanted]
    # those without an end stand after those with one; the newest first
    found.sort(key=lambda e: e.made, reverse=True)
    found.sort(key=lambda e: (_ORDER.index(force_of(e, day)), e.ends or "9"))
    rows = tuple(_row(register, held) for held in register.held(found))
    columns = (
        Column("agreement", say("register.agreements.agreement")),
        Column("type", say("column.kind")),
        Column("state", say("column.status")),
        Column("parties", say("register.agreements.parties")),
        Column("signed", say("register.agreements.signed")),
        Column("start", say("column.from")),
        Column("end", say("register.agreements.end")),
        Column("days_left", say("register.agreements.days_left")),
        Column("follow_up", say("register.agreements.follow_up"), side="left"),
        Column("source", say("column.source"), side="left"),
    )
    views = []
    for force in _ORDER:
        places = [i for i, e in enumerate(found) if force_of(e, day) == force]
        if places:
            views.append(View(say(f"register.force.{force}"), SEEN[force], rows=places))
    title = say("register.agreements.title")
    counts: dict[str, Cell] = {force: sum(force_of(e, day) == force for e in found) for force in _ORDER}
    return Answer(
        "register.agreements",
        title,
        (Table("agreements", title, columns, rows, views=tuple(views)),),
        {"day": day, **counts},
        (say("register.agreements.words", days=both(register.register.rules.expiring_days)),),
    )


def _row(register: Reading, held: Held) -> Row:
    say, entry, record, day = register.workspace.catalog.message, held.entry, held.record, register.day
    assert isinstance(record, Agreement)
    force = force_of(entry, day)
    parties = [said(party.name) for party in record.parties]
    after = [register_title(register, id) for id in record.superseded_by]
    left = (date.fromisoformat(entry.ends) - day).days if entry.ends else None
    follow = said(record.follow_up) if record.follow_up else None
    if after:
        then = say("register.agreements.then", agreements=joined(after, "; "))
        follow = then if follow is None else joined([follow, then], ". ")
    if force == "expiring":
        ask = say("register.ask.ending")
        follow = ask if follow is None else joined([follow, ask], ". ")
    return (
        Named(entry.id, said(entry.title)),
        Named(record.type, type_name(record.type)),
        Named(force, say(f"register.force.{force}")),
        joined(parties) if parties else None,
        Shown(record.signed or None, when(record.signed)),
        Shown(record.start or None, when(record.start)),
        Shown(record.end or None, when(record.end) if record.end else say("register.agreements.no_end")),
        left if left is not None and left >= 0 else None,
        follow or Shown(None, say("register.agreements.nobody")),
        Shown(source_of(record), source_of(record, 1)),
    )


def register_title(register: Reading, id: str) -> Text:
    """Name an agreement; its id where it is not held."""
    found = register.entries("agreement", id=id)
    return said(found[0].title) if found else Text.same(id)
