"""`ambos fetch`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from ambos.cli.common import Period, as_json, common, print_json, print_table, progress, workspace
from ambos.cli.language import LANGUAGE, tr
from ambos.numbers import number


@click.command(
    "fetch",
    help=tr(
        "Ask the sources for newer figures and store what they give, unread; then run ambos build. Keys come from the "
        "environment: BANXICO_TOKEN, CENSUS_API_KEY, AQS_KEY with AQS_EMAIL, AIRNOW_API_KEY, OPENAQ_API_KEY; not needed "
        "but of use: BTS_APP_TOKEN, API_USGS_PAT.",
        "Pide a las fuentes cifras más recientes y guarda lo que dan, sin leerlo; después ejecute ambos build. Las claves "
        "se toman del entorno: BANXICO_TOKEN, CENSUS_API_KEY, AQS_KEY con AQS_EMAIL, AIRNOW_API_KEY, OPENAQ_API_KEY; útiles, "
        "aunque no necesarias: BTS_APP_TOKEN, API_USGS_PAT.",
    ),
)
@click.argument("sources", nargs=-1, metavar=tr("[SOURCES]...", "[FUENTES]..."))
@click.option(
    "--since",
    type=Period(last=False),
    help=tr(
        "First day wanted; default: 1 January of last year.",
        "Primer día deseado; si se omite, el 1 de enero del año pasado.",
    ),
)
@as_json
@common
def command(sources: tuple[str, ...], since: date | None, as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.data.fetch import fetch

    opened = workspace(folder, region)
    with progress(tr("Fetching", "Descargando")) as tell:
        outcomes = fetch(opened, sources, since, progress=tell)
    if as_json:
        print_json(
            [
                {
                    "source": o.source,
                    "result": o.result,
                    "path": str(o.path) if o.path else None,
                    "size": o.size,
                    "error": o.error.say(LANGUAGE) if o.error else None,
                }
                for o in outcomes
            ]
        )
    else:
        message = opened.catalog.message
        print_table(
            [
                (message("column.source")[LANGUAGE], "left"),
                (message("column.result")[LANGUAGE], "left"),
                ("bytes", "right"),
                (message("column.file")[LANGUAGE], "left"),
            ],
            [
                [
                    o.source,
                    message(f"fetched.{o.result}")[LANGUAGE],
                    number(o.size, 0, LANGUAGE) if o.size else "",
                    o.path.name if o.path else "",
                ]
                for o in outcomes
            ],
        )
    for outcome in outcomes:
        if outcome.error:
            click.echo(f"[{outcome.source}] {outcome.error.say(LANGUAGE)}", err=True)
    sys.exit(1 if any(o.result == "failed" for o in outcomes) else 0)
