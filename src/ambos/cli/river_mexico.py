"""`ambos river schedule`, `ambos river ledger` and `ambos river reserve`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.common import YEAR, Number, Whole, common, workspace
from ambos.cli.door import answers
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.model.answer import Answer

_YEAR = click.option("--year", type=YEAR, metavar=tr("YEAR", "AÑO"), help=tr("Calendar year.", "Año calendario."))


@click.command(
    "schedule",
    short_help=tr("Mexico's annual order as a monthly schedule.", "El pedido anual de México como programa mensual."),
    help=tr(
        "Print an annual order for Mexico as a monthly schedule, and every breach of the rules.",
        "Muestra un pedido anual de México como programa mensual, y cada incumplimiento de las reglas.",
    ),
    epilog=tr(
        "Example: ambos river schedule --year 2026 --order 1420000",
        "Ejemplo: ambos river schedule --year 2026 --order 1420000",
    ),
)
@_YEAR
@click.option(
    "--order",
    type=Number(),
    metavar=tr("VOLUME", "VOLUMEN"),
    help=tr(
        "Annual order; what the rules of the year leave, if not given.",
        "Pedido anual; lo que dejan las reglas del año, si no se indica.",
    ),
)
@click.option(
    "--unit",
    type=click.Choice(["af", "hm3"]),
    default="af",
    show_default=True,
    help=tr("Unit of the order and the file.", "Unidad del pedido y del archivo."),
)
@click.option(
    "--like",
    type=YEAR,
    metavar=tr("YEAR", "AÑO"),
    help=tr(
        "Year whose months to follow; the newest complete one, if not given.",
        "Año cuyos meses se siguen; el más reciente completo, si no se indica.",
    ),
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    metavar=tr("FILE", "ARCHIVO"),
    help=tr(
        "CSV or TOML with “month”, “share” or “scheduled”, “revised”, “notice”, “land”.",
        "CSV o TOML con «month», «share» o «scheduled», «revised», «notice», «land».",
    ),
)
@click.option(
    "--created",
    type=Number(),
    metavar=tr("VOLUME", "VOLUMEN"),
    help=tr("Put into the reserve, out of the order.", "Por aportar a la reserva, a cuenta del pedido."),
)
@click.option(
    "--delivered",
    type=Number(),
    metavar=tr("VOLUME", "VOLUMEN"),
    help=tr("Taken from the reserve, on top of the order.", "Por tomar de la reserva, además del pedido."),
)
@answers
@common
def schedule(
    year: int | None,
    order: Decimal | None,
    unit: str,
    like: int | None,
    file: Path | None,
    created: Decimal | None,
    delivered: Decimal | None,
    folder: Path,
    region: str,
) -> Answer:
    """Print Mexico's order as a monthly schedule."""
    from ambos.flows.river.schedule import schedule as ask

    opened = workspace(folder, region)
    return ask(opened, year=year, order=order, unit=unit, like=like, file=file, created=created, delivered=delivered)


@click.command(
    "ledger",
    short_help=tr(
        "Deliveries to Mexico against the Treaty, by year.", "Las entregas a México frente al Tratado, por año."
    ),
    help=tr(
        "Print the deliveries to Mexico against what satisfies the Treaty, with the closure error of each year.",
        "Muestra las entregas a México frente a lo que satisface el Tratado, con el error de cierre de cada año.",
    ),
    epilog=tr("Example: ambos river ledger --year 2021", "Ejemplo: ambos river ledger --year 2021"),
)
@_YEAR
@answers
@common
def ledger(year: int | None, folder: Path, region: str) -> Answer:
    """Print deliveries to Mexico against the Treaty."""
    from ambos.flows.river.ledger import ledger as ask

    return ask(workspace(folder, region), year=year)


@click.command(
    "reserve",
    short_help=tr("Mexico's reserve in Lake Mead, year by year.", "La reserva de México en el lago Mead, año por año."),
    help=tr(
        "Print Mexico's reserve in Lake Mead year by year, or a plan of your own against its limits.",
        "Muestra la reserva de México en el lago Mead año por año, o un plan propio frente a sus límites.",
    ),
    epilog=tr(
        "Example: ambos river reserve --year 2026 --created 60000 --delivered 30000",
        "Ejemplo: ambos river reserve --year 2026 --created 60000 --delivered 30000",
    ),
)
@_YEAR
@click.option(
    "--opening",
    type=Whole(0, 1_000_000_000),
    metavar=tr("AF", "AF"),
    help=tr(
        "Balance before the year, acre-feet; the reported one, if not given.",
        "Saldo antes del año, acres-pie; el reportado, si no se indica.",
    ),
)
@click.option(
    "--created",
    type=Whole(0, 1_000_000_000),
    metavar=tr("AF", "AF"),
    help=tr("Planned to be put in, acre-feet.", "Por aportar, acres-pie."),
)
@click.option(
    "--delivered",
    type=Whole(0, 1_000_000_000),
    metavar=tr("AF", "AF"),
    help=tr("Planned to be taken, acre-feet.", "Por tomar, acres-pie."),
)
@answers
@common
def reserve(
    year: int | None,
    opening: int | None,
    created: int | None,
    delivered: int | None,
    folder: Path,
    region: str,
) -> Answer:
    """Print Mexico's reserve in Lake Mead."""
    from ambos.flows.river.reserve import reserve as ask

    opened = workspace(folder, region)
    return ask(opened, year=year, opening=opening, created=created, delivered=delivered)
