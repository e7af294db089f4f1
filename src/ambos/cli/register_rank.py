"""`ambos register rank`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ambos.cli.declare import COUNT, FILE, FILE_PATH, option
from ambos.cli.door import verb
from ambos.cli.kinds import whole
from ambos.cli.register_options import URL

if TYPE_CHECKING:
    from ambos.flows.workspace import Workspace
    from ambos.model.answer import Answer


@verb(
    "rank",
    "Rank projects by weights and scores of yours, and count how often each stays in the top when the weights vary.",
    "Ordena proyectos según sus pesos y puntajes, y cuenta con qué frecuencia cada uno queda entre los primeros al variar los pesos.",
    option("--scores", type=FILE_PATH, metavar=FILE)(
        "CSV with project, type and a column for each criterion; without it, scores of the register's projects count.",
        "CSV con project, type y una columna por criterio; sin él cuentan los puntajes de los proyectos del registro.",
    ),
    option("--weights", type=FILE_PATH, metavar=FILE)(
        "CSV with criterion and a column of percent for each type of project (the region's plan, if not given).",
        "CSV con criterion y una columna de porcentaje por tipo de proyecto (el plan de la región, si no se indica).",
    ),
    option("--top", type=whole(1, 1000), metavar=COUNT)(
        "How many first places count as the top (10 if not given).",
        "Cuántos primeros lugares cuentan (10 si no se indica).",
    ),
    URL,
    example="ambos register rank --scores scores.csv --weights weights.csv --top 5",
)
def rank(opened: Workspace, scores: Path | None, weights: Path | None, top: int | None, url: str) -> Answer:
    """Rank projects."""
    from ambos.flows.register.rank import rank as ranked

    return ranked(opened, scores, weights, top, url)
