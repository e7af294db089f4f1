"""`ambos series`."""

from __future__ import annotations

from pathlib import Path

import click

from ambos.cli.common import as_json, common, print_json, print_table, workspace
from ambos.cli.language import LANGUAGE, tr
from ambos.model import Series


@click.command(
    "series",
    help=tr("List series and indicators with definitions.", "Enumera series e indicadores con sus definiciones."),
)
@click.argument("words", nargs=-1, metavar=tr("[WORDS]...", "[PALABRAS]..."))
@as_json
@common
def command(words: tuple[str, ...], as_json: bool, folder: Path, region: str) -> None:
    """Parse, call the flow, print."""
    from ambos.flows.data.listing import list_series

    opened = workspace(folder, region)
    found = list_series(opened, " ".join(words))
    message = opened.catalog.message
    if as_json:
        print_json(
            [
                {
                    "series": s.id,
                    "topic": s.topic,
                    "title": s.title[LANGUAGE],
                    "definition": s.definition[LANGUAGE],
                    "unit": s.unit,
                    "frequency": s.frequency if isinstance(s, Series) else None,
                    "dataset": s.dataset if isinstance(s, Series) else None,
                    "items": list(s.items) if isinstance(s, Series) else [],
                    "numerator": None if isinstance(s, Series) else s.numerator,
                    "denominator": None if isinstance(s, Series) else s.denominator,
                    "not_comparable_with": list(s.not_comparable_with),
                    "warnings": [w[LANGUAGE] for w in s.warnings],
                }
                for s in found
            ]
        )
        return
    if not found:
        click.echo(tr("No series or indicator matches.", "Ninguna serie ni indicador coincide."), err=True)
    for topic in dict.fromkeys(s.topic for s in found):
        print_table(
            [
                (message("column.series")[LANGUAGE], "left"),
                (message("column.title")[LANGUAGE], "left"),
                (message("column.definition")[LANGUAGE], "left"),
            ],
            [[s.id, s.title[LANGUAGE], s.definition[LANGUAGE]] for s in found if s.topic == topic],
            title=message(f"topic.{topic}")[LANGUAGE],
        )
