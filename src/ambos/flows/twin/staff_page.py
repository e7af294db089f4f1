"""A plan of lanes and officers as a page with a picture and data files: what `ambos staff --out` writes."""

from __future__ import annotations

import math
from pathlib import Path

from ambos.briefing.chart_day import QueueFigure, QueuePanel
from ambos.briefing.output import write_files
from ambos.briefing.sheet import Sheet, files
from ambos.crossing.kernel.totals import Totals
from ambos.crossing.staff.problem import lanes_of
from ambos.crossing.summary import hour_waits, stage_waits
from ambos.csv_text import csv_text
from ambos.flows.twin.cells import class_name, heads, minutes, sentences
from ambos.flows.twin.page import as_json, seen_tables
from ambos.flows.twin.staff import Staffed
from ambos.model.answer import Answer, flat_rows
from ambos.text import Text

_HOURS = 24


def write_staffed(staffed: Staffed, answer: Answer, folder: Path) -> tuple[Path, ...]:
    """Write the page of a plan in both languages, its picture (PNG) and its data (CSV, JSON) into a folder.

    Raises
    ------
    CannotSave
        If the folder cannot be written to.
    """
    say, head = staffed.catalog.message, heads(staffed.catalog)
    tables = seen_tables(answer.tables, {})
    pictures = (picture(staffed),) if staffed.plan else ()
    origin = {key: answer.facts[key] for key in ("simulated", "seed", "replications", "version", "scenario_hash")}
    csvs = {
        f"{table.id}.csv": csv_text([*heads_, *origin], ([*row, *origin.values()] for row in rows)).encode()
        for table in answer.tables
        if table.id in ("lanes", "shifts", "waits")
        for heads_, rows in (flat_rows(table),)
    }
    sheet = Sheet(
        title=answer.title,
        subtitle=say("sheet.subtitle.compared"),
        warning=answer.notes[0],
        blocks=(*tables[:1], *pictures, *tables[1:]),
        notes=answer.notes[1:],
        provenance=tuple((head(key), Text.same(str(origin[key]))) for key in ("seed", "replications", "version")),
        files=(*csvs, "staff.json"),
    )
    made = files(sheet, staffed.catalog.messages) | csvs
    made["staff.json"] = as_json(answer)
    return tuple(write_files(folder, made))


def picture(staffed: Staffed) -> QueueFigure:
    """Draw waits by hour and lanes by quarter-hour of each class, as it is and planned."""
    say = staffed.catalog.message
    assert staffed.before and staffed.after
    now = lanes_of(staffed.scenario)
    panels, told = [], []
    for at, line in enumerate(staffed.scenario.lines):
        means = [stage_waits(totals, at, 0).mean().mean for totals in (staffed.before, staffed.after)]
        if means[0] is None and means[1] is None:
            continue
        name = class_name(staffed.catalog, line)
        panels.append(
            QueuePanel(
                name=name,
                step=60.0,
                mean=_waits(staffed.after, at),
                low=(),
                high=(),
                lanes=tuple(float(n) for n in staffed.lanes[line.id]),
                before=_waits(staffed.before, at),
                lanes_before=tuple(float(n) for n in now[line.id]),
            )
        )
        told.append(say("staff.picture.class", line=name, before=minutes(means[0]), after=minutes(means[1])))
    return QueueFigure(
        id="plan",
        title=say("staff.picture.title", crossing=staffed.crossing),
        alt=sentences(say("staff.picture.alt"), *told),
        note=say("staff.picture.note"),
        queue=say("staff.picture.wait"),
        band=Text.same("–"),
        lanes=say("staff.picture.lanes"),
        full=Text.same("–"),
        panels=tuple(panels),
        before=say("staff.picture.before"),
    )


def _waits(totals: Totals, line: int) -> tuple[float, ...]:
    """Mean wait of a line by hour of arrival, minutes; NaN where nobody came."""
    means = (hour_waits(totals, line, hour).mean().mean for hour in range(_HOURS))
    return tuple(math.nan if mean is None else mean for mean in means)
