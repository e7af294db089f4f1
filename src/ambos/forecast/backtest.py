"""Forecasts of months that the models had not seen: how far off each method was, and which is chosen."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ambos.forecast.features import Asked, Holidays, ask
from ambos.forecast.intervals import Spread, follow
from ambos.forecast.levels import Floats, Ints
from ambos.forecast.line import Line
from ambos.forecast.models import METHODS, Fitted, Method, fit

#: Hours: a last report older than this is not fitted on, and one older than that does not count in an error.
_FITTED_AGE, FRESH = 24, 3
#: Reports that a fit needs, and forecasts that a month needs to count.
LEAST_REPORTS, _LEAST_TESTED = 300, 40
#: Months before, by which the method is chosen and the interval measured.
_LOOK_BACK = 4


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """Forecasts of one month by models fitted on what was reported before it, for hours that were reported."""

    month: int  #: Its place among the months tested.
    hours: Ints
    waits: Floats  #: Reported later, minutes.
    forecasts: Mapping[Method, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Errors of a line at a lead over months that no fit and no choice had seen."""

    forecasts: int  #: Number of forecasts compared.
    #: Mean absolute error of each method, and of the one chosen month by month, minutes.
    errors: Mapping[Method, float]
    error: float
    coverage: float  #: Share of the waits within the interval.
    width: float  #: Mean width of the interval, minutes.
    method: Method  #: The one chosen for what comes next, by the last months.
    spread: Spread  #: And its interval.


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What forecasts a line at a lead from now on."""

    fitted: Fitted
    scored: Scored


def reported(line: Line, lead: int, start: int, end: int, age: int) -> Asked:
    """Ask for the hours from `start` up to `end` that were reported, where the last report was at most so old."""
    hours = np.flatnonzero(~np.isnan(line.waits[:end]))
    hours = hours[hours >= max(start, lead)]
    hours = hours[line.age[hours - lead] <= age]
    return ask(line, hours, lead)


def hold_out(
    line: Line,
    neighbours: Sequence[Line],
    holidays: Holidays,
    lead: int,
    months: Sequence[tuple[int, int]],
    step: Callable[[], None] = lambda: None,
) -> list[Tested]:
    """Forecast each month from models fitted on what was known when its first forecast was made.

    Parameters
    ----------
    line : Line
    neighbours : sequence of Line
    holidays : Holidays
    lead : int
        Hours ahead.
    months : sequence of (int, int)
        First hour and the hour after the last of each, places in the grid.
    step : callable
        Called after each month.
    """
    made = []
    for number, (start, end) in enumerate(months):
        known = reported(line, lead, 0, max(0, start - lead + 1), _FITTED_AGE)
        asked = reported(line, lead, start, end, FRESH)
        if len(known.hours) >= LEAST_REPORTS and len(asked.hours) >= _LEAST_TESTED:
            forecasts = fit(known, start - lead, neighbours, holidays).forecast(asked)
            made.append(Tested(number, asked.hours, line.waits[asked.hours], forecasts))
        step()
    return made


def choose(tested: Sequence[Tested]) -> Method:
    """Choose the method with the least mean absolute error over months."""
    waits = _waits(tested)
    errors = {method: _error(_joined(tested, method), waits) for method in _methods(tested)}
    return min(errors, key=errors.__getitem__)


def score(tested: Sequence[Tested], lead: int, months: Container[int] | None = None) -> Scored | None:
    """Score months by their numbers, all if not given; None if none has a month before it to choose by.

    Each month is forecast by the method that was best over the months before it, and each day has the interval that the
    errors so far allow.
    """
    if len(tested) < 2:
        return None
    chosen = [choose(tested[max(0, at - _LOOK_BACK) : max(1, at)]) for at in range(len(tested))]
    forecast = np.concatenate([one.forecasts[method] for one, method in zip(tested, chosen, strict=True)])
    waits = _waits(tested)
    followed = follow(np.concatenate([one.hours for one in tested]), forecast, waits, lead)
    scored = [one for one in tested[1:] if months is None or one.month in months]
    if not scored:
        return None
    own = np.concatenate([np.full(len(one.hours), one in scored) for one in tested])
    given = own & ~np.isnan(followed.widths)
    return Scored(
        forecasts=int(own.sum()),
        errors={method: _error(_joined(scored, method), waits[own]) for method in _methods(scored)},
        error=_error(forecast[own], waits[own]),
        coverage=float(followed.inside[given].mean()),
        width=float(followed.widths[given].mean()),
        method=choose(tested[-_LOOK_BACK:]),
        spread=followed.spread,
    )


def model(
    line: Line,
    neighbours: Sequence[Line],
    holidays: Holidays,
    lead: int,
    months: Sequence[tuple[int, int]],
    origin: int,
    step: Callable[[], None] = lambda: None,
) -> Model | None:
    """Fit what forecasts from an origin on, with its error over the last months before; None if too little is known."""
    tested = hold_out(line, neighbours, holidays, lead, months, step)
    scored = score(tested, lead)
    if scored is None:
        return None
    return Model(fit(reported(line, lead, 0, origin + 1, _FITTED_AGE), origin, neighbours, holidays), scored)


def _joined(tested: Sequence[Tested], method: Method) -> Floats:
    return np.concatenate([one.forecasts[method] for one in tested])


def _waits(tested: Sequence[Tested]) -> Floats:
    return np.concatenate([one.waits for one in tested])


def _methods(tested: Sequence[Tested]) -> list[Method]:
    return [method for method in METHODS if method in tested[0].forecasts]


def _error(forecast: Floats, waits: Floats) -> float:
    """Mean absolute error, minutes."""
    return float(np.abs(forecast - waits).mean())


def months_of(month: Ints) -> list[tuple[int, int]]:
    """Split hours by calendar months: first hour and the hour after the last of each."""
    ends = [*np.flatnonzero(np.diff(month)) + 1, len(month)]
    return [(int(start), int(end)) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
