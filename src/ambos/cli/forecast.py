"""`ambos forecast`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ambos.cli.common import progress
from ambos.cli.declare import COUNT, NAME, argument, group, option
from ambos.cli.door import verb
from ambos.cli.kinds import FIRST_DAY, Moment, whole
from ambos.cli.language import tr
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


class SeriesFirst(click.Group):
    """A group in which a word that is no verb of it is the series of its verb ``series``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Give the verb that was typed, else ``series`` with all that was typed."""
        if args[0] in self.commands or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        return "series", self.commands["series"], args


@verb(
    "waits",
    "Forecast the waits at a crossing 1, 3, 6 and 24 hours ahead, with 80% intervals and the error of past forecasts.",
    "Pronostica las esperas en un cruce con 1, 3, 6 y 24 horas de anticipación, con intervalos del 80 % y el error de"
    " pronósticos pasados.",
    argument("crossing", metavar=Text("CROSSING", "CRUCE")),
    option("--class", "lane", metavar=NAME)(
        "Only this class of lane, such as sentri or passenger/sentri.",
        "Solo esta clase de carril, como sentri o passenger/sentri.",
    ),
    option("--at", type=Moment, metavar=Text("TIME", "HORA"))(
        "As it would have been made then, on the crossing's clock: nothing reported later is used, and what was reported"
        " later is shown beside it. [default: now, or the last report held]",
        "Como se habría hecho entonces, con la hora del cruce: no se usa nada reportado después, y lo reportado después se"
        " muestra al lado. [predeterminado: ahora, o el último reporte que se tiene]",
    ),
    short=Text("Waits at a crossing in the next hours.", "Las esperas en un cruce en las próximas horas."),
    example=Text(
        "ambos forecast waits CROSSING --at 2025-12-24T15:00", "ambos forecast waits CRUCE --at 2025-12-24T15:00"
    ),
)
def waits(opened: Workspace, crossing: str, lane: str | None, at: datetime | None) -> Answer:
    """Forecast waits."""
    from ambos.flows.forecast.waits import forecast_waits

    with progress(tr("Forecasting", "Pronosticando")) as tell:
        return forecast_waits(opened, crossing, lane=lane, at=at, progress=tell)


@verb(
    "series",
    "Forecast a monthly or quarterly series, with its interval and the error of past forecasts.",
    "Pronostica una serie mensual o trimestral, con su intervalo y el error de pronósticos pasados.",
    argument("series", metavar=Text("SERIES", "SERIE")),
    option("--place", "places", multiple=True, metavar=NAME)("Place, by code or name.", "Lugar, por clave o nombre."),
    option("--item", "items", multiple=True, metavar=NAME)("Item (_T for the total).", "Concepto (_T para el total)."),
    option("--horizon", type=whole(1, 24), metavar=COUNT)(
        "Months or quarters to forecast, up to two years; one year, if not given.",
        "Meses o trimestres por pronosticar, hasta dos años; un año, si no se indica.",
    ),
    option("--level", type=whole(50, 95), default=80, show_default=True, metavar=COUNT)(
        "Percent of values that the interval is to hold.", "Porcentaje de valores que ha de contener el intervalo."
    ),
    option("--from", "start", type=FIRST_DAY)(
        "Use values from this period on only.", "Usa solo valores desde este periodo."
    ),
    short=Text(
        "A monthly or quarterly series; the word may be left out.",
        "Una serie mensual o trimestral; la palabra se puede omitir.",
    ),
    example="ambos forecast crossings.trucks --horizon 12",
)
def series(
    opened: Workspace,
    *,
    series: str,
    places: tuple[str, ...],
    items: tuple[str, ...],
    horizon: int | None,
    level: int,
    start: date | None,
) -> Answer:
    """Forecast a series."""
    from ambos.flows.forecast.series import answer, forecast_series

    with progress(tr("Past forecasts", "Pronósticos pasados")) as show:
        made = forecast_series(
            opened, series, places=places, items=items, horizon=horizon, level=level, start=start, progress=show
        )
    return answer(opened, made)


command = group(
    "forecast",
    "Forecasts with intervals, beside plain baselines and the error of each in a backtest.",
    "Pronósticos con intervalos, junto a referencias simples y con el error de cada uno en una prueba retrospectiva.",
    waits,
    series,
    cls=SeriesFirst,
)
