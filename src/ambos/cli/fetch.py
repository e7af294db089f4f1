"""`ambos fetch`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ambos.cli.common import progress
from ambos.cli.declare import argument, option
from ambos.cli.door import verb
from ambos.cli.kinds import FIRST_DAY
from ambos.cli.language import tr
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "fetch",
    "Ask the sources for newer figures and store what they give, unread; then run ambos build. Keys come from the "
    "environment: BANXICO_TOKEN, CENSUS_API_KEY, AQS_KEY with AQS_EMAIL, AIRNOW_API_KEY, OPENAQ_API_KEY; not needed "
    "but of use: BTS_APP_TOKEN, API_USGS_PAT.",
    "Pide a las fuentes cifras más recientes y guarda lo que dan, sin leerlo; después ejecute ambos build. Las claves "
    "se toman del entorno: BANXICO_TOKEN, CENSUS_API_KEY, AQS_KEY con AQS_EMAIL, AIRNOW_API_KEY, OPENAQ_API_KEY; útiles, "
    "aunque no necesarias: BTS_APP_TOKEN, API_USGS_PAT.",
    argument("sources", nargs=-1, metavar=Text("[SOURCES]...", "[FUENTES]...")),
    option("--since", type=FIRST_DAY)(
        "First day wanted; default: 1 January of last year.",
        "Primer día deseado; si se omite, el 1 de enero del año pasado.",
    ),
)
def command(opened: Workspace, sources: tuple[str, ...], since: date | None) -> Answer:
    """Ask sources for newer figures."""
    from ambos.flows.data.fetch import fetch, fetch_answer

    with progress(tr("Fetching", "Descargando")) as tell:
        outcomes = fetch(opened, sources, since, progress=tell)
    return fetch_answer(opened, outcomes)
