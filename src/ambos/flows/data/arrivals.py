"""Check new rows of a dataset against the rows held, before they are appended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.store.codes import encode

if TYPE_CHECKING:
    from ambos.quality import Check


def out_of_proportion(workspace: Workspace, dataset: str, rows: pl.DataFrame, check: Check) -> list[Finding]:
    """Jumps against the past of a series and revisions of settled figures, in the region.

    Parameters
    ----------
    workspace : Workspace
        As it is before the rows are appended.
    dataset : str
    rows : polars.DataFrame
        New rows of the dataset, with `as_of`.
    check : Check
        ``arrival`` of the table of checks.

    Returns
    -------
    list of Finding
        Each with the events that explain it. None if nothing is held yet.
    """
    catalog, store = workspace.catalog, workspace.store
    names = [name for name, series in check.settings["series"].items() if series["dataset"] == dataset]
    if not names or rows.is_empty() or store.newest(dataset) is None:
        return []
    from ambos.quality import Context, arrivals, explain, watched  # not needed where nothing is new

    context = Context({}, catalog, store.frame)
    keys = list(catalog.datasets[dataset].keys)
    found: list[Finding] = []
    for name in names:
        series = check.settings["series"][name]
        new = rows.filter(pl.col(series["value"]).is_not_null())
        if series["place"]:
            new = new.filter(pl.col(series["place"]).is_in(sorted(context.own)))
        latest = new
        if new["as_of"].n_unique() > 1:  # else each key is there once
            new = new.sort("as_of")
            latest = new.filter(encode([new], keys)[0].is_last_distinct())
        held = context.frame(watched(context, series, store.table(dataset)))
        found += arrivals(context, check, name, held, latest.with_columns(pl.col(pl.Categorical).cast(pl.String)))
    return [explain(finding, check, catalog) for finding in found]
