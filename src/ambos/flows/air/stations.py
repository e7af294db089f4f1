"""Hourly readings to be judged: of a station of the store, or of a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from ambos.air.readings import read
from ambos.catalog.air import find_station, load_air, load_stations
from ambos.errors import NoData
from ambos.flows.workspace import Workspace
from ambos.later import pl
from ambos.model.air import AirStation
from ambos.numbers import both
from ambos.text import Text

#: Which network is believed first where several report a station: reviewed by an office, crude, collected by others, of
#: the present only.
NETWORKS = ("aqs", "sinaica", "openaq", "airnow")
#: Columns of a file of a station's hours, which the other commands of the air read.
COLUMNS = (
    *("station", "time", "pollutant", "value", "unit"),
    *("network", "monitor", "status", "qualifier", "given", "clock"),
)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a station."""

    station: AirStation
    #: As from `ambos.air.readings.read`: ``station`` (id), ``time`` (ISO 8601, the region's clock), ``pollutant``,
    #: ``value``, ``unit``, ``at`` (UTC), ``day``, ``amount`` (millionths of a µg/m³ or a ppb); besides ``network``,
    #: ``monitor``, ``status``, ``qualifier``, ``given`` and ``clock``. A row per pollutant and hour; of several
    #: networks and monitors only one is taken, whole.
    frame: pl.DataFrame
    below_zero: int  #: Readings that were below zero and stand as 0.


def station_hours(
    workspace: Workspace,
    name: str,
    *,
    pollutant: str | None = None,
    network: str | None = None,
    monitor: str | None = None,
    start: date | None = None,
    end: date | None = None,
) -> Hours:
    """The hourly series of a station.

    Where several networks report a pollutant the first of `NETWORKS` is taken; of its monitors the one with the most hours
    in the span, the first by name if they are even. They are never mixed. A reading below zero, which is the scatter of an
    instrument in clean air, becomes 0: no concentration is below it, and no index knows one; ``given`` keeps it.

    Parameters
    ----------
    workspace : Workspace
    name : str
        Id, AQS or SINAICA number of a station of the region.
    pollutant, network, monitor : str, optional
        Only these.
    start, end : date, optional
        First and last day, on the region's clock.

    Raises
    ------
    UnknownName
        If there is no such station.
    NoData
        If nothing is held for it.
    """
    station = find_station(load_stations(workspace.catalog), name)
    zone = ZoneInfo(workspace.catalog.region.zone)
    table = workspace.store.table("air_readings")
    table = table.filter(table.station == station.id)
    for column, wanted in (("pollutant", pollutant), ("network", network), ("monitor", monitor)):
        if wanted is not None:
            table = table.filter(table[column] == wanted)
    frame = workspace.store.frame(table).with_columns(local=pl.col("hour").dt.convert_time_zone(str(zone)))
    frame = frame.with_columns(day=pl.col("local").dt.date())
    if start:
        frame = frame.filter(pl.col("day") >= start)
    if end:
        frame = frame.filter(pl.col("day") <= end)
    if not frame["value"].count():
        asked = " · ".join(filter(None, (pollutant, network, monitor)))
        raise NoData(what=Text(f"{station.name.en} {asked}".strip(), f"{station.name.es} {asked}".strip()))
    chosen = _one_each(frame)
    return Hours(station, _as_read(chosen), chosen.filter(pl.col("value") < 0).height)


def _one_each(frame: pl.DataFrame) -> pl.DataFrame:
    """Choose one network and monitor for each pollutant."""
    rank = pl.col("network").replace_strict({n: i for i, n in enumerate(NETWORKS)}, return_dtype=pl.Int64)
    counts = frame.group_by("pollutant", "network", "monitor").agg(pl.col("value").count().alias("held"))
    best = (
        counts.filter(pl.col("held") > 0)
        .with_columns(rank=rank)
        .sort("pollutant", "rank", pl.col("held"), "monitor", descending=[False, False, True, False])
        .unique("pollutant", keep="first", maintain_order=True)
    )
    return frame.join(
        best.select("pollutant", "network", "monitor"), on=["pollutant", "network", "monitor"], how="semi"
    )


def _as_read(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that the commands of the air work on."""
    # Four decimals are stored; without the point they are ten-thousandths.
    units = pl.col("value").cast(pl.String).str.replace(".", "", literal=True).cast(pl.Int64)
    return (
        frame.with_columns(
            time=pl.col("local").dt.strftime("%Y-%m-%dT%H:%M%:z"),
            at=pl.col("hour"),
            amount=(units * 100).clip(lower_bound=0),
            value=pl.col("value").cast(pl.Float64).clip(lower_bound=0),
        )
        .select(
            *("station", "time", "pollutant", "value", "unit", "at", "day", "amount"),
            *("network", "monitor", "status", "qualifier", "given", "clock"),
        )
        .sort("pollutant", "at")
    )


def taken(hours: Hours, workspace: Workspace) -> tuple[Text, ...]:
    """Name the network and monitor of each pollutant, and what is assumed of the hours."""
    name = workspace.catalog.name
    notes = [
        name("pollutants", p) + Text.same(": ") + name("air_networks", network) + Text.same(f" ({monitor})")
        for p, network, monitor in sorted(hours.frame.select("pollutant", "network", "monitor").unique().rows())
    ]
    if hours.below_zero:
        zero = Text("Values below zero that count as 0: {count}.", "Valores bajo cero que cuentan como 0: {count}.")
        notes.append(zero.format(count=both(hours.below_zero)))
    if (hours.frame["clock"] != "utc").any():
        notes.append(
            Text(
                "The source does not say which clock its hours follow: the region's own is assumed.",
                "La fuente no dice qué reloj siguen sus horas: se supone el de la región.",
            )
        )
    return tuple(notes)


def readings(workspace: Workspace, path: Path | None, station: str | None) -> tuple[pl.DataFrame, tuple[Text, ...]]:
    """Read the hours of a file, or of a station of the store.

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
        held = read(path, load_air().plausible)
        return held.frame, held.notes
    hours = station_hours(workspace, station or "")
    return hours.frame, taken(hours, workspace)
