"""`ambos check data`: faults in the data become findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ambos import quality
from ambos.cache import kept
from ambos.catalog import Catalog
from ambos.catalog.catalog import plain, unknown
from ambos.errors import NoData
from ambos.flows.data.show import Figures
from ambos.flows.data.touching import findings_on, rows_of, weightiest
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.model.answer import Answer, Cell, Column, Named, Table, View
from ambos.numbers import both, period
from ambos.periods import label
from ambos.quality import Check, load_checks
from ambos.text import LANGUAGES, Text, joined

if TYPE_CHECKING:
    from ambos.asked import Asked

#: Questions whose findings are kept in the user's cache folder.
MOST_BESIDE = 64


def check_data(
    workspace: Workspace,
    *,
    keep: bool = False,
    datasets: Collection[str] | None = None,
    cut: Callable[[str, Asked], Asked] = lambda dataset, table: table,
    checks: Mapping[str, Check] | None = None,
) -> list[Finding]:
    """Run every check over everything held.

    Parameters
    ----------
    workspace : Workspace
    keep : bool
        Write the findings into the store, in place of those of the last run.
    datasets : collection of str, optional
        Only these.
    cut : callable, optional
        Leaves out rows of a dataset that no finding of interest rests on.
    checks : mapping of str to Check, optional
        Default: the packaged table of checks.

    Returns
    -------
    list of Finding
        The weightiest first.

    Raises
    ------
    NoData
        If nothing is held.
    """
    tables, store = {}, workspace.store
    known: dict[str, set[date]] = {}
    for snapshot in store.snapshots():
        known.setdefault(snapshot.source, set()).add(snapshot.as_of)
    wanted = [one for one in workspace.catalog.datasets if datasets is None or one in datasets]
    for dataset in store.holding(wanted):
        tables[dataset] = cut(dataset, store.table(dataset))
        # what was known on one day only, or has no key twice, cannot have been revised, and telling so from the rows is slow
        days = set().union(*(known.get(source, set()) for source in workspace.catalog.datasets[dataset].sources))
        if len(days) > 1 and store.revised(dataset):
            tables[f"vintages:{dataset}"] = cut(dataset, store.table(dataset, vintages=True))
    if not tables:
        raise NoData(what=Text("any dataset", "ningún conjunto de datos"))
    tables["quarantine"] = store.quarantined()
    findings = quality.run(tables, workspace.catalog, checks, store.frame)
    if keep:
        workspace.store.write_findings(findings)
    return findings


def findings_held(workspace: Workspace) -> Sequence[Finding]:
    """List the findings of all checks, as `check_data`; kept in the user's cache folder by all that they depend on."""
    found = kept("findings", workspace.content, lambda: tuple(check_data(workspace)))
    return found or tuple(check_data(workspace))  # pages keep none of a store that holds nothing, which is refused here


def findings_for(
    workspace: Workspace, shown: Figures, as_of: date | None = None, known: Sequence[Finding] | None = None
) -> tuple[list[Finding], int]:
    """The findings that stand beside an answer, and how many further ones touch it.

    Parameters
    ----------
    workspace : Workspace
    shown : Figures
    as_of : date, optional
        Only what was known on this day.
    known : sequence of Finding, optional
        All findings of what was known then, by one who has them; else the checks run.
    """
    if as_of is not None:
        workspace = replace(workspace, store=workspace.store.at(as_of))
    catalog = workspace.catalog
    rows = rows_of(catalog, shown.what, shown.frame)
    measures = [row.codes.get("measure") for row in rows]
    codes = catalog.codelists["measures"].codes.values()
    parents = {code.id: code.attributes.get("parent") for code in codes}

    def cut(dataset: str, table: Asked) -> Any:
        """The measures shown, and those that they are checked against: their parents and what else these carry."""
        if "measure" not in table.columns or not all(measures):
            return table
        shown_ones = {code for codes in measures for code in codes or ()}
        above = {parent for code in shown_ones if (parent := parents.get(code))}
        beside = {code for code, parent in parents.items() if parent in above}
        return table.filter(table.measure.isin(sorted(shown_ones | above | beside)))

    checks = load_checks()
    findings = known
    if findings is None:
        datasets = {row.series.dataset for row in rows}
        asked = f"{as_of} {sorted(datasets)} {sorted({*map(str, measures)})}"
        findings = kept(
            "beside",
            lambda: f"{asked}\n{workspace.content()}",
            lambda: check_data(workspace, datasets=datasets, cut=cut, checks=checks),
            most=MOST_BESIDE,
        )
    parts = [findings_on([row], findings, checks, catalog) for row in rows]
    chosen = weightiest(parts, shown.breaks)
    return chosen, len({f.id for part in parts for f in part}) - len(chosen)


def chosen(
    workspace: Workspace, findings: Sequence[Finding], *, place: str | None = None, check: str | None = None
) -> list[Finding]:
    """The findings of one place (its members included) or one check, by id or title.

    Raises
    ------
    UnknownName
        If there is no such place or check.
    """
    checks = load_checks()
    if check is not None:
        titled = {plain(title): c.id for c in checks.values() for title in (c.title.en, c.title.es)}
        known = check if check in checks else titled.get(plain(check))
        if known is None:
            raise unknown(Text("check", "la revisión"), check, checks)
        check = known
    if place:
        top = workspace.catalog.place(place)
        wanted = {m for kind in ("state", "port", "crossing") for m in workspace.catalog.members(top, kind)} | {top.id}
        findings = [f for f in findings if f.place in wanted]
    return [f for f in findings if check in (None, f.check)]


def findings_answer(
    workspace: Workspace, *, place: str | None = None, check: str | None = None, keep: bool = False
) -> Answer:
    """Run all checks and give the findings of a place or a check; with `keep`, write all of them into the store.

    Raises
    ------
    UnknownName
        If there is no such place or check.
    NoData
        If nothing is held.
    """
    chosen(workspace, (), place=place, check=check)  # a wrong name is refused before the work
    found = findings_held(workspace)
    if keep:
        workspace.store.write_findings(found)
    findings = chosen(workspace, found, place=place, check=check)
    noun = Text(" finding", " hallazgo") if len(findings) == 1 else Text(" findings", " hallazgos")
    title = both(len(findings)) + noun
    return Answer("check.data", title, (findings_table(workspace.catalog, title, findings),))


def findings_table(catalog: Catalog, title: Text, findings: Sequence[Finding], sources: Sequence[str] = ()) -> Table:
    """Tabulate findings: ids for data, the words of the dossier for people.

    Parameters
    ----------
    catalog : Catalog
    title : Text
    findings : sequence of Finding
    sources : sequence of str, optional
        The source of each, for findings of several.
    """
    checks, everywhere, message = load_checks(), catalog.message("label.all"), catalog.message
    columns = (
        *((Column("source", None),) if sources else ()),
        *(Column(key, None) for key in ("id", "dataset", "item", "start", "end", "size", "events", "text")),
        Column("severity", message("column.severity")),
        Column("check", message("column.check")),
        Column("place", message("column.place")),
        Column("dates", message("column.dates"), kept=None),
        Column("finding", message("column.finding"), kept=None),
    )

    def row(f: Finding) -> tuple[Cell, ...]:
        return (
            *(f.id, f.dataset, f.item, f.start, f.end, f.size, f.events, f.text),
            Named(f.severity, message(f"brief.page.{f.severity}")),
            Named(f.check, checks[f.check].title),
            Named(f.place, catalog.places[f.place].name if f.place in catalog.places else everywhere),
            *(_dates(f, catalog.datasets[f.dataset].frequency), _with_events(catalog, f)),
        )

    rows = tuple((*sources[i : i + 1], *row(f)) for i, f in enumerate(findings))
    return Table(
        "findings", title, columns, rows, views=(View(title, ("severity", "check", "place", "dates", "finding")),)
    )


def _dates(finding: Finding, frequency: str) -> Text:
    """Write the first and last period of a finding, one if they are the same."""
    labels = dict.fromkeys(label(day, "D" if frequency == "H" else frequency) for day in (finding.start, finding.end))
    return joined((Text(*(period(one, language) for language in LANGUAGES)) for one in labels), " – ")


def _with_events(catalog: Catalog, finding: Finding) -> Text:
    """Write a finding with the events that explain it."""
    text = finding.text
    for event in finding.events:
        text += Text.same(" [") + catalog.events[event].name + Text.same("]")
    return text
