"""A Delta table on the disk: its versions, its files, and atomic commits that can be verified.

The name of a data file ends with the SHA-256 of its bytes, and each commit records a digest of the names of all files
of its version. So a file that was changed or swapped, and a log that lists other files than were committed, are
recognised when they are read.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ambos.errors import CannotRead, CannotWrite
from ambos.files import make_folder, sync_folder
from ambos.store import failures

if TYPE_CHECKING:
    import polars as pl
    from deltalake import DeltaTable
    from deltalake.transaction import AddAction

Result = TypeVar("Result")

#: Rows in a row group: DuckDB's own choice. It skips whole groups and reads several at a time.
ROW_GROUP = 122_880

#: More files than this slow every query down (about a millisecond each).
MANY = 64

#: Rows of a file from which it is left as it is when many small ones are made few; so many of them fit into some hundred MB.
LARGE = 2_000_000

#: How often a commit is tried anew, each time from the newest version, when another writer was faster.
TRIES = 20

#: The key of a commit's metadata under which the digest of the version's file names stands.
DIGEST = "ambos.files"

#: A data file by name: the version that wrote it, random digits (two writers may write the same rows at once, and one
#: of them is too late), and the SHA-256 of its bytes.
_NAMED = re.compile(r"\d{5}-[0-9a-f]{8}-(?P<sha256>[0-9a-f]{64})\.parquet")


class DeltaLog:
    """A version of a Delta table, or the fact that there is none yet.

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
        """The Parquet files of this version, verified.

        Parameters
        ----------
        partition : str or None
            Only those of one partition, such as ``kind=figure``.

        Raises
        ------
        CannotRead
            If a file is missing or is not what was written, the log lists other files than were committed, or the
            newest commit is of another program, which may use what is not read here, as deletion vectors.
        """
        paths = [self.folder / name for name in self._names if partition is None or name.startswith(f"{partition}/")]
        for path in paths:
            with failures.reading(path):
                state = path.stat()
            if (named := _NAMED.fullmatch(path.name)) and _sha256(path, state.st_size, state.st_mtime_ns) != named[
                "sha256"
            ]:
                raise CannotRead(path=path, detail=failures.CHANGED)
        return paths

    def _recorded(self) -> str | None:
        """The digest of file names of the newest commit that changed the table; None if it recorded none.

        A vacuum commits versions that change nothing. Not the library's `history`, which does not take all characters
        in a folder's name.
        """
        for version in range(self.version or 0, -1, -1):
            entry = self.folder / "_delta_log" / f"{version:020}.json"
            with failures.reading(entry):
                lines = entry.read_text(encoding="utf-8").splitlines()
            try:
                actions = {kind: content for line in lines for kind, content in json.loads(line).items()}
                digest: str | None = actions.get("commitInfo", {}).get(DIGEST)
            except (ValueError, AttributeError) as error:
                raise CannotRead(path=entry, detail=failures.OTHER_FILES) from error
            if digest or actions.keys() != {"commitInfo"}:
                return digest
        return None

    @cached_property
    def _names(self) -> list[str]:
        """The paths of this version's files within the folder, sorted; read and compared with the digest once."""
        if self._delta is None:
            return []
        with failures.reading(self.folder):
            addresses = self._delta.file_uris()
            depth = 1 + len(self._delta.metadata().partition_columns)
        # The library gives them percent-encoded; what this class chose itself, the end of the path, never needs that.
        names = sorted("/".join(address.split("/")[-depth:]) for address in addresses)
        recorded = self._recorded()
        if recorded is None:
            raise CannotRead(path=self.folder, detail=failures.FOREIGN)
        if recorded != _digest(names):
            raise CannotRead(path=self.folder / "_delta_log", detail=failures.OTHER_FILES)
        return names

    def commit(
        self,
        frame: pl.DataFrame,
        mode: Literal["append", "overwrite"] = "append",
        partition: str | None = None,
    ) -> int | None:
        """Write the rows as the next version.

        The files are written and synced to the disk first and become part of the table with one atomic step at the
        end, whose entry in the log is synced too: what is reported as stored outlives a loss of power. A process that
        is killed before leaves files which nobody reads.

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
        """
        folder = self.folder.absolute()
        failures.check_name(folder)
        with failures.writing(self.folder):
            make_folder(folder)
            written = self._write(frame, partition, self._following)
        return self._commit(written, mode, partition, frame)

    @property
    def _following(self) -> int:
        """The version after this one."""
        return 0 if self.version is None else self.version + 1

    def _commit(
        self,
        written: Sequence[AddAction],
        mode: Literal["append", "overwrite"],
        partition: str | None,
        like: pl.DataFrame,
    ) -> int | None:
        """Make files a version, as `commit` says; `like` has the columns of a table that is not there yet."""
        folder, following = self.folder.absolute(), self._following
        with failures.writing(self.folder):
            from deltalake import CommitProperties, Schema
            from deltalake.exceptions import CommitFailedError, DeltaError
            from deltalake.transaction import create_table_with_add_actions

            names = [*(self._names if mode == "append" else []), *(action.path for action in written)]
            # No retries of the library's own: they would add our rows to a version that they were not compared with.
            properties = CommitProperties(max_commit_retries=0, custom_metadata={DIGEST: _digest(names)})
            partitions = [partition] if partition else None
            try:
                with failures.hushed():
                    if self._delta is None:
                        create_table_with_add_actions(
                            str(folder),
                            Schema.from_arrow(_arrow_schema(like)),
                            list(written),
                            mode="error",
                            partition_by=partitions,
                            commit_properties=properties,
                        )
                    else:
                        self._delta.create_write_transaction(
                            list(written),
                            mode,
                            self._delta.schema(),
                            partition_by=partitions,
                            commit_properties=properties,
                        )
            except CommitFailedError:
                if DeltaLog(self.folder, self.columns).version == self.version:
                    raise
                return None
            except DeltaError:
                if self._delta is None and DeltaLog(self.folder, self.columns).version is not None:
                    return None
                raise
            _sync_log(folder, following)
        return following

    def _write(self, frame: pl.DataFrame, partition: str | None, version: int) -> list[AddAction]:
        """Write the rows as files that no version lists yet, one per value of the partition's column."""
        from deltalake.transaction import AddAction

        groups = frame.partition_by(partition, as_dict=True, include_key=False) if partition else {(): frame}
        actions = []
        for values, rows in groups.items():
            buffer = io.BytesIO()
            rows.write_parquet(buffer, compression="zstd", compression_level=3, row_group_size=ROW_GROUP)
            content = buffer.getbuffer()
            below = f"{partition}={values[0]}/" if partition else ""
            name = f"{below}{version:05}-{secrets.token_hex(4)}-{hashlib.sha256(content).hexdigest()}.parquet"
            path = self.folder / name
            make_folder(path.parent)
            with path.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            sync_folder(path.parent)
            keys: dict[str, str | None] = {partition: str(values[0])} if partition else {}
            actions.append(
                AddAction(
                    name, len(content), keys, int(time.time() * 1000), True, json.dumps({"numRecords": rows.height})
                )
            )
        return actions

    def tidy(self) -> None:
        """Make few files of many small ones, as a new version, and delete what no version of the last week uses."""
        if self._delta is None:
            return
        if len(self._names) > MANY:
            self._compact()
        with failures.writing(self.folder):
            # A process that is at work has newer files than these; so has a reader of an older version.
            if self._delta.vacuum(full=True):
                self._delta.vacuum(full=True, dry_run=False)

    def _compact(self) -> None:
        """Commit a version with the same rows in fewer files, unless another writer is faster.

        Small files of a partition are joined, at most `LARGE` rows at a time, so that the memory does not grow with the
        table; a file of half as many rows is only given the name of the new version, so that no row is written again and
        again.
        """
        import polars as pl

        columns = self._delta.metadata().partition_columns if self._delta else []
        partition = columns[0] if columns else None
        counts = self._counts()
        if sum(count < LARGE // 2 for count in counts.values()) <= MANY:
            return
        rows = {path: counts[path.name] for path in self.files()}
        parts: list[list[Path]] = []
        for path, count in rows.items():  # by partition, as they are sorted by name
            last = parts[-1] if parts else []
            fits = count < LARGE // 2 and last and path.parent == last[0].parent
            if fits and sum(rows[one] for one in last) + count <= LARGE and rows[last[0]] < LARGE // 2:
                last.append(path)
            else:
                parts.append([path])
        written: list[AddAction] = []
        for paths in parts:
            if len(paths) == 1:
                with failures.writing(self.folder):
                    written.append(self._named_anew(paths[0], partition, rows[paths[0]]))
                continue
            frames = []
            for path in paths:
                with failures.reading(path):
                    frames.append(pl.read_parquet(path, hive_partitioning=False))
            joined = pl.concat(frames, how="diagonal")
            if partition:
                joined = joined.with_columns(pl.lit(paths[0].parent.name.partition("=")[2]).alias(partition))
            with failures.writing(self.folder):
                written += self._write(joined, partition, self._following)
        self._commit(written, "overwrite", partition, pl.DataFrame())

    def _counts(self) -> dict[str, int]:
        """The rows of each file by its name, as the log has them."""
        if self._delta is None:
            return {}
        with failures.reading(self.folder):
            listed = self._delta.get_add_actions()
            paths, counts = (listed[column].to_pylist() for column in ("path", "num_records"))
        return {path.rpartition("/")[2]: int(count) for path, count in zip(paths, counts, strict=True)}

    def _named_anew(self, path: Path, partition: str | None, rows: int) -> AddAction:
        """Give a file a second name, of the following version, in the same folder."""
        from deltalake.transaction import AddAction

        digest = (_NAMED.fullmatch(path.name) or {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()})["sha256"]
        other = path.with_name(f"{self._following:05}-{secrets.token_hex(4)}-{digest}.parquet")
        try:
            os.link(path, other)
        except OSError:  # a file system without a second name for a file
            shutil.copyfile(path, other)
        sync_folder(path.parent)
        keys: dict[str, str | None] = {partition: path.parent.name.partition("=")[2]} if partition else {}
        name = other.relative_to(self.folder).as_posix()
        return AddAction(
            name, other.stat().st_size, keys, int(time.time() * 1000), True, json.dumps({"numRecords": rows})
        )


def _sync_log(folder: Path, version: int) -> None:
    """Have a version's entries in the log, with their names, on the disk; the Delta library syncs nothing."""
    log = folder / "_delta_log"
    for path in [*log.glob(f"{version:020}*"), *log.glob("_last_checkpoint")]:
        with path.open("r+b") as entry:
            os.fsync(entry.fileno())
    sync_folder(log)
    sync_folder(folder)


def _digest(names: Iterable[str]) -> str:
    """The SHA-256 of file names, in any order."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


@lru_cache(maxsize=4096)
def _sha256(path: Path, size: int, changed: int) -> str:
    """The SHA-256 of a file's bytes, computed once per process while its size and time of change stay."""
    with failures.reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _arrow_schema(frame: pl.DataFrame) -> Any:
    """The columns of a frame as an Arrow schema."""
    from arro3.core import Table as ArrowTable

    return ArrowTable.from_arrow(frame.head(0)).schema


def _has_log(folder: Path) -> bool:
    """Return True if a first version was committed; a process may have died before that.

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
