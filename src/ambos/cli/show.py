"""`ambos show`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from ambos.cli.common import DayKnown, Period, as_json, common, print_csv, workspace
from ambos.cli.door import show
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
@click.option(
    "--place",
    "places",
    multiple=True,
    metavar=tr("NAME", "NOMBRE"),
    help=tr("Place, by code or name; repeatable.", "Lugar, por clave o nombre; se puede repetir."),
)
@click.option(
    "--item",
    "items",
    multiple=True,
    metavar=tr("NAME", "NOMBRE"),
    help=tr(
        "Item (* for each, _T for the total); repeatable.",
        "Concepto (* para cada uno, _T para el total); se puede repetir.",
    ),
)
@click.option("--from", "start", type=Period(last=False), help=tr("First period.", "Primer periodo."))
@click.option("--to", "end", type=Period(last=True), help=tr("Last period.", "Último periodo."))
@click.option(
    "--freq",
    "frequency",
    type=click.Choice(["A", "M", "D", "H", "all"]),
    help=tr(
        "Annual, monthly, daily, hourly, or one figure of it all.",
        "Anual, mensual, diaria, horaria o una sola cifra de todo.",
    ),
)
@click.option("--as-of", type=DayKnown(), help=tr("What was known on this day.", "Lo que se conocía ese día."))
@click.option(
    "--currency",
    default="",
    metavar="USD|MXN",
    help=tr("Show money in this currency.", "Muestra el dinero en esta moneda."),
)
@click.option(
    "--year",
    "year_basis",
    type=click.Choice(["calendar", "fiscal"]),
    default="calendar",
    show_default=True,
    help=tr(
        "Calendar or US fiscal year (October to September).",
        "Año calendario o año fiscal de EE. UU. (octubre a septiembre).",
    ),
)
@click.option("--plot", is_flag=True, help=tr("Draw it in the terminal.", "Dibuja en la terminal."))
@click.option("--csv", "as_csv", is_flag=True, help=tr("Print CSV.", "Imprime CSV."))
@as_json
@common
def command(
    series: str,
    places: tuple[str, ...],
    items: tuple[str, ...],
    start: date | None,
    end: date | None,
    frequency: str | None,
    as_of: date | None,
    currency: str,
    year_basis: str,
    plot: bool,
    as_csv: bool,
    as_json: bool,
    folder: Path,
    region: str,
) -> None:
    """Show figures as a table, a plot, JSON or CSV."""
    from ambos.flows.data.figures import answer, gaps
    from ambos.flows.data.show import show as ask
    from ambos.model.answer import flat_rows

    if as_csv and as_json:
        raise click.UsageError(tr("Choose --csv or --json, not both.", "Elija --csv o --json, no ambas."))
    opened = workspace(folder, region)
    currency = currency.upper()
    shown = ask(
        opened,
        series,
        places=places,
        items=items,
        start=start,
        end=end,
        frequency=frequency,  # type: ignore[arg-type]  # click.Choice has checked it
        as_of=as_of,
        currency=currency,
        year_basis=year_basis,  # type: ignore[arg-type]
    )
    made = answer(opened, shown, as_of=as_of, currency=currency, for_people=not (as_json or as_csv))
    if as_csv:
        print_csv(*flat_rows(made.tables[0]))
        return
    if plot and not as_json:
        from ambos.cli.plot import draw

        draw(shown, opened.catalog)
        for line in gaps(shown, opened.catalog):
            click.echo(line[LANGUAGE])
        made = replace(made, tables=made.tables[:1])
    show(made, as_json=as_json)
