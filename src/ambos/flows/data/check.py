"""`ambos check data`: faults in the data become findings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

import ibis

from ambos import quality
from ambos.catalog.catalog import nearest, plain
from ambos.errors import NoData, UnknownName
from ambos.flows.data.show import Shown
from ambos.flows.data.touching import findings_on, rows_of, weightiest
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.quality import Check, load_checks
from ambos.text import Text


def check_data(
    workspace: Workspace,
    *,
    keep: bool = False,
    datasets: Collection[str] | None = None,
    cut: Callable[[str, ibis.Table], ibis.Table] = lambda dataset, table: table,
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
    tables = {}
    known: dict[str, set[date]] = {}
    for snapshot in workspace.store.snapshots():
        known.setdefault(snapshot.source, set()).add(snapshot.as_of)
    for dataset, held in workspace.catalog.datasets.items():
        if (datasets is None or dataset in datasets) and workspace.store.newest(dataset) is not None:
            tables[dataset] = cut(dataset, workspace.store.table(dataset))
            # what was known on one day only cannot have been revised, and telling so from the rows is slow
            if len(set().union(*(known.get(source, set()) for source in held.sources))) > 1:
                tables[f"vintages:{dataset}"] = cut(dataset, workspace.store.table(dataset, vintages=True))
    if not tables:
        raise NoData(what=Text("any dataset", "ningún conjunto de datos"))
    tables["quarantine"] = workspace.store.quarantined()
    found = quality.run(tables, workspace.catalog, checks, workspace.store.frame)
    if keep:
        workspace.store.write_findings(found)
    return found


def findings_beside(workspace: Workspace, shown: Shown, as_of: date | None = None) -> tuple[list[Finding], int]:
    """The findings that stand beside an answer, and how many further ones touch it.

    Parameters
    ----------
    workspace : Workspace
    shown : Shown
    as_of : date, optional
        Only what was known on this day.
    """
    if as_of is not None:
        workspace = replace(workspace, store=workspace.store.at(as_of))
    catalog = workspace.catalog
    rows = rows_of(catalog, shown.what, shown.frame)
    measures = [row.codes.get("measure") for row in rows]
    known = catalog.codelists["measures"].codes.values()
    parents = {code.id: code.attributes.get("parent") for code in known}

    def cut(dataset: str, table: ibis.Table) -> ibis.Table:
        """The measures shown, and those that they are checked against: their parents and what else these carry."""
        if "measure" not in table.columns or not all(measures):
            return table
        shown_ones = {code for codes in measures for code in codes or ()}
        above = {parent for code in shown_ones if (parent := parents.get(code))}
        beside = {code for code, parent in parents.items() if parent in above}
        return table.filter(table.measure.isin(sorted(shown_ones | above | beside)))

    checks = load_checks()
    found = check_data(workspace, datasets={row.series.dataset for row in rows}, cut=cut, checks=checks)
    parts = [findings_on([row], found, checks, catalog) for row in rows]
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
            raise UnknownName(kind=Text("check", "la revisión"), name=check, nearest=", ".join(nearest(check, checks)))
        check = known
    if place:
        top = workspace.catalog.place(place)
        wanted = {m for kind in ("state", "port", "crossing") for m in workspace.catalog.members(top, kind)} | {top.id}
        findings = [f for f in findings if f.place in wanted]
    return [f for f in findings if check in (None, f.check)]
