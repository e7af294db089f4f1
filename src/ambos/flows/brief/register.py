"""The dossier's parts on the commission: progress, agreements, a page per committee, projects ranked, comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from ambos.briefing import Chart, Datum, DossierColumn, DossierTable, Paragraph, Section
from ambos.briefing.document import Block
from ambos.errors import NoData
from ambos.flows.brief.answers import Basis, of_datasets, published
from ambos.flows.brief.figures import DossierContext, series_of
from ambos.flows.brief.quotes import quote
from ambos.flows.register.agreements import agreements as agreements_answer
from ambos.flows.register.comments import comments as comments_answer
from ambos.flows.register.committee import CommitteePage, committee_page, seats_of, where_of
from ambos.flows.register.linked import moved, signed
from ambos.flows.register.progress import (
    OUTCOMES,
    Progress,
    commitments_table,
    counts_table,
    notes_of,
    rows_of,
    title_of,
)
from ambos.flows.register.progress import progress as progress_of
from ambos.flows.register.rank import Ranking, left_out_table, places_table, scheme_table
from ambos.flows.register.rank import notes_of as notes_of_ranking
from ambos.flows.register.rank import ranking as ranking_of
from ambos.flows.register.reading import Reading, reading
from ambos.flows.register.wording import kind_name, said, type_name, when
from ambos.model.answer import Cell, Column, Named, Shown, Table, View, cell_text
from ambos.model.register import Commitment, Committee, Initiative, Meeting, Project
from ambos.model.register_entry import Held
from ambos.numbers import both
from ambos.text import LANGUAGES, Text, joined, lowered

#: Makes the blocks of an entry of the plan.
Compose = Callable[[dict[str, Any]], Sequence[Block]]
#: Rows of the tables of a committee's page; the rest are counted.
MOST_ITEMS, MOST_RECORDS = 7, 6
#: Commitments of one outcome that are listed; the rest are counted.
MOST_LISTED = 100


def register_of(context: DossierContext) -> Reading:
    """The register as the dossier reads it."""
    return context.once(
        "register", lambda: reading(context.workspace, context.today(), context.as_of, context.asked.register)
    )


def progress_in(context: DossierContext) -> Progress:
    """Count and list commitments by what happened to them (kept, late, dropped, no news) since the last plenary or a given day."""
    return context.once("register.progress", lambda: progress_of(register_of(context), context.asked.since))


def _basis(context: DossierContext) -> Basis:
    return Basis(register_of(context).known, cited=(context.workspace.catalog.message("register.cited"),))


def values(context: DossierContext) -> dict[str, Text]:
    """The texts that sections on the register name: the plenary, the days, the counts."""
    made, register = progress_in(context), register_of(context)
    return {
        "progress_title": title_of(register, made),
        "commitments": both(len(made.standings)),
        **{f"{outcome}_count": both(len(made.of(outcome))) for outcome in OUTCOMES},
        "ending": both(len(register.entries("agreement", expiring=True))),
    }


def counts(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Count commitments by what became of them, by whose word.

    Raises
    ------
    NoData
        If no commitment is held.
    """
    made, register = progress_in(context), register_of(context)
    table = counts_table(register, made)
    notes = notes_of(register, made)
    return _shown(context, entry, table, View(None, table.labelled()), notes)


def progress(context: DossierContext, entry: Mapping[str, Any]) -> list[DossierTable]:
    """List the commitments, a table for each outcome; ``without`` names those that are left out.

    Raises
    ------
    NoData
        If no commitment is held.
    """
    register = register_of(context)
    table = commitments_table(register, progress_in(context), MOST_LISTED)
    counts: dict[str, int] = {outcome: len(progress_in(context).of(outcome)) for outcome in OUTCOMES}
    return _views(context, entry, table, "outcome", counts)


def agreements(context: DossierContext, entry: Mapping[str, Any]) -> list[DossierTable]:
    """List the agreements, a table for each state of force; ``without`` names those that are left out.

    Raises
    ------
    NoData
        If no agreement is held.
    """
    answer = agreements_answer(register_of(context))
    made = _views(context, entry, answer.table("agreements"), "state")
    return [replace(table, notes=(*table.notes, *answer.notes)) if i == 0 else table for i, table in enumerate(made)]


def comments(context: DossierContext, entry: Mapping[str, Any]) -> Block:
    """List the comments that were published, with their replies; say so where there is none."""
    answer = comments_answer(register_of(context))
    table = answer.table("comments")
    if not table.rows:
        return Paragraph(answer.notes[0], "note")
    return _shown(context, entry, table, View(None, table.labelled()), answer.notes)


def ranking(context: DossierContext, entry: Mapping[str, Any]) -> list[Block]:
    """Rank the projects by the scores given, with a chart of how often each stays in the top; with none, say how to give
    them."""
    asked, say = context.asked, context.workspace.catalog.message
    made = context.once(
        "register.ranking",
        lambda: ranking_of(context.workspace, asked.scores, asked.weights, asked.top, asked.register),
    )
    if made.scheme:
        context.cited |= {made.scheme.citation: None}
    notes = notes_of_ranking(context.workspace, made, given=asked.weights is not None)
    scheme = scheme_table(context.workspace, made, asked.weights is not None)

    def whole(part: str, table: Table) -> DossierTable:
        title = _as_is(table.title or Text.of(entry["title"])).record()
        return _texts(
            context, {**entry, "id": f"{entry['id']}-{part}", "title": title}, table, View(None, table.labelled()), ()
        )

    last = whole("weights", scheme)
    if not made.types:
        return [Paragraph(say("register.rank.none"), "note"), *(Paragraph(note) for note in notes), last]
    blocks: list[Block] = []
    table = places_table(context.workspace, made)
    for view, of in zip(table.views, made.types, strict=True):
        own = {**entry, "id": f"{entry['id']}-{of.id}", "title": _as_is(of.name).record()}
        blocks.append(_texts(context, own, table, view, notes if not blocks else ()))
        blocks.append(_sensitivity(context, entry, made, of.id))
    lacking = left_out_table(context.workspace, made)
    if lacking.rows:
        blocks.append(whole("left-out", lacking))
    return [*blocks, last]


def _sensitivity(context: DossierContext, entry: Mapping[str, Any], made: Ranking, type: str) -> Chart:
    """Draw in what share of draws each project of a type stays in the top: about the given weights, and any weights."""
    catalog, known = context.workspace.catalog, context.today()
    (of,) = [each for each in made.types if each.id == type]
    series = "register.rank.in_top", "register.rank.in_top_any"
    top = both(made.top)
    data = tuple(
        Datum(code, "", project.id, known, round(100 * share, 1), "percent", known, "", label=str(known))
        for project, place in of.places[:MOST_DRAWN]
        for code, share in zip(series, (place.in_top, place.in_top_any), strict=True)
    )
    say = catalog.message
    names = {project.id: project.name for project, _ in of.places}
    return Chart(
        id=f"{entry['id']}-{type}-top",
        title=say("register.rank.chart", type=of.name, top=top),
        sources=(),
        as_of=known,
        cited=(say("register.rank.cited"),),
        notes=(say("register.rank.estimated"),),
        names={**names, series[0]: say("register.rank.about"), series[1]: say("register.rank.any")},
        kind="range",
        unit=replace(catalog.units["percent"], decimals=0),
        data=data,
        by="item",
        ends=series,
        order=tuple(project.id for project, _ in of.places),
    )


#: Projects that a chart shows, the first ones.
MOST_DRAWN = 20


# -- a page per committee -------------------------------------------------------------------------------------------
def committees(context: DossierContext, part: Mapping[str, Any], compose: Compose) -> list[Section]:
    """Compose a page for each committee in force.

    Raises
    ------
    NoData
        If no committee is held.
    """
    register = register_of(context)
    plans = {each["committee"]: each for each in context.workspace.catalog.brief.get("one_page", ())}
    made = [_page(context, part, id, plans.get(id, {}), compose) for id in register.current()]
    if not made:
        raise NoData(what=Text.of(part["title"]))
    return made


def _page(
    context: DossierContext, part: Mapping[str, Any], id: str, plan: Mapping[str, Any], compose: Compose
) -> Section:
    """Compose the page of a committee."""
    register, say = register_of(context), context.workspace.catalog.message
    also = [name.partition(".")[::2] for name in plan.get("records", ())]
    page = committee_page(
        register,
        id,
        without=plan.get("without", ()),
        commitments=[each for kind, each in also if kind == "commitment"],
        agreements=[each for kind, each in also if kind == "agreement"],
        most=MOST_ITEMS,
    )
    name = f"{part['id']}-{id}"
    blocks: list[Block] = []
    if page.items:
        blocks.append(_items(context, name, page))
    else:
        blocks.append(Paragraph(say("register.committee.no_items"), "note"))
    blocks += _indicators(context, name, plan.get("quotes", ()), page)
    for entry in _charts(context, plan):
        try:
            blocks += [
                _bare(context, block) for block in compose({**entry, "id": f"{name}-{entry['id']}", "notes": []})
            ]
        except NoData:
            continue
    if not plan.get("quotes") and not plan.get("charts"):
        blocks.append(Paragraph(say("register.committee.no_series"), "note"))
    others = [(kind, each) for kind, each in also if kind in ("initiative", "project")]
    blocks += _beside(context, name, page, others)
    return Section(name, said(page.held.entry.title), _intro(context, page), tuple(blocks), one_page=True)


def _bare(context: DossierContext, block: Block) -> Block:
    """Count the findings of a figure in a note; there is no room for them on a page of a committee."""
    if not isinstance(block, Chart) or not block.findings:
        return block
    note = context.workspace.catalog.message("register.committee.findings", count=both(len(block.findings)))
    return replace(block, findings=(), notes=(*block.notes, note))


def _intro(context: DossierContext, page: CommitteePage) -> tuple[Text, ...]:
    """Write how the committee stands, and what it came of."""
    register, say, record = register_of(context), context.workspace.catalog.message, page.held.record
    assert isinstance(record, Committee)
    to_do = sum(s.outcome in ("late", "no_news", "open") for s in page.items)
    stand = say(
        "register.committee.stand",
        items=both(len(page.items)),
        to_do=both(to_do),
        late=both(sum(s.outcome == "late" for s in page.items)),
        no_news=both(sum(s.outcome == "no_news" for s in page.items)),
        kept=both(sum(s.outcome == "kept" for s in page.items)),
    )
    seats = seats_of(register, page.held)
    chairs = say("register.committee.seats", seats=joined(seats, "; ")) if seats else say("register.committee.no_seats")
    before = [_with_span(register.committees[id]) for id in page.lineage[1:] if id in register.committees]
    since = say("register.committee.since", day=when(record.start)) if record.start else None
    came_of = say("register.committee.came_of", committees=joined(before, "; ")) if before else None
    return stand, joined([text for text in (since, came_of, chairs) if text], " ")


def _with_span(held: Held) -> Text:
    record = held.record
    assert isinstance(record, Committee)
    end = Text.same(f" ({record.start[:4]}–{record.end[:4]})" if record.start else f" (–{record.end[:4]})")
    return said(held.entry.title) + end if record.end else said(held.entry.title)


def _items(context: DossierContext, name: str, page: CommitteePage) -> DossierTable:
    """List the action items with their status and what is asked."""
    register, say = register_of(context), context.workspace.catalog.message
    some = page.items[:MOST_ITEMS]
    rows = tuple(
        (cells[1], cells[3], cells[4], cells[5], page.asks[one.entry.id])
        for one, cells in zip(some, rows_of(register, some), strict=True)
    )
    columns = (
        Column("commitment", say("register.committee.item")),
        Column("made", say("register.progress.made")),
        Column("due", say("register.progress.due")),
        Column("status", say("column.status")),
        Column("asked", say("register.committee.asked")),
    )
    table = Table("items", None, columns, rows)
    left = len(page.items) - len(some)
    notes = (say("register.progress.more", count=both(left)),) if left else ()
    title = say("register.committee.items").record()
    return _texts(context, {"id": f"{name}-items", "title": title}, table, View(None, table.labelled()), notes)


def _indicators(context: DossierContext, name: str, ids: Sequence[str], page: CommitteePage) -> Iterator[DossierTable]:
    """Tabulate the numbers that the plan names, as the cover has them, and what moved since a commitment's baseline."""
    say = context.workspace.catalog.message
    entries = {each["id"]: each for each in context.workspace.catalog.brief["quote"]}
    rows, ages = [], list[Text]()
    sources = dict[str, None]()
    known = date.min
    for id in ids:
        try:
            made = quote(context, entries[id])
        except NoData:
            continue
        rows.append((made.label, made.value, made.period, made.change))
        if made.age:
            ages.append(made.label + Text.same(": ") + lowered(made.age))
        sources |= dict.fromkeys(s for datum in made.data for s in datum.source.split())
        known = max(known, made.as_of)
    for row, datasets in _moved(context, page):
        rows.append(row)
        own, day = of_datasets(context, datasets)
        sources |= dict.fromkeys(s.id for s in own)
        known = max(known, day or known)
    if rows:
        catalog = context.workspace.catalog
        yield DossierTable(
            id=f"{name}-indicators",
            title=say("register.committee.indicators"),
            sources=tuple(catalog.sources[s] for s in sources),
            as_of=known,
            notes=(joined(ages, "; ") + Text.same("."),) if ages else (),
            columns=tuple(
                DossierColumn(say(f"register.committee.{key}")) for key in ("indicator", "value", "period", "change")
            ),
            rows=tuple(rows),
        )


def _moved(
    context: DossierContext, page: CommitteePage
) -> Iterator[tuple[tuple[Text, Text, Text, Text | None], list[str]]]:
    """Give the newest figures of the series linked to action items, their changes since the baselines, and their datasets."""
    catalog, register = context.workspace.catalog, register_of(context)
    for held in register.held(one.entry for one in page.items[:MOST_ITEMS]):
        assert isinstance(held.record, Commitment)
        for link in moved(context.workspace, held.record, context.as_of):
            now, base = link.newest, link.base
            if now is None or base is None or link.change is None:
                continue
            unit = catalog.units[link.unit]
            place = Text.same(", ") + link.place.name if link.place else None
            label = link.what.title + place if place else link.what.title
            amount = both(now.value, unit.decimals)
            value = Text(*(f"{amount[k]} {unit.name[k]}" for k in LANGUAGES))
            change = catalog.message(
                "register.committee.moved",
                change=signed(link.percent, 1) + Text.same("%")
                if link.percent is not None
                else signed(float(link.change), 1),
                base=when(base.period),
                known=when(base.as_of.isoformat()),
            )
            series = series_of(link.what, catalog.series)
            yield (label, value, when(now.period), change), list(dict.fromkeys(s.dataset for s in series))


def _charts(context: DossierContext, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The blocks of the dossier that the plan of a page names as its charts."""
    blocks = {b["id"]: b for s in context.workspace.catalog.brief["section"] for b in s.get("block", ()) if "id" in b}
    return [dict(blocks[id]) for id in plan.get("charts", ())]


def _beside(
    context: DossierContext, name: str, page: CommitteePage, others: Sequence[tuple[str, str]]
) -> Iterator[DossierTable]:
    """List agreements, meetings, projects and initiatives of the committee's subject."""
    register, say = register_of(context), context.workspace.catalog.message
    rows: list[tuple[Text, ...]] = []
    answer = agreements_answer(register, page.agreements).table("agreements")
    for row in answer.rows:
        cells = {column.key: cell_text(cell, column) for column, cell in zip(answer.columns, row, strict=True)}
        rows.append((cells["type"], cells["agreement"], cells["signed"], cells["end"], cells["follow_up"]))
    for held in page.meetings:
        record = held.record
        assert isinstance(record, Meeting)
        days = when(record.start) if not record.end else when(f"{record.start}/{record.end}")
        rows.append((type_name(record.type), said(held.entry.title), days, Text.same("–"), where_of(held)))
    for kind, id in others:
        for held in register.held(register.entries(kind, id=id)):
            rows.append(_other(held))
    if rows:
        left = len(rows) - MOST_RECORDS
        yield DossierTable(
            id=f"{name}-records",
            title=say("register.committee.records"),
            sources=(),
            as_of=register.known,
            cited=(say("register.cited"),),
            notes=(say("register.progress.more", count=both(left)),) if left > 0 else (),
            columns=tuple(
                DossierColumn(say(f"register.committee.{key}")) for key in ("kind", "what", "signed", "end", "who")
            ),
            rows=tuple(rows[:MOST_RECORDS]),
        )


def _other(held: Held) -> tuple[Text, ...]:
    """A row of a project or an initiative: kind, name, from and to, how it stands or where."""
    record, dash = held.record, Text.same("–")
    if isinstance(record, Project):
        stands = said(record.readiness) if record.readiness else said(record.where)
        return kind_name("project"), said(record.name), dash, when(record.due), stands
    assert isinstance(record, Initiative)
    return kind_name("initiative"), said(record.name), when(record.start), when(record.end), said(record.where)


def _as_is(text: Text) -> Text:
    """Write a name as a title that has no placeholders."""
    return Text(*(text[language].replace("{", "{{").replace("}", "}}") for language in LANGUAGES))


# -- tables of texts ------------------------------------------------------------------------------------------------
def _views(
    context: DossierContext,
    entry: Mapping[str, Any],
    table: Table,
    by: str,
    in_all: Mapping[str, int] = MappingProxyType({}),
) -> list[DossierTable]:
    """Publish each view of a table, named by the code that its rows share, but for those left out; `in_all` counts rows by
    code, where the table does not have them all."""
    say, made = context.workspace.catalog.message, []
    for view in table.views:
        rows = table.chosen(view)
        of = rows[0][table.at(by)]
        code = str(of.code) if isinstance(of, Named) else ""
        if code in entry.get("without", ()):
            continue
        count = both(in_all.get(code, len(rows)))
        title = (view.title or Text.of(entry["title"])) + Text(f" ({count.en})", f" ({count.es})")
        empty = [key for key in view.keys if all(_is_empty(row[table.at(key)]) for row in rows)]
        labels = (
            joined([lowered(table.columns[table.at(key)].label or Text.same(key)) for key in empty]) if empty else None
        )
        found = say("register.progress.none_found", columns=labels) if labels else None
        notes = tuple(note for note in (view.note, found) if note)
        view = replace(view, keys=tuple(key for key in view.keys if key not in empty))
        own = {**entry, "id": f"{entry['id']}-{code.replace('_', '-')}", "title": title.record()}
        made.append(_shown(context, own, table, view, notes))
    if not made:
        raise NoData(what=Text.of(entry["title"]))
    return made


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, Shown) and cell.value is None)


def _shown(
    context: DossierContext, entry: Mapping[str, Any], table: Table, view: View, notes: Sequence[Text]
) -> DossierTable:
    """Publish a table of the register.

    Raises
    ------
    NoData
        If it has no rows.
    """
    if not table.rows:
        raise NoData(what=Text.of(entry["title"]))
    return published(context, entry, table, view, _basis(context), notes=notes)


def _texts(
    context: DossierContext, entry: Mapping[str, Any], table: Table, view: View, notes: Sequence[Text]
) -> DossierTable:
    """Publish a table whose rows may be fewer than the register has."""
    return published(context, entry, table, view, _basis(context), notes=notes)
