"""Input and output of every connector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog import Catalog
from ambos.errors import OnlyByHand
from ambos.sources.shared.opener import DAMAGE, Budget, broken, is_packed, unpack, unpack_head
from ambos.sources.shared.reasons import REASONS
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: How much of a file is looked at to recognise it.
HEAD = 64 * 1024

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
    """A file of a source, taken out of its compression."""

    name: str  #: As a person would look for it; for a member of a zip, ``archive.zip/member.csv``.
    raw: bytes = field(repr=False)  #: As they lie on the disk (or in the zip).
    retrieved_at: datetime | None = None  #: When the source gave it (UTC), if that is known.
    as_of: date | None = None  #: The day on which its figures were known, for a reader whose meaning depends on it.
    dated: bool = True  #: Whether that day is known; if not, `as_of` is the day on which the file is read.
    #: What a reader passed over in it that is no row, such as a column without name or cells; the reader adds to it.
    notes: list[Text] = field(default_factory=list, compare=False, repr=False)
    #: What came out of the whole file's compression so far; that of the archive for its members.
    budget: Budget = field(default_factory=Budget, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.budget.begin(len(self.raw))

    def counted(self, en: str, es: str, count: int) -> None:
        """Note how many of something a reader passed over; nothing if none."""
        if count:
            self.notes.append(Text(f"{en}: {count:,}", f"{es}: {count:,}"))

    def head(self) -> bytes:
        """The first bytes, out of gzip or xz; empty if they cannot be unpacked."""
        return unpack_head(self.raw, HEAD) if is_packed(self.raw) else self.raw[:HEAD]

    def content(self) -> bytes:
        """All bytes, out of gzip or xz.

        Raises
        ------
        WrongShape
            If the compressed stream is cut or broken.
        TooLarge
        """
        if not is_packed(self.raw):
            return self.raw
        try:
            return unpack(self.raw, self.name, self.budget)
        except DAMAGE as error:
            raise broken(self.name, error) from error


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows for one dataset from one file or member, from its reader to the store."""

    dataset: str
    #: The dataset's columns and `status`, codes mapped to ours (text as strings or as categories); `as_of` too where
    #: rows of one file differ in it. For the store, with `snapshot_id` and `as_of`.
    frame: pl.DataFrame
    #: Rows that could not be used, with `REJECT_SCHEMA`. For the store, with `dataset` and `snapshot_id`.
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECT_SCHEMA))
    given: int = 0  #: Rows of the file, good and rejected; `ambos.flows.data.reading` sets it and what follows.
    own_days: bool = False  #: True if its rows carry the day on which they were known, as those of waits do.
    member: str = ""  #: The name of the file or member.


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of a source: bytes to store, and how they were asked for (keys removed).

    `unchanged`: the source has nothing newer than what is held of the same request, and `content` is empty.
    """

    name: str
    content: bytes = field(repr=False)
    request: str
    retrieved_at: datetime
    headers: dict[str, str] = field(default_factory=dict)
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Connector:
    """The record of a source: how its files are recognised, read and fetched."""

    id: str  #: Its id in ``definitions/sources.toml``.
    #: Gives the table that a file holds, judged by its first bytes; "" if it is none of this source's.
    recognise: Callable[[str, bytes], str]
    read: Callable[[File, str, Catalog], Iterator[Rows]]  #: Gives the rows of a file of a table; raises `WrongShape`.
    #: Gives the bytes that the source offers now, of periods from a day on; None if it offers programs nothing. Raises
    #: `FetchFailed`, and `NeedsKey` or `KeyRefused` where the source wants a key.
    fetcher: Callable[[Client, Catalog, date], Iterator[Fetched]] | None = None

    def fetch(self, client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
        """Ask the source for what it has from a day on.

        Raises
        ------
        OnlyByHand
            If it offers programs nothing.
        SourceError
        """
        if self.fetcher is None:
            source = catalog.sources[self.id]
            raise OnlyByHand(source=source.title, url=source.url)
        return self.fetcher(client, catalog, since)


def suffix(name: str) -> str:
    """The last file extension, lower case, without ``.gz``."""
    return PurePosixPath(name.lower().removesuffix(".gz")).suffix
