"""Progress since the last plenary: what was kept, is late, was dropped, and of what there is no news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from ambos.flows.register.reading import Reading
from ambos.flows.register.wording import said, sides_named, source_of, when
from ambos.model.answer import Answer, Cell, Column, Named, Row, Shown, Table, View
from ambos.model.register import Commitment, first_day
from ambos.model.register_entry import Entry, Held
from ambos.numbers import MISSING, both
from ambos.numbers import day as day_text
from ambos.text import LANGUAGES, Text

#: What became of a commitment. `kept`: evidence, and both sides accepted the outcome here. `delivered`: its status says
#: so, here or in a source. `late`, `no_news` and `open` are not done; the first that fits counts.
Outcome = Literal["kept", "delivered", "late", "no_news", "open", "carried", "dropped"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
#: Outcomes of what is still to be done.
TO_DO: tuple[Outcome, ...] = ("late", "no_news", "open")
#: Types of meetings to which progress is reported.
PLENARIES = ("plenary", "inter-plenary")


@dataclass(frozen=True, slots=True)
class Standing:
    """A commitment with what became of it.

    Attributes
    ----------
    entry : Entry
    outcome : str
        One of `OUTCOMES`.
    here : bool
        By what offices of the register said; else by what sources report, or nobody said anything.
    """

    entry: Entry
    outcome: Outcome
    here: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of commitments since a day.

    Attributes
    ----------
    since : date or None
        From when on; None where no plenary is known, and all count.
    plenary : Entry or None
        The one on that day, if the day was not given.
    standings : tuple of Standing
        Those open on that day, or made or moved since; by outcome, then by due date.
    earlier : int
        Commitments that were over before that day; they are not reported again.
    """

    since: date | None
    plenary: Entry | None
    standings: tuple[Standing, ...]
    earlier: int

    def of(self, *outcomes: Outcome) -> tuple[Standing, ...]:
        """Those of some outcomes."""
        return tuple(s for s in self.standings if s.outcome in outcomes)


def standing(entry: Entry) -> Standing:
    """Judge what became of a commitment, and by whose word."""
    return Standing(entry, _outcome(entry), entry.kept or entry.withdrawn or bool(entry.status))


def _outcome(entry: Entry) -> Outcome:
    if entry.kept:
        return "kept"
    if entry.withdrawn or entry.group == "dropped":
        return "dropped"
    if entry.group == "done":
        return "delivered"
    if entry.group == "carried":
        return "carried"
    return "late" if entry.late else "no_news" if entry.no_news else "open"


def ordered(standings: Iterable[Standing]) -> tuple[Standing, ...]:
    """Sort by outcome, then by due date and by when they were made."""
    place = {outcome: i for i, outcome in enumerate(OUTCOMES)}
    return tuple(
        sorted(standings, key=lambda s: (place[s.outcome], s.entry.due or "9", s.entry.made or "9", s.entry.id))
    )


def last_plenary(register: Reading) -> Entry | None:
    """Find the last plenary that began on or before the day."""
    today = register.day.isoformat()
    held = [e for e in register.entries("meeting") if e.type in PLENARIES and e.starts and e.starts <= today]
    return max(held, key=lambda e: e.starts, default=None)


def progress(register: Reading, since: date | None = None) -> Progress:
    """Judge the commitments that were open at the last plenary, or made or moved since.

    Parameters
    ----------
    register : Reading
    since : date, optional
        In place of the day of the last plenary.
    """
    plenary = None if since else last_plenary(register)
    first = since or (date.fromisoformat(plenary.starts) if plenary else None)
    found = [standing(entry) for gone in (None, True) for entry in register.entries("commitment", withdrawn=gone)]
    again = [s for s in found if _reported_again(s, first)]
    return Progress(first, plenary, ordered(again), len(found) - len(again))


def _reported_again(one: Standing, since: date | None) -> bool:
    """Return True if a commitment was open on a day, or something happened to it since."""
    if since is None or one.outcome in TO_DO:
        return True
    entry = one.entry
    return entry.news >= since.isoformat() or (bool(entry.made) and first_day(entry.made) >= since)


def progress_answer(register: Reading, made: Progress) -> Answer:
    """Tabulate progress.

    Returns
    -------
    Answer
        ``counts``: how many commitments of each outcome, by whose word; ``commitments``: a row for each.
    """
    say = register.workspace.catalog.message
    tables = counts_table(register, made), commitments_table(register, made)
    return Answer(
        "register.report",
        title_of(register, made),
        tuple(table for table in tables if table.rows),
        {
            "day": register.day,
            "since": made.since,
            "plenary": Named(made.plenary.id, said(made.plenary.title)) if made.plenary else None,
            "commitments": len(made.standings),
            "earlier": made.earlier,
            **{outcome: len(made.of(outcome)) for outcome in OUTCOMES},
        },
        notes_of(register, made) if made.standings else (say("register.progress.none"),),
    )


def title_of(register: Reading, made: Progress) -> Text:
    """Name a report of progress by its plenary, or by its first day."""
    say = register.workspace.catalog.message
    if made.plenary:
        name = said(made.plenary.title)
        return say("register.progress.title_plenary", plenary=name, day=day_of(made.since))
    return (
        say("register.progress.title_since", day=day_of(made.since)) if made.since else say("register.progress.title")
    )


def notes_of(register: Reading, made: Progress) -> tuple[Text, ...]:
    """Write what a report of progress rests on, and what it leaves out."""
    say = register.workspace.catalog.message
    notes = [say("register.progress.words")]
    if made.earlier and made.since:
        notes.append(say("register.progress.earlier", count=both(made.earlier), day=day_of(made.since)))
    return tuple(notes)


def counts_table(register: Reading, made: Progress) -> Table:
    """Count the commitments of each outcome, by whose word."""
    say = register.workspace.catalog.message
    counts = Counter((s.outcome, s.here) for s in made.standings)
    rows: list[Row] = []
    for outcome in OUTCOMES:
        here, reported = counts[outcome, True], counts[outcome, False]
        name = Named(outcome, say(f"register.outcome.{outcome}"))
        rows.append((name, here, None if outcome == "kept" else reported, here + reported))
    whole: Row = (say("label.total"), *(sum(s.here is by for s in made.standings) for by in (True, False)))
    columns = (
        Column("outcome", say("register.progress.outcome")),
        Column("here", say("register.progress.here")),
        Column("reported", say("register.progress.reported")),
        Column("total", say("label.total")),
    )
    title = say("register.progress.counts")
    return Table("counts", title, columns, tuple(rows) if made.standings else (), ((*whole, len(made.standings)),))


def commitments_table(register: Reading, made: Progress, most: int | None = None) -> Table:
    """Tabulate the commitments, a view for each outcome.

    Parameters
    ----------
    register : Reading
    made : Progress
    most : int, optional
        Commitments of one outcome that are listed; the rest are counted under their view.
    """
    say = register.workspace.catalog.message
    rows: list[Row] = []
    views = []
    for outcome in OUTCOMES:
        whole = made.of(outcome)
        some = whole[:most]
        first = len(rows)
        rows += rows_of(register, some)
        left = len(whole) - len(some)
        note = say("register.progress.more", count=both(left)) if left else None
        if some:
            name = say(f"register.outcome.{outcome}")
            views.append(View(name, SEEN, rows=range(first, len(rows)), note=note))
    title = say("register.progress.list")
    return Table("commitments", title, columns_of(register), tuple(rows), views=tuple(views))


#: Columns of commitments that people see.
SEEN = ("commitment", "committee", "made", "due", "status", "source")


def columns_of(register: Reading) -> tuple[Column, ...]:
    """The columns of a table of commitments."""
    say = register.workspace.catalog.message
    return (
        Column("outcome", say("register.progress.outcome")),
        Column("commitment", say("register.progress.commitment")),
        Column("committee", say("register.progress.committee")),
        Column("made", say("register.progress.made")),
        Column("due", say("register.progress.due")),
        Column("status", say("column.status")),
        Column("by", None),
        Column("source", say("register.progress.source")),
        Column("accepted", None),
        Column("evidence", None),
        Column("last_news", None),
    )


def rows_of(register: Reading, standings: Iterable[Standing]) -> list[Row]:
    """Make the rows of a table of commitments."""
    listed = list(standings)
    return [_row(register, held, one) for held, one in zip(register.held(s.entry for s in listed), listed, strict=True)]


def _row(register: Reading, held: Held, one: Standing) -> Row:
    entry, record = one.entry, held.record
    assert isinstance(record, Commitment)
    body = said(record.body) if record.body else None
    return (
        Named(one.outcome, register.workspace.catalog.message(f"register.outcome.{one.outcome}")),
        Named(entry.id, said(entry.title)),
        Named(entry.committee, register.committee_name(entry.committee)) if entry.committee else body,
        Shown(entry.made or None, when(entry.made)),
        Shown(entry.due or None, when(entry.due)),
        status_of(register, entry, record),
        "register" if one.here else "source",
        Shown(source_of(record), source_of(record, 1)),
        entry.accepted,
        entry.evidence,
        entry.news or None,
    )


def status_of(register: Reading, entry: Entry, record: Commitment) -> Cell:
    """Write the status of a commitment as people read it: the one set here, else in the words of a source."""
    say = register.workspace.catalog.message
    found = register.status(entry.status or entry.reported)
    if entry.status and found:
        if not entry.outcome:
            return Named(found.id, found.name)
        sides = sides_named(register.workspace.catalog, entry.outcome)
        return Shown(Named(found.id, found.name), say("register.progress.accepted", status=found.name, sides=sides))
    own = said(record.reported_as) if record.reported_as else found.name if found else None
    if own is None:
        # where an office entered it, no source was searched
        return Shown(None, say(f"register.progress.{'no_status' if entry.as_compiled else 'not_set'}"))
    value = Named(found.id, found.name) if found else None
    if record.reported_on:
        return Shown(value, say("register.progress.reported_on", status=own, when=when(record.reported_on)))
    return Shown(value, say("register.progress.reported_as", status=own))


def day_of(day: date | None) -> Text:
    """Write a day; a dash for none."""
    return Text(*(day_text(day, language) for language in LANGUAGES)) if day else Text.same(MISSING)
