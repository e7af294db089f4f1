"""A source: its datasets, series, files held, failures and oddities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ambos.catalog.catalog import unknown
from ambos.flows.data.ledger import read_ledger
from ambos.flows.data.listing import SourceState, list_sources
from ambos.flows.workspace import Workspace
from ambos.model import Series, Snapshot
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table
from ambos.numbers import both, period
from ambos.text import Text

#: Failures that are told, newest first.
TOLD = 5


def failures(workspace: Workspace) -> dict[str, list[Mapping[str, Any]]]:
    """Failures of `ambos fetch` by source, the newest first.

    Raises
    ------
    CannotRead
        If the ledger is damaged.
    """
    failed: dict[str, list[Mapping[str, Any]]] = {}
    for line in reversed(read_ledger(workspace.folder / "snapshots" / "ledger.jsonl")):
        if line["result"] == "failed":
            failed.setdefault(line["source"], []).append(line)
    return failed


def when(line: Mapping[str, Any]) -> datetime | None:
    """The time of a line of the ledger, if it has one that can be read."""
    try:
        return datetime.fromisoformat(str(line.get("retrieved_at", "")))
    except ValueError:
        return None


def why(line: Mapping[str, Any]) -> Text:
    """Get the message of a failure, in both languages where it has both."""
    said = line.get("error")
    if isinstance(said, Mapping) and said.get("en") and said.get("es"):
        return Text(str(said["en"]), str(said["es"])).printable()
    return Text.same(str(said or "?")).printable()


def source_answer(workspace: Workspace, id: str) -> Answer:
    """Give a source with what is held of it.

    Returns
    -------
    Answer
        Tables ``datasets``, ``series``, ``files`` (newest first) and ``failures``; its oddities are the notes.

    Raises
    ------
    UnknownName
        If there is no such source.
    CannotRead
        If the store or the ledger is damaged.
    """
    catalog = workspace.catalog
    if id not in catalog.sources:
        raise unknown(Text("source", "la fuente"), id, catalog.sources)
    source = catalog.sources[id]
    state = next(one for one in list_sources(workspace) if one.source.id == id)
    datasets = [one for one in catalog.datasets.values() if id in one.sources]
    named = {one.id for one in datasets}
    message = catalog.message
    return Answer(
        "source",
        source.title,
        (
            Table(
                "datasets",
                Text("Datasets", "Conjuntos de datos"),
                (
                    Column("dataset", Text("Dataset", "Conjunto de datos")),
                    Column("frequency", Text("Frequency", "Frecuencia")),
                    Column("description", Text("What it holds", "Qué contiene")),
                ),
                tuple(
                    (Named(d.id, d.title), Named(d.frequency, message(f"frequency.{d.frequency}")), d.description)
                    for d in datasets
                ),
            ),
            Table(
                "series",
                Text("Series", "Series"),
                (Column("series", None), Column("title", message("column.series"))),
                tuple((s.id, s.title) for s in catalog.series.values() if isinstance(s, Series) and s.dataset in named),
            ),
            _files(workspace, id),
            _failures(workspace, id),
        ),
        {
            "agency": source.agency,
            "licence": source.licence,
            "url": source.url,
            "cadence": source.cadence,
            "expected_lag_days": source.lag_days,
            "trust": source.trust,
            "newest_period": state.newest,
            "period": _period(state.period),
            "late": state.late,
            "known_on": state.last.as_of if state.last else None,
        },
        (*_freshness(state), *source.oddities),
        (source.citation,),
    )


def _period(label: str | None) -> Shown | None:
    return Shown(label, Text(period(label, "en"), period(label, "es"))) if label else None


def _freshness(state: SourceState) -> Iterator[Text]:
    if state.late and state.source.lag_days == 0:
        yield Text("Newer figures should be out.", "Ya debería haber cifras más recientes.")
    elif state.late:
        yield Text(
            "Newer figures should be out: a source of this rhythm publishes {lag} days after the end of a period.",
            "Ya debería haber cifras más recientes: una fuente de este ritmo publica {lag} días después del fin del periodo.",
        ).format(lag=both(state.source.lag_days))
    if state.source.trust == "B":
        yield Text(
            "Official numbers that a third party has re-shaped, not the agency's own bytes.",
            "Números oficiales que un tercero reorganizó, no los bytes de la propia dependencia.",
        )
    if state.set_aside:
        yield Text(
            "Rows of its files that were set aside: {count}.", "Renglones de sus archivos que se apartaron: {count}."
        ).format(count=both(sum(state.set_aside.values())))


def _files(workspace: Workspace, id: str) -> Table:
    columns = (
        Column("file", Text("File", "Archivo")),
        Column("known_on", Text("Known on", "Disponible al")),
        Column("retrieved", Text("Fetched", "Descargado")),
        Column("bytes", Text.same("Bytes")),
        Column("rows", Text("Rows read", "Renglones leídos")),
        Column("refused", Text("Refused", "Rechazados")),
        Column("snapshot", Text("Hash (SHA-256, first 16)", "Huella (SHA-256, primeros 16)"), side="left"),
    )
    own = [s for s in workspace.store.snapshots() if s.source == id]
    own.sort(key=lambda s: (s.as_of, s.file), reverse=True)

    def row(s: Snapshot) -> tuple[Cell, ...]:
        fetched = s.retrieved_at.date() if s.retrieved_at else None
        name = s.file.rpartition("/")[2]
        return (name, s.as_of, fetched, s.size, s.counts.get("read"), s.counts.get("refused"), s.id)

    return Table("files", Text("Files held", "Archivos disponibles"), columns, tuple(map(row, own)))


def _failures(workspace: Workspace, id: str) -> Table:
    columns = (
        Column("failed_on", Text("Day", "Día")),
        Column("error", Text("What it said", "Qué dijo")),
    )
    rows = []
    for line in failures(workspace).get(id, ())[:TOLD]:
        at = when(line)
        rows.append((at.date() if at else None, why(line)))
    return Table("failures", Text("Last failures", "Últimas fallas"), columns, tuple(rows))
