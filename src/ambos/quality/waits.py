"""Checks of wait times: not reported, rounded, out of line, frozen, impossible, late, not polled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ambos.model import Finding
from ambos.numbers import both
from ambos.quality.context import Context, dated, finding, listed, percent, several, span
from ambos.quality.definitions import Check
from ambos.quality.summary import PLACES
from ambos.text import Text

DATASET = "waits"
LANE = ["crossing", "mode", "lane"]
COLUMNS = (
    *LANE,
    "observed_at",
    "state",
    "crossing_state",
    "delay_minutes",
    "lanes_open",
    "maximum_lanes",
    "fetched_at",
    "clamped",
)
#: State of a crossing outside its posted hours, or that reports itself closed.
SHUT = "closed"
REPORTS = (Text("report", "reporte"), Text("reports", "reportes"))


def own_waits(context: Context) -> pl.DataFrame:
    """The rows of the region's crossings in the order of time; empty if there are none."""
    if DATASET not in context.tables:
        return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.Null))
    table = context.tables[DATASET]
    rows: pl.DataFrame = table.filter(table.crossing.isin(sorted(context.own))).select(*COLUMNS).pipe(context.frame)
    return rows.sort(*LANE, "observed_at")


def unreported(context: Context, check: Check, waits: pl.DataFrame) -> Iterator[Finding]:
    """Hours in which the crossing is open and a lane that is reported at other times has no report."""
    hours = _hours(waits.filter(pl.col("crossing_state") != SHUT), check)
    lanes = hours.group_by(LANE).agg(
        pl.len().alias("hours"), pl.col("reported").sum(), (pl.col("pending") & ~pl.col("reported")).sum()
    )
    seen = lanes.filter(pl.col("reported") > 0).sort(LANE)
    for crossing, rows in _by_crossing(seen):
        missing, total = int(rows["pending"].sum()), int(rows["hours"].sum())
        if missing / total < check["share"]:
            continue
        yield _finding(
            context,
            check,
            "own",
            waits,
            crossing,
            missing / total,
            share=percent(missing / total),
            missing=both(missing),
            total=both(total),
            days=span(*_days(waits, crossing)),
            lanes=listed(
                [
                    Text.same("{lane} {share}").format(lane=_lane(context, r), share=percent(r["pending"] / r["hours"]))
                    for r in rows.iter_rows(named=True)
                ]
            ),
        )
    if DATASET not in context.tables:
        return
    table = context.tables[DATASET]
    others = table.filter(table.crossing.notin(sorted(context.own)))
    row = (
        others.aggregate(
            rows=(others.crossing_state != SHUT).sum(),
            pending=(others.state == check.settings["pending"]).sum(),
            crossings=others.crossing.nunique(),
            first=others.observed_at.min(),
            last=others.observed_at.max(),
        )
        .pipe(context.frame)
        .row(0, named=True)
    )
    if row["rows"]:
        yield finding(
            check,
            "others",
            dataset=DATASET,
            start=row["first"].date(),
            end=row["last"].date(),
            size=row["pending"] / row["rows"],
            severity="low",
            places=several(row["crossings"], *PLACES),
            share=percent(row["pending"] / row["rows"]),
        )


def never_reported(context: Context, check: Check, waits: pl.DataFrame) -> Iterator[Finding]:
    """Lanes that the feed lists for long as pending and that never once had a report."""
    lanes = (
        _hours(waits, check)
        .group_by(LANE)
        .agg(pl.col("reported").any(), pl.col("closed").any(), pl.col("pending").sum().alias("hours"))
        .filter(~pl.col("reported") & ~pl.col("closed") & (pl.col("hours") >= check["least_hours"]))
        .sort(LANE)
    )
    for crossing, rows in _by_crossing(lanes):
        yield _finding(
            context,
            check,
            "own",
            waits,
            crossing,
            int(rows["hours"].sum()),
            hours=both(int(rows["hours"].max())),  # type: ignore[arg-type]
            lanes=listed([_lane(context, r) for r in rows.iter_rows(named=True)]),
        )


def rounded(context: Context, check: Check, waits: pl.DataFrame) -> Iterator[Finding]:
    """Waits that pile up on round numbers, and the number that stands for no wait."""
    short, long = int(check["step"]), int(check["long_step"])
    reports = waits.filter(pl.col("delay_minutes").is_not_null())
    shares = (
        reports.group_by("crossing")
        .agg(
            pl.len().alias("reports"),
            (pl.col("delay_minutes").filter(pl.col("delay_minutes") >= short) % short == 0).mean().alias("short"),
            (pl.col("delay_minutes").filter(pl.col("delay_minutes") >= long) % long == 0).mean().alias("long"),
            pl.col("delay_minutes").filter(pl.col("delay_minutes") <= short).mode().min().alias("none"),
            pl.col("delay_minutes").filter(pl.col("delay_minutes") <= short).count().alias("low"),
        )
        .filter((pl.col("reports") >= check["least_reports"]) & (pl.col("short") >= check["share"]))
        .sort("crossing")
    )
    for row in shares.iter_rows(named=True):
        yield _finding(
            context,
            check,
            "own",
            waits,
            row["crossing"],
            row["short"],
            reports=several(row["reports"], *REPORTS),
            step=both(short),
            short=percent(row["short"], 1),
            long_step=both(long),
            long=percent(row["long"] or 0, 1),
            none=both(row["none"]),
        )


def out_of_line(context: Context, check: Check, waits: pl.DataFrame) -> Iterator[Finding]:
    """A wait far above the reports just before and just after it."""
    near = pl.duration(hours=int(check["near_hours"]))
    beside = waits.filter(pl.col("delay_minutes").is_not_null()).with_columns(
        *(
            pl.when((pl.col("observed_at").shift(step) - pl.col("observed_at")).abs() <= near)
            .then(pl.col("delay_minutes").shift(step))
            .over(LANE)
            .alias(name)
            for name, step in (("before", 1), ("after", -1))
        )
    )
    height = pl.max_horizontal("before", "after")
    peaks = beside.filter(
        pl.col("before").is_not_null()
        & pl.col("after").is_not_null()
        & (pl.col("delay_minutes") >= check["minutes"])
        & (pl.col("delay_minutes") >= check["factor"] * pl.max_horizontal(height, pl.lit(1)))
    )
    for crossing, rows in _by_crossing(peaks):
        largest = rows.sort("delay_minutes", descending=True)
        zone = context.catalog.places[crossing].zone or context.catalog.region.zone
        yield _finding(
            context,
            check,
            "own",
            rows,
            crossing,
            largest["delay_minutes"][0],
            item="+".join(f"delay_minutes/{m}/{lane}" for m, lane in sorted(set(rows.select("mode", "lane").rows()))),
            count=several(rows.height, *REPORTS),
            examples=listed(
                [
                    check.texts["example"].format(
                        lane=_lane(context, r),
                        delay=both(r["delay_minutes"]),
                        before=both(r["before"]),
                        after=both(r["after"]),
                        when=_local(r["observed_at"], zone),
                    )
                    for r in largest.head(3).iter_rows(named=True)
                ]
            ),
        )


def frozen(context: Context, check: Check, waits: pl.DataFrame) -> Iterator[Finding]:
    """The same wait and the same lanes, report after report: copied forward, not observed."""
    reports = waits.filter(pl.col("delay_minutes").is_not_null())
    runs = (
        reports.with_columns(run=pl.struct("delay_minutes", "lanes_open").rle_id().over(LANE))
        .group_by(*LANE, "run", maintain_order=True)
        .agg(
            pl.len().alias("reports"),
            pl.col("delay_minutes").first(),
            pl.col("observed_at").min(),
            pl.col("observed_at").max().alias("last"),
        )
        .filter((pl.col("reports") >= check["reports"]) & (pl.col("delay_minutes") >= check["minutes"]))
    )
    for crossing, rows in _by_crossing(runs):
        longest = rows.sort("reports", descending=True).row(0, named=True)
        yield _finding(
            context,
            check,
            "own",
            rows,
            crossing,
            longest["reports"],
            count=several(rows.height, Text("time", "vez"), Text("times", "veces")),
            lane=_lane(context, longest),
            delay=both(longest["delay_minutes"]),
            reports=several(longest["reports"], *REPORTS),
            first=dated(longest["observed_at"].date()),
            last=dated(longest["last"].date()),
        )


def impossible_wait(context: Context, check: Check, waits: pl.DataFrame) -> Iterator[Finding]:
    """A wait where lanes are closed, a wait with no lane open, more lanes open than there are."""
    closed, pending = check.settings["closed"], check.settings["pending"]
    kinds = {
        "closed": pl.col("state").is_in([closed, pending]) & (pl.col("delay_minutes") > 0),
        "no_lane": ~pl.col("state").is_in([closed, pending])
        & (pl.col("delay_minutes") > 0)
        & (pl.col("lanes_open") == 0),
        "lanes": pl.col("lanes_open") > pl.col("maximum_lanes"),
    }
    for kind, condition in kinds.items():
        for crossing, rows in _by_crossing(waits.filter(condition.fill_null(False))):
            yield _finding(
                context,
                check,
                kind,
                rows,
                crossing,
                rows.height,
                item=kind,
                count=several(rows.height, *REPORTS),
                lanes=listed([_lane(context, r) for r in rows.unique(LANE, maintain_order=True).iter_rows(named=True)]),
            )


def wrong_clock(context: Context, check: Check, waits: pl.DataFrame) -> Iterator[Finding]:
    """Labels of a time that had not yet come when the feed was read."""
    labelled = waits.filter(pl.col("delay_minutes").is_not_null())
    counts = labelled.group_by("crossing").agg(pl.len().alias("reports"), (pl.col("clamped") == 1).sum().alias("ahead"))
    for row in counts.filter(pl.col("ahead") >= check["reports"]).sort("crossing").iter_rows(named=True):
        yield _finding(
            context,
            check,
            "own",
            waits,
            row["crossing"],
            row["ahead"],
            count=several(row["ahead"], *REPORTS),
            share=percent(row["ahead"] / row["reports"], 1),
        )


def not_polled(context: Context, check: Check, waits: pl.DataFrame) -> Iterator[Finding]:
    """Find spells in which the feed was not read: reports overwritten in them are lost."""
    polls = waits.select("fetched_at").drop_nulls().unique().sort("fetched_at")
    gaps = polls.with_columns(before=pl.col("fetched_at").shift(1)).filter(
        pl.col("fetched_at") - pl.col("before") >= timedelta(hours=check["hours"])
    )
    hours = (pl.col("fetched_at") - pl.col("before")).dt.total_minutes() / 60
    gaps = gaps.with_columns(hours=hours)
    long = gaps.filter(pl.col("hours") >= check["long_hours"])
    for row in long.iter_rows(named=True):
        yield finding(
            check,
            "long",
            dataset=DATASET,
            start=row["before"].date(),
            end=row["fetched_at"].date(),
            size=row["hours"],
            days=both(row["hours"] / 24),
            first=dated(row["before"].date()),
            last=dated(row["fetched_at"].date()),
        )
    short = gaps.filter(pl.col("hours") < check["long_hours"])
    if short.height:
        yield finding(
            check,
            "short",
            dataset=DATASET,
            item="short",
            start=short["before"].min().date(),  # type: ignore[union-attr]
            end=short["fetched_at"].max().date(),  # type: ignore[union-attr]
            size=short["hours"].max(),  # type: ignore[arg-type]
            severity="low",
            count=several(short.height, Text("gap", "hueco"), Text("gaps", "huecos")),
            limit=both(check["hours"]),
            longest=both(short["hours"].max(), 1),  # type: ignore[arg-type]
        )


def _hours(waits: pl.DataFrame, check: Check) -> pl.DataFrame:
    """Mark the lane states of each hour: ``reported``, ``closed`` (with the crossing open), ``pending``."""
    state = pl.col("state")
    return waits.group_by(*LANE, hour=pl.col("observed_at").dt.truncate("1h")).agg(
        pl.col("delay_minutes").is_not_null().any().alias("reported"),
        ((state == check.settings["closed"]) & (pl.col("crossing_state") != SHUT)).any().alias("closed"),
        (state == check.settings["pending"]).any().alias("pending"),
    )


def _by_crossing(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for (crossing,), group in rows.sort(LANE).group_by("crossing", maintain_order=True):
        yield str(crossing), group


def _lane(context: Context, row: dict[str, Any]) -> Text:
    """ "passenger vehicles (general lanes)"."""
    mode, lane = context.word("wait_modes", row["mode"]), context.word("lanes", row["lane"])
    return mode + Text.same(" (") + lane + Text.same(")")


def _local(value: datetime, zone: str) -> Text:
    """A moment on the crossing's clock."""
    there = value.astimezone(ZoneInfo(zone))
    return dated(there.date()) + Text.same(f" {there:%H:%M}")


def _days(rows: pl.DataFrame, crossing: str) -> tuple[date, date]:
    """The first and last day of a crossing's rows, in UTC."""
    times = rows.filter(pl.col("crossing") == crossing)["observed_at"]
    return times.min().date(), times.max().date()  # type: ignore[union-attr]


def _finding(
    context: Context,
    check: Check,
    template: str,
    rows: pl.DataFrame,
    crossing: str,
    size: float,
    item: str = "_T",
    **values: Any,
) -> Finding:
    """A finding about one crossing over the days of the rows given."""
    start, end = _days(rows, crossing)
    return finding(
        check,
        template,
        dataset=DATASET,
        place=crossing,
        item=item,
        start=start,
        end=end,
        size=size,
        where=context.place(crossing),
        **values,
    )
