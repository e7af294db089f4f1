"""Simulated beside reported waits: a year as the twin plays it, hour by hour, beside CBP's archive.

Nothing is tuned: lanes are those that CBP reports open, services are the default laws, demand is the monthly total of
the port shared out by the definitions. The difference is shown as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ambos.crossing.defaults import SEED, YEAR_REPLICATIONS
from ambos.crossing.intervals import Estimate
from ambos.flows.twin.reports import Fit, Report
from ambos.flows.twin.run_names import class_name, crossing_name, minutes
from ambos.flows.twin.simulate import SIMULATED, Progress
from ambos.flows.twin.year import Year, simulate_year
from ambos.flows.workspace import Workspace
from ambos.model.crossing import Line
from ambos.model.table import TextTable
from ambos.numbers import both
from ambos.text import Text

HOURS = 24

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
class Reported:
    """A year and its waits beside the archive's, by line and hour."""

    year: Year
    rows: tuple[Row, ...]

    def fits(self) -> tuple[Fit, ...]:
        """How near the two are, line by line; a line without common hours is left out."""
        return tuple(f for f in self.year.fits() if f.hours)


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

    Parameters and errors are those of `ambos.flows.twin.year.simulate_year`.
    """
    year_played = simulate_year(
        workspace, year, ports=ports, every=every, replications=replications, seed=seed, progress=progress
    )
    rows = tuple(
        Row(
            line=own.line,
            hour=hour,
            travellers=float(own.waits.count[:, hour].mean()) / own.days,
            lanes=float(own.lanes[hour]) / own.days,
            simulated=own.wait_by_hour(hour),
            reported=year_played.reports.get((own.line.id, hour)),
        )
        for own in year_played.lines.values()
        for hour in range(HOURS)
    )
    return Reported(year_played, rows)


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
            minutes(row.simulated.mean, row.simulated.at_least),
            both(row.reported.mean if row.reported else None, 1),
            both(row.reported.median if row.reported else None, 1),
            both(row.reported.reports if row.reported else 0),
        )
        for row in found.rows
        if row.reported or row.simulated.mean is not None
    )
    lines = tuple(
        (
            named(f.line),
            both(f.hours),
            minutes(f.simulated, f.at_least),
            minutes(f.reported),
            both(f.apart, 1),
            both(f.together, 2),
        )
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
                "ci95_needs_replications": row.simulated.needed,
                "mean_is_lower_bound": row.simulated.at_least,
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
                "mean_is_lower_bound": fit.at_least,
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
