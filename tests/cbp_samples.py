"""Snapshots of ``bwt.xml`` in CBP's shape, and a slow, obvious reader of them."""

from __future__ import annotations

import io
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ambos.catalog import Catalog
from ambos.sources import cbp_border_waits
from ambos.sources.base import File, Rows

#: The classes of lanes of each mode, in CBP's order.
SHAPE = {
    "commercial_vehicle_lanes": ("standard_lanes", "FAST_lanes"),
    "passenger_vehicle_lanes": ("standard_lanes", "NEXUS_SENTRI_lanes", "ready_lanes"),
    "pedestrian_lanes": ("standard_lanes", "ready_lanes"),
}
#: Status, label, minutes, lanes open.
Lane = tuple[str, str, str, str]
NOT_THERE: Lane = ("N/A", "", "", "")
#: By (mode, class) the lane, by mode alone its lanes built.
Port = Mapping[Any, Any]
FIELDS = ("operational_status", "update_time", "delay_minutes", "lanes_open")


def port_xml(number: str, port: Port, label_first: bool = False, border: str = "Mexican Border") -> str:
    """One port as CBP writes it; what is not given is not there."""
    modes = []
    for mode, classes in SHAPE.items():
        lanes = []
        for name in classes:
            texts = dict(zip(FIELDS, port.get((mode, name), NOT_THERE), strict=True))
            order = ("update_time", "operational_status", *FIELDS[2:]) if label_first else FIELDS
            lanes.append(f"<{name}>" + "".join(f"<{f}>{texts[f]}</{f}>" for f in order) + f"</{name}>")
        lanes_built = port.get(mode, "N/A")
        modes.append(f"<{mode}><maximum_lanes>{lanes_built}</maximum_lanes>{''.join(lanes)}</{mode}>")
    return (
        f"<port><port_number>{number}</port_number><border>{border}</border><port_name>X</port_name>"
        f"<crossing_name></crossing_name><hours>24 hrs/day</hours>{''.join(modes)}</port>"
    )


def snapshot(ports: Iterable[str], encoding: str = "ISO-8859-1") -> bytes:
    """A whole snapshot."""
    text = (
        f"<?xml version='1.0' encoding='{encoding}'?><border_wait_time><last_updated_date>2025-7-30</last_updated_date>"
        f"<last_updated_time>16:1:33</last_updated_time>{''.join(ports)}</border_wait_time>"
    )
    return text.encode(encoding)


def one_lane(
    number: str, lane: Lane, maximum: str = "7", mode: str = "passenger_vehicle_lanes", name: str = "standard_lanes"
) -> bytes:
    """A snapshot of one port of which one lane is as given."""
    return snapshot([port_xml(number, {mode: maximum, (mode, name): lane})])


def name(poll: datetime) -> str:
    """The name of the member pulled at a time."""
    return f"rss-{poll.astimezone(UTC):%Y-%m-%d_%H-%M-%S}.xml"


def tar(members: Mapping[str, bytes]) -> bytes:
    """An archive of members."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for member, content in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def read(content: bytes, catalog: Catalog, name: str = "file", retrieved_at: datetime | None = None) -> Rows:
    """The rows of one file of this source, recognised by its bytes."""
    file = File(name, content, retrieved_at)
    kind = cbp_border_waits.recognise(file.name, file.head())
    assert kind
    (rows,) = cbp_border_waits.read(file, kind, catalog)
    return rows


def read_xml(content: bytes, poll: datetime, catalog: Catalog) -> pl.DataFrame:
    """The rows of one snapshot."""
    return read(content, catalog, "bwt.xml", poll).frame


def clock(label: str) -> timedelta:
    """The time of day of an English label, the long way."""
    time, half = label.split()[1:3]
    if time in ("Noon", "Midnight"):
        return timedelta(hours=12 if time == "Noon" else 0)
    hour, minute = map(int, time.split(":"))
    if hour == 12:
        hour = 0
    return timedelta(hours=hour + (12 if half == "pm" else 0), minutes=minute)


def slow_reader(polls: Mapping[datetime, bytes], catalog: Catalog) -> list[tuple[Any, ...]]:
    """Rows of ``waits`` from snapshots, one lane at a time with a real XML parser.

    Returns
    -------
    list of tuple
        Crossing, mode, lane, observed_at, state, delay_minutes, lanes_open, maximum_lanes, label, fetched_at,
        clamped, status, as_of; sorted.
    """
    lists = catalog.codelists
    reports: dict[Any, Any] = {}
    rows: dict[Any, Any] = {}
    absent: set[Any] = set()
    for poll, content in sorted(polls.items()):
        minute = poll.replace(second=0, microsecond=0)
        for port in ET.fromstring(content).iter("port"):
            crossing = catalog.places[port.findtext("port_number") or ""]
            if crossing.border not in catalog.region.borders:
                continue
            for mode in port:
                built = mode.findtext("maximum_lanes")
                for lane in mode if built is not None else ():
                    if lane.tag == "maximum_lanes":
                        continue
                    said = {f: lane.findtext(f) or "" for f in FIELDS}
                    where = (
                        crossing.id,
                        lists["wait_modes"].from_system("cbp")[mode.tag],
                        lists["lanes"].from_system("cbp")[lane.tag],
                    )
                    state = lists["lane_states"].from_system("cbp")[said["operational_status"]]
                    maximum = None if built == "N/A" else int(built or 0)
                    if state == "pending" and not maximum:
                        state = "not_offered"
                    local = minute.astimezone(ZoneInfo(crossing.zone)).replace(tzinfo=None)
                    if state == "not_offered":
                        if (where, local.date()) not in absent:
                            absent.add((where, local.date()))
                            rows.setdefault((*where, minute), (state, None, None, maximum, None, poll, 0))
                    elif state in ("closed", "pending"):
                        rows[(*where, minute)] = (state, None, None, maximum, None, poll, 0)
                    else:
                        said_at = midnight(local) + clock(said["update_time"])
                        while said_at > local + timedelta(hours=2):
                            said_at -= timedelta(days=1)
                        while said_at <= local + timedelta(hours=2) - timedelta(days=1):
                            said_at += timedelta(days=1)
                        utc = minute - (local - said_at)
                        values = (
                            state,
                            int(said["delay_minutes"]),
                            int(said["lanes_open"]) if said["lanes_open"] else None,
                            maximum,
                            said["update_time"],
                            poll,
                            int(utc > minute),
                        )
                        reports[(*where, utc)] = (min(utc, minute), values)
    for key, (observed, values) in reports.items():
        place = (*key[:3], observed)
        if place not in rows or rows[place][5] <= values[5] or rows[place][0] == "not_offered":
            rows[place] = values
    return sorted(
        ((*key, *values, "M" if values[0] == "pending" else "A", values[5].date()) for key, values in rows.items()),
        key=lambda row: row[:4],
    )


def midnight(local: datetime) -> datetime:
    """The beginning of a day."""
    return local.replace(hour=0, minute=0, second=0)
