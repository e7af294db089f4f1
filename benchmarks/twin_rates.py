"""How much the simulated waits depend on the pace of the booths: four weeks of a year with booths at several paces.

Means over the hours for which CBP's archive has a wait, each hour counting the same, beside the archive's mean.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ambos.catalog.twin import port_of
from ambos.crossing.simulate import run
from ambos.crossing.summary import hour_waits
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.reports import reports
from ambos.flows.workspace import open_workspace

YEAR, MONTHS, REPLICATIONS = 2025, (1, 4, 7, 10), 4
PACES = (0.8, 0.9, 1.0, 1.25)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder))
        port_days = PortDays(workspace)
        ports = dict.fromkeys(port_of(workspace.catalog, c) for c in port_days.twin.crossings.values())
        sums: dict[tuple[str, float], list[np.ndarray]] = {}
        lines = {}
        for port in ports:
            for day in (date(YEAR, month, 7) + timedelta(n) for month in MONTHS for n in range(7)):
                scenario = port_days((port,), day)
                for pace in PACES:
                    booths = tuple(replace(booth, speed=booth.speed * pace) for booth in scenario.booths)
                    totals = run(replace(scenario, booths=booths), REPLICATIONS, day.toordinal())
                    for at, line in enumerate(scenario.lines):
                        lines[line.id] = line
                        own = sums.setdefault((line.id, pace), [np.zeros(24), np.zeros(24)])
                        waits = hour_waits(totals, at, slice(None))
                        own[0] += waits.total.sum(0)
                        own[1] += waits.travellers.sum(0)
        print(f"{'line':36}{'reported':>10}" + "".join(f"{f'pace {pace}':>12}" for pace in PACES))
        told = reports(workspace, lines.values())
        for name in lines:
            hours = [h for h in range(24) if (name, h) in told and sums[name, 1.0][1][h] > 0]
            if hours:
                reported = np.mean([told[name, h].mean for h in hours])
                means = ((sums[name, p][0][hours] / sums[name, p][1][hours]).mean() for p in PACES)
                print(f"{name:36}{reported:10.1f}" + "".join(f"{mean:12.1f}" for mean in means))


if __name__ == "__main__":
    main()
