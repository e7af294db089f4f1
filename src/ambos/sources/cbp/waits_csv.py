"""Archives of CBP's border wait times that others made as CSV tables. Each keeps less than CBP said.

========== ============================================================================================
pulls      every pull of ``bwt.xml``, all that is said but the lanes that are not offered
commits    every answer of ``bwtpublicmod``; closed lanes and those not offered are left out, lanes built too, and
           0 lanes open stand for none given
rss        the lanes that report in the RSS text, without the word of their state
statuses   what each lane shows, without lanes open and without time label
========== ============================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.cbp.reports import DELAY_FROM, FROZEN_AFTER, TIME, Lanes, compact, read_crossings, to_rows
from ambos.sources.shared.base import File, Rows
from ambos.sources.shared.codes import YEARS
from ambos.sources.shared.strict import read_csv
from ambos.text import Text

#: The most that clocks of the border are behind UTC.
WEST = timedelta(hours=8)
#: Words of state that are not CBP's. A lane that "reported" has minutes, and they tell which state it is.
REPORTED = "reported"
OTHER_WORDS = {REPORTED: "delay", "closed": "closed", "not applicable": "not_offered"}


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns of a table, and the columns of ours that they fill."""

    columns: tuple[str, ...]
    names: Mapping[str, str]  #: Ours to theirs, for `crossing`, `fetched_at` and the columns of `Lanes`.
    system: str = "cbp"  #: The code system of its crossings.


def _shape(columns: str, system: str = "cbp", **names: str) -> Shape:
    return Shape(tuple(columns.split(",")), names, system)


SHAPES = {
    "pulls": _shape(
        "pulled_utc,feed_updated,port_number,port_name,crossing_name,hours,date,port_status,mode,maximum_lanes,lane,"
        "operational_status,delay_minutes,lanes_open,update_time",
        crossing="port_number",
        fetched_at="pulled_utc",
    ),
    "commits": _shape(
        "fetched_at,endpoint,port_number,port_name,crossing_name,state,port_status,feed_local_time,lane,lane_status,"
        "delay_minutes,lanes_open,lane_update_time",
        crossing="port_number",
        fetched_at="fetched_at",
        operational_status="lane_status",
        update_time="lane_update_time",
    ),
    "rss": _shape(
        "commit_time,date,port,mode,lane,update_time,delay_minutes,lanes_open,commit",
        "cbp_name",
        crossing="port",
        fetched_at="commit_time",
    ),
    "statuses": _shape(
        "port_name,category,lane_type,status,wait_minutes,timestamp",
        "cbp_name",
        crossing="port_name",
        mode="category",
        lane="lane_type",
        operational_status="status",
        delay_minutes="wait_minutes",
        fetched_at="timestamp",
    ),
}


def read_archive(file: File, shape: Shape, catalog: Catalog) -> Rows:
    """The rows of ``waits`` of one table."""
    raw = read_csv(file, shape.columns, shape.columns)
    raw = raw.rename({theirs: ours for ours, theirs in shape.names.items()}, strict=False)
    known = catalog.codelists["crossing"].from_system(shape.system)
    elsewhere = {n for n, c in known.items() if catalog.places[c].border not in catalog.region.borders}
    if away := sorted(elsewhere.intersection(raw["crossing"].unique())):
        raw = raw.filter(~pl.col("crossing").is_in(pl.Series(away, dtype=pl.Categorical).implode()))
    if "mode" not in raw.columns:  # one column says both: passenger_standard
        both = pl.col("lane").cast(pl.String).str.splitn("_", 2)
        raw = raw.with_columns(mode=both.struct.field("field_0"), lane=both.struct.field("field_1").fill_null(""))
    if "operational_status" not in raw.columns:
        raw = raw.with_columns(operational_status=pl.lit(REPORTED))
    lanes = Lanes(raw, catalog, OTHER_WORDS)
    if "endpoint" in raw.columns:
        lanes.no_lanes.append("0")
    read_crossings(lanes, catalog, "crossing", shape.system)
    if "hours" not in raw.columns:
        _known_hours(lanes, catalog)
    lanes.values("fetched_at", "fetched_at", _moment, TIME, Text("a date and time", "una fecha y hora"))
    if "feed_local_time" in raw.columns:
        _leave_out_frozen(lanes)
    lanes.read()
    if REPORTED in lanes.texts("operational_status"):
        reported = lanes.raw["operational_status"] == REPORTED
        lanes.set_state(reported & (lanes.made["delay_minutes"] < DELAY_FROM), "no_delay")
    good, rejected = compact(lanes.good(), catalog), lanes.rejected()
    del raw, lanes  # millions of rows of text, not needed for what follows
    return to_rows([good], catalog, [rejected], good)


def _known_hours(lanes: Lanes, catalog: Catalog) -> None:
    """Posted hours of the region's crossings from the definitions, where the table has none."""
    from ambos.catalog.twin import load_twin

    facts = {f.place: f for f in load_twin(catalog, weeks=False).crossings.values()}
    crossing = lanes.made["crossing"]
    for name in ("opens", "closes"):
        hours = {place: int(getattr(f, name)) for place, f in facts.items() if place in set(crossing.unique())}
        if hours:
            lanes.made[name] = crossing.replace_strict(
                list(hours), list(hours.values()), default=None, return_dtype=pl.Int16
            )


def _leave_out_frozen(lanes: Lanes) -> None:
    """Refuse the rows of answers a day or more behind the poll by the port's own clock, as ``waittimes`` has been since
    2026-03-26."""
    clock = lanes.raw["feed_local_time"].cast(pl.String).str.to_datetime("%m/%d/%Y %H:%M:%S", strict=False)
    behind = lanes.made["fetched_at"].dt.replace_time_zone(None) - clock
    said, read = pl.col("feed_local_time").cast(pl.String), pl.col("fetched_at").cast(pl.String)
    lanes.refuse(
        (behind > FROZEN_AFTER + WEST).fill_null(False),
        "bad_value",
        pl.format("feed_local_time: the answer is frozen: its clock says {} and it was read at {}.", said, read),
        pl.format("feed_local_time: la respuesta está congelada: su reloj dice {} y se leyó a las {}.", said, read),
    )


def _moment(text: str) -> datetime | None:
    """The UTC time of an ISO 8601 text with seconds; without a zone it is UTC, as in the table that has none."""
    if len(text) < len("2026-08-09 15:26:14"):  # what is shorter was cut
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in YEARS:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
