"""A run as a page with pictures: what `ambos simulate --out` writes."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

from ambos.briefing.chart_day import QueueFigure, QueuePanel
from ambos.briefing.output import write_files
from ambos.briefing.sheet import Sheet, SheetTable, files
from ambos.crossing.costs import sum_by_convention
from ambos.crossing.summary import PRIMARY
from ambos.crossing.totals import QUARTER
from ambos.flows import run_records
from ambos.flows.run_names import (
    class_name,
    clock,
    crossing_name,
    interval,
    line_names,
    percent,
    stage_name,
)
from ambos.flows.simulate import SIMULATED, Run
from ambos.numbers import MISSING, both, day
from ambos.text import Text

_NONE = Text.same(MISSING)


def write(run: Run, folder: Path) -> list[Path]:
    """Write the page in both languages, its pictures (PNG) and its data (CSV, JSON) into a folder.

    Raises
    ------
    CannotWrite
        If the folder cannot be written to.
    """
    tables = {"results": run_records.results(run), "hourly": run_records.hourly(run), "queue": run_records.queue(run)}
    made = files(compose(run), run.catalog.messages)
    made["run.json"] = (
        json.dumps(run_records.record(run), ensure_ascii=False, indent=1, default=_number) + "\n"
    ).encode()
    for name, rows in tables.items():
        made[f"{name}.csv"] = _csv(rows, run)
    return write_files(folder, made)


def compose(run: Run) -> Sheet:
    """The page of a run."""
    catalog, summary = run.catalog, run.summary
    when = Text(day(run.day, "en"), day(run.day, "es")) if run.day else catalog.message("sheet.subtitle.no_day")
    return Sheet(
        title=run.scenario.name,
        subtitle=catalog.message("sheet.subtitle.day", when=when) if run.day else when,
        warning=SIMULATED,
        blocks=(
            _waits(run),
            *_figures(run),
            _outcomes(run),
            _booths(run),
            *([_stations(run)] if summary.stations else []),
            *_costs(run),
            *_hours(run),
        ),
        notes=run.notes,
        provenance=provenance(run),
        files=("results.csv", "hourly.csv", "queue.csv", "run.json"),
    )


def provenance(run: Run) -> tuple[tuple[Text, Text], ...]:
    """What is needed to make the run again."""
    say = run.catalog.message
    return (
        (say("twin.head.seed"), Text.same(str(run.summary.seed))),
        (say("twin.head.replications"), both(run.summary.replications)),
        (say("twin.head.version"), Text.same(f"Ambos {run.version}")),
        (say("twin.head.scenario"), Text.same(run.hash[:16])),
    )


def _waits(run: Run) -> SheetTable:
    say, names = run.catalog.message, line_names(run.catalog, run.scenario)
    heads = ("line", "stage", "arrived", "served", "mean", "interval", "median", "p95", "over_60")
    rows = []
    for s in run.summary.stages:
        if not s.wait.measured:
            continue
        wait = s.wait
        rows.append(
            (
                names[s.line],
                stage_name(run.catalog, s.stage),
                both(s.arrived),
                both(s.served),
                both(wait.mean.mean, 1),
                interval(wait.mean.low, wait.mean.high),
                both(wait.p50, 1),
                both(wait.p95, 1),
                percent(wait.over_60),
            )
        )
    return SheetTable(
        "waits",
        say("sheet.title.waits"),
        tuple(say(f"twin.head.{h}") for h in heads),
        tuple(rows),
        note=say("sheet.note.waits"),
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
        alt = say("sheet.figure.alt")
        for peak in peaks:
            alt = alt + Text.same(" ") + peak
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


def _outcomes(run: Run) -> SheetTable:
    say, names = run.catalog.message, line_names(run.catalog, run.scenario)
    heads = ("line", "arrived", "served", "balked", "reneged", "diverted", "turned_away", "left", "longest", "approach")
    rows = []
    for fate in run.summary.fates:
        own = [q for q in run.summary.queue if q.line == fate.line]
        longest = max((q.most_m for q in own if q.most_m is not None), default=None)
        rows.append(
            (
                names[fate.line],
                *(both(fate.counts[k]) for k in ("arrived", "served")),
                *(both(fate.counts[k], 1) for k in ("balked", "reneged", "diverted", "turned_away", "left")),
                both(longest),
                both(own[0].approach_m if own else None),
            )
        )
    return SheetTable(
        "outcomes",
        say("sheet.title.outcomes"),
        tuple(say(f"twin.head.{h}") for h in heads),
        tuple(rows),
        note=say("sheet.note.outcomes"),
    )


def _booths(run: Run) -> SheetTable:
    say = run.catalog.message
    heads = ("crossing", "officer_hours", "interval", "utilisation", "blocked")
    rows = tuple(
        (
            crossing_name(run.catalog, c.crossing),
            both(c.officer_hours.mean, 1),
            interval(c.officer_hours.low, c.officer_hours.high),
            percent(c.utilisation.mean),
            both(c.blocked.mean),
        )
        for c in run.summary.crossings
    )
    return SheetTable("officers", say("sheet.title.officers"), tuple(say(f"twin.head.{h}") for h in heads), rows)


def _stations(run: Run) -> SheetTable:
    say, names = run.catalog.message, line_names(run.catalog, run.scenario)
    use = {s.station: s for s in run.summary.stations}
    heads = ("station", "line", "inspected", "staffed", "utilisation", "blocked")
    rows = tuple(
        (
            stage_name(run.catalog, i.station),
            names[i.line],
            percent(i.share.mean),
            both(use[i.station].staffed_hours, 1),
            percent(use[i.station].utilisation.mean),
            both(use[i.station].blocked.mean),
        )
        for i in run.summary.inspected
        if i.share.mean is not None
    )
    return SheetTable(
        "stations",
        say("sheet.title.stations"),
        tuple(say(f"twin.head.{h}") for h in heads),
        rows,
        note=say("sheet.note.stations"),
    )


def dollars(low: Decimal | None, high: Decimal | None) -> Text:
    """A sum, or a range of sums, in whole dollars."""
    if low is None or high is None:
        return _NONE
    return both(low) if low == high else both(low) + Text.same(" – ") + both(high)


def _costs(run: Run) -> list[SheetTable]:
    say, names = run.catalog.message, line_names(run.catalog, run.scenario)
    made = []
    conventions = list(dict.fromkeys(m.convention for m in run.costs.money))
    if conventions:
        priced = {(m.line, m.convention): m for m in run.costs.money}
        rows: list[tuple[Text, ...]] = []
        for line, hours in run.costs.delay_hours.items():
            if not hours.mean:
                continue
            cells = [priced.get((line, c)) for c in conventions]
            sums = (dollars(m.low, m.high) if m else _NONE for m in cells)
            rows.append((names[line], both(hours.mean, 1), interval(hours.low, hours.high), *sums))
        total = sum_by_convention(run.costs.money)
        rows.append((say("label.total"), _NONE, _NONE, *(dollars(*total[c]) for c in conventions)))
        note = say("sheet.note.costs")
        for rate in dict.fromkeys(m.rate for m in run.costs.money):
            note = note + Text.same(" ") + rate.source + Text.same("." if not rate.source.en.endswith(".") else "")
        made.append(
            SheetTable(
                "costs",
                say("sheet.title.costs"),
                (
                    *(say(f"twin.head.{h}") for h in ("line", "delay_hours", "interval")),
                    *(say(f"twin.convention.{c}") for c in conventions),
                ),
                tuple(rows),
                note=_once(note),
            )
        )
    if run.costs.burnt:
        heads = ("line", "fuel", "co2", "nox", "pm25")
        rows = [
            (
                names[b.line],
                both(b.fuel_gal.mean, 1),
                both(b.co2_kg.mean),
                both(b.nox_g.mean),
                both(b.pm25_g.mean, 1),
            )
            for b in run.costs.burnt
            if run.costs.delay_hours[b.line].mean
        ]
        factor = max(b.multiplier for b in run.costs.burnt)
        note = say("sheet.note.emissions", factor=both(factor, 1))
        for source in dict.fromkeys(b.rate.source for b in run.costs.burnt):
            note = note + Text.same(" ") + source + Text.same("." if not source.en.endswith(".") else "")
        made.append(
            SheetTable(
                "emissions",
                say("sheet.title.emissions"),
                tuple(say(f"twin.head.{h}") for h in heads),
                tuple(rows),
                note=note,
            )
        )
    return made


def _once(text: Text) -> Text:
    """Each sentence of a note once."""
    return Text(*(" ".join(dict.fromkeys(t.replace(". ", ".\n").split("\n"))) for t in (text.en, text.es)))


def _hours(run: Run) -> list[SheetTable]:
    """The mean wait by hour of arrival, a column per line."""
    say = run.catalog.message
    served = [s.line for s in run.summary.stages if s.stage == PRIMARY and s.wait.measured]
    if not served:
        return []
    names = line_names(run.catalog, run.scenario)
    by = {(h.hour, h.line): h.wait.mean for h in run.summary.hourly}
    hours = sorted({hour for hour, _ in by})
    rows = tuple((Text.same(clock(60 * hour)), *(both(by[hour, line].mean, 1) for line in served)) for hour in hours)
    return [
        SheetTable(
            "hours",
            say("sheet.title.hours"),
            (say("twin.head.hour"), *(names[line] for line in served)),
            rows,
            folded=True,
        )
    ]


def _csv(rows: list[run_records.Record], run: Run) -> bytes:
    """Rows as CSV; each line bears what a result must not be parted from."""
    text = io.StringIO()
    origin = {
        "simulated": "true",
        "seed": run.summary.seed,
        "replications": run.summary.replications,
        "version": run.version,
        "scenario_hash": run.hash,
    }
    if rows:
        writer = csv.DictWriter(text, [*rows[0], *origin], lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, **origin} for row in rows)
    return text.getvalue().encode()


def _number(value: object) -> float | int:
    if isinstance(value, Decimal):
        return float(value) if value != value.to_integral_value() else int(value)
    raise TypeError(type(value).__name__)
