"""`ambos forecast`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ambos.cli.common import progress
from ambos.cli.declare import NAME, argument, group, option
from ambos.cli.door import verb
from ambos.cli.kinds import Moment
from ambos.cli.language import tr
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "waits",
    "Forecast the waits at a crossing 1, 3, 6 and 24 hours ahead, with 80 % intervals and the error of past forecasts.",
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
    example="ambos forecast waits deconcini --at 2025-12-24T15:00",
)
def waits(opened: Workspace, crossing: str, lane: str | None, at: datetime | None) -> Answer:
    """Forecast waits."""
    from ambos.flows.forecast.waits import forecast_waits

    with progress(tr("Forecasting", "Pronosticando")) as tell:
        return forecast_waits(opened, crossing, lane=lane, at=at, progress=tell)


command = group(
    "forecast",
    "Forecasts with intervals, beside plain baselines and the error of each in a backtest.",
    "Pronósticos con intervalos, junto a referencias simples y con el error de cada uno en una prueba retrospectiva.",
    waits,
)
