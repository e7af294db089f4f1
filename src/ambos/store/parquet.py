"""Plain Parquet files: reading some rows, and writing a small file whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from ambos.files import whole
from ambos.store import failures

#: The key of a file's metadata under which `note` finds what was said.
NOTE = "ambos"


def files(folder: Path, name: str) -> list[Path]:
    """The files of one table in a folder: ``<name>.parquet`` or those in ``<name>/``."""
    with failures.reading(folder):
        one = folder / f"{name}.parquet"
        return [one] if one.is_file() else sorted((folder / name).glob("*.parquet"))


def read(paths: Sequence[Path], columns: Sequence[str], where: pl.Expr | None = None) -> pl.DataFrame:
    """The rows of one or more Parquet files, always in the same order."""
    with failures.reading(paths[0].parent):
        scan = pl.scan_parquet(list(paths), glob=False, hive_partitioning=False)
        return (scan if where is None else scan.filter(where)).select(columns).collect()


def note(path: Path) -> str:
    """Read the note that a file was written with."""
    with failures.reading(path):
        return pl.read_parquet_metadata(path).get(NOTE, "")


def write(frame: pl.DataFrame, path: Path, said: str = "") -> int:
    """Write a file, small rather than fast: it is beside the place first, then moved there in one step.

    Parameters
    ----------
    frame : polars.DataFrame
    path : Path
    said : str
        What `note` will give.

    Returns
    -------
    int
        Bytes written.
    """
    with failures.writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as beside:
            frame.write_parquet(
                beside, compression="zstd", compression_level=19, statistics=True, metadata={NOTE: said}
            )
        return path.stat().st_size
