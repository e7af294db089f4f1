"""`ambos show`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from ambos.cli.common import NAME, DayKnown, Period, as_json, common, option, print_csv, workspace
from ambos.cli.door import SCHEMA, show
from ambos.cli.language import LANGUAGE, tr


@click.command(
    "show",
    help=tr(
        "Print a series or an indicator. ambos series lists them, ambos places the places.",
        "Muestra una serie o un indicador. ambos series los enumera; ambos places, los lugares.",
    ),
    epilog=tr(
        "Example: ambos show crossings.trucks --freq A --from 2015",
        "Ejemplo: ambos show crossings.trucks --freq A --from 2015",
    ),
)
@click.argument("series", metavar=tr("SERIES", "SERIE"))
@option(
    "--place",
    "places",
    multiple=True,
    metavar=NAME,
    en="Place, by code or name; repeatable.",
    es="Lugar, por clave o nombre; se puede repetir.",
)
@option(
    "--item",
    "items",
    multiple=True,
    metavar=NAME,
    en="Item (* for each, _T for the total); repeatable.",
    es="Concepto (* para cada uno, _T para el total); se puede repetir.",
)
@option("--from", "start", type=Period(last=False), en="First period.", es="Primer periodo.")
@option("--to", "end", type=Period(last=True), en="Last period.", es="Último periodo.")
@option(
    "--freq",
    "frequency",
    type=click.Choice(["A", "M", "D", "H", "all"]),
    en="Annual, monthly, daily, hourly, or one figure of it all.",
    es="Anual, mensual, diaria, horaria o una sola cifra de todo.",
)
@option("--as-of", type=DayKnown(), en="What was known on this day.", es="Lo que se conocía ese día.")
@option(
    "--currency",
    default="",
    metavar="USD|MXN",
    en="Show money in this currency.",
    es="Muestra el dinero en esta moneda.",
)
@option(
    "--year",
    "year_basis",
    type=click.Choice(["calendar", "fiscal"]),
    default="calendar",
    show_default=True,
    en="Calendar or US fiscal year (October to September).",
    es="Año calendario o año fiscal de EE. UU. (octubre a septiembre).",
)
@option("--plot", is_flag=True, en="Draw it in the terminal.", es="Dibuja en la terminal.")
@option("--csv", "as_csv", is_flag=True, en="Print CSV.", es="Imprime CSV.")
@as_json
@SCHEMA
@common
def command(
    folder: Path,
    region: str,
    *,
    as_of: date | None,
    currency: str,
    plot: bool,
    as_csv: bool,
    as_json: bool,
    as_schema: bool,
    **asked: Any,
) -> None:
    """Show figures as a table, a plot, JSON or CSV."""
    from ambos.flows.data.figures import answer, gaps
    from ambos.flows.data.show import show as ask
    from ambos.model.answer import flat_rows

    if as_csv and as_json:
        raise click.UsageError(tr("Choose --csv or --json, not both.", "Elija --csv o --json, no ambas."))
    opened, currency = workspace(folder, region), currency.upper()
    shown = ask(opened, as_of=as_of, currency=currency, **asked)
    made = answer(opened, shown, as_of=as_of, currency=currency, for_people=not (as_json or as_schema or as_csv))
    if as_csv:
        print_csv(*flat_rows(made.tables[0]))
        return
    if plot and not (as_json or as_schema):
        from ambos.cli.plot import draw

        draw(shown, opened.catalog)
        for line in gaps(shown, opened.catalog):
            click.echo(line[LANGUAGE])
        made = replace(made, tables=made.tables[:1])
    show(made, as_json=as_json, as_schema=as_schema)
