"""Limits of the ambient air of both countries, in force on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ambos.catalog.air import load_air
from ambos.flows.air.design import AVERAGES, NAMES, UNITS
from ambos.flows.air.exceed import COUNTRIES
from ambos.flows.workspace import Workspace
from ambos.model.air import AirLimit
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table
from ambos.text import Text


def limits(workspace: Workspace, *, day: date | None = None) -> Answer:
    """List the limits that hold on a day, by pollutant and mean.

    Parameters
    ----------
    workspace : Workspace
    day : date, optional
        Today in the region, if not given.

    Returns
    -------
    Answer
        Tables ``limits``, a row per limit, and ``countries``, both countries side by side.
    """
    day, message = day or workspace.today(), workspace.catalog.message
    held = [x for x in load_air().limits if x.since <= day and (x.until is None or day <= x.until)]
    order = [*NAMES], [*AVERAGES], [*COUNTRIES]
    held.sort(key=lambda x: (order[0].index(x.pollutant), order[1].index(x.average), order[2].index(x.country)))
    columns = (
        Column("pollutant", Text("Pollutant", "Contaminante")),
        Column("average", Text("Mean", "Promedio")),
        Column("country", Text("Country", "País")),
        Column("value", Text("Limit", "Límite"), exact=True),
        Column("unit", Text("Unit", "Unidad")),
        Column("from", message("brief.air.since"), side="left"),
        Column("to", Text("Until", "Hasta"), side="left"),
        Column("confirmed", Text("Confirmed", "Confirmado"), side="left"),
        Column("citation", message("column.source"), side="left"),
    )

    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Named(x.pollutant, NAMES[x.pollutant]),
            Named(x.average, AVERAGES[x.average]),
            Named(x.country, COUNTRIES[x.country]),
            str(x.value),
            UNITS[x.unit],
            x.since,
            x.until,
            not x.prior,
            x.citation,
        )
        for x in held
    )
    title = Text("Limits of the ambient air", "Límites del aire ambiente")
    unconfirmed = Text(
        "Not confirmed: part of it was not read in a document, mostly the first day.",
        "No confirmado: parte de él no se leyó en un documento, casi siempre el primer día.",
    )
    return Answer(
        "air.limits",
        title,
        (Table("limits", title, columns, rows), _countries(held)),
        {"day": day},
        (unconfirmed, message("brief.air.form")),
    )


def _countries(held: Sequence[AirLimit]) -> Table:
    """Tabulate limits by pollutant and mean, the countries side by side; a star marks what is not confirmed."""
    columns = [Column("pollutant", None), Column("average", None)]
    for country in COUNTRIES:
        columns += [Column(country, None), Column(f"{country}_from", None)]
    limits: dict[tuple[str, str, str], AirLimit] = {(x.pollutant, x.average, x.country): x for x in held}
    rows: list[tuple[Cell, ...]] = []
    for pollutant, average in dict.fromkeys((x.pollutant, x.average) for x in held):
        row: list[Cell] = [Named(pollutant, NAMES[pollutant]), Named(average, AVERAGES[average])]
        for own in (limits.get((pollutant, average, country)) for country in COUNTRIES):
            if own is None:
                row += [None, None]
                continue
            words = f"{own.value} {UNITS[own.unit]}{' *' if own.prior else ''}"
            row += [Shown(own.value, Text.same(words)), own.since]
        rows.append(tuple(row))
    return Table("countries", None, tuple(columns), tuple(rows), shown=False)
