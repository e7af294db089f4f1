"""Traces of natural flow made of the record, the past repeated in another order."""

from __future__ import annotations

import numpy as np

from ambos.river.lakes import Floats


def index_sequential(record: Floats, years: int) -> Floats:
    """Make a trace from each year of the record on, in its order, wrapping from the last year to the first.

    Parameters
    ----------
    record : array of float
        Flow by year, without a hole.
    years : int
        Length of a trace.

    Returns
    -------
    array of float
        (years of the record, years).
    """
    return _from(record, np.arange(len(record))[:, None], years)


def drawn(record: Floats, traces: int, years: int, run: int, seed: int) -> Floats:
    """Traces of runs of consecutive years, each run from a year drawn at random (circular block bootstrap).

    Returns
    -------
    array of float
        (traces, years); the same for the same seed, and the first years the same whatever `years` is.
    """
    runs = -(-years // run)
    starts = np.stack([np.random.default_rng([seed, k]).integers(len(record), size=traces) for k in range(runs)])
    return np.concatenate([_from(record, start[:, None], run) for start in starts], axis=1)[:, :years]


def _from(record: Floats, starts: np.ndarray, years: int) -> Floats:
    sample: Floats = record[(starts + np.arange(years)) % len(record)]
    return sample
