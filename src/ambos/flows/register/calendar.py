"""`ambos calendar`: meetings, due dates, ends of agreements and rules, and days on which figures are expected."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from ambos.flows.region.news import coming
from ambos.flows.register.open import open_register
from ambos.flows.workspace import Workspace
from ambos.given_file import write_given
from ambos.model.answer import Answer, Column, Named, Table, View
from ambos.model.register import Agreement, Commitment, Meeting, Record, first_day, last_day
from ambos.numbers import period
from ambos.text import LANGUAGES, Language, Text

Kind = Literal["meeting", "due", "step", "end", "release"]
#: What a day is, and how its event is called.
KINDS: dict[Kind, tuple[Text, Text]] = {
    "meeting": (Text("meeting", "reunión"), Text("{name}", "{name}")),
    "due": (Text("due", "fecha límite"), Text("Due: {name}", "Fecha límite: {name}")),
    "step": (Text("step due", "fecha límite de un paso"), Text("Due: {name}", "Fecha límite: {name}")),
    "end": (Text("ends (last day)", "termina (último día)"), Text("Ends: {name}", "Termina: {name}")),
    "release": (
        Text("new figures expected", "se esperan cifras nuevas"),
        Text("Expected: {name}", "Se espera: {name}"),
    ),
}
#: Day of a label that is no day.
_ONLY = Text("day not known: {when}", "día no conocido: {when}")
_BY = Text("by the end of {when}", "a más tardar al cierre de {when}")
_COMPUTED = Text(
    "Computed from the usual lag of the source, not announced by it.",
    "Calculado con el rezago habitual de la fuente; no lo anuncia ella.",
)
#: Characters that a calendar's text cannot have.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
#: Bytes of a line.
_LINE = 75


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or several in succession, on which something is, is due, ends or is expected."""

    first: date
    last: date
    kind: Kind
    id: str  #: Of the record, rule, agreement, event or source; the same whenever its day moves, but for a release.
    name: Text
    about: tuple[Text, ...]  #: Where it is from, and how sure its day is.
    where: Text | None = None


def days(workspace: Workspace, *, start: date | None = None, url: str = "") -> list[Day]:
    """List the days from a day on, the nearest first; what is done, given up or a draft is not among them.

    Parameters
    ----------
    workspace : Workspace
    start : date, optional
        Today, if not given. Rules and releases are those that come.
    url : str
        Of the register; see `ambos.flows.register.open.open_register`.

    Raises
    ------
    RegisterFailed
    """
    begin = start or workspace.today()
    found = [day for day in _of_register(workspace, url, begin) if day.last >= begin]
    named = {(day.last, day.name.en) for day in found if day.kind == "end"}
    for one in coming(workspace):
        if one.day >= begin and (one.day, one.name.en) not in named:
            about = (one.source, _COMPUTED) if one.kind == "release" else (one.source,)
            id = f"{one.id}/{one.day}" if one.kind == "release" else one.id
            found.append(Day(one.day, one.day, one.kind, id, one.name, about))
    order = list(KINDS)
    return sorted(found, key=lambda day: (day.first, order.index(day.kind), day.id))


def _of_register(workspace: Workspace, url: str, begin: date) -> Iterator[Day]:
    register, today = open_register(workspace, url), workspace.today()
    commitments = register.entries(day=today, kind="commitment").entries
    wanted = [e for e in commitments if e.group in ("", "open") and (e.due or e.steps > e.steps_done)]
    for kind in ("meeting", "agreement"):
        wanted += [e for e in register.entries(day=today, kind=kind).entries if e.ends >= begin.isoformat()]
    for held in register.held(wanted, today):
        yield from _of_record(held.record)


def _of_record(record: Record) -> Iterator[Day]:
    name, sources = record.title.text() or Text.same(record.id), _sources(record)
    match record:
        case Meeting() if record.start:
            exact = len(record.start) == 10
            first, last = first_day(record.start), last_day(record.end or record.start)
            said = name if exact else _with(name, _ONLY, record.start)
            yield Day(first, last if exact else first, "meeting", record.id, said, sources, record.where.text())
        case Agreement() if record.end:
            yield _by("end", record.id, name, record.end, sources)
        case Commitment():
            if record.due:
                yield _by("due", record.id, name, record.due, sources)
            for number, step in enumerate(record.steps, 1):
                if step.due and not step.done:
                    said = Text("{step} ({name})", "{step} ({name})").format(step=step.text.text() or "?", name=name)
                    yield _by("step", f"{record.id}/{number}", said, step.due, sources)


def _by(kind: Kind, id: str, name: Text, label: str, sources: tuple[Text, ...]) -> Day:
    """The last day of a label; where that is no day, the name says so."""
    last = last_day(label)
    return Day(last, last, kind, id, name if len(label) == 10 else _with(name, _BY, label), sources)


def _with(name: Text, said: Text, label: str) -> Text:
    when = said.format(when=Text(*(period(label, language) for language in LANGUAGES)))
    return Text("{name} ({when})", "{name} ({when})").format(name=name, when=when)


def _sources(record: Record) -> tuple[Text, ...]:
    return tuple(said for source in record.sources if (said := source.text.text()))


def calendar_answer(workspace: Workspace, found: Iterable[Day]) -> Answer:
    """Tabulate days."""
    rows = tuple(
        (
            day.first,
            Named(day.kind, KINDS[day.kind][0]),
            Named(day.id, day.name),
            day.where,
            day.last if day.last != day.first else None,
            Text(*("; ".join(about[language] for about in day.about) or "–" for language in LANGUAGES)),
        )
        for day in found
    )
    columns = (
        Column("day", Text("Day", "Fecha")),
        Column("kind", Text("What", "Qué")),
        Column("id", Text("Of", "De")),
        Column("where", Text("Where", "Lugar")),
        Column("last_day", Text("Until", "Hasta")),
        Column("source", Text("Source", "Fuente")),
    )
    title = Text(
        "Meetings, due dates, ends and releases to come", "Próximas reuniones, plazos, vencimientos y publicaciones"
    )
    note = Text(
        "Days of new figures are computed from the usual lag of the source, not announced by it. A due date that is a month or"
        " a year stands at its last day. What is done, given up or a draft is left out.",
        "Las fechas de cifras nuevas se calculan con el rezago habitual de la fuente; no las anuncia ella. Un plazo que es un mes"
        " o un año aparece en su último día. Se omite lo concluido, lo abandonado y los borradores.",
    )
    used = [key for key in ("where", "last_day") if any(row[[c.key for c in columns].index(key)] for row in rows)]
    seen = View(title, ("day", "kind", "id", *used))
    return Answer("calendar", title, (Table("calendar", title, columns, rows, views=(seen,)),), notes=(note,))


def write_calendar(path: Path, found: Iterable[Day], language: Language, stamp: datetime) -> Path:
    """Write days as iCalendar to a file, which appears whole or not at all.

    Raises
    ------
    CannotWrite
    """
    write_given(path, icalendar(found, language, stamp).encode())
    return path


def icalendar(found: Iterable[Day], language: Language, stamp: datetime) -> str:
    """Write days as iCalendar (RFC 5545): events of whole days, which do not block anybody's time.

    Parameters
    ----------
    found : iterable of Day
    language : {"en", "es"}
    stamp : datetime
        When the calendar was made, UTC.
    """
    made = f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    name = Text("Ambos: meetings, due dates, ends, releases", "Ambos: reuniones, plazos, vencimientos y publicaciones")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Ambos//Ambos//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_plain(name[language])}")
    for day in found:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uuid.uuid5(uuid.NAMESPACE_URL, f'ambos/{day.kind}/{day.id}')}@ambos",
            made,
            f"DTSTART;VALUE=DATE:{_date(day.first)}",
            *([f"DTEND;VALUE=DATE:{_date(day.last + timedelta(days=1))}"] if day.last < date.max else []),
            f"SUMMARY:{_plain(KINDS[day.kind][1].format(name=day.name)[language])}",
        ]
        if day.about:
            lines.append(f"DESCRIPTION:{_plain(chr(10).join(about[language] for about in day.about))}")
        if day.where:
            lines.append(f"LOCATION:{_plain(day.where[language])}")
        lines += [f"CATEGORIES:{_plain(KINDS[day.kind][0][language])}", "TRANSP:TRANSPARENT", "END:VEVENT"]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _date(day: date) -> str:
    return day.isoformat().replace("-", "")


def _plain(text: str) -> str:
    """A text with the signs escaped that part fields, and without characters that a calendar cannot have."""
    lines = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return lines.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line cut so that no part has more than `_LINE` bytes, and no character is cut."""
    parts, size = [""], 0
    for sign in line:
        length = len(sign.encode())
        if size + length > _LINE:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += length
    return "\r\n".join(parts)
