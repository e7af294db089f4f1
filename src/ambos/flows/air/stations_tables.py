"""The hours and the health of stations as tables and as records."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from ambos.flows.air.stations import Came, Health, Hours
from ambos.flows.workspace import Workspace
from ambos.model.table import TextTable
from ambos.numbers import MISSING, both
from ambos.text import Text

#: Columns of a file of a station's hours, which the other commands of the air read.
COLUMNS = (
    "station",
    "time",
    "pollutant",
    "value",
    "unit",
    "network",
    "monitor",
    "status",
    "qualifier",
    "given",
    "clock",
)


def tables(health: Health, workspace: Workspace) -> list[TextTable]:
    """What was asked, and what came, hours on the clock of UTC."""
    name = workspace.catalog.name

    def stamp(at: datetime | None) -> Text:
        return Text.same(f"{at:%Y-%m-%d %H:%M}" if at else MISSING)

    asked = TextTable(
        "air-asked",
        Text("What was asked (UTC)", "Lo que se pidió (UTC)"),
        (
            Text("Network", "Red"),
            Text("Last", "Última vez"),
            Text("Good answers", "Respuestas buenas"),
            Text("Failures", "Fallas"),
        ),
        tuple(
            (name("air_networks", a.network), stamp(a.last), both(a.answers), both(a.failures)) for a in health.asked
        ),
        texts=2,
    )

    def row(c: Came) -> tuple[Text, ...]:
        gap = both(c.gap)
        if c.gap_start is not None:
            gap += Text.same(f" ({c.gap_start:%Y-%m-%d})")
        share = both(100 * c.held / c.hours, 1) + Text.same(" %")
        return (
            name("air_networks", c.network),
            Text.same(c.station),
            name("pollutants", c.pollutant),
            Text.same(c.monitor),
            stamp(c.first),
            stamp(c.last),
            both(c.held),
            share,
            both(c.invalid),
            gap,
        )

    came = TextTable(
        "air-came",
        Text("What came (hours with a value)", "Lo que llegó (horas con valor)"),
        (
            Text("Network", "Red"),
            Text("Station", "Estación"),
            Text("Pollutant", "Contaminante"),
            Text("Monitor", "Monitor"),
            Text("First hour (UTC)", "Primera hora (UTC)"),
            Text("Last hour (UTC)", "Última hora (UTC)"),
            Text("Hours", "Horas"),
            Text("Of the span", "Del lapso"),
            Text("Missing or invalid rows", "Renglones sin valor"),
            Text("Longest gap, hours", "Hueco más largo, horas"),
        ),
        tuple(row(c) for c in health.came),
        texts=6,
    )
    months = TextTable(
        "air-months",
        Text("SINAICA by the month", "SINAICA por mes"),
        (
            Text("Station", "Estación"),
            Text("Pollutant", "Contaminante"),
            Text("Asked from", "Pedido desde"),
            Text("to", "hasta"),
            Text("Months asked", "Meses pedidos"),
            Text("Months with readings", "Meses con lecturas"),
        ),
        tuple(
            (
                Text.same(m.station),
                name("pollutants", m.pollutant),
                Text.same(m.first),
                Text.same(m.last),
                both(m.asked),
                both(m.answered),
            )
            for m in health.months
        ),
        texts=4,
    )
    return [asked, months, came]


def notes(health: Health) -> list[Text]:
    """Failures in words, and the stations of which nothing is held."""
    found = [Text.same(f"{a.network}: ") + a.error for a in health.asked if a.error]
    if health.silent:
        ids = ", ".join(s.id for s in health.silent)
        found.append(Text(f"Nothing is held of: {ids}.", f"No se tiene nada de: {ids}."))
    return found


def record(health: Health) -> dict[str, object]:
    """The health for JSON."""
    return {
        "asked": [{**asdict(a), "error": asdict(a.error) if a.error else None} for a in health.asked],
        "months": [asdict(m) for m in health.months],
        "came": [asdict(c) for c in health.came],
        "silent": [s.id for s in health.silent],
    }


def taken(hours: Hours, workspace: Workspace) -> list[Text]:
    """Which network and monitor each pollutant is of, and what is assumed of the hours."""
    name = workspace.catalog.name
    found = [
        name("pollutants", p) + Text.same(": ") + name("air_networks", network) + Text.same(f" ({monitor})")
        for p, network, monitor in hours.taken
    ]
    if hours.below_zero:
        said = Text("Values below zero that count as 0: {count}.", "Valores bajo cero que cuentan como 0: {count}.")
        found.append(said.format(count=both(hours.below_zero)))
    if (hours.frame["clock"] != "utc").any():
        found.append(
            Text(
                "The source does not say which clock its hours follow: the region's own is assumed.",
                "La fuente no dice qué reloj siguen sus horas: se supone el de la región.",
            )
        )
    return found
