"""A station's hours out of the store, and how healthy its networks are: what was asked, what came, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import polars as pl

from ambos.catalog.air_stations import find_station, load_stations
from ambos.errors import NoData
from ambos.flows.data.ledger import read_ledger
from ambos.flows.workspace import Workspace
from ambos.model.air import Station
from ambos.text import Text

#: Which network is believed first where several report a station: reviewed by an office, crude, collected by others, of
#: the present only.
NETWORKS = ("aqs", "sinaica", "openaq", "airnow")
#: The source of each network.
SOURCES = {"aqs": "epa_aqs", "airnow": "airnow", "sinaica": "sinaica", "openaq": "openaq"}
_GROUP = ["network", "station", "pollutant", "monitor"]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a station.

    Attributes
    ----------
    station : Station
    frame : polars.DataFrame
        As from `ambos.air.readings.read`: ``station`` (id), ``time`` (ISO 8601, the region's clock), ``pollutant``, ``value``,
        ``unit``, ``at`` (UTC), ``day``, ``amount`` (millionths of a µg/m³ or a ppb); besides ``network``, ``monitor``,
        ``status``, ``qualifier``, ``given`` and ``clock``. A row per pollutant and hour; of several networks and monitors
        only one is taken, whole.
    below_zero : int
        Readings that were below zero and stand as 0.
    """

    station: Station
    frame: pl.DataFrame
    below_zero: int

    @property
    def taken(self) -> list[tuple[str, str, str]]:
        """Pollutant, network and monitor that were taken."""
        return sorted(self.frame.select("pollutant", "network", "monitor").unique().rows())


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
        told = " · ".join(filter(None, (pollutant, network, monitor)))
        raise NoData(what=Text(f"{station.name.en} {told}".strip(), f"{station.name.es} {told}".strip()))
    chosen = _one_each(frame)
    return Hours(station, _as_read(chosen), chosen.filter(pl.col("value") < 0).height)


def _one_each(frame: pl.DataFrame) -> pl.DataFrame:
    """Of each pollutant one network and monitor."""
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


# -- health -----------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Asked:
    """What a network was asked for, by the ledger of `ambos fetch`.

    Attributes
    ----------
    network : str
    answers : int
        Good ones, new or as before.
    failures : int
        Rounds that ended in a failure.
    last : datetime or None
        When it was asked last, UTC.
    error : Text or None
        What the last round failed with; None if it did not.
    """

    network: str
    answers: int
    failures: int
    last: datetime | None
    error: Text | None


@dataclass(frozen=True, slots=True)
class Came:
    """What is held of a monitor.

    Attributes
    ----------
    network, station, pollutant, monitor : str
    first, last : datetime
        The first and the last hour with a value, UTC.
    hours : int
        From the first to the last.
    held : int
        That have a value.
    invalid : int
        Rows without a value.
    gap : int
        Hours of the longest stretch without a value.
    gap_start : datetime or None
        Where it begins.
    """

    network: str
    station: str
    pollutant: str
    monitor: str
    first: datetime
    last: datetime
    hours: int
    held: int
    invalid: int
    gap: int
    gap_start: datetime | None


@dataclass(frozen=True, slots=True)
class Months:
    """What SINAICA was asked for by the month, and in how many of these months an hour with a value came.

    An empty answer is no failure there: only this tells a station that is silent from one that was not asked.
    """

    station: str
    pollutant: str
    first: str
    last: str
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Health:
    """All of these, and the stations of which nothing is held."""

    asked: tuple[Asked, ...]
    months: tuple[Months, ...]
    came: tuple[Came, ...]
    silent: tuple[Station, ...]


def health(workspace: Workspace) -> Health:
    """What was asked of the networks, what came, and what is missing.

    Raises
    ------
    CannotRead
        If the ledger or the store is damaged.
    """
    entries = read_ledger(workspace.folder / "snapshots" / "ledger.jsonl")
    asked = tuple(_asked(network, [e for e in entries if e["source"] == SOURCES[network]]) for network in NETWORKS)
    table = workspace.store.table("air_readings")
    frame = workspace.store.frame(table.select(*_GROUP, "hour", "value")).sort(*_GROUP, "hour")
    came = []
    for group in frame.partition_by(_GROUP, maintain_order=True):
        held = group.filter(pl.col("value").is_not_null())
        if held.height:
            came.append(_came(group, held))
    known = load_stations(workspace.catalog).stations
    heard = {c.station for c in came}
    months = _months(workspace, entries, frame.filter(pl.col("network") == "sinaica", pl.col("value").is_not_null()))
    return Health(asked, months, tuple(came), tuple(s for s in known.values() if s.id not in heard))


def _asked(network: str, entries: list[dict[str, Any]]) -> Asked:
    last = entries[-1] if entries else None
    failed = last is not None and last["result"] == "failed"
    return Asked(
        network,
        sum(e["result"] in ("stored", "unchanged") for e in entries),
        sum(e["result"] == "failed" for e in entries),
        datetime.fromisoformat(last["retrieved_at"]) if last else None,
        Text.of(last["error"]) if last and failed else None,
    )


def _months(workspace: Workspace, entries: list[dict[str, Any]], held: pl.DataFrame) -> tuple[Months, ...]:
    """By station and pollutant of SINAICA, from the addresses that were asked."""
    stations = {s.sinaica: s.id for s in load_stations(workspace.catalog).stations.values() if s.sinaica}
    pollutants = workspace.catalog.codelists["pollutants"].from_system("sinaica")
    asked: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        if entry["source"] == SOURCES["sinaica"] and "request" in entry:
            fields = parse_qs(urlsplit(entry["request"]).query)
            number, parameter, day = (fields.get(f, [""])[0] for f in ("estacionId", "param", "fechaIni"))
            if number in stations and parameter in pollutants:
                asked.setdefault((stations[number], pollutants[parameter]), set()).add(day[:7])
    zone = workspace.catalog.region.zone
    local = held.with_columns(month=pl.col("hour").dt.convert_time_zone(zone).dt.strftime("%Y-%m"))
    came = set(local.select("station", "pollutant", "month").unique().rows())
    return tuple(
        Months(s, p, min(months), max(months), len(months), sum((s, p, m) in came for m in months))
        for (s, p), months in sorted(asked.items())
    )


def _came(group: pl.DataFrame, held: pl.DataFrame) -> Came:
    hours: list[datetime] = held["hour"].to_list()
    one = timedelta(hours=1)
    gaps = [((b - a) // one - 1, a + one) for a, b in pairwise(hours) if b - a > one]
    gap, begins = max(gaps, key=lambda g: g[0], default=(0, None))
    network, station, pollutant, monitor = group.select(_GROUP).row(0)
    return Came(
        network,
        station,
        pollutant,
        monitor,
        hours[0],
        hours[-1],
        (hours[-1] - hours[0]) // one + 1,
        held.height,
        group.height - held.height,
        gap,
        begins,
    )
