"""How far off the twin's particle filter is as a forecast of waits, beside the methods of `ambos forecast waits`.

    .venv/bin/python benchmarks/forecast_filter.py [--every N]

Every `--every` hours (3) of November 2025 to January 2026, general lanes of cars at four crossings, the filter follows the
fluid queue of the calibration over the 18 hours before, with 200 paths that the reports weigh, and runs on for 24 hours. The
mean demand is that fitted on the months before; the lanes ahead fade from the last reported to the usual, half in four hours.
*Lanes known* is the same with the lanes that were really open afterwards: what it lacks then is the demand. All methods are
held against the same reports. Mean absolute errors, minutes, from the embedded snapshot; nothing is fetched.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ambos.crossing.calibrate.fit import HOURS, LineFit, fit_line
from ambos.crossing.calibrate.reconstruct import Expected, Floats, reconstruct
from ambos.flows.forecast.reports import Reports, reports
from ambos.flows.twin.waits_days import line_days, reported_hours
from ambos.flows.workspace import Workspace, open_workspace
from ambos.forecast.backtest import FRESH, hold_out, months_of
from ambos.forecast.line import Line
from ambos.forecast.models import Method
from forecast_waits import JUDGED, LEADS

MONTHS = ("2025-11", "2025-12", "2026-01")
#: Hours followed before a forecast and run on after it; paths; rounds of the first fit and of those from the month before.
BACK, AHEAD, PATHS, FIRST_ROUNDS, ROUNDS = 18, 24, 200, 5, 2
#: Correlations of the level from day to day and of an hour's deviation with the next one's; hours that halve what the last
#: lanes tell of those ahead, and the least and most that they are of the usual.
DAYS, NEXT, FADE, RATIO = 0.6, 0.75, 4.0, (0.4, 2.5)
#: Parts of the mean of both models when the filter is mixed in.
MODELS_PART = 0.7
FILTERS = ("filter", "lanes known")
PLAIN: tuple[Method, ...] = ("persistence", "climatology", "damped", "regression", "trees", "blend")
COLUMNS = (*FILTERS, *PLAIN, "mixed")


def follow(held: Reports, line: Line, fit: LineFit, origin: int, known: bool) -> Floats | None:
    """The median wait of the paths at each of the hours after the origin, minutes; None where the line is closed then."""
    grid, hours = held.grid, np.arange(origin - BACK, origin + AHEAD)
    usual = fit.lanes[grid.weekday[hours], grid.hour[hours]]
    if usual[BACK] <= 0:
        return None
    ahead = hours - origin
    ratio = np.clip(line.last_lanes[origin] / max(usual[BACK], 0.5), *RATIO)
    faded = usual * np.where(ahead > 0, ratio ** (0.5 ** (ahead / FADE)), 1.0)
    told = ~np.isnan(line.lanes[hours]) & ((ahead <= 0) | known)
    lanes = np.where(usual > 0, np.where(told, np.maximum(line.lanes[hours], 0.5), np.maximum(faded, 0.5)), 0.0)
    level = [value for _, value in sorted(fit.months.items())][-1]
    mean = np.zeros(len(hours))
    for day in np.unique(grid.day[hours]):
        own = grid.day[hours] == day
        weekday = int(grid.weekday[hours][own][0])
        whole = fit.lanes[weekday].copy()
        whole[grid.hour[hours][own]] = lanes[own]
        mean[own] = fit.expected(weekday, whole, level).mean[grid.hour[hours][own]]
    shape = max(0.02, float(np.diag(fit.deviations)[fit.open_hours].mean()) - fit.level**2)
    apart = np.abs(np.subtract.outer(grid.day[hours], grid.day[hours]))
    near = np.abs(np.subtract.outer(hours, hours))
    waits = np.full(len(hours) + 1, np.nan)
    waits[: BACK + 1] = line.waits[hours[: BACK + 1]]
    expected = Expected(mean, fit.level**2 * DAYS**apart + shape * NEXT**near)
    made = reconstruct(waits, lanes, expected, noise=fit.noise, paths=PATHS).waits
    middle: Floats = np.median(made[:, BACK:], axis=0)
    return middle


def crossing(workspace: Workspace, held: Reports, name: str, every: int) -> dict[int, tuple[Floats, dict[str, Floats]]]:
    """By lead: the waits reported of a crossing's general lanes, and the forecasts of each method."""
    key = (name, "passenger", "standard")
    line, days = held.lines[key], line_days(reported_hours(workspace), *key)
    names = np.array(days.months)
    spans = {f"{held.hour(start):%Y-%m}": (start, end) for start, end in months_of(held.grid.month)}
    found: dict[int, dict[int, list[float]]] = {lead: {} for lead in LEADS}
    fit: LineFit | None = None
    for month in MONTHS:
        fit, _, _ = fit_line(days.at(names < month), paths=PATHS, rounds=ROUNDS if fit else FIRST_ROUNDS, begin=fit)
        start, end = spans[month]
        for origin in range(start - 1, end, every):
            if line.age[origin] > FRESH or origin + HOURS >= len(held.grid):
                continue
            made = [follow(held, line, fit, origin, known) for known in (False, True)]
            for lead in LEADS:
                if all(m is not None and np.isfinite(m[lead]) for m in made) and np.isfinite(line.waits[origin + lead]):
                    found[lead][origin + lead] = [float(m[lead]) for m in made if m is not None]
    results: dict[int, tuple[Floats, dict[str, Floats]]] = {}
    for lead in LEADS:
        tested = hold_out(line, held.neighbours(key), held.holidays, lead, [spans[m] for m in MONTHS])
        hours, waits = (np.concatenate([getattr(t, what) for t in tested]) for what in ("hours", "waits"))
        own = np.array([hour in found[lead] for hour in hours.tolist()])
        forecasts: dict[str, Floats] = {
            str(m): np.concatenate([t.forecasts[m] for t in tested])[own] for m in PLAIN if m in tested[0].forecasts
        }
        ours = np.array([found[lead][hour] for hour in hours[own].tolist()]).T
        forecasts |= dict(zip(FILTERS, ours, strict=True))
        if "blend" in forecasts:
            forecasts["mixed"] = MODELS_PART * forecasts["blend"] + (1 - MODELS_PART) * forecasts["filter"]
        results[lead] = waits[own], forecasts
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=3)
    asked = parser.parse_args()
    began = time.process_time()
    errors: dict[tuple[int, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder))
        held = reports(workspace)
        print("| | Lead | Reports | " + " | ".join(COLUMNS) + " |")
        for name in JUDGED:
            for lead, (waits, forecasts) in crossing(workspace, held, name, asked.every).items():
                off = {m: float(np.abs(f - waits).mean()) for m, f in forecasts.items()}
                for method, error in off.items():
                    errors.setdefault((lead, method), []).append(error)
                cells = [f"{off[m]:.1f}" if m in off else "–" for m in COLUMNS]
                place = workspace.catalog.places[name].name.en
                print("|", " | ".join((place, f"{lead} h", str(len(waits)), *cells)), "|", flush=True)
    for lead in LEADS:
        means = [errors.get((lead, m)) for m in COLUMNS]
        cells = [f"{np.mean(m):.1f}" if m else "–" for m in means]
        print("| **Mean** |", " | ".join((f"{lead} h", "", *cells)), "|")
    print(f"{time.process_time() - began:.0f} s of processor", file=sys.stderr)


if __name__ == "__main__":
    main()
