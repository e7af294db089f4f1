"""INEGI, exports by state and subsector (ETEF), quarterly and annual, to all countries: five shapes.

* ``open``: INEGI's open data: a row per quarter, state and subsector, with whether it is published and whether it is final. Its
  dictionary gives dollars; the figures are thousands of dollars, as a state's sum shows beside INEGI's own releases.
* ``state``, ``states``: rows copied out of it (`known_files.csv`) of one state, which the file's name gives, or of several.
* ``sums``: the sums of the published cells of those rows.
* ``tables``: INEGI's tables of 2015 to 2021 as a workbook with a sheet of states and one of states and subsectors. The sums of a
  state's year are also rows of ``mx_state_exports_annual``.
* ``panel``: a workbook in which others put together a year's figures of each state, INEGI's exports among them, as they knew them in
  2025. The exports of the two states of the peninsula stand there under one another's name, as all years that INEGI did not revise
  show to the thousand dollars: they are read under the right ones.

A cell that is confidential (C, “Confidencial”) has the status S and no value, one that is not available M; neither is 0. The open
data have no total: the sum of the published cells is given as the subsector ``disclosed``, a lower bound of it. The tables have
one, which is the subsector ``_T``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog, plain
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.opener import ZIP
from ambos.sources.shared.strict import read_csv, table, table_of, wrong
from ambos.sources.shared.workbook import sheets, table_rows
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

OPEN = ("PROD_EST", "COBERTURA", "ANIO", "MES", "TRIMESTRE", "CVEGEO", "CVE_ENT", "CODIGO_SCIAN", "VAL_USD", "ESTATUS_CIFRA", "ESTATUS")  # fmt: skip
STATE = ("year", "quarter", "subsector_code", "subsector_name", "thousand_usd", "status", "vintage")
STATES = ("year", "quarter", "state_code", "state", "subsector_code", "thousand_usd", "status")
SUMS = (
    ("year", "quarter", "sum_disclosed_thousand_usd", "mining_212", "transport_336", "manufacturing_31_33", "n_confidential", "vintage"),
    ("year", "quarter", "state_code", "state", "sum_disclosed_thousand_usd", "n_confidential", "subsector_334_thousand_usd"),
)  # fmt: skip
TABLES, PANEL = "tabulados_inegi_exportaciones*.xlsx", "panel_data*.xlsx"
#: What the panel calls states that others call otherwise; and the two whose exports are exchanged.
NAMED_OTHERWISE = {
    "Ciudad de Mexico": "MX-CMX",
    "Mexico": "MX-MEX",
    "Baja California": "MX-BCS",
    "Baja California Sur": "MX-BCN",
}
EXPORTED, YEAR_SUM = "exports_miles_dlls", "Suma_trimestres"
#: The workbook's columns of quarters, and of the state, year and subsector.
QUARTERS = {f"{n}_trimestre": str(n) for n in (1, 2, 3, 4)}
PLACE, YEAR, SUBSECTOR = "cve_ent", "anio", "subsector"
THOUSAND, LAST_DIGIT = 1_000, "1"
ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
#: Why there is no value: confidential, or not there (not available, not significant).
CONFIDENTIAL, ABSENT = ("Confidencial", "C"), ("No disponible", "", "-", "N.S.")
PUBLISHED = "Disponible"
#: The last word on a figure; other ones are still revised.
FINAL = "Cifras Definitivas."
#: Marks of the tables' footnotes after a subsector's name.
_NOTES = r"\s*(\s[A-C]/)+\s*$"
_OF_ONE = re.compile(r"etef_([a-z_]+?)(_quarter_sums)?\.csv")


def recognise(name: str, head: bytes) -> str:
    """``open``, ``state``, ``states``, ``sums``, or by the name of a workbook ``tables`` or ``panel``; else ""."""
    if head.startswith(ZIP):
        named = PurePosixPath(name.lower()).name
        return next((kind for kind, of in (("tables", TABLES), ("panel", PANEL)) if fnmatch(named, of)), "")
    shapes = {"open": OPEN, "state": STATE, "states": STATES, "sums": SUMS[0], "sums of states": SUMS[1]}
    return table_of(head, shapes)


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_state_exports``, one per state, subsector and quarter; the nation's state is ``_T``.

    Those of ``mx_state_exports_annual`` are of states only.

    Raises
    ------
    WrongShape
    """
    if kind == "panel":
        yield _annual(file, catalog, *_panel(file))
        return
    raw = _tables(file) if kind == "tables" else _rows(file, kind, catalog)
    sheet = RawTable(raw)
    sheet.codes("state", "mex_state", catalog.codelists["state"], "inegi", {"00": TOTAL})
    sheet.codes(
        "industry", "industry", catalog.codelists["industries"], "etef", {TOTAL: TOTAL, "disclosed": "disclosed"}
    )
    sheet.values("quarter", "period", _quarter, pl.Date(), Text("a quarter", "un trimestre"))
    sheet.amounts("amount", "value_usd", THOUSAND, LAST_DIGIT, missing=(*ABSENT, *CONFIDENTIAL))
    sheet.made["_why"], sheet.made["_final"] = raw["why"], raw["final"]
    sheet.refuse_values(
        (raw["why"] == PUBLISHED) != sheet.made["value_usd"].is_not_null(),
        "why",
        Text("what a cell with or without a value says", "lo que dice una celda con o sin valor"),
    )
    good = sheet.good()
    if kind in ("open", "state", "states"):
        good = pl.concat([good, _disclosed(good)])
    rows = sheet.rows(catalog.datasets["mx_state_exports"], "value_usd", frame=good)
    status = (
        pl.when(pl.col("_why").is_in(CONFIDENTIAL))
        .then(pl.lit("S"))
        .when((pl.col("status") != "M") & ~pl.col("_final"))
        .then(pl.lit("P"))
        .otherwise("status")
    )
    yield replace(rows, frame=rows.frame.with_columns(status=status).drop("_why", "_final"))
    if kind == "tables":
        yield _annual(file, catalog, *_sums_of_years(file))


def _disclosed(good: pl.DataFrame) -> pl.DataFrame:
    """The sum of the published cells of each state and quarter of which there are any."""
    return (
        good.filter(pl.col("value_usd").is_not_null())
        .group_by("mex_state", "period", maintain_order=True)
        .agg(pl.col("value_usd").sum(), pl.col("_final").all())
        .with_columns(industry=pl.lit("disclosed", pl.Categorical()), _why=pl.lit(PUBLISHED))
        .select(good.columns)
    )


def _rows(file: File, kind: str, catalog: Catalog) -> pl.DataFrame:
    """A CSV file as text: state, subsector, quarter, amount, why there is none, and whether it is final."""
    columns = {"open": OPEN, "state": STATE, "states": STATES, "sums": SUMS[0]}.get(kind, SUMS[1])
    raw = read_csv(file, columns)
    if kind == "open":
        quarter = pl.col("TRIMESTRE").replace(ROMAN)
        return raw.select(
            "line",
            state="CVE_ENT",
            industry="CODIGO_SCIAN",
            quarter=pl.concat_str("ANIO", pl.lit("-Q"), quarter),
            amount="VAL_USD",
            why="ESTATUS_CIFRA",
            final=pl.col("ESTATUS") == FINAL,
        )
    sums = kind.startswith("sums")
    return raw.select(
        "line",
        state="state_code" if "state_code" in columns else pl.lit(_state_of(file, catalog)),
        industry=pl.lit("disclosed") if sums else "subsector_code",
        quarter=pl.concat_str("year", pl.lit("-Q"), "quarter"),
        amount="sum_disclosed_thousand_usd" if sums else "thousand_usd",
        why=pl.lit(PUBLISHED) if sums else "status",
        final=pl.lit(False),
    )


def _state_of(file: File, catalog: Catalog) -> str:
    """INEGI's number of the state that a file's name gives.

    Raises
    ------
    WrongShape
        If it gives none.
    """
    named = _OF_ONE.fullmatch(PurePosixPath(file.name.lower()).name)
    slug = named[1].replace("_", "-") if named else ""
    for place in catalog.places.values():
        if place.kind == "state" and "inegi" in place.codes and slug in (place.slug, plain(place.name.es)):
            return place.codes["inegi"][0]
    raise wrong(file, "its name gives no Mexican state.", "su nombre no indica ningún estado mexicano.")


def _tables(file: File) -> pl.DataFrame:
    """The workbook's two sheets as `_rows` gives a file; `line` is the row of the sheet."""
    cells, lines = [], []
    for sheet in sheets(file):
        for line, row in table_rows(sheet):
            if not {PLACE, YEAR} <= row.keys():
                continue
            name = row.get(SUBSECTOR, TOTAL)
            for column, number in QUARTERS.items():
                amount = row.get(column, "")
                why = amount if amount in (*ABSENT, *CONFIDENTIAL) else PUBLISHED
                cells.append((row[PLACE].zfill(2), name, f"{row[YEAR]}-Q{number}", amount, why))
                lines.append(line)
    if not cells:
        raise wrong(
            file,
            f"no sheet has the columns {PLACE} and {YEAR}.",
            f"ninguna hoja tiene las columnas {PLACE} y {YEAR}.",
        )
    made = table(file, ("state", "industry", "quarter", "amount", "why"), cells)
    return made.with_columns(
        line=pl.Series(lines, dtype=pl.Int64),
        industry=pl.col("industry").str.replace_all(_NOTES, ""),
        final=pl.lit(False),
    )


def _sums_of_years(file: File) -> tuple[pl.DataFrame, str]:
    """The sums of a state's year of the workbook's sheet of states, and the system of the states' codes."""
    cells, lines = [], []
    for sheet in sheets(file):
        for line, row in table_rows(sheet):
            if YEAR_SUM in row and {PLACE, YEAR} <= row.keys() and SUBSECTOR not in row and row[PLACE] != "00":
                cells.append((row[PLACE].zfill(2), row[YEAR], row[YEAR_SUM]))
                lines.append(line)
    made = table(file, ("state", "year", "amount"), cells)
    return made.with_columns(line=pl.Series(lines, dtype=pl.Int64)), "inegi"


def _panel(file: File) -> tuple[pl.DataFrame, str]:
    """The panel's exports of states, without the years for which it has none, and the system of the states' names.

    Raises
    ------
    WrongShape
        If no sheet has them.
    """
    cells, lines, without = [], [], set()
    for sheet in sheets(file):
        for line, row in table_rows(sheet):
            if not {"state", "year"} <= row.keys():
                continue
            if EXPORTED not in row:
                without.add(row["year"])
                continue
            cells.append((row["state"].strip(), row["year"], row[EXPORTED]))
            lines.append(line)
    if not cells:
        raise wrong(file, f"no sheet has the column {EXPORTED}.", f"ninguna hoja tiene la columna {EXPORTED}.")
    if without:
        years = ", ".join(sorted(without)[:9])
        file.notes.append(Text(f"years without exports: {years}", f"años sin exportaciones: {years}"))
    made = table(file, ("state", "year", "amount"), cells)
    return made.with_columns(line=pl.Series(lines, dtype=pl.Int64)), "unt"


def _annual(file: File, catalog: Catalog, raw: pl.DataFrame, system: str) -> Rows:
    sheet = RawTable(raw)
    otherwise = NAMED_OTHERWISE if system == "unt" else None
    sheet.codes("state", "mex_state", catalog.codelists["state"], system, otherwise)
    sheet.month("year", None, "period")
    sheet.amounts("amount", "value_usd", THOUSAND, LAST_DIGIT, missing=())
    return sheet.rows(catalog.datasets["mx_state_exports_annual"], "value_usd")


def _quarter(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})-Q([1-4])", text, re.ASCII)
    return date(int(found[1]), 3 * int(found[2]) - 2, 1) if found and found[1] > "1950" else None


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """INEGI's archive, which holds all quarters; it is asked for on condition that it changed.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["inegi_state_exports"].endpoint
    yield client.get(endpoint, expect="zip").fetched(endpoint.rpartition("/")[2])


CONNECTOR = Connector("inegi_state_exports", recognise, read, fetch)
