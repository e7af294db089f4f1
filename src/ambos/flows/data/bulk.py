"""Whole tables as files, with a descriptor of the Data Package standard (version 2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import polars as pl

from ambos.catalog.catalog import nearest
from ambos.csv_text import FORMULA
from ambos.errors import CannotWrite, UnknownName, reason
from ambos.files import make_folder, whole
from ambos.flows.workspace import Workspace
from ambos.model import Dataset
from ambos.text import LANGUAGES, Text

Kind = Literal["parquet", "csv"]
KINDS: tuple[Kind, ...] = ("parquet", "csv")
#: Media type of each kind of file.
TYPES: Mapping[Kind, str] = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv"}
#: Rows of a group of Parquet, which is what a reader over HTTP fetches at least.
_GROUP = 65_536
#: How the descriptor calls the types of columns (Table Schema).
_FIELDS = {"str": "string", "int": "integer", "decimal": "number", "date": "date", "datetime": "datetime"}
#: Beside a dataset's own columns.
_COMMON = {
    "status": ("string", Text("Status of the value", "Estatus del valor")),
    "as_of": ("date", Text("Day from which it was known", "Día desde el que se conoce")),
    "snapshot_id": ("string", Text("File it was read from", "Archivo del que se leyó")),
}


@dataclass(frozen=True, slots=True)
class File:
    """An exported file."""

    path: Path
    size: int  #: Bytes.
    sha256: str


def dataset_of(workspace: Workspace, id: str) -> Dataset:
    """The dataset of an id.

    Raises
    ------
    UnknownName
        If there is none.
    """
    known = workspace.catalog.datasets
    if id not in known:
        raise UnknownName(kind=Text("dataset", "el conjunto de datos"), name=id, nearest=", ".join(nearest(id, known)))
    return known[id]


def held(workspace: Workspace) -> list[Dataset]:
    """The datasets of which anything is held."""
    return [d for d in workspace.catalog.datasets.values() if workspace.store.newest(d.id) is not None]


def export(workspace: Workspace, dataset: Dataset, folder: Path) -> dict[Kind, File]:
    """Write all rows of a dataset that were ever known, each with its day of knowledge, as one file of each kind.

    Parameters
    ----------
    workspace : Workspace
    dataset : Dataset
    folder : Path
        Made if it is not there; each file is whole or not there at all.

    Raises
    ------
    CannotRead, CannotWrite
    """
    table = workspace.store.table(dataset.id, vintages=True)
    keys = [*(k for k in dataset.keys if k != dataset.period), dataset.period, "as_of"]
    frame = workspace.store.frame(table).sort(keys)
    return {kind: _write(dataset, frame, kind, folder / f"{dataset.id}.{kind}") for kind in KINDS}


def _write(dataset: Dataset, frame: pl.DataFrame, kind: Kind, path: Path) -> File:
    try:
        make_folder(path.parent)
        with whole(path) as beside:
            if kind == "parquet":
                about = {
                    "dataset": dataset.id,
                    "title": dataset.title.record(),
                    "description": dataset.description.record(),
                }
                said = json.dumps(about, ensure_ascii=False)
                frame.write_parquet(beside, compression="zstd", row_group_size=_GROUP, metadata={"ambos": said})
            else:
                _safe(frame).write_csv(beside, datetime_format="%Y-%m-%dT%H:%M:%SZ")
    except OSError as error:
        raise CannotWrite(path=path, detail=reason(error)) from error
    with path.open("rb") as written:
        return File(path, path.stat().st_size, hashlib.file_digest(written, "sha256").hexdigest())


def _safe(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before words that a spreadsheet would run as a formula."""
    words = pl.col(pl.String)
    runs = "^[" + "".join(f"\\x{{{ord(sign):x}}}" for sign in FORMULA) + "]"
    return frame.with_columns(pl.when(words.str.contains(runs)).then(pl.lit("'") + words).otherwise(words).name.keep())


def descriptor(workspace: Workspace, files: Mapping[str, Mapping[Kind, File]], created: datetime) -> dict[str, object]:
    """Describe exported files: columns, licences, sources, sizes and hashes.

    Parameters
    ----------
    workspace : Workspace
    files : mapping of str to (mapping of str to File)
        By dataset and kind.
    created : datetime
        When the state of the store that they hold was first seen.
    """
    region = workspace.catalog.region
    feeding = list(dict.fromkeys(s for id in files for s in workspace.catalog.datasets[id].sources))
    resources = [
        _resource(workspace, workspace.catalog.datasets[id], kind, file)
        for id, kinds in files.items()
        for kind, file in kinds.items()
    ]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"ambos-{region.id.replace('_', '-')}",
        "title": f"Ambos: {region.name.en}",
        "title_es": f"Ambos: {region.name.es}",
        "created": created.isoformat(),
        "licenses": _licences(workspace, feeding),
        "sources": _sources(workspace, feeding),
        "resources": resources,
    }


def _resource(workspace: Workspace, dataset: Dataset, kind: Kind, file: File) -> dict[str, object]:
    return {
        "name": dataset.id.replace("_", "-") + ("" if kind == "parquet" else "-csv"),
        "path": f"{dataset.id}.{kind}",
        "format": kind,
        "mediatype": TYPES[kind],
        **({"encoding": "utf-8"} if kind == "csv" else {}),
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        **_both("title", dataset.title),
        **_both("description", dataset.description),
        "schema": {
            "fields": [
                *(
                    {
                        "name": c.id,
                        "type": _FIELDS[c.type],
                        **_both("description", c.description),
                        **({"unit": c.unit} if c.unit else {}),
                        **({"codes": c.codes} if c.codes else {}),
                    }
                    for c in dataset.columns
                ),
                *(
                    {
                        "name": name,
                        "type": kind,
                        **_both("description", text),
                        **({"categories": _letters(workspace)} if name == "status" else {}),
                    }
                    for name, (kind, text) in _COMMON.items()
                ),
            ],
            "missingValues": [""],
            "primaryKey": [*dataset.keys, "as_of"],
        },
        "licenses": _licences(workspace, dataset.sources),
        "sources": _sources(workspace, dataset.sources),
    }


def _letters(workspace: Workspace) -> list[dict[str, str]]:
    """List the letters of the status with their names (categories of Table Schema 2)."""
    codes = workspace.catalog.codelists["statuses"].codes.values()
    return [{"value": code.id, **_both("label", code.name)} for code in codes]


def _both(key: str, text: Text) -> dict[str, str]:
    return {key: text[LANGUAGES[0]], **{f"{key}_{language}": text[language] for language in LANGUAGES[1:]}}


def _licences(workspace: Workspace, sources: list[str] | tuple[str, ...]) -> list[dict[str, str]]:
    licences = dict.fromkeys(workspace.catalog.sources[source].licence for source in sources)
    return [{"name": "other", **_both("title", licence)} for licence in licences]


def _sources(workspace: Workspace, sources: list[str] | tuple[str, ...]) -> list[dict[str, str]]:
    known = [workspace.catalog.sources[source] for source in sources]
    return [{**_both("title", s.citation), "path": s.url} for s in known]
