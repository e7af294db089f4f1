"""ERS, unemployment of US counties (BLS, LAUS, means of the year), a workbook: labour force, employed, unemployed and rate since 2000.

The means of the year are not seasonally adjusted. The workbook also has incomes and codes of counties, which are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import PurePosixPath

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.opener import ZIP
from ambos.sources.usda import county_rows
from ambos.text import Text

WORKBOOK, CODE, FIRST = "unemployment20*.xlsx", "FIPS_Code", 2000
#: The columns' names before the year, and ours.
PEOPLE = {"Civilian_labor_force": "labour_force", "Employed": "employed", "Unemployed": "unemployed"}
RATE = "Unemployment_rate"


def recognise(name: str, head: bytes) -> str:
    """``workbook`` for one of that name; else ""."""
    return "workbook" if head.startswith(ZIP) and fnmatch(PurePosixPath(name.lower()).name, WORKBOOK) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``us_county_labour``, one per county or state and year.

    Raises
    ------
    WrongShape
    """
    years = [str(year) for year in range(FIRST, 2100)]
    columns = {f"{name}_{year}": (name, year) for name in (*PEOPLE, RATE) for year in years}
    raw = county_rows.cells(file, CODE, columns, catalog)
    held = raw.filter(pl.col("cell") != "")["name1"].unique()
    raw = raw.filter(pl.col("name1").is_in(held.implode())).pivot(
        "name0", index=["line", "fips", "name1"], values="cell", aggregate_function="first"
    )
    for name in (*PEOPLE, RATE):
        if name not in raw.columns:
            raw = raw.with_columns(pl.lit("").alias(name))
    sheet = RawTable(raw.with_columns(pl.col(*PEOPLE, RATE).fill_null("")))
    county_rows.places(sheet, catalog)
    sheet.month("name1", None, "period")
    for name, into in PEOPLE.items():
        sheet.whole(name, into, blank=True)
    sheet.decimals(RATE, "rate", 1, Text("a rate", "una tasa"))
    made = sheet.made
    off = (made["employed"] + made["unemployed"] - made["labour_force"]).abs() > 1
    sheet.refuse(
        off.fill_null(value=False),
        "bad_value",
        "Employed and unemployed do not add up to the labour force.",
        "Los ocupados y los desocupados no suman la fuerza laboral.",
    )
    revised = catalog.sources["usda_unemployment"], file.as_of
    yield sheet.rows(catalog.datasets["us_county_labour"], *PEOPLE.values(), "rate", revised=revised)


CONNECTOR = Connector("usda_unemployment", recognise, read)
