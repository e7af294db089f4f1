"""`ambos river`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from ambos.cli.common import (
    YEAR,
    Number,
    Period,
    Whole,
    common,
    language,
    progress,
    workspace,
)
from ambos.cli.door import answers
from ambos.cli.language import tr
from ambos.cli.river_mexico import ledger, reserve, schedule
from ambos.cli.river_works import cap, plant
from ambos.crossing.defaults import MOST_SEED

if TYPE_CHECKING:
    from ambos.model.answer import Answer


class Assumption(click.ParamType["Decimal | Literal['feis']"]):
    """A cut that is assumed for Mexico, kaf; or the word for what the study assumes."""

    name = tr("kaf|feis", "kaf|feis")

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal | Literal["feis"]:
        """Read ``150`` or ``feis``."""
        return "feis" if value == "feis" else Number().convert(value, param, ctx)


_MEXICO = click.option(
    "--mexico",
    type=Assumption(),
    metavar=tr("KAF|feis", "KAF|feis"),
    help=tr(
        "Cut of Mexico to assume where it is not known here (Minute 334): kaf, or feis for the study's assumption.",
        "Reducción de México que se supone donde no se conoce (Acta 334): kaf, o feis para el supuesto del estudio.",
    ),
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


for verb in (schedule, ledger, reserve, cap, plant):
    command.add_command(verb)


@command.command(
    "status",
    short_help=tr(
        "The tier of a year and each party's cut.", "El nivel de escasez de un año y la reducción de cada parte."
    ),
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
    type=Number(),
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
@click.option("--year", type=YEAR, metavar=tr("YEAR", "AÑO"), help=tr("Calendar year.", "Año calendario."))
@click.option(
    "--observed",
    is_flag=True,
    help=tr(
        "The level is an observed one; without --elevation, that of the last 31 December.",
        "La elevación es observada; sin --elevation, la del 31 de diciembre anterior.",
    ),
)
@click.option(
    "--flood-control",
    is_flag=True,
    help=tr(
        "Water is released to control floods.",
        "Se libera agua para controlar avenidas.",
    ),
)
@answers
@common
def status_(
    elevation: Decimal | None,
    as_of: date | None,
    year: int | None,
    observed: bool,
    flood_control: bool,
    folder: Path,
    region: str,
) -> Answer:
    """Print the tier of a year and each party's cut."""
    from ambos.flows.river.status_tables import status

    opened = workspace(folder, region)
    return status(opened, elevation=elevation, as_of=as_of, year=year, observed=observed, flood_control=flood_control)


@command.command(
    "scenario",
    short_help=tr(
        "Cuts after 2026: decided, and by alternatives.", "Reducciones después de 2026: lo decidido y las alternativas."
    ),
    help=tr(
        "Print the cuts decided for 2027 and 2028 and those of alternatives that are not in force, side by side.",
        "Muestra las reducciones decididas para 2027 y 2028 y las de alternativas no vigentes, lado a lado.",
    ),
    epilog=tr(
        "Example: ambos river scenario --elevation 1041.06",
        "Ejemplo: ambos river scenario --elevation 1041.06",
    ),
)
@click.option(
    "--elevation",
    type=Number(),
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
@_MEXICO
@click.option(
    "--probabilities",
    is_flag=True,
    help=tr(
        "How likely each tier is in the years to come, as ambos river outlook tells.",
        "Qué tan probable es cada nivel en los años por venir, como lo dice ambos river outlook.",
    ),
)
@answers
@common
def scenario(
    elevation: Decimal | None,
    names: tuple[str, ...],
    mexico: Decimal | Literal["feis"] | None,
    probabilities: bool,
    folder: Path,
    region: str,
) -> Answer:
    """Print rule sets for the years after 2026 side by side."""
    from ambos.flows.river.outlook import outlook as project
    from ambos.flows.river.scenarios import scenario as ask

    opened = workspace(folder, region)
    if not probabilities:
        return ask(opened, elevation=elevation, names=names, mexico=mexico)
    if elevation is not None:
        raise click.UsageError(
            tr(
                "--probabilities starts from the levels held; ambos river outlook --mead takes another.",
                "--probabilities parte de las elevaciones disponibles; ambos river outlook --mead acepta otra.",
            )
        )
    with progress(tr("Projecting", "Proyectando")):
        return project(opened, names=names, mexico=mexico)


@command.command(
    "outlook",
    short_help=tr(
        "How likely each tier is in the years to come.", "Qué tan probable es cada nivel en los años por venir."
    ),
    help=tr(
        "Print how likely each tier is in the years to come, for rule sets after 2026 or for your own traces.",
        "Muestra qué tan probable es cada nivel en los años por venir, con conjuntos de reglas para después de 2026 o con sus"
        " propias trazas.",
    ),
    epilog=tr(
        "Example: ambos river outlook --set continued --since 2000",
        "Ejemplo: ambos river outlook --set continued --since 2000",
    ),
)
@click.option(
    "--set",
    "names",
    multiple=True,
    metavar=tr("NAME", "NOMBRE"),
    help=tr("A rule set, by id; repeatable.", "Un conjunto de reglas, por clave; se puede repetir."),
)
@click.option(
    "--traces",
    type=Whole(1, 100_000),
    help=tr(
        "Number of traces to draw at random; one from each year of the record, if not given.",
        "Número de trazas que se toman al azar; una desde cada año del registro, si no se indica.",
    ),
)
@click.option(
    "--years",
    type=Whole(1, 60),
    default=10,
    show_default=True,
    help=tr("Years to tell.", "Años que mostrar."),
)
@click.option(
    "--seed",
    type=Whole(0, MOST_SEED),
    default=1,
    show_default=True,
    help=tr("Seed of the draw.", "Semilla del azar."),
)
@click.option(
    "--since",
    type=YEAR,
    metavar=tr("YEAR", "AÑO"),
    help=tr(
        "First water year of the record to use; all, if not given.",
        "Primer año hidrológico del registro; todo, si no se indica.",
    ),
)
@click.option(
    "--mead",
    type=Number(),
    metavar=tr("FEET", "PIES"),
    help=tr("Level of Lake Mead at the start.", "Elevación del lago Mead al inicio."),
)
@click.option(
    "--powell",
    type=Number(),
    metavar=tr("FEET", "PIES"),
    help=tr("Level of Lake Powell at the start.", "Elevación del lago Powell al inicio."),
)
@click.option(
    "--start",
    type=Period(last=False),
    help=tr(
        "Month in which to start, with both levels; that of the last levels held, if not given.",
        "Mes de inicio, con ambas elevaciones; el de las últimas elevaciones disponibles, si no se indica.",
    ),
)
@_MEXICO
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=tr("FILE", "ARCHIVO"),
    help=tr(
        "Your own traces: CSV with trace, year and elevation_ft (31 December).",
        "Sus propias trazas: CSV con trace, year y elevation_ft (31 de diciembre).",
    ),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=tr("FILE", "ARCHIVO"),
    help=tr("Write the levels of all traces as CSV.", "Escribe las elevaciones de todas las trazas en CSV."),
)
@answers
@common
def outlook(
    names: tuple[str, ...],
    traces: int | None,
    years: int,
    seed: int,
    since: int | None,
    mead: Decimal | None,
    powell: Decimal | None,
    start: date | None,
    mexico: Decimal | Literal["feis"] | None,
    source: Path | None,
    out: Path | None,
    folder: Path,
    region: str,
) -> Answer:
    """Print how likely each tier is in the years to come."""
    from ambos.flows.river.outlook import from_file
    from ambos.flows.river.outlook import outlook as ask

    opened = workspace(folder, region)
    if source is not None:
        given = click.get_current_context().get_parameter_source
        for name in ("names", "traces", "years", "seed", "since", "mead", "powell", "start", "mexico"):
            if given(name) is click.core.ParameterSource.COMMANDLINE:
                raise click.UsageError(
                    tr(
                        "With --from only --out, --json, --csv and --table have a meaning.",
                        "Con --from solo tienen sentido --out, --json, --csv y --table.",
                    )
                )
        return from_file(opened, source, out=out)
    with progress(tr("Projecting", "Proyectando")):
        return ask(
            opened,
            names=names,
            traces=traces,
            years=years,
            seed=seed,
            since=since,
            mead=mead,
            powell=powell,
            start=start,
            mexico=mexico,
            out=out,
        )
