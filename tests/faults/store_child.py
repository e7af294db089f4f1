"""A process that appends to a store, to be killed."""

from __future__ import annotations

from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import polars as pl

from ambos.store import Store
from store_samples import DATASETS, frame, row

PLACES = [f"place {i:02}" for i in range(50)]
START = date(2025, 1, 1)


def batch(number: int) -> pl.DataFrame:
    """All places with one value, another one each time."""
    return frame(*(row(place, number, START + timedelta(days=number)) for place in PLACES))


def append_for_ever(folder: Path, number: int, done: Connection) -> None:
    """Append batches from a number on, and say of each that it is done."""
    store = Store(folder, DATASETS)
    while True:
        store.append("sample", batch(number))
        done.send(number)
        number += 1


def append_eight(folder: Path, name: str) -> None:
    """Append what other writers append too, and a place of one's own."""
    store = Store(folder, DATASETS)
    for number in range(8):
        store.append("sample", batch(number))
        store.append("sample", frame(row(name, number, START + timedelta(days=number))))
