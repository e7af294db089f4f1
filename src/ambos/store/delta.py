"""One Delta table on the disk: its versions, its files, and atomic commits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from ambos.errors import CannotRead, CannotWrite
from ambos.store import failures

if TYPE_CHECKING:
    import polars as pl
    from deltalake import DeltaTable, WriterProperties

Result = TypeVar("Result")

#: Rows in a row group: DuckDB's own choice. It skips whole groups and reads several at a time.
ROW_GROUP = 122_880

#: More files than this slow every query down (about a millisecond each).
MANY = 64

#: How often a commit is tried anew, each time from the newest version, when another writer was faster.
TRIES = 20


class Table:
    """One version of a Delta table, or the fact that there is none yet.

    Parameters
    ----------
    folder : Path
    columns : sequence of str
        What its columns must be, in any order.

    Raises
    ------
    CannotRead
        If there is a table but it is damaged, or has other columns.
    """

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        self.folder = folder
        self.columns = tuple(columns)
        self._delta: DeltaTable | None = None
        with failures.reading(folder):
            if not _has_log(folder):
                return
        failures.check_name(folder.absolute())
        with failures.reading(folder):
            from deltalake import DeltaTable

            self._delta = DeltaTable(folder.absolute())
            names = {field.name for field in self._delta.schema().fields}
        if names != set(columns):
            raise CannotRead(path=folder, detail=failures.OTHER_COLUMNS)

    @property
    def version(self) -> int | None:
        """The version looked at; None before the first commit."""
        return None if self._delta is None else int(self._delta.version())

    def files(self, partition: str | None = None) -> list[Path]:
        """The Parquet files of this version.

        Parameters
        ----------
        partition : str or None
            Only those of one partition, such as ``kind=figure``.
        """
        if self._delta is None:
            return []
        with failures.reading(self.folder):
            addresses = self._delta.file_uris()
        # The library gives them percent-encoded; what it chose itself, the end of the path, never needs that.
        depth = 1 if partition is None else 2
        paths = [self.folder.joinpath(*address.split("/")[-depth:]) for address in addresses]
        return sorted(p for p in paths if partition is None or p.parent.name == partition)

    def commit(
        self,
        frame: pl.DataFrame,
        mode: Literal["append", "overwrite"] = "append",
        partition: str | None = None,
    ) -> int | None:
        """Write the rows as the next version.

        The files are written first and become part of the table with one atomic step at the end. A process that is
        killed before leaves files which nobody reads.

        Parameters
        ----------
        frame : polars.DataFrame
        mode : {"append", "overwrite"}
        partition : str or None
            The column by whose values the rows are kept in different files.

        Returns
        -------
        int or None
            The new version; None if another writer committed one since this one was opened. Nothing was
            changed then: open the table anew, and decide anew what to write.

        Raises
        ------
        CannotWrite
        """
        folder = self.folder.absolute()
        following = 0 if self.version is None else self.version + 1
        failures.check_name(folder)
        with failures.writing(self.folder):
            from deltalake import CommitProperties, write_deltalake
            from deltalake.exceptions import CommitFailedError, DeltaError

            folder.mkdir(parents=True, exist_ok=True)
            try:
                with failures.hushed():
                    write_deltalake(
                        folder if self._delta is None else self._delta,
                        frame,
                        mode="error" if self._delta is None else mode,
                        partition_by=[partition] if partition and self._delta is None else None,
                        writer_properties=_writer(),
                        # No retries of the library's own: they would add our rows to a version that they were not
                        # compared with.
                        commit_properties=CommitProperties(max_commit_retries=0),
                    )
            except CommitFailedError:
                if Table(self.folder, self.columns).version == self.version:
                    raise
                return None
            except DeltaError:
                if self._delta is None and Table(self.folder, self.columns).version is not None:
                    return None
                raise
        return following

    def tidy(self) -> None:
        """Make one file of many small ones, as a new version, and delete what no version of the last week uses.

        Raises
        ------
        CannotWrite
        """
        if self._delta is None:
            return
        with failures.writing(self.folder):
            if len(self.files()) > MANY:
                self._delta.optimize.compact(writer_properties=_writer())
            # A process that is at work has newer files than these; so has a reader of an older version.
            if self._delta.vacuum(full=True):
                self._delta.vacuum(full=True, dry_run=False)


def _writer() -> WriterProperties:
    from deltalake import WriterProperties

    return WriterProperties(compression="ZSTD", compression_level=3, max_row_group_size=ROW_GROUP)


def _has_log(folder: Path) -> bool:
    """Whether a first version was committed; a process may have died before that.

    Raises
    ------
    CannotRead
        If an entry of the log is empty. The library would take it for a version without changes; it is one that was
        lost, as when the power fails.
    """
    try:
        entries = [p for p in (folder / "_delta_log").iterdir() if p.suffix in (".json", ".parquet")]
    except FileNotFoundError:
        return False
    if any(entry.stat().st_size == 0 for entry in entries):
        raise CannotRead(path=folder, detail=failures.EMPTY_ENTRY)
    return bool(entries)


def retry(attempt: Callable[[], Result | None], folder: Path) -> Result:
    """Try until the attempt gives something other than None.

    Raises
    ------
    CannotWrite
        If other writers were faster every time.
    """
    for _ in range(TRIES):
        if (result := attempt()) is not None:
            return result
    raise CannotWrite(path=folder, detail=failures.BUSY)
