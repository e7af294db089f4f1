"""Findings by place, dataset, source, weight and check; one finding with the figures and events it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, cast

from ambos.catalog import Catalog
from ambos.catalog.catalog import nearest
from ambos.errors import UnknownName
from ambos.flows.data.check import chosen, findings_table
from ambos.flows.workspace import Workspace
from ambos.model import Dataset, Finding, Place, Series
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, View
from ambos.model.codes import TOTAL
from ambos.numbers import both, period
from ambos.periods import MONTHS_IN, label, plus_months
from ambos.quality import Check, load_checks
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.asked import Asked

#: Months of figures shown before and after those that a finding is about.
AROUND = 12
#: Rows of figures beside a finding; more are not shown but counted.
MOST_FIGURES = 400


@dataclass(frozen=True, slots=True)
class Filters:
    """Which findings are wanted; an empty one wants all."""

    place: str = ""  #: Id, slug or name; the places within it are included.
    dataset: str = ""
    source: str = ""
    severity: str = ""
    check: str = ""


def selected(workspace: Workspace, findings: Sequence[Finding], filters: Filters) -> list[Finding]:
    """Select findings.

    Raises
    ------
    UnknownName
        If there is no such place, check, dataset or source.
    """
    catalog = workspace.catalog
    kept = chosen(workspace, findings, place=filters.place or None, check=filters.check or None)
    _known(Text("dataset", "el conjunto de datos"), filters.dataset, catalog.datasets)
    _known(Text("source", "la fuente"), filters.source, catalog.sources)
    return [
        f
        for f in kept
        if filters.dataset in ("", f.dataset)
        and filters.severity in ("", f.severity)
        and (not filters.source or filters.source in catalog.datasets[f.dataset].sources)
    ]


def _known(kind: Text, name: str, known: Iterable[str]) -> None:
    names = list(known)
    if name and name not in names:
        raise UnknownName(kind=kind, name=name, nearest=", ".join(names[:5]))


def list_answer(workspace: Workspace, findings: Sequence[Finding], filters: Filters) -> Answer:
    """List the findings that are wanted of those given; see `selected` for errors."""
    own = selected(workspace, findings, filters)
    noun = Text(" finding", " hallazgo") if len(own) == 1 else Text(" findings", " hallazgos")
    title = both(len(own)) + noun
    return Answer("findings", title, (findings_table(workspace.catalog, title, own),), {"all": len(findings)})


def find(findings: Iterable[Finding], id: str) -> Finding:
    """The finding of an id.

    Raises
    ------
    UnknownName
        If the checks find none of this id in what is held now.
    """
    known = {f.id: f for f in findings}
    if id not in known:
        kind = Text("finding", "el hallazgo")
        raise UnknownName(kind=kind, name=id, nearest=", ".join(nearest(id, known, 2)) or "–")
    return known[id]


def one_answer(workspace: Workspace, finding: Finding) -> Answer:
    """Give a finding with what its check does, its thresholds, the events that explain it and the figures around it.

    Returns
    -------
    Answer
        Tables ``findings`` (one row), ``thresholds``, ``events``, ``series`` (those that the finding touches, each with
        the place and the first and last day to ask it for) and ``figures``: of monthly and annual datasets, the rows of
        the finding's place and items from a year before it to a year after it.
    """
    catalog, check = workspace.catalog, load_checks()[finding.check]
    title = check.title + Text.same(": ") + _where(catalog, finding)
    figures, left = _figures(workspace, finding, check)
    notes = [check.description]
    if left:
        notes.append(
            Text(
                "{count} further rows of figures are not shown; the series have them all.",
                "No se muestran otros {count} renglones de cifras; las series los tienen todos.",
            ).format(count=both(left))
        )
    notes.append(
        Text(
            "A finding never changes or hides a value.",
            "Un hallazgo nunca cambia ni oculta un valor.",
        )
    )
    dataset = catalog.datasets[finding.dataset]
    return Answer(
        "finding",
        title,
        (
            findings_table(catalog, title, [finding]),
            _thresholds(check),
            _events(catalog, finding),
            _series(catalog, finding, check),
            figures,
        ),
        {"dataset": Named(dataset.id, dataset.title)},
        tuple(notes),
        tuple(catalog.sources[source].citation for source in dataset.sources),
    )


def _where(catalog: Catalog, finding: Finding) -> Text:
    place = catalog.places.get(finding.place)
    return place.name if place else catalog.datasets[finding.dataset].title


def _thresholds(check: Check) -> Table:
    columns = (
        Column("threshold", None),
        Column("value", Text("Threshold", "Umbral"), exact=True),
        Column("why", Text("Why this number", "Por qué este número")),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple((name, str(t.value), t.why) for name, t in check.thresholds.items())
    title = Text("Thresholds of the check", "Umbrales de la revisión")
    return Table("thresholds", title, columns, rows)


def _events(catalog: Catalog, finding: Finding) -> Table:
    columns = (
        Column("event", Text("Event", "Acontecimiento")),
        Column("from", Text("From", "Desde")),
        Column("to", Text("To", "Hasta")),
        Column("description", Text("What happened", "Qué pasó")),
        Column("source", Text("Source", "Fuente")),
    )
    known = [catalog.events[id] for id in finding.events]
    rows = tuple((Named(e.id, e.name), e.start, e.end, e.description, e.source) for e in known)
    return Table("events", Text("Events that explain it", "Acontecimientos que lo explican"), columns, rows)


def _series(catalog: Catalog, finding: Finding, check: Check) -> Table:
    """List the series that show the figures of a finding, with the place and days to ask them for."""
    dataset, place = catalog.datasets[finding.dataset], catalog.places.get(finding.place)
    codes = _codes(catalog, dataset, finding, check)
    first, last = _around(dataset, finding)
    columns = (
        Column("series", None),
        Column("title", Text("Series", "Serie")),
        Column("place", None),
        Column("from", None),
        Column("to", None),
    )
    rows = tuple(
        (s.id, s.title, place.slug if place and s.place else None, first, last)
        for s in catalog.series.values()
        if isinstance(s, Series) and s.dataset == dataset.id and _shows(catalog, s, place, codes)
    )
    return Table("series", Text("Series that show it", "Series que lo muestran"), columns, rows)


def _shows(catalog: Catalog, series: Series, place: Place | None, codes: Mapping[str, frozenset[str]]) -> bool:
    """Return True if a series rests on a place and on one of the codes of each column that is cut."""
    if place and series.place and series.place_kind != place.kind and not catalog.members(place, series.place_kind):
        return False
    if series.value not in codes.get("", {series.value}):
        return False
    return all(not set(codes[c]).isdisjoint(own) for c, own in series.where.items() if c in codes)


def _codes(catalog: Catalog, dataset: Dataset, finding: Finding, check: Check) -> dict[str, frozenset[str]]:
    """The codes that a finding is about, by the column that holds them; value columns under ``""``."""
    made: dict[str, set[str]] = {}
    for item in finding.item.split("+") if finding.item != TOTAL else ():
        parts = check.settings.get("sums", {}).get(item, {}).get("parts") or item.split("/")
        for part in parts:
            if part in dataset.values:
                made.setdefault("", set()).add(part)
            for column in dataset.columns:
                codes = catalog.codelists.get(column.codes or "")
                if column.role == "key" and codes is not None and part in codes.codes:
                    made.setdefault(column.id, set()).add(part)
    return {column: frozenset(codes) for column, codes in made.items()}


def _around(dataset: Dataset, finding: Finding) -> tuple[date, date]:
    """The first and last day of the figures shown with a finding."""
    months = AROUND if dataset.frequency in MONTHS_IN else 1
    return plus_months(finding.start.replace(day=1), -months), plus_months(finding.end.replace(day=1), months)


def _figures(workspace: Workspace, finding: Finding, check: Check) -> tuple[Table, int]:
    """Tabulate the rows around a finding, and count those left out.

    A count stands beside the one it belongs to (passengers beside vehicles).
    """
    catalog, store = workspace.catalog, workspace.store
    dataset, place = catalog.datasets[finding.dataset], catalog.places.get(finding.place)
    codes = _codes(catalog, dataset, finding, check)
    values = [c for c in dataset.columns if c.role == "value" and c.id in codes.get("", {c.id})]
    items = [c for c in dataset.columns if c.role == "key" and c.id in codes]
    key = next((c for c in dataset.columns if c.role == "key" and place and c.codes == place.kind), None)
    columns = (
        Column("period", catalog.message("column.period")),
        *(Column(c.id, c.description) for c in items),
        *(Column(c.id, c.description, catalog.units[c.unit].decimals if c.unit else 0) for c in values),
        Column("status", Text("Status", "Estado")),
    )
    title = Text("Figures around it", "Cifras alrededor")
    told = {dataset.period, *(c.id for c in items), *((key.id,) if key else ())}
    if (
        dataset.frequency == "H" or set(dataset.keys) != told
    ):  # rows that are parts of the figure say nothing by themselves
        return Table("figures", title, columns, ()), 0
    table = store.table(dataset.id)
    first, last = _around(dataset, finding)
    conditions: list[Asked] = [table[dataset.period].between(first, last)]
    if key is not None:
        conditions.append(table[key.id] == finding.place)
    for column in items:
        conditions.append(table[column.id].isin(sorted(_with_parents(catalog, column.codes or "", codes[column.id]))))
    rows = table.filter(reduce(and_, conditions)).order_by(*dataset.keys)
    frame = store.frame(
        rows.select(*dict.fromkeys([dataset.period, *(c.id for c in items), *(c.id for c in values), "status"]))
    )
    statuses = catalog.codelists["statuses"]

    def row(cells: tuple[object, ...]) -> tuple[Cell, ...]:
        when, *rest = cells
        names, numbers, status = rest[: len(items)], rest[len(items) : -1], str(rest[-1])
        assert isinstance(when, date)
        return (
            _period(label(when, dataset.frequency)),
            *(Named(str(code), catalog.name(c.codes or "", str(code))) for code, c in zip(names, items, strict=True)),
            *cast("tuple[Cell, ...]", tuple(numbers)),
            Named(status, statuses[status].name if status in statuses else Text.same(status)),
        )

    made = tuple(row(cells) for cells in frame.head(MOST_FIGURES).iter_rows())
    shown = tuple(c.key for c in columns)
    single = len(items) == 1 and len(values) == 1
    view = (
        View(title, ("period", values[0].id), by=items[0].id)
        if single and len({r[1].code for r in made if isinstance(r[1], Named)}) > 1
        else View(title, shown)
    )
    return Table("figures", title, columns, made, views=(view,)), max(0, frame.height - MOST_FIGURES)


def _period(label: str) -> Shown:
    return Shown(label, Text(period(label, "en"), period(label, "es")))


def _with_parents(catalog: Catalog, codelist: str, codes: Iterable[str]) -> set[str]:
    """Codes, and those that they are part of or carried by."""
    own = set(codes)
    known = catalog.codelists[codelist].codes
    return own | {parent for code in own if (parent := known[code].attributes.get("parent"))}
