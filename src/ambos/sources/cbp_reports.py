"""From what CBP says of a lane to rows of ``waits``: states, minutes, and times of day without a date to UTC.

The rules, from the reference on this source:

* A lane that reports (``no delay``, ``delay``) has minutes; ``no delay`` may carry a few, and they are kept.
* ``Lanes Closed`` and ``N/A`` are states, ``Update Pending`` is a missing report. None of them is a wait of 0:
  their minutes and lanes are null.
* A mode of traveller is offered where it has lanes (``maximum_lanes``): a lane ``Update Pending`` on a mode
  without any does not exist.
* A label such as ``At 10:00 am MST`` is wall-clock time of the crossing. Its zone word is ignored: it is wrong at
  the crossings of Arizona.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.base import Rows
from ambos.sources.codes import YEARS, Sheet
from ambos.text import Text

#: So far may a label run ahead of the poll and still be of the same report, in minutes. In the capture of
#: 2022-06-29 11 lanes were ahead by one to two hours; what is further ahead is the label of the day before.
MOST_AHEAD = 120
#: From so many minutes on CBP says ``delay``: all 331,426 reports of ``delay`` in the archive of 2025 have 10 or
#: more, all 369,987 of ``no delay`` 9 or less. Only used for sources that give minutes without the word.
DELAY_FROM = 10
DAY = 24 * 60
LANE = ("crossing", "mode", "lane")
TIME = pl.Datetime("us", "UTC")
#: The states in which somebody reported a wait.
REPORTING = ("no_delay", "delay")
#: Clock words in both languages: the service answers in Spanish at times (``En Mediodía CDT``).
NAMED_HOURS = {"noon": 720, "mediodía": 720, "mediodia": 720, "midnight": 0, "medianoche": 0}
#: Text is held as categories: a few words in millions of rows.
_TYPES = {"str": pl.Categorical(), "int": pl.Int64(), "datetime": TIME}
_NAME_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T_ ](\d\d)[-:](\d\d)[-:](\d\d)")
_CLOCK = re.compile(r"\b(\d{1,2}):([0-5]\d)\s*([ap])\.?\s?m\b", re.IGNORECASE)
#: What `maximum_lanes` is for a mode without lanes. ``0`` was only ever seen with ``Update Pending``.
NOT_OFFERED = ("", "N/A", "0")


def minute_of_day(label: str) -> int | None:
    """Minutes after midnight of a time label, whatever its zone word; None if it names no time.

    Examples
    --------
    >>> minute_of_day("At 1:22 pm EDT"), minute_of_day("At Noon MST"), minute_of_day("At 0:05 am EDT")
    (802, 720, 5)
    """
    if clock := _CLOCK.search(label):
        hour = int(clock[1])
        if hour <= 12:
            return hour % 12 * 60 + int(clock[2]) + (720 if clock[3] in "pP" else 0)
        return None
    words = label.casefold().split()
    return next((minute for name, minute in NAMED_HOURS.items() if name in words), None)


class Lanes(Sheet):
    """Lanes as a source describes them, on their way to rows of ``waits``.

    Parameters
    ----------
    raw : polars.DataFrame
        Text, no nulls, and `line`, with any of the columns `mode`, `lane`, `operational_status`,
        `update_time`, `delay_minutes`, `lanes_open` and `maximum_lanes`.
    catalog : Catalog
    states : mapping of str to str
        Words for states that are not CBP's, with ours for them.
    """

    def __init__(self, raw: pl.DataFrame, catalog: Catalog, states: Mapping[str, str] | None = None) -> None:
        super().__init__(raw)
        #: Texts for lanes open that say nothing.
        self.no_lanes = [""]
        for column, into, codelist in (("mode", "mode", "wait_modes"), ("lane", "lane", "lanes")):
            self.codes(column, into, catalog.codelists[codelist], "cbp")
        self.codes("operational_status", "state", catalog.codelists["lane_states"], "cbp", states)

    def read(self) -> None:
        """Make state, label, its minute of the day, the wait and the lanes; nulls where the source has no such column."""
        self._maximum()
        reports = self.made["state"].is_in(REPORTING).fill_null(False)
        if "update_time" in self.raw.columns:
            self._label(reports)
        else:
            self.made["label"] = self._nothing(pl.Categorical())
            self.made["minute"] = self._nothing(pl.Int16())
        self._number("delay_minutes", reports, Text("a whole number of minutes", "un número entero de minutos"))
        if "lanes_open" in self.raw.columns:
            given = reports & ~self.raw["lanes_open"].cast(pl.String).is_in(self.no_lanes)
            self._number("lanes_open", given, Text("a whole number of lanes", "un número entero de carriles"))
        else:
            self.made["lanes_open"] = self._nothing(pl.Int32())

    def _nothing(self, dtype: pl.DataType) -> pl.Series:
        return pl.Series([None], dtype=dtype).new_from_index(0, self.raw.height)

    def _maximum(self) -> None:
        """Lanes built; a lane without a report on a mode that has none is not offered."""
        if "maximum_lanes" not in self.raw.columns:
            self.made["maximum_lanes"] = self._nothing(pl.Int32())
            return
        text = self.raw["maximum_lanes"].cast(pl.String)
        number = text.cast(pl.Int32, strict=False)
        self.made["maximum_lanes"] = number
        none = text.is_in(NOT_OFFERED)
        self.refuse_values(
            (number.is_null() & ~none) | (number < 0).fill_null(False),
            "maximum_lanes",
            Text("a number of lanes", "un número de carriles"),
        )
        frame = pl.DataFrame({"state": self.made["state"], "none": none})
        self.made["state"] = frame.select(
            pl.when(pl.col("none") & (pl.col("state") == "pending"))
            .then(pl.lit("not_offered"))
            .otherwise("state")
            .alias("state")
        ).to_series()

    def _label(self, reports: pl.Series) -> None:
        label = self.raw["update_time"]
        texts: list[str] = label.unique().cast(pl.String).to_list()
        label = label.cast(pl.String)
        minute = label.replace_strict(texts, [minute_of_day(t) for t in texts], return_dtype=pl.Int16)
        self.refuse_values(reports & minute.is_null(), "update_time", Text("a time of the day", "una hora del día"))
        frame = pl.DataFrame({"label": label, "minute": minute, "reports": reports})
        for column in ("label", "minute"):
            self.made[column] = frame.select(pl.when("reports").then(column)).to_series()
        self.made["label"] = self.made["label"].cast(pl.Categorical)

    def _number(self, column: str, wanted: pl.Series, what: Text) -> None:
        """A whole number of 0 or more where it is wanted, and null elsewhere whatever is written there."""
        text = self.raw[column]
        texts = text.unique().cast(pl.String)  # few, in many rows
        numbers = texts.str.replace(r"\.0+$", "").cast(pl.Int32, strict=False)
        frame = pl.DataFrame({"number": text.replace_strict(texts, numbers).cast(pl.Int32), "wanted": wanted})
        number = frame.select(pl.when(pl.col("wanted") & (pl.col("number") >= 0)).then("number")).to_series()
        self.refuse_values(wanted & number.is_null(), column, what)
        self.made[column] = number


def to_rows(frames: Iterable[pl.DataFrame], catalog: Catalog, rejected: Sequence[pl.DataFrame]) -> Rows:
    """Rows of ``waits`` from lanes that were read, each report and state once.

    Several polls show the same report; the last one counts. A lane class that is not offered is kept once a local
    day (its first poll): it says what exists, and nothing happens in it.

    Parameters
    ----------
    frames : iterable of polars.DataFrame
        What `Lanes.good` gives, `crossing` and `fetched_at` (UTC). More than one, where all at once would be large.
    catalog : Catalog
    rejected : sequence of polars.DataFrame
        As in `Rows`.
    """
    dataset = catalog.datasets["waits"]
    names = [c.id for c in dataset.columns]
    parts = []
    for frame in frames:
        frame = compact(frame, catalog).with_columns(
            observed_at=pl.col("fetched_at").dt.truncate("1m"), clamped=pl.lit(0, pl.Int64)
        )
        absent = pl.col("state") == "not_offered"
        parts.append(frame.filter(pl.col("minute").is_null() & ~absent))
        for zone, crossings in _zones(frame["crossing"], catalog).items():
            here = frame.filter(pl.col("crossing").is_in(crossings) & (absent | pl.col("minute").is_not_null()))
            parts.append(_first_of_day(here.filter(absent), zone))
            parts.append(_at_label(here.filter(~absent), zone))
    if not parts:
        types = {c.id: _TYPES[c.type] for c in dataset.columns} | {"status": _TYPES["str"], "as_of": pl.Date()}
        return Rows(dataset.id, pl.DataFrame(schema=types), pl.concat(rejected))
    rows = _last_polled(pl.concat([part.select(names) for part in parts]))
    status = pl.when(pl.col("state") == "pending").then(pl.lit("M")).otherwise(pl.lit("A"))
    own = [pl.col(c.id).cast(_TYPES[c.type]) for c in dataset.columns]
    rows = rows.select(*own, status=status.cast(_TYPES["str"]), as_of=pl.col("fetched_at").dt.date())
    return Rows(dataset.id, rows, pl.concat(rejected))


def compact(frame: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """Codes of ``waits`` as small numbers with names: an archive has millions of rows."""
    columns = [c for c in catalog.datasets["waits"].columns if c.codes and c.id in frame.columns]
    return frame.with_columns(
        pl.col(c.id).cast(pl.Enum(list(catalog.codelists[c.codes].codes))) for c in columns if c.codes
    )


def _zones(crossings: pl.Series, catalog: Catalog) -> dict[str, list[str]]:
    zones: dict[str, list[str]] = {}
    for crossing in sorted(crossings.unique().to_list()):
        zones.setdefault(catalog.places[crossing].zone, []).append(crossing)
    return zones


def _first_of_day(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Of each lane the first poll of a local day."""
    day = pl.col("fetched_at").dt.convert_time_zone(zone).dt.date()
    frame = frame.sort("fetched_at", maintain_order=True).with_columns(day=day)
    return frame.unique([*LANE, "day"], keep="first", maintain_order=True).drop("day")


def _at_label(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """`observed_at` and `clamped` from the labels of lanes of one zone; of several polls of a report the last.

    The label is the latest such time that is not after the poll, unless its next one comes within `MOST_AHEAD`:
    then the label ran ahead, and until a later poll shows it again the poll's time stands in for it. (A label
    ``At Midnight`` at 23:06 is the coming midnight, not that of 23 hours ago.)
    """
    poll = pl.col("observed_at")
    local = poll.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    of_day = local.dt.hour().cast(pl.Int16) * 60 + local.dt.minute().cast(pl.Int16)
    back = (of_day - pl.col("minute")) % DAY
    ahead = (back > 0) & (DAY - back <= MOST_AHEAD)
    wall = local - pl.duration(minutes=back - pl.when(ahead).then(DAY).otherwise(0))

    def utc(naive: pl.Expr, which: Literal["earliest", "latest"]) -> pl.Expr:
        zoned = naive.dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
        return zoned.dt.convert_time_zone("UTC")

    # When clocks go back a time of day comes twice: the later one, if it is past. When they go forward one hour
    # does not exist: a label in it is of the old clock.
    late = utc(pl.col("wall"), "latest")
    label_at = (
        pl.when(late <= poll)
        .then(late)
        .otherwise(utc(pl.col("wall"), "earliest"))
        .fill_null(utc(pl.col("wall") + pl.duration(hours=1), "earliest"))
    )
    times = frame.select("observed_at", "minute").unique().with_columns(wall=wall).with_columns(label_at=label_at)
    return (
        frame.sort("fetched_at", maintain_order=True)
        .join(times.drop("wall"), on=["observed_at", "minute"], maintain_order="left")
        .filter(_key("label_at").is_last_distinct())
        .with_columns(
            observed_at=pl.min_horizontal("observed_at", "label_at"),
            clamped=(pl.col("label_at") > poll).cast(pl.Int64),
        )
    )


def _last_polled(frame: pl.DataFrame) -> pl.DataFrame:
    """Of rows with the same key the one polled last, in the order of keys."""
    frame = frame.with_columns(key=_key("observed_at")).sort("key", "fetched_at", maintain_order=True)
    return frame.filter((pl.col("key") != pl.col("key").shift(-1)).fill_null(True))


def _key(time: str) -> pl.Expr:
    """Lane and minute as one number: ten bits for each code, which `compact` made small, and the rest for the minute."""
    key = pl.lit(0, pl.Int64)
    for name in LANE:
        key = key * 2**10 + pl.col(name).to_physical().cast(pl.Int64)
    return key * 2**32 + pl.col(time).dt.timestamp("us") // 60_000_000


def time_in_name(name: str) -> datetime | None:
    """The time (UTC) in the name of a file such as ``rss-2025-03-28_15-34-57.xml``, if there is one."""
    found = _NAME_TIME.search(name)
    return local_time(found.groups()[:3], ":".join(found.groups()[3:]), "UTC") if found else None


def local_time(day: Sequence[str], clock: str, zone: str) -> datetime | None:
    """The UTC time of a year, month, day and a clock such as ``16:1:33`` in a zone; None if they are none."""
    parts = [*day, *clock.split(":")]
    if len(parts) != 6 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    if int(parts[0]) not in YEARS:
        return None
    try:
        return datetime(*map(int, parts), tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None
