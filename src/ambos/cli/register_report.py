"""`ambos register report`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ambos.cli.common import progress
from ambos.cli.declare import COUNT, FILE, FILE_PATH, option, path_type
from ambos.cli.door import verb
from ambos.cli.kinds import DayKnown, whole
from ambos.cli.language import tr
from ambos.cli.register_options import URL
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "report",
    "Show progress since the last plenary and the agreements; with --out, write the plenary's progress report in both languages: counts, commitments, agreements, a page per committee, ranking, comments, questions.",
    "Muestra el avance desde la última plenaria y los acuerdos; con --out, escribe el informe de avance para la plenaria en ambos idiomas: conteos, compromisos, acuerdos, una página por comité, proyectos ordenados, comentarios, preguntas.",
    option("--since", type=DayKnown)(
        "Progress since this day (since the last plenary, if not given).",
        "Avance desde este día (desde la última plenaria, si no se indica).",
    ),
    option("--as-of", type=DayKnown)(
        "The register and the figures as they were on this day.", "El registro y las cifras como estaban ese día."
    ),
    option("--out", "folder_out", type=path_type)("Folder of the report.", "Carpeta del informe."),
    option("--sections", metavar=Text("A,B", "A,B"))(
        "With --out: only these sections (progress, committees, ranking, comments, faq), separated by commas.",
        "Con --out: solo estas secciones (progress, committees, ranking, comments, faq), separadas por comas.",
    ),
    option("--format", "forms", metavar=Text("A,B", "A,B"))(
        "With --out: forms, separated by commas: html, pdf, docx (all if not given).",
        "Con --out: formas, separadas por comas: html, pdf, docx (todas si no se indica).",
    ),
    option("--scores", type=FILE_PATH, metavar=FILE)(
        "With --out: scores by which projects are ranked; see rank.",
        "Con --out: puntajes para ordenar proyectos; véase rank.",
    ),
    option("--weights", type=FILE_PATH, metavar=FILE)(
        "With --scores: weights; see rank.", "Con --scores: pesos; véase rank."
    ),
    option("--top", type=whole(1, 1000), metavar=COUNT)(
        "With --scores: how many first places count as the top.", "Con --scores: cuántos primeros lugares cuentan."
    ),
    URL,
    example="ambos register report --out build/report",
)
def report(
    opened: Workspace,
    since: date | None,
    as_of: date | None,
    folder_out: Path | None,
    sections: str | None,
    forms: str | None,
    scores: Path | None,
    weights: Path | None,
    top: int | None,
    url: str,
) -> Answer:
    """Show progress, or write the report."""
    from ambos.cli.brief import named
    from ambos.flows.brief.figures import Asked
    from ambos.flows.brief.report import report as made

    if folder_out is None and any((sections, forms, scores)):
        raise click.UsageError(
            tr("--sections, --format and --scores go with --out.", "--sections, --format y --scores van con --out.")
        )
    if scores is None and (weights or top):
        raise click.UsageError(tr("--weights and --top go with --scores.", "--weights y --top van con --scores."))
    asked = Asked(since, scores, weights, top, url)
    if folder_out is None:
        return made(opened, asked=asked, as_of=as_of)
    with progress(tr("Writing the report", "Escribiendo el informe")) as tell:
        return made(
            opened,
            folder_out,
            asked=asked,
            as_of=as_of,
            sections=named(sections),
            formats=named(forms),
            progress=tell,
        )
