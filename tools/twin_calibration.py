"""Calibrate every line of the region from the waits and crossings in its snapshot.

    .venv/bin/python tools/twin_calibration.py [CROSSING ...]

writes ``calibration.csv`` and ``calibration_lines.csv`` of the region, as ``ambos calibrate`` does for a workspace: of all
crossings, or of those named, the others as they are; and the table of docs/en and docs/es/explanation/calibration.md. All of it
takes some ten minutes on one core; then run `tools/twin_could_change.py`. With ``--docs`` only the table is written.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from ambos.catalog.calibration import read_calibration, write_calibration
from ambos.catalog.read import Problems
from ambos.catalog.twin import port_of
from ambos.crossing.demand import pace
from ambos.flows.twin.calibrate import calibrate
from ambos.flows.twin.cells import STANDINGS
from ambos.flows.twin.port_days import PortDays
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.crossing import Mode
from ambos.model.twin import LineFacts
from ambos.text import LANGUAGES, Language, Text

DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- calibration: tools/twin_calibration.py writes this table -->", "<!-- end -->"
HEADS: dict[Language, str] = {
    "en": "| Class | Reports | Reported, mean min | Drawn | 90th percentile reported | Drawn | In the 80% interval | Close |"
    " Hidden: error, min | Of interpolation | Fit for decisions |",
    "es": "| Clase | Reportes | Reportada, media min | Sorteada | Percentil 90 reportado | Sorteado | En el intervalo de 80 % | Cercanas |"
    " Ocultados: error, min | De la interpolación | Apta para decidir |",
}
PERCENT: dict[Language, str] = {"en": "%", "es": " %"}
RULE = "| --- |" + " --: |" * 9 + " --- |"


def table(workspace: Workspace, language: Language) -> str:
    """The table of the tests of all calibrated lines."""
    catalog, twin = workspace.catalog, PortDays(workspace).twin
    rows = [HEADS[language], RULE]
    for crossing in twin.crossings.values():
        for line in crossing.lines:
            known = line.calibrated
            if known is None:
                continue
            name = (
                catalog.places[crossing.place].name
                + Text.same(": ")
                + catalog.message(f"twin.mode.{line.mode}")
                + Text.same(" · ")
                + catalog.name("lanes", line.lane_class)
            )[language]
            fit = STANDINGS[known.standing][language]
            tested = known.fitness
            cells = ["–"] * 9
            if tested is not None:
                cells = [
                    f"{tested.reports:,}",
                    *(f"{v:.1f}" for v in (tested.reported, tested.drawn, tested.reported_high, tested.drawn_high)),
                    f"{100 * tested.covered:.0f}" + PERCENT[language],
                    f"{tested.close}/{tested.hours}",
                    *(f"{v:.1f}" for v in (tested.predicted_error, tested.interpolated_error)),
                ]
            rows.append("| " + " | ".join([name, *cells, fit]) + " |")
    return "\n".join(rows)


MONTHS: dict[Language, str] = {
    "en": "How far the travellers counted in a month lie from the arrivals calibrated, were a lane to inspect as many in every month:",
    "es": "Qué tan lejos están los usuarios contados en un mes de las llegadas calibradas, si un carril inspeccionara lo mismo cada mes:",
}
MONTH_HEADS: dict[Language, str] = {
    "en": "| Port | Class | Standard deviation over twelve months | Least | Most |",
    "es": "| Puerto | Clase | Desviación estándar en doce meses | Mínimo | Máximo |",
}


def months(workspace: Workspace, language: Language) -> str:
    """The table of how far the travellers counted in a month lie from those calibrated, at one rate for all months."""
    catalog, twin = workspace.catalog, PortDays(workspace).twin
    groups: dict[tuple[str, Mode], list[LineFacts]] = {}
    for crossing in twin.crossings.values():
        for line in crossing.lines:
            groups.setdefault((port_of(catalog, crossing), line.mode), []).append(line)
    rows = [MONTH_HEADS[language], "| --- | --- | --: | --: | --: |"]
    for (port, mode), lines in groups.items():
        known = next((line.calibrated for line in lines if line.calibrated), None)
        if known is None:
            continue
        rates = [pace(lines, round(v), date(2024, m, 1)) for m, v in enumerate(known.volumes, 1) if v]
        mean = statistics.fmean(rates)
        away = [100 * (rate / mean - 1) for rate in rates]
        name = catalog.places[port].name[language], catalog.message(f"twin.mode.{mode}")[language]
        figures = (
            f"{statistics.pstdev(away):.0f}" + PERCENT[language],
            *(f"{v:+.0f}".replace("-", "−") + PERCENT[language] for v in (min(away), max(away))),
        )
        rows.append("| " + " | ".join((*name, *figures)) + " |")
    return "\n".join(rows)


def document(workspace: Workspace) -> None:
    """Write the table into both pages of the docs."""
    for language in LANGUAGES:
        path = DOCS / language / "explanation" / "calibration.md"
        text = path.read_text("utf-8")
        before, _, rest = text.partition(BEGIN)
        made = "\n".join((table(workspace, language), "", MONTHS[language], "", months(workspace, language)))
        path.write_text(f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}", "utf-8")


def main(names: list[str]) -> None:
    """Write both tables, and that of the docs."""
    with tempfile.TemporaryDirectory() as empty:
        workspace = open_workspace(Path(empty))
        if names == ["--docs"]:
            document(workspace)
            return
        folder = workspace.catalog.snapshot_folder.parent
        known = read_calibration(folder, Problems()) if names else {}
        twin = PortDays(workspace).twin
        began = time.monotonic()

        def tell(label: str, done: int, of: int) -> None:
            sys.stderr.write(f"\r{time.monotonic() - began:6.0f} s  {100 * done / of:5.1f} %  {label:40s}")

        known |= calibrate(workspace, names or list(twin.crossings), progress=tell).known
        order = [(c.id, line.mode, line.lane_class) for c in twin.crossings.values() for line in c.lines]
        write_calibration(folder, {key: known[key] for key in order if key in known})
        sys.stderr.write("\n")
        document(workspace)


if __name__ == "__main__":
    main(sys.argv[1:])
