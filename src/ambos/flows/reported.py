"""Simulated beside reported waits: a year as the twin plays it, hour by hour, beside CBP's archive.

Nothing is tuned: lanes are those that CBP reports open, services are the default laws, demand is the monthly total of
the port shared out by the definitions. The difference is shown as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ambos.catalog.twin import load_twin
from ambos.crossing.defaults import SEED, YEAR_REPLICATIONS
from ambos.crossing.intervals import HOUR_REPLICATIONS, Estimate, Waits
from ambos.crossing.totals import QUARTER, Floats, Totals
from ambos.errors import NoData
from ambos.flows.run_names import class_name, crossing_name
from ambos.flows.show import show
from ambos.flows.simulate import SIMULATED, Progress
from ambos.flows.simulate_year import Year, simulate_year
from ambos.flows.workspace import Workspace
from ambos.model.crossing import Line
from ambos.model.table import TextTable
from ambos.numbers import both
from ambos.text import Text

HOURS = 24
#: Quarter-hours in an hour.
QUARTERS = int(60 / QUARTER)

#: What is to be known of the comparison.
NOTES = (
    Text(
        "Not tuned. The simulated wait is that of the travellers who arrive in the hour; the reported one is an officer's estimate, mostly by eye and rounded, over all days held, each report counting the same.",
        "Sin ajuste. La espera simulada es la de los usuarios que llegan en esa hora; la reportada es la estimación de un oficial, en su mayoría a simple vista y redondeada, de todos los días disponibles; cada reporte cuenta igual.",
    ),
    Text(
        "The course of demand over the day was estimated from the same waits and lanes, so that the hours are not an independent test; the level is that of the monthly totals of the port, and it is.",
        "El curso de la demanda en el día se estimó con las mismas esperas y carriles, de modo que las horas no son una prueba independiente; el nivel es el de los totales mensuales del puerto, y sí lo es.",
    ),
)


_LINE = Text("Line", "Fila")
_SIMULATED, _REPORTED = Text("Simulated", "Simulada"), Text("Reported", "Reportada")
_HOUR_HEADS = (
    Text("Hour", "Hora"),
    Text("Travellers a day", "Usuarios por día"),
    Text("Lanes", "Carriles"),
    Text("Lanes reported", "Carriles reportados"),
    _SIMULATED,
    _REPORTED,
    Text("Reported, median", "Reportada, mediana"),
    Text("Reports", "Reportes"),
)
_LINE_HEADS = (
    Text("Hours", "Horas"),
    _SIMULATED,
    _REPORTED,
    Text("Mean difference by hour", "Diferencia media por hora"),
    Text("Correlation of the hours", "Correlación de las horas"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What the archive says of a line in an hour of the day, all days together. Minutes; lanes."""

    mean: float
    median: float | None
    lanes: float | None
    reports: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line in an hour of the day.

    Attributes
    ----------
    line : Line
    hour : int
    travellers : float
        A day, simulated, of those whose wait is known.
    lanes : float
        Lanes open, simulated.
    simulated : Estimate
        Mean wait of primary by hour of arrival, minutes; the interval is of the simulation's chance only.
    reported : Report or None
        None where the archive has too few reports.
    """

    line: Line
    hour: int
    travellers: float
    lanes: float
    simulated: Estimate
    reported: Report | None


@dataclass(frozen=True, slots=True)
class Fit:
    """A line over the hours in which it was both simulated and reported, each hour counting the same. Minutes.

    Attributes
    ----------
    line : Line
    hours : int
    simulated, reported : float
        Mean waits.
    apart : float
        Mean absolute difference of the hourly means.
    together : float or None
        Correlation of the hourly means; None with fewer than three hours or where one of them never changes.
    """

    line: Line
    hours: int
    simulated: float
    reported: float
    apart: float
    together: float | None


@dataclass(frozen=True, slots=True)
class Reported:
    """A year and its waits beside the archive's, by line and hour."""

    year: Year
    rows: tuple[Row, ...]

    def fits(self) -> tuple[Fit, ...]:
        """How near the two are, line by line; a line without common hours is left out."""
        found = []
        for name in dict.fromkeys(row.line.id for row in self.rows):
            pairs = [
                (row.simulated.mean, row.reported.mean, row.line)
                for row in self.rows
                if row.line.id == name and row.reported and row.simulated.mean is not None
            ]
            if pairs:
                ours, theirs = (np.array([pair[k] for pair in pairs], dtype=float) for k in (0, 1))
                varied = len(pairs) > 2 and ours.std() > 0 and theirs.std() > 0
                found.append(
                    Fit(
                        line=pairs[0][2],
                        hours=len(pairs),
                        simulated=float(ours.mean()),
                        reported=float(theirs.mean()),
                        apart=float(np.abs(ours - theirs).mean()),
                        together=float(np.corrcoef(ours, theirs)[0, 1]) if varied else None,
                    )
                )
        return tuple(found)


@dataclass
class _Hours:
    """A line's waits by replication and hour (the four arrays of `Waits`), and its lanes by hour, added over days."""

    line: Line
    waits: list[Any]
    lanes: Floats
    days: int = 0


def reported(
    workspace: Workspace,
    year: int,
    *,
    ports: Sequence[str] = (),
    every: bool = False,
    replications: int = YEAR_REPLICATIONS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Reported:
    """Play a year and set its waits beside those of the archive.

    Parameters and errors are those of `ambos.flows.simulate_year.simulate_year`.
    """
    held: dict[str, _Hours] = {}

    def add(totals: Totals, days: int) -> None:
        for at, line in enumerate(totals.scenario.lines):
            waits = [
                values[:, at].reshape(days, replications, HOURS).sum(axis=0)
                for values in (totals.hour_n, totals.hour_sum, totals.hour_left, totals.hour_left_sum)
            ]
            lanes = totals.lanes[:, at].mean(axis=0).reshape(HOURS, QUARTERS).mean(axis=1) * days
            own = held.setdefault(line.id, _Hours(line, [0 * values for values in waits], 0 * lanes))
            own.waits = [before + new for before, new in zip(own.waits, waits, strict=True)]
            own.lanes = own.lanes + lanes
            own.days += days

    played = simulate_year(
        workspace, year, ports=ports, every=every, replications=replications, seed=seed, progress=progress, each=add
    )
    modes = load_twin(workspace.catalog, weeks=False).modes
    told = {place: archive(workspace, place) for place in dict.fromkeys(own.line.crossing for own in held.values())}
    rows = tuple(
        Row(
            line=own.line,
            hour=hour,
            travellers=float(own.waits[0][:, hour].mean()) / own.days,
            lanes=float(own.lanes[hour]) / own.days,
            simulated=Waits(*(values[:, hour] for values in own.waits)).mean(HOUR_REPLICATIONS),
            reported=told[own.line.crossing].get((modes[own.line.mode].waits, own.line.lane_class, hour)),
        )
        for own in held.values()
        for hour in range(HOURS)
    )
    return Reported(played, rows)


def archive(workspace: Workspace, place: str) -> dict[tuple[str, str, int], Report]:
    """What the archive says of a crossing by mode, class and hour, over all days held; empty if it says nothing."""
    found: dict[str, dict[tuple[str, str, int], tuple[float, int]]] = {}
    for series in ("waits.mean_by_hour", "waits.median_by_hour", "waits.lanes_open_by_hour"):
        found[series] = {}
        if workspace.catalog.places[place].kind != "crossing":
            continue  # a port without crossings of its own is not in the archive
        try:
            shown = show(workspace, series, places=(place,), frequency="all")
        except NoData:
            continue
        for row in shown.rows():
            mode, lane_class, hour = str(row["item"]).split("/")
            value, number = row["value"], row["n"]
            if isinstance(value, int | float) and isinstance(number, int):
                found[series][mode, lane_class, int(hour)] = (float(value), number)
    medians, lanes = found["waits.median_by_hour"], found["waits.lanes_open_by_hour"]
    return {
        key: Report(mean, medians[key][0] if key in medians else None, lanes[key][0] if key in lanes else None, number)
        for key, (mean, number) in found["waits.mean_by_hour"].items()
    }


def tables(found: Reported) -> list[TextTable]:
    """The hours, and how near the two are by line."""
    catalog = found.year.workspace.catalog

    def named(line: Line) -> Text:
        return crossing_name(catalog, line.crossing) + Text.same(": ") + class_name(catalog, line)

    hours = tuple(
        (
            named(row.line),
            Text.same(f"{row.hour:02}"),
            both(row.travellers),
            both(row.lanes, 1),
            both(row.reported.lanes if row.reported else None, 1),
            both(row.simulated.mean, 1),
            both(row.reported.mean if row.reported else None, 1),
            both(row.reported.median if row.reported else None, 1),
            both(row.reported.reports if row.reported else 0),
        )
        for row in found.rows
        if row.reported or row.simulated.mean is not None
    )
    lines = tuple(
        (named(f.line), both(f.hours), both(f.simulated, 1), both(f.reported, 1), both(f.apart, 1), both(f.together, 2))
        for f in found.fits()
    )
    title = Text(
        "Waits simulated for {year} beside those reported, minutes",
        "Esperas simuladas para {year} junto a las reportadas, minutos",
    ).format(year=str(found.year.year))
    return [
        TextTable("reported-hours", title, (_LINE, *_HOUR_HEADS), hours, texts=2),
        TextTable("reported-lines", title, (_LINE, *_LINE_HEADS), lines),
    ]


def record(found: Reported) -> dict[str, Any]:
    """The comparison as plain mappings, for ``--json``. Minutes."""
    return {
        "simulated": True,
        "year": found.year.year,
        "seed": found.year.seed,
        "replications": found.year.replications,
        "travellers_simulated": found.year.travellers,
        "notes": [n.record() for n in notes(found)],
        "results": [
            {
                "crossing": row.line.crossing,
                "line": row.line.id,
                "mode": row.line.mode,
                "class": row.line.lane_class,
                "hour": row.hour,
                "travellers_a_day": row.travellers,
                "lanes_simulated": row.lanes,
                "mean_wait_min": row.simulated.mean,
                "ci95_low": row.simulated.low,
                "ci95_high": row.simulated.high,
                "lanes_reported": row.reported.lanes if row.reported else None,
                "reported_mean_min": row.reported.mean if row.reported else None,
                "reported_median_min": row.reported.median if row.reported else None,
                "reports": row.reported.reports if row.reported else 0,
            }
            for row in found.rows
        ],
        "lines": [
            {
                "line": fit.line.id,
                "hours": fit.hours,
                "mean_wait_min": fit.simulated,
                "reported_mean_min": fit.reported,
                "mean_absolute_difference_min": fit.apart,
                "correlation": fit.together,
            }
            for fit in found.fits()
        ],
    }


def notes(found: Reported) -> tuple[Text, ...]:
    """What the comparison rests on."""
    return (SIMULATED, *NOTES, *(note for note in found.year.notes if note != SIMULATED))
