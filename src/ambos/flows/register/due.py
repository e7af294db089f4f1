"""`ambos register due`: what is late, what is due soon, which agreements end soon, and of what there is no news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from ambos.catalog.register import load_labels, load_register_rules
from ambos.flows.register.answers import viewer_of
from ambos.flows.register.open import moment, open_register
from ambos.flows.register.words import dated, phrase, sides, status_of
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Table, View
from ambos.model.register import Commitment, Record, last_day
from ambos.model.register_entry import Entry, Held
from ambos.numbers import both, day
from ambos.text import LANGUAGES, Text, joined

Why = Literal["late", "late_step", "due", "due_step", "expiring", "no_news"]
#: Why something is listed, in the order of the list: as a mark, and in a count.
WHYS: dict[Why, tuple[Text, Text]] = {
    "late": (Text("late", "con atraso"), Text("late", "con atraso")),
    "late_step": (Text("step late", "paso con atraso"), Text("steps late", "pasos con atraso")),
    "due": (Text("due", "por vencer"), Text("due", "por vencer")),
    "due_step": (Text("step due", "paso por vencer"), Text("steps due", "pasos por vencer")),
    "expiring": (Text("ends", "termina"), Text("agreements that end", "acuerdos por terminar")),
    "no_news": (Text("no news", "sin novedades"), Text("without news", "sin novedades")),
}
#: Days ahead, if not said otherwise.
AHEAD = 90


@dataclass(frozen=True, slots=True)
class Due:
    """A reason to look at a record."""

    why: Why
    entry: Entry
    record: Record
    label: str  #: Day, month or year that it is about; of no news the last day of any, "" if none is known.
    step: Text | None = None


def due(
    workspace: Workspace, *, ahead: int = AHEAD, at: datetime | None = None, url: str = "", **wanted: Any
) -> list[Due]:
    """List what is late, what is due, what ends and what there is no news of, in this order, the oldest first.

    Parameters
    ----------
    workspace : Workspace
    ahead : int
        Days within which what is due is listed. An agreement that ends, and no news, are told by the register's terms.
    at : datetime, optional
        The register as it was then; late and the like are of that day.
    url : str
    **wanted
        Filters and `viewer` of `ambos.register.store.Register.entries`.

    Raises
    ------
    RegisterFailed
    """
    register, on = open_register(workspace, url), _day(workspace, at)
    entries = register.entries(day=on, at=at, kind=["commitment", "agreement"], **wanted).entries
    some = [e for e in entries if e.expiring or (e.kind == "commitment" and e.group in ("", "open"))]
    found = [one for held in register.held(some, on) for one in _reasons(held, on, on + timedelta(days=ahead))]
    order = list(WHYS)
    return sorted(found, key=lambda d: (order.index(d.why), last_day(d.label) if d.label else date.min, d.entry.id))


def _reasons(held: Held, on: date, until: date) -> Iterator[Due]:
    entry, record = held.entry, held.record
    if entry.expiring:
        yield Due("expiring", entry, record, entry.ends)
    if not isinstance(record, Commitment):
        return
    if record.due and last_day(record.due) <= until:
        yield Due("late" if entry.late else "due", entry, record, record.due)
    for step in record.steps:
        if step.due and not step.done and last_day(step.due) <= until:
            yield Due(
                "late_step" if last_day(step.due) < on else "due_step", entry, record, step.due, phrase(step.text)
            )
    if entry.no_news:
        yield Due("no_news", entry, record, entry.news)


def due_answer(
    workspace: Workspace,
    *,
    ahead: int = AHEAD,
    as_of: str = "",
    office: str = "",
    responsible: str = "",
    url: str = "",
    **wanted: Any,
) -> Answer:
    """Tabulate what is late, due, ending or without news.

    Parameters
    ----------
    workspace : Workspace
    ahead : int
        Days.
    as_of : str
        Day or instant; "" for now.
    office : str
        Whose side's drafts are listed as well.
    responsible : str
        Only records of this office.
    url : str
    **wanted
        Filters.

    Raises
    ------
    BadRequest, FutureDay, UnknownName, RegisterFailed
    """
    at = moment(workspace, as_of)
    on = _day(workspace, at)
    viewer = viewer_of(open_register(workspace, url), workspace, office)
    found = due(workspace, ahead=ahead, at=at, url=url, viewer=viewer, office=responsible, **wanted)
    labels, terms = load_labels(), load_register_rules()
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        days_left = (last_day(one.label) - on).days if one.label else None
        rows.append(
            (
                Named(one.why, WHYS[one.why][0]),
                dated(one.label),
                Named(one.entry.kind, labels.kind[one.entry.kind]),
                Named(one.entry.id, phrase(one.entry.title) or Text.same(one.entry.id)),
                one.step,
                one.entry.committee or None,
                sides(workspace, one.entry.sides),
                one.entry.sides,
                one.entry.offices,
                status_of(one.entry, on),
                days_left,
            )
        )
    columns = (
        Column("why", Text("Why", "Motivo")),
        Column("when", Text("When", "Cuándo")),
        Column("kind", None),
        Column("id", Text("Record", "Registro")),
        Column("step", Text("Step", "Paso")),
        Column("committee", None),
        Column("sides", Text("Sides", "Partes")),
        Column("sides_codes", None),
        Column("offices", None),
        Column("status", labels.field["status"]),
        Column("days", Text("Days left", "Días que faltan")),
    )
    keys = [c.key for i, c in enumerate(columns) if c.label and (c.key != "step" or any(row[i] for row in rows))]
    title = _title(found, on, ahead)
    notes = [
        Text(
            "Late: the due date is past and nothing says that it was done, given up or carried over; of what is compiled from"
            " public documents, that its outcome is not known here. Ends: within {expiring} days. No news: none for {months}"
            " months, whether it has a due date or not. A month or a year counts until its last day.",
            "Con atraso: el plazo ya pasó y nada indica que se concluyó, se abandonó o pasó a otro plan; en lo compilado de"
            " documentos públicos, que aquí no se conoce su resultado. Termina: en los próximos {expiring} días. Sin novedades:"
            " ninguna en {months} meses, tenga plazo o no. Un mes o un año cuenta hasta su último día.",
        ).format(expiring=terms.expiring_days, months=terms.no_news_months)
    ]
    facts: dict[str, Cell] = {"day": on, "ahead": ahead}
    facts |= {why: sum(d.why == why for d in found) for why in WHYS}
    table = Table("due", title, columns, tuple(rows), views=(View(title, tuple(keys)),))
    return Answer("register.due", title, (table,), facts, notes=tuple(notes))


def _title(found: Iterable[Due], on: date, ahead: int) -> Text:
    counts = Counter(one.why for one in found)
    parts = [
        Text("{what} {count}", "{what} {count}").format(count=both(counts[why]), what=WHYS[why][1])
        for why in WHYS
        if counts[why]
    ]
    when = Text(*(day(on, language) for language in LANGUAGES))
    said = joined(parts) if parts else Text("nothing late, due or ending", "nada con atraso, por vencer o por terminar")
    return Text("{when}, {ahead} days ahead: {said}", "{when}, {ahead} días por delante: {said}").format(
        when=when, ahead=ahead, said=said
    )


def _day(workspace: Workspace, at: datetime | None) -> date:
    return workspace.today() if at is None else at.astimezone(ZoneInfo(workspace.catalog.region.zone)).date()
