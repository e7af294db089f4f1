"""`ambos brief`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ambos.cli.common import print_json, progress, workspace
from ambos.cli.declare import AS_JSON, option, path_type
from ambos.cli.door import tool
from ambos.cli.kinds import DayKnown
from ambos.cli.language import tr
from ambos.text import Text


@tool(
    "brief",
    "Write the plenary dossier: a web page and a PDF in each language, and the data of every figure.",
    "Escribe el dosier de la plenaria: una página y un PDF en cada idioma y los datos de cada figura.",
    option("--out", default="build/brief", show_default=True, type=path_type)("Folder.", "Carpeta."),
    option("--as-of", type=DayKnown)("Only what was known on this day.", "Solo lo que se conocía ese día."),
    option("--sections", metavar=Text("A,B", "A,B"))(
        "Only these sections, by their ids, separated by commas.",
        "Solo estas secciones, por su identificador, separadas por comas.",
    ),
    option("--since", type=DayKnown)(
        "The summary tells what changed since this day (a year before if not given).",
        "El resumen dice qué cambió desde ese día (un año antes si no se indica).",
    ),
    option("--format", "forms", metavar=Text("A,B", "A,B"))(
        "Forms, separated by commas: html, pdf, summary (these three if not given), slides, docx.",
        "Formas, separadas por comas: html, pdf, summary (estas tres si no se indica), slides, docx.",
    ),
    AS_JSON,
)
def command(
    out: Path,
    as_of: date | None,
    sections: str | None,
    since: date | None,
    forms: str | None,
    as_json: bool,
    folder: Path,
    region: str,
) -> None:
    """Write the dossier and name its files."""
    from ambos.flows.brief.dossier import brief

    with progress(tr("Writing the dossier", "Escribiendo el dosier")) as tell:
        written = brief(
            workspace(folder, region),
            out,
            as_of=as_of,
            sections=named(sections),
            since=since,
            formats=named(forms),
            progress=tell,
        )
    if as_json:
        print_json([str(path) for path in written])
        return
    for path in written:
        if path.parent == out:
            click.echo(path)
    data = sum(path.parent != out for path in written)
    click.echo(tr(f"{data} data files in {out / 'data'}", f"{data} archivos de datos en {out / 'data'}"))


def named(listed: str | None) -> tuple[str, ...]:
    """Read a list of names separated by commas."""
    return tuple(name.strip() for name in (listed or "").split(",") if name.strip())
