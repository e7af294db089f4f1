"""Workbooks of ERS: a row per county, state and nation (FIPS code), a column per quantity and year."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import File
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import table, wrong
from ambos.sources.shared.workbook import sheets, table_rows


def cells(file: File, code: str, columns: Mapping[str, tuple[str, ...]], catalog: Catalog) -> pl.DataFrame:
    """A row of text per place and entry of `columns`: `fips`, its `names` and the cell; `line` is the row of the sheet.

    Counties that are no place of ours are passed over, with a note.

    Parameters
    ----------
    file : File
    code : str
        The column with the FIPS code.
    columns : mapping of str to tuple of str
        What each column holds; all tuples are of one length.
    catalog : Catalog

    Raises
    ------
    WrongShape
        If no sheet has the column of codes, or none of the others.
    """
    known = {*catalog.codelists["county"].from_system("fips")}
    made, lines, passed = [], [], 0
    for sheet in sheets(file):
        for line, row in table_rows(sheet):
            fips = row.get(code, "").zfill(5)
            if code not in row or not columns.keys() & row.keys():
                continue
            if fips not in known and not fips.endswith("000") and fips.isdigit():
                passed += 1
                continue
            for column, names in columns.items():
                made.append((fips, *names, row.get(column, "")))
                lines.append(line)
    if not made:
        raise wrong(file, f"no sheet has rows with {code}.", f"ninguna hoja tiene renglones con {code}.")
    file.counted("counties that are no places here", "condados que aquí no son lugares", passed)
    width = len(next(iter(columns.values())))
    names = ("fips", *(f"name{n}" for n in range(width)), "cell")
    return table(file, names, made).with_columns(line=pl.Series(lines, dtype=pl.Int64))


def places(sheet: RawTable, catalog: Catalog) -> None:
    """Make the columns ``us_state`` and ``county`` of `cells`; county ``_T`` is the state, us_state ``_T`` the nation."""
    raw = sheet.raw
    sheet.raw = raw.with_columns(state=pl.col("fips").str.slice(0, 2))
    sheet.codes("state", "us_state", catalog.codelists["state"], "fips", {"00": TOTAL})
    states = {f: TOTAL for f in raw["fips"].unique() if f.endswith("000")}
    sheet.codes("fips", "county", catalog.codelists["county"], "fips", states)
