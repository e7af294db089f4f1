"""Reading of a file of a source, from its bytes to the rows of the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ambos.catalog import Catalog
from ambos.errors import AmbosError, CannotOpen, ReaderFault, SourceError, TooManyBadRows, WrongShape, reason
from ambos.files import open_given
from ambos.flows.data.implausible import set_aside_future, set_aside_implausible
from ambos.flows.data.repeated import set_aside_repeated
from ambos.model import LeftOut
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import REJECT_SCHEMA, File, Rows
from ambos.sources.shared.members import archive_in_words, companion, members
from ambos.sources.shared.opener import Budget
from ambos.text import Text

#: Share of a file's rows that may be refused before the whole file is: a new code or two is news, more than one
#: row in a hundred means that the source changed under us.
BAD_ROWS_LIMIT = 0.01
#: Maximum characters kept of the reason for which a row is refused.
REASON_SHOWN = 2000
#: Maximum characters shown of the message of an exception.
FAULT_SHOWN = 200


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a source recognises, not yet read.

    `dated`: whether the day of its figures is known; if not, `as_of` is today.
    """

    path: Path
    name: str
    sha256: str
    size: int
    as_of: date
    dated: bool
    retrieved_at: datetime | None
    request: str

    @property
    def id(self) -> str:
        return self.sha256[:16]


class FileReading(NamedTuple):
    """Result of reading one file: the rows by dataset, and the members left out."""

    parts: list[Rows]
    left_out: list[LeftOut]


def file_bytes(path: Path) -> bytes:
    """The bytes of a file that the user gave.

    Raises
    ------
    CannotOpen
    TooLarge
    """
    try:
        Budget().require_whole(path.name, path.stat().st_size)
        with open_given(path) as handle:
            return handle.read()
    except OSError as error:
        raise CannotOpen(path=path, detail=reason(error)) from error


def read_file(catalog: Catalog, source: str, entry: SourceFile) -> FileReading:
    """Read one file into rows stamped with source, file and day known.

    A member of an archive that cannot be read is left out and named; the others are read.

    Raises
    ------
    CannotOpen
    SourceError
        If nothing of the file can be read.
    """
    file = File(entry.name, file_bytes(entry.path), entry.retrieved_at, entry.as_of, entry.dated)
    parts: list[Rows] = []
    left_out: list[LeftOut] = []
    read = False
    for member in members(file):
        if isinstance(member, LeftOut):
            left_out.append(member)
            continue
        kind = CONNECTORS[source].recognise(member.name, member.head())
        try:
            if kind:
                parts += _read(catalog, source, kind, member, entry)
                read = True
            else:
                left_out.append(_not_recognised(catalog, source, member))
        except SourceError as error:
            if member is file or file.budget.spent:
                raise
            left_out.append(LeftOut(member.name, "refused", error.cause()))
        left_out += [LeftOut(member.name, "passed", note.printable()) for note in member.notes]
    if not read:
        refused = [one for one in left_out if one.kind == "refused"] or left_out
        if not refused:
            raise WrongShape(file=entry.name, detail=Text("the archive is empty.", "el archivo comprimido está vacío."))
        raise WrongShape(file=refused[0].name, detail=refused[0].reason)
    return FileReading(parts, left_out)


def _read(catalog: Catalog, source: str, kind: str, member: File, entry: SourceFile) -> list[Rows]:
    """The rows of one member by dataset: all of it, or an error.

    Raises
    ------
    SourceError
        A fault of the reader, a panic of Polars included, is a `ReaderFault`.
    """
    try:
        return _parts(catalog, source, kind, member, entry)
    except AmbosError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        detail = Text.same(f"{type(error).__name__}: {str(error)[:FAULT_SHOWN]}")
        raise ReaderFault(file=member.name, detail=detail) from error


def _parts(catalog: Catalog, source: str, kind: str, member: File, entry: SourceFile) -> list[Rows]:
    parts = []
    for rows in CONNECTORS[source].read(member, kind, catalog):
        dataset = catalog.datasets[rows.dataset]
        begun, future = set_aside_future(rows.frame, dataset, entry.as_of)
        plausible, implausible = set_aside_implausible(begun, dataset, catalog)
        good, repeated = set_aside_repeated(plausible, dataset, catalog.resolutions)
        rejected = pl.concat([rows.rejected, future, implausible, repeated])
        _check_limit(member.name, good.height, rejected)
        own_days = "as_of" in good.columns
        stamp = {"snapshot_id": entry.id} if own_days else {"snapshot_id": entry.id, "as_of": entry.as_of}
        # As categories the same few codes take a fraction of the memory; what was read waits for its source.
        held = good.with_columns(**{c: pl.lit(v) for c, v in stamp.items()})
        parts.append(
            Rows(
                rows.dataset,
                held.with_columns(pl.col(pl.String).cast(pl.Categorical)),
                _to_quarantine(rejected, rows.dataset, entry),
                given=rows.frame.height + rows.rejected.height,
                own_days=own_days,
                member=member.name,
            )
        )
    return parts


def _not_recognised(catalog: Catalog, source: str, member: File) -> LeftOut:
    """Classify a file or member that the source does not recognise.

    Raises
    ------
    WrongShape
        If it is cut or empty.
    """
    head = member.head()
    if why := companion(member.name):
        return LeftOut(member.name, "passed", why)
    if not member.content():
        raise WrongShape(file=member.name, detail=Text("the file is empty.", "el archivo está vacío."))
    title = catalog.sources[source].title
    other = next((s for s, c in CONNECTORS.items() if c.recognise(member.name, head)), None)
    if other:
        theirs = catalog.sources[other].title
        reason = Text(
            f"it is of another source, {theirs.en}; take it out of the archive and read it by itself.",
            f"es de otra fuente, {theirs.es}; sáquelo del archivo comprimido y léalo por separado.",
        )
    elif what := archive_in_words(member, ()):
        reason = Text("it is ", "es ") + what + Text.same(".")
    else:
        start = repr(head[:60].decode("utf-8", errors="replace"))
        reason = Text(
            f"this is not in any known shape of {title.en}; it begins with {start}.",
            f"no tiene ninguna forma conocida de {title.es}; empieza con {start}.",
        )
    return LeftOut(member.name, "refused", reason.printable())


def _check_limit(name: str, good: int, rejected: pl.DataFrame) -> None:
    """Refuse a file of which more figures were lost, for whatever reason, than a healthy one loses, or all.

    A row given twice alike loses nothing; a key given with two values (two rows set aside, and one kept that is empty)
    loses one figure.
    """
    lost = rejected.filter(pl.col("reason") != "duplicate")
    keys = lost.filter(pl.col("reason") == "conflict").height // 2
    total = good + rejected.height - keys
    bad = lost.height - keys
    if bad > max(1, BAD_ROWS_LIMIT * total) or (bad and not good):
        first = lost.row(0, named=True)
        raise TooManyBadRows(
            file=name,
            bad=bad,
            total=total,
            limit=f"{BAD_ROWS_LIMIT:.0%}",
            reason=Text(first["reason_en"], first["reason_es"]),
        )


def _to_quarantine(rejected: pl.DataFrame, dataset: str, entry: SourceFile) -> pl.DataFrame:
    return rejected.select(
        pl.lit(dataset).alias("dataset"),
        pl.lit(entry.id).alias("snapshot_id"),
        *(pl.col(c).cast(pl.String) if c == "reason" else pl.col(c) for c in REJECT_SCHEMA),
    ).with_columns(
        # What a terminal would obey, as of `ambos.text.printable`, for many rows at once.
        pl.col("reason_en", "reason_es").str.replace_all(r"[\p{Cc}\p{Cf}]", "\ufffd").str.head(REASON_SHOWN)
    )
