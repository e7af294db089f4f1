"""The dossier's figure of what could change at the ports: embedded simulated estimates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ambos.briefing import DossierTable
from ambos.flows.brief.answers import Basis, Row, code_of, ids, of_datasets, published
from ambos.flows.brief.figures import DossierContext
from ambos.flows.twin.could_change import could_change as estimates
from ambos.model.answer import Named, View
from ambos.text import Text


def could_change(context: DossierContext, entry: Mapping[str, Any]) -> DossierTable:
    """Tabulate what-ifs of the busiest lines: mean wait today, its change with the interval, and how far off the model was."""
    answer = estimates(context.workspace)
    table, units = answer.table("could_change"), context.workspace.catalog.units
    sources, _ = of_datasets(context, ["waits", "crossings"])
    span, made = f"{answer.facts['first_month']}/{answer.facts['last_month']}", answer.facts["made"]
    assert isinstance(made, date)
    names: dict[str, Text] = {}

    def item(row: Row) -> str:
        whatif, lanes = row["whatif"], row["lanes"]
        assert isinstance(whatif, Named) and isinstance(lanes, Named)
        names[f"{whatif.code}/{lanes.code}"] = whatif.name + Text.same(" · ") + lanes.name
        return f"{whatif.code}/{lanes.code}"

    for row in table.cells():
        item(row)
        names[code_of(row["crossing"])] = context.workspace.catalog.places[code_of(row["crossing"])].name

    def code(row: Row, key: str) -> tuple[str, str, str, str]:
        return f"ports.could_change.{key.removesuffix('_min')}", code_of(row["crossing"]), item(row), span

    return published(
        context,
        entry,
        table,
        View(None, table.labelled()),
        Basis(made, ids(sources), sources, status="E"),
        code,
        heads=3,
        units={"min": units["minute"], "hours": units["lane_hour"]},
        names=names,
        notes=answer.notes,
    )
