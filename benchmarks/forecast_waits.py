"""How far off forecasts of waits are, by crossing, class and lead, beside plain baselines, by rolling origin.

    .venv/bin/python benchmarks/forecast_waits.py [--lang es] [MODE/CLASS ...]

Each month from July 2025 on is forecast by models fitted on the reports before it, by the method that was best over the
months before it, with intervals from the errors known when each forecast is made. The figures are those of the embedded
snapshot; nothing is fetched. A forecast counts where the last report was at most three hours old. Mean absolute errors in
minutes; the tables are those of docs/en/explanation/forecast.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ambos.flows.forecast.reports import Key, Reports, reports
from ambos.flows.workspace import Workspace, open_workspace
from ambos.forecast.backtest import Scored, Tested, hold_out, months_of, score
from ambos.numbers import both
from ambos.text import Language

LEADS = (1, 3, 6, 24)
#: The first month that is forecast, to have months to choose by; and those that are scored, by name of the span.
FIRST = "2025-05"
SPANS = {
    "2025-07/2026-01": ("2025-07", "2026-01"),
    "2025-11/2026-01": ("2025-11", "2026-01"),
    "2026-04/2026-06": ("2026-04", "2026-06"),
}
#: Reports that a line needs to be in the tables.
LEAST = 1000
#: Of the four lines by which the method is judged.
JUDGED, JUDGED_SPAN = ("260101", "260401", "260402", "260801"), "2025-11/2026-01"
PERCENT: dict[Language, str] = {"en": "%", "es": " %"}


def tested(held: Reports, key: Key, lead: int, names: list[str], months: list[tuple[int, int]]) -> list[Tested]:
    chosen = [month for month, name in zip(months, names, strict=True) if name >= FIRST]
    first = len(months) - len(chosen)
    made = hold_out(held.lines[key], held.neighbours(key), held.holidays, lead, chosen)
    return [Tested(one.month + first, one.hours, one.waits, one.forecasts) for one in made]


def spans(names: list[str]) -> dict[str, list[int]]:
    return {span: [i for i, name in enumerate(names) if low <= name <= high] for span, (low, high) in SPANS.items()}


def row(workspace: Workspace, language: Language, key: Key, lead: int, scored: Scored) -> str:
    catalog = workspace.catalog
    least = min(scored.errors[name] for name in ("persistence", "climatology", "damped"))
    lift = 1 - scored.error / scored.errors["persistence"]
    numbers = [both(value, 1)[language] for value in (*scored.errors.values(), scored.error)]
    words = (
        catalog.places[key[0]].name[language],
        f"{catalog.name('wait_modes', key[1])[language]}, {catalog.name('lanes', key[2])[language]}",
    )
    mark = "" if scored.error < least else " ✗"
    cells = (*words, f"{lead} h", both(scored.forecasts)[language], *numbers[:-1], f"**{numbers[-1]}**{mark}")
    return (
        "| "
        + " | ".join((*cells, *(both(100 * share)[language] + PERCENT[language] for share in (lift, scored.coverage))))
        + " |"
    )


def judged(results: dict[tuple[str, Key, int], Scored], language: Language) -> Iterable[str]:
    for lead in LEADS:
        own = [results.get((JUDGED_SPAN, (c, "passenger", "standard"), lead)) for c in JUDGED]
        if None in own:
            return
        known = [one for one in own if one is not None]
        means = [float(np.mean([one.errors[name] for one in known])) for name in known[0].errors]
        means.append(float(np.mean([one.error for one in known])))
        coverage = float(np.mean([one.coverage for one in known]))
        yield "| " + " | ".join([f"{lead} h", *(both(m, 1)[language] for m in means), f"{coverage:.2f}"]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("classes", nargs="*")
    parser.add_argument("--lang", choices=("en", "es"), default="en")
    asked = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder))
        held = reports(workspace)
        months = months_of(held.grid.month)
        names = [f"{held.hour(start):%Y-%m}" for start, _ in months]
        keys = sorted(key for key, count in held.counts.items() if count >= LEAST)
        results: dict[tuple[str, Key, int], Scored] = {}
        for key in keys:
            if asked.classes and f"{key[1]}/{key[2]}" not in asked.classes:
                continue
            for lead in LEADS:
                made = tested(held, key, lead, names, months)
                for span, numbers in spans(names).items():
                    if scored := score(made, lead, numbers):
                        results[span, key, lead] = scored
            print(key, f"{time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        for span in SPANS:
            print(f"\n{span}")
            for (of, key, lead), scored in results.items():
                if of == span:
                    print(row(workspace, asked.lang, key, lead, scored))
        print(f"\n{JUDGED_SPAN}, {', '.join(workspace.catalog.places[c].name[asked.lang] for c in JUDGED)}")
        print(*judged(results, asked.lang), sep="\n")


if __name__ == "__main__":
    main()
