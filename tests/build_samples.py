"""Files for tests of `ambos build`: a few real rows in the official shapes, and ways to damage them."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from ambos.catalog import Catalog
from ambos.flows.workspace import Workspace
from ambos.store import Store, schema

HEADER = "Port Name,State,Port Code,Border,Date,Measure,Value,Latitude,Longitude,Point\n"
#: The day on which the tests take place.
TODAY = date(2026, 3, 1)


def crossing(month: str, measure: str, value: object, port: str = "2604") -> str:
    """A line of BTS's Border Crossing Entry Data as the agency exports it."""
    name, state, latitude, longitude = {
        "2604": ("Nogales", "Arizona", "31.333", "-110.943"),
        "2606": ("Sasabe", "Arizona", "31.483", "-111.544"),
        "2310": ("Roma", "Texas", "26.404", "-99.019"),
    }.get(port, ("Nowhere", "Nowhere", "0", "0"))
    point = f"POINT ({longitude} {latitude})"
    return f"{name},{state},{port},US-Mexico Border,{month},{measure},{value},{latitude},{longitude},{point}\n"


#: Nogales, February 2021: real rows.
NOGALES = [
    crossing("Feb 2021", "Trucks", 36384),
    crossing("Feb 2021", "Personal Vehicles", 161874),
    crossing("Feb 2021", "Pedestrians", 91526),
    crossing("Feb 2021", "Trains", 54),
]
#: Sasabe, February 2021: the real conflict. There is no bus service.
SASABE = [
    crossing("Feb 2021", "Bus Passengers", 0, "2606"),
    crossing("Feb 2021", "Personal Vehicles", 2217, "2606"),
    crossing("Feb 2021", "Bus Passengers", 2175, "2606"),
]
#: Roma, June 2019: a real exact duplicate.
ROMA = [crossing("Jun 2019", "Personal Vehicles", 54953, "2310")] * 2


def crossings_file(*lines: str) -> bytes:
    """A whole file of them."""
    return (HEADER + "".join(lines)).encode()


def workspace(folder: Path, catalog: Catalog, today: date = TODAY) -> Workspace:
    """A workspace without the embedded snapshot, on a given day."""
    store = Store(folder / "store", catalog.datasets, None, today)
    return Workspace(folder, catalog, store, clock=lambda: datetime(today.year, today.month, today.day, 12, tzinfo=UTC))


def held(store: Store) -> dict[str, pl.DataFrame]:
    """Everything that a store holds, in an order of its own: vintages of all tables, quarantine, snapshots."""
    tables = {}
    for name, dataset in store.datasets.items():
        if store.base is None and not (store.folder / name).exists():  # to ask for each would be most of the work
            tables[name] = pl.DataFrame(schema=schema.of(dataset))
            continue
        frame = store.frame(store.table(name, vintages=True))
        tables[name] = frame.sort(*dataset.keys, "as_of")
    tables["quarantine"] = store.frame(store.quarantined()).sort("dataset", "snapshot_id", "reason", "row", "line")
    tables["snapshots"] = pl.DataFrame(
        [
            {"id": s.id, "file": s.file, "as_of": s.as_of, "counts": str(sorted(s.counts.items()))}
            for s in store.snapshots()
        ],
        schema={"id": pl.String, "file": pl.String, "as_of": pl.Date, "counts": pl.String},
    ).sort("id")
    return tables


def same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> list[str]:
    """The tables in which two stores differ."""
    return [name for name in one if not one[name].equals(other[name])]


def versions(folder: Path) -> dict[str, list[str]]:
    """The versions that each table of a store has."""
    logs = sorted(folder.glob("*/_delta_log"))
    return {log.parent.name: sorted(p.name for p in log.iterdir()) for log in logs}


# -- damage ---------------------------------------------------------------------------------------------------------
def cut(content: bytes, share: float = 0.6) -> bytes:
    """The beginning of a file."""
    return content[: int(len(content) * share)]


def zipped(**files: bytes) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    """A tar archive, compressed with xz as the archive of wait times is."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def gzipped(content: bytes) -> bytes:
    """The same bytes each time."""
    return gzip.compress(content, mtime=0)
