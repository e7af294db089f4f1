"""Intervals from the errors of past forecasts, by how long a wait was forecast: adaptive conformal prediction.

The errors of the last weeks are taken, and the share of them that an interval spans is raised a little each day on which
fewer waits lay inside than promised, and lowered on a day with more (Gibbs and Candès, Adaptive Conformal Inference Under
Distribution Shift, 2021). So intervals keep what they promise while waits drift.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ambos.forecast.levels import Floats, Ints

#: Share of the waits to come that an interval is to hold.
SHARE = 0.8
#: Errors that are looked back on, and the number from which on there are intervals.
_ERRORS, _FIRST = 600, 40
#: Groups by the wait forecast, with as many errors each; fewer where one would hold less than so many.
_GROUPS, _LEAST = 5, 60
#: How much of a day's lack is made up, and the bounds of the share spanned.
_STEP, _LOW, _HIGH = 0.03, 0.5, 0.98
_DAY = 24


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Errors between which the share lies, minutes, by group of the wait forecast."""

    edges: Floats  #: Between the groups, minutes.
    low: Floats
    high: Floats

    def around(self, forecast: Floats) -> tuple[Floats, Floats]:
        """Give the ends of the interval of each forecast, minutes; none is below 0 or leaves its forecast out."""
        group = np.searchsorted(self.edges, forecast, side="right")
        low = np.minimum(np.maximum(forecast + self.low[group], 0.0), forecast)
        return low, np.maximum(forecast + self.high[group], forecast)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """Intervals given day by day over past forecasts, and the one to give next."""

    inside: npt.NDArray[np.bool_]  #: Whether the wait lay in the interval, by forecast; only where there was one.
    widths: Floats  #: Minutes; NaN where there was no interval yet.
    spread: Spread


def spread(forecast: Floats, waits: Floats, share: float = SHARE) -> Spread:
    """Measure how far waits lay from past forecasts made of hours that the models had not seen."""
    groups = max(1, min(_GROUPS, len(forecast) // _LEAST))
    edges = np.unique(np.quantile(forecast, np.arange(1, groups) / groups)) if groups > 1 else np.array([])
    group = np.searchsorted(edges, forecast, side="right")
    every = waits - forecast
    parts = [every[group == i] for i in range(len(edges) + 1)]
    ends = [_ends(part if len(part) >= _LEAST // 2 else every, share) for part in parts]
    return Spread(edges, np.array([low for low, _ in ends]), np.array([high for _, high in ends]))


def follow(hours: Ints, forecast: Floats, waits: Floats, lead: int) -> Followed:
    """Give each past forecast the interval that could be given when it was made, day by day.

    Parameters
    ----------
    hours : array of int
        The hours forecast, rising.
    forecast, waits : array of float
        Minutes.
    lead : int
        Hours between a forecast and its hour: what is reported within it is not known when the forecast is made.
    """
    inside = np.zeros(len(hours), dtype=bool)
    widths = np.full(len(hours), np.nan)
    share = SHARE
    days = hours // _DAY
    for day in np.unique(days):
        now = np.flatnonzero(days == day)
        known = int(np.searchsorted(hours, hours[now[0]] - lead, side="right"))
        if known < _FIRST:
            continue
        past = slice(max(0, known - _ERRORS), known)
        low, high = spread(forecast[past], waits[past], share).around(forecast[now])
        inside[now] = (waits[now] >= low) & (waits[now] <= high)
        widths[now] = high - low
        share = float(np.clip(share + _STEP * (SHARE - inside[now].mean()), _LOW, _HIGH))
    return Followed(inside, widths, spread(forecast[-_ERRORS:], waits[-_ERRORS:], share))


def _ends(errors: Floats, share: float) -> tuple[float, float]:
    """Quantiles that leave half of the rest on each side, with the correction for a finite number of errors."""
    outer = min(1.0, (1 + share) / 2 * (len(errors) + 1) / len(errors))
    high = float(np.quantile(errors, outer, method="higher"))
    low = float(-np.quantile(-errors, outer, method="higher"))
    return low, high
