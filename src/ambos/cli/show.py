"""`ambos show`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from ambos.cli.declare import NAME, argument, option
from ambos.cli.door import for_people, verb
from ambos.cli.kinds import FIRST_DAY, LAST_DAY, DayKnown
from ambos.cli.language import spoken
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "show",
    "Print a series or an indicator. ambos series lists them, ambos places the places.",
    "Muestra una serie o un indicador. ambos series los enumera; ambos places, los lugares.",
    argument("series", metavar=Text("SERIES", "SERIE")),
    option("--place", "places", multiple=True, metavar=NAME)(
        "Place, by code or name; repeatable.", "Lugar, por clave o nombre; se puede repetir."
    ),
    option("--item", "items", multiple=True, metavar=NAME)(
        "Item (* for each, _T for the total); repeatable.",
        "Concepto (* para cada uno, _T para el total); se puede repetir.",
    ),
    option("--from", "start", type=FIRST_DAY)("First period.", "Primer periodo."),
    option("--to", "end", type=LAST_DAY)("Last period.", "Último periodo."),
    option("--freq", "frequency", type=click.Choice(["A", "Q", "M", "D", "H", "all"]))(
        "Annual, quarterly, monthly, daily, hourly, or one figure of it all.",
        "Anual, trimestral, mensual, diaria, horaria o una sola cifra de todo.",
    ),
    option("--as-of", type=DayKnown)("What was known on this day.", "Lo que se conocía ese día."),
    option("--currency", default="", metavar="USD|MXN")(
        "Show money in this currency.", "Muestra el dinero en esta moneda."
    ),
    option("--year", "year_basis", type=click.Choice(["calendar", "fiscal"]), default="calendar", show_default=True)(
        "Calendar or US fiscal year (October to September).",
        "Año calendario o año fiscal de EE. UU. (octubre a septiembre).",
    ),
    option("--plot", is_flag=True)("Draw it in the terminal.", "Dibuja en la terminal."),
    example="ambos show crossings.trucks --freq A --from 2015",
)
def command(opened: Workspace, *, as_of: date | None, currency: str, plot: bool, **asked: Any) -> Answer:
    """Show figures; a plot is drawn in the place of their table."""
    from ambos.flows.data.figures import answer, gaps
    from ambos.flows.data.show import show

    people, currency = for_people(), currency.upper()
    shown = show(opened, as_of=as_of, currency=currency, **asked)
    made = answer(opened, shown, as_of=as_of, currency=currency, for_people=people)
    if not (plot and people):
        return made
    from ambos.cli.plot import draw

    draw(shown, opened.catalog, spoken())
    return replace(made, tables=made.tables[:1], head=tuple(gaps(shown, opened.catalog)))
