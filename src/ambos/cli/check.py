"""`ambos check data` and `ambos check definitions`."""

from __future__ import annotations

from pathlib import Path

import click

from ambos.cli.common import as_json, common, language, print_json, progress, workspace
from ambos.cli.findings import findings_as_json, print_findings
from ambos.cli.language import LANGUAGE, tr
from ambos.numbers import number


@click.group(
    "check",
    help=tr("Find faults in the data, or in the definitions.", "Busca fallas en los datos o en las definiciones."),
)
@language
def command() -> None:
    """The two checks."""


@command.command(
    "data",
    help=tr(
        "Run all checks over the data, write the findings and print them.",
        "Aplica todas las revisiones a los datos, guarda los hallazgos y los muestra.",
    ),
)
@click.option(
    "--place",
    metavar=tr("NAME", "NOMBRE"),
    help=tr("Only findings of this place.", "Solo los hallazgos de este lugar."),
)
@click.option(
    "--check",
    "only",
    metavar=tr("NAME", "NOMBRE"),
    help=tr("Only findings of this check.", "Solo los hallazgos de esta revisión."),
)
@as_json
@common
def data(place: str | None, only: str | None, as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.check import check_data, chosen

    opened = workspace(folder, region)
    chosen(opened, (), place=place, check=only)  # a wrong name is refused before the work
    with progress(tr("Checking", "Revisando")):
        found = check_data(opened, keep=True)
    shown = chosen(opened, found, place=place, check=only)
    catalog = opened.catalog
    if as_json:
        print_json(findings_as_json(shown))
        return
    noun = tr("finding", "hallazgo") if len(shown) == 1 else tr("findings", "hallazgos")
    print_findings(catalog, shown, title=f"{number(len(shown), 0, LANGUAGE)} {noun}")


@command.command(
    "definitions",
    help=tr(
        "Check that all definitions fit together and every text is in both languages.",
        "Revisa que las definiciones concuerden y que cada texto esté en ambos idiomas.",
    ),
)
@as_json
@common
def definitions(as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.definitions import check_definitions

    counts = check_definitions(workspace(folder, region))
    if as_json:
        print_json(counts)
    else:
        names = {
            "places": tr("places", "lugares"),
            "codes": tr("codes", "claves"),
            "sources": tr("sources", "fuentes"),
            "datasets": tr("datasets", "conjuntos de datos"),
            "series": tr("series", "series"),
            "events": tr("events", "eventos"),
            "messages": tr("messages", "mensajes"),
            "twin": tr("crossings of the twin", "cruces del gemelo"),
            "river": tr("rules and scenarios of the river", "reglas y escenarios del río"),
            "air": tr("tables of the air", "tablas del aire"),
            "air_stations": tr("air stations", "estaciones de aire"),
        }
        listed = ", ".join(f"{number(count, 0, LANGUAGE)} {names.get(what, what)}" for what, count in counts.items())
        click.echo(tr(f"The definitions are sound: {listed}.", f"Las definiciones están en orden: {listed}."))
