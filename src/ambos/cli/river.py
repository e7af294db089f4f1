"""`ambos river`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import click

from ambos.cli.common import progress
from ambos.cli.declare import FEET, FILE, FILE_PATH, NAME, YEAR_NAME, group, option, path_type
from ambos.cli.door import verb
from ambos.cli.kinds import FIRST_DAY, LAST_DAY, YEAR, Number, whole
from ambos.cli.language import tr
from ambos.crossing.defaults import MOST_SEED
from ambos.text import Language, Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


class MexicoCut(click.ParamType["Decimal | Literal['feis']"]):
    """A cut that is assumed for Mexico, kaf; or the word for what the study assumes."""

    name = "kaf|feis"

    def __init__(self, language: Language) -> None:
        self.number = Number(language)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal | Literal["feis"]:
        """Read ``150`` or ``feis``."""
        return "feis" if value == "feis" else self.number.convert(value, param, ctx)


class Flow(click.ParamType[tuple[str, Decimal]]):
    """The flow of a party, ``name=number``."""

    def __init__(self, language: Language) -> None:
        self.language, self.name = language, Text("party=flow", "parte=caudal")[language]

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Decimal]:
        """Read ``name=11.8``."""
        if isinstance(value, tuple):
            return cast("tuple[str, Decimal]", value)
        party, sign, number = str(value).partition("=")
        if not sign or not party.strip():
            self.fail(
                Text(
                    f"{value!r} is not a party and its flow; write name=11.8.",
                    f"{value!r} no es una parte y su caudal; escriba nombre=11.8.",
                )[self.language],
                param,
                ctx,
            )
        return party.strip().lower(), Number(self.language).convert(number, param, ctx)


_YEAR = option("--year", type=YEAR, metavar=YEAR_NAME)("Calendar year.", "Año calendario.")
_MEXICO = option("--mexico", type=MexicoCut, metavar="KAF|feis")(
    "Cut of Mexico to assume where it is not known here (Minute 334): kaf, or feis for the study's assumption.",
    "Reducción de México que se supone donde no se conoce (Acta 334): kaf, o feis para el supuesto del estudio.",
)


@verb(
    "status",
    "Print the tier of a year, each party's cut by part, and how far the next tier is.",
    "Muestra el nivel de escasez de un año, la reducción de cada parte y la distancia al nivel vecino.",
    option("--elevation", type=Number, metavar=FEET)(
        "Level of Lake Mead projected for 1 January; the one that was projected, if not given.",
        "Elevación del lago Mead proyectada para el 1 de enero; la que se proyectó, si no se indica.",
    ),
    option("--as-of", type=LAST_DAY)(
        "The condition in force on this day, from what was known on it; of a day to come, from what is known today.",
        "La condición vigente ese día, con lo que se conocía entonces; si aún no llega, con lo que se conoce hoy.",
    ),
    _YEAR,
    option("--observed", is_flag=True)(
        "The level is an observed one; without --elevation, that of the last 31 December.",
        "La elevación es observada; sin --elevation, la del 31 de diciembre anterior.",
    ),
    option("--flood-control", is_flag=True)(
        "Water is released to control floods.", "Se libera agua para controlar avenidas."
    ),
    short=Text(
        "The tier of a year and each party's cut.", "El nivel de escasez de un año y la reducción de cada parte."
    ),
    example="ambos river status --elevation 1047.61 --year 2023",
)
def status(
    opened: Workspace,
    elevation: Decimal | None,
    as_of: date | None,
    year: int | None,
    observed: bool,
    flood_control: bool,
) -> Answer:
    """Print the tier of a year and each party's cut."""
    from ambos.flows.river.status import status as ask

    return ask(opened, elevation=elevation, as_of=as_of, year=year, observed=observed, flood_control=flood_control)


@verb(
    "scenario",
    "Print the cuts decided for 2027 and 2028 and those of alternatives that are not in force, side by side.",
    "Muestra las reducciones decididas para 2027 y 2028 y las de alternativas no vigentes, lado a lado.",
    option("--elevation", type=Number, metavar=FEET)(
        "One level of Lake Mead; the curves, if not given.", "Una elevación del lago Mead; las curvas, si no se indica."
    ),
    option("--set", "names", multiple=True, metavar=NAME)(
        "An alternative, by id; repeatable.", "Una alternativa, por clave; se puede repetir."
    ),
    _MEXICO,
    option("--probabilities", is_flag=True)(
        "How likely each tier is in the years to come, as ambos river outlook tells.",
        "Qué tan probable es cada nivel en los años por venir, como lo dice ambos river outlook.",
    ),
    short=Text(
        "Cuts after 2026: decided, and by alternatives.", "Reducciones después de 2026: lo decidido y las alternativas."
    ),
    example="ambos river scenario --elevation 1041.06",
)
def scenario(
    opened: Workspace,
    elevation: Decimal | None,
    names: tuple[str, ...],
    mexico: Decimal | Literal["feis"] | None,
    probabilities: bool,
) -> Answer:
    """Print rule sets for the years after 2026 side by side."""
    from ambos.flows.river.outlook import answer, outlooks
    from ambos.flows.river.scenarios import scenario as ask

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
        return answer(outlooks(opened, names=names, mexico=mexico))


@verb(
    "outlook",
    "Print how likely each tier is in the years to come, for rule sets after 2026 or for your own traces.",
    "Muestra qué tan probable es cada nivel en los años por venir, con conjuntos de reglas para después de 2026 o con sus"
    " propias trazas.",
    option("--set", "names", multiple=True, metavar=NAME)(
        "A rule set, by id; repeatable.", "Un conjunto de reglas, por clave; se puede repetir."
    ),
    option("--traces", type=whole(1, 100_000))(
        "Number of traces to draw at random; one from each year of the record, if not given.",
        "Número de trazas que se toman al azar; una desde cada año del registro, si no se indica.",
    ),
    option("--years", type=whole(1, 60), default=10, show_default=True)("Years to tell.", "Años que mostrar."),
    option("--seed", type=whole(0, MOST_SEED), default=1, show_default=True)("Seed of the draw.", "Semilla del azar."),
    option("--since", type=YEAR, metavar=YEAR_NAME)(
        "First water year of the record to use; all, if not given.",
        "Primer año hidrológico del registro; todo, si no se indica.",
    ),
    option("--mead", type=Number, metavar=FEET)(
        "Level of Lake Mead at the start.", "Elevación del lago Mead al inicio."
    ),
    option("--powell", type=Number, metavar=FEET)(
        "Level of Lake Powell at the start.", "Elevación del lago Powell al inicio."
    ),
    option("--start", type=FIRST_DAY)(
        "Month in which to start, with both levels; that of the last levels held, if not given.",
        "Mes de inicio, con ambas elevaciones; el de las últimas elevaciones disponibles, si no se indica.",
    ),
    _MEXICO,
    option("--from", "source", type=FILE_PATH, metavar=FILE)(
        "Your own traces: CSV with trace, year and elevation_ft (31 December).",
        "Sus propias trazas: CSV con trace, year y elevation_ft (31 de diciembre).",
    ),
    option("--out", type=FILE_PATH, metavar=FILE)(
        "Write the levels of all traces as CSV.", "Escribe las elevaciones de todas las trazas en CSV."
    ),
    short=Text(
        "How likely each tier is in the years to come.", "Qué tan probable es cada nivel en los años por venir."
    ),
    example="ambos river outlook --set continued --since 2000",
)
def outlook(
    opened: Workspace,
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
) -> Answer:
    """Print how likely each tier is in the years to come."""
    from ambos.flows.river.outlook import answer, from_file, outlooks, save

    if source is not None:
        given = click.get_current_context().get_parameter_source
        for name in ("names", "traces", "years", "seed", "since", "mead", "powell", "start", "mexico"):
            if given(name) is click.core.ParameterSource.COMMANDLINE:
                raise click.UsageError(
                    tr(
                        "With --from only --out, --json, --csv, --xlsx and --table have a meaning.",
                        "Con --from solo tienen sentido --out, --json, --csv, --xlsx y --table.",
                    )
                )
        projected = from_file(opened, source)
    else:
        with progress(tr("Projecting", "Proyectando")):
            projected = outlooks(
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
            )
    if out is not None:
        save(projected, out)
    return answer(projected)


@verb(
    "schedule",
    "Print an annual order for Mexico as a monthly schedule, and every breach of the rules.",
    "Muestra un pedido anual de México como programa mensual, y cada incumplimiento de las reglas.",
    _YEAR,
    option("--order", type=Number, metavar=Text("VOLUME", "VOLUMEN"))(
        "Annual order; what the rules of the year leave, if not given.",
        "Pedido anual; lo que dejan las reglas del año, si no se indica.",
    ),
    option("--unit", type=click.Choice(["af", "hm3"]), default="af", show_default=True)(
        "Unit of the order and the file.", "Unidad del pedido y del archivo."
    ),
    option("--like", type=YEAR, metavar=YEAR_NAME)(
        "Year whose months to follow; the newest complete one, if not given.",
        "Año cuyos meses se siguen; el más reciente completo, si no se indica.",
    ),
    option("--file", type=path_type, metavar=FILE)(
        "CSV or TOML with “month”, “share” or “scheduled”, “revised”, “notice”, “land”.",
        "CSV o TOML con «month», «share» o «scheduled», «revised», «notice», «land».",
    ),
    option("--created", type=Number, metavar=Text("VOLUME", "VOLUMEN"))(
        "Put into the reserve, out of the order.", "Por aportar a la reserva, a cuenta del pedido."
    ),
    option("--delivered", type=Number, metavar=Text("VOLUME", "VOLUMEN"))(
        "Taken from the reserve, on top of the order.", "Por tomar de la reserva, además del pedido."
    ),
    short=Text("Mexico's annual order as a monthly schedule.", "El pedido anual de México como programa mensual."),
    example="ambos river schedule --year 2026 --order 1420000",
)
def schedule(
    opened: Workspace,
    year: int | None,
    order: Decimal | None,
    unit: str,
    like: int | None,
    file: Path | None,
    created: Decimal | None,
    delivered: Decimal | None,
) -> Answer:
    """Print Mexico's order as a monthly schedule."""
    from ambos.flows.river.schedule import schedule as ask

    return ask(opened, year=year, order=order, unit=unit, like=like, file=file, created=created, delivered=delivered)


@verb(
    "ledger",
    "Print the deliveries to Mexico against what satisfies the Treaty, with the closure error of each year.",
    "Muestra las entregas a México frente a lo que satisface el Tratado, con el error de cierre de cada año.",
    _YEAR,
    short=Text(
        "Deliveries to Mexico against the Treaty, by year.", "Las entregas a México frente al Tratado, por año."
    ),
    example="ambos river ledger --year 2021",
)
def ledger(opened: Workspace, year: int | None) -> Answer:
    """Print deliveries to Mexico against the Treaty."""
    from ambos.flows.river.ledger import ledger as ask

    return ask(opened, year=year)


@verb(
    "reserve",
    "Print Mexico's reserve in Lake Mead year by year, or a plan of your own against its limits.",
    "Muestra la reserva de México en el lago Mead año por año, o un plan propio frente a sus límites.",
    _YEAR,
    option("--opening", type=whole(0, 1_000_000_000), metavar=Text.same("AF"))(
        "Balance before the year, acre-feet; the reported one, if not given.",
        "Saldo antes del año, acres-pie; el reportado, si no se indica.",
    ),
    option("--created", type=whole(0, 1_000_000_000), metavar=Text.same("AF"))(
        "Planned to be put in, acre-feet.", "Por aportar, acres-pie."
    ),
    option("--delivered", type=whole(0, 1_000_000_000), metavar=Text.same("AF"))(
        "Planned to be taken, acre-feet.", "Por tomar, acres-pie."
    ),
    short=Text("Mexico's reserve in Lake Mead, year by year.", "La reserva de México en el lago Mead, año por año."),
    example="ambos river reserve --year 2026 --created 60000 --delivered 30000",
)
def reserve(
    opened: Workspace, year: int | None, opening: int | None, created: int | None, delivered: int | None
) -> Answer:
    """Print Mexico's reserve in Lake Mead."""
    from ambos.flows.river.reserve import reserve as ask

    return ask(opened, year=year, opening=opening, created=created, delivered=delivered)


@verb(
    "cap",
    "Print on which users of a canal a cut falls, by their priority (CAP).",
    "Muestra sobre qué usuarios de un canal recae una reducción, según su prelación (CAP).",
    option("--cut", type=Number, metavar=Text.same("AF"))(
        "Acre-feet; that of the rules of the year, if not given.",
        "Acres-pie; la de las reglas del año, si no se indica.",
    ),
    option("--elevation", type=Number, metavar=FEET)(
        "The cut of the rules of the year at this level of Lake Mead.",
        "La reducción de las reglas del año a esta elevación del lago Mead.",
    ),
    option("--supply", type=Number, metavar=Text.same("AF"))(
        "Acre-feet without the cut; all pools full, if not given.",
        "Acres-pie sin la reducción; todos los fondos completos, si no se indica.",
    ),
    _YEAR,
    short=Text("On which users of the canal a cut falls.", "Sobre qué usuarios del canal recae una reducción."),
    example="ambos river cap --cut 512000 --year 2022",
)
def cap(
    opened: Workspace, cut: Decimal | None, elevation: Decimal | None, supply: Decimal | None, year: int | None
) -> Answer:
    """Share a cut out among the users of a canal."""
    from ambos.flows.river.canal import share_cut

    return share_cut(opened, year=year, cut=cut, supply=supply, elevation=elevation)


@verb(
    "plant",
    "Print the parts of a treatment plant that two cities share: flow against allocation, load, water kept back.",
    "Muestra las partes de una planta de tratamiento que comparten dos ciudades: caudal frente a asignación, carga, agua retenida.",
    option("--flow", "flows", type=Flow, multiple=True, metavar=Text("PARTY=FLOW", "PARTE=CAUDAL"))(
        "Flow of a party; repeatable, all are wanted. What is usual, if none is given.",
        "Caudal de una parte; repetible, se esperan todas. Lo usual, si no se indica ninguno.",
    ),
    option("--unit", type=click.Choice(["mgd", "l/s", "hm3/yr", "af/yr"]), default="mgd", show_default=True)(
        "Unit of the flows given.", "Unidad de los caudales indicados."
    ),
    option("--concentration", type=Number, metavar="MG/L")(
        "Of what a load is wanted, milligrams per litre.", "De lo que se quiere la carga, miligramos por litro."
    ),
    option("--retain", type=Number, metavar=Text("FLOW", "CAUDAL"))(
        "What if the city upstream keeps this flow back?", "¿Y si la ciudad aguas arriba retiene este caudal?"
    ),
    short=Text(
        "The shared treatment plant: flow against allocation.",
        "La planta de tratamiento compartida: caudal y asignación.",
    ),
    example="ambos river plant --retain 5 --concentration 30",
)
def plant(
    opened: Workspace,
    flows: tuple[tuple[str, Decimal], ...],
    unit: str,
    concentration: Decimal | None,
    retain: Decimal | None,
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
    return treat(opened, flows=dict(flows), unit=cast("Unit", unit), concentration=concentration, kept=retain)


command = group(
    "river",
    "The shared water of the Colorado River: cuts of both countries by the rules in force.",
    "El agua compartida del río Colorado: reducciones de ambos países según las reglas vigentes.",
    status,
    scenario,
    outlook,
    schedule,
    ledger,
    reserve,
    cap,
    plant,
)
