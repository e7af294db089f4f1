"""Rank projects by weighted scores, and see which places depend on the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ambos.later import Later

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
else:
    np = Later("numpy")

#: Totals that differ by less are equal.
_DECIMALS = 9
#: Draws that are ranked at once.
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a project among those of its type.

    Attributes
    ----------
    total : float
        Mean of its scores, weighed.
    place : int
        1 is the first; projects of equal totals share the better one.
    in_top : float
        Share of draws about the given weights in which it is in the top, 0 to 1.
    in_top_any : float
        The same with any weights, all being equally likely.
    low, high : int
        Places between which it lies in 90 % of the draws about the given weights.
    """

    total: float
    place: int
    in_top: float
    in_top_any: float
    low: int
    high: int


def ranked(
    scores: Sequence[Sequence[float]],
    weights: Sequence[float],
    top: int,
    *,
    draws: int,
    seed: int,
    concentration: float,
) -> list[Place]:
    """Rank projects, and count how often each stays in the top when the weights vary.

    Parameters
    ----------
    scores : sequence of sequence of float
        By project and criterion; the more, the better, on one scale.
    weights : sequence of float
        By criterion, each above 0; on any scale.
    top : int
        Number of first places that count.
    draws : int
        Weights drawn about the given ones, and as many of any kind.
    seed : int
    concentration : float
        Weights about the given ones are drawn from the Dirichlet distribution whose parameters are the given weights times
        this number; any weights, from the one whose parameters are all 1 (uniform on the simplex).

    Returns
    -------
    list of Place
        In the order given.
    """
    table = np.asarray(scores, dtype=float)
    given = np.asarray(weights, dtype=float) / np.sum(weights)
    totals = table @ given
    place = _places(totals[np.newaxis, :])[0]
    random = np.random.default_rng(seed)
    about = _drawn(table, random.dirichlet(given * concentration, draws))
    anyhow = _drawn(table, random.dirichlet(np.ones(len(given)), draws))
    ends = np.percentile(about, (5, 95), axis=0, method="nearest")
    return [
        Place(
            float(totals[i]),
            int(place[i]),
            float(np.mean(about[:, i] <= top)),
            float(np.mean(anyhow[:, i] <= top)),
            int(ends[0, i]),
            int(ends[1, i]),
        )
        for i in range(len(table))
    ]


def _drawn(table: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rank the projects by each draw of weights: places by draw and project."""
    parts = [_places(weights[start : start + _CHUNK] @ table.T) for start in range(0, len(weights), _CHUNK)]
    return np.concatenate(parts)


def _places(totals: NDArray[np.float64]) -> NDArray[np.int64]:
    """Places by row; equal totals share the better one."""
    from scipy.stats import rankdata

    made: NDArray[np.int64] = rankdata(-np.round(totals, _DECIMALS), method="min", axis=1).astype(np.int64)
    return made
