"""Tables and coefficients of the river's projection from Reclamation's files.

    .venv/bin/python tools/river_tables.py ../shared/data/raw

writes ``months.csv`` of ``definitions/river`` and prints what stands in ``projection.toml`` as
computed here: the law from natural flow to inflow of Lake Powell, bank storage of Lake Powell, losses below Hoover Dam.

* Natural flow at Lees Ferry by water year: Reclamation's workbook of 12 September 2024, sheet ``Water Year``.
* Shares of a year by month: Reclamation's monthly volumes (HydroData), water years 2011–2025.
* Side inflow between Glen Canyon Dam and Hoover Dam by month: 24-Month Studies as transcribed by riverwar, water years
  2010–2022 (2009 was partly extrapolated there).
* Evaporation of Lake Mead, feet by month: the coefficients of the 24-Month Study (2007 Final EIS). Of Lake Powell:
  monthly evaporation over the mean of the areas at the beginning and the end of the month, water years 2023–2025 (since
  the area table of 2022).
"""

from __future__ import annotations

import csv
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from ambos.catalog import DEFINITIONS

FLOW = "usbr-natural-flow/LFnatFlow1906-2024.2024.9.12.xlsx"
MONTHLY = "usbr-reservoirs-monthly/dfResDataMonthly.csv"
ACCOUNTS = "usbr-lower-colorado-accounting"
SHARES, SIDE, EVAPORATION, LAW, BANK = (2011, 2025), (2010, 2022), (2023, 2025), (2001, 2024), (2000, 2020)
#: 24-Month Study, feet from January to December.
MEAD_EVAPORATION = (".36", ".33", ".37", ".46", ".53", ".64", ".80", ".85", ".70", ".51", ".51", ".44")
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Monthly = dict[tuple[int, int], float]


def sheet(path: Path, name: str) -> Iterator[list[str]]:
    """The cells A and B of each row of a sheet of a workbook; numbers only, texts are empty."""
    with zipfile.ZipFile(path) as archive:
        names = [s.get("name") for s in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_SHEET}sheet")]
        root = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{names.index(name) + 1}.xml"))
    for row in root.iter(f"{_SHEET}row"):
        cells = {}
        for cell in row:
            value = cell.find(f"{_SHEET}v")
            if value is not None and cell.get("t") != "s":
                cells[re.sub(r"\d", "", cell.get("r") or "")] = value.text or ""
        yield [cells.get("A", ""), cells.get("B", "")]


def natural_flow(raw: Path) -> dict[int, int]:
    """Natural flow at Lees Ferry, acre-feet by water year."""
    return {int(a): int(b) for a, b in sheet(raw / FLOW, "Water Year") if a.isdigit() and b}


def monthly(raw: Path, lake: str, field: str) -> Monthly:
    """A field of Reclamation's monthly file by (year, month): a volume of the month, or a value on its first day."""
    with (raw / MONTHLY).open(encoding="utf-8", newline="") as handle:
        return {
            (int(r["Date"][:4]), int(r["Date"][5:7])): float(r["MonthlyValue"])
            for r in csv.DictReader(handle)
            if (r["ResNameAbbrev"], r["FieldName"]) == (lake, field)
        }


def accounts(path: Path) -> dict[int, list[float]]:
    """A file of riverwar: numbers by year."""
    rows = (line.split("#")[0].replace(",", "").split() for line in path.read_text(encoding="utf-8").splitlines())
    return {int(r[0]): [float(x) for x in r[1:]] for r in rows if r and r[0].isdigit()}


def of_water_year(year: int) -> list[tuple[int, int]]:
    """Its months, October to September."""
    return [(year - 1, m) for m in (10, 11, 12)] + [(year, m) for m in range(1, 10)]


def years(span: tuple[int, int]) -> range:
    """First and last included."""
    return range(span[0], span[1] + 1)


def shares(values: Monthly) -> list[str]:
    """Percent of a year by month, January to December, to a hundredth, adding up to 100."""
    total = np.zeros(12)
    for year in years(SHARES):
        for key in of_water_year(year):
            total[key[1] - 1] += values[key]
    exact = total / total.sum() * 10000
    whole = np.floor(exact).astype(int)
    for k in np.argsort(whole - exact)[: 10000 - whole.sum()]:
        whole[k] += 1
    return [f"{w / 100:.2f}" for w in whole]


def after(key: tuple[int, int]) -> tuple[int, int]:
    """The next month."""
    return (key[0], key[1] + 1) if key[1] < 12 else (key[0] + 1, 1)


def powell_evaporation(raw: Path) -> list[str]:
    """Feet by month, January to December."""
    volume, area = (monthly(raw, "Powell", f) for f in ("Evaporation", "Area"))  # maf; acres, whatever the label says
    found = np.zeros(12)
    for year in years(EVAPORATION):
        for key in of_water_year(year):
            found[key[1] - 1] += volume[key] * 1e6 / ((area[key] + area[after(key)]) / 2)
    return [f"{x:.3f}" for x in found / len(years(EVAPORATION))]


def side_inflow(raw: Path) -> list[str]:
    """kaf by month, January to December."""
    rows = accounts(raw / ACCOUNTS / "USBR_24_Month" / "usbr_lake_mead_side_inflow.csv")
    mean = np.mean([rows[year][:12] for year in years(SIDE)], axis=0)  # October to September
    return [f"{x:.1f}" for x in np.roll(mean, -3)]


def law(raw: Path) -> tuple[float, float, float]:
    """Depletion = base + share × natural flow: base in kaf, share, standard deviation of the rest in kaf."""
    natural, inflow = natural_flow(raw), monthly(raw, "Powell", "Inflow Volume")
    x = np.array([natural[y] / 1e3 for y in years(LAW)])
    y = x - np.array([sum(inflow[k] for k in of_water_year(y)) * 1e3 for y in years(LAW)])
    share, base = np.polyfit(x, y, 1)
    return float(base), float(share), float(np.std(y - base - share * x))


def bank(raw: Path) -> float:
    """What Lake Powell takes in per unit of change of storage: the slope of net inflow against it."""
    storage, inflow, release, gone = (
        monthly(raw, "Powell", f) for f in ("Storage", "Inflow Volume", "Release volume", "Evaporation")
    )
    keys = [(y, m) for y in years(BANK) for m in range(1, 13)]
    net = [inflow[k] - release[k] - gone[k] for k in keys]
    change = [storage[after(k)] - storage[k] for k in keys]
    return float(1 / np.polyfit(net, change, 1)[0])


def losses(raw: Path) -> dict[int, float]:
    """Release of Hoover Dam less uses of Arizona and California and the deliveries to Mexico, kaf by calendar year."""
    with (raw / "usbr-owdi-2016" / "DecreeData.csv").open(encoding="utf-8", newline="") as handle:
        used = {
            (int(r["Year"]), r["WaterUser"]): float(r["Value"])
            for r in csv.DictReader(handle)
            if r["Variable"] == "ConsumptiveUse" and r["WaterUser"].endswith("TOTALS")
        }
    folder = raw / ACCOUNTS / "USBR_Reports"
    hoover = accounts(folder / "releases" / "usbr_releases_hoover_dam.csv")
    mexico = accounts(folder / "mx" / "usbr_mx_satisfaction_of_treaty.csv")
    return {
        y: (hoover[y][-1] - used[y, "ARIZONA TOTALS"] - used[y, "CALIFORNIA TOTALS"] - mexico[y][-1]) / 1e3
        for y in sorted({k[0] for k in used})
    }


def months(raw: Path) -> list[dict[str, str]]:
    """The rows of ``months.csv``."""
    columns = {
        "powell_inflow_percent": shares(monthly(raw, "Powell", "Inflow Volume")),
        "powell_release_percent": shares(monthly(raw, "Powell", "Release volume")),
        "mead_outflow_percent": shares(monthly(raw, "Mead", "Release volume")),
        "side_inflow_kaf": side_inflow(raw),
        "mead_evaporation_ft": list(MEAD_EVAPORATION),
        "powell_evaporation_ft": powell_evaporation(raw),
    }
    return [{"month": str(m + 1), **{name: column[m] for name, column in columns.items()}} for m in range(12)]


def main() -> None:
    raw = Path(sys.argv[1])
    rows = months(raw)
    with (DEFINITIONS / "river" / "months.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    base, share, rest = law(raw)
    found = losses(raw)
    sys.stdout.write(
        f"depletion = {base:.0f} kaf + {share:.4f} x natural flow, rest {rest:.0f} kaf\n"
        f"bank storage of Powell: {bank(raw):.3f}\n"
        f"losses below Hoover Dam {min(found)}-{max(found)}: mean {np.mean(list(found.values())):.0f} kaf,"
        f" {min(found.values()):.0f} to {max(found.values()):.0f}\n"
    )
    for lake, field in (("Mead", "Release volume"), ("Powell", "Release volume")):
        values = monthly(raw, lake, field)
        sys.stdout.write(
            f"{lake}: " + ", ".join(f"{y}-{m:02} {v * 1e3:.1f}" for (y, m), v in sorted(values.items())[-14:]) + "\n"
        )


if __name__ == "__main__":
    main()
