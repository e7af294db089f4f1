"""How fast a thousand traces of 30 years become tiers, for each rule set that can be projected."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np

from ambos.catalog import load
from ambos.catalog.river import load_outlook, load_river, load_scenarios
from ambos.flows.river.outlook import natural_flow
from ambos.flows.workspace import open_workspace
from ambos.river.odds import odds
from ambos.river.projection import project, water_years
from ambos.river.traces import drawn

TRACES, YEARS, RUNS = 1000, 30, 5


def main() -> None:
    river = load_river(load())
    outlook = load_outlook(load_scenarios(river))
    with tempfile.TemporaryDirectory() as folder:  # an empty workspace: the record is that of the embedded snapshot
        record = np.array(list(natural_flow(open_workspace(Path(folder))).flows.values()))
    start = outlook.start
    for name, rules in outlook.sets.items():
        seconds = []
        for _ in range(RUNS):
            begin = time.perf_counter()
            natural = drawn(record, TRACES, water_years(start.day, YEARS), outlook.run, seed=1)
            found = project(outlook, river, rules, natural, YEARS, day=start.day, mead=start.mead, powell=start.powell)
            rows = odds(river, found.years, found.mead, outlook.levels)
            seconds.append(time.perf_counter() - begin)
        book = found.ledger
        lost = book.powell_out + book.side_inflow - book.mead_out - book.mead_evaporation
        lost -= outlook.mead.bank * np.diff(book.mead, axis=0)
        print(
            f"{name}: {TRACES:,} traces of {YEARS} years: {statistics.median(seconds):.2f} s (median of {RUNS});"
            f" {len(rows)} years told; balance off by {np.abs(lost).max() * 1000:.1e} acre-feet at most"
        )


if __name__ == "__main__":
    main()
