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
from ambos.sources.shared.strict import table, wrong
from ambos.sources.shared.workbook import sheets, table_rows
from ambos.text import Text

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
    places = catalog.codelists["county"]
    known = places.from_system("fips")
    cells: list[tuple[str, str, str, str]] = []
    lines: list[int] = []
    passed = 0
    for sheet in sheets(file):
        rows = table_rows(sheet)
        if not any(COUNT.fullmatch(column) for _, row in rows for column in row):
            continue  # the sheet that documents the columns
        for line, row in rows:
            place = next((row[name].zfill(5) for name in FIPS if name in row), "")
            if place not in known:
                passed += 1
                continue
            for column, people in row.items():
                if found := COUNT.fullmatch(column):
                    cells.append((place, (found[1] or found[3]).lower(), found[2] or found[4], people))
                    lines.append(line)
    if not cells:
        raise wrong(file, "no row is a county with its people.", "ningún renglón es un condado con su población.")
    file.notes.append(Text(f"rows of states, the nation and other counties: {passed}", f"renglones de estados, la nación y otros condados: {passed}"))  # fmt: skip
    raw = table(file, ("county", "concept", "year", "people"), cells).with_columns(
        line=pl.Series(lines, dtype=pl.Int64)
    )
    sheet_of = RawTable(raw)
    sheet_of.codes("county", "county", places, "fips")
    sheet_of.codes("concept", "concept", catalog.codelists["population_concepts"], "ers")
    sheet_of.month("year", None, "period")
    sheet_of.whole("people", "population")
    estimated = pl.when(pl.col("concept") == "estimate").then(pl.lit("E")).otherwise(pl.lit("A"))
    yield Rows("us_county_population", sheet_of.good().with_columns(status=estimated), sheet_of.rejected())


CONNECTOR = Connector("usda_population", recognise, read)
