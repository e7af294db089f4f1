"""A run, or two compared, as a page with pictures and data files: what `--out` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ambos.briefing.chart_day import QueueFigure, QueuePanel
from ambos.briefing.output import write_files
from ambos.briefing.sheet import Sheet, SheetTable, files
from ambos.crossing.kernel.totals import QUARTER
from ambos.csv_text import csv_text
from ambos.flows.twin.cells import (
    class_name,
    clock,
    crossing_name,
    line_names,
    sentences,
)
from ambos.flows.twin.compare import ComparedRuns
from ambos.flows.twin.simulate import SIMULATED, Run, provenance
from ambos.model.answer import Answer, Table, flat_rows, record, to_plain
from ambos.numbers import both, day
from ambos.text import Text, joined

#: Tables of the answer that are also written as CSV.
_CSV = ("results", "hourly", "queue")


def write(run: Run, answer: Answer, folder: Path) -> tuple[Path, ...]:
    """Write the page in both languages, its pictures (PNG) and its data (CSV, JSON) into a folder.

    Parameters
    ----------
    run : Run
    answer : Answer
        Of the run.
    folder : Path

    Raises
    ------
    CannotSave
        If the folder cannot be written to.
    """
    made = files(_page(run, answer), run.catalog.messages)
    made["run.json"] = as_json(answer)
    # each line of the data bears what a result must not be parted from
    origin = {key: answer.facts[key] for key in ("simulated", "seed", "replications", "version", "scenario_hash")}
    for table in answer.tables:
        if table.id in _CSV:
            heads, rows = flat_rows(table)
            made[f"{table.id}.csv"] = csv_text([*heads, *origin], ([*row, *origin.values()] for row in rows)).encode()
    return tuple(write_files(folder, made))


def write_compared(compared: ComparedRuns, answer: Answer, folder: Path) -> tuple[Path, ...]:
    """Write the page of a comparison in both languages, the queues of both days (PNG) and its data (JSON) into a folder.

    Raises
    ------
    CannotSave
        If the folder cannot be written to.
    """
    run, say = compared.first, compared.first.catalog.message
    notes = {
        say(f"sheet.title.{key}"): say(f"sheet.note.{note}")
        for key, note in (
            ("compared_waits", "compared"),
            ("compared_until_served", "compared_until_served"),
            ("reported", "reported"),
            ("outcomes", "outcomes"),
        )
    }
    first, *rest = seen_tables(answer.tables, notes)
    pictures = [
        replace(
            figure,
            id=f"{letter.lower()}-{figure.id}",
            title=say("sheet.figure.compared", letter=letter, title=figure.title),
        )
        for letter, side in (("A", compared.first), ("B", compared.second))
        for figure in figures(side)
    ]
    sheet = Sheet(
        title=answer.title,
        subtitle=say("sheet.subtitle.compared"),
        warning=SIMULATED,
        blocks=(first, *pictures, *rest),
        notes=answer.notes,
        provenance=(
            *provenance(run)[:-1],
            *(
                (Text.same(f"{name} (sha256)"), Text.same(side.hash[:16]))
                for name, side in (("A", run), ("B", compared.second))
            ),
        ),
        files=("compare.json",),
    )
    made = files(sheet, run.catalog.messages)
    made["compare.json"] = as_json(answer)
    return tuple(write_files(folder, made))


def as_json(answer: Answer) -> bytes:
    """Write an answer as JSON."""
    return (json.dumps(record(answer), ensure_ascii=False, indent=1, default=to_plain) + "\n").encode()


def seen_tables(tables: Iterable[Table], notes: Mapping[Text, Text], folded: Table | None = None) -> list[SheetTable]:
    """List the views of tables that people see and that have rows, each with the note of its title."""
    return [
        SheetTable(
            table.id if number == 0 else f"{table.id}-{number + 1}",
            table,
            view,
            notes.get(view.title),
            folded=table is folded,
        )
        for table in tables
        if table.shown or table is folded
        for number, view in enumerate(table.as_seen())
        if view.title and (table.rows if view.rows is None else view.rows)
    ]


def _page(run: Run, answer: Answer) -> Sheet:
    """Lay the tables that people see out on a page, with the queues of each crossing after the waits."""
    catalog = run.catalog
    first, *rest = _tables(run, answer)
    subtitle = catalog.message("sheet.subtitle.no_day")
    if run.day and day(run.day, "en") not in run.scenario.name.en:
        when = Text(day(run.day, "en"), day(run.day, "es"))
        subtitle = catalog.message("sheet.subtitle.day", when=when)
    return Sheet(
        title=run.scenario.name,
        subtitle=subtitle,
        warning=SIMULATED,
        blocks=(first, *figures(run), *rest),
        notes=run.notes,
        provenance=provenance(run),
        files=(*(f"{name}.csv" for name in _CSV), "run.json"),
    )


def _tables(run: Run, answer: Answer) -> list[SheetTable]:
    """Put its note under each table that has rows; the waits by hour come last, folded."""
    say = run.catalog.message
    names = line_names(run.catalog, run.scenario)
    notes = {say(f"sheet.title.{key}"): say(f"sheet.note.{key}") for key in ("waits", "outcomes", "stations", "costs")}
    reported = [say("sheet.note.reported")]
    if unreported := [names[f.line.id] for f in run.fits if not f.hours]:
        reported.append(say("sheet.note.unreported", lines=joined(unreported, "; ")))
    notes[say("sheet.title.reported")] = sentences(*reported)
    modes = {b.rate.mode: both(b.multiplier, 1) for b in run.costs.burnt}
    if modes:
        factors = joined([say(f"twin.mode.{mode}") + Text.same(" × ") + by for mode, by in modes.items()])
        notes[say("sheet.title.emissions")] = say("sheet.note.emissions", factors=factors)
    hourly = answer.table("hourly")
    return seen_tables((*(t for t in answer.tables if t is not hourly), hourly), notes, folded=hourly)


def figures(run: Run) -> list[QueueFigure]:
    """Draw the queues of each crossing, a panel per line."""
    say, catalog = run.catalog.message, run.catalog
    made = []
    crossings = dict.fromkeys(line.crossing for line in run.scenario.lines)
    for number, crossing in enumerate(crossings, 1):
        panels, peaks = [], []
        for line in run.scenario.lines:
            if line.crossing != crossing:
                continue
            own = [q for q in run.summary.queue if q.line == line.id]
            means = tuple(q.queue.mean or 0.0 for q in own)
            if not any(means) and not any(q.lanes for q in own):
                continue
            banded = all(q.low is not None for q in own)
            room = int(line.approach_m / line.spacing_m) if line.approach_m and line.spacing_m else None
            name = class_name(catalog, line)
            panels.append(
                QueuePanel(
                    name=name,
                    step=QUARTER,
                    mean=means,
                    low=tuple(q.low or 0.0 for q in own) if banded else (),
                    high=tuple(q.high or 0.0 for q in own) if banded else (),
                    lanes=tuple(q.lanes for q in own),
                    full=room,
                )
            )
            most = max(own, key=lambda q: q.queue.mean or 0.0)
            peaks.append(
                say(
                    "sheet.figure.peak",
                    line=name,
                    most=both(most.queue.mean, 0),
                    time=clock(most.start),
                )
            )
        if not panels:
            continue
        alt = sentences(say("sheet.figure.alt"), *peaks)
        made.append(
            QueueFigure(
                id=f"queue-{number}",
                title=say("sheet.figure.title", crossing=crossing_name(catalog, crossing)),
                alt=alt,
                note=say("sheet.figure.note"),
                queue=say("sheet.figure.queue"),
                band=say("sheet.figure.band"),
                lanes=say("sheet.figure.lanes"),
                full=say("sheet.figure.full"),
                panels=tuple(panels),
            )
        )
    return made
