"""`ambos check data`, `ambos check store` and `ambos check definitions`."""

from __future__ import annotations

import sys
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
    """The three checks."""


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
    from ambos.flows.data.check import check_data, chosen

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
    "store",
    help=tr(
        "Verify every table and every fetched body of the workspace by its hash.",
        "Verifica por su huella cada tabla y cada descarga del espacio de trabajo.",
    ),
)
@click.option(
    "--repair",
    is_flag=True,
    help=tr(
        "Move what is damaged aside and build it again from the fetched bodies.",
        "Aparta lo dañado y lo vuelve a construir con las descargas.",
    ),
)
@as_json
@common
def store(repair: bool, as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.data.check_store import check_store, repair_store

    opened = workspace(folder, region)
    with progress(tr("Verifying", "Verificando")):
        checked = check_store(opened)
        moved = [path for path in checked.damaged if repair]
        if repair and (checked.damaged or checked.lost):
            _, checked = repair_store(opened, checked)
    if as_json:
        print_json(
            {
                "tables": checked.tables,
                "bodies": checked.bodies,
                "damaged": [{"path": str(p), "error": e.message().record()} for p, e in checked.damaged.items()],
                "moved_aside": [str(p) for p in moved],
                "missing": [str(p) for p in checked.missing],
                "lost": [{"file": s.file, "source": s.source, "sha256": s.sha256} for s in checked.lost],
            }
        )
    else:
        for path in moved:
            click.echo(tr(f"Moved aside: {path}", f"Apartado: {path}"))
        for error in checked.damaged.values():
            click.echo(error.say(LANGUAGE))
        for snapshot in checked.lost:
            click.echo(
                tr(
                    f"Its rows are no longer held: {snapshot.file}. Build it again: ambos build --from its folder.",
                    f"Ya no se tienen sus renglones: {snapshot.file}. Vuelva a construirlo: ambos build --from su carpeta.",
                )
            )
        for path in checked.missing:
            click.echo(
                tr(
                    f"Fetched, but no longer there: {path}. ambos fetch brings what the source gives today.",
                    f"Se descargó, pero ya no está: {path}. ambos fetch trae lo que la fuente da hoy.",
                )
            )
        if not checked.damaged and not checked.lost:
            counts = [number(n, 0, LANGUAGE) for n in (checked.tables, checked.bodies)]
            click.echo(
                tr(
                    f"The store is sound: {counts[0]} tables and {counts[1]} fetched bodies verified.",
                    f"El almacén está íntegro: se verificaron {counts[0]} tablas y {counts[1]} descargas.",
                )
            )
    if checked.damaged or checked.lost:
        sys.exit(1)


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
    from ambos.flows.data.definitions import check_definitions

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
