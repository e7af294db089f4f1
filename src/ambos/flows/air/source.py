"""Hourly readings to be judged: of a file, or of a station as the store has it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ambos.air.readings import read
from ambos.catalog.air import load_air
from ambos.flows.air.stations import station_hours
from ambos.flows.air.stations_tables import taken
from ambos.flows.workspace import Workspace
from ambos.text import Text


def readings(workspace: Workspace, path: Path | None, station: str | None) -> tuple[pl.DataFrame, tuple[Text, ...]]:
    """Hourly readings of a file, or of a station of the store.

    Parameters
    ----------
    workspace : Workspace
    path : Path or None
    station : str or None
        Its id, AQS or SINAICA number; only without a path.

    Returns
    -------
    polars.DataFrame
        As from `ambos.air.readings.read`.
    tuple of Text
        Which monitor was taken, or which rows of the file were set aside.

    Raises
    ------
    BadReadings
        If no row of the file is good.
    UnknownName, NoData
        If there is no such station, or nothing is held of it.
    """
    if path is not None:
        found = read(path, load_air().plausible)
        return found.frame, found.notes
    return stored(workspace, station or "")


def stored(workspace: Workspace, station: str) -> tuple[pl.DataFrame, tuple[Text, ...]]:
    """Hourly readings of a station of the store; as for `readings`."""
    hours = station_hours(workspace, station)
    return hours.frame, tuple(taken(hours, workspace))
