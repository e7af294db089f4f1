"""`ambos snapshot`: the embedded snapshot, built from the real files by our own readers.

What of each table goes in follows from its columns: wait times of the region's own crossings, trade with the
country across the region's border, crossings of all ports on that border, everything else whole.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ambos.catalog import Catalog
from ambos.errors import NoData
from ambos.flows.data.build import build
from ambos.flows.workspace import open_workspace
from ambos.model import Dataset
from ambos.text import Text


def snapshot(
    region: str | Path, files: Sequence[Path], progress: Callable[[str, int, int], None] | None = None
) -> dict[str, int]:
    """Rebuild the embedded snapshot of a region.

    Parameters
    ----------
    region : str or Path
    files : sequence of Path
        Folders of real files, or single files.
    progress : callable, optional

    Returns
    -------
    dict of str to int
        Bytes of each file written.

    Raises
    ------
    NoData
        If a source failed: a snapshot with a hole would be taken for the whole.
    """
    with tempfile.TemporaryDirectory() as scratch:
        workspace = open_workspace(Path(scratch), region, embedded=False)
        report = build(workspace, files, progress=progress)
        for entry in report.loaded:
            if entry.errors:
                raise entry.errors[0]
        if not report.loaded:
            names = ", ".join(map(str, files))
            raise NoData(what=Text(f"the folder {names}", f"la carpeta {names}"))
        out = Path(scratch) / "snapshot"
        out.mkdir()
        held: set[str] = set()
        for dataset in workspace.catalog.datasets.values():
            rows = workspace.store.table(dataset.id, vintages=True)
            for column, values in selection(dataset, workspace.catalog).items():
                rows = rows.filter(rows[column].isin(values))
            frame = workspace.store.frame(rows)
            if frame.height:
                workspace.store.export(dataset.id, frame, out / f"{dataset.id}.parquet")
                held |= set(frame["snapshot_id"].unique())
        workspace.store.export_snapshots(held, out / "snapshots.parquet")
        workspace.store.export_quarantine(out / "quarantine.parquet")
        target = workspace.catalog.snapshot_folder
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(out, target)
    return {p.name: p.stat().st_size for p in sorted(target.iterdir())}


def selection(dataset: Dataset, catalog: Catalog) -> dict[str, list[str]]:
    """The values of a key column that a table's rows must have to go into the snapshot; empty for all rows."""
    region = catalog.region
    columns = {c.codes: c.id for c in dataset.columns if c.role == "key"}
    if "crossing" in columns:
        return {columns["crossing"]: [m for p in region.ports for m in catalog.members(catalog.places[p], "crossing")]}
    if "country" in columns:
        return {columns["country"]: list(region.borders)}
    if "port" in columns:
        return {
            columns["port"]: [p.id for p in catalog.places.values() if p.kind == "port" and p.border in region.borders]
        }
    return {}
