"""What every connector takes and gives."""

from __future__ import annotations

import gzip
import io
import shutil
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath

import polars as pl

from ambos.errors import WrongShape
from ambos.text import Text

#: How much of a file is looked at to recognise it.
HEAD = 64 * 1024
#: How much is taken out of compression at a time.
PIECE = 1024 * 1024

#: Reasons for which a row is set aside, by code.
REASONS: dict[str, Text] = {
    "unknown_code": Text("unknown code", "clave desconocida"),
    "bad_value": Text("unreadable value", "valor ilegible"),
    "duplicate": Text("given twice", "repetido"),
    "conflict": Text("given differently", "contradictorio"),
    "implausible": Text("implausible value", "valor inverosímil"),
}
#: Columns of a frame of refused rows: where, the row as given (JSON), the kind of reason, and the reason in words.
REJECT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.Int64,
    "row": pl.String,
    "reason": pl.Enum(list(REASONS)),
    "reason_en": pl.String,
    "reason_es": pl.String,
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of a source, taken out of its compression.

    Attributes
    ----------
    name : str
        As a person would look for it; for a member of a zip, ``archive.zip/member.csv``.
    raw : bytes
        As they lie on the disk (or in the zip).
    retrieved_at : datetime or None
        When the source gave it (UTC), if that is known.
    as_of : date or None
        The day on which its figures were known, for a reader whose meaning depends on it.
    dated : bool
        Whether that day is known; if not, `as_of` is the day on which the file is read.
    notes : list of Text
        What a reader passed over in it that is no row, such as a column without name or cells; the reader adds to it.
    """

    name: str
    raw: bytes = field(repr=False)
    retrieved_at: datetime | None = None
    as_of: date | None = None
    dated: bool = True
    notes: list[Text] = field(default_factory=list, compare=False, repr=False)

    def head(self) -> bytes:
        """The first bytes, decompressed if it is gzip; empty if they cannot be."""
        if self.raw[:2] == b"\x1f\x8b":
            try:
                with gzip.open(io.BytesIO(self.raw)) as handle:
                    return handle.read(HEAD)
            except (OSError, EOFError, zlib.error):
                return b""
        return self.raw[:HEAD]

    def content(self) -> bytes:
        """All bytes, decompressed if it is gzip.

        Raises
        ------
        WrongShape
            If the compressed stream is cut or broken.
        """
        if self.raw[:2] != b"\x1f\x8b":
            return self.raw
        try:
            # Piece by piece into one buffer: `gzip.decompress` makes pieces of all of it first and then joins them.
            content = io.BytesIO()
            with gzip.open(io.BytesIO(self.raw)) as handle:
                shutil.copyfileobj(handle, content, PIECE)
            return content.getvalue()
        except (OSError, EOFError, zlib.error) as error:
            raise broken(self.name, error) from error


def broken(name: str, error: Exception) -> WrongShape:
    """The error for compressed bytes that do not open."""
    return WrongShape(
        file=name,
        detail=Text(
            f"the file is cut or damaged ({error}).",
            f"el archivo está cortado o dañado ({error}).",
        ),
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows for one dataset from one file.

    Attributes
    ----------
    dataset : str
    frame : polars.DataFrame
        The dataset's columns and `status`, codes mapped to ours (text as strings or as categories); `as_of` too where
        rows of one file differ in it.
    rejected : polars.DataFrame
        Rows that could not be used, with `REJECT_SCHEMA`.
    """

    dataset: str
    frame: pl.DataFrame
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECT_SCHEMA))


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer of a source: bytes to store, and how they were asked for (keys removed).

    `unchanged`: the source has nothing newer than what is held of the same request, and `content` is empty.
    """

    name: str
    content: bytes = field(repr=False)
    request: str
    retrieved_at: datetime
    headers: dict[str, str] = field(default_factory=dict)
    unchanged: bool = False


def suffix(name: str) -> str:
    """The last file extension, lower case, without ``.gz``."""
    return PurePosixPath(name.lower().removesuffix(".gz")).suffix
