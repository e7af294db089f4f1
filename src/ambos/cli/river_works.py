"""`ambos river cap` and `ambos river plant`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from ambos.cli.common import YEAR, Number, common, workspace
from ambos.cli.door import answers
from ambos.cli.language import tr

if TYPE_CHECKING:
    from ambos.model.answer import Answer


class Flow(click.ParamType[tuple[str, Decimal]]):
    """The flow of a party, ``name=number``."""

    name = tr("party=flow", "parte=caudal")

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Decimal]:
        """Read ``name=11.8``."""
        if isinstance(value, tuple):
            return cast("tuple[str, Decimal]", value)
        party, sign, number = str(value).partition("=")
        if not sign or not party.strip():
            self.fail(
                tr(
                    f"{value!r} is not a party and its flow; write name=11.8.",
                    f"{value!r} no es una parte y su caudal; escriba nombre=11.8.",
                ),
                param,
                ctx,
            )
        return party.strip().lower(), Number().convert(number, param, ctx)


@click.command(
    "cap",
    short_help=tr("On which users of the canal a cut falls.", "Sobre qué usuarios del canal recae una reducción."),
    help=tr(
        "Print on which users of a canal a cut falls, by their priority (CAP).",
        "Muestra sobre qué usuarios de un canal recae una reducción, según su prelación (CAP).",
    ),
    epilog=tr("Example: ambos river cap --cut 512000 --year 2022", "Ejemplo: ambos river cap --cut 512000 --year 2022"),
)
@click.option(
    "--cut",
    type=Number(),
    metavar=tr("AF", "AF"),
    help=tr(
        "Acre-feet; that of the rules of the year, if not given.",
        "Acres-pie; la de las reglas del año, si no se indica.",
    ),
)
@click.option(
    "--elevation",
    type=Number(),
    metavar=tr("FEET", "PIES"),
    help=tr(
        "The cut of the rules of the year at this level of Lake Mead.",
        "La reducción de las reglas del año a esta elevación del lago Mead.",
    ),
)
@click.option(
    "--supply",
    type=Number(),
    metavar=tr("AF", "AF"),
    help=tr(
        "Acre-feet without the cut; all pools full, if not given.",
        "Acres-pie sin la reducción; todos los fondos completos, si no se indica.",
    ),
)
@click.option("--year", type=YEAR, metavar=tr("YEAR", "AÑO"), help=tr("Calendar year.", "Año calendario."))
@answers
@common
def cap(
    cut: Decimal | None,
    elevation: Decimal | None,
    supply: Decimal | None,
    year: int | None,
    folder: Path,
    region: str,
) -> Answer:
    """Share a cut out among the users of a canal."""
    from ambos.flows.river.canal import share_cut

    opened = workspace(folder, region)
    return share_cut(opened, year=year, cut=cut, supply=supply, elevation=elevation)


@click.command(
    "plant",
    short_help=tr(
        "The shared treatment plant: flow against allocation.",
        "La planta de tratamiento compartida: caudal y asignación.",
    ),
    help=tr(
        "Print the parts of a treatment plant that two cities share: flow against allocation, load, water kept back.",
        "Muestra las partes de una planta de tratamiento que comparten dos ciudades: caudal frente a asignación, carga, agua retenida.",
    ),
    epilog=tr(
        "Example: ambos river plant --retain 5 --concentration 30",
        "Ejemplo: ambos river plant --retain 5 --concentration 30",
    ),
)
@click.option(
    "--flow",
    "flows",
    type=Flow(),
    multiple=True,
    metavar=tr("PARTY=FLOW", "PARTE=CAUDAL"),
    help=tr(
        "Flow of a party; repeatable, all are wanted. What is usual, if none is given.",
        "Caudal de una parte; repetible, se esperan todas. Lo usual, si no se indica ninguno.",
    ),
)
@click.option(
    "--unit",
    type=click.Choice(["mgd", "l/s", "hm3/yr", "af/yr"]),
    default="mgd",
    show_default=True,
    help=tr("Unit of the flows given.", "Unidad de los caudales indicados."),
)
@click.option(
    "--concentration",
    type=Number(),
    metavar="MG/L",
    help=tr("Of what a load is wanted, milligrams per litre.", "De lo que se quiere la carga, miligramos por litro."),
)
@click.option(
    "--retain",
    type=Number(),
    metavar=tr("FLOW", "CAUDAL"),
    help=tr("What if the city upstream keeps this flow back?", "¿Y si la ciudad aguas arriba retiene este caudal?"),
)
@answers
@common
def plant(
    flows: tuple[tuple[str, Decimal], ...],
    unit: str,
    concentration: Decimal | None,
    retain: Decimal | None,
    folder: Path,
    region: str,
) -> Answer:
    """Print flows of a treatment plant against allocations."""
    from ambos.flows.river.plant import treat
    from ambos.river.plant import Unit

    parties = [party for party, _ in flows]
    twice = [party for party in parties if parties.count(party) > 1]
    if twice:
        raise click.UsageError(
            tr(f"--flow gives {twice[0]} twice; give it once.", f"--flow da {twice[0]} dos veces; indíquela una vez.")
        )
    opened = workspace(folder, region)
    return treat(opened, flows=dict(flows), unit=cast("Unit", unit), concentration=concentration, kept=retain)
