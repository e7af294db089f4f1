"""`ambos register list`, `show`, `statuses` and `verify`: what the register holds, now or at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ambos.catalog.register import load_labels, load_register_rules, plain, references, side_name
from ambos.flows.register.open import moment, open_register
from ambos.flows.register.words import clock, dated, fields, flags, phrase, sides, status_name, status_of, when
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Row, Table, View
from ambos.model.register import Comment, Commitment, Office, Record
from ambos.model.register_entry import Change, Entry, Held
from ambos.numbers import both
from ambos.text import LANGUAGES, Text

if TYPE_CHECKING:
    from ambos.register.store import Register

#: Records that a list shows where no other number is asked for.
MOST = 100


def viewer_of(register: Register, workspace: Workspace, office: str) -> str:
    """Give the side whose drafts an office sees; "" for none.

    Raises
    ------
    UnknownName
        If there is no such office.
    """
    if not office or office == "ambos":
        return ""
    record = register.get("office", office, day=workspace.today()).record
    assert isinstance(record, Office)
    return record.side


def list_answer(
    workspace: Workspace,
    *,
    url: str = "",
    as_of: str = "",
    office: str = "",
    responsible: str = "",
    limit: int | None = MOST,
    offset: int = 0,
    order: Any = "id",
    descending: bool = False,
    **wanted: Any,
) -> Answer:
    """List records.

    Parameters
    ----------
    workspace : Workspace
    url : str
        Of the register's database; see `open_register`.
    as_of : str
        Day or instant; "" for now. What is late then is computed for that day.
    office : str
        Whose side's drafts are shown as well; "" for none.
    responsible : str
        Only records of this office.
    limit, offset : int
    order, descending
        As `ambos.register.store.Register.entries` takes them.
    **wanted
        Filters of the same.

    Raises
    ------
    BadRequest, FutureDay, UnknownName, RegisterFailed
    """
    register, at = open_register(workspace, url), moment(workspace, as_of)
    on = _day(workspace, at)
    page = register.entries(
        day=on,
        viewer=viewer_of(register, workspace, office),
        at=at,
        order=order,
        descending=descending,
        limit=limit,
        offset=offset,
        office=responsible,
        **wanted,
    )
    title = Text("{count} records", "{count} registros").format(count=both(page.total))
    if page.total == 1:
        title = Text("1 record", "1 registro")
    if at is not None:
        title += Text(" as of {at}", " al {at}").format(at=clock(at, workspace))
    notes = []
    if len(page.entries) < page.total:
        notes.append(
            Text("Shown: {first} to {last}.", "Se muestran del {first} al {last}.").format(
                first=both(offset + 1 if page.entries else 0), last=both(offset + len(page.entries))
            )
        )
    notes += _compiled_note(page.entries)
    facts: dict[str, Cell] = {"total": page.total, "day": on, "as_of": at}
    committees = register.names({("committee", e.committee) for e in page.entries if e.committee}, at=at)
    names = {id: said for (_, id), one in committees.items() if (said := phrase(one))}
    table = entries_table(workspace, page.entries, on, names)
    return Answer("register.list", title, (table,), facts, notes=tuple(notes), head=(title,), hints=(_CLAIMS,))


#: Where claims are, which are no records: their verdicts follow from figures.
_CLAIMS = Text("Checked claims: ambos check claim.", "Afirmaciones revisadas: ambos check claim.")


def entries_table(
    workspace: Workspace, entries: Sequence[Entry], on: date, committees: Mapping[str, Text] = MappingProxyType({})
) -> Table:
    """Make a table of entries; people see the columns that hold anything.

    Parameters
    ----------
    workspace : Workspace
    entries : sequence of Entry
    on : date
        Of the list of statuses.
    committees : mapping
        Their names by id.
    """
    labels = load_labels()
    columns = (
        Column("kind", Text("Kind", "Tipo")),
        Column("id", Text("Id", "Identificador")),
        Column("title", Text("Name", "Nombre")),
        Column("committee", labels.field["committee"]),
        Column("sides", Text("Sides", "Partes")),
        Column("sides_codes", None),
        Column("made", Text("Made", "Fecha")),
        Column("due", labels.field["due"]),
        Column("starts", None),
        Column("ends", Text("Ends", "Vence")),
        Column("status", labels.field["status"]),
        Column("flags", Text("Marks", "Marcas")),
        *(
            Column(key, None)
            for key in (
                *("type", "meeting", "objective", "offices", "accepted", "outcome_accepted", "evidence", "steps"),
                *("steps_done", "as_compiled", "news", "draft", "withdrawn", "agreed", "kept", "late", "expiring"),
                *("expired", "no_news", "event"),
            )
        ),
    )
    rows = tuple(
        (
            Named(e.kind, labels.kind[e.kind]),
            e.id,
            phrase(e.title),
            Named(e.committee, committees.get(e.committee, Text.same(e.committee))) if e.committee else None,
            sides(workspace, e.sides),
            e.sides,
            dated(e.made),
            dated(e.due),
            e.starts or None,
            dated(e.ends),
            status_of(e, on),
            flags(e) or None,
            *(e.type or None, e.meeting or None, e.objective or None, e.offices, e.accepted, e.outcome),
            *(e.evidence, e.steps, e.steps_done, e.as_compiled, e.news or None),
            *(e.draft, e.withdrawn, e.agreed, e.kept, e.late, e.expiring, e.expired, e.no_news, e.seq),
        )
        for e in entries
    )
    one_kind = len({e.kind for e in entries}) == 1
    held = tuple(
        c.key
        for i, c in enumerate(columns)
        if c.label and any(row[i] is not None for row in rows) and not (c.key == "kind" and one_kind)
    )
    return Table("records", None, columns, rows, views=(View(None, held),))


def _compiled_note(entries: Iterable[Entry]) -> list[Text]:
    if not any(e.as_compiled and not e.accepted and e.kind in ("commitment", "agreement") for e in entries):
        return []
    return [
        Text(
            "Records compiled from public documents say what a source reports; neither side has accepted them in this register.",
            "Los registros compilados de documentos públicos dicen lo que una fuente reporta; ninguna parte los ha aceptado en este registro.",
        )
    ]


def show_answer(
    workspace: Workspace, kind: str, id: str, *, url: str = "", as_of: str = "", office: str = ""
) -> Answer:
    """Show a record with its acceptances and its history.

    Raises
    ------
    BadRequest, FutureDay, UnknownName, RegisterFailed
    """
    register, at = open_register(workspace, url), moment(workspace, as_of)
    return record_answer(workspace, register, kind, id, viewer=viewer_of(register, workspace, office), at=at)


def record_answer(
    workspace: Workspace, register: Register, kind: str, id: str, *, viewer: str, at: datetime | None = None
) -> Answer:
    """Show a record of an open register; see `show_answer`."""
    on = _day(workspace, at)
    held = register.get(kind, id, day=on, viewer=viewer, at=at)
    history = register.history(kind, id, viewer=viewer, at=at)
    entry, record, labels = held.entry, held.record, load_labels()

    named = {(of, other) for _, of, other in references(record)}
    if isinstance(record, Comment):
        named.add((record.target_kind, record.target))
    names = register.names(named, viewer=viewer, at=at)

    def name_of(of: str, other: str) -> Text:
        found = names.get((of, other))
        return (phrase(found) if found else None) or Text.same(other)

    shown = tuple(
        (Named(key, label), value, _raw(record, key)) for key, label, value in fields(workspace, record, name_of, on)
    )
    tables = [
        Table(
            "fields",
            None,
            (Column("field", Text("Field", "Campo")), Column("value", Text("Value", "Valor")), Column("raw", None)),
            shown,
        ),
        *_parts(workspace, record),
    ]
    if isinstance(record, Commitment) and record.linked:
        from ambos.flows.register.linked import linked_table, moved

        tables.append(linked_table(workspace, moved(workspace, record, on if at else None)))
    accepts = kind in ("commitment", "agreement") and (not entry.as_compiled or bool(held.acceptances))
    if accepts:
        tables.append(_acceptances(workspace, held))
    tables.append(_history(workspace, history))
    facts: dict[str, Cell] = {
        "kind": kind,
        "id": id,
        "event": entry.seq,
        "content_hash": held.content_hash,
        "as_of": at,
        **{
            name: getattr(entry, name) for name in ("agreed", "kept", "late", "expiring", "expired", "no_news", "draft")
        },
    }
    title = labels.kind[kind] + Text.same(f" {id}: ") + (phrase(entry.title) or Text.same(id))
    marks = flags(entry)
    head = [title]
    if marks:
        head.append(Text(*(", ".join(m[k] for m in marks) for k in LANGUAGES)))
    notes = _compiled_note([entry])
    if accepts:
        notes.append(
            Text("Content to accept: {hash}", "Contenido por aceptar: {hash}").format(hash=held.content_hash[:12])
        )
    sources = tuple(
        said + Text.same(f" {s.url}") if s.url else said for s in record.sources if (said := phrase(s.text)) is not None
    )
    return Answer("register.show", title, tuple(tables), facts, notes=tuple(notes), sources=sources, head=tuple(head))


def _raw(record: Record, key: str) -> Cell:
    """A field of a record as files have it, for JSON."""
    value = plain(record).get(key)
    return {"value": value} if isinstance(value, list | dict) else value


def _parts(workspace: Workspace, record: Record) -> list[Table]:
    """Tables of steps, evidence and replies."""
    labels = load_labels().field

    def table(id: str, title: Text, keys: Sequence[str], rows: Iterable[Row]) -> Table:
        return Table(id, title, tuple(Column(key, labels[key], grouped=False) for key in keys), tuple(rows))

    made: list[Table] = []
    if isinstance(record, Commitment) and record.steps:
        rows: list[Row] = [(i, phrase(s.text), when(s.due), when(s.done)) for i, s in enumerate(record.steps, start=1)]
        made.append(table("steps", labels["step"], ("number", "text", "due", "done"), rows))
    if isinstance(record, Commitment) and record.evidence:
        rows = [(phrase(e.text), when(e.on), e.url or None) for e in record.evidence]
        made.append(table("evidence", labels["evidence"], ("text", "on", "url"), rows))
    if isinstance(record, Comment) and record.replies:
        rows = [(r.office, phrase(r.text), clock(datetime.fromisoformat(r.at), workspace)) for r in record.replies]
        made.append(table("replies", labels["reply"], ("office", "text", "at"), rows))
    return made


def _acceptances(workspace: Workspace, held: Held) -> Table:
    """Which side accepted what is there now; a side that did not is listed too."""
    columns = (
        Column("side", Text("Side", "Parte")),
        Column("accepts", Text("Accepts", "Acepta")),
        Column("accepted", Text("Accepted", "Aceptado")),
        Column("office", Text("Office", "Oficina")),
        Column("at", Text("When", "Cuándo")),
        Column("at_utc", None),
    )
    rows = []
    for outcome in (False, True) if held.entry.kind == "commitment" else (False,):
        what = (
            Named("outcome", Text("outcome", "resultado"))
            if outcome
            else Named("content", Text("content", "contenido"))
        )
        for side in workspace.catalog.region.members:
            one = next(
                (a for a in held.acceptances if (a.side, a.outcome, a.hash) == (side, outcome, held.content_hash)),
                None,
            )
            rows.append(
                (
                    Named(side, side_name(workspace.catalog, side)),
                    what,
                    one is not None,
                    one.office if one else None,
                    clock(one.at, workspace) if one else None,
                    one.at if one else None,
                )
            )
    return Table("acceptances", Text("Acceptance of each side", "Aceptación de cada parte"), columns, tuple(rows))


def _history(workspace: Workspace, history: Sequence[Change]) -> Table:
    labels = load_labels()
    columns = (
        Column("event", Text("Event", "Evento"), grouped=False),
        Column("at", Text("When", "Cuándo")),
        Column("at_utc", None),
        Column("office", Text("Office", "Oficina")),
        Column("side", Text("Side", "Parte")),
        Column("what", Text("What", "Qué")),
        Column("fields", Text("Fields", "Campos")),
        Column("why", Text("Why", "Motivo")),
        Column("changes", None),
        Column("hash", None),
    )
    rows = tuple(
        (
            c.seq,
            clock(c.at, workspace),
            c.at,
            c.office,
            Named(c.side, side_name(workspace.catalog, c.side)),
            Named(c.what, labels.event[c.what]),
            _changed(c),
            c.why or None,
            c.changes,
            c.hash,
        )
        for c in history
    )
    return Table("history", Text("History", "Historial"), columns, rows)


def _changed(change: Change) -> tuple[Text, ...] | None:
    """Names of the fields that an event changed."""
    if change.what != "changed":
        return None
    labels = load_labels().field
    return tuple(labels.get(key, Text.same(key)) for key in change.changes.get("record", {}))


def statuses_answer(workspace: Workspace) -> Answer:
    """Explain the statuses: every list, from which day on it holds, and what may follow what."""
    columns = (
        Column("from", Text("Holds from", "Vigente desde")),
        Column("status", Text("Status", "Estado")),
        Column("meaning", Text("Meaning", "Significado")),
        Column("group", Text("Counts as", "Cuenta como")),
        Column("next", Text("May become", "Puede pasar a")),
        Column("next_codes", None),
    )
    rules = load_register_rules()
    rows = tuple(
        (
            one.start,
            Named(s.id, s.name),
            s.meaning,
            Named(s.group, _GROUPS[s.group]),
            tuple(status_name(k, one.start) or Text.same(k) for k in s.next),
            s.next,
        )
        for one in rules.lists
        for s in one.statuses
    )
    title = Text("Statuses of commitments", "Estados de los compromisos")
    notes = (
        Text(
            "Late, expiring and no news are computed, never set: late once the due date is past and nothing says done, given up "
            "or carried over; expiring {days} days before the end; no news after {months} months.",
            "Atrasado, por vencer y sin novedades se calculan, nadie los fija: atrasado cuando pasó la fecha límite y nada dice "
            "que se hizo, se abandonó o pasó a otro plan; por vencer {days} días antes del término; sin novedades tras {months} meses.",
        ).format(days=rules.expiring_days, months=rules.no_news_months),
    )
    sources = tuple(one.source for one in rules.lists)
    return Answer("register.statuses", title, (Table("statuses", title, columns, rows),), notes=notes, sources=sources)


_GROUPS = {
    "open": Text("open", "abierto"),
    "done": Text("done", "hecho"),
    "dropped": Text("dropped", "abandonado"),
    "carried": Text("carried over", "pasa a otro plan"),
}


def verify_answer(workspace: Workspace, *, url: str = "", head: str = "") -> Answer:
    """Look whether the register's history is whole; a problem is a failure.

    Parameters
    ----------
    workspace : Workspace
    url : str
    head : str
        Hash of an event that was noted earlier: it must still be there, else the end was cut off.

    Raises
    ------
    RegisterFailed
    """
    found = open_register(workspace, url).verify(head)
    whole = not found.count and found.found is not False
    counts = {"events": both(found.events), "records": both(found.records), "count": both(found.count)}
    title = Text(
        "The history is whole: {events} events of {records} records.",
        "El historial está íntegro: {events} eventos de {records} registros.",
    )
    if not whole:
        title = Text(
            "The history is NOT whole. Problems: {count}; events: {events}.",
            "El historial NO está íntegro. Problemas: {count}; eventos: {events}.",
        )
    problems = list(found.problems)
    if found.count > len(problems):
        problems.append(Text("… and more", "… y otros más"))
    if found.found is False:
        problems.append(
            Text(
                "No event has the hash that was noted; the end was cut off, or it is another register.",
                "Ningún evento tiene la huella anotada; se cortó el final o es otro registro.",
            )
        )
    note = Text(
        "Note the hash of the last event: {hash}. Later, ambos register verify --head shows that nothing before it was changed or cut off.",
        "Anote la huella del último evento: {hash}. Después, ambos register verify --head muestra que nada anterior se cambió ni se cortó.",
    ).format(hash=found.head)
    facts: dict[str, Cell] = {
        "whole": whole,
        "events": found.events,
        "records": found.records,
        "head": found.head,
        "head_found": found.found,
        "problem_count": found.count,
    }
    return Answer(
        "register.verify",
        title.format(**counts),
        (),
        facts,
        notes=(note,) if whole else (),
        problems=tuple(problems),
        failed=not whole,
        head=(title.format(**counts),),
    )


def _day(workspace: Workspace, at: datetime | None) -> date:
    """The day for which late and the like are computed."""
    return workspace.today() if at is None else at.astimezone(ZoneInfo(workspace.catalog.region.zone)).date()
