"""Findings as every command shows them."""

from __future__ import annotations

from collections.abc import Sequence

from ambos.catalog import Catalog
from ambos.cli.common import print_table
from ambos.cli.language import LANGUAGE
from ambos.model import Finding


def findings_as_json(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Each finding with its ids and its text in both languages."""
    return [
        {
            "id": f.id,
            "check": f.check,
            "dataset": f.dataset,
            "place": f.place,
            "item": f.item,
            "start": f.start,
            "end": f.end,
            "size": f.size,
            "severity": f.severity,
            "events": list(f.events),
            "text": f.text.record(),
        }
        for f in findings
    ]


def print_findings(catalog: Catalog, findings: Sequence[Finding], title: str) -> None:
    """Findings as a table, in the words of the dossier; JSON keeps the ids."""
    from ambos.quality import load_checks

    checks = load_checks()
    everywhere = catalog.message("label.all")
    columns = ("column.severity", "column.check", "column.place", "column.dates", "column.finding")
    print_table(
        [(catalog.message(column)[LANGUAGE], "left") for column in columns],
        [
            [
                catalog.message(f"brief.page.{f.severity}")[LANGUAGE],
                checks[f.check].title[LANGUAGE],
                (catalog.places[f.place].name if f.place in catalog.places else everywhere)[LANGUAGE],
                f"{f.start} – {f.end}",
                f.text[LANGUAGE] + "".join(f" [{catalog.events[e].name[LANGUAGE]}]" for e in f.events),
            ]
            for f in findings
        ],
        title=title,
    )
