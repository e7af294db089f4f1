"""Turn CBP's lane reports into rows of ``waits``: states, minutes, and times of day without a date to UTC.

The rules, from the reference on this source:

* A lane that reports (``no delay``, ``delay``) has minutes, in old captures in words (``1 hrs 20 min``).
  ``no delay`` may carry a few, and they are kept; without a number it is a wait of 0. ``delay`` without a number is
  no report: pending.
* ``Lanes Closed`` and ``N/A`` are states, ``Update Pending`` is a missing report. None of them is a wait of 0:
  their minutes and lanes are null.
* A mode of traveller is offered where it has lanes (``maximum_lanes``): a lane ``Update Pending`` on a mode
  without any does not exist.
* A crossing is closed outside its posted hours (``hours``) and while its ``port_status`` is closed: there
  ``Update Pending`` is a closed lane, not a missing report.
* A label such as ``At 10:00 am MST`` is wall-clock time of the crossing. Its zone word is ignored: it is wrong at
  the crossings of Arizona. It has no date: which day it is of follows from the answer in which it is new.
* A crossing that has two numbers is one crossing. The silence of its second number is ignored; its reports count
  where the first number has none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.later import np
from ambos.sources.shared.base import Rows
from ambos.sources.shared.codes import YEARS, RawTable
from ambos.text import Text

#: The most, in minutes, that a label may run ahead of a poll that has none before it to compare with. In the capture of
#: 2022-06-29 11 lanes were ahead by one to two hours; what is further ahead is the label of the day before.
MOST_AHEAD = 120
#: The longest time, in minutes, between answers whose equal labels are the same report. Lanes report about once an hour;
#: in a longer gap a label can come round again.
SAME_REPORT = 6 * 60
#: An answer whose own clock is so far behind the time it was read is frozen: ``/api/waittimes`` has shown
#: 2026-03-26 ever since. The clocks of ports were seen an hour ahead, never behind.
FROZEN_AFTER = timedelta(days=1)
#: From so many minutes on CBP says ``delay``: all 331,426 reports of ``delay`` in the archive of 2025 have 10 or
#: more, all 369,987 of ``no delay`` 9 or less. Only used for sources that give minutes without the word.
DELAY_FROM = 10
#: The clock of ``last_updated_date`` and ``last_updated_time`` is US Eastern: 2025-07-30 16:01:33 in the snapshot
#: that was pulled at 20:04:31 UTC.
SERVER_ZONE = "America/New_York"
#: In minutes. Clocks are set back or forward at a whole quarter of an hour (UTC).
DAY, QUARTER = 24 * 60, 15
LANE = ("crossing", "mode", "lane")
#: Columns of a crossing in a poll.
POLL = ("crossing", "first_number", "opens", "closes", "port_state", "fetched_at")
TIME = pl.Datetime("us", "UTC")
#: The states in which somebody reported a wait.
REPORTING = ("no_delay", "delay")
#: Clock words in both languages: the service answers in Spanish at times (``En Mediodía CDT``).
NAMED_HOURS = {"noon": 720, "mediodía": 720, "mediodia": 720, "midnight": 0, "medianoche": 0}
#: Text is held as categories: a few words in millions of rows.
_TYPES = {"str": pl.Categorical(), "int": pl.Int64(), "datetime": TIME}
_WAIT = re.compile(
    r"(?:([0-9]{1,6}) ?(?:hrs?|hours?|horas?|h)\b\.?)? ?(?:([0-9]{1,6})(?:\.0+)? ?(?:min(?:s|utes|utos)?\b\.?)?)?"
)
_END = r"([0-9]{1,2}(?::[0-5][0-9])? ?[ap]m|\w{1,12})"
_POSTED = re.compile(rf"{_END} ?(?:-|–|to|a) ?{_END}")
_TIME_OF_DAY = re.compile(r"([0-9]{1,2})(?::([0-5][0-9]))? ?([ap])m")
#: Posted hours of a crossing that never closes.
_ALL_DAY = re.compile(r"24 ?(?:hrs|hours|horas)\b.*")
_NAME_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T_ ](\d\d)[-:](\d\d)[-:](\d\d)", re.ASCII)
_CLOCK = re.compile(r"\b(\d{1,2}):([0-5]\d)\s*([ap])\.?\s?m\b", re.IGNORECASE | re.ASCII)
#: Marks of a missing number.
NO_NUMBER = ("", "N/A", "n/a")
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


def folded(text: str) -> str:
    """A word of the feed without case, accents and repeated blanks: ``Actualización  pendiente`` comes in all forms."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def minutes_of_wait(text: str) -> int | None:
    """Minutes of a wait given as a number or, as in captures of 2013 and 2014, in words; None if it is neither.

    Examples
    --------
    >>> minutes_of_wait("35"), minutes_of_wait("40 min"), minutes_of_wait("1 hr"), minutes_of_wait("1 hrs 20 min")
    (35, 40, 60, 80)
    >>> minutes_of_wait("1 hr 95 min")  # None: neither is to be believed
    """
    found = _WAIT.fullmatch(folded(text))
    if not found or not any(found.groups()):
        return None
    hours, minutes = int(found[1] or 0), int(found[2] or 0)
    return None if hours and minutes >= 60 else hours * 60 + minutes


def posted_hours(text: str) -> tuple[int, int] | None:
    """Minutes of the day at which a crossing opens and closes, equal if it never closes; None if the text gives neither.

    Examples
    --------
    >>> posted_hours("6 am-10 pm"), posted_hours("8 am-Midnight"), posted_hours("24 hrs/day"), posted_hours("")
    ((360, 1320), (480, 1440), (0, 0), None)
    """
    plain = folded(text)
    if _ALL_DAY.fullmatch(plain):
        return 0, 0
    ends = _POSTED.fullmatch(plain)
    opens, closes = (_of_day(end) for end in ends.groups()) if ends else (None, None)
    if opens is None or closes is None:
        return None
    return opens, closes or DAY


def _of_day(text: str) -> int | None:
    """The minute of the day of ``6 am``, ``6:30 pm``, ``noon`` or ``midnight``."""
    time = _TIME_OF_DAY.fullmatch(text)
    if not time:
        return NAMED_HOURS.get(text)
    if not 1 <= int(time[1]) <= 12:
        return None
    return int(time[1]) % 12 * 60 + int(time[2] or 0) + (720 if time[3] == "p" else 0)


def is_frozen(said: datetime | None, poll: datetime | None) -> bool:
    """Return True if an answer, by its own clock (`said`), was older than `FROZEN_AFTER` when read (`poll`)."""
    return said is not None and poll is not None and poll - said > FROZEN_AFTER


def frozen_text(said: datetime, poll: datetime) -> Text:
    """Write the message on a frozen answer: the day it was read and its own time, UTC."""
    return Text(
        f"the answer is frozen: it was read on {poll:%Y-%m-%d}, and its own clock says {said:%Y-%m-%d %H:%M} UTC; "
        "its waits are not those of the day.",
        f"la respuesta está congelada: se leyó el {poll:%Y-%m-%d} y su propio reloj dice {said:%Y-%m-%d %H:%M} UTC; "
        "sus esperas no son las de ese día.",
    )


def read_crossings(sheet: RawTable, catalog: Catalog, column: str, system: str = "cbp") -> None:
    """Make the crossing of each row, whether it is under its first number, its posted hours and its own state.

    Makes `crossing`, `first_number`, `opens`, `closes` (minutes of the day; null where no hours are given) and
    `port_state` (``open``, ``closed``, null where it is not given).

    Parameters
    ----------
    sheet : RawTable
        With `column` and any of the columns `hours` and `port_status`.
    catalog : Catalog
    column : str
        The crossing as the source names it.
    system : str
        The code system of these names.
    """
    sheet.codes(column, "crossing", catalog.codelists["crossing"], system)
    sheet.made["first_number"] = _each_text(sheet, column, lambda text: system != "cbp" or text in catalog.places)
    for k, name in enumerate(("opens", "closes")):
        sheet.made[name] = _each_text(sheet, "hours", partial(_end_of_hours, end=k), pl.Int16())
    words = catalog.codelists["crossing_states"].from_system("cbp")
    states = {folded(word): state for word, state in words.items()}
    sheet.made["port_state"] = _each_text(sheet, "port_status", lambda text: states.get(folded(text)), pl.Categorical())


def _end_of_hours(text: str, end: int) -> int | None:
    hours = posted_hours(text)
    return hours[end] if hours else None


def _each_text(sheet: RawTable, column: str, read: Callable[[str], Any], dtype: pl.DataType | None = None) -> pl.Series:
    """Parse each text of a column with `read`; null where there is no such column."""
    dtype = dtype or pl.Boolean()
    if column not in sheet.raw.columns:
        return pl.Series([None], dtype=dtype).new_from_index(0, sheet.raw.height)
    return sheet.each(column, read, dtype)


class Lanes(RawTable):
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
        self.no_lanes = list(NO_NUMBER)
        for column, into, codelist in (("mode", "mode", "wait_modes"), ("lane", "lane", "lanes")):
            self.codes(column, into, catalog.codelists[codelist], "cbp")
        self.codes("operational_status", "state", catalog.codelists["lane_states"], "cbp", self._words(catalog, states))

    def _words(self, catalog: Catalog, states: Mapping[str, str] | None) -> dict[str, str]:
        """The words of state that occur, with ours, whatever their case and accents."""
        known = {**catalog.codelists["lane_states"].from_system("cbp"), **(states or {})}
        plain = {folded(word): state for word, state in known.items()}
        texts = {text: folded(text) for text in self.texts("operational_status")}
        return {text: plain[word] for text, word in texts.items() if word in plain}

    def read(self) -> None:
        """Make state, label, its minute of the day, the wait and the lanes; nulls where the source has no such column."""
        self._maximum()
        self._unreported()
        reports = self.made["state"].is_in(REPORTING).fill_null(False)
        if "update_time" in self.raw.columns:
            self._label(reports)
        else:
            self.made["label"] = self._nothing(pl.Categorical())
            self.made["minute"] = self._nothing(pl.Int16())
        self._wait(reports)
        if "lanes_open" in self.raw.columns:
            given = reports & self.each("lanes_open", lambda text: text not in self.no_lanes, pl.Boolean())
            what = Text("a whole number of lanes", "un número entero de carriles")
            self._number("lanes_open", given, _whole, what)
        else:
            self.made["lanes_open"] = self._nothing(pl.Int32())

    def _unreported(self) -> None:
        """A ``delay`` without a number is no report."""
        state = self.made["state"]
        unreported = (state == "delay") & self.each("delay_minutes", NO_NUMBER.__contains__, pl.Boolean())
        self.set_state(unreported, "pending")

    def set_state(self, rows: pl.Series, state: str) -> None:
        """Give another state to some rows (true)."""
        other = pl.Series([state], dtype=pl.Categorical())
        self.made["state"] = other.zip_with(rows.fill_null(False), self.made["state"])

    def _wait(self, reports: pl.Series) -> None:
        """Minutes of the lanes that report: 0 for ``no delay`` without a number."""
        none = self.each("delay_minutes", NO_NUMBER.__contains__, pl.Boolean())
        zero = (self.made["state"] == "no_delay").fill_null(False) & none
        what = Text("a number of minutes", "un número de minutos")
        self._number("delay_minutes", reports & ~zero, minutes_of_wait, what)
        self.made["delay_minutes"] = pl.Series([0], dtype=pl.Int32).zip_with(zero, self.made["delay_minutes"])

    def _nothing(self, dtype: pl.DataType) -> pl.Series:
        return pl.Series([None], dtype=dtype).new_from_index(0, self.raw.height)

    def _maximum(self) -> None:
        """Lanes built; a lane without a report on a mode that has none is not offered."""
        if "maximum_lanes" not in self.raw.columns:
            self.made["maximum_lanes"] = self._nothing(pl.Int32())
            return
        texts = pl.Series(self.texts("maximum_lanes"), dtype=pl.String)
        numbers = dict(zip(texts, texts.cast(pl.Int32, strict=False), strict=True))
        number = self.made["maximum_lanes"] = self.each("maximum_lanes", numbers.get, pl.Int32())
        none = self.each("maximum_lanes", NOT_OFFERED.__contains__, pl.Boolean())
        self.refuse_values(
            (number.is_null() & ~none) | (number < 0).fill_null(False),
            "maximum_lanes",
            Text("a number of lanes", "un número de carriles"),
        )
        self.set_state(none & (self.made["state"] == "pending"), "not_offered")

    def _label(self, reports: pl.Series) -> None:
        minute = self.each("update_time", minute_of_day, pl.Int16())
        self.refuse_values(reports & minute.is_null(), "update_time", Text("a time of the day", "una hora del día"))
        label = self.raw["update_time"].cast(pl.Categorical)
        self.made["label"], self.made["minute"] = _where(reports, label), _where(reports, minute)

    def _number(self, column: str, wanted: pl.Series, read: Callable[[str], int | None], what: Text) -> None:
        """A number where it is wanted, and null elsewhere whatever is written there."""
        number = _where(wanted, self.each(column, read, pl.Int32()))
        self.refuse_values(wanted & number.is_null(), column, what)
        self.made[column] = number


def _where(rows: pl.Series, values: pl.Series) -> pl.Series:
    """Keep the values of some rows (true); null in the others."""
    return values.zip_with(rows, pl.Series([None], dtype=values.dtype))


def _whole(text: str) -> int | None:
    """A whole number of 0 or more, perhaps written with zero decimals."""
    text = text.strip()
    whole, _, decimals = text.partition(".")
    return int(whole) if whole.isascii() and whole.isdigit() and not decimals.strip("0") and len(whole) < 7 else None


def to_rows(
    frames: Iterable[pl.DataFrame], catalog: Catalog, rejected: Sequence[pl.DataFrame], polls: pl.DataFrame
) -> Rows:
    """Rows of ``waits`` from lanes that were read, each report and state once.

    Several polls show the same report; the last one counts. A lane class that is not offered is kept once a local
    day (its first poll), as proof that it exists. Of a crossing's second number only the reports are kept, and of these
    only those for which the first number has none.

    Parameters
    ----------
    frames : iterable of polars.DataFrame
        Columns of `Lanes.good` and `read_crossings`, and `fetched_at` (UTC). More than one, where all at once would
        be large.
    catalog : Catalog
    rejected : sequence of polars.DataFrame
        As in `Rows`.
    polls : polars.DataFrame
        Columns of `read_crossings` and `fetched_at`, of every crossing in every poll (duplicates do no harm).
    """
    dataset = catalog.datasets["waits"]
    polls = compact(polls.select(POLL), catalog).filter(pl.col("first_number") & (pl.col("port_state") == "open"))
    polls = polls.with_columns(observed_at=_minutes(pl.col("fetched_at")))
    names = [*(c.id for c in dataset.columns), "first_number", "lane_number"]
    states = pl.Enum(list(catalog.codelists["crossing_states"].codes))
    widths = [len(catalog.codelists[dataset.column(name).codes or ""].codes) for name in LANE]
    parts = []
    for each in frames:
        frame = (
            compact(each, catalog)
            .with_columns(
                lane_number=_lane_number(widths),
                observed_at=_minutes(pl.col("fetched_at")),
                clamped=pl.lit(0, pl.Int64),
            )
            .rechunk()
        )
        order = _by_lane_and_poll(frame)
        absent = frame["state"] == "not_offered"
        for zone, crossings in zones(frame["crossing"], catalog).items():
            here = frame["crossing"].is_in(crossings)
            opened = _days_open(polls.filter(pl.col("crossing").is_in(crossings)), zone)
            offered = _at_label(_chosen(frame, order, here & ~absent), zone).filter(
                pl.col("first_number") | pl.col("state").is_in(REPORTING)
            )
            not_offered = _chosen(frame, order, here & absent & frame["first_number"])
            for part in (_first_of_day(not_offered, zone), offered):
                parts.append(_closed(part, opened, zone, states).select(names))
    if not parts:
        types = {c.id: _TYPES[c.type] for c in dataset.columns} | {"status": _TYPES["str"], "as_of": pl.Date()}
        return Rows(dataset.id, pl.DataFrame(schema=types), pl.concat(rejected))
    rows = _last_polled(pl.concat(parts)).with_columns(observed_at=_time(pl.col("observed_at")))
    status = (
        pl.when(pl.col("state") == "pending").then(pl.lit("M", _TYPES["str"])).otherwise(pl.lit("A", _TYPES["str"]))
    )
    own = [_as_text(c.id, rows.schema[c.id]) if c.codes else pl.col(c.id).cast(_TYPES[c.type]) for c in dataset.columns]
    rows = rows.select(*own, status=status, as_of=pl.col("fetched_at").dt.date())
    return Rows(dataset.id, rows, pl.concat(rejected))


def _minutes(time: pl.Expr) -> pl.Expr:
    """Minutes since the beginning of 1970."""
    return (time.dt.timestamp("us") // 60_000_000).cast(pl.Int32)


def _time(minutes: pl.Expr) -> pl.Expr:
    """The time (UTC) so many minutes after the beginning of 1970."""
    return (minutes.cast(pl.Int64) * 60_000_000).cast(TIME)


def _local(minutes: pl.Series, zone: str) -> pl.Series:
    """What the clock of a zone shows at times, both as minutes since the beginning of 1970; looked up for each quarter
    of an hour once."""
    quarter = minutes // QUARTER
    first = quarter.min()
    if not isinstance(first, int):
        return minutes
    there = quarter.unique().to_frame("quarter")
    shown = pl.col("utc").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    ahead = there.with_columns(utc=_time(pl.col("quarter") * QUARTER)).select(
        _minutes(shown) - pl.col("quarter") * QUARTER
    )
    table = pl.zeros(cast(int, quarter.max()) - first + 1, pl.Int32, eager=True)
    table[there["quarter"] - first] = ahead.to_series()
    return minutes + table.gather(quarter - first)


def _lane_number(widths: Sequence[int]) -> pl.Expr:
    """Lane, and whether it is under its crossing's first number, as one number; `widths` are how many codes each has."""
    number = pl.lit(0, pl.Int32)
    for name, codes in zip(LANE, widths, strict=True):
        number = number * codes + pl.col(name).to_physical().cast(pl.Int32)
    return number * 2 + pl.col("first_number").cast(pl.Int32)


def _by_lane_and_poll(frame: pl.DataFrame) -> pl.Series:
    """The places of the rows in the order of their lanes and polls."""
    lane = frame["lane_number"]
    small = lane if (lane >= 2**16).any() else lane.cast(pl.UInt16)  # these NumPy sorts by their digits
    return pl.Series(np.lexsort((frame["fetched_at"].to_physical().to_numpy(), small.to_numpy())))


def _chosen(frame: pl.DataFrame, order: pl.Series, rows: pl.Series) -> pl.DataFrame:
    """Some of the rows (true), in an order."""
    return frame[order.filter(rows.gather(order))]


def _within(local: pl.Expr) -> pl.Expr:
    """Mark rows within the posted hours of their crossing by its clock; null where none are given."""
    minute = local % DAY
    opens, closes = pl.col("opens"), pl.col("closes")
    since, before = minute >= opens, minute < closes
    return (
        pl.when(opens < closes)
        .then(since & before)
        .when(opens > closes)
        .then(since | before)
        .when(opens == closes)
        .then(True)
    )


def _crossing_day(local: pl.Expr) -> pl.Expr:
    """Crossing and local day as one number."""
    return pl.col("crossing").to_physical().cast(pl.Int64) * 2**32 + local // DAY


def _days_open(polls: pl.DataFrame, zone: str) -> pl.Series:
    """List the crossings and local days (`_crossing_day`) with an ``open`` state within the posted hours.

    Parameters
    ----------
    polls : polars.DataFrame
        Those with an ``open`` state, under the first number of a crossing.
    zone : str
    """
    said = polls.with_columns(local=_local(polls["observed_at"], zone)).filter(_within(pl.col("local")))
    return said.select(_crossing_day(pl.col("local"))).to_series().unique()


def _closed(frame: pl.DataFrame, opened: pl.Series, zone: str, states: pl.Enum) -> pl.DataFrame:
    """Make `crossing_state`, and close the lanes without a report of a crossing that is closed.

    A crossing is closed outside its posted hours, and on a day in whose posted hours its state is never ``open``:
    its own state lags (San Luis II of 2025-12-29 was "Closed" until the first report) and follows a clock that is an
    hour ahead in summer. Its own state decides where no hours are given. A report is of the time of its label, not of
    the state at the poll.

    Parameters
    ----------
    frame : polars.DataFrame
    opened : polars.Series
        As `_days_open` gives it.
    zone : str
    states : polars.Enum
    """
    frame = frame.with_columns(local=_local(frame["observed_at"], zone))
    frame = frame.with_columns(within=_within(pl.col("local")))
    within, reports = pl.col("within"), pl.col("state").is_in(REPORTING)
    never = ~_crossing_day(pl.col("local")).is_in(opened.implode())
    shut = (pl.col("port_state") == "closed") & never & ~reports
    state = (
        pl.when(~within | shut)
        .then(pl.lit("closed", states))
        .when(within | (pl.col("port_state") == "open"))
        .then(pl.lit("open", states))
        .otherwise(pl.lit("unknown", states))
    )
    frame = frame.with_columns(crossing_state=state)
    silent = (pl.col("state") == "pending") & (pl.col("crossing_state") == "closed")
    return frame.with_columns(
        state=pl.when(silent).then(pl.lit("closed", dtype=frame.schema["state"])).otherwise("state")
    )


def compact(frame: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """Codes of ``waits`` as small numbers with names: an archive has millions of rows."""
    columns = [c for c in catalog.datasets["waits"].columns if c.codes and c.id in frame.columns]
    return frame.with_columns(
        pl.col(c.id).cast(pl.Enum(list(catalog.codelists[c.codes].codes))) for c in columns if c.codes
    )


def _as_text(column: str, codes: pl.DataType) -> pl.Expr:
    """Codes of `compact` as categories, made once of each code; a cast makes them of each row."""
    assert isinstance(codes, pl.Enum)
    texts = pl.Series(codes.categories, dtype=_TYPES["str"])
    return pl.lit(texts).gather(pl.col(column).to_physical()).alias(column)


def zones(crossings: pl.Series, catalog: Catalog) -> dict[str, list[str]]:
    """Sort crossings by their time zone."""
    by_zone: dict[str, list[str]] = {}
    for crossing in sorted(crossings.unique().to_list()):
        by_zone.setdefault(catalog.places[crossing].zone, []).append(crossing)
    return by_zone


def once_a_day(frame: pl.DataFrame, keys: Sequence[str], zone: str) -> pl.DataFrame:
    """Keep the first poll (`fetched_at`) of each of some keys and day in a zone."""
    minutes = frame.select(_minutes(pl.col("fetched_at"))).to_series()
    frame = frame.with_columns(day=_local(minutes, zone) // DAY)
    if not frame["fetched_at"].is_sorted():
        frame = frame.sort("fetched_at", maintain_order=True)
    return frame.unique([*keys, "day"], keep="first", maintain_order=True).drop("day")


def _first_of_day(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Keep the first poll of each lane and local day; rows by lane and poll."""
    frame = frame.with_columns(day=_local(frame["observed_at"], zone) // DAY)
    lane, day = pl.col("lane_number"), pl.col("day")
    return frame.filter(((lane != lane.shift(1)) | (day != day.shift(1))).fill_null(True))


def _at_label(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """`observed_at` and `clamped` from the labels of lanes of one zone; of several polls of a report the last.

    Rows come by lane and poll. A label is dated where it is new. Its report was made since the answer before, so that it
    is of the last such time of day if that came since; if not, it was entered late or its label runs ahead, whichever is
    less. With no answer before, the label runs ahead if its next time of day comes within `MOST_AHEAD`. (A label ``At
    Midnight`` at 23:06 is the coming midnight, not that of 23 hours ago.) While the answers go on showing it, it stays
    the same report, a day old or older, unless its time of day came round and the wait or the lanes changed. Until a
    later poll shows a label that runs ahead the poll's time stands in for it.
    """
    lane, minute, poll = pl.col("lane_number"), pl.col("minute"), pl.col("observed_at")
    said = [pl.col(name).eq_missing(pl.col(name).shift(1)) for name in ("delay_minutes", "lanes_open")]
    frame = _with_label_times(frame, zone).with_columns(
        before=pl.when(lane == lane.shift(1)).then(poll.shift(1)),
        same_label=(minute == minute.shift(1)).fill_null(False),
        same_wait=said[0] & said[1],
    )
    before, past, coming = (pl.col(name) for name in ("before", "past", "coming"))
    came_since = past > before
    goes_on = pl.col("same_label") & (poll - before <= SAME_REPORT) & (pl.col("same_wait") | ~came_since)
    ahead = (
        pl.when(before.is_null())
        .then((coming - poll <= MOST_AHEAD) & (past < poll))
        .otherwise(~came_since & (coming - poll < before - past))
    )
    label_at = pl.when(ahead).then(coming).otherwise(past)
    frame = frame.with_columns(label_at=pl.when(goes_on.fill_null(False)).then(None).otherwise(label_at))
    labelled = minute.is_not_null()
    frame = frame.with_columns(label_at=pl.when(labelled).then(pl.col("label_at").forward_fill()))
    return frame.filter(_last_of_each(frame.select(_key("label_at")).to_series())).with_columns(
        observed_at=pl.min_horizontal("observed_at", "label_at"),
        clamped=(pl.col("label_at") > poll).fill_null(False).cast(pl.Int64),
    )


def _with_label_times(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Make `past` and `coming`: when the clock of a zone last showed the label's minute of the day, up to the poll, and
    when it will next; minutes since 1970."""
    poll, minute = frame["observed_at"], frame["minute"]
    ago = (_local(poll, zone) - minute) % DAY
    frame = frame.with_columns(past=poll - ago, coming=poll - ago + DAY)
    # Around these days the clock goes back or forward; on all others a label is simply so many minutes ago.
    days = (poll // DAY).unique()
    around = [(days + ahead) * DAY for ahead in (-2, 3)]
    before, after = (_local(time, zone) - time for time in around)
    odd = (poll // DAY).is_in(days.filter(before != after).implode()) & minute.is_not_null()
    places = odd.arg_true()
    if places.is_empty():
        return frame
    here = frame[places].select(pl.col("minute"), observed_at=_time(pl.col("observed_at")))
    times = here.join(_times(here.unique(), zone), on=["observed_at", "minute"], how="left", maintain_order="left")
    return frame.with_columns(
        frame[name].scatter(places, times.select(_minutes(pl.col(name))).to_series()) for name in ("past", "coming")
    )


def _times(polls: pl.DataFrame, zone: str) -> pl.DataFrame:
    """The last time (UTC) that a minute of the day in a zone came up to a poll, and the next: `past` and `coming`."""
    poll = pl.col("observed_at")
    local = poll.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    of_day = local.dt.hour().cast(pl.Int16) * 60 + local.dt.minute().cast(pl.Int16)
    wall = local - pl.duration(minutes=(of_day - pl.col("minute")) % DAY)

    def utc(naive: pl.Expr, which: Literal["earliest", "latest"]) -> pl.Expr:
        zoned = naive.dt.replace_time_zone(zone, ambiguous=which, non_existent="null")
        return zoned.dt.convert_time_zone("UTC")

    def instant(naive: pl.Expr) -> pl.Expr:
        # As clocks go back, a time of day comes twice: take the later one, if it is past. As they go forward, one hour
        # does not exist: a label in it is of the old clock.
        late = utc(naive, "latest")
        return (
            pl.when(late <= poll)
            .then(late)
            .otherwise(utc(naive, "earliest"))
            .fill_null(utc(naive + pl.duration(hours=1), "earliest"))
        )

    return (
        polls.with_columns(wall=wall)
        .with_columns(past=instant(pl.col("wall")), coming=instant(pl.col("wall") + pl.duration(days=1)))
        .drop("wall")
    )


def _last_of_each(key: pl.Series) -> pl.Series:
    """Mark the last row with each key, and all without one. Few keys are less than one before them."""
    last = (key != key.shift(-1)).fill_null(True)
    places = (last & key.is_not_null()).arg_true()
    keys = key.gather(places)
    back = keys.filter((keys <= keys.cum_max().shift(1)).fill_null(False))
    again = keys.is_in(back.unique().implode())
    return last.scatter(places.filter(again).filter(~keys.filter(again).is_last_distinct()), False)


def _last_polled(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep one row per key: of the crossing's first number if any, the last polled; sorted by key."""
    frame = frame.with_columns(key=_key("observed_at")).sort("key", "first_number", "fetched_at", maintain_order=True)
    return frame.filter((pl.col("key") != pl.col("key").shift(-1)).fill_null(True))


def _key(time: str) -> pl.Expr:
    """Lane and minute as one number."""
    return (pl.col("lane_number") // 2).cast(pl.Int64) * 2**32 + pl.col(time)


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
