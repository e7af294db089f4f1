"""One file of a source, from its bytes to what the store takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ambos.catalog import Catalog
from ambos.errors import CannotOpen, TooManyBadRows, WrongShape, reason
from ambos.flows.repeated import set_aside_repeated
from ambos.sources.base import REJECT_SCHEMA, File, members
from ambos.sources.registry import READERS
from ambos.text import Text

#: Share of a file's rows that may be refused before the whole file is: a new code or two is news, more than one
#: row in a hundred means that the source changed under us.
BAD_ROWS_LIMIT = 0.01


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a source recognises, not yet read."""

    path: Path
    name: str
    sha256: str
    size: int
    as_of: date
    retrieved_at: datetime | None
    request: str

    @property
    def id(self) -> str:
        return self.sha256[:16]


class Part(NamedTuple):
    """What one file gave for one dataset."""

    dataset: str
    given: int
    good: pl.DataFrame
    refused: pl.DataFrame


def file_bytes(path: Path) -> bytes:
    """The bytes of a file that the user gave.

    Raises
    ------
    CannotOpen
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotOpen(path=path, detail=reason(error)) from error


def read_file(catalog: Catalog, source: str, entry: Found) -> list[Part]:
    """What one file adds, stamped with where it is from and when it was known."""
    parts = []
    for dataset, given, good, rejected in _read(catalog, source, entry):
        stamp = [pl.lit(entry.id).alias("snapshot_id")]
        if "as_of" not in good.columns:
            stamp.append(pl.lit(entry.as_of).alias("as_of"))
        # As categories the same few codes take a fraction of the memory; what was read waits for its source.
        held = good.with_columns(stamp).with_columns(pl.col(pl.String).cast(pl.Categorical))
        parts.append(Part(dataset, given, held, _to_quarantine(rejected, dataset, entry)))
    return parts


def _read(catalog: Catalog, source: str, entry: Found) -> Iterator[tuple[str, int, pl.DataFrame, pl.DataFrame]]:
    """The rows of one file by dataset: how many were given, the good ones, and those set aside.

    Raises
    ------
    WrongShape
        If nothing in the file is in a shape of its source.
    TooManyBadRows
    """
    reader = READERS[source]
    recognised = False
    others = []
    for member in members(File(entry.name, file_bytes(entry.path), entry.retrieved_at, entry.as_of)):
        kind = reader.recognise(member.name, member.head())
        if not kind:
            others.append(member)
            continue
        recognised = True
        for rows in reader.read(member, kind, catalog):
            _check_limit(member.name, rows.frame.height, rows.rejected)
            good, repeated = set_aside_repeated(rows.frame, catalog.datasets[rows.dataset], catalog.resolutions)
            given = rows.frame.height + rows.rejected.height
            yield rows.dataset, given, good, pl.concat([rows.rejected, repeated])
    if not recognised:
        contents = [other.content() for other in others]  # raises if one is cut, which is then the cause
        if not any(contents):
            raise WrongShape(file=entry.name, detail=Text("the file is empty.", "el archivo está vacío."))
        raise WrongShape(
            file=entry.name,
            detail=Text(
                f"this is not in any known shape of {catalog.sources[source].title.en}; it begins with {_start(entry)}.",
                f"no tiene ninguna forma conocida de {catalog.sources[source].title.es}; empieza con {_start(entry)}.",
            ),
        )


def _start(entry: Found) -> str:
    """The first characters of a file, to show in an error."""
    head = File(entry.name, file_bytes(entry.path)).head()[:60]
    return repr(head.decode("utf-8", errors="replace"))


def _check_limit(name: str, good: int, rejected: pl.DataFrame) -> None:
    total = good + rejected.height
    if rejected.height > max(1, BAD_ROWS_LIMIT * total):
        first = rejected.row(0, named=True)
        raise TooManyBadRows(
            file=name,
            bad=rejected.height,
            total=total,
            limit=f"{BAD_ROWS_LIMIT:.0%}",
            reason=Text(first["reason_en"], first["reason_es"]),
        )


def _to_quarantine(rejected: pl.DataFrame, dataset: str, entry: Found) -> pl.DataFrame:
    return rejected.select(
        pl.lit(dataset).alias("dataset"),
        pl.lit(entry.id).alias("snapshot_id"),
        *(pl.col(c).cast(pl.String) if c == "reason" else pl.col(c) for c in REJECT_SCHEMA),
    )
