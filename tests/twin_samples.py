"""Hand-made totals of a run, for tests of what is said about it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from ambos.crossing.kernel.totals import BINS, COUNTS, QUARTER, Totals
from ambos.model.costs import HourValue, Idling, Occupancy, Rates
from ambos.model.crossing import (
    Arrivals,
    Booth,
    Law,
    Line,
    Option,
    Referral,
    Scenario,
    Shift,
    Station,
    Stream,
)
from ambos.text import Text
from twin_totals import bin_of

SOURCE = Text("made up", "inventado")


def scenario(length: float = 120.0, name: str = "Two lines") -> Scenario:
    """A crossing with cars of two classes and trucks that may be scanned; one booth each."""
    service = Law("exponential", 1.0)
    scanned = (Referral("north.scan", random=0.2, risk=0.1),)
    lines = (
        Line("north.pov.standard", "north", "pov", "standard", service, spacing_m=7.5, approach_m=300.0),
        Line("north.pov.sentri", "north", "pov", "sentri", service),
        Line("north.truck.fast", "north", "truck", "fast", service, referrals=scanned, spacing_m=22.0),
    )
    booths = tuple(Booth(f"north.{i}", "north", (Shift(0.0, length, (line.id,)),)) for i, line in enumerate(lines, 1))
    streams = tuple(Stream(line.id, Arrivals(rates=(30.0, 10.0)), (Option(line.id),)) for line in lines)
    note = Text("The split is estimated.", "La división es estimada.")
    return Scenario(
        Text.same(name),
        streams,
        lines,
        booths,
        (Station("north.scan", "north", service, (1,)),),
        length=length,
        notes=(note,),
    )


def totals(
    waits: dict[str, list[list[float]]],
    *,
    scans: list[list[float]] | None = None,
    left: dict[str, list[list[float]]] | None = None,
    seed: int = 1,
    length: float = 120.0,
) -> Totals:
    """Totals of given waits.

    Parameters
    ----------
    waits : mapping of class to, for each replication, the minutes that each traveller waited at primary
        All arrive in the first hour. Classes that are not named have no travellers.
    scans : list of lists, optional
        Likewise the waits of trucks for the scanner.
    left : mapping, optional
        Like `waits`, of those still in line when the day ends: the minutes until then.
    """
    whole = scenario(length)
    reps = len(next(iter(waits.values())))
    n, stations = len(whole.lines), 1
    quarters = int(np.ceil(length / QUARTER))
    hours = int(np.ceil(length / 60.0))
    made = Totals(
        scenario=whole,
        seed=seed,
        counts=np.zeros((reps, n, len(COUNTS)), np.int64),
        unserved=np.zeros((reps, n)),
        stage_n=np.zeros((reps, n, stations + 2), np.int64),
        stage_sum=np.zeros((reps, n, stations + 2)),
        stage_left=np.zeros((reps, n, stations + 2), np.int64),
        stage_left_sum=np.zeros((reps, n, stations + 2)),
        over=np.zeros((reps, n, stations + 2, 2), np.int64),
        hour_n=np.zeros((reps, n, hours), np.int64),
        hour_sum=np.zeros((reps, n, hours)),
        hour_over=np.zeros((reps, n, hours, 2), np.int64),
        hour_left=np.zeros((reps, n, hours), np.int64),
        hour_left_sum=np.zeros((reps, n, hours)),
        histogram=np.zeros((n, stations + 2, BINS), np.int64),
        left_histogram=np.zeros((n, stations + 2, BINS), np.int64),
        hour_histogram=np.zeros((n, hours, BINS), np.int64),
        hour_left_histogram=np.zeros((n, hours, BINS), np.int64),
        entered=np.zeros((reps, n, stations), np.int64),
        queue=np.zeros((reps, n, quarters)),
        peak=np.zeros((reps, n, quarters), np.int64),
        lanes=np.ones((reps, n, quarters)),
        booth_open=np.full((reps, n), length),
        booth_busy=np.zeros((reps, n)),
        booth_blocked=np.zeros((reps, n)),
        station_busy=np.zeros((reps, stations)),
        station_blocked=np.zeros((reps, stations)),
        seconds=0.0,
        unknown=np.zeros((reps, n, 2)),
    )
    for at, line in enumerate(whole.lines):
        for r, own in enumerate(waits.get(line.lane_class, [[]] * reps)):
            for stage in (0, stations + 1):
                _enter(made, r, at, stage, own)
            made.counts[r, at, :2] = len(own)
            made.hour_n[r, at, 0], made.hour_sum[r, at, 0] = len(own), sum(own)
            made.hour_over[r, at, 0] = [sum(w > limit for w in own) for limit in (30, 60)]
            np.add.at(made.hour_histogram[at, 0], _bins(own), 1)
            made.queue[r, at, 0] = sum(own) / QUARTER  # as if all of it were stood in the first quarter-hour
            made.peak[r, at, 0] = len(own)
            made.booth_busy[r, at] = min(float(len(own)), length)
        for r, own in enumerate((left or {}).get(line.lane_class, [])):
            for stage in (0, stations + 1):
                made.stage_left[r, at, stage], made.stage_left_sum[r, at, stage] = len(own), sum(own)
                np.add.at(made.left_histogram[at, stage], _bins(own), 1)
            made.counts[r, at, [COUNTS.index("arrived"), COUNTS.index("left")]] += len(own)
            made.hour_left[r, at, 0], made.hour_left_sum[r, at, 0] = len(own), sum(own)
            np.add.at(made.hour_left_histogram[at, 0], _bins(own), 1)
    for r, own in enumerate(scans or []):
        _enter(made, r, 2, 1, own)
        made.entered[r, 2, 0] = len(own)
        made.station_busy[r, 0] = 2.0 * len(own)
    return made


def _bins(waits: list[float]) -> list[int]:
    return [bin_of(w) for w in waits]


def _enter(made: Totals, r: int, at: int, stage: int, waits: list[float]) -> None:
    made.stage_n[r, at, stage], made.stage_sum[r, at, stage] = len(waits), sum(waits)
    made.over[r, at, stage] = [sum(w > limit for w in waits) for limit in (30, 60)]
    np.add.at(made.histogram[at, stage], _bins(waits), 1)


def rates() -> Rates:
    """Round figures."""
    return Rates(
        hours=(
            HourValue("usdot", "pov", Decimal("20"), Decimal("20"), "person", 2023, SOURCE),
            HourValue("stated", "pov", Decimal("7.38"), Decimal("9.36"), "vehicle", 2017, SOURCE),
            HourValue(
                "stated", "pov", Decimal("11.10"), Decimal("13.86"), "vehicle", 2017, SOURCE, lane_class="sentri"
            ),
            HourValue("atri", "truck", Decimal("90.89"), Decimal("90.89"), "vehicle", 2024, SOURCE),
        ),
        occupancy=(Occupancy("pov", Decimal("1.5"), SOURCE, prior=True),),
        idling=(
            Idling("pov", 0.39, 3466.0, 3.5, None, (1.0,) * 5 + (2.0,) * 4 + (1.0,) * 3, "2008", SOURCE),
            Idling("truck", 0.64, 6515.0, 33.8, 1.1, (1.0,) * 12, "2008", SOURCE, prior=True),
        ),
    )
