"""Respiratory surveillance of a Mexican state (SINAVE/SISVER), by epidemiological week: two workbooks that are read.

* ``curves``: a sheet of confirmed COVID-19, influenza and RSV, a sheet of suspected cases: influenza-like illness (ETI) and severe
  acute infection (IRAG); a row for each week, such as ``2024-35``. Other sheets (ages, ventilation, outcome) are passed over.
* ``tests``: laboratory results for COVID-19, confirmed and negative, a column for each year and a row for each number of a week.
* ``totals``: cases of a season by municipality or state, without the days that it covers: passed over.

Epidemiological weeks begin on Sunday; the first of a year is the one with at least four of its days. The workbooks hold rows to the
end of the year: from the week after the last one with any figure on, 0 means that nothing was reported yet. The running year is
provisional. The workbook names no state: it is the Mexican state of the region.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import cast

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import YEARS, RawTable
from ambos.sources.shared.opener import ZIP
from ambos.sources.shared.strict import table, wrong
from ambos.sources.shared.workbook import sheets, table_rows
from ambos.text import Text

NAMES = {
    "curves": ("curva_eti_irag*.xlsx",),
    "tests": ("casos_positividad*.xlsx",),
    "totals": ("municipios_covid*.xlsx", "municipios_flu*.xlsx", "covid_nacional*.xlsx", "nacional_flu*.xlsx"),
}
WEEK, NUMBER = "semana", "epiweek(FECINISI)"
#: Columns of the sheets of curves that are read, each of which makes a sheet one of these.
CASES = ("COVID19", "INFLUENZA", "VSR", "ENFERMEDAD TIPO INFLUENZA (ETI)", "INFECCION RESPIRATORIA AGUDA GRAVE (IRAG)")
_RESULT = re.compile(r"(CONF LAB|NEGATIVO)_(\d{4})", re.ASCII)
_WEEK = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
#: The number of a week that only some years have.
LEAP_WEEK = 53


def recognise(name: str, head: bytes) -> str:
    """``curves``, ``tests`` or ``totals`` by the name of the workbook; "" if it is something else."""
    own = PurePosixPath(name.lower()).name
    found = (kind for kind, patterns in NAMES.items() if any(fnmatch(own, pattern) for pattern in patterns))
    return next(found, "") if head.startswith(ZIP) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``respiratory_weeks``, one per week and measure; a week not reported yet has none of its figures.

    Raises
    ------
    WrongShape
    """
    if kind == "totals":
        file.notes.append(Text("cases of a season without the days that it covers", "casos de una temporada sin los días que abarca"))  # fmt: skip
        return
    state = [member for member in catalog.region.members if catalog.places[member].parent == "MX"]
    if len(state) != 1:
        raise wrong(
            file,
            "the workbook names no state, and the region has not one Mexican state.",
            "el libro no nombra la entidad y la región no tiene una sola entidad mexicana.",
        )
    cells, lines = _curves(file) if kind == "curves" else _tests(file)
    if not cells:
        raise wrong(file, "no sheet has weeks with cases.", "ninguna hoja tiene semanas con casos.")
    raw = table(file, ("year", "week", "measure", "count"), cells).with_columns(line=pl.Series(lines, dtype=pl.Int64))
    sheet = RawTable(raw.with_columns(pl.format("{}-{}", "year", "week").alias("at")))
    sheet.values("at", "period", _sunday, pl.Date(), Text("an epidemiological week", "una semana epidemiológica"))
    sheet.fill("mex_state", state[0])
    sheet.codes("measure", "measure", catalog.codelists["respiratory_measures"], "sisver")
    sheet.whole("count", "cases")
    good = sheet.good()
    last = cast("date | None", good.filter(pl.col("cases") > 0)["period"].max())
    reported = pl.lit(False) if last is None else pl.col("period") <= last
    if last is not None and (unreported := good.filter(~reported)["period"].n_unique()):
        file.notes.append(Text(f"weeks that are 0 in all columns to the end, not reported yet: {unreported}", f"semanas en 0 en todas las columnas hasta el final, aún sin reportar: {unreported}"))  # fmt: skip
    if file.as_of:  # weeks to come have a row too
        good = good.filter(reported | (pl.col("period") <= file.as_of))
    # most days of a week, Wednesday among them, are of its year
    running = None if last is None else _first_sunday((last + timedelta(days=3)).year)
    yield sheet.rows(
        catalog.datasets["respiratory_weeks"],
        "cases",
        since=running,
        frame=good.with_columns(cases=pl.when(reported).then("cases")),
    )


def _curves(file: File) -> tuple[list[tuple[str, str, str, str]], list[int]]:
    cells: list[tuple[str, str, str, str]] = []
    lines: list[int] = []
    passed = 0
    for sheet in sheets(file):
        rows = table_rows(sheet)
        names = {name for _, row in rows for name in row}
        if WEEK not in names or not names & set(CASES):
            passed += 1
            continue
        for line, row in rows:
            found = _WEEK.fullmatch(row.get(WEEK, ""))
            for name in (n for n in CASES if n in names):
                year, week = (found[1], found[2]) if found else (row.get(WEEK, ""), "")
                cells.append((year, week, name, row.get(name, "")))
                lines.append(line)
    if passed:
        file.notes.append(Text(f"sheets of ages, ventilation and outcome: {passed}", f"hojas de edades, ventilación y desenlace: {passed}"))  # fmt: skip
    return cells, lines


def _tests(file: File) -> tuple[list[tuple[str, str, str, str]], list[int]]:
    cells: list[tuple[str, str, str, str]] = []
    lines: list[int] = []
    for sheet in sheets(file):
        for line, row in table_rows(sheet):
            for name, count in row.items():
                found = _RESULT.fullmatch(name)
                week = row.get(NUMBER, "")
                # a year without a 53rd week has a 0 there
                absent = week == str(LEAP_WEEK) and count == "0" and found and _sunday(f"{found[2]}-{week}") is None
                if found and not absent:
                    cells.append((found[2], week.zfill(2), found[1], count))
                    lines.append(line)
    return cells, lines


def _sunday(text: str) -> date | None:
    """The Sunday with which a week begins: ``2024-01`` to 31 December 2023."""
    found = _WEEK.fullmatch(text)
    if not found or int(found[1]) not in YEARS:
        return None
    year, number = int(found[1]), int(found[2])
    first, after = (_first_sunday(y) for y in (year, year + 1))
    begins = first + timedelta(weeks=number - 1)
    return begins if number > 0 and begins < after else None


def _first_sunday(year: int) -> date:
    """The Sunday of the week that holds 4 January: the first with four days of the year."""
    fourth = date(year, 1, 4)
    return fourth - timedelta(days=(fourth.weekday() + 1) % 7)


CONNECTOR = Connector("sisver_respiratory", recognise, read)
