"""Forecasts of the wait of an hour: three baselines, a regression, trees, and the mean of the last two.

All aim at the median, which has the least mean absolute error, and none gives less than 0 minutes. They are fitted on
hours that were reported before the forecast is made; newer ones weigh more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from ambos.forecast.features import Asked, Holidays, columns, raw_columns
from ambos.forecast.levels import Floats
from ambos.forecast.line import Line

Method = Literal["persistence", "climatology", "damped", "regression", "trees", "blend"]
METHODS: tuple[Method, ...] = get_args(Method)
BASELINES: tuple[Method, ...] = ("persistence", "climatology", "damped")

#: Days that halve the weight of a report in fitting.
_MEMORY_DAYS = 120
#: Shares of the departure that are tried for the damped persistence.
_SHARES = np.linspace(0.0, 1.0, 21)
#: Penalty on the squared weights of the regression, and how often it is weighed anew; least error, minutes, that is told
#: apart from none.
_PENALTY, _ROUNDS, _LEAST_ERROR = 20.0, 25, 1.0
#: Trees that are grown one after the other, each on what those before left.
_TREES = 80
_GROWTH: Mapping[str, Any] = {
    "objective": "l1",
    "num_leaves": 15,
    "learning_rate": 0.1,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
    "seed": 1,
}


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Models of a line at a lead, fitted."""

    share: float  #: Of the departure that persists, of the damped persistence.
    weights: Floats  #: Of the regression; the first is its constant.
    trees: Callable[[Floats], Floats] | None  #: None where trees cannot be grown.
    neighbours: Sequence[Line]
    holidays: Holidays

    def forecast(self, asked: Asked) -> dict[Method, Floats]:
        """Forecast the wait of each hour asked for by each method, minutes."""
        told = columns(asked, self.neighbours, self.holidays)
        damped = _damped(asked, self.share)
        regression = _not_negative(self.weights[0] + told @ self.weights[1:])
        made: dict[Method, Floats] = {
            "persistence": asked.last,
            "climatology": asked.usual,
            "damped": damped,
            "regression": regression,
        }
        if self.trees is not None:
            trees = _not_negative(damped + self.trees(np.column_stack((told, raw_columns(asked)))))
            made |= {"trees": trees, "blend": (regression + trees) / 2}
        return made


def fit(asked: Asked, until: int, neighbours: Sequence[Line], holidays: Holidays) -> Fitted:
    """Fit the models on hours that were reported.

    Parameters
    ----------
    asked : Asked
        The hours to fit on, all reported.
    until : int
        The hour, in the grid, at which the first forecast is made; no hour of `asked` is after it.
    neighbours : sequence of Line
        Other lines, whose last reports are told to the models.
    holidays : Holidays
    """
    waits = asked.line.waits[asked.hours]
    weight = 0.5 ** ((until - asked.hours) / 24 / _MEMORY_DAYS)
    errors = [np.average(np.abs(_damped(asked, share) - waits), weights=weight) for share in _SHARES]
    share = float(_SHARES[int(np.argmin(errors))])
    told = columns(asked, neighbours, holidays)
    weights = fit_median(np.column_stack((np.ones(len(told)), told)), waits, weight)
    trees = _grow(np.column_stack((told, raw_columns(asked))), waits - _damped(asked, share), weight)
    return Fitted(share, weights, trees, neighbours, holidays)


def fit_median(told: Floats, values: Floats, weight: Floats) -> Floats:
    """Fit a linear regression with the least weighted mean absolute error.

    The first column is the constant; the squared weights of the others bear a small penalty.
    Least squares are solved again and again, each row weighed by the inverse of its error before.
    """
    penalty = np.diag([0.0, *[_PENALTY] * (told.shape[1] - 1)])
    own: Floats = weight
    found: Floats = np.zeros(told.shape[1])
    for _ in range(_ROUNDS):
        weighed = told * own[:, None]
        found = np.asarray(np.linalg.solve(told.T @ weighed + penalty, weighed.T @ values), dtype=np.float64)
        own = weight / np.maximum(np.abs(values - told @ found), _LEAST_ERROR)
    return found


def trees_missing() -> str:
    """Say why trees cannot be grown on this machine; empty if they can."""
    try:
        import lightgbm  # noqa: F401  # pylint: disable=unused-import
    except (ImportError, OSError) as error:  # its shared library needs that of OpenMP, which not every system has
        return str(error)
    return ""


def _grow(told: Floats, rest: Floats, weight: Floats) -> Callable[[Floats], Floats] | None:
    """Grow trees on what the damped persistence leaves."""
    if trees_missing():
        return None
    import lightgbm

    grown = lightgbm.train(dict(_GROWTH), lightgbm.Dataset(told, rest, weight=weight), _TREES)
    return lambda given: np.asarray(grown.predict(given), dtype=np.float64)


def _damped(asked: Asked, share: float) -> Floats:
    return _not_negative(asked.usual + share * asked.departure)


def _not_negative(waits: Floats) -> Floats:
    return np.maximum(waits, 0.0)
