"""USDA Economic Research Service, population of US counties: the Census of 2020 and the Census Bureau's yearly estimates.

A workbook with a row per county, state and the nation, by FIPS code. ``CENSUS_2020_POP`` is the count of 1 April 2020,
``POP_ESTIMATE_YYYY`` the estimate for 1 July, of one vintage: each new vintage revises all years since 2020.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import PurePosixPath

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.opener import ZIP
from ambos.sources.shared.strict import wrong
from ambos.sources.shared.workbook import sheets, table_rows
from ambos.sources.usda import county_rows

WORKBOOK = "populationestimates*.xlsx"
FIPS = ("FIPStxt", "FIPStxt ", "FIPS")
COUNT = re.compile(r"(CENSUS)_(\d{4})_POP|POP_(ESTIMATE)_(\d{4})", re.ASCII)


def recognise(name: str, head: bytes) -> str:
    """``estimates`` by the name of the workbook; "" if it is something else."""
    return "estimates" if head.startswith(ZIP) and fnmatch(PurePosixPath(name.lower()).name, WORKBOOK) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``us_county_population``, one per county, year and concept; counties that are no place are passed over.

    Raises
    ------
    WrongShape
    """
    names = {name for sheet in sheets(file) for _, row in table_rows(sheet) for name in row}
    found = {name: COUNT.fullmatch(name) for name in sorted(names)}
    columns = {name: ((of[1] or of[3]).lower(), of[2] or of[4]) for name, of in found.items() if of}
    code = next((name for name in FIPS if name in names), FIPS[0])
    rows = county_rows.cells(file, code, columns, catalog) if columns else pl.DataFrame()
    counties = rows.filter(~pl.col("fips").str.ends_with("000"), pl.col("cell") != "") if columns else rows
    if counties.is_empty():
        raise wrong(file, "no row is a county with its people.", "ningún renglón es un condado con su población.")
    file.counted(
        "rows of states and the nation", "renglones de estados y de la nación", _lines(rows) - _lines(counties)
    )
    sheet = RawTable(counties)
    sheet.codes("fips", "county", catalog.codelists["county"], "fips")
    sheet.codes("name0", "concept", catalog.codelists["population_concepts"], "ers")
    sheet.month("name1", None, "period")
    sheet.whole("cell", "population")
    estimated = pl.when(pl.col("concept") == "estimate").then(pl.lit("E")).otherwise(pl.lit("A"))
    yield Rows("us_county_population", sheet.good().with_columns(status=estimated), sheet.rejected())


def _lines(rows: pl.DataFrame) -> int:
    return rows["line"].n_unique()


CONNECTOR = Connector("usda_population", recognise, read)
