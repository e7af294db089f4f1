"""A run as a page with pictures: what `ambos simulate --out` writes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from ambos.briefing.chart_day import QueueFigure, QueuePanel
from ambos.briefing.output import write_files
from ambos.briefing.sheet import Sheet, files
from ambos.crossing.kernel.totals import QUARTER
from ambos.csv_text import csv_text
from ambos.flows.twin import run_records
from ambos.flows.twin.run_names import class_name, clock, crossing_name, sentences
from ambos.flows.twin.run_tables import provenance, tables
from ambos.flows.twin.simulate import SIMULATED, Run
from ambos.numbers import both, day
from ambos.text import Text


def write(run: Run, folder: Path) -> list[Path]:
    """Write the page in both languages, its pictures (PNG) and its data (CSV, JSON) into a folder.

    Raises
    ------
    CannotSave
        If the folder cannot be written to.
    """
    rows_of = {"results": run_records.results(run), "hourly": run_records.hourly(run), "queue": run_records.queue(run)}
    made = files(compose(run), run.catalog.messages)
    made["run.json"] = (
        json.dumps(run_records.record(run), ensure_ascii=False, indent=1, default=_number) + "\n"
    ).encode()
    for name, rows in rows_of.items():
        made[f"{name}.csv"] = _csv(rows, run)
    return write_files(folder, made)


def compose(run: Run) -> Sheet:
    """The page of a run."""
    catalog = run.catalog
    first, *rest = tables(run)
    subtitle = catalog.message("sheet.subtitle.no_day")
    if run.day and day(run.day, "en") not in run.scenario.name.en:
        when = Text(day(run.day, "en"), day(run.day, "es"))
        subtitle = catalog.message("sheet.subtitle.day", when=when)
    return Sheet(
        title=run.scenario.name,
        subtitle=subtitle,
        warning=SIMULATED,
        blocks=(first, *_figures(run), *rest),
        notes=run.notes,
        provenance=provenance(run),
        files=("results.csv", "hourly.csv", "queue.csv", "run.json"),
    )


def _figures(run: Run) -> list[QueueFigure]:
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


def _csv(rows: list[run_records.Record], run: Run) -> bytes:
    """Rows as CSV; each line bears what a result must not be parted from."""
    origin = {
        "simulated": "true",
        "seed": run.summary.seed,
        "replications": run.summary.replications,
        "version": run.version,
        "scenario_hash": run.hash,
    }
    if not rows:
        return b""
    return csv_text([*rows[0], *origin], ((*row.values(), *origin.values()) for row in rows)).encode()


def _number(value: object) -> float | int:
    if isinstance(value, Decimal):
        return float(value) if value != value.to_integral_value() else int(value)
    raise TypeError(type(value).__name__)
