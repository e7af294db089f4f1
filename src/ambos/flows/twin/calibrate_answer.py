"""Tabulate a calibration: parameters with intervals, the fit by hour, the test on months not seen, and what can be known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ambos import __version__
from ambos.catalog import Catalog
from ambos.catalog.twin import find_crossings
from ambos.crossing.calibrate.fit import HOURS, WEEK
from ambos.crossing.port_notes import why
from ambos.errors import NoData
from ambos.flows.twin.calibrate import Calibration, LineResult
from ambos.flows.twin.cells import (
    STANDINGS,
    Field,
    crossing_name,
    heads,
    interval,
    minutes,
    percent,
    shown,
    tabulate,
)
from ambos.flows.twin.port_days import PortDays
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Named, Shown, Table
from ambos.model.twin import CrossingFacts, Twin
from ambos.numbers import both
from ambos.text import Text, joined

#: Standard deviations of a normal law on either side of a 95 % interval.
_NORMAL_95 = 1.96
#: Share of hours without a queue from which the load of a line is said to be only bounded.
MOSTLY_IDLE = 0.6

METHOD = Text(
    "Estimated, not measured. Demand is what fits the reported waits under the lanes open: work in line + load − lanes, never below"
    " 0, an officer's report being a rounded, noisy look at the work in line. Days drawn from it, under the lanes really open,"
    " were then held against the reports, and the mean load of each hour and its spread moved until both agreed; last, the level"
    " of each line until the simulation itself gives the mean wait reported.",
    "Estimado, no medido. La demanda es la que concuerda con las esperas reportadas bajo los carriles abiertos: trabajo en la fila +"
    " carga − carriles, nunca menos de 0; el reporte de un oficial es una mirada redondeada e imprecisa al trabajo en la fila. Luego"
    " se compararon con los reportes los días sorteados bajo los carriles que de verdad abrieron, y se movieron la carga media"
    " de cada hora y su variación hasta que ambos coincidieron; al final, el nivel de cada línea hasta que la propia simulación da"
    " la espera media reportada.",
)
SCALE = Text(
    "Waits tell only the product of travellers and minutes of inspection. What one lane inspects in an hour is pinned by the monthly"
    " crossings counted at the port; they are not counted by crossing or class, so the split between them is estimated, and months"
    " of an earlier year stand in for those not held.",
    "Las esperas solo revelan el producto de usuarios por minutos de inspección. Lo que un carril inspecciona en una hora se fija con"
    " los cruces mensuales contados en el puerto; no se cuentan por cruce ni por clase, así que el reparto entre ellos es"
    " estimado, y meses de un año anterior sustituyen a los que no se tienen.",
)
LANES = Text(
    "Lanes are opened because waits are long: “follows the day's lanes” is what a day's lanes tell of its demand (1: demand is as much"
    " higher as the lanes), not what opening a lane does.",
    "Los carriles se abren porque las esperas son largas: “sigue a los carriles del día” es lo que los carriles de un día dicen de su"
    " demanda (1: la demanda es tanto mayor como los carriles), no lo que provoca abrir un carril.",
)
SERVICE = Text(
    "That a lane inspects more or fewer travellers with the number of lanes open or the hour could not be told from the demand by"
    " these reports: one rate for each class is used, and what depends on the hour is in the load.",
    "Con estos reportes no se pudo distinguir de la demanda si un carril inspecciona más o menos según los carriles abiertos o la"
    " hora: se usa una tasa por clase, y lo que depende de la hora queda en la carga.",
)


def answer(calibration: Calibration) -> Answer:
    """Tabulate a calibration."""
    catalog = calibration.catalog
    lines = calibration.lines
    line = _line_fields(catalog, len(calibration.crossings) > 1, lambda item: item)
    title = joined([crossing_name(catalog, c.place) for c in calibration.crossings], " · ")
    return Answer(
        "calibrate",
        title + Text(": calibrated demand and inspection", ": demanda e inspección calibradas"),
        (_parameters(catalog, lines, line), _tested(catalog, lines, line), *_hours(catalog, calibration, lines)),
        {
            "estimated": True,
            "version": __version__,
            "crossings": tuple(c.id for c in calibration.crossings),
            "first": min(x.known.first for x in lines),
            "last": max(x.known.last for x in lines),
        },
        _notes(calibration),
    )


def in_use(workspace: Workspace, places: Sequence[str]) -> Answer | None:
    """Tabulate what is calibrated of crossings and in use, embedded or kept in the workspace; None if nothing is.

    Parameters
    ----------
    workspace : Workspace
    places : sequence of str
        Ids of crossings.
    """
    twin = PortDays(workspace).twin
    return _in_use(workspace.catalog, twin, [c for c in twin.crossings.values() if c.place in places])


def calibrated(workspace: Workspace, crossing: str) -> Answer:
    """Tabulate what is calibrated of a crossing, or of all those of a port, and in use.

    Parameters
    ----------
    workspace : Workspace
    crossing : str
        Id or name.

    Raises
    ------
    UnknownName
        If there is no such crossing.
    NoData
        If nothing of it is calibrated.
    """
    catalog, twin = workspace.catalog, PortDays(workspace).twin
    crossings = find_crossings(catalog, twin, crossing)
    made = _in_use(catalog, twin, crossings)
    if made is None:
        names = joined([crossing_name(catalog, c.place) for c in crossings], " · ")
        raise NoData(what=names + Text(": calibration", ": calibración"))
    return made


def _in_use(catalog: Catalog, twin: Twin, crossings: Sequence[CrossingFacts]) -> Answer | None:
    lines = tuple(
        LineResult(c, line, line.calibrated, None) for c in crossings for line in c.lines if line.calibrated is not None
    )
    return answer(Calibration(catalog, twin, tuple(crossings), lines, ())) if lines else None


def _line_fields(catalog: Catalog, crossings: bool, of: Callable[[Any], LineResult]) -> list[Field]:
    def name(item: Any) -> Cell:
        line = of(item)
        id = f"{line.crossing.id}.{line.facts.mode}.{line.facts.lane_class}"
        return Named(id, _name(catalog, line, crossings))

    return [
        Field("crossing", None, lambda item: of(item).crossing.place),
        Field("mode", None, lambda item: of(item).facts.mode),
        Field("class", None, lambda item: of(item).facts.lane_class),
        Field("line", catalog.message("twin.head.line"), name),
    ]


def _name(catalog: Catalog, line: LineResult, crossing: bool) -> Text:
    kind = catalog.message(f"twin.mode.{line.facts.mode}") + Text.same(" · ")
    made = kind + catalog.name("lanes", line.facts.lane_class)
    return crossing_name(catalog, line.crossing.place) + Text.same(": ") + made if crossing else made


def _ends(mean: float, spread: float) -> tuple[float, float]:
    """Both ends of the 95 % interval of what is lognormal."""
    away = math.exp(_NORMAL_95 * spread)
    return mean / away, mean * away


def _load(line: LineResult) -> float:
    """Lane-hours of a mean day."""
    return math.fsum(sum(load) for load in line.known.load.values()) / WEEK


def _parameters(catalog: Catalog, lines: tuple[LineResult, ...], line: list[Field]) -> Table:
    head, title = heads(catalog), catalog.message("sheet.title.calibrated")

    def ends(key: str, label: Text, of: Callable[[LineResult], tuple[float, float]], decimals: int = 0) -> list[Field]:
        return [
            Field(f"{key}_interval", label, lambda x: interval(*of(x), decimals), kept=None, side="right"),
            Field(f"{key}_low", None, lambda x: of(x)[0]),
            Field(f"{key}_high", None, lambda x: of(x)[1]),
        ]

    def day_to_day(x: LineResult) -> float:
        spread = [s for s in x.known.spread if s > 0]
        return 100 * (math.exp(math.sqrt(sum(s * s for s in spread) / len(spread))) - 1) if spread else 0.0

    fields = [
        *line,
        Field("first", None, lambda x: x.known.first),
        Field("last", None, lambda x: x.known.last),
        Field("days", None, lambda x: x.known.days),
        Field("reports", head("reports"), lambda x: x.known.reports),
        Field("per_hour", head("per_hour"), lambda x: x.known.per_hour),
        *ends("per_hour", head("interval"), lambda x: _ends(x.known.per_hour, x.known.per_hour_spread)),
        Field("lane_hours", head("lane_hours"), _load, 1),
        *ends("lane_hours", head("interval"), lambda x: _ends(_load(x), x.known.level), 1),
        Field("travellers_a_day", head("travellers_a_day"), lambda x: _load(x) * x.known.per_hour),
        Field("day_to_day_percent", head("day_to_day"), day_to_day),
        Field("follow_day", head("follow_day"), lambda x: x.known.follow_day, 2),
        Field("follow_hour", None, lambda x: x.known.follow_hour),
        Field("report_error_of_60_min", head("report_error"), lambda x: math.hypot(x.known.floor, 60 * x.known.share)),
        Field("idle", head("idle"), lambda x: Shown(x.known.idle, percent(x.known.idle, 0))),
        Field("fit_for_decisions", head("decisions"), lambda x: Named(x.known.standing, STANDINGS[x.known.standing])),
    ]
    return tabulate("lines", title, lines, fields)


def _tested(catalog: Catalog, lines: tuple[LineResult, ...], line: list[Field]) -> Table:
    head, title = heads(catalog), catalog.message("sheet.title.tested")

    def of(name: str) -> Callable[[LineResult], Any]:
        return lambda x: getattr(x.known.fitness, name)

    def wait(key: str, name: str) -> Field:
        return Field(key, head(name), lambda x: shown(of(key)(x), minutes(of(key)(x))))

    fields = [
        *line,
        Field("reports", head("tested_reports"), of("reports")),
        wait("reported", "reported_mean"),
        wait("drawn", "drawn_mean"),
        wait("reported_high", "reported_p90"),
        wait("drawn_high", "drawn_p90"),
        Field(
            "covered", head("covered"), lambda x: Shown(x.known.fitness.covered, percent(x.known.fitness.covered, 0))
        ),
        Field(
            "close",
            head("hours_close"),
            lambda x: Shown(x.known.fitness.close, Text.same(f"{x.known.fitness.close}/{x.known.fitness.hours}")),
        ),
        Field("hours", None, of("hours")),
        Field("hidden", head("hidden"), of("hidden")),
        wait("predicted_error", "predicted_error"),
        wait("interpolated_error", "interpolated_error"),
    ]
    return tabulate("tested", title, [x for x in lines if x.known.fitness], fields)


def _hours(catalog: Catalog, calibration: Calibration, lines: tuple[LineResult, ...]) -> list[Table]:
    say, head = catalog.message, heads(catalog)
    several = len(calibration.crossings) > 1
    line = _line_fields(catalog, several, lambda item: item[0])
    hour = Field("hour", head("hour"), lambda item: Shown(item[1], Text.same(f"{item[1]:02d}:00")), side="left")
    by_hour = [(x, h) for x in lines if x.held for h in range(HOURS) if np.isfinite(x.held.mean[h])]

    def wait(key: str, name: str) -> Field:
        def cell(item: tuple[LineResult, int]) -> Cell:
            value = float(getattr(item[0].held, name)[item[1]])
            return shown(value, minutes(value))

        return Field(key, head(key), cell)

    fitted = [
        *line,
        hour,
        Field("reports", head("reports"), lambda item: int(item[0].held.reports[item[1]])),
        wait("reported_mean", "mean"),
        wait("drawn_mean", "drawn_mean"),
        wait("reported_p90", "high"),
        wait("drawn_p90", "drawn_high"),
    ]
    load = [
        *line,
        Field("weekday", head("weekday"), lambda item: item[1]),
        Field("hour", head("hour"), lambda item: item[2]),
        Field("lane_hours", None, lambda item: item[0].known.load[item[1]][item[2]]),
        Field("travellers", None, lambda item: item[0].known.load[item[1]][item[2]] * item[0].known.per_hour),
    ]
    months = [
        *line,
        Field("month", None, lambda item: item[1]),
        Field("factor", None, lambda item: item[0].known.months[item[1] - 1] or None),
        Field("counted", None, lambda item: item[0].known.volumes[item[1] - 1]),
    ]
    return [
        tabulate("hours", say("sheet.title.fitted_hours"), by_hour, fitted),
        tabulate(
            "load",
            say("sheet.title.load"),
            [(x, w, h) for x in lines for w in range(1, WEEK + 1) for h in range(HOURS) if x.known.load[w][h] > 0],
            load,
            shown=False,
        ),
        tabulate(
            "months",
            say("sheet.title.month_levels"),
            [(x, m) for x in lines for m in range(1, 13)],
            months,
            shown=False,
        ),
    ]


def _notes(calibration: Calibration) -> tuple[Text, ...]:
    """What it rests on, what cannot be known, and which lines are not fit for decisions."""
    catalog = calibration.catalog
    notes = [METHOD, SCALE, LANES, SERVICE]
    for line in calibration.lines:
        name = _name(catalog, line, len(calibration.crossings) > 1)
        notes.append(name + Text.same(": ") + why(line.known) + Text.same("."))
        if line.known.idle > MOSTLY_IDLE:
            idle = both(100 * line.known.idle)
            notes.append(
                name
                + Text(
                    f": no queue in {idle.en} % of its hours, where the load is only known to be below the lanes; its level is that"
                    " of the monthly crossings.",
                    f": sin fila en {idle.es} % de sus horas, en las que solo se sabe que la carga es menor que los carriles; su nivel"
                    " es el de los cruces mensuales.",
                )
            )
    silent = [
        catalog.message(f"twin.mode.{mode}") + Text.same(" · ") + catalog.name("lanes", lane_class)
        for _, mode, lane_class in calibration.silent
    ]
    if silent:
        named = joined(silent, "; ")
        notes.append(
            Text(
                f"No waits are reported, so not calibrated: {named.en}.",
                f"Sin esperas reportadas, por lo que no se calibra: {named.es}.",
            )
        )
    return tuple(dict.fromkeys(notes))
