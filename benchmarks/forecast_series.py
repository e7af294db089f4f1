"""How far off the forecasts of crossings and state trade were: the table of docs/*/explanation/forecast-series.md.

    .venv/bin/python benchmarks/forecast_series.py

Every monthly series of crossings by port, and the state's trade, as `ambos forecast` makes them: error of each method as a
part of that of the seasonal naive one, and the coverage of the 80 % intervals; a series without a forecast is named on
stderr. Some 50 seconds on one processor.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ambos.errors import CannotForecast
from ambos.flows.forecast.series import choices, forecast_series
from ambos.flows.workspace import open_workspace
from ambos.forecast.series import CHOICES, Forecast

SERIES = (
    "crossings.trucks",
    "crossings.personal_vehicles",
    "crossings.pedestrians",
    "trade.by_state_monthly.exports",
    "trade.by_state_monthly.imports",
)


def line(name: str, made: Forecast) -> str:
    """A row of the table: error of the seasonal naive method in percent, the others by it, MASE and coverage."""
    naive = made.scores["seasonal_naive"]
    ratios = [f"{made.scores[choice].mae / naive.mae:.2f}" for choice in CHOICES[1:]]
    chosen = made.chosen
    cells = [
        name,
        str(made.origins),
        f"{naive.percent:.1f}",
        *ratios,
        f"{chosen.mae / naive.mae:.2f}",
        f"{chosen.percent:.1f}",
        f"{chosen.mase:.2f}",
        f"{chosen.covered:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def rows(folder: Path) -> Iterator[str]:
    """Forecast each series of each place."""
    workspace = open_workspace(folder)
    for series in SERIES:
        for slug, name in choices(workspace, series).places:
            try:
                made = forecast_series(workspace, series, places=(slug,)).made
            except CannotForecast as refused:
                print(refused, file=sys.stderr)
                continue
            yield line(f"{series}, {name['en']}", made)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as empty:
        for row in rows(Path(empty)):
            print(row, flush=True)
