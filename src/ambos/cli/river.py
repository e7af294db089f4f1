"""`ambos river status` and `ambos river scenario`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from ambos.cli.common import Period, as_json, common, language, print_answer, print_json, workspace
from ambos.cli.language import LANGUAGE, tr


class Feet(click.ParamType[Decimal]):
    """A level in feet, exact to its last digit."""

    name = tr("feet", "pies")

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read ``1065.85``."""
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return self.fail(
                tr(
                    f"{value!r} is not a level in feet; write 1065.85.",
                    f"{value!r} no es una elevación en pies; escriba 1065.85.",
                ),
                param,
                ctx,
            )


@click.group(
    "river",
    help=tr(
        "The shared water of the Colorado River: cuts of both countries by the rules in force.",
        "El agua compartida del río Colorado: reducciones de ambos países según las reglas vigentes.",
    ),
)
@language
def command() -> None:
    """What there is of the river."""


@command.command(
    "status",
    help=tr(
        "Print the tier of a year, each party's cut by part, and how far the next tier is.",
        "Muestra el nivel de escasez de un año, la reducción de cada parte y la distancia al nivel vecino.",
    ),
    epilog=tr(
        "Example: ambos river status --elevation 1047.61 --year 2023",
        "Ejemplo: ambos river status --elevation 1047.61 --year 2023",
    ),
)
@click.option(
    "--elevation",
    type=Feet(),
    metavar=tr("FEET", "PIES"),
    help=tr(
        "Level of Lake Mead projected for 1 January; the one that was projected, if not given.",
        "Elevación del lago Mead proyectada para el 1 de enero; la que se proyectó, si no se indica.",
    ),
)
@click.option(
    "--as-of",
    type=Period(last=True),
    help=tr(
        "The condition in force on this day, from what was known on it.",
        "La condición vigente ese día, con lo que se conocía entonces.",
    ),
)
@click.option("--year", type=int, metavar=tr("YEAR", "AÑO"), help=tr("Calendar year.", "Año calendario."))
@click.option(
    "--observed",
    is_flag=True,
    help=tr(
        "The level is an observed one; without --elevation, that of the last 31 December.",
        "La elevación es observada; sin --elevation, la del 31 de diciembre anterior.",
    ),
)
@as_json
@common
def status(
    elevation: Decimal | None,
    as_of: date | None,
    year: int | None,
    observed: bool,
    as_json: bool,
    folder: Path,
    region: str,
) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.river import status as ask
    from ambos.flows.river_tables import heading, record, rules, tables

    opened = workspace(folder, region)
    found = ask(opened, elevation=elevation, as_of=as_of, year=year, observed=observed)
    if as_json:
        print_json(record(found, opened.catalog))
        return
    click.echo(heading(found, opened.catalog)[LANGUAGE])
    print_answer(tables(found, opened.catalog), [*rules(found, opened.catalog), *found.notes])


@command.command(
    "scenario",
    help=tr(
        "Print what alternatives for the years after 2026 would cut, side by side. None is in force.",
        "Muestra lo que reducirían las alternativas para los años después de 2026. Ninguna está vigente.",
    ),
    epilog=tr(
        "Example: ambos river scenario --elevation 1041.06",
        "Ejemplo: ambos river scenario --elevation 1041.06",
    ),
)
@click.option(
    "--elevation",
    type=Feet(),
    metavar=tr("FEET", "PIES"),
    help=tr(
        "One level of Lake Mead; the curves, if not given.", "Una elevación del lago Mead; las curvas, si no se indica."
    ),
)
@click.option(
    "--set",
    "names",
    multiple=True,
    metavar=tr("NAME", "NOMBRE"),
    help=tr("An alternative, by id; repeatable.", "Una alternativa, por clave; se puede repetir."),
)
@as_json
@common
def scenario(elevation: Decimal | None, names: tuple[str, ...], as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.river_scenarios import compare, notes, record, tables

    opened = workspace(folder, region)
    compared = compare(opened, elevation=elevation, names=names)
    if as_json:
        print_json(record(compared, opened.catalog))
        return
    print_answer(tables(compared, opened.catalog), notes(compared, opened.catalog))
