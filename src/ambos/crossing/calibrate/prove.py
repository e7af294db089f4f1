"""Show how far a calibrated line can be trusted: fit on everything before a month, hold against that month.

For each month tested the line is fitted anew on the days before it, with the level of the last weeks before it. Two things
are then asked of the month's days: hidden reports are predicted by the reconstruction of their day, beside linear
interpolation; and days drawn under the lanes really open are held against the waits reported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ambos.crossing.calibrate.fit import HOURS, LineDays, LineFit, complete, day_paths, fit_line
from ambos.crossing.calibrate.reconstruct import Floats
from ambos.crossing.calibrate.refine import Drawn, Held, draw, held, recent, refine

#: Every so many reports one is hidden.
EVERY = 3
#: Days after which a day weighs half in the level of the month to come.
HALF_LIFE = 14.0
#: Paths of a reconstruction, rounds of the first fit and of those that begin from the fit of the month before.
PATHS, FIRST_ROUNDS, ROUNDS = 300, 6, 2
#: A line is fit for decisions if its mean wait by hour is within this share or so many minutes of the reported one.
WITHIN, MINUTES = 0.2, 5.0
#: Reports from which that is asked, and the coverage wanted of an 80 % interval.
REPORTS, COVERAGE = 2000, (0.7, 0.9)
#: Reports of an hour of the day from which its mean is compared.
_HOUR_REPORTS = 20
#: Days before a month without which it is not tested.
_FEWEST_DAYS = 28


@dataclass(frozen=True, slots=True)
class Proof:
    """What a calibrated line was worth on months that it had not seen."""

    months: tuple[str, ...]
    #: Hidden reports, and the mean absolute error of their prediction and of interpolation, minutes.
    hidden: int
    predicted_error: float
    interpolated_error: float
    held: Held
    drawn: Drawn

    @property
    def close(self) -> Floats:
        """(24,): whether the mean wait of the hour is close enough; NaN with too few reports."""
        return close(self.held)


def close(against: Held) -> Floats:
    """(24,): 1 where the mean wait of an hour is within `WITHIN` or `MINUTES` of the reported one, 0 where not; NaN with
    too few reports."""
    away = np.abs(against.drawn_mean - against.mean)
    near = (away <= np.maximum(MINUTES, WITHIN * against.mean)).astype(float)
    made: Floats = np.where(against.reports >= _HOUR_REPORTS, near, np.nan)
    return made


def prove(days: LineDays, months: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Proof | None:
    """Test a line month by month; None if there is nothing to test.

    Parameters
    ----------
    days : LineDays
        As reported.
    months : sequence of str
        Such as ``2025-07``, in order.
    progress : callable, optional
        Told the months done and their number.
    """
    names = np.array(days.months)
    tested, parts, errors = [], [], []
    fit: LineFit | None = None
    for number, month in enumerate(months):
        before, own = days.at(names < month), days.at(names == month)
        if len(before.days) >= _FEWEST_DAYS and before.reports and own.reports:
            fit, whole, _ = fit_line(before, paths=PATHS, rounds=ROUNDS if fit else FIRST_ROUNDS, begin=fit)
            mended = refine(fit, whole, recent(whole, HALF_LIFE))
            parts.append(draw(mended, complete(own, mended.lanes), seed=number))
            errors.append(hide(fit, own))
            tested.append(month)
        if progress:
            progress(number + 1, len(months))
    if not parts:
        return None
    together = Drawn(
        np.concatenate([p.reported for p in parts]),
        np.concatenate([p.waits for p in parts], axis=1),
        np.concatenate([p.noise for p in parts], axis=1),
    )
    predicted, interpolated = np.concatenate(errors).T
    return Proof(
        tuple(tested),
        len(predicted),
        float(np.mean(predicted)) if len(predicted) else np.nan,
        float(np.mean(interpolated)) if len(predicted) else np.nan,
        held(together),
        together,
    )


def hide(fit: LineFit, days: LineDays, every: int = EVERY, paths: int = PATHS) -> Floats:
    """Hide every so manieth report and predict it from the others of its day.

    Returns
    -------
    (N, 2) array
        Absolute errors of the prediction and of linear interpolation, minutes.
    """
    waits, lanes = days.waits.copy(), days.lanes.copy()
    hidden = np.zeros((len(days.days), HOURS), bool)
    for at in range(len(days.days)):
        known = np.flatnonzero(np.isfinite(waits[at, :HOURS]))
        hidden[at, known[1:-1:every]] = True
    waits[:, :HOURS][hidden] = np.nan
    lanes[hidden] = np.nan
    left = complete(LineDays(days.days, waits, lanes), fit.lanes)
    errors = []
    for at in range(len(days.days)):
        wanted = np.flatnonzero(hidden[at] & (left.lanes[at] > 0))
        found = day_paths(fit, left, at, paths) if len(wanted) else None
        if found is None:
            continue
        hours, made = found
        ours = np.median(made.waits, axis=0)[wanted - hours.start]
        known = np.flatnonzero(np.isfinite(left.waits[at]))
        if len(known) < 2:
            continue
        straight = np.interp(wanted, known, left.waits[at, known])
        truth = days.waits[at, wanted]
        # an officer's error lasts from report to report: half of it is taken over from those around
        ours = (ours + straight) / 2
        errors += list(zip(np.abs(ours - truth), np.abs(straight - truth), strict=True))
    return np.array(errors).reshape(-1, 2)
