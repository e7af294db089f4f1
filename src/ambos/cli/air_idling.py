"""`ambos air idling`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click

from ambos.cli.common import YEAR, Whole, as_json, common, print_answer, print_json, progress, workspace
from ambos.cli.language import tr


@click.command(
    "idling",
    short_help=tr(
        "What vehicles emit while they wait at the ports.",
        "Lo que emiten los vehículos mientras esperan en los puertos.",
    ),
    help=tr(
        "What trucks and cars emit while they wait at the ports of entry: crossings × waits × idle rates.",
        "Lo que emiten camiones y autos mientras esperan en los puertos de entrada: cruces × esperas × tasas en ralentí.",
    ),
    epilog=tr("Example: ambos air idling --year 2025 --less 20", "Ejemplo: ambos air idling --year 2025 --less 20"),
)
@click.option("--port", metavar=tr("PORT", "PUERTO"), help=tr("One port, month by month.", "Un puerto, mes por mes."))
@click.option(
    "--year",
    type=YEAR,
    metavar=tr("YEAR", "AÑO"),
    help=tr("[default: the last whole year of waits]", "[predeterminado: el último año entero con esperas]"),
)
@click.option(
    "--less",
    type=Whole(0, 100),
    default=0,
    metavar=tr("PERCENT", "PORCIENTO"),
    help=tr("Take waits shorter by so much.", "Acorta las esperas en ese porcentaje."),
)
@as_json
@common
def idling(port: str | None, year: int | None, less: int, as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.air import idling as air_idling
    from ambos.flows.air import idling_tables as air_idling_tables

    opened = workspace(folder, region)
    with progress(tr("Reading the waits", "Leyendo las esperas")):
        found = air_idling.idling(opened, port=port, year=year, less=Decimal(less))
    if as_json:
        print_json(air_idling_tables.record(found, opened))
    else:
        print_answer(air_idling_tables.tables(found, opened), air_idling_tables.explained(found, opened))
