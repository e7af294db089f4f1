"""`ambos calendar`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ambos.cli.declare import FILE_PATH, argument, option
from ambos.cli.door import verb
from ambos.cli.kinds import FIRST_DAY
from ambos.cli.language import spoken
from ambos.cli.register_options import URL
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "calendar",
    "List meetings, due dates, ends of agreements and rules, and days on which figures are expected; with a file, write them as a calendar (ICS) for any calendar program, in the language of --lang.",
    "Enumera reuniones, plazos, el fin de acuerdos y reglas y los días en que se esperan cifras; con un archivo, los escribe como calendario (ICS) para cualquier programa de calendario, en el idioma de --lang.",
    argument("file", required=False, metavar=Text("[FILE]", "[ARCHIVO]"), type=FILE_PATH),
    option("--from", "start", type=FIRST_DAY)("First day; today if not given.", "Primer día; hoy si no se indica."),
    URL,
    short=Text("List or write (ICS) meetings, due dates, ends.", "Enumera o escribe (ICS) reuniones, plazos y vencimientos."),
    example=Text("ambos calendar commission.ics", "ambos calendar comision.ics"),
)  # fmt: skip
def command(opened: Workspace, file: Path | None, start: date | None, url: str) -> Answer:
    """List days, or write them as a calendar."""
    from ambos.flows.register.calendar import calendar_answer, days, write_calendar

    found = days(opened, start=start, url=url)
    made = calendar_answer(opened, found)
    if file is None:
        return made
    written = write_calendar(file, found, spoken(), opened.clock())
    return replace(made, tables=(replace(made.tables[0], shown=False),), files=(written,))
