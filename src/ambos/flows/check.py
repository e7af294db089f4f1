"""`ambos check data`: faults in the data become findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ambos import quality
from ambos.catalog.catalog import nearest, plain
from ambos.errors import NoData, UnknownName
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.quality import load_checks
from ambos.text import Text


def check_data(workspace: Workspace, *, keep: bool = False) -> list[Finding]:
    """Run every check over everything held.

    Parameters
    ----------
    workspace : Workspace
    keep : bool
        Write the findings into the store, in place of those of the last run.

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
        if workspace.store.newest(dataset) is not None:
            tables[dataset] = workspace.store.table(dataset)
            # what was known on one day only cannot have been revised, and telling so from the rows is slow
            if len(set().union(*(known.get(source, set()) for source in held.sources))) > 1:
                tables[f"vintages:{dataset}"] = workspace.store.table(dataset, vintages=True)
    if not tables:
        raise NoData(what=Text("any dataset", "ningún conjunto de datos"))
    tables["quarantine"] = workspace.store.quarantined()
    found = quality.run(tables, workspace.catalog)
    if keep:
        workspace.store.write_findings(found)
    return found


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
