"""Changes by the newest figures, and days to come: what ends or is published next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ambos.catalog.air import load_air
from ambos.flows.data.listing import list_sources
from ambos.flows.data.vintages import changes_of
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.model.answer import Answer, Column, Named, Shown, Table, View
from ambos.numbers import period
from ambos.periods import label
from ambos.text import LANGUAGES, Text

#: Source that waits for nothing: its lag is of so many days or more.
_NEVER_AGAIN = 1000


def newest_figures(workspace: Workspace) -> Answer:
    """Tabulate, by dataset, when its newest figures became known, and how many of them were new or revised."""
    catalog, store = workspace.catalog, workspace.store
    rows = []
    for dataset in catalog.datasets.values():
        newest, known = store.newest(dataset.id), changes_of(workspace, dataset)
        if newest is None or not known:
            continue
        last = known[0]
        of = label(newest, "D" if dataset.frequency == "H" else dataset.frequency)
        rows.append(
            (
                Named(dataset.id, dataset.title),
                last.as_of,
                Shown(of, Text(*(period(of, language) for language in LANGUAGES))),
                last.new,
                last.revised,
            )
        )
    rows.sort(key=lambda row: row[1], reverse=True)
    columns = (
        Column("dataset", Text("Figures", "Cifras")),
        Column("known_on", Text("Known since", "Conocidas desde el")),
        Column("newest_period", Text("Newest period", "Periodo más reciente")),
        Column("new", Text("New", "Nuevas")),
        Column("revised", Text("Revised", "Revisadas")),
    )
    title = Text("What the newest figures changed", "Qué cambió con las cifras más recientes")
    note = Text(
        "New: figures of a key that had none before. Revised: figures that were known before with another value. Nothing"
        " is overwritten: each page of a series shows what was known when.",
        "Nuevas: cifras que antes no existían. Revisadas: cifras que se conocían con otro valor. Nada se sobrescribe: la"
        " página de cada serie muestra qué se sabía y cuándo.",
    )
    return Answer("news", title, (Table("news", title, columns, tuple(rows)),), notes=(note,))


def newest_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings that weigh by the end of the figures that they touch, the newest first; of one day, as they were."""
    return sorted((f for f in findings if f.severity != "low"), key=lambda f: f.end, reverse=True)


@dataclass(frozen=True, slots=True)
class Coming:
    """A day on which something ends or is expected."""

    day: date
    kind: Literal["end", "release"]
    id: str  #: Of the rule, agreement or event (``end``) or of the source (``release``).
    name: Text
    source: Text


def coming(workspace: Workspace) -> list[Coming]:
    """List the days to come, the nearest first: rules, agreements, limits and events with a known end, and the next
    figures of each source, by its expected lag.

    A source whose next figures are overdue is not among them; the list of sources tells so.
    """
    today = workspace.today()
    releases = [
        Coming(s.expected, "release", s.source.id, s.source.title, s.source.agency)
        for s in list_sources(workspace)
        if s.expected is not None and s.source.lag_days < _NEVER_AGAIN
    ]
    found = [each for each in (*_ends(workspace), *releases) if each.day >= today]
    return sorted({(c.day, c.kind, c.id): c for c in found}.values(), key=lambda c: (c.day, c.kind, c.id))


def _ends(workspace: Workspace) -> Iterator[Coming]:
    river, air = workspace.river, load_air()
    for rule in river.rules:
        yield Coming(rule.end, "end", rule.id, rule.name, rule.citation.source)
    for instrument in river.instruments.values():
        if instrument.end is not None:
            yield Coming(instrument.end, "end", instrument.id, instrument.name, instrument.citation.source)
    for table in (table for tables in air.tables.values() for table in tables):
        if table.until is not None:
            yield Coming(table.until, "end", table.id, table.name, table.citation)
    for event in workspace.catalog.events.values():
        yield Coming(event.end, "end", event.id, event.name, event.source)


def coming_answer(workspace: Workspace) -> Answer:
    """Tabulate what ends or is expected next; see `coming`."""
    kinds = {
        "end": Text("ends (last day)", "termina (último día)"),
        "release": Text("new figures expected", "se esperan cifras nuevas"),
    }
    rows = tuple((c.day, Named(c.kind, kinds[c.kind]), Named(c.id, c.name), c.source) for c in coming(workspace))
    columns = (
        Column("day", Text("Day", "Fecha")),
        Column("kind", Text("What", "Qué")),
        Column("id", Text("Of", "De")),
        Column("source", Text("Source", "Fuente")),
    )
    title = Text("What ends or is published next", "Qué vence o se publica después")
    note = Text(
        "Days of new figures are computed from the end of the next period and the usual lag of the source, not announced by"
        " it. An end is the last day on which the rule or agreement holds by its own text.",
        "Las fechas de cifras nuevas se calculan con el fin del siguiente periodo y el rezago habitual de la fuente; no las"
        " anuncia ella. Un vencimiento es el último día en que rige la regla o el acuerdo según su propio texto.",
    )
    seen = View(title, ("day", "kind", "id"))
    return Answer("coming", title, (Table("coming", title, columns, rows, views=(seen,)),), notes=(note,))
