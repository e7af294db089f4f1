"""`ambos show`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ambos.cli.common import DayKnown, Period, as_json, common, print_csv, print_json, print_table, workspace
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
    """Parse, call the flow, print."""
    from ambos.flows.data.show import left_out, show

    if as_csv and as_json:
        raise click.UsageError(tr("Choose --csv or --json, not both.", "Elija --csv o --json, no ambas."))
    opened = workspace(folder, region)
    shown = show(
        opened,
        series,
        places=places,
        items=items,
        start=start,
        end=end,
        frequency=frequency,  # type: ignore[arg-type]  # click.Choice has checked it
        as_of=as_of,
        currency=currency.upper(),
        year_basis=year_basis,  # type: ignore[arg-type]
    )
    rows = shown.rows()
    if as_json:
        print_json(rows)
        return
    if as_csv:
        print_csv(rows[0], (row.values() for row in rows))
        return
    from ambos.cli.figures import draw, gaps, marks, tabulate
    from ambos.flows.data.check import findings_beside
    from ambos.flows.data.touching import note_of, other_events

    if plot:
        draw(shown, opened.catalog)
        for line in gaps(shown, opened.catalog):
            click.echo(line)
    else:
        headings, cells = tabulate(shown, opened.catalog)
        print_table(headings, cells, title=shown.what.title[LANGUAGE])
        statuses = opened.catalog.codelists["statuses"].codes
        for status in marks(shown):
            click.echo(f"{status}: {statuses[status].name[LANGUAGE]}")
    if without := left_out(shown):
        click.echo(f"· {without[LANGUAGE]}")
    for found in shown.breaks:
        click.echo(f"· {note_of(found, opened.catalog)[LANGUAGE]}")
    if named := other_events(opened.catalog, shown):
        click.echo(f"· {named[LANGUAGE]}")
    beside, more = findings_beside(opened, shown, as_of)
    for finding in beside:
        weight = opened.catalog.message(f"brief.page.{finding.severity}")
        click.echo(f"· {weight[LANGUAGE]}: {finding.text[LANGUAGE]}")
    if more:
        click.echo(f"· {opened.catalog.message('break.more', count=str(more))[LANGUAGE]}")
    if currency and currency.upper() != getattr(shown.what, "currency", ""):
        said = tr(
            f"The amounts were changed into {currency.upper()} at the mean rate of each period and rounded to as many digits as it has.",
            f"Los montos se convirtieron a {currency.upper()} con el tipo de cambio medio de cada periodo y se redondearon a tantas cifras como este tiene.",
        )
        click.echo(f"· {said}")
    for warning in shown.what.warnings:
        click.echo(f"· {warning[LANGUAGE]}")
    for source in shown.sources:
        click.echo(
            f"{opened.catalog.message('column.source')[LANGUAGE]}: {opened.catalog.sources[source].citation[LANGUAGE]}"
        )
