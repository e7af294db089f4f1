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
from ambos.sources.cbp import border_waits as cbp_border_waits
from ambos.sources.shared.base import File, Rows

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


def port_xml(
    number: str,
    port: Port,
    label_first: bool = False,
    border: str = "Mexican Border",
    hours: str = "24 hrs/day",
    status: str = "Open",
) -> str:
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
        f"<crossing_name></crossing_name><hours>{hours}</hours><port_status>{status}</port_status>{''.join(modes)}</port>"
    )


#: What the feed says of when it was written, US Eastern: 2025-07-30 20:01:33 UTC.
CLOCK = "<last_updated_date>2025-7-30</last_updated_date><last_updated_time>16:1:33</last_updated_time>"


def snapshot(ports: Iterable[str], encoding: str = "ISO-8859-1", clock: str = "") -> bytes:
    """A whole snapshot."""
    text = f"<?xml version='1.0' encoding='{encoding}'?><border_wait_time>{clock}{''.join(ports)}</border_wait_time>"
    return text.encode(encoding)


def one_lane(
    number: str,
    lane: Lane,
    maximum: str = "7",
    mode: str = "passenger_vehicle_lanes",
    name: str = "standard_lanes",
    clock: str = "",
) -> bytes:
    """A snapshot of one port of which one lane is as given."""
    return snapshot([port_xml(number, {mode: maximum, (mode, name): lane})], clock=clock)


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
        Crossing, mode, lane, observed_at, state, crossing_state, delay_minutes, lanes_open, maximum_lanes, label,
        fetched_at, clamped, status, as_of; sorted.
    """
    lists = catalog.codelists
    lanes: dict[Any, list[dict[str, Any]]] = {}
    opened = set()
    for poll, content in sorted(polls.items()):
        minute = poll.replace(second=0, microsecond=0)
        for port in ET.fromstring(content).iter("port"):
            number = port.findtext("port_number") or ""
            crossing = catalog.places[lists["crossing"].from_system("cbp")[number]]
            if crossing.border not in catalog.region.borders:
                continue
            zone = ZoneInfo(crossing.zone)
            hours, status = port.findtext("hours") or "", port.findtext("port_status") or ""
            if number == crossing.id and status == "Open" and in_hours(hours, minute.astimezone(zone)):
                opened.add((crossing.id, minute.astimezone(zone).date()))
            for mode in port:
                built = mode.findtext("maximum_lanes")
                for lane in mode if built is not None else ():
                    if lane.tag == "maximum_lanes":
                        continue
                    said = {f: lane.findtext(f) or "" for f in FIELDS}
                    state = lists["lane_states"].from_system("cbp")[said["operational_status"]]
                    maximum = None if built == "N/A" else int(built or 0)
                    if state == "pending" and not maximum:
                        state = "not_offered"
                    if state == "delay" and not said["delay_minutes"]:
                        state = "pending"
                    reports = state in ("delay", "no_delay")
                    where = (
                        crossing.id,
                        lists["wait_modes"].from_system("cbp")[mode.tag],
                        lists["lanes"].from_system("cbp")[lane.tag],
                        number == crossing.id,
                    )
                    lanes.setdefault(where, []).append(
                        {
                            "poll": poll,
                            "minute": minute,
                            "zone": zone,
                            "hours": hours,
                            "status": status,
                            "state": state,
                            "reports": reports,
                            "delay": int(said["delay_minutes"] or 0) if reports else None,
                            "open": int(said["lanes_open"]) if reports and said["lanes_open"] else None,
                            "maximum": maximum,
                            "label": said["update_time"] if reports else None,
                        }
                    )
    rows: dict[Any, tuple[Any, ...]] = {}
    for (*where, first), seen in sorted(lanes.items()):  # the second number of a crossing comes before its first
        for at, one in dated(seen) if first else [(at, one) for at, one in dated(seen) if one["reports"]]:
            observed = min(at, one["minute"])
            local = observed.astimezone(one["zone"])
            shut = one["status"] == "Closed" and (where[0], local.date()) not in opened and not one["reports"]
            crossing_state = "open" if in_hours(one["hours"], local) and not shut else "closed"
            state = "closed" if one["state"] == "pending" and crossing_state == "closed" else one["state"]
            key = (*where, observed)
            if key in rows and rows[key][-1] == first and rows[key][6] > one["poll"]:
                continue
            rows[key] = (
                state,
                crossing_state,
                one["delay"],
                one["open"],
                one["maximum"],
                one["label"],
                one["poll"],
                int(at > one["minute"]),
                "M" if state == "pending" else "A",
                one["poll"].date(),
                first,
            )
    return sorted((*key, *values[:-1]) for key, values in rows.items())


def dated(seen: list[dict[str, Any]]) -> list[tuple[datetime, dict[str, Any]]]:
    """Of a lane each report once, as last seen, with the time of its label; and its other states, with their poll."""
    kept: dict[Any, tuple[datetime, dict[str, Any]]] = {}
    days = set()
    before: dict[str, Any] | None = None
    at = None
    for one in seen:
        if one["state"] == "not_offered":
            day = one["minute"].astimezone(one["zone"]).date()
            if day not in days:
                days.add(day)
                kept["absent", day] = (one["minute"], one)
            continue
        if not one["reports"]:
            kept["poll", one["poll"]] = (one["minute"], one)
        else:
            local = one["minute"].astimezone(one["zone"]).replace(tzinfo=None)
            past = midnight(local) + clock(one["label"])
            if past > local:
                past -= timedelta(days=1)
            back, forth = local - past, past + timedelta(days=1) - local
            gap = one["minute"] - before["minute"] if before else None
            came = gap is not None and back < gap
            goes_on = (
                before is not None
                and gap is not None
                and before["label"] is not None
                and clock(before["label"]) == clock(one["label"])
                and gap <= timedelta(hours=6)
                and ((before["delay"], before["open"]) == (one["delay"], one["open"]) or not came)
            )
            if not goes_on:
                if gap is None:
                    ahead = forth <= timedelta(hours=2) and back > timedelta()
                else:
                    ahead = not came and forth < back - gap
                at = one["minute"] + (forth if ahead else -back)
            assert at is not None
            kept["report", at] = (at, one)
        before = one
    return list(kept.values())


def in_hours(hours: str, local: datetime) -> bool:
    """Whether a local time lies in posted hours written ``6 am-10 pm`` or ``24 hrs/day``."""
    if hours == "24 hrs/day":
        return True
    opens, closes = (clock(f"At {end.replace(' ', ':00 ')} MST") for end in hours.split("-"))
    return opens <= local.replace(tzinfo=None) - midnight(local).replace(tzinfo=None) < closes


def midnight(local: datetime) -> datetime:
    """The beginning of a day."""
    return local.replace(hour=0, minute=0, second=0)
